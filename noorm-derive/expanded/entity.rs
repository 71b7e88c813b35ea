#[automatically_derived]
impl ::noorm::repository::FromRow for Order {
    const ONE_BY_ONE: bool = true;
    fn columns() -> ::core::option::Option<&'static [&'static str]> {
        ::core::option::Option::Some(&["order_no", "Type", "total"])
    }
    fn from_row(row: &mut ::noorm::executor::Row<'_>) -> ::noorm::Result<Self> {
        ::core::result::Result::Ok(Self {
            order_no: row.take::<String>(0usize)?,
            r#type: row.take::<i16>(1usize)?,
            total: row.take::<Option<Decimal>>(2usize)?,
        })
    }
    fn as_serialize(
        &self,
    ) -> ::core::option::Option<&dyn ::noorm::repository::told::Serialize> {
        #[allow(unused_imports)]
        use ::noorm::repository::told::{Hidden as _, Shown as _};
        (&::noorm::repository::told::Whole(self)).shown()
    }
}
#[automatically_derived]
impl ::noorm::repository::Entity for Order {
    const TABLE: &'static str = "sales.order";
    const FINGERPRINT: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "f1",
    );
    fn fields() -> &'static [::noorm::repository::Field] {
        const {
            &[
                ::noorm::repository::Field::of::<String>("order_no"),
                ::noorm::repository::Field::of::<i16>("Type"),
                ::noorm::repository::Field::of::<Option<Decimal>>("total"),
            ]
        }
    }
    fn column_value(&self, column: &str) -> ::core::option::Option<::noorm::Value> {
        #[allow(unused_imports)]
        use ::noorm::repository::told::{Told as _, Untold as _};
        match column {
            "order_no" => (&::noorm::repository::told::Of(&self.order_no)).told(),
            "Type" => (&::noorm::repository::told::Of(&self.r#type)).told(),
            "total" => (&::noorm::repository::told::Of(&self.total)).told(),
            _ => ::core::option::Option::None,
        }
    }
}
#[automatically_derived]
#[allow(dead_code, non_upper_case_globals)]
impl Order {
    ///The column `order_no`.
    pub const ORDER_NO: ::noorm::statement::Column<Self, String> = ::noorm::statement::Column::new(
        "order_no",
    );
    ///The column `Type`.
    pub const TYPE: ::noorm::statement::Column<Self, i16> = ::noorm::statement::Column::new(
        "Type",
    );
    ///The column `total`.
    const TOTAL: ::noorm::statement::Column<Self, Option<Decimal>> = ::noorm::statement::Column::new(
        "total",
    );
}
#[automatically_derived]
impl ::noorm::repository::KeyOf<Order> for (String, i16) {}

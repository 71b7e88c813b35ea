#[automatically_derived]
impl ::noorm::repository::FromRow for Genre {
    const ONE_BY_ONE: bool = true;
    fn columns() -> ::core::option::Option<&'static [&'static str]> {
        ::core::option::Option::Some(&["name"])
    }
    fn from_row(row: &mut ::noorm::executor::Row<'_>) -> ::noorm::Result<Self> {
        ::core::result::Result::Ok(Self {
            name: row.take::<String>(0usize)?,
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
impl ::noorm::repository::Entity for Genre {
    const TABLE: &'static str = "genre";
    fn fields() -> &'static [::noorm::repository::Field] {
        const { &[::noorm::repository::Field::of::<String>("name")] }
    }
    fn column_value(&self, column: &str) -> ::core::option::Option<::noorm::Value> {
        #[allow(unused_imports)]
        use ::noorm::repository::told::{Told as _, Untold as _};
        match column {
            "name" => (&::noorm::repository::told::Of(&self.name)).told(),
            _ => ::core::option::Option::None,
        }
    }
}
#[automatically_derived]
#[allow(dead_code, non_upper_case_globals)]
impl Genre {
    ///The column `name`.
    const NAME: ::noorm::statement::Column<Self, String> = ::noorm::statement::Column::new(
        "name",
    );
}
#[automatically_derived]
impl ::noorm::repository::KeyOf<Genre> for String {}
#[automatically_derived]
impl ::noorm::repository::KeyOf<Genre> for &str {}

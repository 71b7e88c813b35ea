#[automatically_derived]
impl ::core::convert::From<NewOrder> for ::noorm::repository::Record {
    fn from(given: NewOrder) -> Self {
        static NAMES: ::noorm::repository::Names = ::noorm::repository::Names::new(
            &["order_no", "kind", "total"],
        );
        Self::given(
            &NAMES,
            [
                ::core::option::Option::Some(::noorm::Value::from(given.order_no)),
                ::core::option::Option::Some(::noorm::Value::from(given.kind)),
                given.total.map(::noorm::Value::from),
            ],
        )
    }
}
#[automatically_derived]
#[allow(dead_code, clippy::disallowed_names, clippy::too_many_arguments)]
impl NewOrder {
    /// Makes a row of what must be given, and leaves the rest to the database.
    #[must_use]
    pub fn new(order_no: impl ::core::convert::Into<String>, kind: i16) -> Self {
        Self {
            order_no: order_no.into(),
            kind,
            total: ::core::default::Default::default(),
        }
    }
}
#[automatically_derived]
impl ::noorm::repository::Insertable<Order> for NewOrder {}

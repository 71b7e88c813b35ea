#[automatically_derived]
impl ::core::convert::From<NewOrder> for ::noorm::repository::Record {
    fn from(given: NewOrder) -> Self {
        let mut values: ::std::vec::Vec<(&'static str, ::noorm::Value)> = ::std::vec::Vec::with_capacity(
            3usize,
        );
        values.push(("order_no", ::noorm::Value::from(given.order_no)));
        values.push(("kind", ::noorm::Value::from(given.kind)));
        if let ::core::option::Option::Some(given) = given.total {
            values.push(("total", ::noorm::Value::from(given)));
        }
        Self::from_pairs(values)
    }
}
#[automatically_derived]
#[allow(dead_code, clippy::too_many_arguments)]
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

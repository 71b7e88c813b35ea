#[automatically_derived]
impl ::core::convert::From<OrderChanges> for ::noorm::repository::Record {
    fn from(given: OrderChanges) -> Self {
        let mut values: ::std::vec::Vec<(&'static str, ::noorm::Value)> = ::std::vec::Vec::with_capacity(
            2usize,
        );
        if let ::core::option::Option::Some(given) = given.kind.into_option() {
            values.push(("kind", ::noorm::Value::from(given)));
        }
        if let ::core::option::Option::Some(given) = given.total.into_option() {
            values.push(("total", ::noorm::Value::from(given)));
        }
        Self::from_pairs(values)
    }
}
#[automatically_derived]
impl ::noorm::repository::Changeset<Order> for OrderChanges {}
#[automatically_derived]
impl ::core::convert::From<OrderChanges> for ::noorm::repository::Changes<Order> {
    fn from(changes: OrderChanges) -> Self {
        ::noorm::repository::Record::from(changes).into()
    }
}

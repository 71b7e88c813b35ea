#[automatically_derived]
impl ::core::convert::From<OrderChanges> for ::noorm::repository::Record {
    fn from(given: OrderChanges) -> Self {
        static NAMES: ::noorm::repository::Names = ::noorm::repository::Names::new(
            &["kind", "total"],
        );
        Self::given(
            &NAMES,
            [
                given.kind.into_option().map(::noorm::Value::from),
                given.total.into_option().map(::noorm::Value::from),
            ],
        )
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

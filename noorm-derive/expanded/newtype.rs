#[automatically_derived]
impl ::noorm::value::FromValue for OrderId {
    fn from_value(
        value: ::noorm::Value,
    ) -> ::core::result::Result<Self, ::noorm::value::Mismatch> {
        <i64 as ::noorm::value::FromValue>::from_value(value).map(Self)
    }
}
#[automatically_derived]
impl ::core::convert::From<OrderId> for ::noorm::Value {
    fn from(value: OrderId) -> Self {
        value.0.into()
    }
}
#[automatically_derived]
impl ::noorm::value::Scalar for OrderId {
    fn accepts(column: &::noorm::schema::ColumnType) -> bool {
        <i64 as ::noorm::value::ColumnValue>::accepts(column)
    }
}
#[automatically_derived]
impl<DB: ::diesel::backend::Backend> ::diesel::serialize::ToSql<BigInt, DB> for OrderId
where
    i64: ::diesel::serialize::ToSql<BigInt, DB>,
{
    fn to_sql<'b>(
        &'b self,
        out: &mut ::diesel::serialize::Output<'b, '_, DB>,
    ) -> ::diesel::serialize::Result {
        ::diesel::serialize::ToSql::<BigInt, DB>::to_sql(&self.0, out)
    }
}
#[automatically_derived]
impl<DB: ::diesel::backend::Backend> ::diesel::deserialize::FromSql<BigInt, DB>
for OrderId
where
    i64: ::diesel::deserialize::FromSql<BigInt, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> ::diesel::deserialize::Result<Self> {
        <i64 as ::diesel::deserialize::FromSql<BigInt, DB>>::from_sql(value).map(Self)
    }
}

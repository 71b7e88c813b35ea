#[automatically_derived]
impl ::core::convert::From<Tick> for ::noorm::repository::Record {
    fn from(given: Tick) -> Self {
        let _ = given;
        let values: ::std::vec::Vec<(&'static str, ::noorm::Value)> = ::std::vec::Vec::new();
        Self::from_pairs(values)
    }
}
#[automatically_derived]
impl ::noorm::repository::Insertable<Tick> for Tick {}

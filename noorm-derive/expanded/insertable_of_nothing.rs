#[automatically_derived]
impl ::core::convert::From<Tick> for ::noorm::repository::Record {
    fn from(given: Tick) -> Self {
        static NAMES: ::noorm::repository::Names = ::noorm::repository::Names::new(&[]);
        let _ = given;
        Self::given(&NAMES, [])
    }
}
#[automatically_derived]
impl ::noorm::repository::Insertable<Tick> for Tick {}

#[automatically_derived]
impl ::noorm::value::Word for Mood {
    const WORDS: &'static [&'static str] = &["calm", "try", "it's ok"];
    fn word(&self) -> &'static str {
        match *self {
            Self::calm => "calm",
            Self::r#try => "try",
            Self::ItsOk => "it's ok",
        }
    }
    fn of_word(word: &str) -> ::core::option::Option<Self> {
        match word {
            "calm" => ::core::option::Option::Some(Self::calm),
            "try" => ::core::option::Option::Some(Self::r#try),
            "it's ok" => ::core::option::Option::Some(Self::ItsOk),
            _ => ::core::option::Option::None,
        }
    }
}
#[automatically_derived]
impl ::noorm::value::FromValue for Mood {
    fn from_value(
        value: ::noorm::Value,
    ) -> ::core::result::Result<Self, ::noorm::value::Mismatch> {
        ::noorm::value::read_word(value, "a word of `Mood`")
    }
}
#[automatically_derived]
impl ::core::convert::From<Mood> for ::noorm::Value {
    fn from(value: Mood) -> Self {
        ::noorm::value::Word::word(&value).into()
    }
}
#[automatically_derived]
impl ::noorm::value::Scalar for Mood {
    fn accepts(column: &::noorm::schema::ColumnType) -> bool {
        ::noorm::value::takes_words(column, <Self as ::noorm::value::Word>::WORDS)
    }
}
#[automatically_derived]
impl<DB: ::diesel::backend::Backend> ::diesel::serialize::ToSql<Text, DB> for Mood
where
    str: ::diesel::serialize::ToSql<::diesel::sql_types::Text, DB>,
{
    fn to_sql<'b>(
        &'b self,
        out: &mut ::diesel::serialize::Output<'b, '_, DB>,
    ) -> ::diesel::serialize::Result {
        let word: &'static str = ::noorm::value::Word::word(self);
        <str as ::diesel::serialize::ToSql<
            ::diesel::sql_types::Text,
            DB,
        >>::to_sql(word, out)
    }
}
#[automatically_derived]
impl<DB: ::diesel::backend::Backend> ::diesel::deserialize::FromSql<Text, DB> for Mood
where
    ::std::string::String: ::diesel::deserialize::FromSql<::diesel::sql_types::Text, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> ::diesel::deserialize::Result<Self> {
        let word = <::std::string::String as ::diesel::deserialize::FromSql<
            ::diesel::sql_types::Text,
            DB,
        >>::from_sql(value)?;
        let known = <Self as ::noorm::value::Word>::of_word(&word);
        known.ok_or_else(|| ::std::format!("{word:?} {}", "is no word of `Mood`").into())
    }
}
#[automatically_derived]
impl<DB: ::diesel::backend::Backend> ::diesel::serialize::ToSql<MoodMapping, DB> for Mood
where
    str: ::diesel::serialize::ToSql<::diesel::sql_types::Text, DB>,
{
    fn to_sql<'b>(
        &'b self,
        out: &mut ::diesel::serialize::Output<'b, '_, DB>,
    ) -> ::diesel::serialize::Result {
        let word: &'static str = ::noorm::value::Word::word(self);
        <str as ::diesel::serialize::ToSql<
            ::diesel::sql_types::Text,
            DB,
        >>::to_sql(word, out)
    }
}
#[automatically_derived]
impl<DB: ::diesel::backend::Backend> ::diesel::deserialize::FromSql<MoodMapping, DB>
for Mood
where
    ::std::string::String: ::diesel::deserialize::FromSql<::diesel::sql_types::Text, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> ::diesel::deserialize::Result<Self> {
        let word = <::std::string::String as ::diesel::deserialize::FromSql<
            ::diesel::sql_types::Text,
            DB,
        >>::from_sql(value)?;
        let known = <Self as ::noorm::value::Word>::of_word(&word);
        known.ok_or_else(|| ::std::format!("{word:?} {}", "is no word of `Mood`").into())
    }
}

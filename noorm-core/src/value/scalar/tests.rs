use super::*;

#[test]
fn an_integer_holds_what_is_no_wider() {
    let column = |bits, unsigned| ColumnType::Integer { bits, unsigned };
    assert!(i64::accepts(&column(32, true)));
    assert!(!i64::accepts(&column(64, true)));
    assert!(!u64::accepts(&column(8, false)));
    assert!(i32::accepts(&column(24, false)));
    assert!(!i32::accepts(&ColumnType::Bool));
}

#[test]
fn an_array_holds_what_its_elements_are() {
    let array = |element| ColumnType::Array {
        element: Box::new(element),
    };
    assert!(Vec::<Option<i64>>::accepts(&array(ColumnType::int(32))));
    assert!(!Vec::<Option<i64>>::accepts(&array(ColumnType::text())));
    assert!(Vec::<Vec<i64>>::accepts(&array(ColumnType::int(32))));
    assert!(!Vec::<i64>::accepts(&ColumnType::int(32)));
}

#[test]
fn a_column_without_a_type_may_be_anything() {
    let untyped = ColumnType::Other { native: "".into() };
    assert!(i64::accepts(&untyped) && bool::accepts(&untyped) && Vec::<u8>::accepts(&untyped));
    assert!(Value::accepts(&untyped) && Value::accepts(&ColumnType::Uuid));
    let odd = ColumnType::Other {
        native: "point".into(),
    };
    assert!(!i64::accepts(&odd));
}

#[track_caller]
fn check<V: ColumnValue>(accepted: &[ColumnType]) {
    let native = |native: &str| ColumnType::Other {
        native: native.to_owned(),
    };
    let words = vec!["a".to_owned()];
    let all = [
        ColumnType::Bool,
        ColumnType::int(8),
        ColumnType::int(64),
        ColumnType::Float { bits: 32 },
        ColumnType::Float { bits: 64 },
        ColumnType::Decimal {
            precision: None,
            scale: None,
        },
        ColumnType::text(),
        ColumnType::Bytes { max_length: None },
        ColumnType::Uuid,
        ColumnType::Date,
        ColumnType::Time,
        ColumnType::Timestamp,
        ColumnType::TimestampTz,
        ColumnType::Interval,
        ColumnType::Json,
        ColumnType::Set { values: words },
        native("point"),
    ];
    for column in &all {
        assert_eq!(V::accepts(column), accepted.contains(column), "{column}");
    }
    assert!(V::accepts(&native("")));
}

#[test]
fn each_type_is_of_columns_of_its_kind() {
    let text = ColumnType::text();
    let bytes = ColumnType::Bytes { max_length: None };
    let decimal = ColumnType::Decimal {
        precision: None,
        scale: None,
    };
    let (single, double) = (
        ColumnType::Float { bits: 32 },
        ColumnType::Float { bits: 64 },
    );
    let words = ColumnType::Set {
        values: vec!["a".to_owned()],
    };
    let point = ColumnType::Other {
        native: "point".to_owned(),
    };
    let (tiny, big) = (ColumnType::int(8), ColumnType::int(64));
    check::<bool>(&[ColumnType::Bool]);
    check::<i8>(std::slice::from_ref(&tiny));
    check::<i64>(&[tiny.clone(), big.clone()]);
    check::<u8>(&[]);
    check::<u16>(&[]);
    check::<f32>(std::slice::from_ref(&single));
    check::<f64>(&[single, double]);
    check::<String>(&[text.clone(), words, point]);
    check::<BigDecimal>(&[tiny, big, decimal]);
    check::<Uuid>(&[ColumnType::Uuid, text, bytes.clone()]);
    check::<NaiveDate>(&[ColumnType::Date]);
    check::<NaiveTime>(&[ColumnType::Time]);
    check::<NaiveDateTime>(&[ColumnType::Timestamp]);
    check::<DateTime<Utc>>(&[ColumnType::TimestampTz]);
    check::<Interval>(&[ColumnType::Interval]);
    check::<serde_json::Value>(&[ColumnType::Json]);
    check::<Vec<u8>>(&[bytes]);
    check::<Option<bool>>(&[ColumnType::Bool]);
}

#[test]
fn words_are_read_and_looked_up() {
    #[derive(Debug, PartialEq)]
    struct Calm;

    impl Word for Calm {
        const WORDS: &'static [&'static str] = &["calm"];
        fn word(&self) -> &'static str {
            "calm"
        }
        fn of_word(word: &str) -> Option<Self> {
            (word == "calm").then_some(Self)
        }
    }
    let read = |value| read_word::<Calm>(value, "a mood").map_err(|error| error.to_string());
    assert_eq!(read(Calm.word().into()), Ok(Calm));
    let other = "holds another word, wanted a mood";
    assert_eq!(read("wild".into()), Err(other.to_owned()));
    let integer = "holds an integer, wanted a mood";
    assert_eq!(read(7.into()), Err(integer.to_owned()));

    let takes = |column: &ColumnType| takes_words(column, Calm::WORDS);
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let enumerated = |values| ColumnType::Enum { name: None, values };
    assert!(takes(&enumerated(words(&["calm"]))));
    assert!(!takes(&enumerated(words(&["calm", "wild"]))));
    let values = words(&["wild"]);
    assert!(!takes(&ColumnType::Set { values }));
    assert!(takes(&ColumnType::text()));
    assert!(!takes(&ColumnType::int(64)));
}

#[test]
fn a_scalar_is_of_any_column_unless_it_says_otherwise() {
    #[derive(Debug, PartialEq)]
    struct Cents(i64);

    impl FromValue for Cents {
        fn from_value(value: Value) -> Result<Self, Mismatch> {
            i64::from_value(value).map(Self)
        }
    }
    impl From<Cents> for Value {
        fn from(cents: Cents) -> Self {
            cents.0.into()
        }
    }
    impl Scalar for Cents {}

    assert!(<Cents as ColumnValue>::accepts(&ColumnType::Json));
    const { assert!(<Option<Cents> as ColumnValue>::NULLABLE) };
    let array = Value::from(vec![Cents(7)]);
    assert_eq!(Vec::<Cents>::from_value(array), Ok(vec![Cents(7)]));
    let error = Vec::<Cents>::from_value(7.into()).unwrap_err();
    assert_eq!(error.to_string(), "holds an integer, wanted an array");
}

#[test]
fn arrays_nest_and_hold_null() {
    let value = Value::from(vec![vec![Some(1_i32)], vec![None]]);
    let read = Vec::<Vec<Option<i32>>>::from_value(value);
    assert_eq!(read, Ok(vec![vec![Some(1)], vec![None]]));
    let bytes = Value::from(vec![vec![1_u8, 2]]);
    assert_eq!(bytes, Value::Array([Value::Bytes([1, 2].into())].into()));
}

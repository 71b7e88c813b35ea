use super::*;

#[test]
fn what_is_held_fits_as_it_is() {
    let numbers = [
        0,
        1,
        -1,
        127,
        128,
        -128,
        -129,
        32_767,
        32_768,
        i64::MAX,
        i64::MIN,
    ];
    for bits in [8, 16, 24, 32, 64] {
        for n in numbers {
            let (column, value) = (ColumnType::int(bits), Value::I64(n));
            let fits = column.fit(value.clone()) == Ok(value.clone());
            assert_eq!(column.holds(&value), fits, "{n} in {bits} bits");
        }
    }
    assert!(!ColumnType::text().holds(&Value::I64(1)));
}

#[track_caller]
fn fits(to: ColumnType, value: impl Into<Value>, expected: impl Into<Value>) {
    assert_eq!(to.fit(value.into()), Ok(expected.into()));
}

#[track_caller]
fn refused(to: ColumnType, value: impl Into<Value>, message: &str) {
    assert_eq!(to.fit(value.into()).unwrap_err().to_string(), message);
}

#[test]
fn integers_stay_in_range() {
    fits(ColumnType::int(8), -128_i64, -128_i64);
    refused(
        ColumnType::int(8),
        128_i64,
        "holds an integer out of range, wanted an integer from -128 to 127",
    );
    let unsigned = ColumnType::Integer {
        bits: 64,
        unsigned: true,
    };
    fits(unsigned.clone(), u64::MAX, u64::MAX);
    refused(
        unsigned,
        -1_i64,
        "holds an integer out of range, wanted an integer from 0 to 18446744073709551615",
    );
    fits(ColumnType::int(32), "5", 5_i64);
    refused(ColumnType::int(32), "five", "holds text, wanted an integer");
}

#[test]
fn documents_are_read() {
    fits(
        ColumnType::Json,
        Value::Json("[1]".into()),
        Value::Json("[1]".into()),
    );
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    fits(
        ColumnType::Json,
        Value::Json(deep.as_str().into()),
        Value::Json(deep.as_str().into()),
    );
    for text in ["oops", "{", "[1] 2", ""] {
        let holds = "holds text that is none, wanted JSON";
        refused(ColumnType::Json, Value::Json(text.into()), holds);
    }
}

#[test]
fn dates_that_are_far_have_the_form_of_dates() {
    for date in [
        "0044-03-15 BC",
        "12345-01-31",
        "2026-00-00",
        "0000-00-00 00:00:00",
        "12345-01-31T23:59:59.5+02:00",
    ] {
        fits(ColumnType::Date, date, date);
    }
    for date in [
        "hello BC",
        "12345-x",
        "2026-00-99 junk",
        "12345-13-01",
        "44-03-15 BC",
        "12345-01-31 25:00",
    ] {
        refused(
            ColumnType::Date,
            date,
            "holds text that isn't a date, wanted one like `2026-02-28`",
        );
    }
    fits(ColumnType::Time, "838:59:59.5", "838:59:59.5");
    refused(
        ColumnType::Time,
        "24:99",
        "holds text that isn't a time, wanted one like `13:30:00`",
    );
}

#[test]
fn decimals_beyond_floats_are_out_of_range() {
    for text in ["1e400", "-1e400"] {
        let number: BigDecimal = text.parse().unwrap();
        let held = "holds a decimal beyond it, wanted a float";
        refused(ColumnType::Float { bits: 64 }, number, held);
    }
}

#[test]
fn floats_take_what_they_hold_exactly() {
    let (single, double) = (
        ColumnType::Float { bits: 32 },
        ColumnType::Float { bits: 64 },
    );
    fits(single.clone(), 7_i64, Value::F32(7.0));
    fits(single, 100_000_i64, Value::F64(100_000.0));
    fits(
        double.clone(),
        1_i64 << 53,
        Value::F64(9_007_199_254_740_992.0),
    );
    fits(
        double.clone(),
        "0.5".parse::<BigDecimal>().unwrap(),
        Value::F64(0.5),
    );
    fits(double.clone(), "-Infinity", Value::F64(f64::NEG_INFINITY));
    refused(
        double.clone(),
        (1_i64 << 53) + 1,
        "holds an integer that it can't hold exactly, wanted a float",
    );
    refused(double.clone(), "half", "holds text, wanted a float");
    refused(double, true, "holds a boolean, wanted a float");
}

#[test]
fn decimals_take_numbers_and_text() {
    let decimal = ColumnType::Decimal {
        precision: None,
        scale: None,
    };
    let expected: BigDecimal = "9.99".parse().unwrap();
    fits(decimal.clone(), 9.99, expected.clone());
    fits(decimal.clone(), "9.99", expected);
    fits(decimal.clone(), f64::NAN, "NaN");
    refused(
        decimal.clone(),
        "dear",
        "holds text that isn't a decimal, wanted one like `12.50`",
    );
    fits(
        decimal.clone(),
        "1e200000",
        "1e200000".parse::<BigDecimal>().unwrap(),
    );
    let endless = "holds one whose point is more than 200,000 places from its digits, wanted a decimal that can \
                   be written out";
    refused(decimal.clone(), "1e-3000000000", endless);
    let number = "1e1000000000".parse::<BigDecimal>().unwrap();
    assert!(!decimal.holds(&number.clone().into()));
    refused(decimal, number.clone(), endless);
    refused(ColumnType::Float { bits: 64 }, number, endless);
}

#[test]
fn text_reads_as_what_it_says() {
    let date = NaiveDate::from_ymd_opt(2026, 2, 28).unwrap();
    fits(ColumnType::Date, "2026-02-28", date);
    fits(ColumnType::Date, "infinity", "infinity");
    fits(ColumnType::Date, "12026-02-28", "12026-02-28");
    refused(
        ColumnType::Date,
        "tomorrow",
        "holds text that isn't a date, wanted one like `2026-02-28`",
    );
    fits(
        ColumnType::Timestamp,
        "2026-02-28 00:00:00",
        date.and_hms_opt(0, 0, 0).unwrap(),
    );
    fits(
        ColumnType::TimestampTz,
        "2026-02-28T01:00:00+01:00",
        date.and_hms_opt(0, 0, 0).unwrap().and_utc(),
    );
    fits(
        ColumnType::Bytes { max_length: None },
        r"\xff",
        vec![255_u8],
    );
}

#[test]
fn json_arrays_become_arrays() {
    let ints = ColumnType::Array {
        element: Box::new(ColumnType::int(32)),
    };
    let json: Value = serde_json::json!([[1, 2], [3, null]]).into();
    let rows = vec![
        Value::from(vec![Some(1_i64), Some(2)]),
        Value::from(vec![Some(3_i64), None]),
    ];
    fits(ints.clone(), json, rows);
    refused(ints, vec!["x"], "holds text, wanted an integer");
}

#[test]
fn times_beyond_a_day_and_zero_dates_stay_text() {
    for text in ["24:00", "24:00:00", "838:59:59.000001", "-00:00:01"] {
        fits(ColumnType::Time, text, text);
    }
    refused(
        ColumnType::Time,
        "12:60",
        "holds text that isn't a time, wanted one like `13:30:00`",
    );
    refused(
        ColumnType::Time,
        "99",
        "holds text that isn't a time, wanted one like `13:30:00`",
    );
    fits(ColumnType::Date, "0000-00-00", "0000-00-00");
    fits(
        ColumnType::Timestamp,
        "2026-00-00 00:00:00",
        "2026-00-00 00:00:00",
    );
    refused(
        ColumnType::Date,
        "2026-13-01",
        "holds text that isn't a date, wanted one like `2026-02-28`",
    );
}

#[test]
fn uuids_fit_where_there_is_no_type_for_them() {
    let uuid = Uuid::from_u128(0x1234_5678_9abc_def0_1234_5678_9abc_def0);
    let text = "12345678-9abc-def0-1234-56789abcdef0";
    fits(ColumnType::text(), uuid, text);
    fits(
        ColumnType::Bytes {
            max_length: Some(16),
        },
        uuid,
        uuid.as_bytes().to_vec(),
    );
    assert_eq!(
        <Uuid as crate::value::FromValue>::from_value(Value::from(text)).unwrap(),
        uuid
    );
    let bytes = Value::from(uuid.as_bytes().to_vec());
    assert_eq!(
        <Uuid as crate::value::FromValue>::from_value(bytes).unwrap(),
        uuid
    );
    assert!(<Uuid as crate::value::FromValue>::from_value(Value::from("no")).is_err());
}

#[test]
fn sets_are_put_in_the_databases_order() {
    let set = ColumnType::Set {
        values: vec!["b".into(), "a".into()],
    };
    fits(set.clone(), "a,b,a", "b,a");
    fits(set.clone(), "", "");
    refused(
        set,
        "a,c",
        "holds another word, wanted any of b, a, with commas between them",
    );
}

#[test]
fn enums_know_their_words() {
    let mood = ColumnType::Enum {
        name: None,
        values: vec!["sad".into(), "ok".into()],
    };
    fits(mood.clone(), "ok", "ok");
    refused(mood, "blue", "holds another word, wanted one of sad, ok");
}

use super::*;

#[test]
fn what_chrono_has_no_room_for_stays_text() {
    let zero = Cell::Date(0, 0, 0, 0, 0, 0, 0);
    assert_eq!(
        Decoder::Date.decode(zero.clone()),
        Value::from("0000-00-00")
    );
    assert_eq!(
        Decoder::Timestamp(3).decode(zero),
        Value::from("0000-00-00 00:00:00.000")
    );
    let long = Cell::Time(true, 34, 22, 59, 59, 5);
    assert_eq!(
        Decoder::Time(0).decode(long.clone()),
        Value::from("-838:59:59")
    );
    assert_eq!(
        Decoder::Time(6).decode(long),
        Value::from("-838:59:59.000005")
    );
}

#[test]
fn decimals_are_what_their_text_says() {
    for text in [
        "0.00",
        "-0.05",
        "-12.50",
        "1000",
        "9999999999999999.99",
        "9223372036854775807",
        "9223372036854775808",
        "-12345678901234567890.1234567890",
    ] {
        let Value::Decimal(number) = Decoder::Decimal.decode(Cell::Bytes(text.into())) else {
            panic!("{text} is no decimal");
        };
        let expected: BigDecimal = text.parse().unwrap();
        assert_eq!(
            number.as_bigint_and_exponent(),
            expected.into_bigint_and_exponent()
        );
    }
    for odd in ["1.2.3", "-", "."] {
        let kept = Decoder::Decimal.decode(Cell::Bytes(odd.into()));
        assert_eq!(kept, Value::from(odd));
    }
}

#[test]
fn booleans_keep_what_they_are_not() {
    assert_eq!(Decoder::Bool.decode(Cell::Int(1)), Value::Bool(true));
    assert_eq!(Decoder::Bool.decode(Cell::Int(7)), Value::I64(7));
}

#[test]
fn bits_are_numbers() {
    let bits = |bytes: &[u8]| Decoder::Bits.decode(Cell::Bytes(bytes.to_vec()));
    assert_eq!(bits(&[1, 2]), Value::I64(258));
    assert_eq!(bits(&[255; 8]), Value::U64(u64::MAX));
    assert_eq!(Decoder::Bit.decode(Cell::Bytes(vec![1])), Value::Bool(true));
}

#[test]
fn a_column_that_nobody_knows_is_read_by_its_type() {
    let of = |wire, length, flags| {
        let column = Column::new(wire).with_column_length(length);
        Decoder::of(&column.with_flags(flags), None)
    };
    let (signed, unsigned) = (ColumnFlags::empty(), ColumnFlags::UNSIGNED_FLAG);
    assert_eq!(of(Wire::MYSQL_TYPE_TINY, 1, signed), Decoder::Bool);
    assert_eq!(of(Wire::MYSQL_TYPE_TINY, 1, unsigned), Decoder::Integer);
    assert_eq!(of(Wire::MYSQL_TYPE_TINY, 4, signed), Decoder::Integer);
    assert_eq!(of(Wire::MYSQL_TYPE_BIT, 1, unsigned), Decoder::Bit);
    assert_eq!(of(Wire::MYSQL_TYPE_BIT, 9, unsigned), Decoder::Bits);
    assert_eq!(of(Wire::MYSQL_TYPE_GEOMETRY, 0, signed), Decoder::Bytes);
    assert_eq!(of(Wire::MYSQL_TYPE_JSON, 0, signed), Decoder::Json);
    let text = Column::new(Wire::MYSQL_TYPE_VAR_STRING).with_character_set(255);
    assert_eq!(Decoder::of(&text, None), Decoder::Text);
    let bytes = text.with_character_set(BINARY);
    assert_eq!(Decoder::of(&bytes, None), Decoder::Bytes);
    // What the schema knows goes before it.
    assert_eq!(
        Decoder::of(&bytes, Some(&ColumnType::text())),
        Decoder::Text
    );
}

#[test]
fn what_is_not_of_its_type_is_kept() {
    let bytes = |decoder: Decoder, bytes: &[u8]| decoder.decode(Cell::Bytes(bytes.into()));
    assert_eq!(
        bytes(Decoder::Text, &[0xff, 1]),
        Value::Bytes([0xff, 1].into())
    );
    assert_eq!(bytes(Decoder::Uuid, b"none"), Value::from("none"));
    assert_eq!(Decoder::Text.decode(Cell::NULL), Value::Null);
    let zero = Cell::Date(2026, 0, 0, 0, 0, 0, 0);
    assert_eq!(Decoder::Text.decode(zero), Value::from("2026-00-00"));
    let long = Cell::Time(false, 2, 0, 0, 1, 7);
    assert_eq!(Decoder::Text.decode(long), Value::from("48:00:01.000007"));
}

#[test]
fn the_text_protocol_means_the_same() {
    let text = |decoder: Decoder, text: &str| decoder.decode(Cell::Bytes(text.into()));
    assert_eq!(text(Decoder::Integer, "-5"), Value::I64(-5));
    assert_eq!(text(Decoder::Bool, "1"), Value::Bool(true));
    assert_eq!(text(Decoder::Bool, "7"), Value::I64(7));
    assert_eq!(text(Decoder::Float, "0.5"), Value::F64(0.5));
    let day = NaiveDate::from_ymd_opt(2026, 2, 3).unwrap();
    assert_eq!(text(Decoder::Date, "2026-02-03"), Value::from(day));
    assert_eq!(
        text(Decoder::Integer, "18446744073709551615"),
        Value::U64(u64::MAX)
    );
    let at = NaiveDate::from_ymd_opt(2026, 2, 3)
        .unwrap()
        .and_hms_opt(4, 5, 6)
        .unwrap();
    assert_eq!(
        text(Decoder::Timestamp(0), "2026-02-03 04:05:06"),
        Value::from(at)
    );
    assert_eq!(
        text(Decoder::TimestampTz(0), "2026-02-03 04:05:06"),
        Value::from(at.and_utc())
    );
    assert_eq!(
        text(Decoder::Time(0), "838:00:00"),
        Value::from("838:00:00")
    );
}

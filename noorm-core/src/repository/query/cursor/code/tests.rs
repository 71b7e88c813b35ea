//! What is written reads back, and nothing else does.

use proptest::prelude::*;

use super::*;

fn at() -> NaiveDateTime {
    let date = NaiveDate::from_ymd_opt(2026, 2, 3).unwrap();
    date.and_hms_micro_opt(4, 5, 6, 789_012).unwrap()
}

/// Values of every kind, extreme ones among them.
fn values() -> Vec<Value> {
    let number = |text: &str| text.parse::<BigDecimal>().unwrap();
    vec![
        Value::Null,
        true.into(),
        false.into(),
        0_i64.into(),
        i64::MIN.into(),
        i64::MAX.into(),
        u64::MAX.into(),
        1.5_f32.into(),
        (-0.0_f64).into(),
        f64::INFINITY.into(),
        f64::NEG_INFINITY.into(),
        f64::MIN_POSITIVE.into(),
        number("0").into(),
        number("-12.340").into(),
        number("1e131071").into(),
        number("123456789012345678901234567890.000000000000000001").into(),
        "".into(),
        "Äpfel\0\u{10ffff}'; DROP".into(),
        "x".repeat(70_000).into(),
        vec![0_u8, 255].into(),
        Uuid::from_u128(7).into(),
        at().date().into(),
        NaiveDate::MIN.into(),
        at().time().into(),
        at().into(),
        at().and_utc().into(),
        Interval {
            months: -1,
            days: 2,
            micros: i64::MIN,
        }
        .into(),
        Value::Json(r#"{"a": 1}"#.into()),
        vec![Value::from(1), Value::Null, vec!["x"].into()].into(),
    ]
}

#[test]
fn every_value_reads_back() {
    let values = values();
    let text = write(7, &values);
    assert!(
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    );
    let back = read(&text, 7, values.len()).unwrap();
    assert_eq!(format!("{back:?}"), format!("{values:?}"));
    // Equal to the comparison, and different.
    let zero = read(&write(7, &[(-0.0_f64).into()]), 7, 1).unwrap();
    assert!(matches!(zero.as_slice(), [Value::F64(n)] if n.is_sign_negative()));
    let nan = read(&write(7, &[f64::NAN.into()]), 7, 1).unwrap();
    assert!(matches!(nan.as_slice(), [Value::F64(n)] if n.is_nan()));
}

#[test]
fn the_form_stays() {
    // Cursors are kept by others: a change needs another version.
    let values = [at().into(), 7_i64.into()];
    assert_eq!(
        write(0x0102_0304, &values),
        "AQECAwQNAAtJQgAAOXIvB14gAwAAAAAAAAAHJFsLoA"
    );
}

#[test]
fn what_is_wrong_with_a_text_is_told() {
    let text = write(7, &["Blue".into(), 1_i64.into()]);
    for wrong in [
        "",
        "AAAA",
        "=",
        "Blau!",
        "\u{e4}",
        &text[1..],
        &text[..text.len() - 1],
    ] {
        assert_eq!(read(wrong, 7, 2), Err(Fault::Damaged), "{wrong}");
    }
    assert_eq!(read(&format!("{text} "), 7, 2), Err(Fault::Damaged));
    assert_eq!(read(&format!("{text}="), 7, 2), Err(Fault::Damaged));
    assert_eq!(read(&text, 8, 2), Err(Fault::Order));
    assert_eq!(read(&text, 7, 1), Err(Fault::Damaged));
    assert_eq!(read(&text, 7, 3), Err(Fault::Damaged));
    let mut body = ALPHABET.decode(&text).unwrap();
    body.truncate(body.len() - 4);
    body[0] = 9;
    assert_eq!(read(&sealed(&body), 7, 2), Err(Fault::Version(9)));
}

#[test]
fn another_letter_anywhere_is_noticed() {
    let text = write(7, &["Blue".into(), 1_i64.into()]);
    for at in 0..text.len() {
        for letter in ["A", "z", "-"] {
            let mut other = text.clone();
            other.replace_range(at..=at, letter);
            if other != text {
                assert_eq!(read(&other, 7, 2), Err(Fault::Damaged), "{other}");
            }
        }
    }
}

/// With the right checksum: what somebody writes who knows the format.
fn sealed(body: &[u8]) -> String {
    let mut bytes = body.to_vec();
    bytes.extend(crc32fast::hash(body).to_be_bytes());
    ALPHABET.encode(bytes)
}

fn forged(values: &[u8]) -> String {
    sealed(&[&[VERSION, 0, 0, 0, 7], values].concat())
}

#[test]
fn lies_about_lengths_and_depths_end() {
    let endless = [&[8_u8][..], &[0xff; 20]].concat();
    let array = [17, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    let deep = [17_u8, 1].repeat(100_000);
    let huge = [&[7_u8][..], &i64::MIN.to_be_bytes(), &[1, 1]].concat();
    let tiny = [&[7_u8][..], &i64::MAX.to_be_bytes(), &[1, 1]].concat();
    let late = [&[11_u8][..], &i32::MAX.to_be_bytes()].concat();
    let hour = [12_u8, 0, 1, 0x51, 0x80, 0, 0, 0, 0];
    let not_text = [8_u8, 1, 0xff];
    for wrong in [
        &endless[..],
        &array,
        &deep,
        &huge,
        &tiny,
        &late,
        &hour,
        &not_text,
        &[18],
        &[8, 5, 65],
    ] {
        assert_eq!(
            read(&forged(wrong), 7, 1),
            Err(Fault::Damaged),
            "{:?}",
            wrong.get(..20)
        );
    }
    assert_eq!(read(&forged(&[2]), 7, 1), Ok(vec![true.into()]));
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<f32>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        any::<Vec<u8>>().prop_map(Value::from),
        (any::<i128>(), -1_000_i64..1_000).prop_map(|(digits, exponent)| BigDecimal::new(
            digits.into(),
            exponent
        )
        .into()),
        any::<u128>().prop_map(|n| Uuid::from_u128(n).into()),
    ];
    leaf.prop_recursive(3, 20, 5, |inner| {
        prop::collection::vec(inner, 0..5).prop_map(Value::from)
    })
}

proptest! {
    #[test]
    fn any_values_read_back(values in prop::collection::vec(any_value(), 0..5), order: u32) {
        let back = read(&write(order, &values), order, values.len());
        prop_assert_eq!(format!("{:?}", back), format!("Ok({values:?})"));
    }

    #[test]
    fn no_text_panics(text: String, count in 0_usize..4) {
        prop_assert!(read(&text, 7, count).is_err());
    }

    #[test]
    fn no_bytes_panic(bytes: Vec<u8>, count in 0_usize..4) {
        let _ = read(&ALPHABET.encode(&bytes), 7, count);
        // Past the checksum, and past the order.
        let _ = read(&sealed(&bytes), 7, count);
        let _ = read(&forged(&bytes), 7, count);
    }
}

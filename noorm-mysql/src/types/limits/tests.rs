use super::*;

#[track_caller]
fn check_on(version: &str, native: &str, value: impl Into<Value>, expected: Option<&str>) {
    let column = Column::new("c", 1, native, ColumnType::text());
    assert_eq!(
        would_change(&Server::of(version), &column, &value.into()).as_deref(),
        expected
    );
}

#[track_caller]
fn check(native: &str, value: impl Into<Value>, expected: Option<&str>) {
    check_on("9.7.4", native, value, expected);
}

fn number(text: &str) -> BigDecimal {
    text.parse().unwrap()
}

#[test]
fn long_texts_are_sorted_by_their_beginning() {
    let whole = |collation: &str, length: usize| {
        let mut column = Column::new("c", 1, "text", ColumnType::text());
        column.collation = Some(collation.into());
        sorted_whole(&column, &"ä".repeat(length).into())
    };
    assert!(whole("utf8mb4_general_ci", 300) && !whole("utf8mb4_general_ci", 301));
    assert!(whole("utf8mb4_uca1400_as_cs", 150) && !whole("utf8mb4_uca1400_as_cs", 151));
    assert!(whole("utf8mb4_0900_ai_ci", 100_000));
    let blob = Column::new("c", 1, "blob", ColumnType::Bytes { max_length: None });
    assert!(sorted_whole(&blob, &vec![0_u8; 999].into()));
    assert!(!sorted_whole(&blob, &vec![0_u8; 1_000].into()));
    assert!(sorted_whole(&blob, &Value::Null));
}

#[test]
fn decimals_are_neither_rounded_nor_out_of_range() {
    check("decimal(5,2)", number("999.99"), None);
    check("decimal(5,2)", number("-999.990"), None);
    check("decimal(5,2)", number("0"), None);
    check("decimal(2,2)", number("0.99"), None);
    check("decimal(2,2)", number("0"), None);
    check(
        "decimal(5,2)",
        number("1.005"),
        Some("has more than 2 digits after the point"),
    );
    check(
        "decimal(5,2)",
        number("1000"),
        Some("is out of range, which is from -999.99 to 999.99"),
    );
    check(
        "decimal(5,2) unsigned",
        number("-1"),
        Some("is out of range, which is from 0 to 999.99"),
    );
    check(
        "decimal(2,2)",
        number("1"),
        Some("is out of range, which is from -0.99 to 0.99"),
    );
}

#[test]
fn floats_are_finite() {
    check("double", 1e308, None);
    check("float", 0.1_f32, None);
    check(
        "float",
        1e39,
        Some("is out of range, which is from -3.402823e38 to 3.402823e38"),
    );
    check(
        "double",
        f64::NAN,
        Some("is no number that MySQL can keep: it has no NaN and no infinity"),
    );
    check("double(10,2)", 1.25, None);
    check(
        "double(10,2)",
        1.255,
        Some("has more than 2 digits after the point"),
    );
}

#[test]
fn numbers_without_a_sign_are_from_0_up() {
    check(
        "double unsigned",
        -0.5,
        Some("is out of range, which is from 0 up"),
    );
    check("double unsigned", 0.5, None);
    // What no decimal column holds isn't judged as one.
    check("varchar(20)", number("1.5"), None);
}

#[test]
fn a_leap_second_is_none_of_the_servers() {
    let date = NaiveDate::from_ymd_opt(2016, 12, 31).unwrap();
    let leap = date.and_hms_milli_opt(23, 59, 59, 1_000).unwrap();
    check(
        "datetime(6)",
        leap,
        Some("is a leap second, which MySQL does not have"),
    );
    check("varchar(40)", leap, None);
}

#[test]
fn texts_are_as_long_as_their_bytes() {
    let long = |native: &str, collation: &str, text: String| {
        let mut column = Column::new("c", 1, native, ColumnType::text());
        column.collation = Some(collation.into());
        too_long(&column, &text.into())
            .as_deref()
            .map(str::to_owned)
    };
    let most = Some("has more than 255 bytes".to_owned());
    assert_eq!(long("tinytext", "utf8mb4_bin", "ä".repeat(127)), None);
    assert_eq!(long("tinytext", "utf8mb4_bin", "ä".repeat(128)), most);
    assert_eq!(long("tinytext", "latin1_bin", "ä".repeat(255)), None);
    assert_eq!(long("tinytext", "latin1_bin", "ä".repeat(256)), most);
    // Blanks at the end are cut off in silence.
    let blanks = format!("a{}", " ".repeat(300));
    assert_eq!(long("tinytext", "utf8mb4_bin", blanks), None);
    assert_eq!(long("longtext", "utf8mb4_bin", "a".repeat(70_000)), None);
}

#[test]
fn years_and_bits() {
    check("year(4)", 1901, None);
    check("year", 0, None);
    check(
        "year",
        70,
        Some("is out of range, which is 0 and from 1901 to 2155"),
    );
    check("bit(3)", 7, None);
    check("bit(3)", 8, Some("is out of range, which is from 0 to 7"));
    check("bit(64)", u64::MAX, None);
}

#[test]
fn texts_and_bytes_that_would_be_trimmed_or_padded() {
    check("varchar(5)", "a ", None);
    check("char(5)", "a", None);
    check(
        "char(5)",
        "a ",
        Some("ends with blanks, which a CHAR column drops"),
    );
    check("varbinary(4)", vec![1_u8], None);
    check(
        "binary(4)",
        vec![1_u8],
        Some("has 1 bytes, which a BINARY column fills up to 4 with zeros"),
    );
}

#[test]
fn times_are_not_rounded() {
    let date = NaiveDate::from_ymd_opt(2026, 2, 28).unwrap();
    let fine = date.and_hms_micro_opt(1, 2, 3, 500).unwrap();
    check("datetime(6)", fine, None);
    check(
        "datetime",
        fine,
        Some("has a fraction of a second, which the column does not keep"),
    );
    check(
        "timestamp(3)",
        fine.and_utc(),
        Some("has more than 3 digits after the second's point"),
    );
    let old = NaiveDate::from_ymd_opt(1969, 12, 31).unwrap();
    check(
        "timestamp",
        old.and_hms_opt(0, 0, 0).unwrap().and_utc(),
        Some("is out of range, which is from 1970-01-01 00:00:01 to 2038-01-19 03:14:07 UTC"),
    );
    let late = NaiveDate::from_ymd_opt(2038, 1, 19).unwrap();
    let last = late.and_hms_micro_opt(3, 14, 7, 999_999).unwrap().and_utc();
    check("timestamp(6)", last, None);
    check(
        "timestamp(6)",
        last + chrono::TimeDelta::microseconds(1),
        Some("is out of range, which is from 1970-01-01 00:00:01 to 2038-01-19 03:14:07 UTC"),
    );
    let far = DateTime::from_timestamp(4_294_967_295, 999_999_000).unwrap();
    check_on("11.8.9-MariaDB", "timestamp(6)", far, None);
    check_on(
        "11.8.9-MariaDB",
        "timestamp(6)",
        far + chrono::TimeDelta::microseconds(1),
        Some("is out of range, which is from 1970-01-01 00:00:01 to 2106-02-07 06:28:15 UTC"),
    );
    check("datetime", old.and_hms_opt(0, 0, 0).unwrap(), None);
    check(
        "date",
        NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap(),
        Some("is out of range, which is from 0000-01-01 to 9999-12-31"),
    );
}

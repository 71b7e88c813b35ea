use bigdecimal::BigDecimal;
use chrono::{NaiveDate, NaiveDateTime};
use noorm_core::Value;
use noorm_core::schema::Column;
use tiberius::ColumnData;

use super::param::param;
use super::{
    Base, Encoding, bytes_list, column_type, json_list, native_type, select_as, would_change,
};

fn column(native: &str) -> Column {
    let name = native.split('(').next().unwrap();
    let numbers: Vec<i64> = native
        .split(['(', ',', ')'])
        .filter_map(|part| part.parse().ok())
        .collect();
    let (first, second) = (numbers.first().copied(), numbers.get(1).copied());
    let logical = column_type(name, -1, first.unwrap_or(18), second.unwrap_or(0));
    let mut column = Column::new("c", 1, native, logical);
    column.collation = Some("SQL_Latin1_General_CP1_CI_AS".into());
    column
}

fn at(text: &str) -> Value {
    text.parse::<NaiveDateTime>().unwrap().into()
}

fn decimal(text: &str) -> Value {
    text.parse::<BigDecimal>().unwrap().into()
}

#[test]
fn parameters_have_their_columns_types() {
    let declared = |native: Option<&str>, value: Value| {
        let column = native.map(column);
        param(&value, column.as_ref())
            .unwrap()
            .declared
            .into_owned()
    };
    let check = |native, value: Value, expected| {
        assert_eq!(declared(Some(native), value), expected, "{native}");
    };
    check("int", 5.into(), "int");
    check("tinyint", 5.into(), "tinyint");
    check("tinyint", 500.into(), "bigint");
    check("varchar(20)", "plain".into(), "varchar(8000)");
    check("varchar(20)", "日".into(), "nvarchar(4000)");
    check("nvarchar(20)", "plain".into(), "nvarchar(4000)");
    check("nvarchar(max)", "x".repeat(5000).into(), "nvarchar(max)");
    check("varchar(max)", "x".repeat(9000).into(), "varchar(max)");
    check("money", decimal("1.5"), "money");
    check("money", decimal("1.55555"), "decimal(38,5)");
    check("decimal(10,2)", decimal("1.50"), "decimal(38,2)");
    check("datetime", at("2026-01-02T03:04:05.003"), "datetime");
    check("datetime", at("2026-01-02T03:04:05.001"), "datetime2(7)");
    check("real", 0.5.into(), "real");
    check("float", 0.5.into(), "float(53)");
    check("varbinary(10)", vec![1_u8].into(), "varbinary(8000)");
    check("varbinary(max)", vec![1_u8; 9000].into(), "varbinary(max)");
    // Typed NULLs.
    check("date", Value::Null, "date");
    check("varbinary(max)", Value::Null, "varbinary(max)");
    check("text", Value::Null, "varchar(max)");
    check("rowversion", Value::Null, "binary(8)");
    assert_eq!(declared(None, Value::Null), "nvarchar(4000)");
    assert_eq!(declared(None, 5.into()), "bigint");
}

#[test]
fn decimals_of_38_digits_are_sent_whole() {
    let value = decimal("-1234567890123456789012345678.9012345678");
    let sent = param(&value, None).unwrap();
    assert_eq!(sent.declared, "decimal(38,10)");
    let text = |sent: super::param::Param<'_>| match sent.data {
        Some(ColumnData::String(Some(text))) => text.into_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(text(sent), "-1234567890123456789012345678.9012345678");
    let fraction = decimal("0.12345678901234567890123456789012345678");
    let sent = param(&fraction, None).unwrap();
    assert_eq!(sent.declared, "decimal(38,38)");
    assert_eq!(text(sent), "0.12345678901234567890123456789012345678");
    // Text isn't converted to money.
    let cash = column("money");
    let (value, cash) = (decimal("1.5"), Some(&cash));
    let sent = param(&value, cash).unwrap();
    assert!(matches!(sent.data, Some(ColumnData::Numeric(Some(_)))));
    let large = param(&decimal("1e20"), None).unwrap().declared.into_owned();
    assert_eq!(large, "decimal(38,0)");
    assert!(param(&decimal("1e38"), None).is_err());
    assert!(param(&decimal("1e-39"), None).is_err());
    assert!(param(&f64::NAN.into(), None).is_err());
    let early = NaiveDate::from_ymd_opt(-1, 1, 1).unwrap();
    assert!(param(&early.into(), None).is_err());
}

#[test]
fn datetimes_go_in_ticks_and_come_back() {
    use super::decode;
    let of = tiberius::ColumnType::Datetimen;
    for text in [
        "1753-01-01T00:00:00",
        "1899-12-31T23:59:59.997",
        "2026-01-02T03:04:05.003",
        "2026-01-02T03:04:05.007",
        "9999-12-31T23:59:59.997",
    ] {
        let column = column("datetime");
        let value = at(text);
        let sent = param(&value, Some(&column)).unwrap();
        assert_eq!(sent.declared, "datetime", "{text}");
        let data = match sent.data.unwrap() {
            ColumnData::DateTime(at) => ColumnData::DateTime(at),
            other => panic!("{other:?}"),
        };
        assert_eq!(decode(data, of).unwrap(), value, "{text}");
    }
}

#[test]
fn what_would_change_is_told() {
    let changes = |native: &str, value: Value| would_change(&column(native), &value).is_some();
    assert!(!changes("datetime", at("2026-01-02T03:04:05.997")));
    assert!(changes("datetime", at("2026-01-02T03:04:05.998")));
    assert!(changes("datetime", at("1752-12-31T00:00:00")));
    assert!(!changes("smalldatetime", at("2079-06-06T23:59:00")));
    assert!(changes("smalldatetime", at("2026-01-02T03:04:05")));
    assert!(!changes("datetime2(3)", at("2026-01-02T03:04:05.123")));
    assert!(changes("datetime2(3)", at("2026-01-02T03:04:05.1234")));
    assert!(changes("datetime2(7)", at("2026-12-31T23:59:60")));
    assert!(!changes("decimal(5,2)", decimal("999.99")));
    assert!(!changes("decimal(5,2)", decimal("1.500")));
    assert!(changes("decimal(5,2)", decimal("1.555")));
    assert!(changes("decimal(5,2)", decimal("1000")));
    assert!(!changes("money", decimal("-922337203685477.5808")));
    assert!(changes("money", decimal("922337203685477.5808")));
    assert!(!changes("varchar(10)", "zwölf €".into()));
    assert!(changes("varchar(10)", "日本".into()));
    assert!(!changes("nvarchar(10)", "日本".into()));
    assert!(changes("real", 1e300.into()));
    assert!(changes("float", f64::INFINITY.into()));
    assert!(changes("date", "infinity".into()));
}

#[test]
fn decimals_out_of_range_are_told_the_range() {
    let told = |native: &str, number: &str| would_change(&column(native), &decimal(number));
    let check = |native: &str, number: &str, expected: &str| {
        assert_eq!(told(native, number).as_deref(), Some(expected));
    };
    check(
        "decimal(5,2)",
        "-1000",
        "is out of range, which is from -999.99 to 999.99",
    );
    check(
        "decimal(2,2)",
        "1",
        "is out of range, which is from -0.99 to 0.99",
    );
    check(
        "decimal(5,2)",
        "0.001",
        "has more than 2 digits after the point",
    );
    check(
        "decimal(38,0)",
        "1e38",
        &format!("is out of range, which is from -{0} to {0}", "9".repeat(38)),
    );
    check(
        "smallmoney",
        "214748.3648",
        "is out of range, which is from -214748.3648 to 214748.3647",
    );
    assert_eq!(told("decimal(38,0)", "-1e37"), None);
    assert_eq!(told("decimal(5,2)", "0.000"), None);
    assert_eq!(told("money", "1e-4"), None);
}

#[test]
fn collations_name_their_code_pages() {
    let loses = |collation: &str, text: &str| Encoding::of(collation).loses(text);
    assert!(!loses("Latin1_General_100_CI_AS_SC_UTF8", "日本"));
    assert!(loses("Latin1_General_CI_AS", "日本"));
    assert!(!loses("Japanese_CI_AS", "日本"));
    assert!(!loses("Cyrillic_General_CI_AS", "привет"));
    assert!(loses("SQL_Latin1_General_CP1_CI_AS", "привет"));
    assert!(!loses("SQL_Latin1_General_CP1251_CI_AS", "привет"));
    assert_eq!(
        Encoding::of("SQL_Latin1_General_CP437_CI_AS"),
        Encoding::Unknown
    );
    assert!(!loses("Klingon_CI_AS", "plain"));
}

/// Each language's letters are kept in its code page, and no other's.
#[test]
fn languages_have_code_pages() {
    for (collation, kept, lost) in [
        ("Thai_CI_AS", "ก", "é"),
        ("Japanese_CI_AS", "あ", "é"),
        ("Chinese_PRC_CI_AS", "中", "ß"),
        ("Korean_Wansung_CI_AS", "한", "é"),
        ("Chinese_Taiwan_Stroke_CI_AS", "中", "é"),
        ("Polish_CI_AS", "ł", "ñ"),
        ("SQL_Latin1_General_CP1250_CI_AS", "ł", "ñ"),
        ("Cyrillic_General_CI_AS", "ж", "é"),
        ("Latin1_General_CI_AS", "é", "ł"),
        ("Greek_CI_AS", "λ", "é"),
        ("Turkish_CI_AS", "ğ", "ł"),
        ("Hebrew_CI_AS", "א", "é"),
        ("Arabic_CI_AS", "ب", "ł"),
        ("Lithuanian_CI_AS", "ė", "ñ"),
        ("Vietnamese_CI_AS", "ơ", "ł"),
    ] {
        let encoding = Encoding::of(collation);
        assert!(!encoding.loses(kept), "{collation} {kept}");
        assert!(encoding.loses(lost), "{collation} {lost}");
    }
    assert_eq!(Encoding::of("Klingon_CI_AS"), Encoding::Unknown);
    assert!(!Encoding::of("Klingon_CI_AS").loses("é"));
    assert!(!Encoding::of("Latin1_General_100_CI_AS_SC_UTF8").loses("中"));
}

#[test]
fn types_are_told_with_their_lengths() {
    assert_eq!(native_type("nvarchar", 240, 0, 0), "nvarchar(120)");
    assert_eq!(native_type("nvarchar", -1, 0, 0), "nvarchar(max)");
    assert_eq!(native_type("decimal", 9, 12, 3), "decimal(12,3)");
    assert_eq!(native_type("datetime2", 8, 27, 7), "datetime2(7)");
    assert_eq!(native_type("timestamp", 8, 0, 0), "rowversion");
    assert_eq!(column_type("nvarchar", 240, 0, 0).to_string(), "text(120)");
    assert_eq!(column_type("tinyint", 1, 3, 0).to_string(), "uint8");
    assert_eq!(column_type("money", 8, 19, 4).to_string(), "decimal(19, 4)");
    assert_eq!(column_type("float", 8, 53, 0).to_string(), "float64");
    assert_eq!(column_type("xml", -1, 0, 0).to_string(), "other(xml)");
    assert_eq!(select_as(&column("int")), super::SelectAs::Itself);
    assert_eq!(select_as(&column("geography")), super::SelectAs::Text);
}

#[test]
fn lists_are_json() {
    let list = [
        Value::Null,
        5.into(),
        0.1.into(),
        decimal("1.50"),
        "it's".into(),
        true.into(),
        at("2026-01-02T03:04:05.123"),
    ];
    assert_eq!(
        json_list(&list, None).unwrap(),
        r#"[null,5,1e-1,"1.50","it's",1,"2026-01-02T03:04:05.123"]"#
    );
    let datetimes = json_list(&[at("2026-01-02T03:04:05")], Some(Base::DateTime)).unwrap();
    assert_eq!(datetimes, r#"["2026-01-02T03:04:05.000"]"#);
    assert!(json_list(&[Value::Array([].into())], None).is_err());
}

#[test]
fn texts_that_are_escaped_are_names() {
    let long = format!("\"{}", "x".repeat(4000));
    let list = ["plain", "a \"b\"", "", "back\\slash\n", "0", &long].map(Value::from);
    assert_eq!(
        json_list(&list, None).unwrap(),
        format!(
            r#"{{"0":"plain","a \"b\"":true,"2":"","back\\slash\n":true,"4":"0","5":"\{long}"}}"#
        )
    );
    let null = json_list(&["\t".into(), Value::Null], None).unwrap();
    assert_eq!(null, r#"{"\t":true,"1":null}"#);
}

#[test]
fn bytes_stand_behind_their_places() {
    let list = [
        vec![0_u8, 255].into(),
        Value::Null,
        Vec::<u8>::new().into(),
        vec![7_u8].into(),
    ];
    let sent = bytes_list(&list).unwrap();
    let json = "[[        63,2],[null,null],[        65,0],[        65,1]]";
    let mut expected = vec![0, 0, 0, u8::try_from(json.len()).unwrap()];
    expected.extend_from_slice(json.as_bytes());
    expected.extend_from_slice(&[0, 255, 7]);
    assert_eq!(sent, expected);
    // Places count from 1.
    assert_eq!(sent[62..64], [0, 255]);
    assert_eq!(bytes_list(&[]).unwrap(), b"\0\0\0\x02[]");
    assert!(bytes_list(&["x".into()]).is_err());
}

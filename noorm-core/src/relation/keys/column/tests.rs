use super::*;
use crate::schema::{Index, IndexKey, IndexPart, TableKind};
use crate::sql::bare::Bare;

/// What a parent's value is as one of a column that holds this.
fn sought(holds: ColumnType, value: impl Into<Value>) -> Result<Option<Value>, ErrorKind> {
    let theirs = Column::new("c", 1, "x", holds);
    let column = KeyColumn::of(&Bare::default(), None, &theirs);
    let value = value.into();
    let sought = column.sought(&value).map_err(|error| error.kind())?;
    Ok(sought.map(Cow::into_owned))
}

fn decimal(text: &str) -> Value {
    text.parse::<BigDecimal>().unwrap().into()
}

#[test]
fn a_number_is_sought_as_its_column_holds_it() {
    let integer = || ColumnType::int(64);
    let is = |value: i64| Ok(Some(Value::from(value)));
    assert_eq!(sought(integer(), 7), is(7));
    assert_eq!(sought(integer(), decimal("7.00")), is(7));
    assert_eq!(sought(integer(), 7.0), is(7));
    assert_eq!(sought(integer(), true), is(1));
    // No integer is equal to these.
    assert_eq!(sought(integer(), decimal("7.5")), Ok(None));
    assert_eq!(sought(integer(), decimal("1e40")), Ok(None));
    assert_eq!(sought(integer(), 7.5), Ok(None));
    assert_eq!(sought(integer(), f64::NAN), Ok(None));
    assert_eq!(sought(integer(), "seven"), Ok(None));
    assert_eq!(sought(ColumnType::int(8), 300), Ok(None));
    let unsigned = ColumnType::Integer {
        bits: 64,
        unsigned: true,
    };
    let most = u64::MAX.to_string();
    assert_eq!(sought(unsigned, decimal(&most)), Ok(Some(u64::MAX.into())));
}

#[test]
fn a_truth_is_sought_as_0_or_1() {
    assert_eq!(sought(ColumnType::Bool, 1), Ok(Some(true.into())));
    assert_eq!(sought(ColumnType::Bool, 0), Ok(Some(false.into())));
    assert_eq!(sought(ColumnType::Bool, 2), Ok(None));
}

#[test]
fn a_number_is_sought_among_texts_as_it_is_written() {
    let text = ColumnType::text;
    assert_eq!(sought(text(), 7), Ok(Some("7".into())));
    assert_eq!(sought(text(), decimal("7.50")), Ok(Some("7.5".into())));
}

#[test]
fn what_nobody_can_compare_is_refused() {
    let refused = Err(ErrorKind::Unsupported);
    assert_eq!(sought(ColumnType::Bool, 0.5), refused);
    assert_eq!(sought(ColumnType::Uuid, 7), refused);
}

#[test]
fn a_whole_number_is_found_whatever_its_kind() {
    let column = Column::new("n", 1, "int", ColumnType::int(64));
    let column = KeyColumn::of(&Bare::default(), None, &column);
    let found = |value: Value| column.found(&value).into_owned();
    assert_eq!(found(5.0.into()), Value::I64(5));
    assert_eq!(found(5.5.into()), Value::F64(5.5));
    assert_eq!(found(1e300.into()), Value::F64(1e300));
    assert_eq!(found("5".into()), Value::from("5"));
}

#[test]
fn what_is_hashed_has_no_ranges() {
    let of = |methods: &[&str]| {
        let mut table = Table::new(None, "post", TableKind::Table);
        table.columns = vec![Column::new("user_id", 1, "int", ColumnType::int(32))];
        for method in methods {
            let part = IndexPart::new(IndexKey::Column("user_id".into()));
            let mut index = Index::new(*method, false, vec![part]);
            index.method = Some((*method).to_owned());
            table.indexes.push(index);
        }
        let columns = ["user_id".to_owned()];
        let pairs = KeyColumn::pairs(&Bare::default(), (&table, &columns), (&table, &columns));
        pairs.unwrap().iter().all(KeyColumn::has_ranges)
    };
    assert!(of(&[]) && of(&["btree"]) && of(&["gin"]) && of(&["hash", "btree"]));
    assert!(!of(&["hash"]) && !of(&["hash", "brin"]));
    let text = Column::new("name", 1, "text", ColumnType::Text { max_length: None });
    assert!(!KeyColumn::of(&Bare::default(), None, &text).has_ranges());
}

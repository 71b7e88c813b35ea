use noorm_core::plugin::Dialect as _;
use noorm_core::schema::{Column, ColumnType, PrimaryKey, Schema, Table, TableKind, TableName};
use noorm_core::statement::{Insert, Projection, Statement, Tree};

use super::*;

/// Some rows of a table with numbers of the server's own, which MySQL doesn't give back.
fn read_back(columns: &[&str], rows: usize) -> ReadBack {
    let mut table = Table::new(None, "t", TableKind::Table);
    table.columns = vec![
        Column::new("id", 1, "int", ColumnType::int(32)),
        Column::new("v", 2, "int", ColumnType::int(32)),
    ];
    if let Some(id) = table.columns.first_mut() {
        id.auto_increment = true;
    }
    table.primary_key = Some(PrimaryKey::new(None, vec!["id".into()]));
    let mut schema = Schema::new("mysql");
    schema.tables.push(table.into());
    let name = TableName::new(None, "t");
    let mut insert = Insert::new(name, columns.iter().copied(), rows);
    insert.returning = Some(Projection::All);
    let flavor = crate::MysqlDialect::default().flavor();
    let binds = vec![Value::Null; columns.len() * rows];
    let statement = Statement::new(Tree::Insert(insert), binds, &schema.into(), &*flavor);
    let rendered = statement.unwrap().rendered(&*flavor).unwrap();
    rendered.read_back.clone().unwrap()
}

#[test]
fn numbers_are_given_to_all_rows_or_to_none() {
    let given = read_back(&["v", "id"], 2);
    assert_eq!(*given.key, [KeySource::BindOrGenerated(1)]);
    let (one, none) = ([1.into(), 7.into()], [2.into(), Value::Null]);
    assert!(is_plain(&given, &[&one, &one]).is_ok());
    assert!(is_plain(&given, &[&none, &none]).is_ok());
    let error = is_plain(&given, &[&one, &none]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.help().unwrap().contains("`insert_many`"), "{error:?}");

    let generated = read_back(&["v"], 2);
    assert_eq!(*generated.key, [KeySource::Generated]);
    assert!(is_plain(&generated, &[&[1.into()], &[2.into()]]).is_ok());
}

#[test]
fn generated_numbers_are_a_step_apart() {
    assert_eq!(generated(Some(5), 0, 3), Value::from(5));
    assert_eq!(generated(Some(5), 2, 3), Value::from(11));
    // No number was made, or none that there is.
    assert_eq!(generated(None, 2, 3), Value::Null);
    let last = generated(Some(u64::MAX), 1, 1);
    assert_eq!(last, Value::from(u64::MAX));
}

#[test]
fn what_can_not_be_read_again_was_written() {
    let told = |kind| {
        let told = unread(Error::new(kind, "no"));
        (told.kind(), told.message().to_owned())
    };
    // As itself, the error would have the write run again.
    let (kind, message) = told(ErrorKind::SchemaChanged);
    assert_eq!(kind, ErrorKind::Database);
    assert!(message.starts_with("the rows were written, but can't be read back"));
    assert_eq!(told(ErrorKind::ConnectionLost).0, ErrorKind::ConnectionLost);
}

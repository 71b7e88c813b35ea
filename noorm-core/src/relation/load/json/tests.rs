use super::*;
use crate::schema::TableKind;
use crate::sql::bare::Bare;

fn column(kind: ColumnType) -> Cell {
    let table = Arc::new(Table::new(None, "t", TableKind::Table));
    Cell::Column(table, Box::new(Column::new("c", 1, "x", kind)))
}

fn read(text: &str, cells: &[Cell]) -> Result<Vec<Value>, String> {
    let mut values = Vec::new();
    let read = document_values(text, cells, &Bare::default(), &mut values);
    read.map_err(|error| error.to_string()).map(|()| values)
}

#[test]
fn a_row_is_an_array_or_an_object_in_order() {
    let cells = [column(ColumnType::int(64)), column(ColumnType::text())];
    let expected = Ok(vec![1.into(), "a".into(), Value::Null, "b\"".into()]);
    assert_eq!(read(r#"[[1, "a"], [null, "b\""]]"#, &cells), expected);
    // Keys aren't looked at: they stand as they were asked for.
    let objects = r#"[{"z": 1, "a": "a"}, {"a": null, "z": "b\""}]"#;
    assert_eq!(read(objects, &cells), expected);
    assert_eq!(read("[]", &cells), Ok(vec![]));
}

#[test]
fn a_row_that_lacks_values_shifts_no_others() {
    let cells = [column(ColumnType::int(64)), column(ColumnType::text())];
    let expected = Ok(vec![1.into(), Value::Null, 2.into(), "b".into()]);
    assert_eq!(read(r#"[[1], [2, "b", 3]]"#, &cells), expected);
}

#[test]
fn a_value_is_what_its_column_holds() {
    let one = |kind, token: &str| {
        let values = read(&format!("[[{token}]]"), &[column(kind)]);
        values.map(|values| values.into_iter().next())
    };
    let is = |value: Value| Ok(Some(value));
    assert_eq!(one(ColumnType::Bool, "true"), is(true.into()));
    assert_eq!(one(ColumnType::Bool, "false"), is(false.into()));
    assert_eq!(one(ColumnType::Bool, "0"), is(false.into()));
    assert_eq!(one(ColumnType::int(64), "-7"), is((-7).into()));
    // A column whose type is no promise.
    assert_eq!(one(ColumnType::int(64), r#""7""#), is("7".into()));
    let single = ColumnType::Float { bits: 32 };
    assert_eq!(one(single, r#""0.1""#), is(0.1_f32.into()));
    let double = ColumnType::Float { bits: 64 };
    assert_eq!(one(double, "2.5"), is(2.5.into()));
    assert_eq!(
        one(ColumnType::Json, r#""{\"a\": 1.0}""#),
        is(Value::Json(r#"{"a": 1.0}"#.into()))
    );
    assert_eq!(one(ColumnType::Date, r#""soon""#), is("soon".into()));
}

#[test]
fn numbers_of_rows_and_documents_within_have_no_column() {
    let cells = [Cell::Count, Cell::Document, Cell::Document];
    // What is within may be a document, or its text.
    let text = r#"[[3, [[1, "a"]], "[[2]]"]]"#;
    let expected = vec![3.into(), r#"[[1, "a"]]"#.into(), "[[2]]".into()];
    assert_eq!(read(text, &cells), Ok(expected));
}

#[test]
fn what_is_no_document_of_rows_is_told() {
    let cells = [column(ColumnType::text())];
    let error = read("[7]", &cells).unwrap_err();
    assert_eq!(
        error,
        "invalid type: integer `7`, expected the values of a row at line 1 column 2"
    );
    // As a server leaves it that has cut it off.
    for cut in [r#"[["a"], ["#, r#"[["a"], [""#, r#"[{"a": "#, ""] {
        let error = read(cut, &cells).unwrap_err();
        assert!(error.starts_with("EOF while parsing"), "{error}");
    }
}

#[test]
fn only_columns_of_the_rows_themselves_are_plain() {
    assert!(is_plain(&Node::Column("title".into())));
    assert!(!is_plain(&Node::Column("artist.name".into())));
    assert!(!is_plain(&Node::CountRows));
}

//! What a dialect says that nobody has told more.

use std::sync::Arc;

use super::SqlFlavor as _;
use crate::error::{Error, ErrorKind, Result};
use crate::repository::Record;
use crate::schema::{
    Column, ColumnType, Routine, RoutineKind, Schema, Table, TableKind, TableName,
};
use crate::sql::bare::Bare;
use crate::sql::render;
use crate::statement::{Expr, Select, Tree, col};

fn schema() -> Schema {
    let mut table = Table::new(None, "note", TableKind::Table);
    let mut place = 0;
    let mut add = |name: &str, column_type: ColumnType| {
        place += 1;
        table
            .columns
            .push(Column::new(name, place, "any", column_type));
    };
    add("body", ColumnType::text());
    add("data", ColumnType::Json);
    add(
        "tags",
        ColumnType::Array {
            element: Box::new(ColumnType::text()),
        },
    );
    let mut schema = Schema::new("bare");
    schema.tables.push(Arc::new(table));
    schema
}

fn rendered(filter: Expr<Record>) -> Result<String> {
    let mut select = Select::all(TableName::new(None, "note"));
    select.filter = Some(filter.into_parts().0);
    let rendered = render(&Tree::Select(select), &schema(), &Bare::default())?;
    let (_, filter) = rendered.sql.split_once(" WHERE ").unwrap_or_default();
    Ok(filter.to_owned())
}

#[track_caller]
fn refuses(filter: Expr<Record>, capability: &str) {
    let error: Error = rendered(filter).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains(capability), "{error}");
}

#[test]
fn what_needs_a_capability_is_refused() {
    refuses(col("body").search("words"), "full_text");
    refuses(col("tags").has("a"), "arrays");
    refuses(col("data").json_text(["a"]).eq("x"), "json_paths");
    let routine = Routine::new(None, "twice", RoutineKind::Function);
    let error = Bare::default()
        .call(&mut String::new(), &routine, &[])
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains("routines"), "{error}");
}

#[test]
fn letter_cases_are_matched_by_lowering_both_sides() {
    let filter = rendered(col("body").icontains("Blue")).unwrap();
    assert!(filter.contains("LIKE"), "{filter}");
}

#[test]
fn nothing_is_known_of_checks_and_texts() {
    let (bare, schema) = (Bare::default(), schema());
    let column = &schema.tables[0].columns[0];
    assert!(bare.check_syntax().is_none());
    assert!(bare.text_equality(column).is_none());
    assert!(bare.cannot_match("a\0b").is_none());
    assert!(bare.would_change(column, &"x".into()).is_none());
    assert!(bare.too_long(column, &"x".into()).is_none());
    assert!(bare.sorted_as_compared(column) && bare.sorted_whole(column, &"x".into()));
    assert_eq!(
        (bare.ping(), bare.explain(), bare.text_type()),
        ("SELECT 1", "EXPLAIN ", "text")
    );
}

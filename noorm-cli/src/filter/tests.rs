//! The filter language as a table of texts and what they mean.

mod hostile;
mod refused;
mod understood;

use expect_test::Expect;
use noorm::Value;
use noorm::schema::{Column, ColumnType, Table, TableKind};
use noorm::statement::Node;

use super::parse;

/// A table with a column of each type that texts are converted for.
fn table() -> Table {
    let mut table = Table::new(None, "album", TableKind::Table);
    let array = ColumnType::Array {
        element: Box::new(ColumnType::int(32)),
    };
    let mood = ColumnType::Enum {
        name: None,
        values: vec!["glad".into(), "sad".into()],
    };
    let decimal = ColumnType::Decimal {
        precision: Some(10),
        scale: Some(2),
    };
    let columns = [
        ("title", ColumnType::text()),
        ("year", ColumnType::int(16)),
        ("rating", ColumnType::Float { bits: 64 }),
        ("price", decimal),
        ("live", ColumnType::Bool),
        ("released", ColumnType::Date),
        ("at", ColumnType::Timestamp),
        ("seen", ColumnType::TimestampTz),
        ("key", ColumnType::Uuid),
        ("tags", array),
        ("extra", ColumnType::Json),
        ("mood", mood),
        ("cover", ColumnType::Bytes { max_length: None }),
        ("Odd \"name\"", ColumnType::text()),
        ("or", ColumnType::text()),
    ];
    for (name, column_type) in columns {
        table.columns.push(Column::new(name, 1, "", column_type));
    }
    table
}

/// What a filter means, or what it is told.
fn meaning(text: &str) -> String {
    match parse(text).and_then(|filter| filter.resolve(&table())) {
        Ok(expr) => {
            let (node, binds) = expr.into_parts();
            show(&node, &mut binds.into_iter())
        }
        Err(error) => {
            let kind = if error.is_syntax() { "syntax: " } else { "" };
            let mut told = format!("{kind}{}", error.message());
            if let Some((excerpt, marks)) = error.excerpt() {
                told += &format!("\n  {excerpt}\n  {marks}");
            }
            if let Some(help) = error.help() {
                told += &format!("\nhelp: {help}");
            }
            told
        }
    }
}

fn show(node: &Node, binds: &mut impl Iterator<Item = Value>) -> String {
    match node {
        Node::Column(name) => name.to_string(),
        Node::Bind => format!("{:?}", binds.next().unwrap()),
        Node::Compare(by, a, b) => {
            format!("{} {by:?} {}", show(a, binds), show(b, binds))
        }
        Node::IsNull(a) => format!("{} is null", show(a, binds)),
        Node::Between(a, b, c) => {
            let [a, b, c] = [a, b, c].map(|node| show(node, binds));
            format!("{a} between {b} and {c}")
        }
        Node::In(a) => format!("{} in {:?}", show(a, binds), binds.next().unwrap()),
        Node::Match(how, a) => format!("{} {how:?} {:?}", show(a, binds), binds.next().unwrap()),
        Node::Not(a) => format!("not ({})", show(a, binds)),
        Node::And(all) => parts(all, " and ", binds),
        Node::Or(all) => parts(all, " or ", binds),
        other => format!("{other:?}"),
    }
}

fn parts(all: &[Node], between: &str, binds: &mut impl Iterator<Item = Value>) -> String {
    let all: Vec<String> = all.iter().map(|node| show(node, binds)).collect();
    format!("({})", all.join(between))
}

fn check(text: &str, expected: Expect) {
    expected.assert_eq(&meaning(text));
}

//! The conditions under which rows stand behind a place, and the places that cursors hold.

use std::fmt::Write as _;
use std::sync::Arc;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::keyset::{Keyset, Toward};
use crate::error::ErrorKind;
use crate::repository::Record;
use crate::repository::plan::{Plan, Plans};
use crate::schema::{Column, ColumnType, PrimaryKey, Schema, Table, TableKind, TableName, Unique};
use crate::sql::{Capabilities, SqlFlavor, Writer, render};
use crate::statement::{Node, Order, Select, Tree, col};
use crate::value::Value;

/// A dialect that compares rows, or doesn't.
struct Plain {
    rows: bool,
    nulls_highest: bool,
    dynamic: bool,
}

const PLAIN: Plain = Plain {
    rows: false,
    nulls_highest: false,
    dynamic: false,
};

impl SqlFlavor for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::minimal(999);
        capabilities.compares_rows = self.rows;
        capabilities.nulls_highest = self.nulls_highest;
        capabilities.orders_nulls = true;
        capabilities.dynamic_types = self.dynamic;
        capabilities
    }

    fn identifier(&self, out: &mut String, name: &str) {
        out.push_str(name);
    }

    fn placeholder(&self, out: &mut String, number: usize) {
        out.push_str(&format!("${number}"));
    }

    fn in_list(&self, writer: &mut Writer<'_>, operand: &Node) {
        writer.operand(operand);
        writer.push(" = ANY(");
        writer.bind();
        writer.push(")");
    }

    fn sorted_as_compared(&self, column: &Column) -> bool {
        !matches!(
            column.column_type,
            ColumnType::Enum { .. } | ColumnType::Set { .. }
        )
    }
}

/// `t (id, a, b, n NULL, word NULL)`, whose key is `id`; a word is small, large or huge.
fn plan(change: impl FnOnce(&mut Table)) -> Arc<Plan> {
    let mut table = Table::new(None, "t", TableKind::Table);
    let words = ["small", "large", "huge"].map(String::from).to_vec();
    let word = ColumnType::Enum {
        name: None,
        values: words.clone(),
    };
    let columns = [
        ("id", ColumnType::int(64)),
        ("a", ColumnType::int(64)),
        ("b", ColumnType::text()),
        ("n", ColumnType::int(64)),
        ("word", word),
        ("set", ColumnType::Set { values: words }),
    ];
    for (position, (name, column_type)) in (1..).zip(columns) {
        let mut column = Column::new(name, position, "native", column_type);
        column.nullable = !["id", "a", "b"].contains(&name);
        table.columns.push(column);
    }
    table.primary_key = Some(PrimaryKey::new(None, vec!["id".into()]));
    change(&mut table);
    let mut schema = Schema::new("plain");
    schema.tables.push(table.into());
    let name = TableName::new(None, "t");
    Plans::default().get(&schema.into(), &name).unwrap()
}

fn keyset(flavor: &Plain, order: &[Order<Record>]) -> Keyset {
    let order: Vec<_> = order.iter().map(|order| order.by.clone()).collect();
    Keyset::new(plan(|_| {}), &order, flavor).unwrap()
}

fn orders(names: &[&str]) -> Vec<Order<Record>> {
    names.iter().map(|name| (*name).into()).collect()
}

/// What follows `FROM t`, for rows behind and before `place`.
#[track_caller]
fn check(flavor: &Plain, order: &[Order<Record>], place: &[Value], expected: Expect) {
    let keyset = keyset(flavor, order);
    let both = [Toward::Next, Toward::Previous].map(|toward| {
        let mut lines = String::new();
        for (node, binds) in keyset.behind(place, toward) {
            let mut select = Select::all(TableName::new(None, "t"));
            select.filter = Some(node);
            select.order = keyset.order(toward);
            let sql = render(&Tree::Select(select), &plan(|_| {}).schema, flavor).unwrap();
            let binds: Vec<_> = binds.iter().map(|bind| bind.to_text().unwrap()).collect();
            let rest = sql.sql.split_once(" FROM t").unwrap().1.to_owned();
            let binds = match binds.is_empty() {
                true => String::new(),
                false => format!(" <- {}", binds.join(", ")),
            };
            writeln!(lines, "{}{binds}", rest.trim()).unwrap();
        }
        lines
    });
    expected.assert_eq(&both.concat());
}

#[test]
fn one_column_is_compared_alone() {
    check(
        &PLAIN,
        &orders(&["id"]),
        &[7.into()],
        expect![[r#"
            WHERE id > $1 ORDER BY id <- 7
            WHERE id < $1 ORDER BY id DESC <- 7
        "#]],
    );
    check(
        &PLAIN,
        &orders(&[]),
        &[7.into()],
        expect![[r#"
            WHERE id > $1 ORDER BY id <- 7
            WHERE id < $1 ORDER BY id DESC <- 7
        "#]],
    );
}

#[test]
fn the_first_comparison_stands_alone_in_front() {
    let place = [1.into(), "x".into(), 7.into()];
    check(
        &PLAIN,
        &orders(&["a", "-b"]),
        &place,
        expect![[r#"
            WHERE (a >= $1 AND (a > $2 OR (a = $3 AND b <= $4 AND (b < $5 OR (b = $6 AND id < $7))))) ORDER BY a, b DESC, id DESC <- 1, 1, 1, x, x, x, 7
            WHERE (a <= $1 AND (a < $2 OR (a = $3 AND b >= $4 AND (b > $5 OR (b = $6 AND id > $7))))) ORDER BY a DESC, b, id <- 1, 1, 1, x, x, x, 7
        "#]],
    );
}

#[test]
fn rows_are_compared_where_all_go_one_way() {
    let rows = Plain {
        rows: true,
        ..PLAIN
    };
    let place = [1.into(), "x".into(), 7.into()];
    check(
        &rows,
        &orders(&["a", "b"]),
        &place,
        expect![[r#"
            WHERE (a, b, id) > ($1, $2, $3) ORDER BY a, b, id <- 1, x, 7
            WHERE (a, b, id) < ($1, $2, $3) ORDER BY a DESC, b DESC, id DESC <- 1, x, 7
        "#]],
    );
    check(
        &rows,
        &orders(&["-a", "b"]),
        &place,
        expect![[r#"
            WHERE (a <= $1 AND (a < $2 OR (a = $3 AND b >= $4 AND (b > $5 OR (b = $6 AND id > $7))))) ORDER BY a DESC, b, id <- 1, 1, 1, x, x, x, 7
            WHERE (a >= $1 AND (a > $2 OR (a = $3 AND b <= $4 AND (b < $5 OR (b = $6 AND id < $7))))) ORDER BY a, b DESC, id DESC <- 1, 1, 1, x, x, x, 7
        "#]],
    );
    // NULLs that stand first are behind no value; those that stand last are.
    check(
        &rows,
        &orders(&["n"]),
        &[1.into(), 7.into()],
        expect![[r#"
            WHERE (n, id) > ($1, $2) ORDER BY n, id <- 1, 7
            WHERE (n, id) < ($1, $2) ORDER BY n DESC, id DESC <- 1, 7
            WHERE n IS NULL ORDER BY n DESC, id DESC
        "#]],
    );
    check(
        &rows,
        &orders(&["n"]),
        &[Value::Null, 7.into()],
        expect![[r#"
            WHERE (n IS NULL AND id > $1) ORDER BY n, id <- 7
            WHERE NOT (n IS NULL) ORDER BY n, id
            WHERE (n IS NULL AND id < $1) ORDER BY n DESC, id DESC <- 7
        "#]],
    );
}

#[test]
fn nulls_are_where_the_order_has_them() {
    let nulls = [Value::Null, 7.into()];
    check(
        &PLAIN,
        &orders(&["n"]),
        &nulls,
        expect![[r#"
            WHERE (n IS NULL AND id > $1) ORDER BY n, id <- 7
            WHERE NOT (n IS NULL) ORDER BY n, id
            WHERE (n IS NULL AND id < $1) ORDER BY n DESC, id DESC <- 7
        "#]],
    );
    check(
        &PLAIN,
        &[col("n").asc().nulls_last()],
        &nulls,
        expect![[r#"
            WHERE (n IS NULL AND id > $1) ORDER BY n NULLS LAST, id <- 7
            WHERE (n IS NULL AND id < $1) ORDER BY n DESC NULLS FIRST, id DESC <- 7
            WHERE NOT (n IS NULL) ORDER BY n DESC NULLS FIRST, id DESC
        "#]],
    );
    let highest = Plain {
        nulls_highest: true,
        ..PLAIN
    };
    check(
        &highest,
        &orders(&["n"]),
        &nulls,
        expect![[r#"
            WHERE (n IS NULL AND id > $1) ORDER BY n, id <- 7
            WHERE (n IS NULL AND id < $1) ORDER BY n DESC, id DESC <- 7
            WHERE NOT (n IS NULL) ORDER BY n DESC, id DESC
        "#]],
    );
    check(
        &highest,
        &orders(&["n"]),
        &[1.into(), 7.into()],
        expect![[r#"
            WHERE (n >= $1 AND (n > $2 OR (n = $3 AND id > $4))) ORDER BY n, id <- 1, 1, 1, 7
            WHERE n IS NULL ORDER BY n, id
            WHERE (n <= $1 AND (n < $2 OR (n = $3 AND id < $4))) ORDER BY n DESC, id DESC <- 1, 1, 1, 7
        "#]],
    );
}

#[test]
fn words_that_are_sorted_by_their_place_are_listed() {
    check(
        &PLAIN,
        &orders(&["word"]),
        &["large".into(), 7.into()],
        expect![[r#"
            WHERE (word = ANY($1) AND (word = ANY($2) OR (word = $3 AND id > $4))) ORDER BY word, id <- {"large","huge"}, {"huge"}, large, 7
            WHERE ((NOT (word IS NULL) AND NOT (word = ANY($1))) AND ((NOT (word IS NULL) AND NOT (word = ANY($2))) OR (word = $3 AND id < $4))) ORDER BY word DESC, id DESC <- {"huge"}, {"large","huge"}, large, 7
            WHERE word IS NULL ORDER BY word DESC, id DESC
        "#]],
    );
    // A word that is in no type, but in the table all the same.
    check(
        &PLAIN,
        &orders(&["word"]),
        &["".into(), 7.into()],
        expect![[r#"
            WHERE (NOT (word IS NULL) AND (word = ANY($1) OR (word = $2 AND id > $3))) ORDER BY word, id <- {"small","large","huge"}, , 7
            WHERE ((NOT (word IS NULL) AND NOT (word = ANY($1))) AND ((NOT (word IS NULL) AND NOT (NOT (word IS NULL))) OR (word = $2 AND id < $3))) ORDER BY word DESC, id DESC <- {"small","large","huge"}, , 7
            WHERE word IS NULL ORDER BY word DESC, id DESC
        "#]],
    );
    let set = orders(&["set"]).remove(0).by;
    let error = Keyset::new(plan(|_| {}), &[set], &PLAIN).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains("`t.set`"), "{error}");
}

#[test]
fn values_are_compared_as_they_are_stored_where_any_may_be() {
    let dynamic = Plain {
        dynamic: true,
        rows: true,
        ..PLAIN
    };
    let keyset = keyset(&dynamic, &orders(&["a"]));
    let cursor = keyset
        .cursor(&["not a number".into(), 7.into()], &dynamic)
        .unwrap();
    let place = keyset.place(&cursor, &dynamic).unwrap();
    assert_eq!(place, ["not a number".into(), 7.into()]);
    let stretches = format!("{:?}", keyset.behind(&place, Toward::Next));
    assert!(stretches.contains("Stored"), "{stretches}");
    // NaN is stored by nobody.
    let cursor = keyset
        .cursor(&[f64::NAN.into(), 7.into()], &dynamic)
        .unwrap();
    let error = keyset.place(&cursor, &dynamic).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidCursor);
}

#[test]
fn a_key_is_added_that_is_never_null() {
    let columns = |names: &[&str], change: fn(&mut Table)| {
        let order: Vec<_> = orders(names).into_iter().map(|order| order.by).collect();
        match Keyset::new(plan(change), &order, &PLAIN) {
            Ok(keyset) => keyset.columns().join(" "),
            Err(error) => format!("{:?}", error.kind()),
        }
    };
    let keyless: fn(&mut Table) = |t| t.primary_key = None;
    assert_eq!(columns(&["a"], |_| {}), "a id");
    assert_eq!(columns(&["-id", "a"], |_| {}), "id a");
    assert_eq!(columns(&["a", "a", "-a"], |_| {}), "a id");
    assert_eq!(columns(&["a"], keyless), "InvalidStatement");
    assert_eq!(
        columns(&["b"], |t| {
            t.primary_key = None;
            t.unique.push(Unique::new(None, vec!["n".into()]));
            t.unique
                .push(Unique::new(None, vec!["a".into(), "b".into()]));
        }),
        "b a"
    );
    // SQLite lets NULLs into a primary key.
    let nullable: fn(&mut Table) = |t| t.columns[0].nullable = true;
    assert_eq!(columns(&["a"], nullable), "a id");
}

#[test]
fn what_a_cursor_holds_must_fit() {
    let keyset = keyset(&PLAIN, &orders(&["a", "n", "word"]));
    let read = |place: &[Value]| {
        let place = keyset.place(&keyset.cursor(place, &PLAIN).unwrap(), &PLAIN);
        place.map_err(|error| error.kind())
    };
    let good = [1.into(), Value::Null, "huge".into(), 7.into()];
    assert_eq!(read(&good), Ok(good.to_vec()));
    for (at, wrong) in [
        (0, Value::Null),
        (0, "one".into()),
        (1, true.into()),
        (2, "tiny".into()),
    ] {
        let mut place = good.clone();
        place[at] = wrong;
        assert_eq!(read(&place), Err(ErrorKind::InvalidCursor));
    }
}

proptest! {
    #[test]
    fn any_text_is_refused_in_words(text: String) {
        let keyset = keyset(&PLAIN, &orders(&["a"]));
        let error = keyset.place(&text, &PLAIN).unwrap_err();
        prop_assert_eq!(error.kind(), ErrorKind::InvalidCursor);
        prop_assert!(error.help().is_some());
    }
}

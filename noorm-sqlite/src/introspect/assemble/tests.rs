use expect_test::{Expect, expect};
use noorm_core::schema::ColumnType;

use super::*;

fn object(kind: &str, name: &str, table: &str, sql: &str) -> Object {
    Object {
        kind: kind.into(),
        name: name.into(),
        table: table.into(),
        sql: Some(sql.into()),
    }
}

fn column(table: &str, cid: i64, name: &str, native_type: &str) -> FoundColumn {
    FoundColumn {
        table: table.into(),
        cid,
        name: name.into(),
        native_type: native_type.into(),
        not_null: false,
        default: None,
        key_place: 0,
        hidden: 0,
    }
}

fn key_part(id: i64, from: &str, target: &str, to: Option<&str>) -> FoundForeignKeyPart {
    FoundForeignKeyPart {
        table: "child".into(),
        id,
        seq: 0,
        target: target.into(),
        from: from.into(),
        to: to.map(Into::into),
        on_update: "NO ACTION".into(),
        on_delete: "CASCADE".into(),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "`expect!` makes a value")]
fn check_notes(found: Found, expected: Expect) -> Schema {
    let schema = assemble(found);
    let lines = schema
        .notes
        .iter()
        .map(|n| format!("{}: {}", n.object, n.message));
    expected.assert_eq(&lines.collect::<Vec<_>>().join("\n"));
    schema
}

#[test]
fn nothing_gives_an_empty_schema() {
    let schema = check_notes(Found::default(), expect![""]);
    assert_eq!(schema.dialect, "sqlite");
    assert!(schema.tables.is_empty());
}

#[test]
fn sql_that_makes_no_sense_leaves_what_the_pragmas_tell() {
    let mut generated = column("t", 1, "b", "text");
    generated.hidden = 3;
    let part = |position, column: Option<&str>| FoundIndexPart {
        table: "t".into(),
        name: "i".into(),
        unique: true,
        origin: "c".into(),
        partial: true,
        position,
        column: column.map(Into::into),
        descending: position == 1,
        collation: Some("BINARY".into()),
    };
    let found = Found {
        objects: vec![
            object("table", "t", "t", "CREATE TABBLE ("),
            object("index", "i", "t", "\u{0}"),
            object("trigger", "tr", "T", "CREATE"),
            object("view", "v", "v", "SELECT"),
        ],
        listed: vec![ListedTable {
            name: "v".into(),
            kind: "view".into(),
            without_rowid: false,
        }],
        columns: vec![
            generated,
            column("t", 0, "a", "int"),
            column("v", 0, "x", ""),
        ],
        index_parts: vec![part(1, None), part(0, Some("a"))],
        ..Found::default()
    };
    let schema = check_notes(
        found,
        expect![[r#"
            column t.b: what it is computed from is unknown
            column v.x: it has no declared type
            index i: it is partial, but its condition can't be read
            index i: the expression of its part 2 can't be read
            table t: its SQL can't be understood: names of constraints, checks, collations and deferrability are missing
            trigger tr: its SQL can't be understood: when it fires is missing
            view v: its SQL can't be understood: the definition is the whole of it"#]],
    );
    let table = schema.table("t").unwrap();
    assert_eq!(table.columns[0].column_type, ColumnType::int(64));
    assert!(table.columns[1].generated.is_some());
    assert_eq!(table.indexes[0].columns, ["a", ""]);
    assert!(table.indexes[0].parts[1].descending && table.indexes[0].unique);
    assert!(table.triggers[0].events.is_empty());
}

#[test]
fn sql_of_other_columns_than_the_pragma_tells_of_is_not_believed() {
    let found = Found {
        objects: vec![object(
            "table",
            "t",
            "t",
            "CREATE TABLE t (b CHECK (b > 0))",
        )],
        columns: vec![column("t", 0, "a", "int")],
        ..Found::default()
    };
    let schema = check_notes(
        found,
        expect![
            "table t: its SQL can't be understood: names of constraints, checks, collations and deferrability are missing"
        ],
    );
    assert!(schema.tables[0].checks.is_empty());
}

#[test]
fn foreign_keys_that_fit_nothing_are_kept_and_told() {
    let mut key = [column("pair", 0, "a", "int"), column("pair", 1, "b", "int")];
    (key[0].key_place, key[1].key_place) = (2, 1);
    let found = Found {
        objects: vec![
            object("table", "child", "child", "CREATE TABLE child AS SELECT"),
            object("table", "Pair", "Pair", "CREATE TABLE Pair AS SELECT"),
            object("table", "heap", "heap", "CREATE TABLE heap AS SELECT"),
        ],
        columns: vec![
            column("child", 0, "x", "int"),
            column("heap", 0, "y", "int"),
        ]
        .into_iter()
        .chain(key)
        .collect(),
        foreign_keys: vec![
            key_part(3, "x", "ghost", Some("id")),
            key_part(2, "x", "pair", None),
            key_part(1, "x", "heap", None),
            key_part(0, "x", "HEAP", Some("Z")),
        ],
        ..Found::default()
    };
    let schema = check_notes(
        found,
        expect![[r#"
            table child: its foreign key (x) points at `ghost`, which doesn't exist
            table child: its foreign key (x) points at the key of `Pair`, which has 2 columns
            table child: its foreign key (x) points at `heap`, which has no primary key
            table child: its foreign key (x) points at `heap.Z`, which doesn't exist"#]],
    );
    let keys = &schema.table("child").unwrap().foreign_keys;
    assert_eq!(keys[0].references.columns, ["id"]);
    assert_eq!(keys[1].references.columns, ["b", "a"]);
    assert_eq!(keys[3].references.table, "heap");
}

#[test]
fn a_broken_object_stays_in_the_schema() {
    let found = Found {
        objects: vec![object(
            "view",
            "v",
            "v",
            "CREATE VIEW v AS SELECT * FROM gone",
        )],
        listed: vec![ListedTable {
            name: "v".into(),
            kind: "view".into(),
            without_rowid: false,
        }],
        unreadable: vec![Unreadable {
            name: "v".into(),
            what: "columns",
            reason: "no such table: main.gone".into(),
        }],
        ..Found::default()
    };
    let schema = check_notes(
        found,
        expect!["view v: its columns can't be read: no such table: main.gone"],
    );
    let view = schema.table("v").unwrap();
    assert_eq!(view.definition.as_deref(), Some("SELECT * FROM gone"));
}

//! Discovering a schema that has one of everything.

mod support;

use expect_test::{Expect, expect};
use noorm_core::schema::{
    Action, Deferrability, Generated, GeneratedStorage, IndexKey, Table, TableKind, TriggerEvent,
    TriggerTiming,
};
use noorm_core::schema::{Check, Schema};
use support::TestCatalog;

const TORTURE: &str = include_str!("support/torture.sql");

fn torture() -> Schema {
    TestCatalog::new(TORTURE).schema()
}

#[expect(clippy::needless_pass_by_value, reason = "`expect!` makes a value")]
fn check_columns(table: &Table, expected: Expect) {
    let lines = table.columns.iter().map(|c| {
        let mut line = format!("{} {}: {}", c.position, c.name, c.column_type);
        for (is, word) in [
            (!c.nullable, "not null"),
            (c.auto_increment, "auto"),
            (c.hidden, "hidden"),
        ] {
            if is {
                line += &format!(", {word}");
            }
        }
        for (word, text) in [("default", &c.default), ("collate", &c.collation)] {
            if let Some(text) = text {
                line += &format!(", {word} {text}");
            }
        }
        line
    });
    expected.assert_eq(&lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn tables_are_found_and_what_is_sqlites_own_is_not() {
    let mut catalog = TestCatalog::new(TORTURE);
    let schema = catalog.schema();
    assert_eq!(catalog.statements, 6);
    let names: Vec<_> = (schema.tables.iter())
        .map(|t| format!("{} {:?}", t.name, t.kind))
        .collect();
    expect![[r#"
        Größe "1" Table
        boxes VirtualTable
        child Table
        docs VirtualTable
        docs_note Table
        loose Table
        order Table
        pair Table
        strict_one Table
        totals View"#]]
    .assert_eq(&names.join("\n"));
    assert_eq!(schema.dialect, "sqlite");
    assert_eq!(schema.server_version.as_deref(), Some(rusqlite::version()));
    assert!(schema.tables.iter().all(|t| t.schema.is_none()));
}

#[test]
fn columns() {
    let schema = torture();
    check_columns(
        schema.table("order").unwrap(),
        expect![[r#"
            1 id: int64, not null, auto
            2 select: text(40), not null, default 'a ''(,'' b', collate NOCASE
            3 Größe: decimal(10, 2), default (1 + 2)
            4 status: text, not null, default 'open'
            5 made: timestamp, default CURRENT_TIMESTAMP
            6 total: decimal
            7 label: text, not null"#]],
    );
    let order = schema.table("order").unwrap();
    assert_eq!(
        order.column("total").unwrap().generated,
        Some(Generated::new("\"Größe\" * (2)", GeneratedStorage::Virtual))
    );
    let label = order.column("label").unwrap().generated.as_ref().unwrap();
    assert_eq!(label.expression, "\"select\" || ')'");
    assert_eq!(label.storage, GeneratedStorage::Stored);
    assert_eq!(order.column("select").unwrap().native_type, "VARCHAR(40)");
}

#[test]
fn a_key_that_is_no_rowid_may_be_null_where_sqlite_lets_it() {
    let schema = torture();
    check_columns(
        schema.table("loose").unwrap(),
        expect![[r#"
            1 code: text
            2 n: other()
            3 shape: other(POINT)"#]],
    );
    // WITHOUT ROWID and STRICT tables hold no NULL in a key.
    check_columns(
        schema.table("pair").unwrap(),
        expect![[r#"
            1 a: int64, not null
            2 b: int64, not null
            3 note: text"#]],
    );
    check_columns(
        schema.table("strict_one").unwrap(),
        expect![[r#"
            1 code: text, not null
            2 any: other(ANY)"#]],
    );
    let mut quirk = TestCatalog::new(
        "CREATE TABLE a (id INTEGER PRIMARY KEY DESC); CREATE TABLE b (id INTEGER, PRIMARY KEY (id DESC));
         CREATE TABLE c (id INTEGER PRIMARY KEY) WITHOUT ROWID; CREATE TABLE d (id INT PRIMARY KEY)",
    );
    let schema = quirk.schema();
    let auto = |table: &str| schema.table(table).unwrap().columns[0].auto_increment;
    assert_eq!(["a", "b", "c", "d"].map(auto), [false, true, false, false]);
}

#[test]
fn keys_are_in_their_own_order_with_their_names() {
    let schema = torture();
    let pair = schema.table("pair").unwrap();
    let key = pair.primary_key.as_ref().unwrap();
    assert_eq!(key.name.as_deref(), Some("pair key"));
    assert_eq!(key.columns, ["b", "a"]);
    let order = schema.table("order").unwrap();
    let key = order.primary_key.as_ref().unwrap();
    assert_eq!(key.name.as_deref(), Some("order_pk"));
    let unique: Vec<_> = (order.unique.iter())
        .map(|u| (u.name.as_deref(), u.columns.join(",")))
        .collect();
    assert_eq!(
        unique,
        [(None, "made".into()), (Some("uq"), "Größe,select".into())]
    );
    assert_eq!(schema.table("loose").unwrap().key_columns(), ["code"]);
}

#[test]
fn foreign_keys() {
    let schema = torture();
    let child = schema.table("child").unwrap();
    let lines: Vec<_> = (child.foreign_keys.iter())
        .map(|key| {
            let (name, to) = (key.name.as_deref().unwrap_or("-"), &key.references);
            let (from, columns) = (key.columns.join(","), to.columns.join(","));
            format!("{name}: {from} -> {}({columns})", to.table)
        })
        .collect();
    expect![[r#"
        -: order_id -> order(id)
        up: parent -> child(id)
        -: ghost -> ghost(id)
        named, really: x,y -> pair(b,a)
        -: made -> order(made)"#]]
    .assert_eq(&lines.join("\n"));
    let key = |i: usize| &child.foreign_keys[i];
    assert_eq!(
        (key(0).on_delete, key(0).on_update),
        (Action::Cascade, Action::SetNull)
    );
    assert_eq!(key(1).deferrability, Deferrability::InitiallyDeferred);
    assert_eq!(
        (key(3).on_delete, key(3).on_update),
        (Action::Restrict, Action::SetDefault)
    );
    assert_eq!(key(3).deferrability, Deferrability::InitiallyImmediate);
    assert_eq!(key(4).deferrability, Deferrability::NotDeferrable);
}

#[test]
fn checks() {
    let schema = torture();
    let check = |name: Option<&str>, expression: &str| Check::new(name.map(Into::into), expression);
    assert_eq!(
        schema.table("order").unwrap().checks,
        [
            check(None, "status IN ('open', 'closed')"),
            check(Some("a)"), "length(\"select\") > 0 AND \"select\" <> ')'"),
            check(Some("big"), "\"Größe\" < 100"),
        ]
    );
}

#[test]
fn indexes() {
    let schema = torture();
    let lines: Vec<_> = (schema.table("order").unwrap().indexes.iter())
        .map(|index| {
            let parts = index.parts.iter().map(|part| {
                let kind = match part.key {
                    IndexKey::Column(_) => "",
                    IndexKey::Expression(_) => "=",
                };
                let direction = if part.descending { " desc" } else { "" };
                format!("{kind}{}{direction}", part.text())
            });
            let parts: Vec<_> = parts.collect();
            let (unique, own) = (index.unique, !index.from_constraint);
            let name = format!("{} unique={unique} own={own}", index.name);
            let predicate = index.predicate.as_deref().unwrap_or("-");
            format!("{name} [{}] {predicate}", parts.join(" | "))
        })
        .collect();
    expect![[r#"
        by expression unique=true own=true [=lower("select") || ',' desc | Größe | =id + 1 COLLATE NOCASE] status = 'open' AND (made > 0)
        by_status unique=false own=true [status desc | select] -
        sqlite_autoindex_order_1 unique=true own=false [made] -
        sqlite_autoindex_order_2 unique=true own=false [Größe | select] -"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn views_triggers_and_virtual_tables() {
    let schema = torture();
    let view = schema.table("totals").unwrap();
    assert_eq!(view.kind, TableKind::View);
    assert_eq!(
        view.definition.as_deref(),
        Some("SELECT id, \"Größe\" * 2, ';' FROM \"order\"")
    );
    check_columns(
        view,
        expect![[r#"
            1 id: int64
            2 double size: other()
            3 semi: other()"#]],
    );
    let trigger = &view.triggers[0];
    assert_eq!(
        (trigger.timing, &*trigger.events),
        (TriggerTiming::InsteadOf, &[TriggerEvent::Update][..])
    );
    let triggers = &schema.table("order").unwrap().triggers;
    let names: Vec<_> = triggers.iter().map(|t| &*t.name).collect();
    assert_eq!(names, ["BEFORE", "logged"]);
    assert_eq!(
        (triggers[0].timing, triggers[0].events[0]),
        (TriggerTiming::Before, TriggerEvent::Delete)
    );
    assert_eq!(
        (triggers[1].timing, triggers[1].events[0]),
        (TriggerTiming::After, TriggerEvent::Insert)
    );
    assert!(triggers[1].enabled && triggers[1].for_each_row);
    assert!(triggers[1].definition.as_ref().unwrap().ends_with("END"));

    let docs = schema.table("docs").unwrap();
    let visible: Vec<_> = docs.visible_columns().map(|c| &*c.name).collect();
    assert_eq!(visible, ["title", "body"]);
    assert_eq!(docs.columns.len(), 4);
}

#[test]
fn notes_tell_what_could_not_be_said() {
    let schema = torture();
    let lines = schema
        .notes
        .iter()
        .map(|n| format!("{}: {}", n.object, n.message));
    expect![[r#"
        column docs.body: it has no declared type
        column docs.title: it has no declared type
        column loose.n: it has no declared type
        column loose.shape: the type `POINT` is unknown; its values travel as text
        column strict_one.any: the type `ANY` is unknown; its values travel as text
        column totals.double size: it has no declared type
        column totals.semi: it has no declared type
        index by expression: it orders `Größe` by the collation NOCASE
        table boxes: it is virtual, made with `rtree`; its own tables are left out: boxes_node, boxes_parent, boxes_rowid
        table child: its foreign key (ghost) points at `ghost`, which doesn't exist
        table docs: it is virtual, made with `fts5`; its own tables are left out: docs_config, docs_content, docs_data, docs_docsize, docs_idx"#]].assert_eq(&lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn two_runs_are_equal_and_survive_json() {
    let mut catalog = TestCatalog::new(TORTURE);
    let schema = catalog.schema();
    assert_eq!(schema, catalog.schema());
    let json = serde_json::to_string(&schema).unwrap();
    assert_eq!(serde_json::from_str::<Schema>(&json).unwrap(), schema);
}

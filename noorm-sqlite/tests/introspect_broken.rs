//! Discovering a database in which something is broken.

mod support;

use expect_test::expect;
use noorm_core::ErrorKind;
use noorm_core::plugin::Scope;
use noorm_core::schema::{Schema, TableKind};
use rusqlite::Connection;
use support::TestCatalog;

/// As many tables as asked for, each pointing at the one before it.
fn tables(count: usize) -> String {
    let table = |n: usize| {
        let before = n.saturating_sub(1);
        format!(
            "CREATE TABLE t{n} (id INTEGER PRIMARY KEY, up INT REFERENCES t{before});
             CREATE INDEX i{n} ON t{n} (up); CREATE VIEW v{n} AS SELECT * FROM t{n};"
        )
    };
    (0..count).map(table).collect()
}

fn notes(schema: &Schema) -> String {
    let lines = schema
        .notes
        .iter()
        .map(|n| format!("{}: {}", n.object, n.message));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_number_of_statements_is_that_of_the_kinds() {
    for count in [0, 3, 300] {
        let mut catalog = TestCatalog::new(&tables(count));
        let schema = catalog.schema();
        assert_eq!(schema.tables.len(), 2 * count);
        assert_eq!(catalog.statements, 6, "{count} tables");
        assert_eq!(notes(&schema), "");
    }
}

#[test]
fn broken_objects_are_isolated() {
    let mut catalog = TestCatalog::new(&tables(100));
    let made = catalog.connection.execute_batch(
        "CREATE TABLE gone (a); CREATE VIEW broken AS SELECT * FROM gone;
         CREATE VIEW above AS SELECT * FROM broken; DROP TABLE gone;
         PRAGMA writable_schema = ON;
         INSERT INTO sqlite_schema VALUES
             ('table', 'orphan', 'orphan', 0, 'CREATE VIRTUAL TABLE orphan USING missing(a)');
         PRAGMA writable_schema = RESET;",
    );
    made.unwrap();
    let schema = catalog.schema();
    expect![[r#"
        table orphan: it is virtual, made with `missing`
        table orphan: its columns can't be read: no such module: missing
        view above: its columns can't be read: no such table: main.gone
        view broken: its columns can't be read: no such table: main.gone"#]]
    .assert_eq(&notes(&schema));
    // 203 objects, three of them broken: 6, and what it takes to halve the list down to each.
    expect!["36"].assert_eq(&catalog.statements.to_string());
    assert_eq!(schema.tables.len(), 203);
    let readable = schema.tables.iter().filter(|t| t.columns.len() == 2);
    assert_eq!(readable.count(), 200);
    assert_eq!(
        schema.table("orphan").unwrap().kind,
        TableKind::VirtualTable
    );
    let broken = schema.table("broken").unwrap();
    assert_eq!(broken.definition.as_deref(), Some("SELECT * FROM gone"));
    assert!(broken.columns.is_empty());
}

#[test]
fn a_connection_that_breaks_is_no_broken_table() {
    for (kind, statements) in [(ErrorKind::ConnectionLost, 4), (ErrorKind::Timeout, 4)] {
        let mut catalog = TestCatalog::new(&tables(3));
        catalog.fail_from = Some((4, kind));
        let error = catalog.introspect(&Scope::default()).unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_eq!(catalog.statements, statements);
    }
    let mut catalog = TestCatalog::new("");
    catalog.fail_from = Some((4, ErrorKind::Database));
    let error = catalog.introspect(&Scope::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Database);
}

#[test]
fn sql_that_somebody_edited_leaves_what_the_pragmas_tell() {
    // The connection keeps the schema that it parsed, and the catalog's text is something else.
    let mut catalog = TestCatalog::new(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b AS (a || 'x'));
         CREATE INDEX i ON t (lower(a)) WHERE a > 'b';
         CREATE TRIGGER tr AFTER DELETE ON t BEGIN SELECT 1; END;
         CREATE TABLE u (id INTEGER PRIMARY KEY CHECK (id > 0));
         PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = x'ff00fe' WHERE name = 't';
         UPDATE sqlite_schema SET sql = '))((' WHERE name = 'i';
         UPDATE sqlite_schema SET sql = 7 WHERE name = 'tr';
         UPDATE sqlite_schema SET sql = 'CREATE TABLE u (id INTEGER PRIMARY KEY CHECK (id > 0' WHERE name = 'u';",
    );
    let schema = catalog.schema();
    expect![[r#"
        column t.b: what it is computed from is unknown
        column t.b: it has no declared type
        index i: it is partial, but its condition can't be read
        index i: the expression of its part 1 can't be read
        table t: its SQL can't be understood: names of constraints, checks, collations and deferrability are missing
        table u: its SQL can't be understood: names of constraints, checks, collations and deferrability are missing
        trigger tr: its SQL can't be understood: when it fires is missing"#]].assert_eq(&notes(&schema));
    let table = schema.table("t").unwrap();
    assert_eq!(table.key_columns(), ["id"]);
    assert_eq!(table.unique[0].columns, ["a"]);
    assert_eq!(table.columns.len(), 3);
}

#[test]
fn only_main_is_there_to_discover() {
    let mut catalog = TestCatalog::new(
        "ATTACH ':memory:' AS other; CREATE TABLE other.x (a); CREATE TABLE y (a INT)",
    );
    let schema = catalog
        .introspect(&Scope::default().schema("Main"))
        .unwrap();
    let names: Vec<_> = schema.tables.iter().map(|t| &*t.name).collect();
    assert_eq!(names, ["y"]);
    let scope = Scope::default().schema("main").schema("other");
    let error = catalog.introspect(&scope).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    expect!["sqlite can't discover the schema `other`: it lacks the capability `schemas`: leave the schema out; of attached databases, only `main` is discovered"].assert_eq(&error.to_string());
}

#[test]
fn a_table_changed_after_it_was_made_is_read_as_it_is_now() {
    let mut catalog = TestCatalog::new(
        "CREATE TABLE p (id INTEGER PRIMARY KEY);
         CREATE TABLE t (a INT, CONSTRAINT u UNIQUE (a) CONSTRAINT c CHECK (a > 0));
         ALTER TABLE t ADD COLUMN b INT CONSTRAINT f REFERENCES p DEFERRABLE INITIALLY DEFERRED;
         ALTER TABLE t ADD COLUMN c TEXT COLLATE NOCASE CHECK (c <> '');
         ALTER TABLE t RENAME COLUMN a TO \"a b\"; ALTER TABLE t RENAME TO \"t, (\";
         CREATE TABLE copy AS SELECT * FROM \"t, (\";",
    );
    let schema = catalog.schema();
    assert_eq!(notes(&schema), "");
    let table = schema.table("t, (").unwrap();
    assert_eq!(table.unique[0].name.as_deref(), Some("u"));
    assert_eq!(table.unique[0].columns, ["a b"]);
    assert_eq!(table.foreign_keys[0].name.as_deref(), Some("f"));
    assert_eq!(
        table.column("c").unwrap().collation.as_deref(),
        Some("NOCASE")
    );
    let checks: Vec<_> = table.checks.iter().map(|c| &*c.expression).collect();
    assert_eq!(checks, ["c <> ''", "\"a b\" > 0"]);
    let copy = schema.table("copy").unwrap();
    assert_eq!(copy.columns.len(), 3);
}

#[test]
fn a_file_that_is_open_read_only_is_discovered() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let made = Connection::open(file.path()).unwrap();
    made.execute_batch(&tables(2)).unwrap();
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let read_only = Connection::open_with_flags(file.path(), flags).unwrap();
    assert_eq!(TestCatalog::over(read_only).schema().tables.len(), 4);
}

//! Assembling, without a server. What needs one is in `tests/introspect.rs`.

use expect_test::{Expect, expect};
use noorm_core::plugin::Scope;
use noorm_core::schema::{ColumnType, Schema};

use super::assemble::{CatalogRows, assemble};
use super::columns::ColumnRow;
use super::constraints::ConstraintRow;
use super::fields::numbers;
use super::indexes::IndexRow;
use super::relations::RelationRow;
use super::schemas::{SchemaRow, Schemas};
use super::targets::TargetRow;
use super::types::{TypeRow, Types};

fn schema_row(oid: u32, name: &str) -> SchemaRow {
    SchemaRow {
        oid,
        name: name.to_owned(),
        is_system: name.starts_with("pg_"),
        is_current: false,
        is_usable: name != "closed",
        server_version: "15.4".to_owned(),
    }
}

fn rows() -> CatalogRows {
    let all = vec![schema_row(11, "pg_catalog"), schema_row(12, "closed")];
    CatalogRows {
        schemas: Schemas::choose(all, &Scope::default()).unwrap(),
        relations: Vec::new(),
        columns: Vec::new(),
        types: vec![built_in(23, "int4", -1)],
        constraints: Vec::new(),
        targets: Vec::new(),
        indexes: Vec::new(),
        sequences: Vec::new(),
        triggers: Vec::new(),
        routines: Vec::new(),
    }
}

fn built_in(oid: u32, name: &str, modifier: i32) -> TypeRow {
    TypeRow {
        oid,
        modifier,
        schema: "pg_catalog".to_owned(),
        name: name.to_owned(),
        native: format!("{name}#{modifier}"),
        kind: "b".to_owned(),
        ..TypeRow::default()
    }
}

fn table(oid: u32, name: &str) -> RelationRow {
    RelationRow {
        oid,
        schema: "s".to_owned(),
        name: name.to_owned(),
        kind: "r".to_owned(),
        readable: "all".to_owned(),
        ..RelationRow::default()
    }
}

fn partition(oid: u32, name: &str, parent: u32) -> RelationRow {
    RelationRow {
        is_partition: true,
        parent: Some(parent),
        ..table(oid, name)
    }
}

fn column(relation: u32, position: u32, name: &str) -> ColumnRow {
    ColumnRow {
        relation,
        position,
        name: name.to_owned(),
        type_oid: 23,
        modifier: -1,
        ..ColumnRow::default()
    }
}

fn foreign_key(name: &str, relation: u32, target: u32) -> ConstraintRow {
    ConstraintRow {
        relation,
        name: name.to_owned(),
        kind: "f".to_owned(),
        columns: Some("{1}".to_owned()),
        target,
        target_columns: Some("{2}".to_owned()),
        actions: Some("ca".to_owned()),
        ..ConstraintRow::default()
    }
}

fn notes(schema: &Schema) -> String {
    let notes = schema.notes.iter();
    notes
        .map(|n| format!("{}: {}\n", n.object, n.message))
        .collect()
}

fn check_type(row: TypeRow, expected: Expect) {
    let key = (row.oid, row.modifier);
    let types = Types::new(&[row]);
    expected.assert_eq(&types.get(key.0, key.1).column_type.to_string());
}

#[test]
fn modifiers_are_read() {
    let numeric = |precision: i32, scale: i32| ((precision << 16) | (scale & 0x7ff)) + 4;
    check_type(
        built_in(1700, "numeric", numeric(10, 2)),
        expect!["decimal(10, 2)"],
    );
    check_type(
        built_in(1700, "numeric", numeric(3, -2)),
        expect!["decimal(3, -2)"],
    );
    check_type(
        built_in(1700, "numeric", numeric(1000, 1000)),
        expect!["decimal(1000, 1000)"],
    );
    check_type(built_in(1700, "numeric", -1), expect!["decimal"]);
    check_type(built_in(1043, "varchar", 34), expect!["text(30)"]);
    check_type(built_in(1043, "varchar", i32::MIN), expect!["text"]);
}

#[test]
fn a_users_own_type_is_not_taken_for_a_built_in() {
    let mut date = built_in(20_000, "date", -1);
    date.schema = "public".to_owned();
    check_type(date.clone(), expect!["other(date#-1)"]);
    date.name = "citext".to_owned();
    check_type(date, expect!["text"]);
}

#[test]
fn types_in_a_circle_end() {
    let mut domain = built_in(20_000, "d", -1);
    domain.base = Some(20_000);
    domain.base_modifier = -1;
    check_type(domain, expect!["other(d#-1)"]);
}

#[test]
fn an_unknown_type_is_other() {
    let types = Types::new(&[]);
    assert!(matches!(
        types.get(1, -1).column_type,
        ColumnType::Other { .. }
    ));
}

#[test]
fn columns_are_put_in_order_though_they_come_in_pieces() {
    let mut rows = rows();
    rows.relations = vec![table(1, "a"), table(2, "b")];
    rows.columns = vec![
        column(1, 4, "z"),
        column(2, 1, "x"),
        column(1, 2, "y"),
        column(9, 1, "lost"),
    ];
    let schema = assemble(rows);
    let names: Vec<_> = schema.tables[0]
        .columns
        .iter()
        .map(|c| c.name.as_str())
        .collect();
    assert_eq!(names, ["y", "z"]);
    assert_eq!(schema.tables[1].columns.len(), 1);
}

#[test]
fn partitions_stand_on_their_root_or_nowhere() {
    let mut rows = rows();
    rows.relations = vec![
        partition(3, "leaf", 2),
        table(1, "root"),
        partition(2, "mid", 1),
    ];
    rows.relations.push(partition(5, "elsewhere", 4));
    let schema = assemble(rows);
    let partitions = schema.tables[0].partitions.iter();
    assert_eq!(
        partitions.map(|p| p.name.as_str()).collect::<Vec<_>>(),
        ["leaf", "mid"]
    );
    assert_eq!(schema.tables.len(), 1);
}

#[test]
fn foreign_keys_find_their_target_near_and_far() {
    let mut rows = rows();
    rows.relations = vec![table(1, "a")];
    rows.columns = vec![column(1, 1, "x"), column(1, 2, "y")];
    rows.constraints = vec![
        foreign_key("near", 1, 1),
        foreign_key("far", 1, 7),
        foreign_key("gone", 1, 8),
        ConstraintRow {
            traits: Some("t".to_owned()),
            ..foreign_key("period", 1, 1)
        },
        ConstraintRow {
            columns: Some("{9}".to_owned()),
            ..foreign_key("lost", 1, 1)
        },
    ];
    rows.targets = vec![TargetRow {
        oid: 7,
        schema: "other".to_owned(),
        name: "b".to_owned(),
        numbers: Some(vec!["1".to_owned(), "2".to_owned()]),
        names: Some(vec!["p".to_owned(), "q".to_owned()]),
    }];
    let schema = assemble(rows);
    let keys = schema.tables[0].foreign_keys.iter();
    let keys = keys.map(|k| format!("{} {:?}\n", k.references.table_name(), k.references.columns));
    expect![[r#"
        other.b ["q"]
        s.a ["y"]
    "#]]
    .assert_eq(&keys.collect::<String>());
    expect![[r#"
        constraint s.a.gone: the table that it points at is not known: left out
        constraint s.a.lost: its columns are not known: left out
        constraint s.a.period: a foreign key with PERIOD doesn't mean equal values: left out
        schema closed: the user has no right to use it: nothing in it can be read or written
    "#]]
    .assert_eq(&notes(&schema));
}

#[test]
fn an_index_on_an_unknown_column_is_noted() {
    let mut rows = rows();
    rows.relations = vec![table(1, "a")];
    rows.indexes = vec![IndexRow {
        relation: 1,
        name: "i".to_owned(),
        columns: "3".to_owned(),
        traits: Some("un".to_owned()),
        ..IndexRow::default()
    }];
    expect![[r#"
        index s.a.i: its NULLS NOT DISTINCT isn't expressed
        index s.a.i: one of its columns is not known: left out
        schema closed: the user has no right to use it: nothing in it can be read or written
    "#]]
    .assert_eq(&notes(&assemble(rows)));
}

#[test]
fn numbers_are_read_from_arrays_and_vectors() {
    assert_eq!(numbers("{2,-1}").collect::<Vec<_>>(), [2, -1]);
    assert_eq!(numbers("3 0 1").collect::<Vec<_>>(), [3, 0, 1]);
    assert_eq!(numbers("{}").count() + numbers("").count(), 0);
}

use super::*;
use crate::error::ErrorKind;
use crate::schema::{
    Column, ColumnType, Index, IndexPart, PrimaryKey, Schema, TableKind, TableName, Trigger,
    TriggerEvent, TriggerTiming, Unique,
};
use crate::sql::bare::Bare;
use crate::sql::{Upsert, render};
use crate::statement::Tree;

/// A table of the columns `id`, `code`, `name`, which may be NULL but for the key `id`.
fn schema(change: impl FnOnce(&mut Table)) -> Schema {
    let mut table = Table::new(None, "t", TableKind::Table);
    for (position, name) in (1..).zip(["id", "code", "name"]) {
        let mut column = Column::new(name, position, "text", ColumnType::text());
        column.nullable = name != "id";
        table.columns.push(column);
    }
    table.primary_key = Some(PrimaryKey::new(None, vec!["id".into()]));
    change(&mut table);
    let mut schema = Schema::new("bare");
    schema.tables.push(table.into());
    schema
}

fn upsert(columns: &[&str], target: &[&str], update: &[&str], rows: usize) -> Tree {
    let mut insert = Insert::new(TableName::new(None, "t"), columns.iter().copied(), rows);
    let target = target.iter().copied();
    insert.on_conflict = Some(Conflict::new(target, update.iter().copied()));
    Tree::Insert(insert)
}

fn unique(columns: &[&str]) -> Unique {
    Unique::new(None, columns.iter().map(|c| (*c).to_owned()).collect())
}

/// Whether a dialect that takes any key does an upsert of `columns` by `id`.
#[track_caller]
fn any_key(columns: &[&str], allowed: bool, change: impl FnOnce(&mut Table)) {
    let tree = upsert(columns, &["id"], &columns[1..], 1);
    match render(&tree, &schema(change), &Bare(Upsert::AnyKey)) {
        Ok(_) => assert!(allowed),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert!(!allowed, "{error}");
        }
    }
}

#[test]
fn another_key_that_could_fire_is_refused_where_any_does() {
    any_key(&["id", "name"], true, |_| {});
    let both: &[&str] = &["id", "code"];
    any_key(both, false, |t| t.unique.push(unique(&["code"])));
    any_key(both, false, |t| {
        let lower = IndexPart::expression("lower(code)");
        t.indexes.push(Index::new("i", true, vec![lower]));
    });
    any_key(both, false, |t| {
        let start = IndexPart::column("code").prefix(3);
        t.indexes.push(Index::new("i", true, vec![start]));
    });
    // A part of the key's column is shared by other rows.
    any_key(both, false, |t| {
        let start = IndexPart::column("id").prefix(3);
        t.indexes.push(Index::new("i", true, vec![start]));
    });
    // It isn't filled, and NULLs aren't equal.
    any_key(&["id", "name"], true, |t| t.unique.push(unique(&["code"])));
    any_key(both, true, |t| t.unique.push(unique(&["code", "name"])));
    // But a default fills it.
    any_key(&["id", "name"], false, |t| {
        t.unique.push(unique(&["code"]));
        t.columns[1].default = Some("'x'".into());
    });
    // A number of the database's own is no other row's.
    any_key(&["id", "name"], true, |t| {
        t.unique.push(unique(&["code"]));
        t.columns[1].default = Some("nextval(s)".into());
        t.columns[1].auto_increment = true;
    });
    // The same row, whichever fires.
    any_key(both, true, |t| t.unique.push(unique(&["code", "id"])));
    // A trigger fills it, or may.
    let trigger = |sql: Option<&str>, timing| {
        let mut trigger = Trigger::new("t", timing, vec![TriggerEvent::Insert]);
        trigger.definition = sql.map(str::to_owned);
        move |t: &mut Table| {
            t.unique.push(unique(&["code"]));
            t.triggers.push(trigger.clone());
        }
    };
    let fills = Some("BEGIN SET NEW.`code` = lower(NEW.name); END");
    let name: &[&str] = &["id", "name"];
    any_key(name, false, trigger(fills, TriggerTiming::Before));
    any_key(name, false, trigger(None, TriggerTiming::Before));
    any_key(name, true, trigger(fills, TriggerTiming::After));
    let other = Some("SET NEW.name = NEW.code");
    any_key(name, true, trigger(other, TriggerTiming::Before));
    any_key(both, true, |t| {
        let parts = vec![IndexPart::column("code")];
        t.indexes.push(Index::new("i", false, parts));
    });
}

#[test]
fn what_a_dialect_lacks_is_said() {
    let refused = |tree: &Tree, kind| {
        let error = render(tree, &schema(|_| {}), &Bare(kind)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        error.message().to_owned()
    };
    let one = upsert(&["id", "name"], &["id"], &["name"], 1);
    let two = upsert(&["id", "name"], &["id"], &["name"], 2);
    let ignore = upsert(&["id", "name"], &["id"], &[], 1);
    assert!(refused(&one, Upsert::None).contains("in one statement"));
    assert!(refused(&two, Upsert::Stepwise).contains("several rows"));
    assert!(refused(&ignore, Upsert::AnyKey).contains("as they are"));
    let sql = |tree| {
        render(tree, &schema(|_| {}), &Bare(Upsert::Targeted))
            .unwrap()
            .sql
    };
    assert_eq!(
        &*sql(&two),
        r#"INSERT INTO "t" ("id", "name") VALUES (?, ?), (?, ?) ON CONFLICT ("id") DO UPDATE SET "name" = excluded."name""#
    );
    assert_eq!(
        &*sql(&ignore),
        r#"INSERT INTO "t" ("id", "name") VALUES (?, ?) ON CONFLICT ("id") DO NOTHING"#
    );
}

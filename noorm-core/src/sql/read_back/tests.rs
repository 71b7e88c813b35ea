use super::*;
use crate::schema::{ColumnType, PrimaryKey, TableKind, Trigger, Unique};
use crate::sql::bare::Bare;

/// A table of the columns `id` and `name`, with `id` as its key.
fn table(change: impl FnOnce(&mut Table)) -> Schema {
    let mut table = Table::new(None, "t", TableKind::Table);
    for (at, name) in ["id", "name"].into_iter().enumerate() {
        let position = u32::try_from(at).unwrap();
        let mut column = Column::new(name, position, "text", ColumnType::text());
        column.nullable = false;
        table.columns.push(column);
    }
    table.primary_key = Some(PrimaryKey::new(None, vec!["id".into()]));
    change(&mut table);
    let mut schema = Schema::new("bare");
    schema.tables.push(table.into());
    schema
}

fn insert(columns: &[&str], rows: usize) -> Tree {
    let mut insert = Insert::new(TableName::new(None, "t"), columns.iter().copied(), rows);
    insert.returning = Some(Projection::All);
    Tree::Insert(insert)
}

fn equal(column: &str) -> Node {
    let column = Node::Column(column.into());
    Node::Compare(Compare::Eq, Box::new(column), Box::new(Node::Bind))
}

fn update(assigned: &[&str], filter: Node) -> Tree {
    let assigned = assigned.iter().map(|name| (*name, Node::Bind));
    let mut update = Update::new(TableName::new(None, "t"), assigned);
    update.filter = Some(filter);
    update.returning = Some(Projection::All);
    Tree::Update(update)
}

#[track_caller]
fn check(schema: &Schema, tree: Tree, sql: &str, key: &[KeySource]) {
    let rendered = render(&tree, schema, &Bare::default()).unwrap();
    let read_back = rendered.read_back.unwrap();
    assert_eq!(&*rendered.sql, sql);
    assert_eq!(&*read_back.key, key);
    let select = r#"SELECT "id", "name" FROM "t" WHERE "id" = ?"#;
    assert_eq!(&*read_back.select.sql, select);
}

#[track_caller]
fn refused(schema: &Schema, tree: Tree, reason: &str) {
    let error = render(&tree, schema, &Bare::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains(reason), "{error}");
}

fn id(table: &mut Table) -> &mut Column {
    table.columns.first_mut().unwrap()
}

#[test]
fn a_key_is_given_or_generated() {
    let plain = table(|_| {});
    let sql = r#"INSERT INTO "t" ("name", "id") VALUES (?, ?), (?, ?)"#;
    check(
        &plain,
        insert(&["name", "id"], 2),
        sql,
        &[KeySource::Bind(1)],
    );
    let numbered = table(|table| id(table).auto_increment = true);
    let sql = r#"INSERT INTO "t" ("name") VALUES (?)"#;
    check(
        &numbered,
        insert(&["name"], 1),
        sql,
        &[KeySource::Generated],
    );
    let sql = r#"INSERT INTO "t" ("id") VALUES (?)"#;
    check(
        &numbered,
        insert(&["id"], 1),
        sql,
        &[KeySource::BindOrGenerated(0)],
    );
}

#[test]
fn a_default_that_makes_a_key_is_evaluated_first() {
    let schema = table(|table| id(table).default = Some("uuid()".into()));
    let sql = r#"INSERT INTO "t" ("name", "id") VALUES (?, ?)"#;
    check(&schema, insert(&["name"], 1), sql, &[KeySource::Bind(1)]);
    let rendered = render(&insert(&["name"], 1), &schema, &Bare::default()).unwrap();
    let read_back = rendered.read_back.unwrap();
    assert_eq!(&*read_back.defaults.unwrap().sql, "SELECT (uuid())");
    assert_eq!(read_back.width, 1);
    let depends = table(|table| id(table).default = Some("concat(\"name\", 'x')".into()));
    refused(&depends, insert(&["name"], 1), "depends on other columns");
}

#[test]
fn what_makes_a_key_unknown_is_said() {
    let nothing = table(|table| table.primary_key = None);
    refused(
        &nothing,
        insert(&["id"], 1),
        "neither a primary key nor a unique key",
    );
    refused(
        &table(|_| {}),
        insert(&["name"], 1),
        "only known once it is written",
    );
    let trigger = |body: &str| {
        let mut trigger = Trigger::new("x", TriggerTiming::Before, vec![TriggerEvent::Insert]);
        trigger.definition = Some(body.to_owned());
        table(|table| table.triggers.push(trigger))
    };
    refused(
        &trigger("SET NEW.`id` = 5"),
        insert(&["id"], 1),
        "a trigger makes its key's column `id`",
    );
    let sql = r#"INSERT INTO "t" ("id") VALUES (?)"#;
    let harmless = trigger("SET NEW.name = NEW.id");
    check(&harmless, insert(&["id"], 1), sql, &[KeySource::Bind(0)]);
}

#[test]
fn a_unique_key_does_where_it_is_never_null() {
    let by_name = |nullable| {
        table(|table| {
            table.primary_key = None;
            table.unique.push(Unique::new(None, vec!["name".into()]));
            for column in &mut table.columns {
                column.nullable = nullable;
            }
        })
    };
    let rendered = render(&insert(&["name"], 1), &by_name(false), &Bare::default()).unwrap();
    let select = r#"SELECT "id", "name" FROM "t" WHERE "name" = ?"#;
    assert_eq!(&*rendered.read_back.unwrap().select.sql, select);
    refused(
        &by_name(true),
        insert(&["name"], 1),
        "neither a primary key",
    );
}

#[test]
fn an_update_is_found_by_its_key() {
    let schema = table(|_| {});
    let sql = r#"UPDATE "t" SET "name" = ? WHERE "id" = ?"#;
    check(
        &schema,
        update(&["name"], equal("id")),
        sql,
        &[KeySource::Bind(1)],
    );
    let sql = r#"UPDATE "t" SET "name" = ?, "id" = ? WHERE "id" = ?"#;
    check(
        &schema,
        update(&["name", "id"], equal("id")),
        sql,
        &[KeySource::Bind(1)],
    );
    let narrowed = Node::And(vec![
        Node::In(Box::new(Node::Column("name".into()))),
        Node::And(vec![equal("id")]),
    ]);
    let sql = r#"UPDATE "t" SET "name" = ? WHERE ("name" IN ? AND "id" = ?)"#;
    check(
        &schema,
        update(&["name"], narrowed),
        sql,
        &[KeySource::Bind(2)],
    );
    refused(
        &schema,
        update(&["id"], equal("name")),
        "they aren't found by their whole key",
    );
}

#[test]
fn keys_that_a_default_makes_are_binds_too() {
    let added = |schema: &Schema, columns: &[&str]| {
        let columns: Vec<Arc<str>> = columns.iter().map(|column| (*column).into()).collect();
        binds_added(schema.tables.first().unwrap(), &columns, &Bare::default())
    };
    let made = table(|table| id(table).default = Some("uuid()".into()));
    assert_eq!(added(&made, &["name"]), 1);
    assert_eq!(added(&made, &["id", "name"]), 0);
    let numbered = table(|table| id(table).auto_increment = true);
    assert_eq!(added(&numbered, &["name"]), 0);
    // Nothing makes it: that is refused elsewhere.
    assert_eq!(added(&table(|_| {}), &["name"]), 0);
}

use expect_test::{Expect, expect};

use super::*;
use crate::repository::Record;
use crate::schema::{Column, ColumnType, Schema, Table, TableKind};
use crate::sql::bare::Bare;
use crate::statement::{
    Compare, Delete, Expr, Insert, JoinKind, Joined, OrderBy, Raw, SetOperation, Statement, Update,
};

/// Two tables of the same columns; `t` is the one that is narrowed.
fn schema() -> Arc<Schema> {
    let mut schema = Schema::new("bare");
    for name in ["t", "u"] {
        let mut table = Table::new(None, name, TableKind::Table);
        for (position, column) in (1..).zip(["id", "tenant"]) {
            let column = Column::new(column, position, "int", ColumnType::int(64));
            table.columns.push(column);
        }
        schema.tables.push(table.into());
    }
    schema.into()
}

fn name(name: &str) -> TableName {
    TableName::new(None, name)
}

/// The rows of a table whose `id` is a bind.
fn of_id(table: &str) -> Select {
    let mut select = Select::all(name(table));
    select.filter = Some(Node::equal(["id".into()]));
    select
}

fn ids(mut select: Select) -> Box<Select> {
    select.projection = Projection::Columns(vec!["id".into()]);
    Box::new(select)
}

fn column(name: &str) -> Node {
    Node::Column(name.into())
}

/// Those of the tenant 9.
fn tenant() -> Expr<Record> {
    let (node, binds) = crate::statement::col("tenant").eq(9).into_parts();
    Expr::new(node, binds)
}

#[track_caller]
fn check_with(filter: &Expr<Record>, tree: Tree, binds: &[i64], narrowed: &[i64], sql: &Expect) {
    let values = |all: &[i64]| all.iter().copied().map(Value::from).collect::<Vec<_>>();
    let flavor = Bare::default();
    let all = Statement::new(tree, values(binds), &schema(), &flavor).unwrap();
    let some = all.narrowed(&name("t"), filter, &flavor).unwrap();
    sql.assert_eq(&some.rendered(&flavor).unwrap().sql);
    assert_eq!(some.binds(), values(narrowed));
}

/// Checks what becomes of a statement that is narrowed: the 9s among its binds.
#[track_caller]
fn check(tree: Tree, binds: &[i64], narrowed: &[i64], sql: &Expect) {
    check_with(&tenant(), tree, binds, narrowed, sql);
}

#[test]
fn rows_are_narrowed_where_they_are_read_or_written() {
    check(
        Tree::Select(of_id("t")),
        &[1],
        &[1, 9],
        &expect![[r#"SELECT "id", "tenant" FROM "t" WHERE ("id" = ? AND "tenant" = ?)"#]],
    );
    check(
        Tree::Select(of_id("u")),
        &[1],
        &[1],
        &expect![[r#"SELECT "id", "tenant" FROM "u" WHERE "id" = ?"#]],
    );
    let delete = Delete::new(name("t"));
    check(
        Tree::Delete(delete),
        &[],
        &[9],
        &expect![[r#"DELETE FROM "t" WHERE "tenant" = ?"#]],
    );
    let mut update = Update::new(name("t"), [("id", Node::Bind)]);
    update.filter = Some(Node::equal(["id".into()]));
    check(
        Tree::Update(update),
        &[1, 2],
        &[1, 2, 9],
        &expect![[r#"UPDATE "t" SET "id" = ? WHERE ("id" = ? AND "tenant" = ?)"#]],
    );
    let within = Node::InSelect(Box::new(column("id")), ids(of_id("t")));
    let mut update = Update::new(name("u"), [("id", Node::Bind)]);
    update.filter = Some(Node::Not(Box::new(within)));
    check(
        Tree::Update(update),
        &[1, 2],
        &[1, 2, 9],
        &expect![[
            r#"UPDATE "u" SET "id" = ? WHERE NOT ("id" IN (SELECT "id" FROM "t" WHERE ("id" = ? AND "tenant" = ?)))"#
        ]],
    );
}

#[test]
fn new_rows_and_the_callers_sql_are_left_alone() {
    let insert = Insert::new(name("t"), ["id"], 2);
    check(
        Tree::Insert(insert),
        &[1, 2],
        &[1, 2],
        &expect![[r#"INSERT INTO "t" ("id") VALUES (?), (?)"#]],
    );
    let raw = Raw::new("SELECT * FROM t WHERE id = ?");
    check(
        Tree::Raw(raw),
        &[1],
        &[1],
        &expect!["SELECT * FROM t WHERE id = ?"],
    );
}

#[test]
fn a_joined_table_is_narrowed_where_it_is_joined() {
    let on = Node::Compare(
        Compare::Gt,
        Box::new(Node::Of("other".into(), "id".into())),
        Box::new(Node::Bind),
    );
    let mut select = of_id("u");
    select.joins.push(Joined {
        kind: JoinKind::Left,
        table: name("t"),
        name: "other".into(),
        key: None,
        on: Some(on),
    });
    check(
        Tree::Select(select.clone()),
        &[1, 2],
        &[1, 9, 2],
        &expect![[
            r#"SELECT "u"."id", "u"."tenant" FROM "u" LEFT JOIN "t" AS "other" ON ("other"."id" > ? AND "other"."tenant" = ?) WHERE "u"."id" = ?"#
        ]],
    );

    // What the filter itself asks in subqueries is of the row that is joined.
    let outer = Node::Outer(Box::new(column("tenant")));
    let own = |table: &str| {
        let mut select = Select::all(name(table));
        let tenant = Box::new(column("tenant"));
        select.filter = Some(Node::Compare(Compare::Eq, tenant, Box::new(outer.clone())));
        ids(select)
    };
    let mut both = Select::all(name("u"));
    both.derived = Some(Derived::Set(SetOperation::Union, own("u"), own("u")));
    let mut one = Select::all(name("u"));
    one.derived = Some(Derived::Rows(own("u")));
    let asked = Node::And(vec![
        Node::InSelect(Box::new(column("id")), ids(both)),
        Node::InSelect(Box::new(column("id")), ids(one)),
        Node::Exists(own("u")),
    ]);
    check_with(
        &Expr::new(asked, vec![]),
        Tree::Select(select),
        &[1, 2],
        &[1, 2],
        &expect![[
            r#"SELECT "u"."id", "u"."tenant" FROM "u" LEFT JOIN "t" AS "other" ON ("other"."id" > ? AND ("other"."id" IN (SELECT "id" FROM (SELECT "id" FROM "u" AS "u_2" WHERE "tenant" = "other"."tenant" UNION SELECT "id" FROM "u" AS "u_2" WHERE "tenant" = "other"."tenant") AS "u_2") AND "other"."id" IN (SELECT "id" FROM (SELECT "id" FROM "u" AS "u_2" WHERE "tenant" = "other"."tenant") AS "u_2") AND EXISTS (SELECT "id" FROM "u" AS "u_2" WHERE "tenant" = "other"."tenant"))) WHERE "u"."id" = ?"#
        ]],
    );
}

#[test]
fn rows_of_inner_queries_are_narrowed_where_they_come_from() {
    let mut rows = of_id("t");
    rows.derived = Some(Derived::Rows(Box::new(of_id("t"))));
    check(
        Tree::Select(rows),
        &[1, 2],
        &[1, 9, 2],
        &expect![[
            r#"SELECT "id", "tenant" FROM (SELECT "id", "tenant" FROM "t" WHERE ("id" = ? AND "tenant" = ?)) AS "t" WHERE "id" = ?"#
        ]],
    );
    let mut both = of_id("t");
    let (a, b) = (Box::new(of_id("t")), Box::new(of_id("t")));
    both.derived = Some(Derived::Set(SetOperation::Except, a, b));
    check(
        Tree::Select(both),
        &[1, 2, 3],
        &[1, 9, 2, 9, 3],
        &expect![[
            r#"SELECT "id", "tenant" FROM (SELECT "id", "tenant" FROM "t" WHERE ("id" = ? AND "tenant" = ?) EXCEPT SELECT "id", "tenant" FROM "t" WHERE ("id" = ? AND "tenant" = ?)) AS "t" WHERE "id" = ?"#
        ]],
    );
}

#[test]
fn subqueries_are_narrowed_wherever_they_stand() {
    let scalar = || {
        let mut select = of_id("t");
        select.projection = Projection::Values(vec![(column("id"), "v".into())]);
        Node::Scalar(Box::new(select))
    };
    let mut exists = of_id("t");
    exists.projection = Projection::Exists;
    let mut select = Select::all(name("u"));
    select.projection = Projection::Values(vec![(scalar(), "v".into())]);
    select.filter = Some(Node::Exists(Box::new(exists)));
    select.order = vec![OrderBy {
        by: scalar(),
        descending: true,
        nulls: None,
    }];
    select.limit = true;
    check(
        Tree::Select(select),
        &[1, 2, 3, 4],
        &[1, 9, 2, 9, 3, 9, 4],
        &expect![[
            r#"SELECT (SELECT "id" FROM "t" WHERE ("id" = ? AND "tenant" = ?)) AS "v" FROM "u" WHERE EXISTS (SELECT 1 FROM "t" WHERE ("id" = ? AND "tenant" = ?)) ORDER BY (SELECT "id" AS "v" FROM "t" WHERE ("id" = ? AND "tenant" = ?)) DESC LIMIT ?"#
        ]],
    );
}

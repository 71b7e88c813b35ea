//! The SQL that each dialect is given for one list of statements.

use std::fmt::Write as _;
use std::sync::Arc;

use noorm::plugin::{DatabaseUrl, dialect_of, dialects};
use noorm::prelude::*;
use noorm::schema::{Column, ColumnType, PrimaryKey, Schema, Table, TableKind, TableName};
use noorm::sql::SqlFlavor;
use noorm::statement::{
    Aggregate, Arithmetic, Compare, Conflict, Delete, Derived, Insert, JoinKind, Joined, JsonAs,
    Lock, LockStrength, LockWait, Match, Node, Nulls, OrderBy, Projection, Raw, Select,
    SetOperation, Statement, Tree, Update, Walk,
};

fn schema(dialect: &str) -> Arc<Schema> {
    let mut table = Table::new(Some("sales"), "or\"der", TableKind::Table);
    let columns = [
        ("id", "bigint", ColumnType::int(64)),
        ("title", "text", ColumnType::text()),
        (
            "state",
            "sales.state",
            ColumnType::Enum {
                name: None,
                values: vec![],
            },
        ),
        (
            "ip",
            "macaddr",
            ColumnType::Other {
                native: "macaddr".into(),
            },
        ),
        ("file", "bytea", ColumnType::Bytes { max_length: None }),
    ];
    for (position, (name, native, column_type)) in (1..).zip(columns) {
        table
            .columns
            .push(Column::new(name, position, native, column_type));
    }
    table.primary_key = Some(PrimaryKey::new(None, vec!["id".into()]));
    let mut schema = Schema::new(dialect);
    schema.tables.push(Arc::new(table));
    Arc::new(schema)
}

fn name() -> TableName {
    TableName::new(Some("sales"), "or\"der")
}

fn select(expr: Expr<Record>) -> (Tree, Vec<Value>) {
    let (node, binds) = expr.into_parts();
    let mut select = Select::all(name());
    select.projection = Projection::Columns(vec!["id".into()]);
    select.filter = Some(node);
    (Tree::Select(select), binds)
}

fn shaped(change: impl FnOnce(&mut Select)) -> (Tree, Vec<Value>) {
    let mut select = Select::all(name());
    change(&mut select);
    let binds = usize::from(select.limit) + usize::from(select.offset);
    (Tree::Select(select), vec![Value::I64(5); binds])
}

fn by_title(select: &mut Select) {
    let by = Node::Column("title".into());
    select.order = vec![OrderBy {
        by,
        descending: true,
        nulls: None,
    }];
}

fn behind_a_row() -> Expr<Record> {
    let columns = ["title", "id"].map(|name| Node::Column(name.into()));
    let binds = vec![Node::Bind, Node::Stored];
    let (row, other) = (Node::Row(columns.into()), Node::Row(binds));
    let node = Node::Compare(Compare::Gt, Box::new(row), Box::new(other));
    Expr::new(node, vec!["a".into(), 7.into()])
}

/// Sums of rows beside others of the same table, with a bind before those of the join.
fn joined() -> Select {
    let mut select = Select::all(name());
    let by = Node::Arithmetic(
        Arithmetic::Times,
        Box::new(Node::Aggregate(
            Aggregate::Sum,
            Box::new(Node::Of("other".into(), "id".into())),
        )),
        Box::new(Node::Bind),
    );
    select.projection = Projection::Values(vec![(by, "double".into())]);
    select.joins = vec![Joined {
        kind: JoinKind::Left,
        table: name(),
        name: "other".into(),
        key: None,
        on: Some(col("other.id").eq(col("id")).into_parts().0),
    }];
    select
}

/// What is worked out, combined and looked into.
fn computed() -> Vec<(Tree, Vec<Value>)> {
    let mut grouped = joined();
    grouped.group = vec![Node::Column("title".into())];
    let mut by_value = Select::all(name());
    let tens = Node::Arithmetic(
        Arithmetic::Times,
        Box::new(Node::Column("id".into())),
        Box::new(Node::Bind),
    );
    let shifted = Node::Arithmetic(
        Arithmetic::Plus,
        Box::new(Node::Aggregate(
            Aggregate::Sum,
            Box::new(Node::Column("id".into())),
        )),
        Box::new(Node::Bind),
    );
    by_value.projection = Projection::Values(vec![(shifted, "sum".into()), (tens, "tens".into())]);
    by_value.filter = Some(col("id").gt(1).into_parts().0);
    by_value.group = vec![Node::Place(2)];
    by_value.order = vec![OrderBy {
        by: Node::Place(2),
        descending: false,
        nulls: None,
    }];
    grouped.having = Some(Node::Compare(
        Compare::Gt,
        Box::new(Node::CountRows),
        Box::new(Node::Bind),
    ));
    let mut counted = grouped.clone();
    counted.projection = Projection::Count;
    let within = |title: &str| {
        let (Tree::Select(mut select), binds) = select(col("title").eq(title)) else {
            unreachable!("it is a select");
        };
        select.limit = true;
        (select, [binds, vec![Value::I64(5)]].concat())
    };
    let ((a, first), (b, second)) = (within("a"), within("b"));
    let mut union = a.clone();
    (union.filter, union.limit) = (None, false);
    union.derived = Some(Derived::Set(SetOperation::Union, Box::new(a), Box::new(b)));
    let mut locked = Select::all(name());
    locked.lock = Some(Lock {
        strength: LockStrength::Update,
        wait: LockWait::SkipLocked,
    });
    let outer: Expr<Record> = col("id").eq(noorm::statement::outer("id"));
    let (Tree::Select(inner), inner_binds) = select(outer & col("title").eq("inner")) else {
        unreachable!("it is a select");
    };
    let mut exists = Select::all(name());
    exists.filter = Some(Node::Exists(Box::new(inner)));
    let two = vec![Value::I64(2), Value::I64(9)];
    vec![
        (Tree::Select(grouped), two),
        (Tree::Select(counted), vec![Value::I64(9)]),
        (Tree::Select(union), [first, second].concat()),
        (Tree::Select(locked), vec![]),
        (Tree::Select(exists), inner_binds),
        select(col("title").icontains("5%[*]_\\") | col("title").ilike("a%")),
        select(col("title").lower().eq("a") & col("title").length().gt(3)),
        select(col("id").coalesce(0).lt(3)),
        select(col("title").json_text(("a", 0)).eq("x") & col("title").json_int(["n"]).gt(1)),
        select(col("title").json_float(["n"]).gt(1.5) & col("title").json_bool(["b"]).eq(true)),
        select(col("title").search("words")),
        (
            Tree::Select(by_value),
            vec![Value::I64(7), Value::I64(10), Value::I64(1)],
        ),
    ]
}

fn statements() -> Vec<(Tree, Vec<Value>)> {
    let mut insert: Insert = Insert::new(name(), ["id", "title"], 2);
    insert.returning = Some(Projection::All);
    let mut upsert = Insert::new(name(), ["id", "title"], 1);
    upsert.on_conflict = Some(Conflict::new(["id"], ["title"]));
    let mut keep = upsert.clone();
    keep.on_conflict = Some(Conflict::new(["id"], []));
    upsert.returning = Some(Projection::All);
    let mut counting = Insert::new(name(), ["id", "title"], 1);
    let mut conflict = Conflict::new(["id"], ["title"]);
    conflict.counts = Some("ip".into());
    counting.on_conflict = Some(conflict);
    let two = vec![Value::I64(1), "a".into()];
    let mut update = Update::new(name(), [("title", Node::Bind)]);
    update.filter = Some(Node::Constant(true));
    update.returning = Some(Projection::Columns(vec!["ip".into()]));
    let mut by_state = Select::all(name());
    by_title(&mut by_state);
    by_state.order[0].by = Node::Column("state".into());
    let mut delete = Delete::new(name());
    delete.filter = Some(col("id").eq(1).into_parts().0);
    let four = vec![Value::I64(1), "a".into(), Value::I64(2), "b".into()];
    vec![
        shaped(|_| {}),
        shaped(by_title),
        shaped(|s| {
            by_title(s);
            s.order[0].nulls = Some(Nulls::First);
        }),
        shaped(|s| {
            by_title(s);
            s.order[0].nulls = Some(Nulls::Last);
            s.limit = true;
        }),
        shaped(|s| {
            by_title(s);
            s.position = vec!["title".into(), "ip".into()];
        }),
        select(behind_a_row()),
        shaped(|s| s.limit = true),
        shaped(|s| s.offset = true),
        shaped(|s| (s.limit, s.offset) = (true, true)),
        shaped(|s| s.projection = Projection::Count),
        shaped(|s| (s.limit, s.projection) = (true, Projection::Count)),
        shaped(|s| s.projection = Projection::Exists),
        select(col("id").eq(1)),
        select(col("id").ne(1) & col("title").lt("x") | !col("id").ge(3)),
        select(col("id").between(1, 2) & col("title").is_null() & col("ip").is_not_null()),
        select(col("id").in_list([1, 2])),
        select(!col("title").in_list(["a"])),
        select(col("file").in_list([vec![1_u8]])),
        select(col("title").like("a%") & col("id").like("1%")),
        select(col("title").contains("5%[*]_\\")),
        select(col("title").starts_with("a") & col("state").ends_with("b")),
        select(Expr::all([]) & Expr::any([])),
        (Tree::Insert(insert), four),
        (Tree::Insert(Insert::new(name(), [], 1)), vec![]),
        (Tree::Insert(upsert), two.clone()),
        (Tree::Insert(keep), two.clone()),
        (Tree::Insert(counting), two),
        (Tree::Update(update), vec!["x".into()]),
        (Tree::Delete(delete), vec![Value::I64(1)]),
        (Tree::Explain(by_state), vec![]),
        (Tree::Raw(Raw::new("VACUUM")), vec![]),
    ]
}

fn listing(flavor: &dyn SqlFlavor) -> String {
    let schema = schema(flavor.name());
    let mut out = String::new();
    for (tree, binds) in statements().into_iter().chain(computed()) {
        let statement = Statement::new(tree, binds, &schema, flavor).unwrap();
        match statement.rendered(flavor) {
            Ok(rendered) => writeln!(out, "{}", rendered.sql).unwrap(),
            // What a dialect lacks is said before anything is sent.
            Err(error) => writeln!(out, "{:?}: {error}", error.kind()).unwrap(),
        }
        for text in statement.binds().iter().filter_map(Value::as_str) {
            writeln!(out, "    {text}").unwrap();
        }
    }
    out
}

fn postgres() -> Arc<dyn SqlFlavor> {
    let url = DatabaseUrl::parse("postgres:shop").unwrap();
    dialect_of(&url).unwrap().flavor()
}

#[test]
fn every_dialect_renders_every_statement() {
    for dialect in dialects().unwrap() {
        insta::assert_snapshot!(dialect.name(), listing(&*dialect.flavor()));
    }
}

#[test]
fn the_second_run_of_a_shape_renders_nothing() {
    let flavor = postgres();
    let (tree, binds) = select(col("id").eq(1));
    let statement = Statement::new(tree, binds, &schema("x"), &*flavor).unwrap();
    let first = statement.rendered(&*flavor).unwrap();
    let again = Statement::with_shape(Arc::clone(statement.shape()), vec![Value::I64(2)]);
    assert!(Arc::ptr_eq(&first, &again.rendered(&*flavor).unwrap()));
}

#[test]
fn what_a_statement_is_narrowed_to_is_matched_by_the_letter() {
    for dialect in dialects().unwrap() {
        let flavor = dialect.flavor();
        let (tree, binds) = select(col("title").contains("x"));
        let statement = Statement::new(tree, binds, &schema("x"), &*flavor).unwrap();
        let tenant: Expr<Record> = col("title").starts_with("a%*");
        let narrowed = statement.narrowed(&name(), &tenant, &*flavor).unwrap();
        let patterns: Vec<_> = narrowed.binds().iter().filter_map(Value::as_str).collect();
        let expected = match dialect.name() {
            "sqlite" => ["*x*", "a%[*]*"],
            "mssql" => ["%x%", "a[%]*%"],
            _ => ["%x%", "a\\%*%"],
        };
        assert_eq!(patterns, expected);
        let unknown: Expr<Record> = col("tenant").eq("a");
        let error = statement.narrowed(&name(), &unknown, &*flavor).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownColumn);
    }
}

#[test]
fn operands_are_not_torn_apart() {
    let flavor = postgres();
    let not_null = Node::IsNull(Box::new((!col("id").eq(1)).into_parts().0));
    let mut select = Select::all(name());
    select.projection = Projection::Exists;
    select.filter = Some(not_null);
    let statement = Statement::new(
        Tree::Select(select),
        vec![Value::I64(1)],
        &schema("x"),
        &*flavor,
    );
    let sql = statement
        .unwrap()
        .rendered(&*flavor)
        .unwrap()
        .sql
        .to_string();
    assert!(
        sql.contains("WHERE (NOT (") && sql.contains(")) IS NULL"),
        "{sql}"
    );
}

#[test]
fn binds_beyond_the_limit_are_an_error() {
    let flavor = postgres();
    let max = flavor.capabilities().max_binds;
    let tree = Tree::Insert(Insert::new(name(), ["id"], max + 1));
    let binds = vec![Value::I64(1); max + 1];
    let statement = Statement::new(tree, binds, &schema("x"), &*flavor).unwrap();
    let error = statement.rendered(&*flavor).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyBinds);
}

#[test]
fn a_tree_and_its_binds_must_match() {
    let flavor = postgres();
    for binds in [vec![], vec![Value::I64(1), Value::I64(2)]] {
        let (tree, _) = select(col("id").eq(1));
        let error = Statement::new(tree, binds, &schema("x"), &*flavor).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
    }
}

#[test]
fn a_tree_that_means_nothing_is_refused() {
    let title = || Box::new(Node::Column("title".into()));
    let inner = || Box::new(Select::all(name()));
    let refused = |change: &dyn Fn(&mut Select), binds: Vec<Value>, expected: &str| {
        let mut select = Select::all(name());
        change(&mut select);
        let error = Statement::new(Tree::Select(select), binds, &schema("x"), &*postgres());
        let error = error.expect_err(expected);
        assert!(error.message().contains(expected), "{error}");
    };
    let filtered = |filter: Node, binds: Vec<Value>, expected: &str| {
        refused(
            &|select| select.filter = Some(filter.clone()),
            binds,
            expected,
        );
    };
    refused(
        &|select| {
            *select = joined();
            select.joins.iter_mut().for_each(|join| join.on = None);
        },
        vec![2.into()],
        "nothing says which rows of `other` match",
    );
    refused(
        &|select| {
            select.group = vec![Node::Place(2)];
            select.projection = Projection::Values(vec![(Node::CountRows, "n".into())]);
        },
        vec![],
        "isn't selected",
    );
    refused(
        &|select| select.limit = true,
        vec!["5".into()],
        "a number from 0 up",
    );
    refused(
        &|select| select.offset = true,
        vec![Value::I64(-1)],
        "a number from 0 up",
    );
    refused(
        &|select| select.projection = Projection::Values(vec![]),
        vec![],
        "nothing is selected",
    );
    let nowhere = |select: &mut Select| select.walk = Some(Walk::new([], [], []));
    refused(&nowhere, vec![], "nothing says where a walk");
    let walk = |select: &mut Select| select.walk = Some(Walk::new(["id"], ["id"], ["id"]));
    refused(
        &walk,
        vec![1.into(), "far".into()],
        "the greatest depth of a walk",
    );
    let limited = |select: &mut Select| {
        by_title(select);
        let by = Node::Arithmetic(
            Arithmetic::Plus,
            Box::new(Node::Column("id".into())),
            Box::new(Node::Bind),
        );
        (select.limit_by, select.limit) = (vec![by], true);
    };
    refused(
        &limited,
        vec![1.into(), 5.into()],
        "an order without values in it",
    );
    let within = |change: &dyn Fn(&mut Select)| {
        let mut inner = Select::all(name());
        change(&mut inner);
        move |select: &mut Select| select.derived = Some(Derived::Rows(Box::new(inner.clone())))
    };
    refused(
        &within(&|inner| inner.limit_by = vec![*title()]),
        vec![],
        "have one limit together",
    );
    refused(&within(&walk), vec![], "an inner query can't walk");

    filtered(
        Node::Outer(Box::new(Node::Constant(true))),
        vec![],
        "there are columns only",
    );
    filtered(Node::Row(vec![*title()]), vec![], "as many");
    filtered(Node::Scalar(inner()), vec![], "must select one value");
    filtered(Node::Nested(inner()), vec![], "named one by one");
    filtered(
        Node::InSelect(title(), inner()),
        vec![],
        "must select one column",
    );
    filtered(
        Node::In(title()),
        vec!["a".into()],
        "a list must be an array",
    );
    filtered(
        Node::Match(Match::Contains, title()),
        vec![7.into()],
        "a pattern must be text, not",
    );
    filtered(
        Node::Json(JsonAs::Text, title()),
        vec!["a".into()],
        "must be an array",
    );
    filtered(
        Node::Json(JsonAs::Text, Box::new(Node::Constant(true))),
        vec![],
        "only columns hold JSON",
    );
}

#[test]
fn narrowing_reaches_joins_derived_rows_and_values() {
    let flavor = postgres();
    let exists = |title: &str| {
        let mut select = Select::all(name());
        select.filter = Some(Node::Compare(
            Compare::Eq,
            Box::new(Node::Column("title".into())),
            Box::new(Node::Bind),
        ));
        (Node::Exists(Box::new(select)), Value::from(title))
    };
    let mut rows = Select::all(name());
    rows.distinct = true;
    let (on, first) = exists("on");
    let (having, second) = exists("having");
    let mut select = joined();
    select.derived = Some(Derived::Rows(Box::new(rows)));
    select.joins[0].on = Some(on);
    select.group = vec![Node::Column("id".into())];
    select.having = Some(having);
    let binds = vec![Value::I64(2), first, second];
    let statement = Statement::new(Tree::Select(select), binds, &schema("x"), &*flavor).unwrap();
    let tenant: Expr<Record> = col("state").eq("acme");
    let narrowed = statement.narrowed(&name(), &tenant, &*flavor).unwrap();
    let acme = || Value::from("acme");
    let expected = [
        Value::I64(2),
        acme(),
        "on".into(),
        acme(),
        acme(),
        "having".into(),
        acme(),
    ];
    assert_eq!(narrowed.binds(), expected);
    let sql = narrowed.rendered(&*flavor).unwrap().sql.to_string();
    // Of the derived rows, both subqueries, and the joined table, whose column it is.
    assert_eq!(sql.matches("\"state\" = ").count(), 4, "{sql}");
    assert!(sql.contains("\"other\".\"state\" = $5"), "{sql}");
}

#[test]
fn narrowing_reaches_subqueries_and_keeps_binds_in_place() {
    let flavor = postgres();
    let schema = schema("x");
    let (mut inner, inner_binds) = match select(col("title").eq("inner")) {
        (Tree::Select(select), binds) => (select, binds),
        _ => unreachable!(),
    };
    inner.limit = true;
    let mut outer = Select::all(name());
    outer.filter = Some(Node::And(vec![
        Node::InSelect(Box::new(Node::Column("id".into())), Box::new(inner)),
        col("id").gt(7).into_parts().0,
    ]));
    outer.limit = true;
    let mut binds = inner_binds;
    binds.extend([Value::I64(3), Value::I64(7), Value::I64(9)]);
    let statement = Statement::new(Tree::Select(outer), binds, &schema, &*flavor).unwrap();
    let tenant: Expr<Record> = col("state").eq("acme");
    let narrowed = statement.narrowed(&name(), &tenant, &*flavor).unwrap();
    assert_eq!(
        narrowed.binds(),
        [
            "inner".into(),
            "acme".into(),
            Value::I64(3),
            Value::I64(7),
            "acme".into(),
            Value::I64(9)
        ]
    );
    let sql = narrowed.rendered(&*flavor).unwrap().sql.to_string();
    assert_eq!(sql.matches("\"state\" = ").count(), 2, "{sql}");
    let mut seen = Vec::new();
    narrowed.visit_tables(&mut |table, access| seen.push((table.clone(), access)));
    assert_eq!(seen.len(), 2);
}

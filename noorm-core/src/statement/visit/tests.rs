use super::*;
use crate::statement::{
    Aggregate, Asked, Compare, JoinKind, Joined, OrderBy, Raw, Related, SetOperation,
};

fn table(name: &str) -> TableName {
    TableName::new(None, name)
}

fn column(name: &str) -> Node {
    Node::Column(name.into())
}

fn equal(name: &str) -> Node {
    Node::equal([name.into()])
}

/// SQL of a caller's, with one bind in it.
fn raw() -> Node {
    Node::Raw(["lower(Title) = ".into(), "".into()].into())
}

fn exists(from: &str, filter: Option<Node>) -> Node {
    let mut select = Select::all(table(from));
    select.projection = Projection::Exists;
    select.filter = filter;
    Node::Exists(Box::new(select))
}

/// Rows of `a` and of `b` in the place of those of `from`.
fn set(from: &str, a: Select, b: Select) -> Select {
    let mut select = Select::all(table(from));
    select.derived = Some(Derived::Set(SetOperation::Union, Box::new(a), Box::new(b)));
    select
}

fn rows(of: Select) -> Select {
    let mut select = Select::all(table("rows"));
    select.derived = Some(Derived::Rows(Box::new(of)));
    select
}

fn filtered(from: &str, filter: Node) -> Select {
    let mut select = Select::all(table(from));
    select.filter = Some(filter);
    select
}

/// A select that has an expression in each place that one can stand at.
fn full(node: &dyn Fn(&str) -> Node) -> Select {
    let mut select = Select::all(table("base"));
    select.projection = Projection::Values(vec![(node("value"), "v".into())]);
    select.joins.push(Joined {
        kind: JoinKind::Left,
        table: table("joined"),
        name: "joined".into(),
        key: None,
        on: Some(node("on")),
    });
    select.filter = Some(node("filter"));
    select.group = vec![node("group")];
    select.having = Some(node("having"));
    select.order = vec![OrderBy {
        by: node("order"),
        descending: false,
        nulls: None,
    }];
    select.limit_by = vec![node("by")];
    select
}

fn touched(tree: &Tree) -> Vec<String> {
    let mut touched = Vec::new();
    tree.visit_tables(&mut |table, access| {
        let how = match access {
            Access::Read => "reads",
            Access::Write => "writes",
        };
        touched.push(format!("{how} {table}"));
    });
    touched
}

#[test]
fn a_select_reads_what_stands_anywhere_in_it() {
    let select = full(&|place| exists(place, None));
    let expected = [
        "base", "joined", "value", "on", "filter", "group", "having", "order", "by",
    ];
    let expected = expected.map(|name| format!("reads {name}"));
    assert_eq!(touched(&Tree::Select(select.clone())), expected);
    assert_eq!(touched(&Tree::Explain(select)), expected);

    let both = set("t", Select::all(table("a")), rows(Select::all(table("b"))));
    assert_eq!(
        touched(&Tree::Select(both)),
        ["reads t", "reads a", "reads rows", "reads b"]
    );
}

#[test]
fn a_write_writes_one_table_and_reads_those_of_its_expressions() {
    let insert = Insert::new(table("t"), ["a"], 1);
    assert_eq!(touched(&Tree::Insert(insert)), ["writes t"]);

    let mut update = Update::new(table("t"), [("a", exists("value", None))]);
    assert_eq!(
        touched(&Tree::Update(update.clone())),
        ["writes t", "reads value"]
    );
    update.filter = Some(Node::Not(Box::new(exists("filter", None))));
    assert_eq!(
        touched(&Tree::Update(update)),
        ["writes t", "reads value", "reads filter"]
    );

    let mut delete = Delete::new(table("t"));
    assert_eq!(touched(&Tree::Delete(delete.clone())), ["writes t"]);
    delete.filter = Some(exists("filter", None));
    assert_eq!(touched(&Tree::Delete(delete)), ["writes t", "reads filter"]);
}

#[test]
fn binds_are_counted_wherever_they_stand() {
    let mut select = full(&|_| equal("a"));
    (select.limit, select.offset) = (true, true);
    select.walk = Some(Walk::new(["a", "b"], ["up"], ["a"]));
    // Seven expressions, the key and the depth of the walk, a limit and an offset.
    assert_eq!(Node::Scalar(Box::new(select)).binds(), 7 + 3 + 2);

    let three = set("t", filtered("a", equal("x")), rows(filtered("b", raw())));
    let within = Node::InSelect(Box::new(Node::Bind), Box::new(three));
    assert_eq!(within.binds(), 3);
    assert_eq!(within.own_binds(), 2);

    let sum = Node::Aggregate(Aggregate::Sum, Box::new(Node::Bind));
    let related = Related::new("r", Asked::Value(sum), Some(equal("a")));
    assert_eq!(Node::Related(Box::new(related)).binds(), 2);
    let related = Related::new("r", Asked::Exist, None);
    assert_eq!(Node::Related(Box::new(related)).binds(), 0);

    let (low, high) = (Box::new(Node::Bind), Box::new(column("b")));
    let between = Node::Between(Box::new(column("a")), low, high);
    assert_eq!(between.binds(), 1);
    assert_eq!(Node::Row(vec![Node::Stored, Node::Bind]).binds(), 2);
    assert_eq!(Node::In(Box::new(column("a"))).binds(), 1);
}

#[test]
fn what_may_read_a_column_is_known() {
    let may_read = |node: &Node| node.may_read("title");
    assert!(may_read(&column("title")));
    assert!(may_read(&column("album.title")));
    assert!(!may_read(&column("subtitle")));
    assert!(may_read(&Node::Of("album".into(), "title".into())));
    assert!(!may_read(&Node::Of("title".into(), "album".into())));
    // SQL that is written by hand is looked through for the name.
    assert!(may_read(&raw()));
    assert!(!raw().may_read("name"));
    assert!(!may_read(&equal("name")));
    assert!(may_read(&Node::IsNull(Box::new(column("title")))));
}

#[test]
fn what_stands_in_a_subquery_is_looked_into() {
    let asked = |name: &str| {
        let columns = [Box::new(column(name)), Box::new(Node::Bind)];
        let [a, b] = columns;
        Node::Compare(Compare::Ge, a, b)
    };
    let places = ["value", "on", "filter", "group", "having", "order", "by"];
    for place in places {
        let select = full(&|own| asked(if own == place { "title" } else { "name" }));
        assert!(Node::Exists(Box::new(select)).may_read("title"), "{place}");
        let select = full(&|own| if own == place { raw() } else { asked("name") });
        assert!(Tree::Select(select.clone()).has_raw(), "{place}");
        assert!(Tree::Select(rows(select)).has_raw(), "{place}");
    }
    let plain = || filtered("t", asked("name"));
    let title = || filtered("t", asked("title"));
    let by_hand = || filtered("t", raw());
    for (select, reads, has_raw) in [
        (rows(plain()), false, false),
        (rows(title()), true, false),
        (rows(by_hand()), true, true),
        (set("t", plain(), plain()), false, false),
        (set("t", title(), plain()), true, false),
        (set("t", plain(), title()), true, false),
        (set("t", plain(), by_hand()), true, true),
    ] {
        let tree = Tree::Explain(select.clone());
        assert_eq!(tree.has_raw(), has_raw, "{select:?}");
        let node = Node::Scalar(Box::new(select));
        assert_eq!(node.may_read("title"), reads, "{node:?}");
    }
}

#[test]
fn the_callers_sql_in_a_write_is_found() {
    let update = Update::new(table("t"), [("a", raw())]);
    assert!(Tree::Update(update).has_raw());
    let mut update = Update::new(table("t"), [("a", Node::Bind)]);
    assert!(!Tree::Update(update.clone()).has_raw());
    update.filter = Some(Node::Or(vec![equal("a"), raw()]));
    assert!(Tree::Update(update).has_raw());

    let mut delete = Delete::new(table("t"));
    assert!(!Tree::Delete(delete.clone()).has_raw());
    delete.filter = Some(exists("u", Some(raw())));
    assert!(Tree::Delete(delete).has_raw());

    assert!(!Tree::Insert(Insert::new(table("t"), ["a"], 1)).has_raw());
    assert!(Tree::Raw(Raw::new("SELECT 1")).has_raw());
}

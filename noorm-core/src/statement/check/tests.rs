use super::*;
use crate::schema::{PrimaryKey, TableKind, TableName};
use crate::sql::{Capabilities, Writer};
use crate::statement::{
    Aggregate, Compare, JoinKind, Joined, Lock, LockStrength, LockWait, OrderBy, Raw, SetOperation,
    Statement, Walk,
};

mod expr;

/// A dialect that has arrays, and whose patterns end at a NUL.
struct Able;

impl SqlFlavor for Able {
    fn name(&self) -> &'static str {
        "able"
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::minimal(100);
        capabilities.arrays = true;
        capabilities
    }

    fn placeholder(&self, out: &mut String, _: usize) {
        out.push('?');
    }

    fn in_list(&self, writer: &mut Writer<'_>, operand: &Node) {
        writer.operand(operand);
        writer.bind();
    }

    fn cannot_match(&self, text: &str) -> Option<&'static str> {
        text.contains('\0').then_some("holds a NUL")
    }
}

/// One table, with a column of each kind that a check tells apart.
fn schema() -> Arc<Schema> {
    let mut table = Table::new(None, "t", TableKind::Table);
    let words = ColumnType::Array {
        element: Box::new(ColumnType::text()),
    };
    let columns = [
        ("id", ColumnType::int(64)),
        ("up", ColumnType::int(64)),
        ("name", ColumnType::text()),
        ("tags", words),
        ("doc", ColumnType::Json),
        ("ratio", ColumnType::Float { bits: 64 }),
    ];
    for (position, (name, kind)) in (1..).zip(columns) {
        table.columns.push(Column::new(name, position, "x", kind));
    }
    table.primary_key = Some(PrimaryKey::new(None, vec!["id".into()]));
    let mut schema = Schema::new("able");
    schema.tables.push(table.into());
    schema.into()
}

fn t() -> TableName {
    TableName::new(None, "t")
}

fn column(name: &str) -> Node {
    Node::Column(name.into())
}

fn sum(name: &str) -> Node {
    Node::Aggregate(Aggregate::Sum, Box::new(column(name)))
}

fn select(change: impl FnOnce(&mut Select)) -> Select {
    let mut select = Select::all(t());
    change(&mut select);
    select
}

fn values(nodes: impl IntoIterator<Item = Node>) -> Projection {
    let named = nodes.into_iter().map(|node| (node, "v".into()));
    Projection::Values(named.collect())
}

fn ordered(by: Node) -> OrderBy {
    OrderBy {
        by,
        descending: false,
        nulls: None,
    }
}

#[track_caller]
fn refused_as(kind: ErrorKind, tree: Tree, binds: &[Value], message: &str) {
    let error = Statement::new(tree, binds.to_vec(), &schema(), &Able).unwrap_err();
    assert_eq!((error.kind(), error.message()), (kind, message));
}

#[track_caller]
fn refused(tree: Tree, binds: &[Value], message: &str) {
    refused_as(ErrorKind::InvalidStatement, tree, binds, message);
}

/// Checks that a select is refused, with and without a question about its plan.
#[track_caller]
fn select_refused(change: impl FnOnce(&mut Select), binds: &[Value], message: &str) {
    let select = select(change);
    refused(Tree::Select(select.clone()), binds, message);
    refused(Tree::Explain(select), binds, message);
}

#[track_caller]
fn taken(change: impl FnOnce(&mut Select), binds: &[Value]) -> Vec<Value> {
    let tree = Tree::Select(select(change));
    let statement = Statement::new(tree, binds.to_vec(), &schema(), &Able).unwrap();
    statement.binds().to_vec()
}

#[test]
fn there_are_as_many_binds_as_places() {
    let message = "the statement's binds are not as many as its tree has places for";
    let equal = |s: &mut Select| s.filter = Some(Node::equal(["id".into()]));
    select_refused(equal, &[], message);
    select_refused(equal, &[1.into(), 2.into()], message);
    assert_eq!(taken(equal, &["7".into()]), [7.into()]);
    select_refused(|s| s.limit = true, &[], message);
    let insert = Insert::new(t(), ["id", "name"], 2);
    refused(
        Tree::Insert(insert),
        &[1.into(), "a".into(), 2.into()],
        message,
    );
    let delete = Tree::Delete(Delete::new(t()));
    refused(delete, &[1.into()], message);
    // Nobody knows how many places a caller's own SQL has.
    let raw = Tree::Raw(Raw::new("SELECT 1"));
    let raw = Statement::new(raw, vec![1.into()], &schema(), &Able).unwrap();
    assert_eq!(raw.binds(), [1.into()]);
}

#[test]
fn limits_are_counts() {
    let message = "a limit or an offset is a number from 0 up";
    select_refused(|s| s.limit = true, &[(-1).into()], message);
    select_refused(|s| s.offset = true, &["x".into()], message);
    let both = |s: &mut Select| (s.limit, s.offset) = (true, true);
    assert_eq!(taken(both, &[0.into(), 3.into()]), [0.into(), 3.into()]);
}

#[test]
fn something_is_selected() {
    select_refused(
        |s| s.projection = values([]),
        &[],
        "nothing is selected of `t`",
    );
    select_refused(
        |s| {
            s.projection = values([Node::CountRows]);
            s.having = Some(Node::Constant(true));
            s.position = vec!["id".into()];
        },
        &[],
        "what is worked out of rows has no places",
    );
    select_refused(
        |s| s.group = vec![column("name")],
        &[],
        "groups of rows of `t` aren't rows of it",
    );
    select_refused(
        |s| {
            s.group = vec![column("name")];
            s.projection = Projection::Columns(vec!["up".into()]);
        },
        &[],
        "groups of rows of `t` aren't rows of it",
    );
    taken(
        |s| {
            s.group = vec![column("name")];
            s.projection = Projection::Columns(vec!["name".into()]);
        },
        &[],
    );
}

#[test]
fn groups_are_told_by_what_is_selected() {
    let message = "groups are told by what isn't selected";
    let place = |place| {
        move |s: &mut Select| {
            s.projection = values([column("name")]);
            s.group = vec![Node::Place(place)];
        }
    };
    select_refused(place(0), &[], message);
    select_refused(place(2), &[], message);
    taken(place(1), &[]);
    select_refused(
        |s| {
            s.projection = Projection::Count;
            s.group = vec![Node::Place(1)];
        },
        &[],
        message,
    );
}

#[test]
fn what_a_group_is_asked_its_rows_have_in_common() {
    let by = |group: &'static str, asked: Node| {
        move |s: &mut Select| {
            s.group = vec![column(group)];
            s.projection = values([asked]);
        }
    };
    let message = "the rows of a group may differ in `t.up`";
    select_refused(by("name", column("up")), &[], message);
    let of_both = Node::Call(
        crate::statement::Function::Coalesce,
        vec![column("up"), column("id")],
    );
    select_refused(by("name", of_both.clone()), &[], message);
    // Rows of one key are one row.
    taken(by("id", of_both), &[]);
    taken(by("name", sum("up")), &[]);
}

#[test]
fn rows_once_each_are_ordered_by_what_is_selected() {
    let by = |node: Node| {
        |s: &mut Select| {
            s.distinct = true;
            s.projection = values([column("name")]);
            s.order = vec![ordered(node)];
        }
    };
    let message = "rows that are given once are ordered by what is selected of them";
    select_refused(by(column("id")), &[], message);
    taken(by(Node::Place(1)), &[]);
}

#[test]
fn a_join_says_which_rows_match() {
    let join = |on| {
        |s: &mut Select| {
            s.joins.push(Joined {
                kind: JoinKind::Inner,
                table: t(),
                name: "other".into(),
                key: None,
                on,
            });
        }
    };
    let message = "nothing says which rows of `other` match";
    select_refused(join(None), &[], message);
    let on = Node::Compare(
        Compare::Eq,
        Box::new(Node::Of("other".into(), "id".into())),
        Box::new(Node::Bind),
    );
    assert_eq!(taken(join(Some(on)), &["3".into()]), [3.into()]);
}

#[test]
fn a_walk_says_where_it_goes() {
    let walk = |key: &[&'static str], from: &[&'static str], to: &[&'static str]| {
        let name = |names: &[&'static str]| names.to_vec();
        let walk = Walk::new(name(key), name(from), name(to));
        |s: &mut Select| s.walk = Some(walk)
    };
    let message = "nothing says where a walk over `t` goes";
    select_refused(walk(&[], &["up"], &["id"]), &[0.into()], message);
    let key = &["id"];
    select_refused(walk(key, &[], &[]), &[1.into(), 0.into()], message);
    select_refused(
        walk(key, &["up"], &["id", "up"]),
        &[1.into(), 0.into()],
        message,
    );
    let up = |s: &mut Select| walk(key, &["up"], &["id"])(s);
    let message = "the greatest depth of a walk is a number from 0 up";
    select_refused(up, &[1.into(), (-1).into()], message);
    select_refused(up, &[1.into(), Value::Null], message);
    assert_eq!(taken(up, &["1".into(), 4.into()]), [1.into(), 4.into()]);
}

#[test]
fn rows_of_an_inner_query_are_rows() {
    let inner = |change: fn(&mut Select)| {
        move |s: &mut Select| s.derived = Some(Derived::Rows(Box::new(select(change))))
    };
    let lock = Lock {
        strength: LockStrength::Update,
        wait: LockWait::Wait,
    };
    select_refused(
        |s| {
            let rows = select(|s| s.lock = Some(lock));
            s.derived = Some(Derived::Rows(Box::new(rows)));
        },
        &[],
        "the rows of an inner query can't be locked",
    );
    select_refused(
        inner(|s| s.limit_by = vec![column("name")]),
        &[],
        "the rows of an inner query have one limit together",
    );
    select_refused(
        inner(|s| s.walk = Some(Walk::new(["id"], ["up"], ["id"]))),
        &[],
        "an inner query can't walk: only a statement of its own can",
    );
    select_refused(
        |s| {
            inner(|_| {})(s);
            s.lock = Some(lock);
        },
        &[],
        "what is worked out of rows of `t` can't be locked",
    );
}

#[test]
fn queries_whose_rows_become_one_have_the_same_columns() {
    let both = |a: Select, b: Select| {
        |s: &mut Select| {
            let (a, b) = (Box::new(a), Box::new(b));
            s.derived = Some(Derived::Set(SetOperation::Union, a, b));
        }
    };
    let only = |name: &str| {
        let names = vec![name.into()];
        select(|s| s.projection = Projection::Columns(names))
    };
    let message = "the rows of a query of `t` and one of `t` are of other columns";
    select_refused(both(only("id"), only("name")), &[], message);
    select_refused(both(only("id"), only("up")), &[], message);
    taken(both(only("id"), only("id")), &[]);
    let nested = select(|s| s.derived = Some(Derived::Rows(Box::new(only("id")))));
    taken(both(nested, only("id")), &[]);
    select_refused(
        both(only("id"), select(|s| s.projection = Projection::Count)),
        &[],
        "what is worked out of rows isn't combined with that of others",
    );
}

#[test]
fn a_limit_of_each_group_has_an_order_of_columns() {
    let each = |by: Node| {
        |s: &mut Select| {
            s.limit_by = vec![column("name")];
            s.order = vec![ordered(by)];
            (s.limit, s.offset) = (true, true);
        }
    };
    let plus = Node::Arithmetic(
        crate::statement::Arithmetic::Plus,
        Box::new(column("id")),
        Box::new(Node::Bind),
    );
    let message = "a limit for each group of rows has an order without values in it";
    select_refused(each(plus), &[1.into(), 2.into(), 0.into()], message);
    taken(each(column("id")), &[2.into(), 0.into()]);
}

#[test]
fn an_upsert_names_what_its_rows_bring() {
    let upsert = |columns: &[&'static str], update: &[&'static str], counts: Option<&str>| {
        let mut insert = Insert::new(t(), columns.to_vec(), 1);
        let mut conflict = Conflict::new(["id"], update.to_vec());
        conflict.counts = counts.map(Into::into);
        insert.on_conflict = Some(conflict);
        Tree::Insert(insert)
    };
    let binds = [1.into(), "a".into()];
    let message = "an upsert names `id`, which its rows don't bring";
    refused(upsert(&["name"], &[], None), &["a".into()], message);
    let message = "an upsert names `up`, which its rows don't bring";
    refused(upsert(&["id", "name"], &["up"], None), &binds, message);
    let counted = |counts| upsert(&["id", "name"], &["name"], Some(counts));
    let message = "an upsert can't count `name`, which it names already";
    refused(counted("name"), &binds, message);
    let message = "an upsert can't count `id`, which it names already";
    refused(counted("id"), &binds, message);
    let counts = Statement::new(counted("up"), binds.to_vec(), &schema(), &Able).unwrap();
    assert_eq!(counts.binds(), binds);
}

#[test]
fn what_is_given_back_of_a_write_is_there() {
    let mut delete = Delete::new(t());
    delete.returning = Some(Projection::Columns(vec!["nam".into()]));
    let tree = Tree::Delete(delete.clone());
    let error = Statement::new(tree, vec![], &schema(), &Able).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownColumn);
    assert_eq!(error.help(), Some("did you mean `name`?"));
    delete.returning = Some(Projection::Columns(vec!["name".into()]));
    assert!(Statement::new(Tree::Delete(delete), vec![], &schema(), &Able).is_ok());
}

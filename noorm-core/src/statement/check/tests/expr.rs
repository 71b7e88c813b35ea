//! What expressions hold.

use super::*;
use crate::statement::{ArrayTest, Asked, Function, JsonAs, Match, Related};

fn boxed(name: &str) -> Box<Node> {
    Box::new(column(name))
}

fn equal(a: Node, b: Node) -> Node {
    Node::Compare(Compare::Eq, Box::new(a), Box::new(b))
}

fn subquery(projection: Projection) -> Box<Select> {
    Box::new(select(|s| s.projection = projection))
}

#[track_caller]
fn filter_refused_as(kind: ErrorKind, node: Node, binds: &[Value], message: &str) {
    let tree = Tree::Select(select(|s| s.filter = Some(node)));
    refused_as(kind, tree, binds, message);
}

#[track_caller]
fn filter_refused(node: Node, binds: &[Value], message: &str) {
    filter_refused_as(ErrorKind::InvalidStatement, node, binds, message);
}

#[track_caller]
fn filter_taken(node: Node, binds: &[Value]) -> Vec<Value> {
    taken(|s| s.filter = Some(node), binds)
}

#[test]
fn a_row_by_itself_has_no_sum() {
    let message = "a row by itself has no sum, count or the like";
    filter_refused(equal(sum("id"), Node::Bind), &[1.into()], message);
    filter_refused(equal(Node::CountRows, Node::Bind), &[1.into()], message);
    let twice = Node::Aggregate(Aggregate::Max, Box::new(sum("id")));
    let twice = Tree::Select(select(|s| s.projection = values([twice])));
    refused(twice, &[], message);
}

#[test]
fn only_numbers_have_sums_and_means() {
    let of = |how, name| {
        let node = Node::Aggregate(how, boxed(name));
        Tree::Select(select(|s| s.projection = values([node])))
    };
    let kind = ErrorKind::TypeMismatch;
    refused_as(
        kind,
        of(Aggregate::Sum, "name"),
        &[],
        "`t.name` is text, and has no sum",
    );
    refused_as(
        kind,
        of(Aggregate::Average, "name"),
        &[],
        "`t.name` is text, and has no mean",
    );
    for (how, name) in [
        (Aggregate::Sum, "id"),
        (Aggregate::Average, "ratio"),
        (Aggregate::Max, "name"),
    ] {
        assert!(Statement::new(of(how, name), vec![], &schema(), &Able).is_ok());
    }
}

#[test]
fn of_an_enclosing_query_there_are_columns() {
    let outer = |node| Node::Outer(Box::new(node));
    filter_refused(
        equal(column("id"), outer(Node::Bind)),
        &[1.into()],
        "of an enclosing query there are columns only",
    );
    filter_refused(
        equal(column("id"), outer(column("id"))),
        &[],
        "no query is around `id`",
    );
    let inner = select(|s| {
        s.projection = Projection::Exists;
        s.filter = Some(equal(column("up"), outer(column("id"))));
    });
    filter_taken(Node::Exists(Box::new(inner)), &[]);
}

#[test]
fn a_subquery_gives_what_is_asked_of_it() {
    let names = |names: &[&str]| {
        let names = names.iter().map(|name| (*name).into());
        Projection::Columns(names.collect())
    };
    let within = |projection| Node::InSelect(boxed("id"), subquery(projection));
    let message = "the subquery over `t` must select one column";
    filter_refused(within(names(&["id", "up"])), &[], message);
    filter_refused(within(Projection::All), &[], message);
    filter_refused(within(values([column("id"), column("up")])), &[], message);
    filter_taken(within(names(&["up"])), &[]);
    filter_taken(within(values([column("up")])), &[]);

    let scalar = |projection| equal(column("id"), Node::Scalar(subquery(projection)));
    let message = "the subquery over `t` must select one value";
    filter_refused(scalar(Projection::Count), &[], message);
    filter_refused(scalar(values([column("id"), column("up")])), &[], message);
    filter_taken(scalar(values([sum("id")])), &[]);

    let nested = |projection| {
        let nested = Node::Nested(subquery(projection));
        Tree::Select(select(|s| s.projection = values([nested])))
    };
    let message = "the rows of `t` in a document have their values named one by one";
    refused(nested(Projection::All), &[], message);
    let nested = nested(values([column("id"), column("name")]));
    assert!(Statement::new(nested, vec![], &schema(), &Able).is_ok());
}

#[test]
fn relations_are_asked_in_queries() {
    let related = Related::new("children", Asked::Exist, None);
    filter_refused(
        Node::Related(Box::new(related)),
        &[],
        "`children` is asked for where no query is",
    );
}

#[test]
fn a_function_fits_its_operands_to_the_first() {
    let coalesce = |all| equal(Node::Call(Function::Coalesce, all), Node::Bind);
    // Nothing is known of the kind of nothing.
    assert_eq!(filter_taken(coalesce(vec![]), &["x".into()]), ["x".into()]);
    let first = coalesce(vec![column("id"), Node::Bind]);
    let binds = filter_taken(first, &["1".into(), "2".into()]);
    assert_eq!(binds, [1.into(), 2.into()]);
    let lower = equal(
        Node::Call(Function::Lower, vec![column("name")]),
        Node::Bind,
    );
    assert_eq!(filter_taken(lower, &["a".into()]), ["a".into()]);
}

#[test]
fn a_row_is_compared_with_one_of_its_length() {
    let message = "a row of columns is compared with as many expressions";
    let row = |nodes: &[Node]| Node::Row(nodes.to_vec());
    let both = row(&[column("id"), column("up")]);
    filter_refused(both.clone(), &[], message);
    filter_refused(
        equal(both.clone(), row(&[Node::Bind])),
        &[1.into()],
        message,
    );
    filter_refused(
        equal(row(&[Node::Bind]), row(&[column("id")])),
        &[1.into()],
        message,
    );
    let binds = row(&[Node::Bind, Node::Bind]);
    let binds = filter_taken(equal(both, binds), &["1".into(), "2".into()]);
    assert_eq!(binds, [1.into(), 2.into()]);
}

#[test]
fn a_document_is_asked_along_a_path() {
    let at = |how| equal(Node::Json(how, boxed("doc")), Node::Bind);
    let path = |parts: &[Value]| Value::Array(parts.into());
    let whole = Node::IsNull(Box::new(Node::Json(JsonAs::Text, Box::new(Node::Bind))));
    filter_refused(
        whole,
        &[1.into(), path(&["a".into()])],
        "only columns hold JSON documents",
    );
    let message = "a path in a JSON document is of keys, and places from 0";
    let text = || at(JsonAs::Text);
    filter_refused(text(), &[path(&[]), "x".into()], message);
    filter_refused(text(), &[path(&[(-1).into()]), "x".into()], message);
    let message = "a path in a JSON document must be an array";
    filter_refused(text(), &["a".into(), "x".into()], message);

    let a = path(&["a".into(), 2.into()]);
    for (how, bind, fitted) in [
        (JsonAs::Text, Value::from("x"), Value::from("x")),
        (JsonAs::Integer, "7".into(), 7.into()),
        (JsonAs::Float, 2.into(), 2.0.into()),
        (JsonAs::Bool, true.into(), true.into()),
    ] {
        let binds = filter_taken(at(how), &[a.clone(), bind]);
        assert_eq!(binds, [r#"$."a"[2]"#.into(), fitted]);
    }
    filter_refused_as(
        ErrorKind::TypeMismatch,
        at(JsonAs::Integer),
        &[a, "x".into()],
        "the value for a place of a JSON document holds text, wanted an integer",
    );
}

#[test]
fn an_array_is_asked_for_elements_of_its_kind() {
    let asked = |test, of: &str| Node::Array(test, boxed(of));
    let has_all = |of: Node| Node::Array(ArrayTest::HasAll, Box::new(of));
    filter_refused(
        has_all(Node::Bind),
        &["a".into()],
        "only columns are asked for elements",
    );
    let mismatch = ErrorKind::TypeMismatch;
    filter_refused_as(
        mismatch,
        asked(ArrayTest::Has, "name"),
        &["a".into()],
        "`t.name` is text, not an array",
    );
    let list = Value::Array(["a".into()].into());
    filter_refused_as(
        mismatch,
        asked(ArrayTest::Has, "tags"),
        std::slice::from_ref(&list),
        "the value for `t.tags` holds an array, wanted text",
    );
    let any = asked(ArrayTest::HasAny, "tags");
    filter_refused_as(
        mismatch,
        any.clone(),
        &["a".into()],
        "the value for `t.tags` holds text, wanted an array",
    );
    assert_eq!(filter_taken(any, std::slice::from_ref(&list)), [list]);
    let has = asked(ArrayTest::Has, "tags");
    assert_eq!(filter_taken(has.clone(), &["a".into()]), ["a".into()]);

    let tree = Tree::Select(select(|s| s.filter = Some(has)));
    let bare = crate::sql::bare::Bare::default();
    let error = Statement::new(tree, vec!["a".into()], &schema(), &bare).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[test]
fn a_list_is_an_array_of_what_the_column_holds() {
    let within = |of: Node| Node::In(Box::new(of));
    let list = |all: &[Value]| Value::Array(all.into());
    let message = "a list must be an array";
    filter_refused(within(column("id")), &[1.into()], message);
    let binds = filter_taken(within(column("id")), &[list(&["1".into(), 2.into()])]);
    assert_eq!(binds, [list(&[1.into(), 2.into()])]);
    filter_refused_as(
        ErrorKind::TypeMismatch,
        within(column("id")),
        &[list(&["x".into()])],
        "the value for `t.id` holds text, wanted an integer",
    );
    filter_refused_as(
        ErrorKind::Unsupported,
        within(column("tags")),
        &[list(&[list(&["a".into()])])],
        "`t.tags` holds arrays, of which there are no lists",
    );
    // Of what no column is, any value may be one.
    let name = Node::Call(Function::Lower, vec![column("name")]);
    let found = list(&["a".into(), 1.into()]);
    assert_eq!(
        filter_taken(within(name), std::slice::from_ref(&found)),
        [found]
    );
}

#[test]
fn a_pattern_is_text_that_can_be_matched() {
    let like = |name| Node::Match(Match::StartsWith, boxed(name));
    filter_refused_as(
        ErrorKind::TypeMismatch,
        like("name"),
        &[1.into()],
        "a pattern must be text, not an integer",
    );
    filter_refused_as(
        ErrorKind::InvalidValue,
        like("name"),
        &["a\0b".into()],
        "the text to look for holds a NUL",
    );
    assert_eq!(filter_taken(like("name"), &["5%".into()]), ["5\\%%".into()]);
    let any = Node::MatchAnyCase(Match::EndsWith, boxed("name"));
    assert_eq!(filter_taken(any, &["_".into()]), ["%\\_".into()]);
    let words = Node::Search(boxed("name"));
    assert_eq!(filter_taken(words, &["a b".into()]), ["a b".into()]);
}

#[test]
fn what_became_a_pattern_is_left_as_it_is() {
    let like = Node::Match(Match::Contains, boxed("name"));
    let at = equal(Node::Json(JsonAs::Text, boxed("doc")), Node::Bind);
    let path = Value::Array(["a".into()].into());
    let tree = Tree::Select(select(|s| s.filter = Some(Node::And(vec![like, at]))));
    let binds = vec!["%".into(), path, "x".into()];
    let first = Statement::new(tree, binds, &schema(), &Able).unwrap();
    let again = first.rebased(&schema(), &Able).unwrap();
    assert_eq!(
        again.binds(),
        ["%\\%%".into(), r#"$."a""#.into(), "x".into()]
    );
    assert_eq!(again.binds(), first.binds());
}

//! What is worth knowing about keys.

use expect_test::{Expect, expect};

use super::{RelationGraph, notation};
use crate::schema::{ColumnType, Deferrability, Index, IndexPart, Schema, Table};

fn check(schema: &Schema, expected: Expect) {
    let warnings = RelationGraph::of(schema).warnings(schema);
    let lines: Vec<String> = warnings
        .iter()
        .map(|warning| format!("{:?} {warning}", warning.kind))
        .collect();
    expected.assert_eq(&lines.join("\n"));
}

pub(super) fn change(schema: &mut Schema, table: &str, change: impl FnOnce(&mut Table)) {
    let place = schema.tables.iter().position(|t| t.name == table).unwrap();
    let mut table = Table::clone(&schema.tables[place]);
    change(&mut table);
    schema.tables[place] = table.into();
}

#[test]
fn keys_without_an_index() {
    let mut schema = notation::schema(
        "post(author_id -> user; editor_id? -> user)\npost_tag(post_id -> post; tag_id -> tag; key post_id, tag_id)",
    );
    change(&mut schema, "post", |post| {
        let mut partial = Index::new("drafts", false, vec![IndexPart::column("editor_id")]);
        partial.predicate = Some("published IS NULL".into());
        let both = Index::new(
            "both",
            false,
            vec![IndexPart::column("author_id"), IndexPart::column("id")],
        );
        post.indexes = vec![partial, both];
    });
    check(
        &schema,
        expect![[r#"
            MissingIndex `post`: no index begins with its foreign key (editor_id): add one, or the way back from `user`, and what deletes its rows, is slow
            MissingIndex `post_tag`: no index begins with its foreign key (tag_id): add one, or the way back from `tag`, and what deletes its rows, is slow"#]],
    );
}

#[test]
fn types_that_differ() {
    let mut schema = notation::schema(
        "post(author_id -> user; unique author_id)\nlike(post_id -> post; unique post_id)",
    );
    change(&mut schema, "user", |user| {
        user.columns[0].column_type = ColumnType::int(64)
    });
    change(&mut schema, "post", |post| {
        let id = post.column_index("id").unwrap();
        post.columns[id].column_type = ColumnType::text();
    });
    check(
        &schema,
        expect![[r#"
        TypeMismatch `post`: `author_id` is int32, and `user.id`, which it points at, is int64
        TypeMismatch `like`: `post_id` is int32, and `post.id`, which it points at, is text"#]],
    );
}

#[test]
fn tables_that_need_each_other_first() {
    let tables = "a(b_id -> b; unique b_id)\nb(c_id -> c; unique c_id)\nc(a_id -> a; unique a_id)\nd(a_id -> a; unique a_id)\n\
                  e(e_id -> e; unique e_id)\nf(f_id? -> f; unique f_id)";
    check(
        &notation::schema(tables),
        expect![[r#"
            RequiredCycle `a`: rows of `a`, `b`, `c` need each other first: make a foreign key nullable or deferrable
            RequiredCycle `e`: its first row can only point at itself: make the foreign key nullable"#]],
    );
    let mut schema = notation::schema(tables);
    change(&mut schema, "c", |c| {
        c.foreign_keys[0].deferrability = Deferrability::InitiallyDeferred
    });
    change(&mut schema, "e", |e| e.columns[0].nullable = true);
    check(&schema, expect![]);
}

#[test]
fn each_of_several_cycles_of_a_table_is_told() {
    let tables = "a(b_id -> b; c_id -> c; unique b_id; unique c_id)\nb(a_id -> a; unique a_id)\nc(a_id -> a; unique a_id)";
    check(
        &notation::schema(tables),
        expect![[r#"
            RequiredCycle `a`: rows of `a`, `b` need each other first: make a foreign key nullable or deferrable
            RequiredCycle `a`: rows of `a`, `c` need each other first: make a foreign key nullable or deferrable"#]],
    );
}

#[test]
fn keys_to_what_was_not_discovered() {
    let mut schema = notation::schema("post(author_id -> user; unique author_id)");
    schema.tables.retain(|table| table.name == "post");
    check(
        &schema,
        expect![
            "UnknownTarget `post`: its foreign key (author_id) points at `user`, which wasn't discovered"
        ],
    );
}

#[test]
fn keys_to_columns_that_are_not_there() {
    let mut schema = notation::schema("post(author_id -> user.code; unique author_id)");
    change(&mut schema, "user", |user| {
        user.columns.retain(|column| column.name != "code")
    });
    check(
        &schema,
        expect![[r#"
            UnknownTarget `post`: its foreign key (author_id) points at `user` (code), where there is no column `code`: it makes no relation"#]],
    );
    let mut schema = notation::schema("post(author_id -> user; unique author_id)");
    change(&mut schema, "post", |post| {
        post.foreign_keys[0].references.columns.clear()
    });
    check(
        &schema,
        expect![[r#"
            UnknownTarget `post`: its foreign key (author_id) points at the primary key of `user`, which has none of as many columns: it makes no relation"#]],
    );
}

#[test]
fn a_key_of_a_column_that_is_not_there() {
    let mut schema = notation::schema("post(author_id -> user; unique author_id)");
    change(&mut schema, "post", |post| {
        post.columns.retain(|column| column.name != "author_id");
    });
    check(
        &schema,
        expect![[r#"
            UnknownTarget `post`: its foreign key (author_id) is of a column `author_id` that isn't there: it makes no relation"#]],
    );
}

#[test]
fn an_index_of_ranges_of_blocks_finds_no_key() {
    let mut schema = notation::schema("post(author_id -> user)");
    change(&mut schema, "post", |post| {
        let mut index = Index::new("blocks", false, vec![IndexPart::column("author_id")]);
        index.method = Some("brin".into());
        post.indexes = vec![index];
    });
    check(
        &schema,
        expect![[r#"
            MissingIndex `post`: no index begins with its foreign key (author_id): add one, or the way back from `user`, and what deletes its rows, is slow"#]],
    );
}

#[test]
fn a_column_without_a_type_may_point_anywhere() {
    let mut schema = notation::schema("post(author_id -> user; unique author_id)");
    change(&mut schema, "post", |post| {
        let author = post.column_index("author_id").unwrap();
        post.columns[author].column_type = ColumnType::Other {
            native: String::new(),
        };
    });
    check(&schema, expect![[""]]);
}

//! What holds for the names of any schema.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{RelationGraph, notation};
use crate::relation::names::same_name;
use crate::schema::{Schema, TableName};

/// Few words, so that names meet.
const TABLES: [&str; 9] = [
    "user", "users", "User", "appuser", "post", "s:post", "post_tag", "tag", "status",
];
const COLUMNS: [&str; 13] = [
    "id",
    "user_id",
    "UserId",
    "userid",
    "author_id",
    "author",
    "post_id",
    "parent_id",
    "from_id",
    "tag",
    "tags",
    "posts",
    "user",
];

/// A table in a line: its plain columns, foreign keys, and which of them are a key.
fn line(table: &str) -> impl Strategy<Value = String> + use<> {
    let table = table.to_owned();
    let plain = prop::collection::btree_set(select(COLUMNS.as_slice()), 0..4);
    let key = (
        prop::collection::vec(select(COLUMNS.as_slice()), 1..3),
        select(TABLES.as_slice()),
    );
    let keys = prop::collection::vec(key, 0..5);
    let unique = prop::collection::btree_set(select(COLUMNS.as_slice()), 0..3);
    (plain, keys, unique).prop_map(move |(plain, keys, unique)| {
        let mut parts: Vec<String> = plain.into_iter().map(str::to_owned).collect();
        for (mut columns, target) in keys {
            columns.sort_unstable();
            columns.dedup();
            let there: Vec<&str> = columns
                .iter()
                .zip(["id", "author_id"])
                .map(|(_, there)| there)
                .collect();
            parts.push(format!(
                "{} -> {target}.{}",
                columns.join(", "),
                there.join(", ")
            ));
        }
        if !unique.is_empty() {
            let unique: Vec<&str> = unique.into_iter().collect();
            parts.push(format!("unique {}", unique.join(", ")));
        }
        format!("{table}({})", parts.join("; "))
    })
}

fn schemas() -> impl Strategy<Value = Schema> {
    let tables: Vec<_> = TABLES.iter().map(|table| line(table)).collect();
    tables.prop_map(|lines| notation::schema(&lines.join("\n")))
}

/// The relations of each table: the same, whatever their order.
fn named(graph: &RelationGraph) -> BTreeMap<TableName, BTreeSet<String>> {
    let mut named: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for relation in graph.relations() {
        let text = format!("{relation} {:?} {:?}", relation.steps, relation.reason);
        named
            .entry(relation.table.clone())
            .or_default()
            .insert(text);
    }
    named
}

proptest! {
    #[test]
    fn names_are_unique_and_no_columns(schema in schemas()) {
        let graph = RelationGraph::of(&schema);
        for table in &schema.tables {
            let relations = graph.of_table(&table.table_name());
            let names: BTreeSet<&str> = relations.iter().map(|relation| &*relation.name).collect();
            prop_assert_eq!(names.len(), relations.len());
            for name in names {
                prop_assert!(!table.columns.iter().any(|column| same_name(&column.name, name)), "{}", name);
                prop_assert!(!name.is_empty() && !name.contains('.'));
            }
        }
    }

    #[test]
    fn the_order_of_tables_and_keys_does_not_matter(schema in schemas(), at in any::<Index>()) {
        let graph = RelationGraph::of(&schema);
        let mut shuffled = schema.clone();
        shuffled.tables.reverse();
        let middle = at.index(shuffled.tables.len());
        shuffled.tables.rotate_left(middle);
        for table in &mut shuffled.tables {
            std::sync::Arc::make_mut(table).foreign_keys.reverse();
        }
        prop_assert_eq!(named(&graph), named(&RelationGraph::of(&shuffled)));
    }

    #[test]
    fn an_unrelated_table_changes_no_name(schema in schemas(), other in line("unrelated"), among in select(&["user", "tag"][..])) {
        let before = RelationGraph::of(&schema);
        // It points at itself only, or is pointed at by nobody.
        let other = TABLES.iter().fold(other, |line, table| line.replace(&format!("-> {table}."), "-> unrelated."));
        let mut more = schema.clone();
        let added = notation::schema(&other);
        let place = more.tables.iter().position(|table| table.name == among).unwrap_or_default();
        for table in added.tables.into_iter().filter(|table| table.name == "unrelated") {
            more.tables.insert(place, table);
        }
        let mut after = named(&RelationGraph::of(&more));
        after.remove(&TableName::new(None, "unrelated"));
        prop_assert_eq!(named(&before), after);
    }

    #[test]
    fn both_ends_have_each_foreign_key(schema in schemas()) {
        let graph = RelationGraph::of(&schema);
        for relation in graph.relations() {
            let back = graph.of_table(relation.target()).iter().find(|back| {
                let turned = relation.steps.iter().zip(back.steps.iter().rev());
                back.steps.len() == relation.steps.len()
                    && back.target() == &relation.table
                    && turned.into_iter().all(|(a, b)| a.columns == b.to_columns && a.to_columns == b.columns)
            });
            prop_assert!(back.is_some(), "{}", relation);
        }
    }
}

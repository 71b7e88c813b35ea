//! What is known of a relation, and how it is found.

use super::warnings::change;
use super::{RelationGraph, listed, notation};
use crate::error::ErrorKind;
use crate::relation::RelationKind;
use crate::schema::{Index, IndexPart, Partition, TableName};

fn named(name: &str) -> TableName {
    TableName::new(None, name)
}

#[test]
fn nulls_beside_a_key_leave_room_for_many() {
    let table = |tenant: &str| {
        format!(
            "note({tenant}, author_id -> members.tenant_id, id; author_id -> members; unique tenant_id, author_id)"
        )
    };
    let kind = |tenant: &str| {
        let graph = RelationGraph::of(&notation::schema(&table(tenant)));
        let kinds = graph
            .relations()
            .filter(|relation| &*relation.table.name == "members");
        kinds
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    };
    assert_eq!(kind("tenant_id"), "members.note: has_one note");
    assert_eq!(kind("tenant_id?"), "members.notes: has_many note");
}

#[test]
fn unique_indexes_that_leave_room_for_one() {
    let kind = |index: Index| {
        let mut schema = notation::schema("note(author_id? -> members)");
        change(&mut schema, "note", |note| note.indexes = vec![index]);
        RelationGraph::of(&schema)
            .relations()
            .nth(1)
            .map(ToString::to_string)
    };
    let over = |parts| Index::new("one", true, parts);
    let author = || IndexPart::column("author_id");
    let partial = |predicate: &str| {
        let mut index = over(vec![author()]);
        index.predicate = Some(predicate.into());
        index
    };
    let one = Some("members.note: has_one note".to_owned());
    let many = Some("members.notes: has_many note".to_owned());
    assert_eq!(kind(partial("([author_id] IS NOT NULL)")), one);
    assert_eq!(kind(partial("published")), many);
    let mut first_letters = author();
    first_letters.length = Some(5);
    assert_eq!(kind(over(vec![first_letters])), one);
    assert_eq!(kind(over(vec![author(), IndexPart::column("id")])), many);
    assert_eq!(
        kind(over(vec![IndexPart::expression("author_id % 10")])),
        many
    );
    assert_eq!(
        kind(Index {
            unique: false,
            ..over(vec![author()])
        }),
        many
    );
}

#[test]
fn a_partition_that_is_a_table_has_no_rows_of_its_own() {
    let mut schema = notation::schema(
        "runner(owner_id -> owner)
         runner_1(owner_id -> owner; kind_id -> kind)
         run(runner_id -> runner_1)",
    );
    change(&mut schema, "runner", |runner| {
        runner.partitions = vec![Partition::new(None, "runner_1", None)];
    });
    assert_eq!(
        listed(&RelationGraph::of(&schema)),
        "runner.owner: belongs_to owner
runner_1.kind: belongs_to kind
runner_1.owner: belongs_to owner
runner_1.runs: has_many run
run.runner: belongs_to runner_1
owner.runners: has_many runner
kind.runner_1s: has_many runner_1"
    );
}

#[test]
fn steps_lead_through_the_junction_table() {
    let graph = RelationGraph::of(&notation::schema(
        "post_tag(post_id -> post; tag_id -> tag; key post_id, tag_id)",
    ));
    let tags = graph.relation(&named("post"), "tags").unwrap();
    let steps: Vec<_> = tags
        .steps
        .iter()
        .map(|step| {
            (
                &step.columns[..],
                &*step.to.name,
                &step.to_columns[..],
                step.to_one,
            )
        })
        .collect();
    let columns = |name: &str| vec![name.to_owned()];
    assert_eq!(
        steps,
        [
            (
                &columns("id")[..],
                "post_tag",
                &columns("post_id")[..],
                false
            ),
            (&columns("tag_id")[..], "tag", &columns("id")[..], true),
        ]
    );
    assert_eq!(
        (tags.columns(), tags.target_columns()),
        (&columns("id")[..], &columns("id")[..])
    );
}

#[test]
fn a_row_is_sure_to_have_one_where_no_column_is_nullable() {
    let graph = RelationGraph::of(&notation::schema(
        "post(author_id -> user; editor_id? -> user)",
    ));
    let of = |name| graph.relation(&named("post"), name).unwrap();
    assert!(of("author").required && !of("editor").required);
    assert!(
        !graph
            .relation(&named("user"), "posts_as_author")
            .unwrap()
            .required
    );
}

#[test]
fn reasons_name_the_key_and_why_the_name() {
    let mut schema = notation::schema("post(author_id -> user; author)");
    let mut table = crate::schema::Table::clone(schema.table("post").unwrap());
    table.foreign_keys[0].name = Some("post_author".into());
    schema.tables[0] = table.into();
    let graph = RelationGraph::of(&schema);
    let author = &graph.of_table(&named("post"))[0];
    assert_eq!(
        author.reason,
        "the foreign key `post_author` (author_id) of `post` points at `user` (id); named after the column, as \
         `author` is taken"
    );
    assert_eq!(
        (author.kind, author.foreign_key.as_deref()),
        (RelationKind::BelongsTo, Some("post_author"))
    );
}

#[test]
fn names_are_found_in_any_style() {
    let graph = RelationGraph::of(&notation::schema("InvoiceLine(InvoiceId -> Invoice)"));
    for name in [
        "invoice_lines",
        "InvoiceLines",
        "invoiceLines",
        "INVOICE_LINES",
    ] {
        assert_eq!(
            &*graph.relation(&named("Invoice"), name).unwrap().name,
            "invoice_lines"
        );
    }
}

#[test]
fn an_unknown_relation_lists_the_others_and_the_nearest() {
    let graph = RelationGraph::of(&notation::schema("post(author_id -> user)\ntag()"));
    let error = graph.relation(&named("post"), "autor").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownRelation);
    assert_eq!(
        error.to_string(),
        "`post` has no relation `autor`: did you mean `author`? its relations are `author`"
    );
    let error = graph.relation(&named("tag"), "posts").unwrap_err();
    assert_eq!(
        error.help(),
        Some("it has none: no foreign key leads from it or to it")
    );
}

#[test]
fn a_key_to_what_was_not_discovered_makes_no_relation() {
    let mut schema = notation::schema("post(author_id -> user)");
    schema.tables.retain(|table| table.name == "post");
    assert_eq!(listed(&RelationGraph::of(&schema)), "");
}

#[test]
fn a_graph_is_the_same_after_a_journey_through_json() {
    let graph = RelationGraph::of(&notation::schema(
        "post(author_id -> user)\ncomment(post_id -> post)",
    ));
    let json = serde_json::to_string(&graph).unwrap();
    assert_eq!(serde_json::from_str::<RelationGraph>(&json).unwrap(), graph);
}

#[test]
fn a_path_is_one_relation() {
    let graph = RelationGraph::of(&notation::schema(
        "album(artist_id -> artist)\ntrack(album_id -> album; genre_id? -> genre)\nlabel(artist_id -> artist; unique artist_id)",
    ));
    let through = |table, path| graph.through(&named(table), path);
    let tracks = through("artist", "albums.tracks").unwrap();
    assert_eq!(
        tracks.to_string(),
        "artist.albums.tracks: has_many_through track through album"
    );
    assert_eq!(tracks.steps.len(), 2);
    let label = through("track", "album.artist.label").unwrap();
    assert_eq!(
        label.to_string(),
        "track.album.artist.label: has_one_through label through album, artist"
    );
    assert!(!label.required && through("track", "album.artist").unwrap().required);
    assert_eq!(
        through("track", "album").unwrap(),
        **graph.relation(&named("track"), "album").unwrap()
    );
    let error = through("artist", "albums.trakcs").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`album` has no relation `trakcs`: did you mean `tracks`? its relations are `artist`, `tracks`"
    );
}

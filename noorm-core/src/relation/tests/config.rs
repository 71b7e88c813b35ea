//! What somebody says about relations.

use expect_test::{Expect, expect};

use super::{RelationGraph, listed, notation};
use crate::error::ErrorKind;
use crate::relation::{Declaration, RelationConfig};
use crate::schema::TableName;

/// The relations of tables under a `noorm.toml`.
fn check(tables: &str, config: &str, expected: Expect) {
    let config = RelationConfig::from_toml(config, "noorm.toml").unwrap();
    let graph = RelationGraph::with(&notation::schema(tables), &config).unwrap();
    expected.assert_eq(&listed(&graph));
}

/// What is wrong with a `noorm.toml` for tables.
fn check_refused(tables: &str, config: &str, expected: Expect) {
    let read = RelationConfig::from_toml(config, "noorm.toml");
    let built = read.and_then(|config| RelationGraph::with(&notation::schema(tables), &config));
    let error = built.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidConfig);
    expected.assert_eq(&error.to_string());
}

#[test]
fn relations_are_renamed_and_left_out() {
    check(
        "message(sender_id -> user; receiver_id -> user)",
        r#"
        [relations]
        ignore = ["user.messages_as_receiver"]
        rename = { "message.sender" = "author", "user.messages_as_sender" = "messages" }
        "#,
        expect![[r#"
            message.receiver: belongs_to user
            message.author: belongs_to user
            user.messages: has_many message"#]],
    );
}

#[test]
fn a_name_that_was_given_up_is_free() {
    check(
        "post(author_id -> user; editor_id -> user)",
        r#"
        [relations.rename]
        "post.author" = "writer"
        [[relation]]
        table = "post"
        name = "author"
        columns = ["editor_id"]
        target = "user"
        "#,
        expect![[r#"
            post.editor: belongs_to user
            post.writer: belongs_to user
            post.author: belongs_to user
            user.posts_as_author: has_many post
            user.posts_as_editor: has_many post"#]],
    );
}

#[test]
fn plurals_are_set() {
    check(
        "person(pizza_id -> pizza; ox_id -> ox)",
        r#"
        [relations.plurals]
        person = "persons"
        pizza = "pizze"
        "#,
        expect![[r#"
            person.ox: belongs_to ox
            person.pizza: belongs_to pizza
            pizza.persons: has_many person
            ox.persons: has_many person"#]],
    );
}

#[test]
fn relations_of_views_and_of_tables_without_keys_are_declared() {
    check(
        "sales(shop_id; x; y)\nshop(unique x, y)",
        r#"
        [[relation]]
        table = "sales"
        name = "shop"
        columns = ["shop_id"]
        target = "shop"
        inverse = "sales"

        [[relation]]
        table = "sales"
        name = "place"
        columns = ["x", "y"]
        target = "shop"
        target_columns = ["x", "y"]

        [[relation]]
        table = "shop"
        name = "first_sale"
        kind = "has_one"
        target = "sales"
        target_columns = ["shop_id"]
        "#,
        expect![[r#"
            sales.shop: belongs_to shop
            sales.place: belongs_to shop
            shop.sales: has_many sales
            shop.first_sale: has_one sales"#]],
    );
}

#[test]
fn relations_through_others_are_declared_in_any_order() {
    check(
        "album(artist_id -> artist)\ntrack(album_id -> album; genre_id)\ngenre()",
        r#"
        [[relation]]
        table = "artist"
        name = "genres"
        through = "albums.tracks.genre"

        [[relation]]
        table = "track"
        name = "genre"
        columns = ["genre_id"]
        target = "genre"

        [[relation]]
        table = "track"
        name = "artist"
        through = "album.artist"
        "#,
        expect![[r#"
            album.artist: belongs_to artist
            album.tracks: has_many track
            track.album: belongs_to album
            track.genre: belongs_to genre
            track.artist: has_one_through artist through album
            artist.albums: has_many album
            artist.genres: has_many_through genre through album, track"#]],
    );
}

#[test]
fn a_polymorphic_relation_is_one_for_each_target() {
    let tables = "comment(commentable_type; commentable_id)\npost()\nvideos()";
    let config = r#"
        [[relation]]
        table = "comment"
        name = "commentable"
        columns = ["commentable_id"]
        type_column = "commentable_type"
        targets = { Post = "post", Video = "videos" }
        inverse = "comments"
        "#;
    check(
        tables,
        config,
        expect![[r#"
        comment.commentable_post: belongs_to post
        comment.commentable_video: belongs_to videos
        post.comments: has_many comment
        videos.comments: has_many comment"#]],
    );
    let config = RelationConfig::from_toml(config, "noorm.toml").unwrap();
    let graph = RelationGraph::with(&notation::schema(tables), &config).unwrap();
    let of = |table, name| {
        graph
            .relation(&TableName::new(None, table), name)
            .unwrap()
            .steps[0]
            .clone()
    };
    let video = Some(("commentable_type".to_owned(), "Video".to_owned()));
    let (there, back) = (of("comment", "commentable_video"), of("videos", "comments"));
    assert_eq!(
        (there.when, there.only, there.to_one),
        (video.clone(), None, true)
    );
    assert_eq!((back.when, back.only, back.to_one), (None, video, false));
}

#[test]
fn the_builder_says_the_same() {
    let read = RelationConfig::from_toml(
        r#"
        [relations]
        by_convention = true
        [[relation]]
        table = "a"
        name = "bs"
        kind = "has_many"
        target = "b"
        target_columns = ["a_id"]
        [[relation]]
        table = "a"
        name = "any"
        columns = ["x"]
        type_column = "t"
        targets = { B = "b" }
        "#,
        "noorm.toml",
    );
    let built = RelationConfig::new()
        .by_convention()
        .declare(Declaration::new("a", "bs").has_many("b", ["a_id"]))
        .declare(
            Declaration::new("a", "any")
                .columns(["x"])
                .polymorphic("t", [("B", "b")]),
        );
    assert_eq!(read.unwrap(), built);
}

#[test]
fn other_sections_are_left_to_others() {
    let config = "[rust]\nout = \"src/db.rs\"\n[typescript]\nout = \"db.ts\"";
    assert_eq!(
        RelationConfig::from_toml(config, "noorm.toml").unwrap(),
        RelationConfig::new()
    );
    check_refused(
        "a()",
        "[relation]\nname = \"a\"",
        expect!["noorm.toml:1: invalid type: map, expected a sequence"],
    );
    check_refused(
        "a()",
        "[relationships]\nname = \"a\"",
        expect![
            "noorm.toml: nobody knows the section `relationships`: did you mean `relations`, `relation`?"
        ],
    );
    check_refused(
        "a()",
        "[relations]\nignored = []",
        expect![
            "noorm.toml:2: unknown field `ignored`, expected one of `rename`, `ignore`, `plurals`, `by_convention`"
        ],
    );
    check_refused(
        "a()",
        "[relations\n",
        expect!["noorm.toml:1: unclosed table, expected `]`"],
    );
}

#[test]
fn all_that_does_not_fit_is_told_with_its_line() {
    check_refused(
        "post(author_id -> user; title)",
        r#"[relations]
        ignore = ["post.autor", "author"]
        rename = { "psot.author" = "writer", "post.author" = "title" }

        [[relation]]
        table = "post"
        name = "user"
        columns = ["autor_id"]
        target = "user"

        [[relation]]
        table = "user"
        name = "posts"
        kind = "has_many"
        target = "post"
        target_columns = ["author_id"]

        [[relation]]
        table = "user"
        name = "titles"
        through = "posts.titles"

        [[relation]]
        table = "post"
        name = "twin"
        columns = ["title"]
        target = "post"
        target_columns = ["title"]

        [[relation]]
        table = "post"
        name = "no.name"
        columns = ["author_id"]
        target = "user"

        [[relation]]
        table = "post"
        name = "pair"
        columns = ["author_id", "title"]
        target = "user"
        "#,
        expect![[r#"
            noorm.toml:2: `post` has no relation `autor`: did you mean `author`? its relations are `author`
            noorm.toml:2: `author` names no relation: write it with its table: `post.author`
            noorm.toml:3: `post` has a column `title` already: choose another name
            noorm.toml:3: no table or view is named `psot`: did you mean `post`?
            noorm.toml:5: the relation `post.user`: `post` has no column `autor_id`: did you mean `author_id`?
            noorm.toml:11: `user` has a relation `posts` already: choose another name, or ignore or rename the other
            noorm.toml:18: `post` has no relation `titles`: its relations are `author`
            noorm.toml:23: the relation `post.twin`: (title) is no unique key of `post`: name the columns of one, or declare that it has many
            noorm.toml:30: `no.name` can't name a relation: names are letters, digits and underscores
            noorm.toml:36: the relation `post.pair`: (author_id, title) of `post` can't equal (id) of `user`: name as many columns at either end"#]],
    );
    check_refused(
        "a()",
        "[[relation]]\ntable = \"a\"\nname = \"b\"",
        expect![
            "noorm.toml:1: the relation `a.b` needs one of `target`, `through`, and `type_column` with `targets`"
        ],
    );
    check_refused(
        "a()",
        "\n[[relation]]\ntable = \"a\"\nname = \"b\"\nthrough = \"c\"\nkind = \"has_many\"",
        expect![
            "noorm.toml:2: the relation `a.b` has a `kind`, which only one with a `target` takes"
        ],
    );
}

#[test]
fn types_that_cannot_be_equal_are_refused() {
    let mut schema = notation::schema("post(author)\nuser()");
    let mut user = crate::schema::Table::clone(schema.table("user").unwrap());
    user.columns[0].column_type = crate::schema::ColumnType::text();
    schema.tables[1] = user.into();
    let config = RelationConfig::new().declare(
        Declaration::new("post", "writer")
            .columns(["author"])
            .belongs_to("user"),
    );
    let error = RelationGraph::with(&schema, &config).unwrap_err();
    assert_eq!(
        error.message(),
        "the relation `post.writer`: `post.author`, int32, can't equal `user.id`, text"
    );
}

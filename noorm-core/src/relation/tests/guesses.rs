//! Relations by convention.

use expect_test::{Expect, expect};

use super::{RelationGraph, listed, notation};
use crate::relation::RelationConfig;
use crate::schema::TableName;

fn check(tables: &str, expected: Expect) {
    let schema = notation::schema(tables);
    let graph = RelationGraph::with(&schema, &RelationConfig::new().by_convention()).unwrap();
    let notes = graph.notes.iter().map(|note| format!("\n{note}"));
    expected.assert_eq(&format!("{}{}", listed(&graph), notes.collect::<String>()));
}

#[test]
fn columns_are_called_after_tables() {
    check(
        "order(customer_id; shipping_address_id; note_id)\ncustomers()\naddress()",
        expect![[r#"
            order.customer: belongs_to customers
            order.shipping_address: belongs_to address
            customers.orders: has_many order
            address.orders: has_many order"#]],
    );
    check(
        "Album(AlbumId; ArtistId; key AlbumId)\nArtist(ArtistId; key ArtistId)",
        expect![[r#"
            Album.artist: belongs_to Artist
            Artist.albums: has_many Album"#]],
    );
    check(
        "category(parent_id?)",
        expect![[r#"
        category.parent: belongs_to category
        category.children: has_many category"#]],
    );
    check(
        "post_tag(post_id; tag_id; key post_id, tag_id)\npost()\ntag()",
        expect![[r#"
            post_tag.post: belongs_to post
            post_tag.tag: belongs_to tag
            post.tags: many_to_many tag through post_tag
            post.post_tags: has_many post_tag
            tag.posts: many_to_many post through post_tag
            tag.post_tags: has_many post_tag"#]],
    );
}

#[test]
fn foreign_keys_are_not_guessed_again() {
    check(
        "post(user_id -> author)\nuser()",
        expect![[r#"
        post.user: belongs_to author
        author.posts: has_many post"#]],
    );
}

#[test]
fn what_may_mean_several_means_none() {
    check(
        "post(user_id)\nuser()\nusers()",
        expect![[r#"

        `post`: `user_id` may point at any of `user`, `users`: declare which"#]],
    );
    check("post(place_id)\nplace(x; y; key x, y)", expect![]);
}

#[test]
fn a_guess_tells_its_reason() {
    let schema = notation::schema("post(user_id)\nusers()");
    let graph = RelationGraph::with(&schema, &RelationConfig::new().by_convention()).unwrap();
    let user = graph
        .relation(&TableName::new(None, "post"), "user")
        .unwrap();
    assert_eq!(
        user.reason,
        "by convention (user_id) of `post` points at `users` (id); named after the column"
    );
    assert!(!user.required);
    assert_eq!(RelationGraph::of(&schema).relations().count(), 0);
}

#[test]
fn what_is_declared_takes_the_place_of_a_guess() {
    let schema = notation::schema("post(user_id)\nusers(id; name)\nnote(post_id)");
    let listed = |toml: &str| {
        let config = RelationConfig::from_toml(toml, "noorm.toml").unwrap();
        let graph = RelationGraph::with(&schema, &config).unwrap();
        let names = graph
            .relations()
            .map(|relation| format!("{}.{}", relation.table, relation.name));
        let mut names: Vec<_> = names.collect();
        names.sort();
        names.join(" ")
    };
    let guesses = "[relations]\nby_convention = true\n";
    assert_eq!(
        listed(guesses),
        "note.post post.notes post.user users.posts"
    );
    let declared = "[[relation]]\ntable = \"post\"\nname = \"NAME\"\ncolumns = [\"user_id\"]\ntarget = \"users\"\n\
                    target_columns = [\"id\"]\ninverse = \"written\"\n";
    for name in ["user", "author"] {
        let toml = [guesses, &declared.replace("NAME", name)].concat();
        let mut expected = [
            "note.post",
            &format!("post.{name}"),
            "post.notes",
            "users.written",
        ];
        expected.sort_unstable();
        let expected = expected.join(" ");
        assert_eq!(listed(&toml), expected);
    }
}

//! `noorm relations`.

use expect_test::expect;
use serde_json::{Value, json};

use crate::support::Shop;

/// A shop whose albums have tags, through a junction table.
fn shop() -> Shop {
    let shop = Shop::new();
    shop.run("CREATE TABLE tag (tag_id INTEGER PRIMARY KEY, word TEXT)");
    shop.run(
        "CREATE TABLE album_tag (
            album_id INTEGER NOT NULL REFERENCES album, tag_id INTEGER NOT NULL REFERENCES tag,
            PRIMARY KEY (album_id, tag_id)
        )",
    );
    shop
}

#[test]
fn tree_is_the_default() {
    let shop = shop();
    let tree = shop.relations(&[]).printed();
    assert_eq!(tree, shop.relations(&["--format", "tree"]).printed());
    expect![[r#"
        12 relations of 5 tables

        album
        ├─ artist              belongs to, required  (artist_id) → artist (artist_id)
        │  └─ the foreign key (artist_id) of `album` points at `artist` (artist_id); named after the column
        ├─ produced_by_artist  belongs to            (produced_by) → artist (artist_id)
        │  └─ the foreign key (produced_by) of `album` points at `artist` (artist_id); named after the column
        ├─ sleeve              has one               (album_id) → sleeve (album_id)
        │  └─ the foreign key (album_id) of `sleeve` points at `album` (album_id); named after the table
        ├─ tags                many to many          (album_id) → album_tag (album_id), (tag_id) → tag (tag_id)
        │  └─ the foreign key (album_id) of `album_tag` points at `album` (album_id), and the foreign key (tag_id) of `album_tag` points at `tag` (tag_id); named after the column of the junction table
        └─ album_tags          has many              (album_id) → album_tag (album_id)
           └─ the foreign key (album_id) of `album_tag` points at `album` (album_id); named after the table

        album_tag
        ├─ album  belongs to, required  (album_id) → album (album_id)
        │  └─ the foreign key (album_id) of `album_tag` points at `album` (album_id); named after the column
        └─ tag    belongs to, required  (tag_id) → tag (tag_id)
           └─ the foreign key (tag_id) of `album_tag` points at `tag` (tag_id); named after the column

        artist
        ├─ albums              has many  (artist_id) → album (artist_id)
        │  └─ the foreign key (artist_id) of `album` points at `artist` (artist_id); named after the table
        └─ albums_produced_by  has many  (artist_id) → album (produced_by)
           └─ the foreign key (produced_by) of `album` points at `artist` (artist_id); named after the table

        sleeve
        └─ album  belongs to, required  (album_id) → album (album_id)
           └─ the foreign key (album_id) of `sleeve` points at `album` (album_id); named after the column

        tag
        ├─ albums      many to many  (tag_id) → album_tag (tag_id), (album_id) → album (album_id)
        │  └─ the foreign key (tag_id) of `album_tag` points at `tag` (tag_id), and the foreign key (album_id) of `album_tag` points at `album` (album_id); named after the column of the junction table
        └─ album_tags  has many      (tag_id) → album_tag (tag_id)
           └─ the foreign key (tag_id) of `album_tag` points at `tag` (tag_id); named after the table

        warnings
        ├─ album: no index begins with its foreign key (artist_id): add one, or the way back from `artist`, and what deletes its rows, is slow
        ├─ album: no index begins with its foreign key (produced_by): add one, or the way back from `artist`, and what deletes its rows, is slow
        └─ album_tag: no index begins with its foreign key (tag_id): add one, or the way back from `tag`, and what deletes its rows, is slow
    "#]].assert_eq(&tree);
}

#[test]
fn json_has_every_relation() {
    let printed = shop().relations(&["--format", "json"]).printed();
    let json: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(json["format"], 1);
    let relations = json["relations"].as_array().unwrap();
    let find = |table: &str, name: &str| {
        let found = relations
            .iter()
            .find(|one| one["table"] == table && one["name"] == name);
        found.unwrap().clone()
    };
    assert_eq!(
        find("album", "artist"),
        json!({
            "schema": null,
            "table": "album",
            "name": "artist",
            "kind": "belongs_to",
            "columns": ["artist_id"],
            "when": null,
            "one_of": null,
            "target": { "schema": null, "table": "artist", "columns": ["artist_id"], "only": null },
            "through": null,
            "required": true,
            "foreign_key": null,
            "origin": "foreign_key",
            "reason": "the foreign key (artist_id) of `album` points at `artist` (artist_id); named after the column",
        })
    );
    let tags = find("album", "tags");
    assert_eq!(tags["kind"], "many_to_many");
    assert_eq!(
        tags["through"],
        json!([{ "schema": null, "table": "album_tag", "columns": ["album_id"], "next_columns": ["tag_id"] }])
    );
    assert_eq!(json["warnings"][0]["kind"], "missing_index");
    assert_eq!(json["warnings"][0]["columns"], json!(["artist_id"]));
}

#[test]
fn the_readme_knows_every_field_of_the_json() {
    let readme = include_str!("../../README.md");
    let printed = shop().relations(&["--format", "json"]).printed();
    let words = printed.split('"').skip(1).step_by(2);
    let fields = words.filter(|word| printed.contains(&format!("\"{word}\": ")));
    let mut count = 0;
    for field in fields {
        assert!(readme.contains(&format!("`{field}`")), "{field}");
        count += 1;
    }
    assert!(count > 100, "{count}");
}

#[test]
fn only_the_tables_asked_for() {
    let printed = shop()
        .relations(&["--format", "json", "--table", "TAG"])
        .printed();
    let json: Value = serde_json::from_str(&printed).unwrap();
    let names = json["relations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), ["albums", "album_tags"]);
    assert_eq!(json["warnings"], json!([]));
    let told = shop().relations(&["--table", "tagg"]).failed(1);
    assert!(told.contains("help: did you mean `tag`?"), "{told}");
}

#[test]
fn mermaid_has_a_line_for_both_directions() {
    expect![[r#"
        erDiagram
            %% `album`: no index begins with its foreign key (artist_id): add one, or the way back from `artist`, and what deletes its rows, is slow
            %% `album`: no index begins with its foreign key (produced_by): add one, or the way back from `artist`, and what deletes its rows, is slow
            %% `album_tag`: no index begins with its foreign key (tag_id): add one, or the way back from `tag`, and what deletes its rows, is slow
            "album" }o--|| "artist" : "artist / albums"
            "album" }o--o| "artist" : "produced_by_artist / albums_produced_by"
            "album" ||--o| "sleeve" : "sleeve / album"
            "album" }o..o{ "tag" : "tags / albums"
            "album" ||--o{ "album_tag" : "album_tags / album"
            "album_tag" }o--|| "tag" : "tag / album_tags"
    "#]].assert_eq(&shop().relations(&["--format", "mermaid"]).printed());
}

#[test]
fn a_configuration_renames_and_declares() {
    let shop = shop();
    let config = shop.file(
        "noorm.toml",
        r#"
        [relations.rename]
        "album.artist" = "band"

        [[relation]]
        table = "cheap"
        name = "album"
        columns = ["album_id"]
        target = "album"
        inverse = "bargain"

        [[relation]]
        table = "artist"
        name = "tags"
        through = "albums.tags"
        "#,
    );
    let arguments = ["--config", &config, "--table", "cheap", "--table", "artist"];
    expect![[r#"
        4 relations of 2 tables

        artist
        ├─ albums              has many          (artist_id) → album (artist_id)
        │  └─ the foreign key (artist_id) of `album` points at `artist` (artist_id); named after the table
        ├─ albums_produced_by  has many          (artist_id) → album (produced_by)
        │  └─ the foreign key (produced_by) of `album` points at `artist` (artist_id); named after the table
        └─ tags                has many through  (artist_id) → album (artist_id), (album_id) → album_tag (album_id), (tag_id) → tag (tag_id)
           └─ declared, along albums, then tags

        cheap
        └─ album  belongs to  (album_id) → album (album_id)
           └─ declared
    "#]].assert_eq(&shop.relations(&arguments).printed());
}

#[test]
fn a_configuration_that_does_not_fit_is_told_with_its_line() {
    let shop = shop();
    let config = shop.file(
        "noorm.toml",
        "[relations]\nignore = [\"album.artits\"]\nrename = { \"a.b\" = \"c\" }\n",
    );
    let told = shop.relations(&["--config", &config]).failed(1);
    let told = told.replace(&config, "noorm.toml");
    expect![[r#"
        error: noorm.toml:2: `album` has no relation `artits`: did you mean `artist`? its relations are `artist`, `produced_by_artist`, `sleeve`, `tags`, `album_tags`
          noorm.toml:3: no table or view is named `a`: 7 tables were discovered, none with a similar name
    "#]].assert_eq(&told);
    let told = shop.relations(&["--config", "no-such.toml"]).failed(1);
    assert!(
        told.starts_with("error: no-such.toml can't be read: "),
        "{told}"
    );
}

//! `noorm inspect`.

use expect_test::expect;
use serde_json::{Value, json};

use crate::support::{Shop, command};

/// Everything behind the first line, which has SQLite's version.
fn below_the_first_line(text: &str) -> &str {
    text.split_once('\n').unwrap().1
}

#[test]
fn tree_is_the_default() {
    let shop = Shop::new();
    let tree = shop.inspect(&[]).printed();
    assert_eq!(tree, shop.inspect(&["--format", "tree"]).printed());
    assert!(tree.starts_with("sqlite 3."), "{tree}");
    assert!(
        tree.lines().next().unwrap().ends_with(": 4 tables, 1 view"),
        "{tree}"
    );
    expect![[r#"

        album  table
        ├─ album_id     int64           PK, not null, auto increment
        ├─ title        text(160)       not null
        ├─ artist_id    int64           FK → artist.artist_id, not null
        ├─ produced_by  int64           FK → artist.artist_id
        ├─ price        decimal(10, 2)  not null, default 9.99
        ├─ released     date
        ├─ rating       float64
        ├─ cover        bytes
        ├─ foreign keys
        │  ├─ (artist_id) → artist (artist_id), on delete cascade
        │  └─ (produced_by) → artist (artist_id)
        ├─ indexes
        │  └─ album_released (released desc), where released IS NOT NULL
        ├─ checks
        │  └─ length(title) > 0  [title_said]
        └─ triggers
           └─ album_touched after update, for each row

        artist  table
        ├─ artist_id  int64  PK, not null, auto increment
        ├─ name       text   unique, not null
        ├─ country    text
        └─ unique
           └─ (name)

        cheap  view
        ├─ album_id  int64
        └─ title     text(160)

        odd "table" %  table
        ├─ a,b       text
        ├─ -minus    int64
        └─ it's <b>  text

        sleeve  table
        ├─ album_id  int64  PK, FK → album.album_id, not null, auto increment
        ├─ text      text
        └─ foreign keys
           └─ (album_id) → album (album_id)
    "#]]
    .assert_eq(below_the_first_line(&tree));
}

#[test]
fn table_has_a_row_for_each_column() {
    let table = Shop::new()
        .inspect(&["--format", "table", "--table", "album"])
        .printed();
    expect![[r#"
        ╭───────┬─────────────┬────────────────┬──────┬─────────────────────┬────────────────┬─────────╮
        │ table ┆ column      ┆ type           ┆ null ┆ key                 ┆ default        ┆ comment │
        ╞═══════╪═════════════╪════════════════╪══════╪═════════════════════╪════════════════╪═════════╡
        │ album ┆ album_id    ┆ int64          ┆      ┆ PK                  ┆ auto increment ┆         │
        │ album ┆ title       ┆ text(160)      ┆      ┆                     ┆                ┆         │
        │ album ┆ artist_id   ┆ int64          ┆      ┆ FK artist.artist_id ┆                ┆         │
        │ album ┆ produced_by ┆ int64          ┆ null ┆ FK artist.artist_id ┆                ┆         │
        │ album ┆ price       ┆ decimal(10, 2) ┆      ┆                     ┆ 9.99           ┆         │
        │ album ┆ released    ┆ date           ┆ null ┆                     ┆                ┆         │
        │ album ┆ rating      ┆ float64        ┆ null ┆                     ┆                ┆         │
        │ album ┆ cover       ┆ bytes          ┆ null ┆                     ┆                ┆         │
        ╰───────┴─────────────┴────────────────┴──────┴─────────────────────┴────────────────┴─────────╯
    "#]].assert_eq(&table);
}

#[test]
fn json_is_the_schema() {
    let shop = Shop::new();
    let json: Value = serde_json::from_str(&shop.inspect(&["--format", "json"]).printed()).unwrap();
    assert_eq!(json["format"], 1);
    assert_eq!(json["dialect"], "sqlite");
    assert_eq!(json["notes"], json!([]));
    let tables = json["tables"].as_array().unwrap();
    let names: Vec<&str> = tables
        .iter()
        .map(|table| table["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["album", "artist", "cheap", "odd \"table\" %", "sleeve"]
    );
    let album = &tables[0];
    assert_eq!(album["kind"], "table");
    assert_eq!(album["primary_key"]["columns"], json!(["album_id"]));
    assert_eq!(album["checks"][0]["name"], "title_said");
    let key = &album["foreign_keys"][0];
    assert_eq!(key["references"]["table"], "artist");
    let title = &album["columns"][1];
    assert_eq!(title["type"], json!({ "kind": "text", "max_length": 160 }));
    assert_eq!(
        (&title["position"], &title["nullable"]),
        (&json!(2), &json!(false))
    );

    // It is what the library reads, too.
    let schema: noorm::schema::Schema = serde_json::from_value(json).unwrap();
    assert_eq!(schema.table("album").unwrap().columns.len(), 8);
}

#[test]
fn only_the_tables_asked_for() {
    let shop = Shop::new();
    let asked = ["--format", "json", "--table", "SLEEVE", "--table", "cheap"];
    let json: Value = serde_json::from_str(&shop.inspect(&asked).printed()).unwrap();
    let tables = json["tables"].as_array().unwrap();
    let names: Vec<&str> = tables
        .iter()
        .map(|table| table["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["cheap", "sleeve"]);
    // Its foreign key to a table outside stays.
    assert_eq!(tables[1]["foreign_keys"][0]["references"]["table"], "album");
    assert_eq!(json["format"], 1);
}

#[test]
fn mermaid_is_an_er_diagram() {
    let mermaid = Shop::new().inspect(&["--format", "mermaid"]).printed();
    expect![[r#"
        erDiagram
            "album" {
                int64 album_id PK
                text_160 title
                int64 artist_id FK
                int64 produced_by FK
                decimal_10_2 price
                date released
                float64 rating
                bytes cover
            }
            "artist" {
                int64 artist_id PK
                text name UK
                text country
            }
            "cheap" {
                int64 album_id
                text_160 title
            }
            "odd #quot;table#quot; #37;" {
                text a_b "a,b"
                int64 minus "-minus"
                text it_s_b "it's #60;b#62;"
            }
            "sleeve" {
                int64 album_id PK, FK
                text text
            }
            "artist" ||--o{ "album" : "artist_id"
            "artist" |o--o{ "album" : "produced_by"
            "album" ||--o| "sleeve" : "album_id"
    "#]]
    .assert_eq(&mermaid);
}

#[test]
fn dot_is_a_digraph() {
    let dot = Shop::new()
        .inspect(&["--format", "dot", "--table", "sleeve"])
        .printed();
    expect![[r##"
        digraph schema {
          graph [rankdir=LR];
          node [shape=plain, fontname="Helvetica", fontsize=11];
          edge [dir=both, fontname="Helvetica", fontsize=9];
          "sleeve" [label=<
            <TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="4">
              <TR><TD COLSPAN="3" BGCOLOR="#dde7f0"><B>sleeve</B></TD></TR>
              <TR><TD ALIGN="LEFT" PORT="c0">album_id</TD><TD ALIGN="LEFT">int64</TD><TD ALIGN="LEFT">PK, FK</TD></TR>
              <TR><TD ALIGN="LEFT" PORT="c1">text</TD><TD ALIGN="LEFT">text</TD><TD ALIGN="LEFT"></TD></TR>
            </TABLE>>];
          "album" [shape=box, style=dashed];
          "sleeve":c0 -> "album" [arrowtail=teeodot, arrowhead=teetee];
        }
    "##]].assert_eq(&dot);
}

#[test]
fn colours_are_for_terminals() {
    let shop = Shop::new();
    let url = shop.url();
    let coloured = |variables: &[(&str, &str)], format: &str| {
        let mut command = command(&["inspect", &url, "--format", format]);
        let output = command.envs(variables.iter().copied()).output().unwrap();
        String::from_utf8(output.stdout).unwrap().contains('\x1b')
    };
    let forced = ("CLICOLOR_FORCE", "1");
    assert!(!coloured(&[], "tree"));
    assert!(coloured(&[forced], "tree"));
    assert!(!coloured(&[("NO_COLOR", "1")], "tree"));
    for format in ["table", "json", "mermaid", "dot"] {
        assert!(!coloured(&[forced], format), "{format}");
    }
}

#[test]
fn nothing_is_made_or_changed() {
    let shop = Shop::new();
    let file = shop.url().replace("sqlite:", "");
    let before = std::fs::read(&file).unwrap();
    shop.inspect(&[]).printed();
    shop.query(&["album", "--limit", "1"]).printed();
    assert!(before == std::fs::read(&file).unwrap());

    let missing = format!("{}.missing", shop.url());
    let told = crate::support::noorm(&["inspect", &missing]).failed(1);
    assert!(told.starts_with("error: "), "{told}");
    assert!(!std::path::Path::new(&missing.replace("sqlite:", "")).exists());
}

//! `noorm query`.

use std::io::Read as _;
use std::process::Stdio;

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::support::{Shop, command};

/// The ids of the albums for which `filter` holds.
#[track_caller]
fn check(filter: &str, expected: Expect) {
    let asked = [
        "album",
        "--filter",
        filter,
        "--columns",
        "album_id",
        "--order",
        "album_id",
    ];
    let printed = Shop::new()
        .query(&[&asked[..], &["--format", "csv"]].concat())
        .printed();
    let ids: Vec<&str> = printed.lines().skip(1).collect();
    expected.assert_eq(&ids.join(" "));
}

#[test]
fn filters_keep_what_they_say() {
    check("title~'m 5'", expect!["5 50 51 52 53 54 55 56 57 58 59"]);
    check("title~ALBUM", expect![""]);
    check("album_id < 4 and not album_id = 2", expect!["1 3"]);
    check(
        "album_id in (3, 1, 99) or title like '%9' and artist_id = 2",
        expect!["1 3 9 19 29 39 49 59"],
    );
    check("album_id between 9 and 11 and title !~ 10", expect!["9 11"]);
    check("album_id < 4 and produced_by is null", expect!["1 2 3"]);
    check("cover is not null", expect!["1"]);
    check(r"cover = \x00ff", expect!["1"]);
    check("price = 2.50", expect!["2"]);
    check("rating > 14.6", expect!["59 60"]);
    check(
        "released >= 2026-02-28 and released < '2026-03-02'",
        expect!["58 59"],
    );
    check("TITLE = 'Album 7'", expect!["7"]);
}

#[test]
fn several_filters_must_all_hold() {
    let asked = [
        "album",
        "--filter",
        "album_id < 5",
        "--filter",
        "album_id > 3",
        "--format",
        "json",
    ];
    let printed = Shop::new().query(&asked).printed();
    let json: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(json[0]["album_id"], 4);
    assert_eq!(json[1], Value::Null);
}

#[test]
fn a_table_is_for_people() {
    let asked = ["album", "--order", "-title", "--limit", "3"];
    expect![[r#"
        ╭──────────┬─────────┬───────────┬─────────────┬───────┬────────────┬────────┬───────╮
        │ album_id ┆ title   ┆ artist_id ┆ produced_by ┆ price ┆ released   ┆ rating ┆ cover │
        ╞══════════╪═════════╪═══════════╪═════════════╪═══════╪════════════╪════════╪═══════╡
        │        9 ┆ Album 9 ┆         2 ┆        NULL ┆ 11.25 ┆ 2026-01-10 ┆   2.25 ┆ NULL  │
        │        8 ┆ Album 8 ┆         1 ┆        NULL ┆    10 ┆ 2026-01-09 ┆      2 ┆ NULL  │
        │        7 ┆ Album 7 ┆         2 ┆        NULL ┆  8.75 ┆ 2026-01-08 ┆   1.75 ┆ NULL  │
        ╰──────────┴─────────┴───────────┴─────────────┴───────┴────────────┴────────┴───────╯
    "#]]
    .assert_eq(&Shop::new().query(&asked).printed());
}

#[test]
fn a_table_ends_after_fifty_records_and_says_so() {
    let shop = Shop::new();
    let rows = |text: &str| text.lines().filter(|line| line.contains(" Album ")).count();

    let cut = shop.query(&["album"]);
    assert_eq!((cut.code, rows(&cut.stdout)), (Some(0), 50));
    expect![[r#"
        note: there are more than these 50 records: see `--limit` and `--offset`
    "#]]
    .assert_eq(&cut.stderr);

    let whole = shop.query(&["album", "--filter", "album_id <= 50"]);
    assert_eq!(rows(&whole.printed()), 50);
    let asked = shop.query(&["album", "--limit", "55"]);
    assert_eq!(rows(&asked.printed()), 55);
    let rest = shop.query(&["album", "--order", "album_id", "--offset", "58"]);
    assert_eq!(rows(&rest.printed()), 2);
}

#[test]
fn json_is_an_array_of_objects() {
    let shop = Shop::new();
    let printed = shop
        .query(&["album", "--format", "json", "--order", "album_id"])
        .printed();
    let json: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 60);
    assert_eq!(
        json[0],
        json!({
            "album_id": 1, "title": "Album 1", "artist_id": 2, "produced_by": null,
            "price": "1.25", "released": "2026-01-02", "rating": 0.25, "cover": "\\x00ff",
        })
    );
    let none = shop.query(&["album", "--filter", "album_id = 0", "--format", "json"]);
    assert_eq!(none.printed(), "[]\n");
}

#[test]
fn csv_has_a_header_always() {
    let shop = Shop::new();
    let odd = shop.query(&[
        "odd \"table\" %",
        "--format",
        "csv",
        "--order",
        "\"-minus\"",
    ]);
    expect![[r#"
        "a,b",-minus,it's <b>
        "say ""hi"", or
        not",1,x
        ,2,
        日本,3,it's
    "#]]
    .assert_eq(&odd.printed());
    let none = shop.query(&["album", "--filter", "album_id = 0", "--format", "csv"]);
    assert_eq!(
        none.printed(),
        "album_id,title,artist_id,produced_by,price,released,rating,cover\n"
    );
}

#[test]
fn columns_and_order_take_odd_names() {
    let shop = Shop::new();
    let asked = [
        "odd \"table\" %",
        "--format",
        "csv",
        "--columns",
        "-minus,\"it's <b>\"",
    ];
    let by_minus = shop.query(&[&asked[..], &["--order", "--minus"]].concat());
    expect![[r#"
        -minus,it's <b>
        3,it's
        2,
        1,x
    "#]]
    .assert_eq(&by_minus.printed());
    let filter = r#""-minus" > 1 and "a,b" = '日本'"#;
    let filtered = shop.query(&[&asked[..], &["--filter", filter]].concat());
    expect![[r#"
        -minus,it's <b>
        3,it's
    "#]]
    .assert_eq(&filtered.printed());
}

#[test]
fn views_are_read_like_tables() {
    let asked = [
        "cheap",
        "--order",
        "-album_id,title",
        "--format",
        "csv",
        "--limit",
        "2",
    ];
    expect![[r#"
        album_id,title
        3,Album 3
        2,Album 2
    "#]]
    .assert_eq(&Shop::new().query(&asked).printed());
}

#[test]
fn a_reader_may_stop_early() {
    let shop = Shop::new();
    let url = shop.url();
    // Every three albums: more than any pipe holds.
    shop.run("CREATE VIEW pairs AS SELECT a.*, b.title AS other FROM album a, album b, album c");
    let mut child = command(&["query", &url, "pairs", "--format", "csv"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut begin = [0; 9];
    child.stdout.take().unwrap().read_exact(&mut begin).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(&begin, b"album_id,");
    assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]));
}

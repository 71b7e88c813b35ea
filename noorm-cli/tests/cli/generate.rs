//! `noorm snapshot` and `noorm generate`, run as people run them.

use std::fs;

use tempfile::TempDir;

use crate::support::{Shop, noorm};

/// A folder for what is written.
fn place() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_snapshot_gives_the_same_code_as_the_database() {
    let (shop, place) = (Shop::new(), place());
    let path = |name: &str| place.path().join(name).display().to_string();
    let (file, from_url, from_file) = (path("shop.json"), path("a"), path("b"));
    assert_eq!(
        noorm(&["snapshot", &shop.url(), "--out", &file]).printed(),
        ""
    );
    assert_eq!(
        noorm(&["snapshot", &shop.url()]).printed(),
        fs::read_to_string(&file).unwrap()
    );
    for (source, out) in [(shop.url(), &from_url), (file, &from_file)] {
        let made = noorm(&[
            "generate",
            "rust",
            &source,
            "--out",
            out,
            "--tables",
            "album,artist",
        ]);
        assert_eq!(
            (made.code, &*made.stderr),
            (Some(0), "note: 3 of 3 files written, 0 removed\n")
        );
        assert_eq!(made.stdout, "");
    }
    for name in ["album.rs", "artist.rs", "mod.rs"] {
        let read = |folder: &str| fs::read_to_string(place.path().join(folder).join(name)).unwrap();
        assert_eq!(read("a"), read("b"));
    }
}

#[test]
fn a_check_shows_what_an_alter_table_changes_and_only_that_is_written() {
    let (shop, place) = (Shop::new(), place());
    let out = place.path().join("entities").display().to_string();
    let arguments = [
        "generate",
        "rust",
        &shop.url(),
        "--out",
        &out,
        "--tables",
        "album,artist",
    ];
    let check = [&arguments[..], &["--check"]].concat();
    assert_eq!(noorm(&arguments).code, Some(0));
    assert_eq!(noorm(&check).printed(), "");

    shop.run("ALTER TABLE artist ADD COLUMN born DATE");
    let outcome = noorm(&check);
    assert_eq!(outcome.code, Some(1));
    assert!(
        outcome
            .stdout
            .contains("+    pub born: Option<noorm::types::NaiveDate>,"),
        "{}",
        outcome.stdout
    );
    assert!(!outcome.stdout.contains("a/album.rs"), "{}", outcome.stdout);
    assert!(
        outcome.stderr.ends_with("is not what would be generated\n"),
        "{}",
        outcome.stderr
    );

    assert_eq!(
        noorm(&arguments).stderr,
        "note: 1 of 3 files written, 0 removed\n"
    );
    assert_eq!(
        noorm(&arguments).stderr,
        "note: 0 of 3 files written, 0 removed\n"
    );
}

#[test]
fn a_folder_with_somebody_elses_files_is_left_alone() {
    let (shop, place) = (Shop::new(), place());
    fs::write(place.path().join("main.rs"), "fn main() {}").unwrap();
    let out = place.path().display().to_string();
    let told = noorm(&[
        "generate",
        "rust",
        &shop.url(),
        "--out",
        &out,
        "--tables",
        "album",
    ])
    .failed(1);
    assert!(told.starts_with("error: nothing was written: "), "{told}");
    assert!(
        told.contains("didn't write: main.rs\nhelp: choose a folder of its own"),
        "{told}"
    );
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}

#[test]
fn names_that_cant_be_made_valid_are_listed_with_what_to_write() {
    let (shop, place) = (Shop::new(), place());
    shop.run(r#"CREATE TABLE "%" ("+" TEXT)"#);
    let out = place.path().join("entities").display().to_string();
    let told = noorm(&["generate", "rust", &shop.url(), "--out", &out]).failed(1);
    assert!(
        told.contains("no name in Rust can be made of `%`"),
        "{told}"
    );
    assert!(told.contains("[rust.names]\n  \"%\" = \"…\""), "{told}");
}

#[test]
fn what_cant_be_read_is_told() {
    let place = place();
    let file = place.path().join("new.json").display().to_string();
    fs::write(&file, r#"{ "noorm": "9.2.0", "format": 7 }"#).unwrap();
    let out = place.path().join("entities").display().to_string();
    let told = noorm(&["generate", "rust", &file, "--out", &out]).failed(1);
    assert!(told.contains("the snapshot has format 7"), "{told}");
    assert!(told.contains("update noorm to 9.2.0 or newer"), "{told}");
    let told = noorm(&["generate", "cobol", &file, "--out", &out]).failed(1);
    assert!(
        told.contains("no generator is named `cobol`\nhelp: there are rust"),
        "{told}"
    );
    let config = place.path().join("noorm.toml");
    fs::write(&config, "[rust]\nnewtype_key = true\n").unwrap();
    let config = config.display().to_string();
    let told = noorm(&[
        "generate", "rust", &file, "--out", &out, "--config", &config,
    ])
    .failed(1);
    assert!(
        told.contains("noorm.toml:2: unknown field `newtype_key`"),
        "{told}"
    );
}

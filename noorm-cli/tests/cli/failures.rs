//! What goes wrong: exit codes, what is told, and what is never told.

use expect_test::{Expect, expect};

use crate::support::{Shop, command, noorm};

/// Checks what a query of the shop is told, and its exit code.
#[track_caller]
fn check(arguments: &[&str], code: i32, expected: Expect) {
    expected.assert_eq(&Shop::new().query(arguments).failed(code));
}

#[test]
fn an_unknown_table_has_suggestions() {
    check(
        &["albun"],
        1,
        expect![[r#"
        error: no table or view is named `albun`
        help: did you mean `album`?
    "#]],
    );
    let told = Shop::new().inspect(&["--table", "artits"]).failed(1);
    expect![[r#"
        error: no table or view is named `artits`
        help: did you mean `artist`?
    "#]]
    .assert_eq(&told);
}

#[test]
fn an_unknown_column_has_suggestions() {
    check(
        &["album", "--order", "-titel"],
        1,
        expect![[r#"
        error: `album` has no column `titel`
        help: did you mean `title`?
    "#]],
    );
    check(
        &["album", "--columns", "album_id,titel"],
        1,
        expect![[r#"
        error: `album` has no column `titel`
        help: did you mean `title`?
    "#]],
    );
    check(
        &["album", "--filter", "titel ~ rock"],
        1,
        expect![[r#"
        error: `album` has no column `titel` (character 1 of the filter)
          titel ~ rock
          ^^^^^
        help: did you mean `title`?
    "#]],
    );
}

#[test]
fn a_value_that_does_not_fit_is_pointed_at() {
    check(
        &["album", "--filter", "title = '日本' and\talbum_id = x"],
        1,
        expect![[r#"
            error: the value for `album_id` holds `x`, wanted an integer (character 29 of the filter)
              title = '日本' and␉album_id = x
                                            ^
        "#]],
    );
}

#[test]
fn a_filter_that_breaks_the_grammar_is_a_usage_error() {
    check(
        &["album", "--filter", "title = (rock"],
        2,
        expect![[r#"
        error: expected a value, found `(` (character 9 of the filter)
          title = (rock
                  ^
    "#]],
    );
    // It is told before anything is connected to.
    let told = noorm(&["query", "nope:", "t", "--filter", "a ="]).failed(2);
    assert!(told.contains("expected a value"), "{told}");
    let deep = "(".repeat(100_000);
    let told = noorm(&["query", "nope:", "t", "--filter", &deep]).failed(2);
    assert!(told.contains("deeper than 100 levels"), "{told}");
}

#[test]
fn a_broken_command_line_is_a_usage_error() {
    for arguments in [
        &[][..],
        &["explode"],
        &["inspect"],
        &["inspect", "sqlite:a.db", "--format", "xml"],
        &["query", "sqlite:a.db"],
        &["query", "sqlite:a.db", "t", "--limit", "many"],
        &["query", "sqlite:a.db", "t", "--limit", "-1"],
    ] {
        noorm(arguments).failed(2);
    }
    for arguments in [["--help"], ["--version"]] {
        assert!(noorm(&arguments).printed().contains("noorm"));
    }
}

#[test]
fn a_database_that_cannot_be_reached_fails() {
    let shop = Shop::new();
    let file = shop.url().replace("sqlite:", "");
    std::fs::write(
        &file,
        "This is no database, but it is long enough to be one. ".repeat(100),
    )
    .unwrap();
    let not_a_database = shop.url();
    for url in [
        "shop.db",
        "nope://h/d",
        "postgres://u@127.0.0.1:1/x",
        &not_a_database,
    ] {
        let told = noorm(&["inspect", url]).failed(1);
        assert!(told.starts_with("error: "), "{told}");
        assert!(told.contains("\nhelp: "), "{told}");
    }
}

#[test]
fn no_password_is_told() {
    let url = "postgres://u:secret@127.0.0.1:1/x?password=secret";
    let option = format!("--url={url}");
    for (code, arguments) in [
        (1, &["inspect", url][..]),
        (1, &["query", url, "t"]),
        (2, &[url]),
        (2, &[&option]),
        (2, &["inspect", "sqlite:a.db", url]),
        (2, &["inspect", "sqlite:a.db", &option]),
        (2, &["inspect", "sqlite:a.db", "--format", url]),
        (2, &["query", "sqlite:a.db", "t", "--limit", url]),
    ] {
        let told = noorm(arguments).failed(code);
        assert!(!told.contains("secret"), "{told}");
    }
}

#[test]
fn errors_are_red_where_there_are_colours() {
    let output = command(&["inspect", "nope://"])
        .env("CLICOLOR_FORCE", "1")
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.starts_with("\x1b[1m\x1b[31merror:\x1b[0m "),
        "{told:?}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let shop = Shop::new();
    let url = shop.url();
    for arguments in [&["inspect", &*url][..], &["query", &*url, "album"]] {
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let output = command(arguments).stdout(full).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(
            told.starts_with("error: the output can't be written"),
            "{told}"
        );
    }
}

//! What is told about a filter that means nothing, and where it points.

use expect_test::expect;

use super::check;

#[test]
fn values_that_no_column_holds() {
    check(
        "year = abc",
        expect![[r#"
        the value for `year` holds `abc`, wanted an integer (character 8 of the filter)
          year = abc
                 ^^^"#]],
    );
    check(
        "year = 70000",
        expect![[r#"
            the value for `year` holds an integer out of range, wanted an integer from -32768 to 32767 (character 8 of the filter)
              year = 70000
                     ^^^^^"#]],
    );
    check(
        "year in (1, 2.5)",
        expect![[r#"
        the value for `year` holds `2.5`, wanted an integer (character 13 of the filter)
          year in (1, 2.5)
                      ^^^"#]],
    );
    check(
        "live = maybe",
        expect![[r#"
        the value for `live` holds `maybe`, wanted `true` or `false` (character 8 of the filter)
          live = maybe
                 ^^^^^"#]],
    );
    check(
        "released between 2026-02-28 and 2026-02-30",
        expect![[r#"
            the value for `released` holds text that isn't a date, wanted one like `2026-02-28` (character 33 of the filter)
              released between 2026-02-28 and 2026-02-30
                                              ^^^^^^^^^^"#]],
    );
    check(
        "mood = angry",
        expect![[r#"
        the value for `mood` holds another word, wanted one of glad, sad (character 8 of the filter)
          mood = angry
                 ^^^^^"#]],
    );
    check(
        "tags = 1",
        expect![[r#"
        the value for `tags` holds JSON that is none, wanted an array (character 8 of the filter)
          tags = 1
                 ^
        help: write it as JSON: `'[1, 2]'`"#]],
    );
    check(
        "cover = xyz",
        expect![[r#"
        the value for `cover` holds text, wanted bytes, or `\x` and hexadecimal digits (character 9 of the filter)
          cover = xyz
                  ^^^
        help: write `\x` and two hexadecimal digits a byte: `\x00ff`"#]],
    );
}

#[test]
fn unknown_columns() {
    check(
        "titel ~ rock",
        expect![[r#"
        `album` has no column `titel` (character 1 of the filter)
          titel ~ rock
          ^^^^^
        help: did you mean `title`?"#]],
    );
    check(
        "year = 1 and artist = 2",
        expect![[r#"
        `album` has no column `artist` (character 14 of the filter)
          year = 1 and artist = 2
                       ^^^^^^
        help: its columns are `title`, `year`, `rating`, `price`, `live`, `released`, `at`, `seen`, `key`, `tags`, `extra`, `mood`, `cover`, `Odd "name"`, `or`"#]],
    );
}

#[test]
fn what_is_missing_is_named() {
    check(
        "",
        expect![[r#"
            syntax: the filter is empty (character 1 of the filter)
            help: write it like `title~rock`"#]],
    );
    check(
        "title",
        expect![[r#"
        syntax: expected an operator, found the end (character 6 of the filter)
          title
               ^
        help: write one of `=` `!=` `<` `<=` `>` `>=` `~` `!~` `like` `in` `between` `is null`"#]],
    );
    check(
        "title =",
        expect![[r#"
        syntax: expected a value, found the end (character 8 of the filter)
          title =
                 ^"#]],
    );
    check(
        "title = )",
        expect![[r#"
        syntax: expected a value, found `)` (character 9 of the filter)
          title = )
                  ^"#]],
    );
    check(
        "title = a b",
        expect![[r#"
        syntax: expected `and`, `or` or the end, found `b` (character 11 of the filter)
          title = a b
                    ^"#]],
    );
    check(
        "title = a and",
        expect![[r#"
        syntax: expected a column, found the end (character 14 of the filter)
          title = a and
                       ^"#]],
    );
    check(
        "year in 1",
        expect![[r#"
        syntax: expected `(` and a list of values, found `1` (character 9 of the filter)
          year in 1
                  ^"#]],
    );
    check(
        "year in ()",
        expect![[r#"
        syntax: expected a value, found `)` (character 10 of the filter)
          year in ()
                   ^"#]],
    );
    check(
        "year in (1 2)",
        expect![[r#"
        syntax: expected `,` or `)`, found `2` (character 12 of the filter)
          year in (1 2)
                     ^"#]],
    );
    check(
        "year between 1, 2",
        expect![[r#"
        syntax: expected `and` and the other end, found `,` (character 15 of the filter)
          year between 1, 2
                        ^"#]],
    );
    check(
        "title not = a",
        expect![[r#"
        syntax: expected `like`, `in` or `between`, found an operator (character 11 of the filter)
          title not = a
                    ^"#]],
    );
    check(
        "title is empty",
        expect![[r#"
        syntax: expected `null` or `not null`, found `empty` (character 10 of the filter)
          title is empty
                   ^^^^^"#]],
    );
    check(
        "(title = a",
        expect![[r#"
        syntax: this `(` is never closed (character 1 of the filter)
          (title = a
          ^"#]],
    );
    check(
        "title = a)",
        expect![[r#"
        syntax: this `)` closes nothing (character 10 of the filter)
          title = a)
                   ^"#]],
    );
    check(
        "((title = a) title = b)",
        expect![[r#"
        syntax: expected `and`, `or` or `)`, found `title` (character 14 of the filter)
          ((title = a) title = b)
                       ^^^^^"#]],
    );
}

#[test]
fn quotes_and_keywords_are_explained() {
    check(
        "title = \"rock\"",
        expect![[r#"
        syntax: expected a value, found the name "rock" (character 9 of the filter)
          title = "rock"
                  ^^^^^^
        help: names stand in "…", texts in '…': `'rock'`"#]],
    );
    check(
        "'title' = rock",
        expect![[r#"
        syntax: expected a column, found the text 'title' (character 1 of the filter)
          'title' = rock
          ^^^^^^^
        help: texts stand in '…', columns in "…": `"title"`"#]],
    );
    check(
        "title = 'rock",
        expect![[r#"
        syntax: the text that begins here has no end (character 9 of the filter)
          title = 'rock
                  ^
        help: close it with `'`; a `'` in it is written twice"#]],
    );
    check(
        "title = null",
        expect![[r#"
        syntax: expected a value, found the keyword `null` (character 9 of the filter)
          title = null
                  ^^^^
        help: nothing compares with NULL: write `is null` or `is not null`"#]],
    );
    check(
        "title = or",
        expect![[r#"
        syntax: expected a value, found the keyword `or` (character 9 of the filter)
          title = or
                  ^^
        help: as a text it is written `'or'`"#]],
    );
    check(
        "in = 3",
        expect![[r#"
        syntax: expected a column, found the keyword `in` (character 1 of the filter)
          in = 3
          ^^
        help: a column of that name is written `"in"`"#]],
    );
    check(
        "title ! rock",
        expect![[r#"
        syntax: a lone `!` means nothing (character 7 of the filter)
          title ! rock
                ^
        help: write `!=`, `!~`, or `not`"#]],
    );
    check(
        "title == rock",
        expect![[r#"
        syntax: expected a value, found an operator (character 8 of the filter)
          title == rock
                 ^"#]],
    );
}

#[test]
fn the_caret_stands_under_its_place() {
    check(
        "title = '日本' and\tyear = '二千'",
        expect![[r#"
        the value for `year` holds `二千`, wanted an integer (character 25 of the filter)
          title = '日本' and␉year = '二千'
                                    ^^^^^^"#]],
    );
    check(
        "title = e\u{301} or\nyear = x",
        expect![[r#"
        the value for `year` holds `x`, wanted an integer (character 22 of the filter)
          title = é or␊year = x
                              ^"#]],
    );
    let long = format!(
        "title in ({}'end') and year = no and {}",
        "aaaaaaaaa, ".repeat(50),
        "b".repeat(50)
    );
    check(
        &long,
        expect![[r#"
        syntax: expected an operator, found the end (character 636 of the filter)
          …bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
                                                   ^
        help: write one of `=` `!=` `<` `<=` `>` `>=` `~` `!~` `like` `in` `between` `is null`"#]],
    );
}

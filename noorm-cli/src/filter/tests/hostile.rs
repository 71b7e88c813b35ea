//! Filters that nobody writes by accident.

use expect_test::expect;

use super::super::parse;
use super::{check, meaning, table};

#[test]
fn nesting_has_a_limit() {
    let deep = |n: usize| format!("{}title = a{}", "(".repeat(n), ")".repeat(n));
    assert_eq!(meaning(&deep(100)), meaning("title = a"));
    check(
        &deep(101),
        expect![[r#"
        syntax: this nests deeper than 100 levels (character 101 of the filter)
          …(((((((((((((((((((((((((((((((((((((((((title = a)))))))))))…
                                                   ^"#]],
    );
    for text in ["(".repeat(100_000), "not ".repeat(100_000)] {
        assert!(meaning(&text).contains("deeper than 100 levels"));
    }
    let wide = vec!["year = 1"; 100_000].join(" or ");
    assert!(parse(&wide).and_then(|f| f.resolve(&table())).is_ok());
}

/// Any text gives a filter or an error whose caret stands within the excerpt.
#[test]
fn no_text_makes_it_panic() {
    let seeds = [
        "title ~ rock and not (year >= 1990 or rating != 4.5)",
        r#""Odd ""name""" not like 'it''s%' and year in (1, 2, 3)"#,
        "at between 2026-02-28 and '2026-03-01' or title is not null",
    ];
    let pieces = [
        "(",
        ")",
        "'",
        "\"",
        "!",
        "~",
        "=",
        "<",
        ",",
        "not ",
        " and ",
        " in ",
        "null",
        "\t",
        "\0",
        "é",
        "日",
        "👩‍👩‍👧",
        "\u{301}",
        "\u{a0}",
        "\u{202e}",
        "-",
        "9",
        "\\",
    ];
    // A linear congruential generator (Knuth's MMIX): the same texts in each run.
    let mut state = 42_u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for round in 0..20_000 {
        let mut text: Vec<char> = seeds[round % seeds.len()].chars().collect();
        for _ in 0..=random(4) {
            let at = random(text.len() + 1);
            match random(3) {
                0 => text.truncate(at),
                1 if at < text.len() => drop(text.remove(at)),
                _ => drop(text.splice(at..at, pieces[random(pieces.len())].chars())),
            }
        }
        let text: String = text.into_iter().collect();
        let met = parse(&text).and_then(|filter| filter.resolve(&table()));
        if let Some((excerpt, marks)) = met.err().and_then(|error| error.excerpt()) {
            let caret = marks.chars().count();
            assert!(caret <= crate::text::width(&excerpt) + 1, "{text:?}");
        }
    }
}

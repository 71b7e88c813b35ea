//! What filters mean.

use expect_test::expect;

use super::check;

#[test]
fn contains() {
    check("title~rock", expect![[r#"title Contains Text("rock")"#]]);
    check(
        "title !~ 'hard rock'",
        expect![[r#"not (title Contains Text("hard rock"))"#]],
    );
}

#[test]
fn comparisons() {
    check("year=1990", expect!["year Eq I64(1990)"]);
    check(
        "year != 1990 and year <> 1991",
        expect!["(year Ne I64(1990) and year Ne I64(1991))"],
    );
    check(
        "year<1 or year<=2 or year>3 or year>=-4",
        expect!["(year Lt I64(1) or year Le I64(2) or year Gt I64(3) or year Ge I64(-4))"],
    );
    check("title = 'it''s'", expect![[r#"title Eq Text("it's")"#]]);
}

#[test]
fn lists_and_ranges() {
    check(
        "year in (1, 2,3)",
        expect!["year in Array([I64(1), I64(2), I64(3)])"],
    );
    check(
        "title NOT IN (Rock, 'Hip Hop')",
        expect![[r#"not (title in Array([Text("Rock"), Text("Hip Hop")]))"#]],
    );
    check(
        "year between 1 and 2 and live = true",
        expect!["(year between I64(1) and I64(2) and live Eq Bool(true))"],
    );
    check(
        "year not between 1 and 2",
        expect!["not (year between I64(1) and I64(2))"],
    );
}

#[test]
fn patterns() {
    check(
        "title like 'The %'",
        expect![[r#"title Like Text("The %")"#]],
    );
    check(
        "title not like %x",
        expect![[r#"not (title Like Text("%x"))"#]],
    );
}

#[test]
fn nulls() {
    check("title is null", expect!["title is null"]);
    check("title IS NOT NULL", expect!["not (title is null)"]);
}

#[test]
fn and_binds_tighter_than_or() {
    check(
        "title = a or title = b and year = 1",
        expect![[r#"(title Eq Text("a") or (title Eq Text("b") and year Eq I64(1)))"#]],
    );
    check(
        "(title = a or title = b) and year = 1",
        expect![[r#"((title Eq Text("a") or title Eq Text("b")) and year Eq I64(1))"#]],
    );
    check(
        "not title = a and year = 1",
        expect![[r#"(not (title Eq Text("a")) and year Eq I64(1))"#]],
    );
    check(
        "not (not (title = a))",
        expect![[r#"not (not (title Eq Text("a")))"#]],
    );
}

#[test]
fn names_may_be_quoted() {
    check(
        r#""Odd ""name""" = x"#,
        expect![[r#"Odd "name" Eq Text("x")"#]],
    );
    check(
        r#""or" = 'or' or TITLE = x"#,
        expect![[r#"(or Eq Text("or") or title Eq Text("x"))"#]],
    );
}

#[test]
fn values_are_what_their_column_holds() {
    check(
        "rating >= 4.5 and rating < '5'",
        expect!["(rating Ge F64(4.5) and rating Lt F64(5.0))"],
    );
    check(
        "price = 9.90",
        expect!["price Eq Decimal(BigDecimal(sign=Plus, scale=2, digits=[990]))"],
    );
    check(
        "live = TRUE or live = false",
        expect!["(live Eq Bool(true) or live Eq Bool(false))"],
    );
    check(
        "released = 2026-02-28",
        expect!["released Eq Date(2026-02-28)"],
    );
    check(
        "at >= 2026-02-28 and at < 2026-02-28T13:30:00",
        expect!["(at Ge Timestamp(2026-02-28T00:00:00) and at Lt Timestamp(2026-02-28T13:30:00))"],
    );
    check(
        "seen >= 2026-02-28 and seen < 2026-02-28T01:00:00+01:00",
        expect![
            "(seen Ge TimestampTz(2026-02-28T00:00:00Z) and seen Lt TimestampTz(2026-02-28T00:00:00Z))"
        ],
    );
    check(
        "key = 6f9619ff-8b86-d011-b42d-00c04fc964ff",
        expect!["key Eq Uuid(6f9619ff-8b86-d011-b42d-00c04fc964ff)"],
    );
    check(
        "tags = '[1, 2]'",
        expect!["tags Eq Array([I64(1), I64(2)])"],
    );
    check(
        r#"extra = '{"a": 1}' or extra = red"#,
        expect![[r#"(extra Eq Json("{\"a\": 1}") or extra Eq Json("\"red\""))"#]],
    );
    check(
        r"mood = sad and cover = \x00ff",
        expect![[r#"(mood Eq Text("sad") and cover Eq Bytes([0, 255]))"#]],
    );
}

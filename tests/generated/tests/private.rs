//! Generated code in a program, which exports nothing: more of what lints say is about it than about a library.

#![allow(dead_code, reason = "that it compiles without warnings is the test")]

#[path = "../src/postgres/names/mod.rs"]
mod entities;

#[path = "../src/mariadb/names/mod.rs"]
mod words;

#[path = "../src/with_diesel/postgres/names/mod.rs"]
mod for_diesel;

/// Letters that are others in another form, and one without a capital.
#[test]
fn columns_of_odd_letters_have_constants() {
    use entities::Letter;
    use noorm::repository::Entity as _;

    let columns: Vec<_> = Letter::fields().iter().map(|field| field.column).collect();
    assert_eq!(columns, ["id", "nº", "1ª_via", "size_µm", "no", "ĸ"]);
    let new = entities::NewLetter::new(entities::LetterId(1), "2");
    assert_eq!((new.id, &*new.no_2), (entities::LetterId(1), "2"));
}

#[test]
fn words_in_capitals_are_variants() {
    use noorm::value::Word as _;

    assert_eq!(entities::Region::USA.word(), "U.S.A.");
    assert_eq!(words::ABCRegion::WORDS, ["U.S.A.", "E.U."]);
}

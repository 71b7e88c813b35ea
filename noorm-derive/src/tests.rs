//! What the derives write, each whole in `expanded/`, and what they refuse. That the programs behind them compile is
//! for the tests of `noorm` to prove; `UPDATE_EXPECT=1` writes the files anew.

use expect_test::{Expect, ExpectFile, expect, expect_file};
use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::{diesel, entity, scalar, serde, written};

type Derive = fn(&DeriveInput) -> syn::Result<TokenStream>;

fn input(source: &str) -> DeriveInput {
    syn::parse_str(source).unwrap()
}

fn writes(derives: &[Derive], source: &str, expected: &ExpectFile) {
    let input = input(source);
    let written = derives.iter().map(|derive| derive(&input).unwrap());
    let file = syn::parse2(written.collect()).unwrap();
    expected.assert_eq(&prettyplease::unparse(&file));
}

fn refuses(derive: Derive, source: &str, expected: &Expect) {
    let error = derive(&input(source)).unwrap_err();
    expected.assert_eq(&error.to_string());
}

#[test]
fn an_entity() {
    writes(
        &[entity::expand],
        r#"#[noorm(table = "sales.order", fingerprint = "f1", key(order_no, r#type))]
        pub struct Order {
            pub order_no: String,
            #[noorm(column = "Type")]
            pub r#type: i16,
            total: Option<Decimal>,
        }"#,
        &expect_file!["../expanded/entity.rs"],
    );
}

#[test]
fn a_key_of_one_text_is_found_by_what_is_borrowed() {
    writes(
        &[entity::expand],
        r#"#[noorm(table = "genre", key(name))] struct Genre { name: String }"#,
        &expect_file!["../expanded/entity_by_text.rs"],
    );
}

#[test]
fn new_rows_and_changes() {
    writes(
        &[written::insertable],
        "#[noorm(entity = Order)] pub struct NewOrder { pub order_no: String, pub kind: i16, pub total: Option<Decimal> }",
        &expect_file!["../expanded/insertable.rs"],
    );
    writes(
        &[written::changeset],
        "#[noorm(entity = Order)] pub struct OrderChanges { pub kind: Patch<i16>, pub total: Patch<Option<Decimal>> }",
        &expect_file!["../expanded/changeset.rs"],
    );
}

#[test]
fn a_row_of_which_nothing_must_be_given_has_no_new() {
    writes(
        &[written::insertable],
        r#"#[noorm(table = "tick")] struct Tick {}"#,
        &expect_file!["../expanded/insertable_of_nothing.rs"],
    );
}

#[test]
fn scalars() {
    writes(
        &[scalar::expand, diesel::scalar],
        "#[diesel(sql_type = BigInt)] pub struct OrderId(i64);",
        &expect_file!["../expanded/newtype.rs"],
    );
    writes(
        &[scalar::expand, diesel::scalar],
        r#"#[diesel(sql_type = Text)] #[diesel(sql_type = MoodMapping)]
        pub enum Mood { calm, r#try, #[noorm(word = "it's ok")] ItsOk }"#,
        &expect_file!["../expanded/words.rs"],
    );
}

#[test]
fn what_diesel_writes() {
    let source = "#[diesel(table_name = crate::schema::orders, check_for_backend(Sqlite))]
        struct NewOrder {
            order_no: String,
            #[diesel(column_name = type_)]
            r#type: Option<i16>,
            #[diesel(serialize_as = Decimal)]
            total: Patch<Option<BigDecimal>>,
            #[diesel(serialize_as = UuidText)]
            token: Uuid,
            note: Patch<String>,
        }";
    writes(
        &[diesel::insertable],
        source,
        &expect_file!["../expanded/diesel_insertable.rs"],
    );
    writes(
        &[diesel::changeset],
        source,
        &expect_file!["../expanded/diesel_changeset.rs"],
    );
}

#[test]
fn serde_s_traits() {
    let source = r#"#[serde(default)]
        struct Changes {
            #[serde(rename = "Title", skip_serializing_if = "Patch::is_left")]
            title: Patch<String>,
            #[serde(with = "noorm::value::in_json", default = "nothing")]
            body: Vec<u8>,
            r#type: i16,
        }"#;
    writes(
        &[serde::serialize, serde::deserialize],
        source,
        &expect_file!["../expanded/serde_default.rs"],
    );
    let fields = (0..13).map(|at| format!("f{at}: i32"));
    let source = format!("struct Row {{ {} }}", fields.collect::<Vec<_>>().join(","));
    writes(
        &[serde::serialize, serde::deserialize],
        &source,
        &expect_file!["../expanded/serde_many.rs"],
    );
}

#[test]
fn what_serde_s_own_derives_are_for_is_refused() {
    let refuses = |source, expected| refuses(serde::deserialize, source, expected);
    refuses(
        "enum Mood { Calm }",
        &expect![
            "noorm's `Deserialize` is for structs of named fields, not generic: take serde's own derive for what else it knows"
        ],
    );
    refuses(
        "struct Id(i64);",
        &expect![
            "noorm's `Deserialize` is for structs of named fields, not generic: take serde's own derive for what else it knows"
        ],
    );
    refuses(
        "struct Row<T> { id: T }",
        &expect![
            "noorm's `Deserialize` is for structs of named fields, not generic: take serde's own derive for what else it knows"
        ],
    );
    refuses(
        r#"#[serde(rename_all = "camelCase")] struct Row { id: i64 }"#,
        &expect!["here may stand `default`"],
    );
    refuses(
        r#"struct Row { a: i64, #[serde(rename = "a")] b: i64 }"#,
        &expect!["`a` and `b` would both be called `a`"],
    );
    refuses(
        "struct Row { #[serde(flatten)] id: i64 }",
        &expect!["here may stand `rename`, `default`, `skip_serializing_if`, `with`"],
    );
    refuses(
        r#"struct Row { #[serde(with = "no path")] id: i64 }"#,
        &expect!["unexpected token"],
    );
}

#[test]
fn an_entity_that_cannot_be_is_refused() {
    let refuses = |source, expected| refuses(entity::expand, source, expected);
    refuses(
        "struct Album { id: i64 }",
        &expect![[r#"which table is it? Write `#[noorm(table = "…")]`"#]],
    );
    refuses(
        r#"#[noorm(table = "album")] struct Album<T> { id: T }"#,
        &expect!["`Entity` stands for the columns of one table: it can't be generic"],
    );
    refuses(
        r#"#[noorm(table = "album")] enum Album { Id }"#,
        &expect!["`Entity` is for structs, with a field for each column"],
    );
    refuses(
        r#"#[noorm(table = "album")] struct Album(i64);"#,
        &expect!["`Entity` needs named fields, one for each column"],
    );
    refuses(
        r#"#[noorm(tabel = "album")] struct Album { id: i64 }"#,
        &expect!["here may stand `table`, `key`, `fingerprint`, `entity`"],
    );
    refuses(
        r#"#[noorm(table = "album", key(idd))] struct Album { id: i64, title: String }"#,
        &expect!["the key names `idd`, which is no field: there are `id`, `title`"],
    );
    refuses(
        r#"#[noorm(table = "album", key(id))] struct Album { id: Option<i64> }"#,
        &expect!["`id` is of the key: it can't be an `Option`"],
    );
    refuses(
        r#"#[noorm(table = "album")] struct Album { title: String, #[noorm(column = "title")] name: String }"#,
        &expect![[
            r#"field `name` stands for the column `title`, as `title` does: say by `#[noorm(column = "…")]` which one it is"#
        ]],
    );
    refuses(
        r#"#[noorm(table = "road")] struct Road { straße: String, strasse: String }"#,
        &expect![[
            r#"`straße` and `strasse` would both have the constant `STRASSE`: rename one, and say by `#[noorm(column = "…")]` what its column is"#
        ]],
    );
    refuses(
        r#"#[noorm(table = "album")] struct Album { #[noorm(name = "title")] name: String }"#,
        &expect!["here may stand `column`"],
    );
}

#[test]
fn rows_of_nothing_are_refused() {
    refuses(
        written::insertable,
        "struct New { title: String }",
        &expect!["whose rows are these? Write `#[noorm(entity = Album)]`"],
    );
    refuses(
        written::changeset,
        "#[noorm(entity = Album)] struct Changes(i64);",
        &expect!["`Changeset` needs named fields, one for each column"],
    );
}

#[test]
fn a_scalar_that_cannot_be_is_refused() {
    let refuses = |source, expected| refuses(scalar::expand, source, expected);
    refuses(
        "struct Id<T>(T);",
        &expect!["`Scalar` is what one kind of column holds: it can't be generic"],
    );
    refuses(
        "struct Id(i64, i64);",
        &expect![
            "`Scalar` is for a struct around one value, `struct AlbumId(i64);`, or an enum of words"
        ],
    );
    refuses(
        "struct Id { id: i64 }",
        &expect![
            "`Scalar` is for a struct around one value, `struct AlbumId(i64);`, or an enum of words"
        ],
    );
    refuses(
        "union Id { id: i64 }",
        &expect![
            "`Scalar` is for a struct around one value, `struct AlbumId(i64);`, or an enum of words"
        ],
    );
    refuses(
        "enum Mood { Calm, Wild(u8) }",
        &expect!["`Wild` is a word: it can't hold anything"],
    );
    refuses(
        r#"enum Mood { calm, #[noorm(word = "calm")] Quiet }"#,
        &expect![[
            r#"`Quiet` is the word `calm`, as another variant is: say by `#[noorm(word = "…")]` which one it is"#
        ]],
    );
}

#[test]
fn what_is_none_of_diesels_is_refused() {
    refuses(
        diesel::scalar,
        "struct Id(i64);",
        &expect!["which SQL type is it? Write `#[diesel(sql_type = diesel::sql_types::BigInt)]`"],
    );
    refuses(
        diesel::scalar,
        "#[diesel(sql_type = Text)] union Id { id: i64 }",
        &expect![
            "`DieselScalar` is for a struct around one value, or an enum of words, beside `Scalar`"
        ],
    );
    refuses(
        diesel::scalar,
        "#[diesel(sql_type = Text)] struct Id { id: i64 }",
        &expect![
            "`DieselScalar` is for a struct around one value, or an enum of words, beside `Scalar`"
        ],
    );
    refuses(
        diesel::scalar,
        "#[diesel(sql = Text)] struct Id(i64);",
        &expect!["here may stand `sql_type`"],
    );
    refuses(
        diesel::insertable,
        "struct New { id: i64 }",
        &expect!["which table is it? Write `#[diesel(table_name = crate::schema::album)]`"],
    );
    refuses(
        diesel::changeset,
        "#[diesel(table = album)] struct New { id: i64 }",
        &expect!["here may stand `table_name`, `check_for_backend`, `primary_key`"],
    );
    refuses(
        diesel::insertable,
        "#[diesel(table_name = album)] struct New(i64);",
        &expect!["`DieselInsertable` needs named fields, one for each column, and at least one"],
    );
    refuses(
        diesel::insertable,
        "#[diesel(table_name = album)] enum New { Id }",
        &expect!["`DieselInsertable` needs named fields, one for each column, and at least one"],
    );
    refuses(
        diesel::changeset,
        "#[diesel(table_name = album)] struct New {}",
        &expect!["`DieselChangeset` needs named fields, one for each column, and at least one"],
    );
    refuses(
        diesel::changeset,
        "#[diesel(table_name = album)] struct New { #[diesel(embed)] id: i64 }",
        &expect!["here may stand `column_name`, `serialize_as`"],
    );
}

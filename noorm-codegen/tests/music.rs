//! Whole generated files of a small music store, of each language, and what configurations change in them.

#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but knows only functions marked as such"
)]

use noorm_codegen::{Config, Folder, generate};
use noorm_core::schema::{
    Column, ColumnType, EnumType, ForeignKey, Generated, GeneratedStorage, Identity, PrimaryKey,
    References, Schema, Table, TableKind,
};

fn column(name: &str, native: &str, column_type: ColumnType) -> Column {
    let mut column = Column::new(name, 1, native, column_type);
    column.nullable = false;
    column
}

fn nullable(name: &str, native: &str, column_type: ColumnType) -> Column {
    Column::new(name, 1, native, column_type)
}

fn id(name: &str) -> Column {
    let mut id = column(name, "bigint", ColumnType::int(64));
    id.identity = Some(Identity::Always);
    id.auto_increment = true;
    id
}

fn table(name: &str, key: &[&str], columns: Vec<Column>) -> Table {
    let mut table = Table::new(Some("public"), name, TableKind::Table);
    table.columns = columns;
    if !key.is_empty() {
        let key = key.iter().map(|column| (*column).to_owned()).collect();
        table.primary_key = Some(PrimaryKey::new(None, key));
    }
    table
}

fn points(table: &mut Table, column: &str, target: &str, at: &str) {
    let target = References::new(Some("public".into()), target, vec![at.into()]);
    let key = ForeignKey::new(None, vec![column.into()], target);
    table.foreign_keys.push(key);
}

/// Artists, albums, tracks, playlists; a view, a log without a key, and what is odd.
fn music() -> Schema {
    let mut schema = Schema::new("postgres");
    schema.default_schema = Some("public".into());
    let words = vec!["vinyl".to_owned(), "compact disc".to_owned()];
    let mut format = EnumType::new(Some("public".into()), "format", words.clone());
    format.comment = Some("What an album is pressed on.".into());
    schema.enums.push(format);
    let format = ColumnType::Enum {
        name: Some("public.format".into()),
        values: words,
    };

    let artist = table(
        "artists",
        &["artist_id"],
        vec![id("artist_id"), column("name", "text", ColumnType::text())],
    );
    let mut price = column("price", "numeric(10,2)", decimal());
    price.default = Some("9.99".into());
    let mut year = nullable("year", "integer", ColumnType::int(32));
    year.default = Some("1971".into());
    year.comment = Some("When it was released,\nnot when it was recorded: see <session>.".into());
    let mut label = nullable("label", "text", ColumnType::text());
    label.generated = Some(Generated::new("upper(title)", GeneratedStorage::Stored));
    let mut album = table(
        "albums",
        &["album_id"],
        vec![
            id("album_id"),
            column(
                "title",
                "character varying(160)",
                ColumnType::Text {
                    max_length: Some(160),
                },
            ),
            column("artist_id", "bigint", ColumnType::int(64)),
            price,
            year,
            column("format", "format", format),
            label,
            nullable("type", "jsonb", ColumnType::Json),
            nullable(
                "added at",
                "timestamp with time zone",
                ColumnType::TimestampTz,
            ),
        ],
    );
    album.comment = Some("What was released.".into());
    points(&mut album, "artist_id", "artists", "artist_id");
    let mut track = table(
        "tracks",
        &["track_id"],
        vec![
            column("track_id", "uuid", ColumnType::Uuid),
            nullable("album_id", "bigint", ColumnType::int(64)),
            column("name", "text", ColumnType::text()),
            nullable(
                "tags",
                "text[]",
                ColumnType::Array {
                    element: Box::new(ColumnType::text()),
                },
            ),
        ],
    );
    points(&mut track, "album_id", "albums", "album_id");
    let playlist = table(
        "playlists",
        &["playlist_id"],
        vec![
            id("playlist_id"),
            nullable("name", "text", ColumnType::text()),
        ],
    );
    let mut entry = table(
        "playlist_track",
        &["playlist_id", "track_id"],
        vec![
            column("playlist_id", "bigint", ColumnType::int(64)),
            column("track_id", "uuid", ColumnType::Uuid),
        ],
    );
    points(&mut entry, "playlist_id", "playlists", "playlist_id");
    points(&mut entry, "track_id", "tracks", "track_id");
    let mut cheap = table(
        "cheap",
        &[],
        vec![
            nullable("title", "text", ColumnType::text()),
            nullable("price", "numeric", decimal()),
        ],
    );
    cheap.kind = TableKind::View;
    let log = table(
        "log",
        &[],
        vec![nullable("line", "text", ColumnType::text())],
    );
    let mut option = table(
        "option",
        &["self"],
        vec![column("self", "text", ColumnType::text())],
    );
    option
        .columns
        .push(nullable("2fa", "boolean", ColumnType::Bool));
    let mut foreign = table("albums", &["id"], vec![id("id")]);
    foreign.schema = Some("archive".into());
    let tables = [
        artist, album, track, playlist, entry, cheap, log, option, foreign,
    ];
    schema.tables.extend(tables.map(Into::into));
    schema
}

fn decimal() -> ColumnType {
    ColumnType::Decimal {
        precision: Some(10),
        scale: Some(2),
    }
}

/// All files in one text.
fn all(folder: &Folder) -> String {
    let files = folder
        .names()
        .map(|name| format!("==> {name} <==\n{}", folder.text(name).unwrap()));
    files.collect::<Vec<_>>().join("\n")
}

fn generated(language: &str, config: &str) -> Folder {
    let config = Config::parse(config, "noorm.toml").unwrap();
    generate(language, &music(), &config).unwrap()
}

#[test]
fn rust() {
    insta::assert_snapshot!(all(&generated("rust", "[rust]\nnewtype_keys = true")));
}

#[test]
fn diesel() {
    insta::assert_snapshot!(all(&generated("diesel", "")));
}

#[test]
fn typescript() {
    insta::assert_snapshot!(all(&generated("typescript", "")));
}

#[test]
fn json_schema() {
    insta::assert_snapshot!(all(&generated("json-schema", "")));
}

#[test]
fn typescript_in_camel_case_with_dates() {
    let config = "[generate]\ntables = ['albums']\n[typescript]\nnaming = 'camelCase'\ndates = 'Date'\n\
                  int64 = 'bigint'\ndecimals = 'number'";
    insta::assert_snapshot!(generated("typescript", config).text("albums.ts").unwrap());
}

#[test]
fn rust_as_a_configuration_has_it() {
    let config = r##"
[generate]
tables = ["albums", "cheap"]

[rust]
serde = false
derives = ["Default"]

[rust.types]
jsonb = "crate::Document"

[rust.columns]
"albums.price" = "crate::Money"
"*_id" = "crate::Id"

[rust.names]
"albums" = "Record"
"albums.type" = "kind"

[rust.nullable]
"cheap.title" = false

[rust.tables.cheap]
derives = ["Eq"]
attributes = ["#[non_exhaustive]"]
"##;
    insta::assert_snapshot!(all(&generated("rust", config)));
}

#[test]
fn the_order_of_the_catalog_changes_nothing() {
    let mut backwards = music();
    backwards.tables.reverse();
    backwards.enums.reverse();
    for language in noorm_codegen::generators() {
        let config = Config::default();
        let one = generate(language, &music(), &config).unwrap();
        let other = generate(language, &backwards, &config).unwrap();
        assert_eq!(one, other, "{language}");
    }
}

#[test]
fn a_new_column_changes_the_file_of_its_table_alone() {
    let mut altered = music();
    let log = altered
        .tables
        .iter_mut()
        .find(|table| table.name == "log")
        .unwrap();
    let at = nullable("at", "date", ColumnType::Date);
    std::sync::Arc::make_mut(log).columns.push(at);
    let config = Config::default();
    for (language, file) in [
        ("rust", "log.rs"),
        ("typescript", "log.ts"),
        ("json-schema", "log.schema.json"),
    ] {
        let before = generate(language, &music(), &config).unwrap();
        let after = generate(language, &altered, &config).unwrap();
        let changed: Vec<_> = after
            .names()
            .filter(|name| before.text(name) != after.text(name))
            .collect();
        assert_eq!(changed, [file], "{language}");
    }
}

#[test]
fn rust_with_diesels_traits() {
    let config = r#"
[generate]
tables = ["albums", "artists", "cheap", "log", "option"]

[rust]
newtype_keys = true
diesel = true
diesel_schema = "crate::db::schema"

[rust.columns]
"albums.price" = "crate::Money"
"#;
    insta::assert_snapshot!(all(&generated("rust", config)));
}

/// The documentation of `struct name`, in which the reason stands.
fn note(folder: &Folder, file: &str, name: &str) -> String {
    let text = folder.text(file).unwrap();
    let before = text.split(&format!("pub struct {name} ")).next().unwrap();
    let lines = before
        .lines()
        .rev()
        .skip_while(|line| !line.starts_with("/// Not for"));
    lines.take(1).collect()
}

/// A table of one database, whose columns Diesel has other types for than noorm.
fn odd(dialect: &str, columns: Vec<Column>) -> Folder {
    let mut schema = Schema::new(dialect);
    let mut odd = table("odd", &["id"], columns);
    odd.schema = None;
    schema.tables.push(odd.into());
    let config = "[rust]\nnewtype_keys = true\ndiesel = true";
    let config = Config::parse(config, "noorm.toml").unwrap();
    generate("rust", &schema, &config).unwrap()
}

#[test]
fn what_diesel_cant_express_is_told_and_the_rest_goes_on() {
    let name = || column("name", "text", ColumnType::text());
    let spot = nullable(
        "spot",
        "point",
        ColumnType::Other {
            native: "point".into(),
        },
    );
    let mut made = nullable(
        "area",
        "box",
        ColumnType::Other {
            native: "box".into(),
        },
    );
    made.generated = Some(Generated::new("box(spot)", GeneratedStorage::Stored));
    let folder = odd("postgres", vec![id("id"), name(), made]);
    assert_eq!(
        note(&folder, "odd.rs", "Odd"),
        "/// Not for Diesel: it has no type for `box`, which `area` is."
    );
    // What the database makes is in no new row.
    assert!(
        folder
            .text("odd.rs")
            .unwrap()
            .contains("noorm::DieselInsertable")
    );

    let folder = odd("postgres", vec![id("id"), name(), spot]);
    assert!(
        !folder
            .text("odd.rs")
            .unwrap()
            .contains("noorm::DieselInsertable")
    );
    // The key goes on: other tables point at it.
    assert!(
        folder
            .text("odd.rs")
            .unwrap()
            .contains("noorm::DieselScalar")
    );

    // A column without a type, an array of what is held otherwise, a key that is text to Diesel.
    let untyped = nullable(
        "any",
        "",
        ColumnType::Other {
            native: String::new(),
        },
    );
    let folder = odd("sqlite", vec![id("id"), untyped]);
    assert_eq!(
        note(&folder, "odd.rs", "Odd"),
        "/// Not for Diesel: it has no type for `any`, which is declared without one."
    );
    let element = Box::new(ColumnType::Interval);
    let spans = nullable("spans", "interval[]", ColumnType::Array { element });
    let folder = odd("postgres", vec![id("id"), spans]);
    assert_eq!(
        note(&folder, "odd.rs", "Odd"),
        "/// Not for Diesel: `spans` is `Array<Nullable<Interval>>` to it, which is no `Vec<Option<Interval>>`."
    );
    let folder = odd("sqlite", vec![column("id", "uuid", ColumnType::Uuid)]);
    assert_eq!(
        note(&folder, "odd.rs", "Odd"),
        "/// Not for Diesel: `id` is `Text` to it, which is no `OddId`."
    );
}

#[test]
fn columns_are_held_as_diesel_has_them() {
    let words = vec!["a".to_owned(), "b".to_owned()];
    let folder = odd(
        "mysql",
        vec![
            column(
                "id",
                "int unsigned",
                ColumnType::Integer {
                    bits: 32,
                    unsigned: true,
                },
            ),
            column("at", "timestamp", ColumnType::TimestampTz),
            nullable("tags", "set('a','b')", ColumnType::Set { values: words }),
        ],
    );
    let text = folder.text("odd.rs").unwrap();
    for line in [
        "#[diesel(sql_type = diesel::sql_types::Unsigned<diesel::sql_types::Integer>)]",
        "#[diesel(deserialize_as = noorm::diesel_as::UtcTimestamp)]",
        "#[diesel(deserialize_as = noorm::diesel_as::Null<noorm::diesel_as::WordsText>)]",
        "#[diesel(serialize_as = noorm::diesel_as::WordsText)]",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    let folder = odd(
        "postgres",
        vec![id("id"), nullable("took", "interval", ColumnType::Interval)],
    );
    let text = folder.text("odd.rs").unwrap();
    assert!(
        text.contains("deserialize_as = noorm::diesel_as::Null<noorm::diesel_as::Span>"),
        "{text}"
    );
}

#[test]
fn diesel_needs_a_backend_and_a_path() {
    let config = Config::parse("[rust]\nserde = false\ndiesel = true", "noorm.toml").unwrap();
    let error = generate("rust", &Schema::new("mssql"), &config).unwrap_err();
    assert_eq!(
        error.message(),
        "noorm.toml:3: Diesel has no backend for `mssql`"
    );
    assert_eq!(
        error.help(),
        Some("it has some for sqlite, postgres and mysql")
    );
    let error = Config::parse("[rust]\ndiesel_schema = '2'", "noorm.toml").unwrap_err();
    assert_eq!(error.message(), "noorm.toml:2: `2` is no path in Rust");
}

#[test]
fn tables_named_of_dots_have_files_that_are_seen() {
    let mut schema = Schema::new("sqlite");
    for name in ["", "...", ".env", "table"] {
        let table = Table::new(None, name, TableKind::Table);
        schema.tables.push(table.into());
    }
    let folder = generate("json-schema", &schema, &Config::default()).unwrap();
    let names: Vec<_> = folder.names().collect();
    assert_eq!(
        names,
        [
            "env.schema.json",
            "table-2.schema.json",
            "table-3.schema.json",
            "table.schema.json"
        ]
    );
}

#[test]
fn everything_without_a_name_is_told_at_once_and_can_be_named() {
    let mut odd = Table::new(None, "%", TableKind::Table);
    odd.columns.push(column("🎵", "text", ColumnType::text()));
    let mut schema = Schema::new("sqlite");
    schema.tables.push(odd.into());
    let error = generate("rust", &schema, &Config::default()).unwrap_err();
    assert_eq!(
        error.message(),
        "no name in Rust can be made of `%`, `%.🎵`"
    );
    let config = Config::parse("[typescript.names]\n'%' = 'Odd'", "noorm.toml").unwrap();
    let folder = generate("typescript", &schema, &config).unwrap();
    assert!(
        folder
            .text("odd.ts")
            .unwrap()
            .contains("export interface Odd {")
    );
}

/// Tables with keys, each pointing at those that `targets` names of its number.
fn connected(count: usize, targets: fn(usize) -> Vec<String>) -> String {
    let mut schema = Schema::new("sqlite");
    for number in 0..count {
        let mut table = Table::new(None, format!("t{number:02}"), TableKind::Table);
        table
            .columns
            .push(column("id", "integer", ColumnType::int(64)));
        table.primary_key = Some(PrimaryKey::new(None, vec!["id".into()]));
        for target in targets(number) {
            let target = References::new(None, target, vec!["id".into()]);
            let key = ForeignKey::new(None, vec!["id".into()], target);
            table.foreign_keys.push(key);
        }
        schema.tables.push(table.into());
    }
    let folder = generate("diesel", &schema, &Config::default()).unwrap();
    folder.text("schema.rs").unwrap().to_owned()
}

fn may_be_joined(text: &str, pair: &str) -> bool {
    text.contains(&format!("allow_tables_to_appear_in_same_query!({pair});"))
}

#[test]
fn of_many_connected_tables_those_two_keys_apart_may_be_joined() {
    let before = |number: usize| match number {
        0 => Vec::new(),
        _ => vec![format!("t{:02}", number - 1)],
    };
    let text = connected(25, before);
    assert!(may_be_joined(&text, "t00, t01") && may_be_joined(&text, "t00, t02"));
    assert!(!may_be_joined(&text, "t00, t03"));
}

#[test]
fn what_everything_points_at_joins_no_pairs_of_its_own() {
    // All point at `t00`, and that at `t01`; `t02` to `t04` point at `t05`, too.
    let targets = |number| match number {
        0 => vec!["t01".to_owned()],
        1 => Vec::new(),
        2..=4 => vec!["t00".to_owned(), "t05".to_owned()],
        _ => vec!["t00".to_owned()],
    };
    let text = connected(30, targets);
    for told in ["t00, t29", "t01, t29", "t02, t04", "t02, t05"] {
        assert!(may_be_joined(&text, told), "{told}");
    }
    assert!(!may_be_joined(&text, "t28, t29"));
    assert_eq!(
        text.matches("allow_tables_to_appear").count(),
        29 + 28 + 3 + 3
    );
}

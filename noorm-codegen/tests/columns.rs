//! What becomes of single columns: of other schemas' enums, filled by triggers, of odd letters, beyond Diesel.

#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but knows only functions marked as such"
)]

use noorm_codegen::{Config, Folder, generate};
use noorm_core::schema::{
    Column, ColumnType, Domain, PrimaryKey, Schema, Table, TableKind, Trigger, TriggerEvent,
    TriggerTiming,
};

fn text(name: &str) -> Column {
    let mut column = Column::new(name, 1, "text", ColumnType::text());
    column.nullable = false;
    column
}

fn of(name: &str, native: &str, column_type: ColumnType) -> Column {
    let mut column = text(name);
    column.native_type = native.into();
    column.column_type = column_type;
    column
}

/// A table whose first column is its key.
fn table(name: &str, columns: Vec<Column>) -> Table {
    let mut table = Table::new(None, name, TableKind::Table);
    let key = columns.iter().take(1).map(|column| column.name.clone());
    table.primary_key = Some(PrimaryKey::new(None, key.collect()));
    table.columns = columns;
    table
}

fn schema(dialect: &str, tables: Vec<Table>) -> Schema {
    let mut schema = Schema::new(dialect);
    schema.tables.extend(tables.into_iter().map(Into::into));
    schema
}

fn generated(language: &str, schema: &Schema, config: &str) -> Folder {
    let config = Config::parse(config, "noorm.toml").unwrap();
    generate(language, schema, &config).unwrap()
}

/// The members of a type, each without what stands around it.
fn members<'f>(folder: &'f Folder, file: &str, begin: &str) -> Vec<&'f str> {
    let text = folder.text(file).unwrap();
    let (_, behind) = text.split_once(begin).unwrap();
    let (members, _) = behind.split_once("\n}").unwrap();
    let lines = members.lines().map(str::trim);
    lines.filter(|line| !line.is_empty()).collect()
}

#[test]
fn an_enum_of_another_schema_than_the_one_asked_for_is_one() {
    let mood = ColumnType::Enum {
        name: Some("public.mood".into()),
        values: vec!["calm".into()],
    };
    let mut orders = table("orders", vec![text("id"), of("mood", "mood", mood)]);
    orders.schema = Some("sales".into());
    let mut schema = schema("postgres", vec![orders]);
    schema.default_schema = Some("public".into());
    let of = |language: &str| {
        let config = Config::default().schemas(["sales"]);
        generate(language, &schema, &config).unwrap()
    };
    let rust = of("rust");
    assert!(
        members(&rust, "sales_orders.rs", "pub struct SalesOrder {").contains(&"pub mood: Mood,")
    );
    assert_eq!(
        members(&rust, "enums.rs", "pub enum Mood {").last(),
        Some(&"Calm,")
    );
    let diesel = of("diesel");
    let schema = diesel.text("schema.rs").unwrap();
    assert!(
        schema.contains("postgres_type(name = \"mood\", schema = \"public\")"),
        "{schema}"
    );
    assert!(schema.contains("mood -> Mood,"), "{schema}");
    let typescript = of("typescript");
    assert!(
        typescript
            .text("enums.ts")
            .unwrap()
            .contains("export type Mood = \"calm\";")
    );
}

fn filled() -> Schema {
    let mut fill = Trigger::new("fill", TriggerTiming::Before, vec![TriggerEvent::Insert]);
    let assigns =
        "CREATE TRIGGER fill BEFORE INSERT ON post FOR EACH ROW SET NEW.slug = lower(NEW.title)";
    fill.definition = Some(assigns.into());
    let mut post = table("post", vec![text("id"), text("slug"), text("title")]);
    post.triggers.push(fill);
    schema("mysql", vec![post])
}

#[test]
fn a_column_that_a_trigger_fills_may_be_left_out_of_a_new_row() {
    let schema = filled();
    let rust = generated("rust", &schema, "");
    let wanted = [
        "pub id: String,",
        "pub slug: Option<String>,",
        "pub title: String,",
    ];
    assert_eq!(members(&rust, "post.rs", "pub struct NewPost {"), wanted);
    let row = ["pub id: String,", "pub slug: String,", "pub title: String,"];
    assert_eq!(members(&rust, "post.rs", "pub struct Post {"), row);
    // Diesel writes `DEFAULT` for it there, which is refused.
    let diesel = generated("diesel", &schema, "");
    assert_eq!(members(&diesel, "post.rs", "pub struct NewPost {"), row);
    let typescript = generated("typescript", &schema, "");
    assert_eq!(
        members(&typescript, "post.ts", "export interface NewPost {"),
        ["id: string;", "slug?: string;", "title: string;"]
    );
    let json = generated("json-schema", &schema, "");
    let json: serde_json::Value =
        serde_json::from_str(json.text("post.schema.json").unwrap()).unwrap();
    assert_eq!(
        json["$defs"]["new"]["required"],
        serde_json::json!(["id", "title"])
    );
}

#[test]
fn kysely_may_leave_out_what_a_trigger_fills() {
    let typescript = generated("typescript", &filled(), "[typescript]\nkysely = true");
    let kysely = members(&typescript, "post.ts", "export interface PostTable {");
    assert_eq!(
        kysely,
        ["id: string;", "slug: Generated<string>;", "title: string;"]
    );
}

#[test]
fn letters_that_are_others_in_another_form_are_those() {
    let letters = table(
        "nº",
        vec![text("nº"), text("1ª_via"), text("size_\u{b5}m"), text("no")],
    );
    let rust = generated(
        "rust",
        &schema("postgres", vec![letters]),
        "[rust]\nserde = false",
    );
    let written = members(&rust, "no.rs", "pub struct No {");
    assert_eq!(
        written,
        [
            "#[noorm(column = \"nº\")]",
            "pub no_2: String,",
            "#[noorm(column = \"1ª_via\")]",
            "pub _1a_via: String,",
            "#[noorm(column = \"size_\u{b5}m\")]",
            "pub size_\u{3bc}m: String,",
            "pub no: String,",
        ]
    );
}

#[test]
fn changes_are_of_every_column_but_the_key_also_of_one_called_id() {
    let keyed = table("keyed", vec![text("code"), text("id")]);
    let diesel = generated("diesel", &schema("sqlite", vec![keyed]), "");
    let file = diesel.text("keyed.rs").unwrap();
    let (_, changes) = file.split_once("diesel::AsChangeset)]").unwrap();
    assert!(changes.contains("#[diesel(primary_key(code))]\npub struct KeyedChanges {\n    pub id: Option<String>,\n}"), "{changes}");
}

#[test]
fn a_row_is_identifiable_by_what_rust_hashes() {
    let price = ColumnType::Decimal {
        precision: Some(10),
        scale: Some(2),
    };
    let float = ColumnType::Float { bits: 64 };
    for (dialect, column_type, diesel_says, both_say) in [
        ("sqlite", price.clone(), Some("f64"), None),
        ("postgres", price, None, None),
        ("mysql", float, Some("f64"), Some("f64")),
        (
            "postgres",
            ColumnType::Interval,
            Some("diesel::pg::data_types::PgInterval"),
            None,
        ),
    ] {
        let schema = schema(
            dialect,
            vec![table(
                "reading",
                vec![of("at", "x", column_type), text("v")],
            )],
        );
        let says = |folder: &Folder, of: Option<&str>| {
            let file = folder.text("reading.rs").unwrap();
            assert_eq!(
                file.contains("diesel::Identifiable"),
                of.is_none(),
                "{file}"
            );
            let note = of.map(|of| {
                format!(
                    "Not `Identifiable`: `at` of its key is `{of}`, which has no `Hash` and `Eq`."
                )
            });
            assert!(note.is_none_or(|note| file.contains(&note)), "{file}");
        };
        says(&generated("diesel", &schema, ""), diesel_says);
        says(
            &generated("rust", &schema, "[rust]\ndiesel = true"),
            both_say,
        );
    }
}

#[test]
fn bits_are_beyond_diesel() {
    let bits = |name: &str, native: &str, bits| {
        let bits = ColumnType::Integer {
            bits,
            unsigned: true,
        };
        of(name, native, bits)
    };
    let flag = of("flag", "bit(1)", ColumnType::Bool);
    let columns = vec![
        text("id"),
        bits("few", "bit(12)", 16),
        flag,
        bits("number", "smallint unsigned", 16),
    ];
    let diesel = generated("diesel", &schema("mysql", vec![table("bits", columns)]), "");
    let text = diesel.text("schema.rs").unwrap();
    assert!(
        text.contains("// `few` is left out: Diesel has no type for `bit(12)`."),
        "{text}"
    );
    assert!(!text.contains("few ->"), "{text}");
    assert!(
        text.contains("flag -> Bool") && text.contains("number -> Unsigned<SmallInt>"),
        "{text}"
    );
}

#[test]
fn a_domain_is_what_is_beneath_it_to_diesel() {
    let array = |of: ColumnType| ColumnType::Array {
        element: Box::new(of),
    };
    let domain = |name: &str, native: &str, of: ColumnType| {
        Domain::new(Some("public".into()), name, native, of)
    };
    let declared = |name: &str, native: &str, column_type: ColumnType| {
        let mut column = of(name, native, column_type);
        column.domain = Some(format!("public.{native}"));
        column
    };
    let columns = vec![
        text("id"),
        declared("a", "doc", ColumnType::Json),
        declared("b", "note", ColumnType::Json),
        of("c", "doc[]", array(ColumnType::Json)),
        declared("d", "docs", array(ColumnType::Json)),
        of("e", "json[]", array(ColumnType::Json)),
    ];
    let mut schema = schema("postgres", vec![table("document", columns)]);
    schema.domains = vec![
        domain("doc", "jsonb", ColumnType::Json),
        domain("note", "json", ColumnType::Json),
        domain("docs", "doc[]", array(ColumnType::Json)),
    ];
    let diesel = generated("diesel", &schema, "");
    let columns = members(&diesel, "schema.rs", "document (id) {");
    assert_eq!(
        columns,
        [
            "id -> Text,",
            "a -> Jsonb,",
            "b -> Json,",
            "c -> Array<Nullable<Jsonb>>,",
            "d -> Array<Nullable<Jsonb>>,",
            "e -> Array<Nullable<Json>>,",
            "}",
        ]
    );
}

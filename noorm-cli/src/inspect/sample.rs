//! A schema put together by hand, with something of everything, for the tests of the formats.

use noorm::schema::{
    Action, Check, Column, ColumnType, Deferrability, Domain, EnumType, ForeignKey, Generated,
    GeneratedStorage, Identity, Index, IndexPart, Note, Parameter, ParameterMode, Partition,
    PrimaryKey, References, Routine, RoutineKind, Schema, Sequence, Table, TableKind, Trigger,
    TriggerEvent, TriggerTiming, Unique,
};

/// A shop: its names are as odd as the database allows.
pub fn shop() -> Schema {
    let mut schema = Schema::new("postgres");
    schema.server_version = Some("17.2".into());
    schema.default_schema = Some("public".into());
    schema.schemas = vec!["public".into(), "sales".into()];
    schema.tables = vec![
        artist().into(),
        odd().into(),
        order().into(),
        recent().into(),
    ];
    let words = vec!["glad".into(), "it's \"sad\"".into()];
    let mut mood = EnumType::new(Some("public".into()), "mood", words);
    mood.comment = Some("How it feels".into());
    schema.enums.push(mood);
    let sales = || Some("sales".to_owned());
    let mut domain = Domain::new(sales(), "price", "numeric(10,2)", price());
    domain.nullable = false;
    domain.default = Some("0".into());
    domain.checks = vec![Check::new(Some("price_check".into()), "VALUE >= 0")];
    schema.domains.push(domain);
    let mut sequence = Sequence::new(sales(), "order_id_seq", "bigint");
    sequence.increment = 2;
    sequence.cycle = true;
    sequence.owned_by = Some("sales.order.id".into());
    schema.sequences.push(sequence);
    let mut routine = Routine::new(sales(), "total", RoutineKind::Function);
    routine.parameters = vec![
        parameter(Some("of"), ParameterMode::In, false),
        parameter(None, ParameterMode::Variadic, true),
    ];
    routine.returns = Some("numeric".into());
    routine.language = Some("plpgsql".into());
    schema.routines.push(routine);
    schema.notes.push(Note::new(
        "column odd.shape",
        "the type polygon\nis read as text",
    ));
    schema
}

fn parameter(name: Option<&str>, mode: ParameterMode, has_default: bool) -> Parameter {
    let mut parameter = Parameter::new(name.map(str::to_owned), mode, "integer");
    parameter.has_default = has_default;
    parameter
}

fn price() -> ColumnType {
    ColumnType::Decimal {
        precision: Some(10),
        scale: Some(2),
    }
}

fn column(name: &str, column_type: ColumnType, nullable: bool) -> Column {
    let native = format!("native {column_type}");
    let mut column = Column::new(name, 1, native, column_type);
    column.nullable = nullable;
    column
}

fn key(columns: &[&str]) -> Option<PrimaryKey> {
    Some(PrimaryKey::new(Some("pkey".into()), names(columns)))
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn points(columns: &[&str], schema: &str, table: &str, to: &[&str]) -> ForeignKey {
    let references = References::new(Some(schema.into()), table, names(to));
    ForeignKey::new(None, names(columns), references)
}

/// A table that points at itself, and has an index of each kind.
fn artist() -> Table {
    let mut table = Table::new(Some("public"), "artist", TableKind::Table);
    table.comment = Some("Who plays".into());
    let mut id = column("id", ColumnType::int(32), false);
    id.auto_increment = true;
    let mut name = column(
        "name",
        ColumnType::Text {
            max_length: Some(120),
        },
        false,
    );
    name.collation = Some("de_DE".into());
    name.comment = Some("As on the cover".into());
    let mut slug = column("slug", ColumnType::text(), true);
    slug.generated = Some(Generated::new("lower(name)", GeneratedStorage::Stored));
    let leader = column("leader_id", ColumnType::int(32), true);
    table.columns = vec![id, name, slug, leader];
    table.primary_key = key(&["id"]);
    table.foreign_keys = vec![points(&["leader_id"], "public", "artist", &["id"])];
    let mut unique = Unique::new(Some("artist_name_key".into()), names(&["name"]));
    unique.nulls_not_distinct = true;
    table.unique.push(unique);
    let parts = vec![
        IndexPart::column("slug").descending(),
        IndexPart::expression("lower(name)"),
    ];
    let mut index = Index::new("artist_slug", true, parts);
    index.method = Some("btree".into());
    index.predicate = Some("slug IS NOT NULL".into());
    index.include = names(&["id"]);
    let mut own = Index::new("artist_name_key", true, vec![IndexPart::column("name")]);
    own.from_constraint = true;
    table.indexes = vec![own, index];
    let check = Check::new(Some("name_check".into()), "name <> ''");
    table.checks.push(check);
    let events = vec![TriggerEvent::Insert, TriggerEvent::Update];
    let mut stamp = Trigger::new("stamp", TriggerTiming::Before, events);
    stamp.enabled = false;
    table.triggers.push(stamp);
    table
}

/// A partitioned table with a composite key, one-to-one with an artist.
fn order() -> Table {
    let mut table = Table::new(Some("sales"), "order", TableKind::PartitionedTable);
    let mut id = column("id", ColumnType::int(64), false);
    id.identity = Some(Identity::Always);
    let region = column("region", ColumnType::text(), false);
    let mut total = column("total", price(), false);
    total.domain = Some("sales.price".into());
    total.default = Some("0".into());
    let moods = ColumnType::Array {
        element: Box::new(ColumnType::Enum {
            name: Some("public.mood".into()),
            values: vec!["glad".into()],
        }),
    };
    table.columns = vec![
        id,
        region,
        total,
        column("moods", moods, true),
        column("artist_id", ColumnType::int(32), false),
    ];
    table.primary_key = key(&["id", "region"]);
    let mut artist = points(&["artist_id"], "public", "artist", &["id"]);
    artist.name = Some("order_artist".into());
    artist.on_delete = Action::Cascade;
    artist.deferrability = Deferrability::InitiallyDeferred;
    let outside = points(&["region", "id"], "crm", "region \"x\"", &["code", "id"]);
    table.foreign_keys = vec![artist, outside];
    table.indexes = vec![Index::new(
        "order_artist",
        true,
        vec![IndexPart::column("artist_id")],
    )];
    table.partition_key = Some("LIST (region)".into());
    for (name, bound) in [
        ("order_eu", Some("FOR VALUES IN ('eu')")),
        ("order_rest", None),
    ] {
        let bound = bound.map(str::to_owned);
        table
            .partitions
            .push(Partition::new(Some("sales".into()), name, bound));
    }
    table
}

/// Names that would break out of any notation that does not escape them.
fn odd() -> Table {
    let name = "od\"d <b>&amp; %% #35;\\ \u{1b}[2J\n日本";
    let mut table = Table::new(Some("public"), name, TableKind::Table);
    let other = ColumnType::Other {
        native: "polygon \"<&>\"".into(),
    };
    table.columns = vec![
        column("pk", ColumnType::int(16), true),
        column("1 \"col\"\n<td>", other, true),
        column("größe", ColumnType::Float { bits: 64 }, true),
    ];
    table
}

fn recent() -> Table {
    let mut table = Table::new(Some("sales"), "recent", TableKind::MaterializedView);
    let mut at = column("at", ColumnType::TimestampTz, true);
    at.hidden = true;
    table.columns = vec![at];
    table.definition = Some("SELECT now() AS at".into());
    table
}

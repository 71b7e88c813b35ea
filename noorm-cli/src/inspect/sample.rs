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
    schema.enums.push(EnumType {
        schema: Some("public".into()),
        name: "mood".into(),
        values: vec!["glad".into(), "it's \"sad\"".into()],
        comment: Some("How it feels".into()),
    });
    schema.domains.push(Domain {
        schema: Some("sales".into()),
        name: "price".into(),
        native_type: "numeric(10,2)".into(),
        column_type: price(),
        nullable: false,
        default: Some("0".into()),
        checks: vec![Check {
            name: Some("price_check".into()),
            expression: "VALUE >= 0".into(),
        }],
        comment: None,
    });
    schema.sequences.push(Sequence {
        schema: Some("sales".into()),
        name: "order_id_seq".into(),
        native_type: "bigint".into(),
        start: 1,
        increment: 2,
        min: 1,
        max: i64::MAX,
        cycle: true,
        owned_by: Some("sales.order.id".into()),
    });
    schema.routines.push(Routine {
        schema: Some("sales".into()),
        name: "total".into(),
        kind: RoutineKind::Function,
        parameters: vec![
            parameter(Some("of"), ParameterMode::In, false),
            parameter(None, ParameterMode::Variadic, true),
        ],
        returns: Some("numeric".into()),
        language: Some("plpgsql".into()),
        comment: None,
    });
    schema.notes.push(Note::new(
        "column odd.shape",
        "the type polygon\nis read as text",
    ));
    schema
}

fn parameter(name: Option<&str>, mode: ParameterMode, has_default: bool) -> Parameter {
    Parameter {
        name: name.map(str::to_owned),
        mode,
        native_type: "integer".into(),
        has_default,
    }
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
    Some(PrimaryKey {
        name: Some("pkey".into()),
        columns: names(columns),
    })
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn points(columns: &[&str], schema: &str, table: &str, to: &[&str]) -> ForeignKey {
    ForeignKey {
        name: None,
        columns: names(columns),
        references: References {
            schema: Some(schema.into()),
            table: table.into(),
            columns: names(to),
        },
        on_delete: Action::NoAction,
        on_update: Action::NoAction,
        deferrability: Deferrability::NotDeferrable,
    }
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
    slug.generated = Some(Generated {
        expression: "lower(name)".into(),
        storage: GeneratedStorage::Stored,
    });
    let leader = column("leader_id", ColumnType::int(32), true);
    table.columns = vec![id, name, slug, leader];
    table.primary_key = key(&["id"]);
    table.foreign_keys = vec![points(&["leader_id"], "public", "artist", &["id"])];
    table.unique.push(Unique {
        name: Some("artist_name_key".into()),
        columns: names(&["name"]),
        nulls_not_distinct: true,
    });
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
    table.checks.push(Check {
        name: Some("name_check".into()),
        expression: "name <> ''".into(),
    });
    table.triggers.push(Trigger {
        name: "stamp".into(),
        timing: TriggerTiming::Before,
        events: vec![TriggerEvent::Insert, TriggerEvent::Update],
        for_each_row: true,
        enabled: false,
        definition: None,
    });
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
        table.partitions.push(Partition {
            schema: Some("sales".into()),
            name: name.into(),
            bound: bound.map(str::to_owned),
        });
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

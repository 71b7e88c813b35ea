use expect_test::expect;
use noorm_core::plugin::Scope;
use noorm_core::schema::{Index, Note, Sequence, TableKind};

use super::assemble::{CatalogRows, assemble};
use super::checks::CheckRow;
use super::columns::ColumnRow;
use super::flags::FlagRow;
use super::foreign_keys::ForeignKeyRow;
use super::indexes::IndexRow;
use super::routines::RoutineRow;
use super::schemas::{SchemaRow, Schemas};
use super::tables::TableRow;
use super::triggers::TriggerRow;
use super::types::TypeRow;

fn rows() -> CatalogRows {
    let schema = |id, name: &str| SchemaRow {
        id,
        name: name.into(),
        is_default: i64::from(name == "dbo"),
        version: Some("16.0.1000.6".into()),
    };
    let schemas = vec![schema(5, "sales"), schema(1, "dbo")];
    let table = |id, schema: &str, name: &str, kind: &str| TableRow {
        id,
        schema: schema.into(),
        name: name.into(),
        kind: kind.into(),
        ..TableRow::default()
    };
    let column = |table, number, name: &str, base: &str| ColumnRow {
        table,
        number,
        name: name.into(),
        base: Some(base.into()),
        max_length: 4,
        nullable: true,
        default_collation: Some("Latin1_General_CI_AS".into()),
        ..ColumnRow::default()
    };
    let index = |index, place, column| IndexRow {
        table: 10,
        index,
        name: Some(format!("ix{index}")),
        kind: 2,
        place,
        column: Some(column),
        ..IndexRow::default()
    };
    CatalogRows {
        schemas: Schemas::choose(schemas, &Scope::default()).unwrap(),
        tables: vec![
            table(10, "sales", "order", "U"),
            TableRow {
                definition: Some("CREATE VIEW v AS SELECT 1 AS a".into()),
                ..table(11, "dbo", "v", "V")
            },
        ],
        columns: vec![
            ColumnRow {
                is_identity: true,
                seed: Some(10),
                increment: Some(-5),
                nullable: false,
                ..column(10, 1, "id", "int")
            },
            ColumnRow {
                collation: Some("Latin1_General_CI_AS".into()),
                default: Some("(N'x')".into()),
                ..column(10, 3, "code", "varchar")
            },
            ColumnRow {
                collation: Some("Latin1_General_CI_AS".into()),
                ..column(10, 4, "name", "nvarchar")
            },
            ColumnRow {
                computed: Some("([id]*(2))".into()),
                is_persisted: true,
                ..column(10, 5, "twice", "int")
            },
            ColumnRow {
                generated_always: 1,
                is_hidden: true,
                ..column(10, 6, "from", "datetime2")
            },
            column(10, 7, "version", "timestamp"),
            ColumnRow {
                base: None,
                ..column(10, 8, "strange", "")
            },
            column(99, 1, "new", "int"),
        ],
        indexes: vec![
            IndexRow {
                kind: 1,
                is_unique: true,
                is_primary_key: true,
                ..index(1, 1, 1)
            },
            IndexRow {
                is_unique: true,
                is_constraint: true,
                ..index(2, 1, 3)
            },
            IndexRow {
                is_descending: true,
                filter: Some("([code] IS NOT NULL)".into()),
                ..index(3, 1, 3)
            },
            IndexRow {
                is_included: true,
                ..index(3, 0, 4)
            },
            IndexRow {
                is_disabled: true,
                ..index(4, 1, 4)
            },
            IndexRow {
                kind: 6,
                ..index(5, 0, 4)
            },
        ],
        foreign_keys: vec![ForeignKeyRow {
            table: 10,
            key: 20,
            name: "fk".into(),
            column: 1,
            to_schema: Some("dbo".into()),
            to_table: "other".into(),
            to_column: "id".into(),
            on_delete: 1,
            on_update: 3,
            is_not_trusted: true,
            ..ForeignKeyRow::default()
        }],
        checks: vec![CheckRow {
            table: 10,
            name: "ck".into(),
            definition: Some("([id]>(0))".into()),
            is_disabled: true,
            ..CheckRow::default()
        }],
        flags: vec![FlagRow {
            table: 10,
            temporal: 2,
            in_memory: 1,
            ..FlagRow::default()
        }],
        triggers: vec![TriggerRow {
            table: 10,
            name: "tr".into(),
            is_instead_of: true,
            event: "INSERT".into(),
            ..TriggerRow::default()
        }],
        types: vec![
            TypeRow {
                kind: "type".into(),
                schema: Some("dbo".into()),
                name: "phone".into(),
                base: "varchar".into(),
                max_length: 20,
                ..TypeRow::default()
            },
            TypeRow {
                kind: "sequence".into(),
                schema: Some("dbo".into()),
                name: "numbers".into(),
                base: "bigint".into(),
                start: Some(3),
                increment: Some(2),
                is_cycling: true,
                ..TypeRow::default()
            },
        ],
        routines: vec![
            RoutineRow {
                id: 30,
                schema: "dbo".into(),
                name: "f".into(),
                kind: "FN".into(),
                number: Some(0),
                base: Some("decimal".into()),
                precision: 10,
                scale: 2,
                ..RoutineRow::default()
            },
            RoutineRow {
                id: 30,
                schema: "dbo".into(),
                name: "f".into(),
                kind: "FN".into(),
                number: Some(1),
                parameter: Some("@a".into()),
                base: Some("nvarchar".into()),
                max_length: -1,
                ..RoutineRow::default()
            },
        ],
        notes: Vec::new(),
    }
}

#[test]
fn rows_become_a_schema() {
    let schema = assemble(rows());
    let json = serde_json::to_value(&schema).unwrap();
    let order = schema.table("order").unwrap();
    let columns = order.columns.iter().map(|c| {
        let generated = c.generated.as_ref().map(|g| (&g.expression, g.storage));
        format!(
            "{} {} = {} null={} default={:?} identity={:?} generated={generated:?} collation={:?} hidden={}\n",
            c.name, c.native_type, c.column_type, c.nullable, c.default, c.identity, c.collation, c.hidden
        )
    });
    expect![[r#"
        id int = int32 null=false default=None identity=Some(Always) generated=None collation=None hidden=false
        code varchar(4) = text(4) null=true default=Some("N'x'") identity=None generated=None collation=Some("Latin1_General_CI_AS") hidden=false
        name nvarchar(2) = text(2) null=true default=None identity=None generated=None collation=None hidden=false
        twice int = int32 null=true default=None identity=None generated=Some(("[id]*(2)", Stored)) collation=None hidden=false
        from datetime2(0) = timestamp null=true default=None identity=None generated=Some(("ROW START", Stored)) collation=None hidden=true
        version rowversion = bytes(8) null=true default=None identity=None generated=Some(("ROWVERSION", Stored)) collation=None hidden=false
        strange unknown = other(unknown) null=true default=None identity=None generated=None collation=None hidden=false
    "#]].assert_eq(&columns.collect::<String>());
    let of = |pointer: &str| json.pointer(pointer).unwrap().to_string();
    let tables: Vec<_> = schema
        .tables
        .iter()
        .map(|t| t.table_name().to_string())
        .collect();
    assert_eq!(tables, ["dbo.v", "sales.order"]);
    assert_eq!(of("/tables/0/definition"), "\"SELECT 1 AS a\"");
    assert_eq!(order.key_columns(), ["id"]);
    assert_eq!(order.unique[0].columns, ["code"]);
    assert!(order.unique[0].nulls_not_distinct);
    let indexes = order.indexes.iter().map(|i| {
        format!(
            "{} {:?} unique={} {:?} include={:?} where={:?} own={}\n",
            i.name, i.method, i.unique, i.columns, i.include, i.predicate, i.from_constraint
        )
    });
    expect![[r#"
        ix1 Some("clustered") unique=true ["id"] include=[] where=None own=true
        ix2 Some("nonclustered") unique=true ["code"] include=[] where=None own=true
        ix3 Some("nonclustered") unique=false ["code"] include=["name"] where=Some("[code] IS NOT NULL") own=false
        ix5 Some("nonclustered columnstore") unique=false [] include=["name"] where=None own=false
    "#]].assert_eq(&indexes.collect::<String>());
    expect![[r#"[{"columns":["id"],"deferrability":"not_deferrable","name":"fk","on_delete":"cascade","on_update":"set_default","references":{"columns":["id"],"schema":"dbo","table":"other"},"validated":false}]"#]].assert_eq(&of("/tables/1/foreign_keys"));
    expect![[r#"[{"enforced":false,"expression":"[id]>(0)","name":"ck"}]"#]]
        .assert_eq(&of("/tables/1/checks"));
    expect![[r#"[{"definition":null,"enabled":true,"events":["insert"],"for_each_row":false,"name":"tr","timing":"instead_of"}]"#]].assert_eq(&of("/tables/1/triggers"));
    expect![[r#"[{"checks":[],"comment":null,"default":null,"name":"phone","native_type":"varchar(20)","nullable":false,"schema":"dbo","type":{"kind":"text","max_length":20}}]"#]].assert_eq(&of("/domains"));
    expect![[r#"[{"cycle":true,"increment":2,"max":9223372036854775807,"min":-9223372036854775808,"name":"numbers","native_type":"bigint","owned_by":null,"schema":"dbo","start":3},{"cycle":false,"increment":-5,"max":2147483647,"min":-2147483648,"name":"order.id","native_type":"int","owned_by":"sales.order.id","schema":"sales","start":10}]"#]].assert_eq(&of("/sequences"));
    expect![[r#"[{"comment":null,"kind":"function","language":"SQL","name":"f","parameters":[{"has_default":false,"mode":"in","name":"@a","native_type":"nvarchar(max)"}],"returns":"decimal(10,2)","schema":"dbo"}]"#]].assert_eq(&of("/routines"));
    let notes = schema
        .notes
        .iter()
        .map(|n| format!("{}: {}\n", n.object, n.message));
    expect![[r#"
        column sales.order.strange: its type is not known: it is read as text
        constraint sales.order.ck: it is disabled: rows need not satisfy it
        constraint sales.order.fk: it is not trusted: older rows need not satisfy it
        index sales.order.ix4: it is disabled, so that it guarantees nothing: left out
        table sales.order: it is memory-optimized
        table sales.order: it is temporal: the server keeps its older rows
    "#]]
    .assert_eq(&notes.collect::<String>());
}

#[test]
fn what_is_not_told_of_a_number_is_noted() {
    let mut rows = rows();
    rows.columns[0].seed = None;
    let notes = assemble(rows).notes;
    let note = notes.iter().find(|n| n.object == "column sales.order.id");
    assert!(note.unwrap().message.contains("64 bits"), "{note:?}");
}

#[test]
fn a_function_that_returns_nothing_else_gives_a_table() {
    let mut rows = rows();
    rows.routines.remove(0);
    let routines = assemble(rows).routines;
    assert_eq!(routines[0].returns.as_deref(), Some("table"));
    assert_eq!(routines[0].parameters.len(), 1);
}

#[test]
fn schemas_are_chosen_by_name() {
    let all = || rows().schemas.chosen;
    let chosen = Schemas::choose(all(), &Scope::default().schema("sales")).unwrap();
    assert_eq!(chosen.ids(), noorm_core::Value::from(",5,"));
    assert_eq!(chosen.default, "dbo");
    let error = Schemas::choose(all(), &Scope::default().schema("nope")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the database has no schema named `nope`: it has `dbo`, `sales`"
    );
}

/// What an index's kind is called.
#[test]
fn kinds_of_indexes_have_names() {
    let mut rows = rows();
    let mut kinds = rows.indexes.split_off(5);
    let one = kinds.remove(0);
    rows.indexes.clear();
    for kind in [3, 4, 5, 7, 99] {
        rows.indexes.push(IndexRow {
            index: kind,
            name: Some(format!("ix{kind:02}")),
            kind,
            place: i64::from(kind == 7),
            ..one.clone()
        });
    }
    rows.indexes.push(IndexRow {
        index: 100,
        name: Some("ix100".into()),
        column: Some(77),
        ..one.clone()
    });
    let schema = assemble(rows);
    let order = schema.table("order").unwrap();
    let told = |index: &Index| {
        let method = index.method.clone().unwrap_or_default();
        format!(
            "{} {method} {:?} {:?}",
            index.name, index.columns, index.include
        )
    };
    let told: Vec<_> = order.indexes.iter().map(told).collect();
    assert_eq!(
        told,
        [
            r#"ix03 xml ["name"] []"#,
            r#"ix04 spatial ["name"] []"#,
            r#"ix05 clustered columnstore [] ["name"]"#,
            r#"ix07 nonclustered hash ["name"] []"#,
            r#"ix99 other [] []"#,
        ]
    );
    let is_of_100 = |note: &&Note| note.object == "index sales.order.ix100";
    let note = schema.notes.iter().find(is_of_100).unwrap();
    assert_eq!(note.message, "one of its columns is not known: left out");
}

#[test]
fn tables_of_other_kinds_are_noted() {
    let noted = |flags: FlagRow| {
        let mut rows = rows();
        rows.flags = vec![
            FlagRow { table: 10, ..flags },
            FlagRow {
                table: 404,
                ..FlagRow::default()
            },
        ];
        let schema = assemble(rows);
        let kind = schema.table("order").unwrap().kind;
        let of_table = schema
            .notes
            .iter()
            .filter(|n| n.object == "table sales.order");
        (
            kind,
            of_table.map(|n| n.message.clone()).collect::<Vec<_>>(),
        )
    };
    let flags = FlagRow::default;
    for (flags, message) in [
        (
            FlagRow {
                temporal: 1,
                ..flags()
            },
            "it keeps the history of a temporal table",
        ),
        (
            FlagRow { node: 1, ..flags() },
            "it holds the nodes of a graph, whose ids aren't expressed",
        ),
        (
            FlagRow { edge: 1, ..flags() },
            "it holds the edges of a graph, whose ends aren't expressed",
        ),
        (
            FlagRow {
                ledger: 1,
                ..flags()
            },
            "it keeps the history of a ledger table",
        ),
        (
            FlagRow {
                ledger: 2,
                ..flags()
            },
            "it is an updatable ledger table",
        ),
        (
            FlagRow {
                ledger: 3,
                ..flags()
            },
            "it is an append-only ledger table: rows can't be changed",
        ),
    ] {
        assert_eq!(noted(flags), (TableKind::Table, vec![message.to_owned()]));
    }
    assert_eq!(
        noted(FlagRow {
            external: 1,
            ..flags()
        }),
        (TableKind::ForeignTable, vec![])
    );
}

#[test]
fn what_the_server_writes_is_generated() {
    for (code, what) in [
        (2, "ROW END"),
        (5, "SEQUENCE_NUMBER START"),
        (6, "SEQUENCE_NUMBER END"),
        (7, "TRANSACTION_ID START"),
        (8, "TRANSACTION_ID END"),
    ] {
        let mut rows = rows();
        rows.columns[4].generated_always = code;
        let schema = assemble(rows);
        let column = schema.table("order").unwrap().column("from").unwrap();
        let generated = column
            .generated
            .as_ref()
            .map(|generated| &*generated.expression);
        assert_eq!(generated, Some(what));
    }
}

#[test]
fn numbers_end_with_their_type() {
    for (base, (min, max)) in [
        ("tinyint", (0, 255)),
        ("smallint", (-32_768, 32_767)),
        ("bigint", (i64::MIN, i64::MAX)),
    ] {
        let mut rows = rows();
        rows.columns[0].base = Some(base.into());
        let schema = assemble(rows);
        let of_order = |sequence: &&Sequence| sequence.name == "order.id";
        let sequence = schema.sequences.iter().find(of_order).unwrap();
        assert_eq!((sequence.min, sequence.max), (min, max), "{base}");
    }
}

#[test]
fn a_condition_that_is_hidden_is_noted() {
    let mut rows = rows();
    rows.checks[0].definition = None;
    rows.checks.push(CheckRow {
        table: 404,
        ..rows.checks[0].clone()
    });
    let schema = assemble(rows);
    assert!(schema.table("order").unwrap().checks.is_empty());
    let of_check = |note: &&Note| note.message.contains("no right to see its condition");
    let note = schema.notes.iter().find(of_check).unwrap();
    assert_eq!(note.object, "constraint sales.order.ck");
}

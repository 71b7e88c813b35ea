//! A schema of rows that no server gave.

use noorm_core::schema::{Action, Generated, GeneratedStorage, RoutineKind, Schema, TableKind};

use crate::introspect::assemble::{CatalogRows, assemble};
use crate::introspect::checks::CheckRow;
use crate::introspect::columns::ColumnRow;
use crate::introspect::details::DetailRow;
use crate::introspect::foreign_keys::ForeignKeyRow;
use crate::introspect::indexes::IndexRow;
use crate::introspect::routines::RoutineRow;
use crate::introspect::schemas::Schemas;
use crate::introspect::sequences::SequenceRow;
use crate::introspect::tables::TableRow;
use crate::introspect::triggers::TriggerRow;
use crate::server::Product;

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn table(name: &str, kind: &str) -> TableRow {
    TableRow {
        schema: "shop".to_owned(),
        name: name.to_owned(),
        kind: kind.to_owned(),
        comment: None,
    }
}

fn column(position: u32, name: &str, native: &str) -> ColumnRow {
    ColumnRow {
        schema: "shop".to_owned(),
        table: "album".to_owned(),
        position,
        name: name.to_owned(),
        native: native.to_owned(),
        ..ColumnRow::default()
    }
}

fn index(name: &str, column: Option<&str>) -> IndexRow {
    IndexRow {
        schema: "shop".to_owned(),
        table: "album".to_owned(),
        name: name.to_owned(),
        is_unique: true,
        position: 1,
        column: column.map(str::to_owned),
        method: "BTREE".to_owned(),
        ..IndexRow::default()
    }
}

fn check(name: &str, table: Option<&str>, clause: Option<&str>) -> CheckRow {
    CheckRow {
        schema: "shop".to_owned(),
        table: table.map(str::to_owned),
        name: name.to_owned(),
        clause: clause.map(str::to_owned),
        is_unused: false,
    }
}

fn detail(table: &str, part: Option<&str>, text: Option<&str>) -> DetailRow {
    DetailRow {
        schema: "shop".to_owned(),
        table: table.to_owned(),
        part: part.map(str::to_owned),
        text: text.map(str::to_owned),
        ..DetailRow::default()
    }
}

fn rows(product: Product) -> CatalogRows {
    CatalogRows {
        schemas: Schemas {
            product,
            ..Schemas::default()
        },
        tables: vec![table("album", "BASE TABLE")],
        columns: vec![column(2, "title", "varchar(120)"), column(1, "id", "int")],
        ..CatalogRows::default()
    }
}

fn notes(schema: &Schema) -> Vec<String> {
    let notes = schema.notes.iter();
    notes
        .map(|note| format!("{}: {}", note.object, note.message))
        .collect()
}

#[test]
fn what_mysql_tells_in_its_own_way_becomes_plain_sql() {
    let mut rows = rows(Product::Mysql);
    let shout = ColumnRow {
        extra: some("VIRTUAL GENERATED"),
        expression: some(r"(concat(`title`,_utf8mb4\'!\'))"),
        ..column(3, "shout", "varchar(121)")
    };
    let kept = ColumnRow {
        extra: some("STORED GENERATED INVISIBLE"),
        expression: some("(`id` + 1)"),
        ..column(4, "kept", "bigint")
    };
    let mood = ColumnRow {
        default: some("it's"),
        comment: some(""),
        ..column(5, "mood", "varchar(9)")
    };
    rows.columns.extend([shout, kept, mood]);
    // One row has the table, and another the condition.
    let unused = CheckRow {
        is_unused: true,
        ..check("short", Some("album"), Some("(`id` < 9)"))
    };
    rows.checks = vec![
        check("named", Some("album"), None),
        check("named", None, Some(r"(`title` <> _utf8mb4\'\')")),
        unused,
    ];
    let ignored = IndexRow {
        is_unused: true,
        is_unique: false,
        ..index("by_title", Some("title"))
    };
    rows.indexes = vec![index("PRIMARY", Some("id")), ignored];
    let schema = assemble(rows);
    let album = schema.table("album").unwrap();
    let names: Vec<_> = album.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["id", "title", "shout", "kept", "mood"]);
    let of = |name: &str| album.column(name).unwrap();
    let shout = Generated::new("concat(`title`,_utf8mb4'!')", GeneratedStorage::Virtual);
    assert_eq!(of("shout").generated, Some(shout));
    let kept = Generated::new("`id` + 1", GeneratedStorage::Stored);
    assert_eq!(of("kept").generated, Some(kept));
    assert!(of("kept").hidden && !of("shout").hidden);
    assert_eq!(of("mood").default.as_deref(), Some("'it''s'"));
    assert_eq!(of("mood").comment, None);

    let checks = album.checks.iter();
    let checks: Vec<_> = checks
        .map(|check| (check.name.as_deref(), &*check.expression, check.enforced))
        .collect();
    assert_eq!(
        checks,
        [
            (Some("named"), "`title` <> _utf8mb4''", true),
            (Some("short"), "`id` < 9", false)
        ]
    );
    assert_eq!(album.key_columns(), ["id"]);
    assert_eq!(
        notes(&schema),
        [
            "constraint shop.album.short: it is NOT ENFORCED: rows need not satisfy it",
            "index shop.album.by_title: it is there but not used (INVISIBLE, IGNORED)",
        ]
    );
}

#[test]
fn what_only_one_of_the_statements_saw_is_passed_over() {
    let elsewhere = "new";
    let mut rows = rows(Product::Mysql);
    rows.columns.push(ColumnRow {
        table: elsewhere.to_owned(),
        ..column(1, "id", "int")
    });
    rows.indexes = vec![
        IndexRow {
            table: elsewhere.to_owned(),
            ..index("PRIMARY", Some("id"))
        },
        index("by_nothing", None),
    ];
    let key = |table: &str, part| ForeignKeyRow {
        schema: "shop".to_owned(),
        table: table.to_owned(),
        name: "to_artist".to_owned(),
        part,
        column: "RESTRICT".to_owned(),
        ..ForeignKeyRow::default()
    };
    rows.foreign_keys = vec![key(elsewhere, 1), key("album", 0)];
    rows.checks = vec![
        check("gone", Some("album"), None),
        check("gone", Some(elsewhere), Some("1")),
    ];
    rows.triggers = vec![TriggerRow {
        schema: "shop".to_owned(),
        table: elsewhere.to_owned(),
        ..TriggerRow::default()
    }];
    rows.details = vec![detail(elsewhere, None, Some("SELECT 1"))];
    rows.routines = vec![RoutineRow {
        schema: "shop".to_owned(),
        routine: elsewhere.to_owned(),
        kind: "FUNCTION".to_owned(),
        place: 1,
        ..RoutineRow::default()
    }];
    let schema = assemble(rows);
    assert_eq!(schema.tables.len(), 1);
    let album = schema.table("album").unwrap();
    assert!(album.indexes.is_empty() && album.foreign_keys.is_empty());
    assert!(album.checks.is_empty() && album.triggers.is_empty());
    assert!(schema.routines.is_empty());
    assert_eq!(
        notes(&schema),
        [
            "constraint shop.album.to_artist: its columns are not known: left out",
            "index shop.album.by_nothing: one of its parts is not known: left out",
        ]
    );
}

#[test]
fn a_foreign_key_does_what_its_server_says() {
    let action = |product, rule: &str| {
        let mut rows = rows(product);
        let part = |part, column: &str, target: &str| ForeignKeyRow {
            schema: "shop".to_owned(),
            table: "album".to_owned(),
            name: "to_artist".to_owned(),
            part,
            column: column.to_owned(),
            target_schema: some("shop"),
            target_table: some("artist"),
            target_column: some(target),
        };
        rows.foreign_keys = vec![part(1, "id", "artist_id"), part(0, "NO ACTION", rule)];
        let schema = assemble(rows);
        let key = schema.table("album").unwrap().foreign_keys[0].clone();
        assert_eq!(key.columns, ["id"]);
        assert_eq!(key.references.columns, ["artist_id"]);
        assert_eq!(key.on_update, Action::NoAction);
        key.on_delete
    };
    for product in [Product::Mysql, Product::Mariadb] {
        assert_eq!(action(product, "CASCADE"), Action::Cascade);
        assert_eq!(action(product, "SET NULL"), Action::SetNull);
        assert_eq!(action(product, "SET DEFAULT"), Action::SetDefault);
    }
    assert_eq!(action(Product::Mysql, "RESTRICT"), Action::Restrict);
    // MariaDB says so of every key that does nothing.
    assert_eq!(action(Product::Mariadb, "RESTRICT"), Action::NoAction);
}

#[test]
fn views_and_partitions_have_details() {
    let mut rows = rows(Product::Mariadb);
    let broken = TableRow {
        comment: some("View 'shop.odd' references invalid table(s)"),
        ..table("odd", "VIEW")
    };
    let former = table("former", "SYSTEM VERSIONED");
    let own = table("mine", "TEMPORARY");
    rows.tables
        .extend([broken, table("secret", "VIEW"), former, own]);
    let listed = |part: &str, text: &str| DetailRow {
        method: some("LIST"),
        expression: some("`id`"),
        ..detail("album", Some(part), Some(text))
    };
    rows.details = vec![
        listed("few", "1,2"),
        listed("many", "3"),
        detail("odd", None, Some("select 1")),
        detail("secret", None, Some("")),
    ];
    let schema = assemble(rows);
    assert!(schema.table("mine").is_err());
    let album = schema.table("album").unwrap();
    assert_eq!(album.kind, TableKind::PartitionedTable);
    assert_eq!(album.partition_key.as_deref(), Some("LIST (`id`)"));
    let parts = album.partitions.iter();
    let parts: Vec<_> = parts
        .map(|part| (&*part.name, part.bound.as_deref()))
        .collect();
    assert_eq!(
        parts,
        [
            ("few", Some("VALUES IN (1,2)")),
            ("many", Some("VALUES IN (3)"))
        ]
    );
    let odd = schema.table("odd").unwrap();
    assert_eq!(odd.kind, TableKind::View);
    assert_eq!(odd.definition.as_deref(), Some("select 1"));
    assert_eq!(
        notes(&schema),
        [
            "table shop.former: it keeps former versions of its rows (SYSTEM VERSIONING), which \
             isn't expressed",
            "table shop.odd: it can't be read: View 'shop.odd' references invalid table(s)",
            "table shop.secret: the user has no right to see its query (SHOW VIEW)",
        ]
    );
}

#[test]
fn sequences_and_routines_are_left_out_with_a_note() {
    let mut rows = rows(Product::Mariadb);
    rows.tables
        .extend([table("numbers", "SEQUENCE"), table("hidden", "SEQUENCE")]);
    rows.sequences = vec![SequenceRow {
        schema: "shop".to_owned(),
        name: "numbers".to_owned(),
        start: 5,
        increment: 2,
        goes_beyond: true,
        ..SequenceRow::default()
    }];
    let routine = |kind: &str, native: &str| RoutineRow {
        schema: "shop".to_owned(),
        routine: "total".to_owned(),
        kind: kind.to_owned(),
        native: some(native),
        ..RoutineRow::default()
    };
    rows.routines = vec![routine("PACKAGE", ""), routine("FUNCTION", "int")];
    let schema = assemble(rows);
    let sequences = schema.sequences.iter();
    let sequences: Vec<_> = sequences
        .map(|sequence| (&*sequence.name, sequence.start, sequence.increment))
        .collect();
    assert_eq!(sequences, [("hidden", 1, 1), ("numbers", 5, 2)]);
    let [total] = schema.routines.as_slice() else {
        panic!("one routine: {:?}", schema.routines);
    };
    assert_eq!(total.kind, RoutineKind::Function);
    assert_eq!(total.returns.as_deref(), Some("int"));
    assert_eq!(
        notes(&schema),
        [
            "package shop.total: it can't be expressed: left out",
            "sequence shop.hidden: it can't be read: its numbers are a sequence's defaults",
            "sequence shop.numbers: its numbers go on beyond 9223372036854775807, which isn't \
             expressed",
        ]
    );
}

#[test]
fn a_tinyint_of_a_key_is_a_number() {
    let names = ["id", "flag", "alone", "owner", "is_first", "level", "bit"];
    let mut rows = rows(Product::Mariadb);
    rows.columns = names
        .iter()
        .zip(1..)
        .map(|(name, position)| column(position, name, "tinyint(1)"))
        .collect();
    rows.columns[6].native = "bit(1)".to_owned();
    let far = |mut column: ColumnRow| {
        column.table = "level".to_owned();
        column
    };
    rows.tables.push(table("level", "BASE TABLE"));
    rows.columns.push(far(column(1, "code", "tinyint(1)")));
    rows.columns.push(far(column(2, "on", "tinyint(1)")));
    let second = IndexRow {
        position: 2,
        ..index("first", Some("is_first"))
    };
    rows.indexes = vec![
        index("PRIMARY", Some("id")),
        index("alone", Some("alone")),
        index("bit", Some("bit")),
        index("first", Some("owner")),
        second,
    ];
    rows.foreign_keys = vec![ForeignKeyRow {
        schema: "shop".to_owned(),
        table: "album".to_owned(),
        name: "levelled".to_owned(),
        part: 1,
        column: "level".to_owned(),
        target_schema: some("shop"),
        target_table: some("level"),
        target_column: some("code"),
    }];
    let schema = assemble(rows);
    let types = |table: usize| {
        let columns = schema.tables[table].columns.iter();
        let types = columns.map(|column| format!("{} {}", column.name, column.column_type));
        types.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(
        types(0),
        "id int8, flag bool, alone int8, owner bool, is_first bool, level int8, bit bool"
    );
    assert_eq!(types(1), "code int8, on bool");
}

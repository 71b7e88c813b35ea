//! Discovery, on a server.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "clippy.toml allows them in tests, but knows only functions marked as such"
)]

mod describe;
mod newest;
mod support;
mod tables;

use describe::describe_others;
use expect_test::expect;
use noorm_core::ErrorKind;
use noorm_core::plugin::Scope;
use noorm_core::schema::{ColumnType, TableKind};
use support::{TORTURE, TestCatalog, discover, with_database};
use tokio_postgres::Client;

/// The server's version, 150004 for 15.4.
async fn version(client: &Client) -> i32 {
    let row = client
        .query_one("SELECT current_setting('server_version_num')::int", &[])
        .await;
    row.unwrap().get(0)
}

#[tokio::test]
async fn everything_else() {
    with_database(async |client| {
        client.batch_execute(TORTURE).await.unwrap();
        let schema = discover(client).await;
        assert_eq!(schema.schemas, ["Sales Dept", "public"]);
        assert_eq!(schema.default_schema.as_deref(), Some("public"));
        let definition = schema.table("happy").unwrap().definition.clone().unwrap();
        assert!(definition.starts_with("SELECT ") && !definition.ends_with(';'), "{definition}");
        let names = schema.tables.iter().map(|t| format!("{}\n", t.table_name()));
        expect![[r#"
            Sales Dept.select
            public.child
            public.counted
            public.events
            public.happy
            public.no_columns
            public.parent
            public.refers
            public.types
        "#]].assert_eq(&names.collect::<String>());
        expect![[r#"
            enum mood ["sad", "meh", "ok", "happy"] Some("how it feels")
            domain address: inet = other(inet)
            domain more_positive: positive = decimal(8, 2) not null default 1 check Some("more_positive_check") (VALUE)::numeric > (10)::numeric
            domain positive: numeric(8,2) = decimal(8, 2) not null default 1 check Some("above_zero") VALUE > (0)::numeric
            domain tags: text[] = text[]
            sequence select_id_seq bigint 1 by 1 in 1..9223372036854775807 of Sales Dept.select.id
            sequence counting smallint 5 by -2 in -10..10 cycle
            sequence types_id2_seq smallint 1 by 1 in 1..32767 of public.types.id2
            sequence types_id_seq integer 1 by 1 in 1..2147483647 of public.types.id
            Function sums (sql) -> record -- adds
              In a: integer
              InOut b: text
              Out c: numeric
              Variadic rest: integer[] default
            Function sums (sql) -> TABLE(x integer, y mood)
              In _: text
              Table x: integer
              Table y: mood
            Aggregate total (internal) -> integer
              In _: integer
            Function touch (plpgsql) -> trigger
            Procedure work (sql)
              In _: integer
              In note: text default
            note column public.types.addr: the type address has no counterpart: its values are read and written as text
            note column public.types.bits: the type bit(3) has no counterpart: its values are read and written as text
            note column public.types.ch: the type "char" has no counterpart: its values are read and written as text
            note column public.types.comp: the type point3 has no counterpart: its values are read and written as text
            note column public.types.ip: the type inet has no counterpart: its values are read and written as text
            note column public.types.ipa: the type inet[] has no counterpart: its values are read and written as text
            note column public.types.mon: the type money has no counterpart: its values are read and written as text
            note column public.types.p: the type point has no counterpart: its values are read and written as text
            note column public.types.r: the type int4range has no counterpart: its values are read and written as text
            note column public.types.tv: the type tsvector has no counterpart: its values are read and written as text
            note column public.types.tz: the type time with time zone has no counterpart: its values are read and written as text
            note column public.types.vec: the type int2vector has no counterpart: its values are read and written as text
            note column public.types.x: the type xml has no counterpart: its values are read and written as text
            note constraint Sales Dept.select.apart: an exclusion constraint can't be expressed: left out
            note constraint Sales Dept.select.late: it is NOT VALID: older rows need not satisfy it
            note constraint Sales Dept.select.to_parent_again: it is MATCH FULL, which isn't expressed: its columns are all NULL or none is
            note index Sales Dept.select.by_expression: its NULLS FIRST isn't expressed
            note table public.child: it inherits from public.parent, whose queries give its rows, too; that isn't expressed
        "#]].assert_eq(&describe_others(&schema));
        assert_eq!(schema, discover(client).await, "a second run gives the same");
    })
    .await;
}

#[tokio::test]
async fn an_empty_database_is_empty() {
    with_database(async |client| {
        let schema = discover(client).await;
        assert_eq!(schema.schemas, ["public"]);
        assert!(schema.tables.is_empty() && schema.routines.is_empty());
        assert!(schema.server_version.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_scope_names_schemas() {
    with_database(async |client| {
        client.batch_execute(TORTURE).await.unwrap();
        let mut catalog = TestCatalog::new(client);
        let scope = Scope::default().schema("Sales Dept");
        let schema = catalog.discover(&scope).await.unwrap();
        let names: Vec<_> = schema
            .tables
            .iter()
            .map(|t| t.table_name().to_string())
            .collect();
        assert_eq!(names, ["Sales Dept.select"]);
        // Tables that aren't looked at are still pointed at.
        let key = &schema.tables[0].foreign_keys[2];
        assert_eq!(key.references.table_name().to_string(), "public.parent");
        assert_eq!(key.references.columns, ["b", "a"]);
        assert!(schema.enums.is_empty() && schema.routines.is_empty());

        let error = catalog
            .discover(&Scope::default().schema("Sales"))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownSchema);
        assert_eq!(
            error.to_string(),
            "the database has no schema named `Sales`: it has `Sales Dept`, `public`"
        );
    })
    .await;
}

#[tokio::test]
async fn the_number_of_statements_is_constant() {
    with_database(async |client| {
        let mut few = TestCatalog::new(client);
        few.discover(&Scope::default()).await.unwrap();
        let tables = (0..300).map(|n| {
            let parent = if n == 0 { 0 } else { n - 1 };
            format!(
                "CREATE TABLE t{n} (id serial PRIMARY KEY, parent int REFERENCES t{parent}, \
                 name text DEFAULT 'x'); CREATE INDEX ON t{n} (parent);"
            )
        });
        client
            .batch_execute(&tables.collect::<String>())
            .await
            .unwrap();
        let mut many = TestCatalog::new(client);
        let schema = many.discover(&Scope::default()).await.unwrap();
        assert_eq!(schema.tables.len(), 300);
        assert!(
            schema
                .tables
                .iter()
                .all(|t| t.foreign_keys.len() == 1 && t.indexes.len() == 2)
        );
        assert_eq!(few.statements, many.statements);
        assert!(many.statements <= 10, "{}", many.statements);
    })
    .await;
}

#[tokio::test]
async fn a_table_that_may_not_be_read_is_noted() {
    with_database(async |client| {
        client.batch_execute(TORTURE).await.unwrap();
        let role = format!("noorm_nobody_{}", std::process::id());
        let setup = format!(
            "CREATE ROLE {role}; GRANT SELECT ON types TO {role}; \
             GRANT SELECT (a) ON parent TO {role}; SET ROLE {role}"
        );
        client.batch_execute(&setup).await.unwrap();
        let schema = discover(client).await;
        let reset = format!("RESET ROLE; DROP OWNED BY {role}; DROP ROLE {role}");
        client.batch_execute(&reset).await.unwrap();
        let notes = schema
            .notes
            .iter()
            .filter(|n| n.message.contains("the user"));
        let notes: String = notes
            .map(|n| format!("{}: {}\n", n.object, n.message))
            .collect();
        expect![[r#"
            schema Sales Dept: the user has no right to use it: nothing in it can be read or written
            table Sales Dept.select: the user has no right to select from it
            table public.child: the user has no right to select from it
            table public.counted: the user has no right to select from it
            table public.events: the user has no right to select from it
            table public.happy: the user has no right to select from it
            table public.no_columns: the user has no right to select from it
            table public.parent: the user may select only some of its columns
            table public.refers: the user has no right to select from it
        "#]]
        .assert_eq(&notes);
        assert_eq!(schema.tables.len(), 9);
    })
    .await;
}

#[tokio::test]
async fn what_newer_servers_have() {
    with_database(async |client| {
        let version = version(client).await;
        if version >= 150_000 {
            let sql = "CREATE TABLE newer (a int, n numeric(3,-2), \
                       CONSTRAINT one_null UNIQUE NULLS NOT DISTINCT (a))";
            client.batch_execute(sql).await.unwrap();
            let schema = discover(client).await;
            let table = schema.table("newer").unwrap();
            assert!(table.unique[0].nulls_not_distinct);
            let (precision, scale) = (Some(3), Some(-2));
            assert_eq!(
                table.columns[1].column_type,
                ColumnType::Decimal { precision, scale }
            );
        }
    })
    .await;
}

#[tokio::test]
async fn an_extension_keeps_its_own_to_itself() {
    with_database(async |client| {
        let create = "CREATE EXTENSION citext";
        if client.batch_execute(create).await.is_err() {
            println!("skipped: the server has no contrib extensions");
            return;
        }
        client
            .batch_execute("CREATE TABLE t (a citext, b citext[])")
            .await
            .unwrap();
        let schema = discover(client).await;
        assert!(schema.routines.is_empty() && schema.notes.is_empty());
        let table = schema.table("t").unwrap();
        assert_eq!(table.kind, TableKind::Table);
        assert_eq!(table.columns[0].column_type, ColumnType::text());
        assert_eq!(table.columns[1].column_type.to_string(), "text[]");

        let member = "CREATE TABLE kept (id int); ALTER EXTENSION citext ADD TABLE kept";
        client.batch_execute(member).await.unwrap();
        let schema = discover(client).await;
        assert_eq!(schema.tables.len(), 1);
        assert_eq!(schema.notes[0].object, "table public.kept");
    })
    .await;
}

#[tokio::test]
async fn an_invalid_index_is_left_out_with_a_note() {
    with_database(async |client| {
        let sql = "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)";
        client.batch_execute(sql).await.unwrap();
        let create = "CREATE UNIQUE INDEX CONCURRENTLY broken ON t (a)";
        client.batch_execute(create).await.unwrap_err();
        let schema = discover(client).await;
        assert!(schema.table("t").unwrap().indexes.is_empty());
        assert_eq!(schema.notes[0].object, "index public.t.broken");
    })
    .await;
}

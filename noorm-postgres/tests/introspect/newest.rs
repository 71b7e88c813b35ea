//! What PostgreSQL has from 18 on. Elsewhere these tests do nothing.

use expect_test::{Expect, expect};

use crate::describe::{describe_others, describe_table};
use crate::support::{discover, with_database};
use crate::version;

/// Discovers what `ddl` makes: the table, and what is noted.
async fn check(ddl: &str, table: &str, expected: Expect) {
    with_database(async |client| {
        if version(client).await < 180_000 {
            println!("skipped: the server is older than PostgreSQL 18");
            return;
        }
        client.batch_execute(ddl).await.unwrap();
        let schema = discover(client).await;
        let table = describe_table(schema.table(table).unwrap());
        expected.assert_eq(&format!("{table}{}", describe_others(&schema)));
    })
    .await;
}

#[tokio::test]
async fn generated_columns_are_virtual_unless_stored() {
    let ddl = "CREATE TABLE t (a int, plain int GENERATED ALWAYS AS (a * 2), \
               v int GENERATED ALWAYS AS (a + 1) VIRTUAL NOT NULL, s int GENERATED ALWAYS AS (a * 3) STORED)";
    check(
        ddl,
        "t",
        expect![[r#"
        Table public.t
          1 a: integer = int32
          2 plain: integer = int32 Virtual a * 2
          3 v: integer = int32 not null Virtual a + 1
          4 s: integer = int32 Stored a * 3
    "#]],
    )
    .await;
}

#[tokio::test]
async fn not_null_is_a_constraint() {
    let ddl = "CREATE TABLE t (a int CONSTRAINT named NOT NULL, b int CONSTRAINT own NOT NULL NO INHERIT, c int, d int);
               ALTER TABLE t ADD CONSTRAINT late NOT NULL c NOT VALID;
               CREATE DOMAIN whole AS int CONSTRAINT present NOT NULL CHECK (VALUE > 0);
               ALTER TABLE t ADD COLUMN e whole;
               CREATE TABLE parts (id int NOT NULL) PARTITION BY RANGE (id);
               CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (10)";
    check(
        ddl,
        "t",
        expect![[r#"
        Table public.t
          1 a: integer = int32 not null
          2 b: integer = int32 not null
          3 c: integer = int32
          4 d: integer = int32
          5 e: whole = int32 not null domain public.whole
        domain whole: integer = int32 not null check Some("whole_check") VALUE > 0
        note constraint public.t.late: it is NOT VALID: older rows need not satisfy it
    "#]],
    )
    .await;
}

#[tokio::test]
async fn what_is_not_enforced_is_noted() {
    let ddl = "CREATE TABLE p (id int PRIMARY KEY);
               CREATE TABLE t (p int CONSTRAINT loose REFERENCES p NOT ENFORCED, \
               n int CONSTRAINT lax CHECK (n > 0) NOT ENFORCED)";
    check(
        ddl,
        "t",
        expect![[r#"
        Table public.t
          1 p: integer = int32
          2 n: integer = int32
          foreign key loose ["p"] -> public.p ["id"] delete NoAction update NoAction
          check Some("lax") n > 0
        note constraint public.t.lax: it is NOT ENFORCED: rows need not satisfy it
        note constraint public.t.loose: it is NOT ENFORCED: rows need not satisfy it
    "#]],
    )
    .await;
}

#[tokio::test]
async fn temporal_keys() {
    let ddl = "CREATE TABLE t (id int4range, during tstzrange, note int4range, \
               CONSTRAINT t_key PRIMARY KEY (id, during WITHOUT OVERLAPS), \
               CONSTRAINT once UNIQUE (note, during WITHOUT OVERLAPS));
               CREATE TABLE far (id int4range, during tstzrange, \
               CONSTRAINT spans FOREIGN KEY (id, PERIOD during) REFERENCES t (id, PERIOD during))";
    check(ddl, "t", expect![[r#"
        Table public.t
          1 id: int4range = other(int4range) not null
          2 during: tstzrange = other(tstzrange) not null
          3 note: int4range = other(int4range)
          key Some("t_key") ["id", "during"]
          unique Some("once") ["note", "during"]
          unique index once gist Column("note") Column("during") (constraint)
          unique index t_key gist Column("id") Column("during") (constraint)
        note column public.far.during: the type tstzrange has no counterpart: its values are read and written as text
        note column public.far.id: the type int4range has no counterpart: its values are read and written as text
        note column public.t.during: the type tstzrange has no counterpart: its values are read and written as text
        note column public.t.id: the type int4range has no counterpart: its values are read and written as text
        note column public.t.note: the type int4range has no counterpart: its values are read and written as text
        note constraint public.far.spans: a foreign key with PERIOD doesn't mean equal values: left out
        note constraint public.t.once: it is WITHOUT OVERLAPS, which isn't expressed: equal rows must not overlap in its last column
        note constraint public.t.t_key: it is WITHOUT OVERLAPS, which isn't expressed: equal rows must not overlap in its last column
    "#]]).await;
}

//! Each table of `torture.sql`, as it is discovered. What psql's `\d` says of them is the same.

use expect_test::{Expect, expect};

use crate::describe::describe_table;
use crate::support::{TORTURE, discover, with_database};

async fn check_table(table: &str, expected: Expect) {
    with_database(async |client| {
        client.batch_execute(TORTURE).await.unwrap();
        let schema = discover(client).await;
        expected.assert_eq(&describe_table(schema.table(table).unwrap()));
    })
    .await;
}

#[tokio::test]
async fn table_parent() {
    check_table(
        "parent",
        expect![[r#"
        Table public.parent
          1 a: integer = int32 not null
          2 b: text = text not null collate C
          3 Nümber: integer = int32
          key Some("parent_key") ["b", "a"]
          unique Some("parent_Nümber_key") ["Nümber"]
          unique index parent_Nümber_key btree Column("Nümber") (constraint)
          unique index parent_key btree Column("b") Column("a") (constraint)
          trigger emptied After [Delete, Truncate] statement off
          trigger touched Before [Insert, Update] row
    "#]],
    )
    .await;
}

#[tokio::test]
async fn table_odd_names_and_constraints() {
    check_table("Sales Dept.select", expect![[r#"
        Table Sales Dept.select -- it's a table
          1 id: bigint = int64 not null default nextval('"Sales Dept".select_id_seq'::regclass) auto
          2 a "quoted" name: text = text not null
          4 a: integer = int32 -- column a
          5 b: text = text
          6 größe: integer = int32
          7 self: bigint = int64
          key Some("select_pkey") ["id"]
          foreign key select_größe_fkey ["größe"] -> public.parent ["Nümber"] delete NoAction update SetDefault
          foreign key select_self_fkey ["self"] -> Sales Dept.select ["id"] delete NoAction update NoAction InitiallyDeferred
          foreign key to_parent ["b", "a"] -> public.parent ["b", "a"] delete Cascade update Restrict
          foreign key to_parent_again ["b", "a"] -> public.parent ["b", "a"] delete SetNull update NoAction InitiallyImmediate
          unique Some("no_twins") ["größe", "a"]
          index apart btree Column("a") (constraint)
          index by_expression btree Expression("lower(b)") desc Column("a") Expression("a + 1") include ["größe"] where a > 0
          unique index by_hash btree Column("b") desc
          unique index no_twins btree Column("größe") Column("a") (constraint)
          unique index select_pkey btree Column("id") (constraint)
          check Some("big") (a > 3) AND (b <> 'CHECK (x)'::text)
          check Some("late") a < 100
    "#]]).await;
}

#[tokio::test]
async fn table_types() {
    check_table(
        "types",
        expect![[r#"
            Table public.types
              1 id: integer = int32 not null identity Always auto
              2 id2: smallint = int16 not null identity ByDefault auto
              3 stored: integer = int32 Stored i4 * 2
              4 b: boolean = bool
              5 i4: integer = int32 default 7
              6 i8: bigint = int64
              7 f4: real = float32
              8 f8: double precision = float64
              9 o: oid = uint32
              10 n: numeric = decimal
              11 n102: numeric(10,2) = decimal(10, 2)
              12 v: character varying = text
              13 v30: character varying(30) = text(30)
              14 c: character(1) = text(1)
              15 c5: character(5) = text(5)
              16 t: text = text
              17 nm: name = text
              18 bin: bytea = bytes
              19 u: uuid = uuid
              20 d: date = date
              21 tm: time without time zone = time
              22 tm3: time(3) without time zone = time
              23 tz: time with time zone = other(time with time zone)
              24 ts: timestamp without time zone = timestamp
              25 tsz: timestamp(3) with time zone = timestamptz
              26 iv: interval = interval
              27 j: json = json
              28 jb: jsonb = json
              29 m: mood = enum public.mood
              30 ma: mood[] = enum public.mood[]
              31 ia: integer[] = int32[]
              32 va: character varying(5)[] = text(5)[]
              33 na: numeric(6,3)[] = decimal(6, 3)[]
              34 ip: inet = other(inet)
              35 ipa: inet[] = other(inet[])
              36 x: xml = other(xml)
              37 bits: bit(3) = other(bit(3))
              38 r: int4range = other(int4range)
              39 tv: tsvector = other(tsvector)
              40 mon: money = other(money)
              41 p: point = other(point)
              42 comp: point3 = other(point3)
              43 ch: "char" = other("char")
              44 vec: int2vector = other(int2vector)
              45 pos: positive = decimal(8, 2) not null domain public.positive default 1
              46 more: more_positive = decimal(8, 2) not null domain public.more_positive default 1
              47 addr: address = other(inet) domain public.address
              48 dtags: tags = text[] domain public.tags
              49 posa: positive[] = decimal(8, 2)[]
              50 coll: text = text collate C
              51 made: timestamp with time zone = timestamptz not null default now()
        "#]],
    )
    .await;
}

#[tokio::test]
async fn table_happy() {
    check_table(
        "happy",
        expect![[r#"
        View public.happy
          1 id: integer = int32
          2 m: mood = enum public.mood
          3 pos: positive = decimal(8, 2) domain public.positive
          trigger instead InsteadOf [Insert] row
    "#]],
    )
    .await;
}

#[tokio::test]
async fn table_counted() {
    check_table(
        "counted",
        expect![[r#"
        MaterializedView public.counted
          1 n: bigint = int64
          unique index counted_n btree Column("n")
    "#]],
    )
    .await;
}

#[tokio::test]
async fn table_no_columns() {
    check_table(
        "no_columns",
        expect![[r#"
        Table public.no_columns
    "#]],
    )
    .await;
}

#[tokio::test]
async fn table_child() {
    check_table(
        "child",
        expect![[r#"
        Table public.child
          1 a: integer = int32 not null
          2 b: text = text not null collate C
          3 Nümber: integer = int32
          4 extra: integer = int32
    "#]],
    )
    .await;
}

#[tokio::test]
async fn table_events() {
    check_table("events", expect![[r#"
        PartitionedTable public.events
          1 id: bigint = int64 not null
          2 region: text = text not null
          3 at: date = date not null
          4 owner: bigint = int64
          key Some("events_pkey") ["id", "region", "at"]
          foreign key events_owner_fkey ["owner"] -> Sales Dept.select ["id"] delete NoAction update NoAction
          index events_at btree Column("at")
          unique index events_pkey btree Column("id") Column("region") Column("at") (constraint)
          partitioned by LIST (region)
          partition Sales Dept.events_eu_old FOR VALUES FROM (MINVALUE) TO ('2020-01-01')
          partition public.events_eu FOR VALUES IN ('eu')
          partition public.events_rest DEFAULT
    "#]]).await;
}

#[tokio::test]
async fn table_refers() {
    check_table("refers", expect![[r#"
        Table public.refers
          1 id: bigint = int64
          2 region: text = text
          3 at: date = date
          foreign key refers_id_region_at_fkey ["id", "region", "at"] -> public.events ["id", "region", "at"] delete NoAction update NoAction
    "#]]).await;
}

//! A schema as a tree for people.

pub mod line;
mod objects;
mod tables;

use noorm::schema::{Schema, TableKind};

use line::{ASIDE, HEADING, Line, Node};

/// Draws `schema`, with colours.
pub fn draw(schema: &Schema) -> String {
    let mut roots = vec![Node::leaf(summary(schema))];
    roots.extend(
        schema
            .tables
            .iter()
            .map(|table| tables::node(schema, table)),
    );
    roots.extend(objects::nodes(schema));
    line::draw_all(&roots)
}

/// `postgres 17.2: 3 tables, 1 view in 2 schemas`
fn summary(schema: &Schema) -> Line {
    let version = schema.server_version.as_deref();
    let version = version.map(|v| format!(" {v}")).unwrap_or_default();
    let views = schema.tables.iter().filter(|t| t.kind.is_view()).count();
    let tables = schema.tables.len() - views;
    let mut counts = counted(tables, "table");
    if views > 0 {
        counts += &format!(", {}", counted(views, "view"));
    }
    if schema.schemas.len() > 1 {
        counts += &format!(" in {}", counted(schema.schemas.len(), "schema"));
    }
    Line::new(HEADING, &format!("{}{version}", schema.dialect)).and(ASIDE, &format!(": {counts}"))
}

/// `1 table`, `3 tables`
pub fn counted(n: usize, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {what}{plural}")
}

/// What people call a kind of table.
pub fn kind(kind: TableKind) -> &'static str {
    match kind {
        TableKind::Table => "table",
        TableKind::PartitionedTable => "partitioned table",
        TableKind::View => "view",
        TableKind::MaterializedView => "materialized view",
        TableKind::ForeignTable => "foreign table",
        TableKind::VirtualTable => "virtual table",
        // The library will know more kinds before this program does.
        _ => "other",
    }
}

/// Puts a comment behind a line.
fn commented(line: Line, comment: Option<&String>) -> Line {
    match comment {
        Some(comment) => line.and(ASIDE, &format!("  -- {comment}")),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use noorm::schema::Schema;

    use crate::inspect::sample;

    fn plain(schema: &Schema) -> String {
        anstream::adapter::strip_str(&super::draw(schema)).to_string()
    }

    #[test]
    fn everything_is_told() {
        expect![[r#"
            postgres 17.2: 3 tables, 1 view in 2 schemas

            artist  table  -- Who plays
            ├─ id         int32      PK, not null, auto increment
            ├─ name       text(120)  unique, not null, collate de_DE  -- As on the cover
            ├─ slug       text       generated as (lower(name)) stored
            ├─ leader_id  int32      FK → artist.id
            ├─ foreign keys
            │  └─ (leader_id) → artist (id)
            ├─ unique
            │  └─ (name), nulls not distinct  [artist_name_key]
            ├─ indexes
            │  └─ artist_slug (slug desc, lower(name)), unique, include (id), where slug IS NOT NULL
            ├─ checks
            │  └─ name <> ''  [name_check]
            └─ triggers
               └─ stamp before insert or update, for each row, disabled

            od"d <b>&amp; %% #35;\ ␛[2J␊日本  table
            ├─ pk            int16
            ├─ 1 "col"␊<td>  other(polygon "<&>")
            └─ größe         float64

            sales.order  partitioned table
            ├─ id         int64               PK 1 of 2, FK, not null, identity always
            ├─ region     text                PK 2 of 2, FK, not null
            ├─ total      decimal(10, 2)      not null, default 0, domain sales.price
            ├─ moods      enum public.mood[]
            ├─ artist_id  int32               FK → artist.id, not null
            ├─ foreign keys
            │  ├─ (artist_id) → artist (id), on delete cascade, deferred  [order_artist]
            │  └─ (region, id) → crm.region "x" (code, id)
            ├─ indexes
            │  └─ order_artist (artist_id), unique
            └─ partitions by LIST (region)
               ├─ sales.order_eu  FOR VALUES IN ('eu')
               └─ sales.order_rest

            sales.recent  materialized view
            └─ at  timestamptz  hidden

            enums
            └─ mood (glad, it's "sad")  -- How it feels

            domains
            └─ sales.price decimal(10, 2), not null, default 0, check (VALUE >= 0)

            sequences
            └─ sales.order_id_seq bigint, from 1, by 2, cycles, owned by sales.order.id

            routines
            └─ sales.total(of integer, variadic integer = …) → numeric  function, plpgsql

            notes
            └─ column odd.shape: the type polygon␊is read as text
        "#]]
        .assert_eq(&plain(&sample::shop()));
    }

    #[test]
    fn an_empty_database_is_told() {
        expect![[r#"
            sqlite: 0 tables
        "#]]
        .assert_eq(&plain(&Schema::new("sqlite")));
    }

    #[test]
    fn no_name_steers_the_terminal() {
        let drawn = super::draw(&sample::shop());
        assert!(!drawn.contains("\x1b[2J"));
    }
}

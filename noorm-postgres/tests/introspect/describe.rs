//! A schema as short text, for snapshots. What differs between server versions is left out.

use std::fmt::Write as _;

use noorm_core::schema::{Deferrability, ForeignKey, Generated, Index, Schema, Table};

pub fn describe_table(table: &Table) -> String {
    let mut out = format!("{:?} {}", table.kind, table.table_name());
    line(&mut out, " -- ", table.comment.as_deref());
    out.push('\n');
    for c in &table.columns {
        let null = if c.nullable { "" } else { " not null" };
        write!(
            out,
            "  {} {}: {} = {}{null}",
            c.position, c.name, c.native_type, c.column_type
        )
        .unwrap();
        line(&mut out, " domain ", c.domain.as_deref());
        line(&mut out, " default ", c.default.as_deref());
        line(&mut out, " collate ", c.collation.as_deref());
        if let Some(identity) = c.identity {
            write!(out, " identity {identity:?}").unwrap();
        }
        if let Some(Generated {
            expression,
            storage,
            ..
        }) = &c.generated
        {
            write!(out, " {storage:?} {expression}").unwrap();
        }
        out.push_str(if c.auto_increment { " auto" } else { "" });
        line(&mut out, " -- ", c.comment.as_deref());
        out.push('\n');
    }
    if let Some(key) = &table.primary_key {
        writeln!(out, "  key {:?} {:?}", key.name, key.columns).unwrap();
    }
    for key in &table.foreign_keys {
        foreign_key(&mut out, key);
    }
    for unique in &table.unique {
        let one_null = if unique.nulls_not_distinct {
            " one null"
        } else {
            ""
        };
        writeln!(
            out,
            "  unique {:?} {:?}{one_null}",
            unique.name, unique.columns
        )
        .unwrap();
    }
    for index in &table.indexes {
        describe_index(&mut out, index);
    }
    for check in &table.checks {
        writeln!(out, "  check {:?} {}", check.name, check.expression).unwrap();
    }
    for t in &table.triggers {
        let each = if t.for_each_row { "row" } else { "statement" };
        let off = if t.enabled { "" } else { " off" };
        writeln!(
            out,
            "  trigger {} {:?} {:?} {each}{off}",
            t.name, t.timing, t.events
        )
        .unwrap();
    }
    if let Some(key) = &table.partition_key {
        writeln!(out, "  partitioned by {key}").unwrap();
    }
    for p in &table.partitions {
        let schema = p.schema.as_deref().unwrap_or_default();
        let bound = p.bound.as_deref().unwrap_or_default();
        writeln!(out, "  partition {schema}.{} {bound}", p.name).unwrap();
    }
    out
}

/// Everything but the tables.
pub fn describe_others(schema: &Schema) -> String {
    let mut out = String::new();
    for e in &schema.enums {
        writeln!(out, "enum {} {:?} {:?}", e.name, e.values, e.comment).unwrap();
    }
    for d in &schema.domains {
        let null = if d.nullable { "" } else { " not null" };
        write!(
            out,
            "domain {}: {} = {}{null}",
            d.name, d.native_type, d.column_type
        )
        .unwrap();
        line(&mut out, " default ", d.default.as_deref());
        for check in &d.checks {
            write!(out, " check {:?} {}", check.name, check.expression).unwrap();
        }
        out.push('\n');
    }
    for s in &schema.sequences {
        let cycle = if s.cycle { " cycle" } else { "" };
        write!(out, "sequence {} {} {}", s.name, s.native_type, s.start).unwrap();
        write!(out, " by {} in {}..{}{cycle}", s.increment, s.min, s.max).unwrap();
        line(&mut out, " of ", s.owned_by.as_deref());
        out.push('\n');
    }
    for r in &schema.routines {
        let language = r.language.as_deref().unwrap_or_default();
        write!(out, "{:?} {} ({language})", r.kind, r.name).unwrap();
        line(&mut out, " -> ", r.returns.as_deref());
        line(&mut out, " -- ", r.comment.as_deref());
        out.push('\n');
        for p in &r.parameters {
            let default = if p.has_default { " default" } else { "" };
            let name = p.name.as_deref().unwrap_or("_");
            writeln!(out, "  {:?} {name}: {}{default}", p.mode, p.native_type).unwrap();
        }
    }
    for note in &schema.notes {
        writeln!(out, "note {}: {}", note.object, note.message).unwrap();
    }
    out
}

fn foreign_key(out: &mut String, key: &ForeignKey) {
    let name = key.name.as_deref().unwrap_or_default();
    let target = key.references.table_name();
    write!(out, "  foreign key {name} {:?} -> {target} ", key.columns).unwrap();
    write!(out, "{:?}", key.references.columns).unwrap();
    write!(
        out,
        " delete {:?} update {:?}",
        key.on_delete, key.on_update
    )
    .unwrap();
    if key.deferrability != Deferrability::NotDeferrable {
        write!(out, " {:?}", key.deferrability).unwrap();
    }
    out.push('\n');
}

fn describe_index(out: &mut String, index: &Index) {
    let unique = if index.unique { "unique " } else { "" };
    let method = index.method.as_deref().unwrap_or_default();
    write!(out, "  {unique}index {} {method}", index.name).unwrap();
    for part in &index.parts {
        let down = if part.descending { " desc" } else { "" };
        write!(out, " {:?}{down}", part.key).unwrap();
    }
    if !index.include.is_empty() {
        write!(out, " include {:?}", index.include).unwrap();
    }
    line(out, " where ", index.predicate.as_deref());
    out.push_str(if index.from_constraint {
        " (constraint)\n"
    } else {
        "\n"
    });
}

fn line(out: &mut String, before: &str, text: Option<&str>) {
    if let Some(text) = text {
        out.push_str(before);
        out.push_str(text);
    }
}

//! Tables: their columns, and what hangs on them.

use noorm::schema::{
    Action, Column, Deferrability, ForeignKey, GeneratedStorage, Identity, Index, Schema, Table,
    Trigger, TriggerEvent, TriggerTiming,
};

use super::line::{ASIDE, KEY, Line, Node, PLAIN, TABLE, TYPE, WARNING};
use super::{commented, kind};
use crate::inspect::names;
use crate::text::{visible, width};

/// A table with everything about it.
pub fn node(schema: &Schema, table: &Table) -> Node {
    let name = Line::new(TABLE, &names::table(schema, table));
    let heading = name.and(ASIDE, &format!("  {}", kind(table.kind)));
    let mut children = columns(schema, table);
    children.extend(groups(schema, table).into_iter().flatten());
    Node::new(commented(heading, table.comment.as_ref()), children)
}

fn columns(schema: &Schema, table: &Table) -> Vec<Node> {
    let widest = |text: fn(&Column) -> String| {
        let widths = table.columns.iter().map(|c| width(&visible(&text(c))));
        // One very long name should not push all the others' types out of sight.
        widths.filter(|w| *w <= 40).max().unwrap_or(0)
    };
    let name_width = widest(|c| c.name.clone());
    let type_width = widest(|c| c.column_type.to_string());
    let line = |column: &Column| {
        let line = Line::new(PLAIN, &column.name)
            .column(name_width)
            .and(TYPE, &column.column_type.to_string())
            .column(name_width + 2 + type_width);
        let keys = keys(schema, table, column);
        let properties = properties(column);
        let between = if keys.is_empty() || properties.is_empty() {
            ""
        } else {
            ", "
        };
        let line = line
            .and(KEY, &keys)
            .and(PLAIN, between)
            .and(PLAIN, &properties);
        commented(line, column.comment.as_ref())
    };
    table
        .columns
        .iter()
        .map(|column| Node::leaf(line(column)))
        .collect()
}

/// Which keys the column is part of.
fn keys(schema: &Schema, table: &Table, column: &Column) -> String {
    let mut keys = Vec::new();
    let key = table.key_columns();
    if let Some(at) = key.iter().position(|name| *name == column.name) {
        keys.push(match key.len() {
            1 => "PK".to_owned(),
            n => format!("PK {} of {n}", at + 1),
        });
    }
    for foreign in &table.foreign_keys {
        match (
            foreign.columns.as_slice(),
            foreign.references.columns.as_slice(),
        ) {
            ([own], [theirs]) if *own == column.name => {
                keys.push(format!("FK → {}.{theirs}", names::target(schema, foreign)));
            }
            (own, _) if own.contains(&column.name) => keys.push("FK".to_owned()),
            _ => {}
        }
    }
    if table
        .unique
        .iter()
        .any(|unique| unique.columns == [column.name.as_str()])
    {
        keys.push("unique".to_owned());
    }
    keys.join(", ")
}

fn properties(column: &Column) -> String {
    let mut said = Vec::new();
    if !column.nullable {
        said.push("not null".to_owned());
    }
    match column.identity {
        Some(Identity::Always) => said.push("identity always".to_owned()),
        Some(Identity::ByDefault) => said.push("identity by default".to_owned()),
        None if column.auto_increment => said.push("auto increment".to_owned()),
        None => {}
    }
    if let Some(default) = &column.default {
        said.push(format!("default {default}"));
    }
    if let Some(generated) = &column.generated {
        let storage = match generated.storage {
            GeneratedStorage::Stored => "stored",
            GeneratedStorage::Virtual => "virtual",
        };
        said.push(format!("generated as ({}) {storage}", generated.expression));
    }
    if let Some(domain) = &column.domain {
        said.push(format!("domain {domain}"));
    }
    if let Some(collation) = &column.collation {
        said.push(format!("collate {collation}"));
    }
    if column.hidden {
        said.push("hidden".to_owned());
    }
    said.join(", ")
}

fn groups(schema: &Schema, table: &Table) -> [Option<Node>; 6] {
    let uniques = table.unique.iter().map(|unique| {
        let nulls = if unique.nulls_not_distinct {
            ", nulls not distinct"
        } else {
            ""
        };
        let line = Line::new(PLAIN, &format!("{}{nulls}", names::list(&unique.columns)));
        named(line, unique.name.as_ref())
    });
    // The index of a constraint is said by the constraint.
    let indexes = table.indexes.iter().filter(|index| !index.from_constraint);
    let checks = table.checks.iter().map(|check| {
        let line = Line::new(PLAIN, &check.expression);
        named(line, check.name.as_ref())
    });
    let partitions = table.partitions.iter().map(|partition| {
        let name = names::shown(schema, partition.schema.as_deref(), &partition.name);
        let bound = partition.bound.as_deref().unwrap_or_default();
        Line::new(PLAIN, &name).column(0).and(ASIDE, bound)
    });
    let partitioned = match &table.partition_key {
        Some(key) => format!("partitions by {key}"),
        None => "partitions".to_owned(),
    };
    let foreign = table
        .foreign_keys
        .iter()
        .map(|key| foreign_key(schema, key));
    let partitions = match Node::group(&partitioned, partitions) {
        None if table.partition_key.is_some() => {
            Some(Node::leaf(Line::new(WARNING, &format!("no {partitioned}"))))
        }
        group => group,
    };
    [
        Node::group("foreign keys", foreign),
        Node::group("unique", uniques),
        Node::group("indexes", indexes.map(index)),
        Node::group("checks", checks),
        Node::group("triggers", table.triggers.iter().map(trigger)),
        partitions,
    ]
}

/// Puts a constraint's name behind it.
fn named(line: Line, name: Option<&String>) -> Line {
    match name {
        Some(name) => line.and(ASIDE, &format!("  [{name}]")),
        None => line,
    }
}

fn foreign_key(schema: &Schema, key: &ForeignKey) -> Line {
    let own = names::list(&key.columns);
    let theirs = names::list(&key.references.columns);
    let mut said = format!("{own} → {} {theirs}", names::target(schema, key));
    for (event, action) in [("delete", key.on_delete), ("update", key.on_update)] {
        let action = match action {
            Action::NoAction => continue,
            Action::Restrict => "restrict",
            Action::Cascade => "cascade",
            Action::SetNull => "set null",
            Action::SetDefault => "set default",
        };
        said += &format!(", on {event} {action}");
    }
    said += match key.deferrability {
        Deferrability::NotDeferrable => "",
        Deferrability::InitiallyImmediate => ", deferrable",
        Deferrability::InitiallyDeferred => ", deferred",
    };
    named(Line::new(PLAIN, &said), key.name.as_ref())
}

fn index(index: &Index) -> Line {
    let parts = index.parts.iter().map(|part| {
        let order = if part.descending { " desc" } else { "" };
        format!("{}{order}", part.text())
    });
    let parts: Vec<String> = parts.collect();
    let mut said = format!(" {}", names::list(&parts));
    if index.unique {
        said += ", unique";
    }
    if let Some(method) = index.method.as_deref().filter(|method| *method != "btree") {
        said += &format!(", {method}");
    }
    if !index.include.is_empty() {
        said += &format!(", include {}", names::list(&index.include));
    }
    if let Some(predicate) = &index.predicate {
        said += &format!(", where {predicate}");
    }
    Line::new(PLAIN, &index.name).and(PLAIN, &said)
}

fn trigger(trigger: &Trigger) -> Line {
    let timing = match trigger.timing {
        TriggerTiming::Before => "before",
        TriggerTiming::After => "after",
        TriggerTiming::InsteadOf => "instead of",
    };
    let events = trigger.events.iter().map(|event| match event {
        TriggerEvent::Insert => "insert",
        TriggerEvent::Update => "update",
        TriggerEvent::Delete => "delete",
        TriggerEvent::Truncate => "truncate",
    });
    let events: Vec<&str> = events.collect();
    let each = if trigger.for_each_row {
        "row"
    } else {
        "statement"
    };
    let said = format!(" {timing} {}, for each {each}", events.join(" or "));
    let line = Line::new(PLAIN, &trigger.name).and(PLAIN, &said);
    if trigger.enabled {
        line
    } else {
        line.and(WARNING, ", disabled")
    }
}

//! The file of a table.

use std::collections::{BTreeMap, BTreeSet};

use noorm_core::schema::ColumnType;

use super::plan::{Entity, Field, Plan, Related};
use super::text::{docs, quoted};
use crate::config::Dates;
use crate::tables::{is_filled, is_fixed, is_required};

/// Everything that stands in the file.
pub(super) fn text(plan: &Plan<'_>, entity: &Entity<'_>) -> String {
    let mut parts = vec![row(entity)];
    if !entity.table.kind.is_view() {
        parts.extend([new(entity), changes(entity)]);
    }
    if plan.config.kysely {
        parts.push(kysely(plan, entity));
    }
    let imports = imports(plan, entity);
    if !imports.is_empty() {
        parts.insert(0, imports);
    }
    parts.join("\n")
}

fn imports(plan: &Plan<'_>, entity: &Entity<'_>) -> String {
    let mut modules: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut import = |module: String, name| modules.entry(module).or_default().insert(name);
    for name in entity
        .fields
        .iter()
        .filter_map(|field| field.uses.as_deref())
    {
        import("./enums.js".to_owned(), name);
    }
    if entity.has_json() {
        import("./json.js".to_owned(), "JsonValue");
    }
    for relation in entity
        .relations
        .iter()
        .filter(|relation| relation.target != entity.name)
    {
        import(format!("./{}.js", relation.target_module), &relation.target);
    }
    if plan.config.kysely {
        let types: Vec<_> = entity
            .fields
            .iter()
            .map(|field| kysely_type(plan, entity, field))
            .collect();
        for name in ["ColumnType", "Generated", "GeneratedAlways"] {
            let start = format!("{name}<");
            if types.iter().any(|of| of.starts_with(&start)) {
                import("kysely".to_owned(), name);
            }
        }
    }
    let imports = modules.iter().map(|(module, names)| {
        let names: Vec<_> = names.iter().copied().collect();
        format!(
            "import type {{ {} }} from \"{module}\";\n",
            names.join(", ")
        )
    });
    imports.collect()
}

fn interface(docs: &str, name: &str, members: &[String]) -> String {
    let members: String = members.concat();
    format!("{docs}export interface {name} {{\n{members}}}\n")
}

fn or_null(field: &Field<'_>) -> String {
    match field.column.nullable {
        true => format!("{} | null", field.value),
        false => field.value.clone(),
    }
}

fn comment<'a>(field: &Field<'a>) -> &'a str {
    field.column.comment.as_deref().unwrap_or_default()
}

fn row(entity: &Entity<'_>) -> String {
    let what = format!("A row of `{}`.", entity.shown);
    let about = docs(
        "",
        &[entity.table.comment.as_deref().unwrap_or_default(), &what],
    );
    let fields = entity.fields.iter().map(|field| {
        let docs = docs("  ", &[comment(field)]);
        format!("{docs}  {}: {};\n", quoted(&field.name), or_null(field))
    });
    let mut members: Vec<_> = fields.collect();
    members.extend(entity.relations.iter().map(|relation| {
        let target = &relation.target;
        let of = match relation.kind {
            Related::Many => format!("{target}[]"),
            Related::One => target.clone(),
            Related::OneOrNone => format!("{target} | null"),
        };
        let docs = docs("  ", &["Where it was loaded."]);
        format!("{docs}  {}?: {of};\n", quoted(&relation.name))
    }));
    interface(&about, &entity.name, &members)
}

fn new(entity: &Entity<'_>) -> String {
    let what = format!(
        "A new row of `{}`: what is left out is up to the database.",
        entity.shown
    );
    let written = entity
        .fields
        .iter()
        .filter(|field| !field.column.is_read_only());
    let members: Vec<_> = written
        .map(|field| {
            let optional = match is_required(entity.table, field.column) {
                true => "",
                false => "?",
            };
            format!("  {}{optional}: {};\n", quoted(&field.name), or_null(field))
        })
        .collect();
    interface(&docs("", &[&what]), &entity.new, &members)
}

fn changes(entity: &Entity<'_>) -> String {
    let what = format!(
        "Changes of a row of `{}`: what is left out stays as it is.",
        entity.shown
    );
    let written = entity
        .fields
        .iter()
        .filter(|field| !is_fixed(entity.table, field.column));
    let members: Vec<_> = written
        .map(|field| format!("  {}?: {};\n", quoted(&field.name), or_null(field)))
        .collect();
    interface(&docs("", &[&what]), &entity.changes, &members)
}

fn kysely(plan: &Plan<'_>, entity: &Entity<'_>) -> String {
    let what = format!("`{}` as Kysely knows it.", entity.shown);
    let members: Vec<_> = entity
        .fields
        .iter()
        .map(|field| {
            format!(
                "  {}: {};\n",
                quoted(&field.name),
                kysely_type(plan, entity, field)
            )
        })
        .collect();
    interface(&docs("", &[&what]), &entity.table_type, &members)
}

/// What is selected, inserted and updated of a column, where these are not the same.
fn kysely_type(plan: &Plan<'_>, entity: &Entity<'_>, field: &Field<'_>) -> String {
    let (column, read) = (field.column, or_null(field));
    if entity.table.kind.is_view() {
        // Kysely leaves out what is `never` of a new row, and takes any object then: so a value is asked for that
        // nobody has.
        return format!("ColumnType<{read}, {{ readonly ofAView: never }}, never>");
    }
    if column.is_read_only() {
        return format!("GeneratedAlways<{read}>");
    }
    // A date may be given as a text, too.
    let is_date = matches!(
        column.column_type,
        ColumnType::Date | ColumnType::Timestamp | ColumnType::TimestampTz
    );
    if is_date && plan.config.dates == Dates::Date {
        let write = format!("{read} | string");
        let insert = match is_required(entity.table, column) {
            true => write.clone(),
            false => format!("{write} | undefined"),
        };
        return format!("ColumnType<{read}, {insert}, {write}>");
    }
    match is_filled(entity.table, column) {
        true => format!("Generated<{read}>"),
        false => read,
    }
}

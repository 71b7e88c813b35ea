//! `schema.rs`: the tables as Diesel's macros describe them.

use std::collections::{BTreeMap, BTreeSet};

use noorm_core::schema::{Table, TableName};

use super::docs;
use super::identity::Unidentified;
use super::types::{Backend, Mapped, mapped};
use crate::rust::{Entity, Field, Plan, comment, ident};

/// The most columns that a table of Diesel's can have, with the largest of its features.
const MOST_COLUMNS: usize = 128;

/// Up to so many columns it needs no feature.
const PLAIN_COLUMNS: usize = 32;

/// A table in `schema.rs`.
pub(crate) struct Listed<'p, 'a> {
    pub(crate) entity: &'p Entity<'a>,
    /// The columns that Diesel has types for.
    pub(crate) columns: Vec<(&'p Field<'a>, Mapped)>,
    /// The columns that it has none for.
    pub(crate) left_out: Vec<&'p Field<'a>>,
    /// Why the whole table is left out.
    pub(crate) refusal: Option<String>,
}

impl Listed<'_, '_> {
    /// The module of the table within `schema`.
    pub(crate) fn module(&self) -> String {
        written(&self.entity.module)
    }

    /// A column's name in its module, where Diesel has names of its own.
    pub(crate) fn column(&self, field: &Field<'_>) -> String {
        let mut name = written(&field.name);
        let is_taken = |name: &str| {
            let mut others = self.entity.fields.iter();
            let is_others = name != field.name && others.any(|other| other.name == name);
            is_others || name == self.module() || OWN_NAMES.contains(&name)
        };
        while is_taken(&name) {
            name.push('_');
        }
        name
    }

    /// What the columns of the key are called, in its order.
    pub(crate) fn key(&self) -> Vec<String> {
        let key = self.key_fields();
        key.iter().map(|(field, _)| self.column(field)).collect()
    }

    /// Why Diesel knows no row by its key, if it doesn't.
    pub(crate) fn unidentified(&self) -> Option<Unidentified> {
        Unidentified::of(self.entity.table.key_columns(), || {
            let key = self.key_fields().into_iter();
            key.map(|(field, mapped)| (&*field.column.name, &*mapped.rust))
        })
    }

    fn key_fields(&self) -> Vec<&(&Field<'_>, Mapped)> {
        let key = self.entity.table.key_columns().iter();
        let found = key.filter_map(|column| {
            let mut columns = self.columns.iter();
            columns.find(|(field, _)| field.column.name == *column)
        });
        found.collect()
    }
}

/// What stands in a table's module beside its columns, and what the macro names there: a crate, and types of Rust's,
/// which a column of that name would hide; `q` is a variable in what it writes.
const OWN_NAMES: &[&str] = &[
    "all_columns",
    "bool",
    "columns",
    "diesel",
    "dsl",
    "q",
    "star",
    "str",
    "table",
    "usize",
];

/// A name, with an underscore behind it where it is a word of Rust's: Diesel's derives take no raw identifiers.
fn written(name: &str) -> String {
    match ident(name).is_some_and(|ident| ident == name) {
        true => name.to_owned(),
        false => format!("{name}_"),
    }
}

/// Every table, with what Diesel makes of it.
pub(crate) fn tables<'p, 'a>(plan: &'p Plan<'a>, backend: Backend) -> Vec<Listed<'p, 'a>> {
    let tables = plan.entities.iter().map(|entity| {
        let (mut columns, mut left_out) = (Vec::new(), Vec::new());
        for field in &entity.fields {
            let enum_name = |of: &_| plan.enum_name(entity.table, field.column, of);
            match mapped(plan, field.column, backend, &enum_name) {
                Some(mapped) => columns.push((field, mapped)),
                None => left_out.push(field),
            }
        }
        let refusal = refusal(entity, &columns, &left_out);
        Listed {
            entity,
            columns,
            left_out,
            refusal,
        }
    });
    tables.collect()
}

fn refusal(
    entity: &Entity<'_>,
    columns: &[(&Field<'_>, Mapped)],
    left_out: &[&Field<'_>],
) -> Option<String> {
    let table = entity.table;
    if let Some(schema) = table.schema.as_deref()
        && !entity.in_default_schema
        && ident(schema).is_none_or(|ident| ident != schema)
    {
        return Some(format!("Diesel takes no schema of the name `{schema}`"));
    }
    if columns.len() > MOST_COLUMNS {
        let count = columns.len();
        return Some(format!(
            "it has {count} columns, and Diesel takes at most {MOST_COLUMNS}"
        ));
    }
    let key = table.key_columns();
    if let Some(field) = left_out
        .iter()
        .find(|field| key.contains(&field.column.name))
    {
        let native = &field.column.native_type;
        return Some(format!(
            "Diesel has no type for `{native}`, which its key has"
        ));
    }
    if key.is_empty() && !table.kind.is_view() {
        return Some("it has no primary key, which every table of Diesel's needs".to_owned());
    }
    if columns.is_empty() {
        return Some("Diesel has no type for any of its columns".to_owned());
    }
    None
}

/// Everything that stands in the file.
pub(super) fn text(plan: &Plan<'_>, tables: &[Listed<'_, '_>], backend: Backend) -> String {
    let mut parts = Vec::new();
    let enums = super::enums::sql_types(plan, backend);
    if !enums.is_empty() {
        parts.push(enums);
    }
    parts.extend(tables.iter().map(|table| match &table.refusal {
        Some(why) => {
            let name = comment(&table.entity.shown);
            format!("// `{name}` is left out: {}.\n", comment(why))
        }
        None => definition(table),
    }));
    let listed: Vec<_> = tables
        .iter()
        .filter(|table| table.refusal.is_none())
        .collect();
    let joins = joins(&listed);
    if !joins.is_empty() {
        parts.push(joins.concat());
    }
    let groups = super::groups::of(&listed);
    parts.extend(groups.iter().map(|group| {
        format!(
            "diesel::allow_tables_to_appear_in_same_query!({});\n",
            group.join(", ")
        )
    }));
    parts.join("\n")
}

fn definition(table: &Listed<'_, '_>) -> String {
    let source = table.entity.table;
    let mut text = String::new();
    if table.columns.len() > PLAIN_COLUMNS {
        let feature = match table.columns.len() {
            ..=64 => "64-column-tables",
            _ => "128-column-tables",
        };
        text.push_str(&format!(
            "// It has {} columns: Diesel needs its feature `{feature}`.\n",
            table.columns.len()
        ));
    }
    if source.kind.is_view() {
        text.push_str("// A view has no key: Diesel is told that its first column is one.\n");
    }
    for field in &table.left_out {
        let column = field.column;
        text.push_str(&format!(
            "// `{}` is left out: Diesel has no type for `{}`.\n",
            comment(&column.name),
            comment(&column.native_type)
        ));
    }
    text.push_str("diesel::table! {\n");
    let own: BTreeSet<_> = table
        .columns
        .iter()
        .filter_map(|(_, mapped)| mapped.own.as_ref())
        .collect();
    if !own.is_empty() {
        text.push_str("    use diesel::sql_types::*;\n");
        for name in own {
            text.push_str(&format!("    use super::sql_types::{name};\n"));
        }
        text.push('\n');
    }
    text.push_str(&docs(
        "    ",
        &[source.comment.as_deref().unwrap_or_default()],
    ));
    if source.name != table.module() {
        text.push_str(&format!("    #[sql_name = {:?}]\n", source.name));
    }
    let schema = match &source.schema {
        Some(schema) if !table.entity.in_default_schema => {
            format!("{schema}.")
        }
        _ => String::new(),
    };
    let key: Vec<_> = match source.key_columns() {
        [] => table
            .columns
            .iter()
            .take(1)
            .map(|(field, _)| table.column(field))
            .collect(),
        _ => table.key(),
    };
    text.push_str(&format!(
        "    {schema}{} ({}) {{\n",
        table.module(),
        key.join(", ")
    ));
    for (field, mapped) in &table.columns {
        let about = field.column.comment.as_deref().unwrap_or_default();
        text.push_str(&docs("        ", &[about]));
        if field.column.name != table.column(field) {
            text.push_str(&format!("        #[sql_name = {:?}]\n", field.column.name));
        }
        let sql = match field.nullable {
            true => format!("Nullable<{}>", mapped.sql),
            false => mapped.sql.clone(),
        };
        text.push_str(&format!("        {} -> {sql},\n", table.column(field)));
    }
    text.push_str("    }\n}\n");
    text
}

/// `joinable!` for what Diesel can join by itself: one foreign key of one column to a key, between two tables.
fn joins(tables: &[&Listed<'_, '_>]) -> Vec<String> {
    let by_name = by_name(tables);
    let mut joins = Vec::new();
    for table in tables {
        let mut targets: BTreeMap<TableName, Vec<&str>> = BTreeMap::new();
        for (target, column, _) in pointing(table.entity.table) {
            targets.entry(target).or_default().push(column);
        }
        for (target, columns) in targets {
            let (Some(to), [column]) = (by_name.get(&target), columns.as_slice()) else {
                continue;
            };
            let goes_to_key = pointing(table.entity.table).any(|(name, from, at)| {
                name == target && from == *column && to.entity.table.key_columns() == [at]
            });
            let back =
                pointing(to.entity.table).any(|(name, ..)| name == table.entity.table.table_name());
            let field = table
                .columns
                .iter()
                .find(|(field, _)| field.column.name == **column);
            let mut keys = to.columns.iter().filter(|(field, _)| field.is_key);
            // Diesel compares what is of one SQL type.
            let mut is_alike = |mapped: &Mapped| keys.any(|(_, key)| key.sql == mapped.sql);
            if let (true, false, Some((field, mapped))) = (goes_to_key, back, field)
                && is_alike(mapped)
                && target != table.entity.table.table_name()
            {
                let column = table.column(field);
                joins.push(format!(
                    "diesel::joinable!({} -> {} ({column}));\n",
                    table.module(),
                    to.module()
                ));
            }
        }
    }
    joins
}

/// Foreign keys of one column: where they point, from which column, at which.
fn pointing(table: &Table) -> impl Iterator<Item = (TableName, &str, &str)> {
    table.foreign_keys.iter().filter_map(|key| {
        let ([from], [at]) = (key.columns.as_slice(), key.references.columns.as_slice()) else {
            return None;
        };
        let target = TableName::new(key.references.schema.as_deref(), &key.references.table);
        Some((target, from.as_str(), at.as_str()))
    })
}

/// Tables by their names in the database.
pub(super) fn by_name<'t, 'p, 'a>(
    tables: &[&'t Listed<'p, 'a>],
) -> BTreeMap<TableName, &'t Listed<'p, 'a>> {
    let named = tables
        .iter()
        .map(|table| (table.entity.table.table_name(), *table));
    named.collect()
}

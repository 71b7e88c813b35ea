//! A few words for a schema: `post(author_id -> user; title)`, `post_tag(post_id -> post; tag_id -> tag; key post_id, tag_id)`.
//!
//! Tables stand in lines of their own. In the parentheses stand columns (nullable with a `?` behind), foreign keys
//! (`a, b -> table` or `a, b -> table.x, y`), `key` and `unique`, separated by semicolons. What isn't said is there:
//! columns of keys; a primary key `id`; a table that is pointed at.

use crate::schema::{
    Column, ColumnType, ForeignKey, PrimaryKey, References, Schema, Table, TableKind, TableName,
    Unique,
};

pub(super) fn schema(tables: &str) -> Schema {
    let mut schema = Schema::new("test");
    let lines = tables
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let mut tables: Vec<Table> = lines.map(table).collect();
    let pointed: Vec<References> = tables
        .iter()
        .flat_map(|table| table.foreign_keys.iter().map(|key| key.references.clone()))
        .collect();
    for references in pointed {
        let name = references.table_name();
        if !tables.iter().any(|table| table.table_name() == name) {
            tables.push(keyed(Table::new(
                name.schema.as_deref(),
                &*name.name,
                TableKind::Table,
            )));
        }
        for table in tables.iter_mut().filter(|table| table.table_name() == name) {
            references
                .columns
                .iter()
                .for_each(|column| add(table, column));
        }
    }
    let keys: Vec<(TableName, Vec<String>)> = tables
        .iter()
        .map(|table| (table.table_name(), table.key_columns().to_vec()))
        .collect();
    for key in tables.iter_mut().flat_map(|table| &mut table.foreign_keys) {
        if key.references.columns.is_empty() {
            let target = key.references.table_name();
            let (_, columns) = keys.iter().find(|(name, _)| *name == target).unwrap();
            key.references.columns.clone_from(columns);
        }
    }
    schema.tables = tables.into_iter().map(Into::into).collect();
    schema
}

fn table(line: &str) -> Table {
    let (name, parts) = line
        .strip_suffix(')')
        .unwrap_or(line)
        .split_once('(')
        .unwrap_or((line, ""));
    let name = table_name(name);
    let mut table = Table::new(name.schema.as_deref(), &*name.name, TableKind::Table);
    for part in parts
        .split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        if let Some((columns, target)) = part.split_once("->") {
            let columns = listed(columns);
            columns.iter().for_each(|column| add(&mut table, column));
            let (target, there) = target.trim().split_once('.').unwrap_or((target.trim(), ""));
            let target = table_name(&target.replace(':', "."));
            let schema = target.schema.as_deref().map(str::to_owned);
            let references = References::new(schema, &*target.name, listed(there));
            let columns = columns
                .iter()
                .map(|c| c.trim_end_matches('?').to_owned())
                .collect();
            table
                .foreign_keys
                .push(ForeignKey::new(None, columns, references));
        } else if let Some(columns) = part.strip_prefix("key ") {
            listed(columns)
                .iter()
                .for_each(|column| add(&mut table, column));
            table.primary_key = Some(PrimaryKey::new(None, listed(columns)));
        } else if let Some(columns) = part.strip_prefix("unique ") {
            listed(columns)
                .iter()
                .for_each(|column| add(&mut table, column));
            table.unique.push(Unique::new(None, listed(columns)));
        } else {
            add(&mut table, part);
        }
    }
    keyed(table)
}

/// `sales:order`, or `order`.
fn table_name(text: &str) -> TableName {
    match text.split_once(['.', ':']) {
        Some((schema, name)) => TableName::new(Some(schema), name),
        None => TableName::new(None, text),
    }
}

fn keyed(mut table: Table) -> Table {
    if table.primary_key.is_none() {
        add(&mut table, "id");
        table.primary_key = Some(PrimaryKey::new(None, vec!["id".into()]));
    }
    table
}

fn add(table: &mut Table, column: &str) {
    let name = column.trim_end_matches('?');
    if table.column(name).is_none() {
        let position = u32::try_from(table.columns.len() + 1).unwrap();
        let mut made = Column::new(name, position, "integer", ColumnType::int(32));
        made.nullable = name != column;
        table.columns.push(made);
    }
}

fn listed(columns: &str) -> Vec<String> {
    let columns = columns.split(',').map(str::trim);
    columns
        .filter(|column| !column.is_empty())
        .map(str::to_owned)
        .collect()
}

//! What few tables have: a view's query, and partitions.

use noorm_core::Result;
use noorm_core::schema::{Partition, TableKind};

use super::fields::{CatalogRow, Fields};
use super::tables::{Draft, Drafts};

/// One row of `details.sql`: a view, or a partition.
#[derive(Debug, Clone, Default)]
pub(super) struct DetailRow {
    pub(super) schema: String,
    pub(super) table: String,
    pub(super) part: Option<String>,
    pub(super) subpart: Option<String>,
    pub(super) position: Option<u32>,
    pub(super) method: Option<String>,
    pub(super) submethod: Option<String>,
    pub(super) expression: Option<String>,
    pub(super) subexpression: Option<String>,
    pub(super) text: Option<String>,
}

impl CatalogRow for DetailRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            schema: fields.take()?,
            table: fields.take()?,
            part: fields.take()?,
            subpart: fields.take()?,
            position: fields.take()?,
            method: fields.take()?,
            submethod: fields.take()?,
            expression: fields.take()?,
            subexpression: fields.take()?,
            text: fields.take()?,
        })
    }
}

/// Gives views their queries, and tables their partitions.
pub(super) fn add(drafts: &mut Drafts, mut rows: Vec<DetailRow>) {
    rows.sort_by_key(|row| row.position);
    for row in rows {
        let Some(draft) = drafts.get_mut(&row.schema, &row.table) else {
            continue;
        };
        match row.part {
            Some(_) => add_partition(draft, row),
            None => match row.text.filter(|sql| !sql.is_empty()) {
                Some(sql) => draft.table.definition = Some(sql),
                None => draft.note("the user has no right to see its query (SHOW VIEW)"),
            },
        }
    }
}

fn add_partition(draft: &mut Draft, row: DetailRow) {
    let table = &mut draft.table;
    let key = |method: &Option<String>, expression: &Option<String>| {
        let method = method.as_deref()?;
        Some(format!(
            "{method} ({})",
            expression.as_deref().unwrap_or_default()
        ))
    };
    if table.partition_key.is_none() {
        table.kind = TableKind::PartitionedTable;
        let sub = key(&row.submethod, &row.subexpression);
        let sub = sub
            .map(|sub| format!(" SUBPARTITION BY {sub}"))
            .unwrap_or_default();
        table.partition_key = key(&row.method, &row.expression).map(|key| format!("{key}{sub}"));
    }
    let method = row.method.as_deref().unwrap_or_default();
    let bound = row.text.filter(|text| !text.is_empty());
    let bound = bound.map(|text| match method {
        m if m.starts_with("RANGE") && text == "MAXVALUE" => "VALUES LESS THAN MAXVALUE".to_owned(),
        m if m.starts_with("RANGE") => format!("VALUES LESS THAN ({text})"),
        m if m.starts_with("LIST") => format!("VALUES IN ({text})"),
        _ => text,
    });
    let schema = Some(row.schema);
    let names = row.part.into_iter().chain(row.subpart);
    for (depth, name) in names.enumerate() {
        let is_new = !table
            .partitions
            .iter()
            .any(|partition| partition.name == name);
        if is_new {
            // What a subpartition holds follows from a hash.
            let bound = bound.clone().filter(|_| depth == 0);
            table
                .partitions
                .push(Partition::new(schema.clone(), name, bound));
        }
    }
}

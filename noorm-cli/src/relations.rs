//! `noorm relations`: what leads from table to table, and why it is called so.
//!
//! ```text
//! Database ──► RelationGraph ──► only the tables asked for ──► tree, json, mermaid
//! ```

mod json;
mod mermaid;
mod tree;

use std::sync::Arc;

use noorm::relation::{Relation, RelationWarning};
use noorm::schema::{Schema, TableName};
use noorm::{Database, Result};

use crate::arguments::{RelationFormat, Relations};
use crate::failure::Failure;
use crate::output::{print, print_coloured};
use crate::spinner::Spinner;

/// What is shown.
struct Shown {
    schema: Arc<Schema>,
    relations: Vec<Arc<Relation>>,
    warnings: Vec<RelationWarning>,
}

/// Discovers a database, and writes the relations in it to stdout.
pub async fn run(request: Relations) -> Result<(), Failure> {
    let db = {
        let _spinner = Spinner::start("looking at the database");
        let mut builder = Database::builder(request.url).read_only();
        for schema in request.schemas {
            builder = builder.schema(schema);
        }
        if let Some(file) = request.config {
            builder = builder.config_file(file);
        }
        builder.connect().await?
    };
    let mut shown = Shown::all(&db);
    if !request.tables.is_empty() {
        shown.keep(&request.tables)?;
    }
    match request.format {
        RelationFormat::Tree => print_coloured(&tree::draw(&shown)),
        RelationFormat::Json => {
            print(&(serde_json::to_string_pretty(&json::value(&shown))? + "\n"))
        }
        RelationFormat::Mermaid => print(&mermaid::draw(&shown)),
    }
}

impl Shown {
    fn all(db: &Database) -> Self {
        let (schema, graph) = (db.schema(), db.relations());
        Self {
            relations: graph.relations().cloned().collect(),
            warnings: graph.warnings(&schema),
            schema,
        }
    }

    /// Keeps what is about these tables.
    fn keep(&mut self, names: &[String]) -> Result<()> {
        let mut tables: Vec<TableName> = Vec::new();
        for name in names {
            tables.push(self.schema.table(name)?.table_name());
        }
        self.relations
            .retain(|relation| tables.contains(&relation.table));
        let is_asked_for = |table: &TableName| tables.contains(table);
        self.warnings
            .retain(|warning| warning.table.as_ref().is_none_or(is_asked_for));
        Ok(())
    }

    /// A table's name, as short as it stays clear.
    fn name(&self, table: &TableName) -> String {
        crate::inspect::names::shown(&self.schema, table.schema.as_deref(), &table.name)
    }

    /// The relations of each table that has any, table by table.
    fn by_table(&self) -> impl Iterator<Item = &[Arc<Relation>]> {
        self.relations.chunk_by(|a, b| a.table == b.table)
    }
}

//! `noorm inspect`: what a database holds.
//!
//! ```text
//! Database ──► Schema ──► only the tables asked for ──► tree, table, json, mermaid, dot
//! ```

mod choose;
mod dot;
pub mod mermaid;
pub mod names;
#[cfg(test)]
mod sample;
mod table;
pub mod tree;

use std::sync::Arc;

use noorm::Database;
use noorm::schema::Schema;

use crate::arguments::{Inspect, SchemaFormat};
use crate::failure::Failure;
use crate::output::{print, print_coloured};
use crate::spinner::Spinner;

/// Discovers a database, and writes what it found to stdout.
pub async fn run(request: Inspect) -> Result<(), Failure> {
    let schema = discover(request.url, request.schemas).await?;
    if request.tables.is_empty() {
        return write(&schema, request.format);
    }
    write(&choose::tables(&schema, &request.tables)?, request.format)
}

/// Discovers a database, or those of its schemas that are named.
pub async fn discover(url: String, schemas: Vec<String>) -> Result<Arc<Schema>, Failure> {
    let _spinner = Spinner::start("looking at the database");
    let builder = Database::builder(url).read_only();
    let builder = schemas
        .into_iter()
        .fold(builder, |builder, schema| builder.schema(schema));
    Ok(builder.connect().await?.schema())
}

fn write(schema: &Schema, format: SchemaFormat) -> Result<(), Failure> {
    let text = match format {
        SchemaFormat::Tree => tree::draw(schema),
        SchemaFormat::Table => table::draw(schema, crate::text::terminal_width()),
        SchemaFormat::Json => serde_json::to_string_pretty(schema)? + "\n",
        SchemaFormat::Mermaid => mermaid::draw(schema),
        SchemaFormat::Dot => dot::draw(schema),
    };
    match format {
        SchemaFormat::Tree => print_coloured(&text),
        _ => print(&text),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::sample;

    /// Every name of a field in `json`.
    fn fields(json: &Value, found: &mut Vec<String>) {
        match json {
            Value::Object(map) => {
                found.extend(map.keys().cloned());
                map.values().for_each(|value| fields(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| fields(value, found)),
            _ => {}
        }
    }

    #[test]
    fn the_readme_knows_every_field_of_the_json() {
        let readme = include_str!("../README.md");
        let mut found = Vec::new();
        fields(&serde_json::to_value(sample::shop()).unwrap(), &mut found);
        for field in found {
            assert!(readme.contains(&format!("`{field}`")), "{field}");
        }
    }
}

//! Which part of a schema is asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use noorm_core::Result;
use noorm_core::schema::{ColumnType, EnumType, Schema, Table};
use toml::Spanned;

use super::Config;
use crate::tables::enum_key;

impl Config {
    /// The tables that are asked for, by schema and name, all where nobody asked; and the enums that are asked for, or
    /// that these tables have columns of.
    pub(crate) fn chosen(&self, schema: &Schema) -> Result<Schema> {
        let found = |names: &[Spanned<String>]| {
            let found = names.iter().map(|name| {
                let table = schema.table(name.get_ref());
                table.map(Arc::clone).map_err(|error| self.at(name, error))
            });
            found.collect::<Result<Vec<_>>>()
        };
        let (wanted, unwanted) = (
            found(&self.generate.tables)?,
            found(&self.generate.exclude)?,
        );
        let among =
            |tables: &[Arc<_>], table: &Arc<_>| tables.iter().any(|t| Arc::ptr_eq(t, table));
        let is_wanted = |table: &Arc<_>| {
            (wanted.is_empty() || among(&wanted, table)) && !among(&unwanted, table)
        };
        let is_asked = |schema: &Option<String>| {
            let mut asked = self.schemas.iter();
            self.schemas.is_empty() || asked.any(|asked| Some(asked) == schema.as_ref())
        };
        self.check_schemas(schema)?;
        let mut chosen = Schema::new(schema.dialect.clone());
        chosen.default_schema.clone_from(&schema.default_schema);
        let tables = schema
            .tables
            .iter()
            .filter(|table| is_asked(&table.schema) && is_wanted(table));
        chosen.tables = tables.cloned().collect();
        chosen.tables.sort_by_key(|table| table.table_name());
        // What columns are declared with is looked up, and nothing is generated of it.
        chosen.domains.clone_from(&schema.domains);
        let mut enums = used(&chosen.tables);
        for own in &schema.enums {
            let key = enum_key(own);
            if is_asked(&own.schema) || enums.contains_key(&key) {
                enums.insert(key, own.clone());
            }
        }
        chosen.enums = enums.into_values().collect();
        chosen
            .enums
            .sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
        Ok(chosen)
    }
}

/// The named enums that tables have columns of, by what columns call them. Those of a schema that nobody looked at
/// are known by them alone.
fn used(tables: &[Arc<Table>]) -> BTreeMap<String, EnumType> {
    let columns = tables.iter().flat_map(|table| table.visible_columns());
    let named = columns.filter_map(|column| named_enum(&column.column_type));
    let found = named.map(|(key, values)| {
        let (schema, name) = match key.split_once('.') {
            Some((schema, name)) => (Some(schema.to_owned()), name),
            None => (None, key),
        };
        (
            key.to_owned(),
            EnumType::new(schema, name, values.to_owned()),
        )
    });
    found.collect()
}

/// The enum that a column is, or an array's elements are, by its name.
fn named_enum(column_type: &ColumnType) -> Option<(&str, &[String])> {
    match column_type {
        ColumnType::Enum {
            name: Some(name),
            values,
        } => Some((name, values)),
        ColumnType::Array { element } => named_enum(element),
        _ => None,
    }
}

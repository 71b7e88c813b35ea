//! Holding a configuration against a schema: what it names must be there.

use noorm_core::schema::{Schema, Table};
use noorm_core::{Error, Result};
use toml::Spanned;

use super::{Config, pattern};

/// How alike a name must be to be offered in place of an unknown one.
const SIMILAR: f64 = 0.6;

impl Config {
    /// What can be told without a schema.
    pub(super) fn well_formed(&self) -> Result<()> {
        let rust = &self.rust;
        for entry in rust.types.values().chain(rust.columns.values()) {
            let text = entry.get_ref();
            if syn::parse_str::<syn::Type>(text).is_err() {
                return Err(self.refusal(entry, &format!("`{text}` is no Rust type")));
            }
        }
        let added = rust.tables.values();
        let derives = added.clone().flat_map(|added| &added.derives);
        for entry in rust.derives.iter().chain(derives) {
            let text = entry.get_ref();
            if syn::parse_str::<syn::Path>(text).is_err() {
                return Err(self.refusal(entry, &format!("`{text}` is no derive")));
            }
        }
        let attributes = added.flat_map(|added| &added.attributes);
        for entry in rust.attributes.iter().chain(attributes) {
            let text = entry.get_ref();
            if syn::parse_str::<syn::ItemStruct>(&format!("{text} struct A;")).is_err() {
                let help = "write it as in Rust: `#[non_exhaustive]`";
                return Err(self
                    .refusal(entry, &format!("`{text}` is no attribute"))
                    .with_help(help));
            }
        }
        let schema = &rust.diesel_schema;
        if syn::parse_str::<syn::Path>(schema.get_ref()).is_err() {
            let why = format!("`{}` is no path in Rust", schema.get_ref());
            return Err(self.refusal(schema, &why));
        }
        for entry in rust.names.values() {
            let text = entry.get_ref();
            if crate::rust::ident(text).is_none() {
                return Err(self.refusal(entry, &format!("`{text}` is no name in Rust")));
            }
        }
        for entry in self.typescript.names.values() {
            let text = entry.get_ref();
            if crate::naming::identifier(text).as_ref() != Some(text) {
                return Err(self.refusal(entry, &format!("`{text}` is no name in TypeScript")));
            }
        }
        Ok(())
    }

    /// Looks whether everything that is named is in the schema.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidConfig`](noorm_core::ErrorKind::InvalidConfig), with file, line and the nearest name.
    pub(crate) fn check(&self, schema: &Schema) -> Result<()> {
        let rust = &self.rust;
        for key in rust.names.keys() {
            if !schema
                .tables
                .iter()
                .any(|table| pattern::is_table(key.get_ref(), table))
            {
                self.check_column(schema, key)?;
            }
        }
        for key in rust.columns.keys().chain(rust.nullable.keys()) {
            self.check_column(schema, key)?;
        }
        for key in self.typescript.names.keys().chain(rust.tables.keys()) {
            if !schema
                .tables
                .iter()
                .any(|table| pattern::is_table(key.get_ref(), table))
            {
                let error = schema.table(key.get_ref()).err();
                return Err(match error {
                    Some(error) => self.at(key, error),
                    None => self.refusal(key, "the name is written in other letter case"),
                });
            }
        }
        for key in rust.types.keys() {
            let columns = || schema.tables.iter().flat_map(|table| &table.columns);
            if !columns().any(|column| pattern::is_native(key.get_ref(), column)) {
                let why = format!("no column is of the type `{}`", key.get_ref());
                let types = columns().map(|column| column.native_type.clone());
                return Err(self.nearest(key, &why, types));
            }
        }
        Ok(())
    }

    fn check_column(&self, schema: &Schema, key: &Spanned<String>) -> Result<()> {
        let fits = |table: &Table| {
            table
                .columns
                .iter()
                .any(|column| pattern::fits(key.get_ref(), table, &column.name))
        };
        if schema.tables.iter().any(|table| fits(table)) {
            return Ok(());
        }
        let names = schema.tables.iter().flat_map(|table| {
            let columns = table.columns.iter();
            columns.map(|column| format!("{}.{}", table.name, column.name))
        });
        let why = match key.get_ref().contains('*') {
            true => format!("no column fits `{}`", key.get_ref()),
            false => format!("there is no column `{}`", key.get_ref()),
        };
        Err(self.nearest(key, &why, names))
    }

    fn nearest(
        &self,
        key: &Spanned<String>,
        why: &str,
        names: impl Iterator<Item = String>,
    ) -> Error {
        let alike = names.map(|name| (strsim::jaro_winkler(key.get_ref(), &name), name));
        let nearest = alike.filter(|(likeness, _)| *likeness >= SIMILAR);
        // Of those equally near, the first in the alphabet.
        let nearest = nearest.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)));
        let error = self.refusal(key, why);
        match nearest {
            Some((_, name)) => error.with_help(format!("did you mean `{name}`?")),
            None => error,
        }
    }
}

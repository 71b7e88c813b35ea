//! Holding a configuration against a schema: what it names must be there.

use std::collections::{BTreeMap, BTreeSet};

use noorm_core::schema::{Schema, Table};
use noorm_core::{Error, ErrorKind, Result};
use toml::Spanned;

use super::{Config, Entries, pattern};

/// How alike a name must be to be offered in place of an unknown one.
const SIMILAR: f64 = 0.6;

/// How alike the name of a section must be to be taken for a mistyped one: `kotlin` and `python` are others.
const MISTYPED: f64 = 0.85;

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
        let is_table = |key: &Spanned<String>| {
            let mut tables = schema.tables.iter();
            tables.any(|table| pattern::is_table(key.get_ref(), table))
        };
        for (key, name) in &rust.names {
            match is_table(key) {
                true if crate::rust::is_hiding(name.get_ref()) => {
                    let why = format!("`{}` means something else in Rust", name.get_ref());
                    return Err(self.refusal(name, &why));
                }
                true => {}
                // Without a dot it can only be meant for a table.
                false if !key.get_ref().contains(['.', '*']) => self.check_table(schema, key)?,
                false => self.check_column(schema, key)?,
            }
        }
        let of_tables = rust.names.iter().filter(|(key, _)| is_table(key));
        self.once_each(of_tables)?;
        self.once_each(self.typescript.names.iter())?;
        for key in rust.columns.keys().chain(rust.nullable.keys()) {
            self.check_column(schema, key)?;
        }
        for key in self.typescript.names.keys().chain(rust.tables.keys()) {
            if !is_table(key) {
                self.check_table(schema, key)?;
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

    /// Refuses a table that there isn't.
    fn check_table(&self, schema: &Schema, key: &Spanned<String>) -> Result<()> {
        Err(match schema.table(key.get_ref()).err() {
            Some(error) => self.at(key, error),
            None => self.refusal(key, "the name is written in other letter case"),
        })
    }

    /// Refuses a name that two tables are given.
    fn once_each<'a>(
        &self,
        names: impl Iterator<Item = (&'a Spanned<String>, &'a Spanned<String>)>,
    ) -> Result<()> {
        let mut known: BTreeMap<&str, &str> = BTreeMap::new();
        for (key, name) in names {
            if let Some(other) = known.insert(name.get_ref(), key.get_ref()) {
                let why = format!("`{}` is what `{other}` is called, too", name.get_ref());
                return Err(self.refusal(name, &why));
            }
        }
        Ok(())
    }

    /// Refuses a section whose name is nearly that of one which is read; others are somebody else's.
    pub(super) fn no_mistyped_section(&self) -> Result<()> {
        let sections: Entries<toml::Value> =
            toml::from_str(&self.file.text).map_err(|error| self.file.unreadable(&error))?;
        let generators = crate::generators();
        let own = ["generate", "rust", "typescript", "relations", "relation"];
        for key in sections.keys() {
            let name = key.get_ref().as_str();
            let nearest = own
                .iter()
                .map(|own| (strsim::jaro_winkler(name, own), own))
                .max_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((likeness, nearest)) = nearest
                && likeness >= MISTYPED
                && !own.contains(&name)
                && !generators.contains(&name)
            {
                let why = format!("there is no section `{name}`");
                let help = format!("did you mean `{nearest}`?");
                return Err(self.refusal(key, &why).with_help(help));
            }
        }
        Ok(())
    }

    /// Looks whether the schemas that are asked for are there.
    pub(super) fn check_schemas(&self, schema: &Schema) -> Result<()> {
        let known: BTreeSet<&str> = schema
            .tables
            .iter()
            .filter_map(|table| table.schema.as_deref())
            .chain(schema.schemas.iter().map(String::as_str))
            .collect();
        match self
            .schemas
            .iter()
            .find(|asked| !known.contains(asked.as_str()))
        {
            None => Ok(()),
            Some(unknown) => {
                let message = format!("there is no schema `{unknown}`");
                let error = Error::new(ErrorKind::UnknownSchema, message);
                let known: Vec<_> = known.into_iter().collect();
                Err(match known.is_empty() {
                    true => error,
                    false => error.with_help(format!("there are {}", known.join(", "))),
                })
            }
        }
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

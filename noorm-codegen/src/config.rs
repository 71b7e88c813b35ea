//! What `noorm.toml` says about generated code.

mod check;
mod chosen;
mod pattern;
mod rust;
mod typescript;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use noorm_core::relation::{RelationConfig, RelationGraph};
use noorm_core::schema::Schema;
use noorm_core::{Error, ErrorKind, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;

pub(crate) use pattern::{is_native, is_table, of_column};
pub(crate) use rust::Rust;
pub(crate) use typescript::{Dates, Decimals, Int64, Naming, TypeScript};

/// What is said of names, each with its place in the file.
pub(crate) type Entries<V> = BTreeMap<Spanned<String>, V>;

/// What `noorm.toml` says: the tables to generate code for, and a section for each language.
///
/// ```toml
/// [generate]
/// tables = ["album", "sales.order"]    # these only
/// exclude = ["schema_migrations"]      # all but these
///
/// [rust]
/// newtype_keys = true
///
/// [rust.columns]
/// "orders.total" = "crate::Money"      # one column
/// "*_cents" = "crate::Cents"           # every column of such a name
/// ```
///
/// `[relations]` and `[[relation]]` are read as [`RelationConfig`] has them; sections of others are left to them.
#[derive(Debug, Clone, Default)]
pub struct Config {
    pub(crate) generate: Choice,
    pub(crate) rust: Rust,
    pub(crate) typescript: TypeScript,
    /// The schemas that are asked for; all where nobody asked.
    schemas: Vec<String>,
    file: Place,
}

/// Which tables are asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Choice {
    pub(crate) tables: Vec<Spanned<String>>,
    pub(crate) exclude: Vec<Spanned<String>>,
}

/// The file that is read where none is named.
const USUAL_FILE: &str = "noorm.toml";

/// The sections that noorm itself reads.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Sections {
    generate: Choice,
    rust: Rust,
    typescript: TypeScript,
}

/// The file, to tell a place in it.
#[derive(Debug, Clone, Default)]
struct Place {
    name: String,
    text: String,
}

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ErrorKind::File`] if it can't be read; else as [`parse`](Config::parse).
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let message = format!("`{}` can't be read: {error}", path.display());
            Error::new(ErrorKind::File, message).with_source(error)
        })?;
        Self::parse(&text, &path.display().to_string())
    }

    /// Reads text; `name` is what messages call it.
    ///
    /// ```
    /// use noorm_codegen::Config;
    ///
    /// let error = Config::parse("[rust]\nnewtype_key = true", "noorm.toml").unwrap_err();
    /// assert!(error.message().starts_with("noorm.toml:2: unknown field `newtype_key`"), "{error}");
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidConfig`], with the line.
    pub fn parse(text: &str, name: &str) -> Result<Self> {
        let file = Place {
            name: name.to_owned(),
            text: text.to_owned(),
        };
        let sections: Sections = toml::from_str(text).map_err(|error| file.unreadable(&error))?;
        let Sections {
            generate,
            rust,
            typescript,
        } = sections;
        let config = Self {
            generate,
            rust,
            typescript,
            schemas: Vec::new(),
            file,
        };
        config.well_formed()?;
        config.no_mistyped_section()?;
        Ok(config)
    }

    /// Asks for these tables only, beside those that the file asks for.
    #[must_use]
    pub fn tables(mut self, tables: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let asked = tables
            .into_iter()
            .map(|table| Spanned::new(0..0, table.into()));
        self.generate.tables.extend(asked);
        self
    }

    /// Asks for the tables and enums of these schemas only.
    ///
    /// ```
    /// use noorm_codegen::{Config, generate};
    /// use noorm_core::schema::Schema;
    ///
    /// let config = Config::default().schemas(["sales"]);
    /// let error = generate("rust", &Schema::new("postgres"), &config).unwrap_err();
    /// assert_eq!(error.message(), "there is no schema `sales`");
    /// ```
    #[must_use]
    pub fn schemas(mut self, schemas: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.schemas.extend(schemas.into_iter().map(Into::into));
        self
    }

    /// What was asked for beside a file of the usual name, as the command line has it: ` --tables album`; the same of
    /// whatever order it was asked for in.
    pub(crate) fn asked(&self) -> String {
        let from_caller = |name: &&Spanned<String>| name.span().is_empty();
        let tables = self.generate.tables.iter().filter(from_caller);
        let tables: BTreeSet<_> = tables.map(|name| name.get_ref().as_str()).collect();
        let mut asked = Vec::new();
        if !tables.is_empty() {
            let tables: Vec<_> = tables.into_iter().collect();
            asked.push(("tables", tables.join(",")));
        }
        if !["", USUAL_FILE].contains(&self.file.name.as_str()) {
            asked.push(("config", self.file.name.clone()));
        }
        let schemas: BTreeSet<_> = self.schemas.iter().collect();
        asked.extend(schemas.into_iter().map(|schema| ("schema", schema.clone())));
        let asked = asked
            .iter()
            .map(|(name, value)| format!(" --{name} {}", in_shell(value)));
        asked.collect()
    }

    /// Gives the section of a language of one's own.
    ///
    /// ```
    /// use noorm_codegen::Config;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Kotlin { package: String }
    ///
    /// let config = Config::parse("[kotlin]\npackage = \"shop\"", "noorm.toml")?;
    /// let kotlin: Option<Kotlin> = config.section("kotlin")?;
    /// assert_eq!(kotlin.unwrap().package, "shop");
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidConfig`] if it is there and can't be understood, with the line.
    pub fn section<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let mut sections: BTreeMap<String, toml::Value> =
            toml::from_str(&self.file.text).map_err(|error| self.file.unreadable(&error))?;
        let section = sections.remove(name).map(T::deserialize).transpose();
        section.map_err(|error| {
            let message = format!("{}: [{name}]: {}", self.file.name, error.message());
            Error::new(ErrorKind::InvalidConfig, message)
        })
    }

    /// What is said of Rust.
    pub(crate) fn rust(&self) -> &Rust {
        &self.rust
    }

    /// What is said of TypeScript.
    pub(crate) fn typescript(&self) -> &TypeScript {
        &self.typescript
    }

    /// The relations of a schema, with what the sections of relations say.
    pub(crate) fn relations(&self, schema: &Schema) -> Result<RelationGraph> {
        let said = RelationConfig::from_toml(&self.file.text, &self.file.name)?;
        RelationGraph::with(schema, &said)
    }

    /// Puts the place of `entry` before what `error` says.
    pub(crate) fn at<T>(&self, entry: &Spanned<T>, error: Error) -> Error {
        match entry.span().is_empty() {
            true => error,
            false => {
                let placed = self.refusal(entry, error.message());
                match error.help() {
                    Some(help) => placed.with_help(help),
                    None => placed,
                }
            }
        }
    }

    fn refusal<T>(&self, entry: &Spanned<T>, why: &str) -> Error {
        let message = format!("{}: {why}", self.file.line(entry.span().start));
        Error::new(ErrorKind::InvalidConfig, message)
    }
}

/// A word of a command, in quotes where a shell needs some. It stands in a comment and in JSON: what would end one of
/// these is left out.
fn in_shell(word: &str) -> String {
    let word: String = word
        .chars()
        .filter(|c| !c.is_control() && !"\"\\'".contains(*c))
        .collect();
    let is_plain = |c: char| c.is_alphanumeric() || "_-./,".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word,
        false => format!("'{word}'"),
    }
}

impl Place {
    fn unreadable(&self, error: &toml::de::Error) -> Error {
        let line = self.line(error.span().map_or(0, |span| span.start));
        let message = format!("{line}: {}", error.message());
        Error::new(ErrorKind::InvalidConfig, message)
    }

    /// `noorm.toml:7`
    fn line(&self, start: usize) -> String {
        let before = self.text.get(..start).unwrap_or_default();
        format!("{}:{}", self.name, before.matches('\n').count() + 1)
    }
}

#[cfg(test)]
mod tests;

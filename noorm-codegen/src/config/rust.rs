//! The section `[rust]`.

use serde::Deserialize;
use toml::Spanned;

use super::Entries;

/// What is said of Rust.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Rust {
    /// Whether a key of one column has a type of its own (`AlbumId`), which the foreign keys to it share.
    pub(crate) newtype_keys: bool,
    /// Whether rows serialize.
    pub(crate) serde: bool,
    /// Whether entities have Diesel's traits, too.
    pub(crate) diesel: Option<Spanned<bool>>,
    /// Where the `schema.rs` is that the generator `diesel` wrote.
    pub(crate) diesel_schema: Spanned<String>,
    /// Whether a type is named in the singular of its table.
    pub(crate) singular: bool,
    /// Derives that every row has, too.
    pub(crate) derives: Vec<Spanned<String>>,
    /// Attributes that every row has, too.
    pub(crate) attributes: Vec<Spanned<String>>,
    /// What a table's type, or a column's field, is called.
    pub(crate) names: Entries<Spanned<String>>,
    /// What columns of a native type are.
    pub(crate) types: Entries<Spanned<String>>,
    /// What a column is, or columns whose names fit a pattern.
    pub(crate) columns: Entries<Spanned<String>>,
    /// Whether a column may be NULL, where the catalog doesn't know.
    pub(crate) nullable: Entries<bool>,
    /// What is added to the row of one table.
    pub(crate) tables: Entries<Added>,
}

impl Default for Rust {
    fn default() -> Self {
        Self {
            newtype_keys: false,
            serde: true,
            diesel: None,
            diesel_schema: Spanned::new(0..0, "crate::schema".to_owned()),
            singular: true,
            derives: Vec::new(),
            attributes: Vec::new(),
            names: Entries::new(),
            types: Entries::new(),
            columns: Entries::new(),
            nullable: Entries::new(),
            tables: Entries::new(),
        }
    }
}

/// What is added to the row of one table.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Added {
    pub(crate) derives: Vec<Spanned<String>>,
    pub(crate) attributes: Vec<Spanned<String>>,
}

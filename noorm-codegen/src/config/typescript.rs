//! The section `[typescript]`.

use serde::Deserialize;
use toml::Spanned;

use super::Entries;

/// What is said of TypeScript.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TypeScript {
    /// What columns and relations are called.
    pub(crate) naming: Naming,
    /// What dates and moments are.
    pub(crate) dates: Dates,
    /// What integers of 64 bits are.
    pub(crate) int64: Int64,
    /// What exact decimals are.
    pub(crate) decimals: Decimals,
    /// Whether a type is named in the singular of its table.
    pub(crate) singular: bool,
    /// Whether there is a `Database` for Kysely.
    pub(crate) kysely: bool,
    /// What a table's type is called.
    pub(crate) names: Entries<Spanned<String>>,
}

impl Default for TypeScript {
    fn default() -> Self {
        Self {
            naming: Naming::Database,
            dates: Dates::String,
            int64: Int64::Number,
            decimals: Decimals::String,
            singular: true,
            kysely: true,
            names: Entries::new(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Naming {
    #[serde(rename = "database")]
    Database,
    #[serde(rename = "camelCase")]
    CamelCase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Dates {
    #[serde(rename = "string")]
    String,
    Date,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Int64 {
    Number,
    String,
    Bigint,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Decimals {
    String,
    Number,
}

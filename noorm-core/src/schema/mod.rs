//! The discovered schema: an immutable value that says what a database holds.
//!
//! ```text
//! Introspector ──► Schema ──► Table ──► Column, PrimaryKey, ForeignKey, Index, …
//!                         └─► EnumType, Domain, Sequence, Routine, Note
//! ```
//!
//! It serializes with serde; the JSON is what `noorm inspect --format json` prints. A schema is never
//! changed in place: when the database changes, a new one takes its place.

mod column;
mod constraint;
mod filling;
mod fingerprint;
pub(crate) mod keys;
mod lookup;
mod note;
mod object;
mod roots;
mod snapshot;
mod table;
mod types;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

pub use column::{Column, Generated, GeneratedStorage, Identity};
pub use constraint::{
    Action, Check, Deferrability, ForeignKey, Index, IndexKey, IndexPart, PrimaryKey, References,
    Unique,
};
pub use lookup::TableRef;
pub(crate) use lookup::similar;
pub use note::Note;
pub use object::{
    Domain, EnumType, Parameter, ParameterMode, Routine, RoutineKind, Sequence, Trigger,
    TriggerEvent, TriggerTiming,
};
pub(crate) use roots::Roots;
pub use table::{Partition, Table, TableKind, TableName};
pub use types::ColumnType;

/// The version of the serialized form, in its field `format`.
pub const FORMAT: u32 = 1;

/// Everything that was discovered in a database.
///
/// ```
/// use noorm_core::schema::{Schema, Table, TableKind};
///
/// let mut schema = Schema::new("sqlite");
/// schema.tables.push(Table::new(None, "album", TableKind::Table).into());
/// assert_eq!(schema.table("album")?.name, "album");
/// # Ok::<(), noorm_core::Error>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Schema {
    /// The version of the serialized form: [`FORMAT`].
    pub format: u32,
    /// The dialect's name: `sqlite`, `postgres`.
    pub dialect: String,
    /// The server's version, as it tells it.
    pub server_version: Option<String>,
    /// The schema that an unqualified name means, in databases that have schemas.
    pub default_schema: Option<String>,
    /// The names of all schemas that were looked at.
    pub schemas: Vec<String>,
    /// Tables and views, by schema and name.
    pub tables: Vec<Arc<Table>>,
    /// Named enum types.
    pub enums: Vec<EnumType>,
    /// Domains.
    pub domains: Vec<Domain>,
    /// Sequences.
    pub sequences: Vec<Sequence>,
    /// Functions and procedures.
    pub routines: Vec<Routine>,
    /// What could not be expressed or read.
    pub notes: Vec<Note>,
    #[serde(skip)]
    by_name: OnceLock<HashMap<TableName, usize>>,
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.dialect == other.dialect
            && self.server_version == other.server_version
            && self.default_schema == other.default_schema
            && self.schemas == other.schemas
            && self.tables == other.tables
            && self.enums == other.enums
            && self.domains == other.domains
            && self.sequences == other.sequences
            && self.routines == other.routines
            && self.notes == other.notes
    }
}

impl Schema {
    /// Makes an empty schema of a dialect; the public fields take the rest.
    ///
    /// ```
    /// use noorm_core::schema::{FORMAT, Schema};
    ///
    /// let schema = Schema::new("postgres");
    /// assert_eq!((schema.dialect.as_str(), schema.format), ("postgres", FORMAT));
    /// assert!(schema.tables.is_empty());
    /// ```
    #[must_use]
    pub fn new(dialect: impl Into<String>) -> Self {
        Self {
            format: FORMAT,
            dialect: dialect.into(),
            server_version: None,
            default_schema: None,
            schemas: Vec::new(),
            tables: Vec::new(),
            enums: Vec::new(),
            domains: Vec::new(),
            sequences: Vec::new(),
            routines: Vec::new(),
            notes: Vec::new(),
            by_name: OnceLock::new(),
        }
    }
}

//! Relations: from one table's rows to another's.
//!
//! [`RelationGraph`] has those of all tables, inferred from the foreign keys; [`names`] tells what they are called.
//!
//! So far one kind is loaded, belongs-to, by one strategy, [`Batch`], which runs through the public
//! [`RelationLoader`](crate::plugin::RelationLoader) trait.

mod batch;
mod config;
mod graph;
mod known;
pub mod names;
#[expect(
    clippy::module_inception,
    reason = "the room is named after what is in it"
)]
mod relation;
#[cfg(test)]
mod tests;
mod warning;

use std::sync::Arc;

pub use batch::Batch;
pub use config::{Declaration, RelationConfig};
pub use graph::RelationGraph;
pub(crate) use known::Relations;
pub use relation::{Origin, Relation, RelationKind, Step};
pub use warning::{RelationWarning, WarningKind};

use crate::database::Database;
use crate::error::{Error, ErrorKind, Result};
use crate::plugin;
use crate::repository::Record;
use crate::schema::{ForeignKey, Table, TableName};

/// A foreign key, seen from the rows that have it.
///
/// ```
/// use noorm_core::relation::BelongsTo;
/// use noorm_core::schema::{ForeignKey, References, Table, TableKind};
///
/// let artist = References::new(None, "artist", vec!["id".into()]);
/// let mut album = Table::new(None, "album", TableKind::Table);
/// album.foreign_keys = vec![ForeignKey::new(None, vec!["artist_id".into()], artist)];
///
/// let relation = BelongsTo::through(&album, "artist_id")?;
/// assert_eq!(relation.target.to_string(), "artist");
/// assert_eq!(relation.target_columns, ["id"]);
/// # Ok::<(), noorm_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BelongsTo {
    /// The table whose rows point.
    pub table: TableName,
    /// The columns that point.
    pub columns: Vec<String>,
    /// The table that is pointed at.
    pub target: TableName,
    /// Its columns.
    pub target_columns: Vec<String>,
}

impl BelongsTo {
    /// Makes the relation of a foreign key of `table`.
    ///
    /// ```
    /// use noorm_core::relation::BelongsTo;
    /// use noorm_core::schema::{ForeignKey, References, Table, TableKind};
    ///
    /// let album = Table::new(None, "album", TableKind::Table);
    /// let artist = References::new(None, "artist", vec!["id".into()]);
    /// let key = ForeignKey::new(None, vec!["artist_id".into()], artist);
    /// assert_eq!(BelongsTo::new(&album, &key).columns, ["artist_id"]);
    /// ```
    #[must_use]
    pub fn new(table: &Table, key: &ForeignKey) -> Self {
        Self {
            table: table.table_name(),
            columns: key.columns.clone(),
            target: key.references.table_name(),
            target_columns: key.references.columns.clone(),
        }
    }

    /// Finds the relation of the foreign key that `column` of `table` belongs to.
    ///
    /// ```
    /// use noorm_core::{ErrorKind, relation::BelongsTo, schema::{Table, TableKind}};
    ///
    /// let album = Table::new(None, "album", TableKind::Table);
    /// let error = BelongsTo::through(&album, "artist_id").unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::InvalidStatement);
    /// assert_eq!(error.message(), "`album.artist_id` belongs to no foreign key");
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidStatement`] if there is none, or if there are several.
    pub fn through(table: &Table, column: &str) -> Result<Self> {
        let mut keys = table
            .foreign_keys
            .iter()
            .filter(|key| key.columns.iter().any(|c| c == column));
        match (keys.next(), keys.next()) {
            (Some(key), None) => Ok(Self::new(table, key)),
            (found, _) => Err(Error::new(
                ErrorKind::InvalidStatement,
                format!(
                    "`{}.{column}` belongs to {} foreign key",
                    table.table_name(),
                    if found.is_some() {
                        "more than one"
                    } else {
                        "no"
                    }
                ),
            )),
        }
    }
}

impl Database {
    /// Loads what each of `parents` points at, in their order, in a number of statements that doesn't
    /// depend on theirs. Rows that are pointed at twice are decoded once and shared.
    ///
    /// `strategy` names a registered [`RelationLoader`](crate::plugin::RelationLoader); `batch` is
    /// built in. **Unstable**, as that trait is.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::relation::BelongsTo;
    ///
    /// let albums = db.repository("album")?;
    /// let artist = BelongsTo::through(&albums.table(), "artist_id")?;
    /// let all = albums.all().await?;
    /// let artists = db.load_belongs_to("batch", &artist, &all).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Plugin`] if no such strategy is registered; whatever its statements answer.
    pub async fn load_belongs_to(
        &self,
        strategy: &str,
        relation: &BelongsTo,
        parents: &[Record],
    ) -> Result<Vec<Option<Arc<Record>>>> {
        plugin::relation_loader(strategy)?
            .load(self, relation, parents)
            .await
    }
}

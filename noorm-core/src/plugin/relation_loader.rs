//! Strategies for loading relations.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::database::Database;
use crate::error::Result;
use crate::relation::BelongsTo;
use crate::repository::Record;

/// A strategy for loading what rows point at.
///
/// **Unstable**: a later version adds the other relations and nested plans.
///
/// ```
/// use noorm_core::{plugin::RelationLoader as _, relation::Batch};
///
/// assert_eq!(Batch.name(), "batch");
/// ```
pub trait RelationLoader: Send + Sync {
    /// Its name, by which callers choose it.
    fn name(&self) -> &'static str;

    /// Loads what each of `parents` points at, in their order; `None` where a part of the key is NULL.
    ///
    /// The number of statements must not depend on the number of parents, but for the server's limit
    /// of binds.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::plugin::RelationLoader as _;
    /// use noorm_core::relation::{Batch, BelongsTo};
    ///
    /// let albums = db.repository("album")?;
    /// let artist = BelongsTo::through(&albums.table(), "artist_id")?;
    /// let parents = albums.query().limit(20).all().await?;
    /// let artists = Batch.load(&db, &artist, &parents).await?;
    /// assert_eq!(artists.len(), parents.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Whatever its statements answer.
    fn load<'a>(
        &'a self,
        database: &'a Database,
        relation: &'a BelongsTo,
        parents: &'a [Record],
    ) -> BoxFuture<'a, Result<Vec<Option<Arc<Record>>>>>;
}

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
pub trait RelationLoader: Send + Sync {
    /// Its name, by which callers choose it.
    fn name(&self) -> &'static str;

    /// Loads what each of `parents` points at, in their order; `None` where a part of the key is NULL.
    ///
    /// The number of statements must not depend on the number of parents, but for the server's limit
    /// of binds.
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

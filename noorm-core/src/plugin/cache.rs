//! Keeping the answers of reads.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::executor::Rows;
use crate::schema::TableName;

/// Keeps rows by key, and forgets those of a table.
///
/// **Unstable**: a later version adds levels and lifetimes.
///
/// The engine decides what may be cached and when: outside transactions, below the tenant layer,
/// invalidated after the commit. A cache only keeps.
pub trait Cache: Send + Sync {
    /// Gives what was put under `key`, if it is still there.
    fn get<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, Option<CacheEntry>>;

    /// Keeps `entry` under `key`, as long as there is room.
    fn put<'a>(&'a self, key: CacheKey, entry: CacheEntry) -> BoxFuture<'a, ()>;

    /// Forgets every entry that read one of `tables`.
    fn invalidate<'a>(&'a self, tables: &'a [TableName]) -> BoxFuture<'a, ()>;

    /// Forgets everything.
    fn clear(&self) -> BoxFuture<'_, ()>;

    /// Tells how it has done so far.
    fn statistics(&self) -> CacheStatistics;
}

/// What an answer is kept under: the database, the tenant, the SQL and the binds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CacheKey(pub(crate) Arc<str>);

impl CacheKey {
    /// Gives the key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An answer that is kept.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CacheEntry {
    /// The rows.
    pub rows: Arc<Rows>,
    /// The tables that were read.
    pub tables: Arc<[TableName]>,
    /// How often those tables had been written, so that an answer that was overtaken is told.
    pub(crate) generation: u64,
}

/// How a cache has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheStatistics {
    /// Answers given.
    pub hits: u64,
    /// Answers not there.
    pub misses: u64,
    /// Entries there now.
    pub entries: u64,
}

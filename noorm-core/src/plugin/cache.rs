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
///
/// ```
/// use noorm_core::BoxFuture;
/// use noorm_core::cache::MemoryCache;
/// use noorm_core::plugin::{Cache, CacheEntry, CacheKey, CacheStatistics};
/// use noorm_core::schema::TableName;
///
/// /// Keeps small answers only.
/// struct Small(MemoryCache);
///
/// impl Cache for Small {
///     fn get<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, Option<CacheEntry>> {
///         self.0.get(key)
///     }
///     fn put<'a>(&'a self, key: CacheKey, entry: CacheEntry) -> BoxFuture<'a, ()> {
///         match entry.rows.len() {
///             0..=100 => self.0.put(key, entry),
///             _ => Box::pin(async {}),
///         }
///     }
///     fn invalidate<'a>(&'a self, tables: &'a [TableName]) -> BoxFuture<'a, ()> {
///         self.0.invalidate(tables)
///     }
///     fn clear(&self) -> BoxFuture<'_, ()> {
///         self.0.clear()
///     }
///     fn statistics(&self) -> CacheStatistics {
///         self.0.statistics()
///     }
/// }
/// ```
pub trait Cache: Send + Sync {
    /// Gives what was put under `key`, if it is still there.
    fn get<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, Option<CacheEntry>>;

    /// Keeps `entry` under `key`, as long as there is room.
    fn put<'a>(&'a self, key: CacheKey, entry: CacheEntry) -> BoxFuture<'a, ()>;

    /// Forgets every entry that read one of `tables`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    /// use noorm_core::{cache::MemoryCache, plugin::Cache as _, schema::TableName};
    ///
    /// let cache = MemoryCache::new(100_000);
    /// // Another program has written to it.
    /// cache.invalidate(&[TableName::new(None, "album")]).await;
    /// # Ok(())
    /// # }
    /// ```
    fn invalidate<'a>(&'a self, tables: &'a [TableName]) -> BoxFuture<'a, ()>;

    /// Forgets everything.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    /// use noorm_core::{cache::MemoryCache, plugin::Cache as _};
    ///
    /// let cache = MemoryCache::new(100_000);
    /// cache.clear().await;
    /// assert_eq!(cache.statistics().entries, 0);
    /// # Ok(())
    /// # }
    /// ```
    fn clear(&self) -> BoxFuture<'_, ()>;

    /// Tells how it has done so far.
    fn statistics(&self) -> CacheStatistics;
}

/// What an answer is kept under: the database, the tenant, the SQL and the binds.
///
/// ```
/// use std::collections::HashMap;
/// use noorm_core::plugin::{CacheEntry, CacheKey};
///
/// #[derive(Default)]
/// struct Kept(HashMap<CacheKey, CacheEntry>);
///
/// impl Kept {
///     fn sizes(&self) -> impl Iterator<Item = (&str, usize)> {
///         self.0.iter().map(|(key, entry)| (key.as_str(), entry.rows.len()))
///     }
/// }
/// assert_eq!(Kept::default().sizes().count(), 0);
/// ```
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
///
/// ```
/// use noorm_core::{cache::MemoryCache, plugin::Cache as _};
///
/// let cache = MemoryCache::new(1_000);
/// let statistics = cache.statistics();
/// assert_eq!((statistics.hits, statistics.misses, statistics.entries), (0, 0, 0));
/// ```
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

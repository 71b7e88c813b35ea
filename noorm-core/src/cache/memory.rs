//! A cache in this process's memory.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;

use crate::error::{Error, ErrorKind};
use crate::plugin::{Cache, CacheEntry, CacheKey, CacheStatistics};
use crate::schema::TableName;

/// Keeps answers in memory, as many values as it has room for; the oldest answers go first.
///
/// ```no_run
/// # async fn example() -> noorm_core::Result<()> {
/// use std::sync::Arc;
/// use noorm_core::{Database, cache::MemoryCache};
///
/// let db = Database::builder("sqlite:shop.db")
///     .cache(Arc::new(MemoryCache::new(100_000)))
///     .connect()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct MemoryCache {
    max_values: usize,
    kept: Mutex<Kept>,
    hits: AtomicU64,
    misses: AtomicU64,
}

#[derive(Debug, Default)]
struct Kept {
    entries: HashMap<CacheKey, CacheEntry>,
    /// Keys in the order in which they came; some may be gone.
    order: VecDeque<CacheKey>,
    by_table: HashMap<TableName, HashSet<CacheKey>>,
    values: usize,
}

crate::register_cache!("memory", |config| {
    let wanted = &config["max_values"];
    let max_values = match (wanted.is_null(), wanted.as_u64()) {
        (true, _) => Ok(DEFAULT_MAX_VALUES),
        (false, Some(n)) => Ok(usize::try_from(n).unwrap_or(usize::MAX)),
        (false, None) => Err(Error::new(
            ErrorKind::Plugin,
            "the cache `memory` takes `max_values`, a number",
        )),
    };
    Ok(Arc::new(MemoryCache::new(max_values?)))
});

/// How many values the registered cache keeps unless its configuration says otherwise.
const DEFAULT_MAX_VALUES: usize = 1_000_000;

impl MemoryCache {
    /// Makes a cache that keeps at most `max_values` values, rows times columns.
    ///
    /// ```
    /// use noorm_core::{cache::MemoryCache, plugin::Cache as _};
    ///
    /// assert_eq!(MemoryCache::new(100_000).statistics().entries, 0);
    /// ```
    #[must_use]
    pub fn new(max_values: usize) -> Self {
        Self {
            max_values,
            kept: Mutex::default(),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an entry takes: its values, and something for itself.
fn size(entry: &CacheEntry) -> usize {
    entry.rows.values().len() + 1
}

impl Kept {
    fn remove(&mut self, key: &CacheKey) {
        let Some(entry) = self.entries.remove(key) else {
            return;
        };
        self.values -= size(&entry);
        for table in &*entry.tables {
            if let Some(keys) = self.by_table.get_mut(table) {
                keys.remove(key);
            }
        }
    }

    fn insert(&mut self, key: CacheKey, entry: CacheEntry, max: usize) {
        self.remove(&key);
        self.values += size(&entry);
        for table in &*entry.tables {
            self.by_table
                .entry(table.clone())
                .or_default()
                .insert(key.clone());
        }
        self.entries.insert(key.clone(), entry);
        self.order.push_back(key);
        while self.values > max {
            match self.order.pop_front() {
                Some(oldest) => self.remove(&oldest),
                None => break,
            }
        }
        // Keys that were invalidated, or came again, are still in the queue.
        if self.order.len() > 2 * self.entries.len() + 16 {
            let mut seen = HashSet::new();
            let entries = &self.entries;
            let mut fresh: VecDeque<CacheKey> = VecDeque::new();
            for key in self.order.drain(..).rev() {
                if entries.contains_key(&key) && seen.insert(key.clone()) {
                    fresh.push_front(key);
                }
            }
            self.order = fresh;
        }
    }
}

fn done<T: Send + 'static>(value: T) -> BoxFuture<'static, T> {
    Box::pin(std::future::ready(value))
}

impl Cache for MemoryCache {
    fn get<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, Option<CacheEntry>> {
        let found = self.kept().entries.get(key).cloned();
        let counter = if found.is_some() {
            &self.hits
        } else {
            &self.misses
        };
        counter.fetch_add(1, Ordering::Relaxed);
        done(found)
    }

    fn put<'a>(&'a self, key: CacheKey, entry: CacheEntry) -> BoxFuture<'a, ()> {
        if size(&entry) <= self.max_values {
            self.kept().insert(key, entry, self.max_values);
        }
        done(())
    }

    fn invalidate<'a>(&'a self, tables: &'a [TableName]) -> BoxFuture<'a, ()> {
        let mut kept = self.kept();
        for table in tables {
            for key in kept.by_table.remove(table).unwrap_or_default() {
                kept.remove(&key);
            }
        }
        done(())
    }

    fn clear(&self) -> BoxFuture<'_, ()> {
        *self.kept() = Kept::default();
        done(())
    }

    fn statistics(&self) -> CacheStatistics {
        CacheStatistics {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            entries: u64::try_from(self.kept().entries.len()).unwrap_or(u64::MAX),
        }
    }
}

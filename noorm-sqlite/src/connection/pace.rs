//! What runs on the async thread, and what goes to a thread of its own.
//!
//! A hop to another thread and back costs 15 to 30 µs, ten times what SQLite takes to find a row. So
//! what is expected to be quick runs where it is asked for, and only the rest hops. What is expected is
//! what was measured: per SQL text, and for commits (which wait for the disk, where nothing can
//! interrupt them) per database.

use std::hash::Hasher as _;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use rustc_hash::FxHasher;

/// The most that a statement may take on the async thread.
pub(super) const BUDGET: Duration = Duration::from_micros(100);

/// How many SQL texts are remembered. A text that falls on another's place takes it.
const PLACES: usize = 512;

/// The size at which SQLite itself would checkpoint, in pages.
const LARGE_WAL: u32 = 1000;

/// Commits of so many changed rows are alike; what one of more takes goes by their number.
pub(super) const FEW: u64 = 100;

/// The most that a commit may take on the async thread, in nanoseconds: the mean, and the last one.
const QUICK: u64 = 500_000;
const NOT_SLOW: u64 = 1_000_000;

/// How much a log that could not be emptied grows before it is tried again.
const WAL_STEP: u32 = 200;

/// What was measured of one database, shared by all its connections.
pub(super) struct Pace {
    /// Each holds half of a text's hash, and its microseconds.
    places: Box<[AtomicU64]>,
    commits: AtomicU64,
    last_commit: AtomicU64,
    /// What commits of many rows took lately, in nanoseconds for each [`FEW`] of them; a slow one counts for a while.
    large_commit: AtomicU64,
    /// How many rows the last of them had.
    large_rows: AtomicU64,
    checkpointed_at: AtomicU32,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            places: (0..PLACES).map(|_| AtomicU64::new(0)).collect(),
            commits: AtomicU64::new(u64::MAX),
            last_commit: AtomicU64::new(0),
            large_commit: AtomicU64::new(0),
            large_rows: AtomicU64::new(0),
            checkpointed_at: AtomicU32::new(0),
        }
    }
}

/// Stands for an SQL text, most likely for no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Mark(u64);

impl Mark {
    pub(super) fn of(sql: &str) -> Self {
        let mut hasher = FxHasher::default();
        hasher.write(sql.as_bytes());
        Self(hasher.finish())
    }

    /// Stands for the same text with any number of rows.
    pub(super) fn of_many(self) -> Self {
        let mut hasher = FxHasher::default();
        hasher.write_u64(self.0);
        Self(hasher.finish())
    }
}

const COST: u64 = u32::MAX as u64;

impl Pace {
    /// Tells what statements of this text took lately; `None` if that isn't known.
    pub(super) fn expected(&self, mark: Mark) -> Option<Duration> {
        let place = self.place(mark)?.load(Relaxed);
        let known = place != 0 && (place ^ mark.0) & !COST == 0;
        known.then(|| Duration::from_micros(place & COST))
    }

    /// Notes what a statement of this text took. Half of what was known before counts on, so that a
    /// text that was slow once is tried on the async thread again after some quick runs.
    pub(super) fn note(&self, mark: Mark, took: Duration) {
        let took = match self.expected(mark) {
            Some(before) => (before + took) / 2,
            None => took,
        };
        let micros = u64::try_from(took.as_micros())
            .unwrap_or(COST)
            .clamp(1, COST);
        if let Some(place) = self.place(mark) {
            place.store((mark.0 & !COST) | micros, Relaxed);
        }
    }

    fn place(&self, mark: Mark) -> Option<&AtomicU64> {
        let at = usize::try_from(mark.0 & COST)
            .ok()?
            .checked_rem(self.places.len())?;
        self.places.get(at)
    }

    /// Notes how long a commit of so many changed rows took.
    pub(super) fn note_commit(&self, took: Duration, rows: u64) {
        let took = u64::try_from(took.as_nanos())
            .unwrap_or(u64::MAX / 4)
            .min(u64::MAX / 4);
        if rows > FEW {
            let each = (took / (rows / FEW)).max(1);
            let before = self.large_commit.load(Relaxed);
            let lately = each.max(before / 4 * 3 + each / 4);
            self.large_commit.store(lately, Relaxed);
            self.large_rows.store(rows, Relaxed);
            return;
        }
        let mean = match self.commits.load(Relaxed) {
            u64::MAX => took,
            mean => mean / 4 * 3 + took / 4,
        };
        self.commits.store(mean, Relaxed);
        self.last_commit.store(took, Relaxed);
    }

    /// Tells whether commits of so many changed rows are quick enough for the async thread; not before one was
    /// measured, of many rows one of half as many.
    pub(super) fn commits_are_quick(&self, rows: u64) -> bool {
        if rows > FEW {
            let is_known = rows / 2 <= self.large_rows.load(Relaxed);
            let takes = self.large_commit.load(Relaxed).saturating_mul(rows / FEW);
            return is_known && takes < QUICK;
        }
        self.commits.load(Relaxed) < QUICK && self.last_commit.load(Relaxed) < NOT_SLOW
    }

    /// Tells whether a write-ahead log of so many pages should be written back.
    pub(super) fn wants_checkpoint(&self, pages: u32) -> bool {
        if pages < LARGE_WAL {
            return false;
        }
        let last = self.checkpointed_at.load(Relaxed);
        pages < last || pages - last >= WAL_STEP || last < LARGE_WAL
    }

    /// Notes that a checkpoint was tried when the log had so many pages.
    pub(super) fn note_checkpoint(&self, pages: u32, emptied: bool) {
        self.checkpointed_at
            .store(if emptied { 0 } else { pages }, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_was_slow_is_forgiven_after_some_quick_runs() {
        let (pace, slow, other) = (Pace::default(), Mark::of("a"), Mark::of("b"));
        assert_eq!(pace.expected(slow), None);
        pace.note(slow, Duration::from_millis(10));
        assert_eq!(pace.expected(slow), Some(Duration::from_millis(10)));
        assert_eq!(pace.expected(other), None);
        let runs = (1..).find(|_| {
            pace.note(slow, Duration::from_micros(2));
            pace.expected(slow) < Some(BUDGET)
        });
        assert_eq!(runs, Some(7));
    }

    #[test]
    fn one_slow_commit_is_noticed_at_once() {
        let pace = Pace::default();
        assert!(!pace.commits_are_quick(1));
        pace.note_commit(Duration::from_micros(50), 1);
        assert!(pace.commits_are_quick(FEW));
        pace.note_commit(Duration::from_millis(1), 1);
        assert!(!pace.commits_are_quick(1));
        pace.note_commit(Duration::from_micros(50), 1);
        assert!(pace.commits_are_quick(1));
        pace.note_commit(Duration::from_secs(1 << 40), 1);
        assert!(!pace.commits_are_quick(1));
    }

    #[test]
    fn a_commit_of_many_rows_takes_what_the_last_one_took_for_each() {
        let pace = Pace::default();
        pace.note_commit(Duration::from_micros(50), 1);
        assert!(!pace.commits_are_quick(1_000));
        pace.note_commit(Duration::from_micros(200), 1_000);
        assert!(pace.commits_are_quick(2_000));
        assert!(!pace.commits_are_quick(3_000));
        assert!(!pace.commits_are_quick(u64::MAX));
        pace.note_commit(Duration::from_millis(2), 1_000);
        assert!(!pace.commits_are_quick(1_000));
        assert!(pace.commits_are_quick(1));
        // It is forgiven after some quick ones.
        let quick = (1..).find(|_| {
            pace.note_commit(Duration::from_micros(200), 1_000);
            pace.commits_are_quick(1_000)
        });
        assert_eq!(quick, Some(7));
        // What takes no time tells nothing of far more rows.
        let pace = Pace::default();
        pace.note_commit(Duration::ZERO, 1_000);
        assert!(pace.commits_are_quick(2_000) && !pace.commits_are_quick(2_100));
        pace.note_commit(Duration::from_secs(1 << 40), 1_000);
        assert!(!pace.commits_are_quick(FEW + 1));
    }

    #[test]
    fn a_log_that_does_not_empty_is_tried_now_and_then() {
        let pace = Pace::default();
        assert!(!pace.wants_checkpoint(999));
        assert!(pace.wants_checkpoint(1000));
        pace.note_checkpoint(1000, false);
        assert!(!pace.wants_checkpoint(1100));
        assert!(pace.wants_checkpoint(1200));
        pace.note_checkpoint(1200, true);
        assert!(pace.wants_checkpoint(1000));
    }
}

//! What the callbacks of a connection look at, and what they note.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

/// Between one connection and the callbacks that SQLite makes while a statement runs on it.
///
/// Moments are nanoseconds since `epoch`, so that they fit an atomic; 0 means none.
pub(super) struct Signals {
    epoch: Instant,
    cancelled: AtomicBool,
    /// When a statement that runs on the async thread has taken too long.
    deadline: AtomicU64,
    late: AtomicBool,
    /// Until when to wait for another connection's lock.
    patience: AtomicU64,
    commit_began: AtomicU64,
    wal_pages: AtomicU32,
    failure: AtomicI32,
}

impl Default for Signals {
    fn default() -> Self {
        Self {
            epoch: Instant::now(),
            cancelled: AtomicBool::new(false),
            deadline: AtomicU64::new(0),
            late: AtomicBool::new(false),
            patience: AtomicU64::new(0),
            commit_began: AtomicU64::new(0),
            wal_pages: AtomicU32::new(0),
            failure: AtomicI32::new(0),
        }
    }
}

impl Signals {
    fn now(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_nanos())
            .unwrap_or(u64::MAX)
            .max(1)
    }

    fn after(&self, span: Duration) -> u64 {
        self.now()
            .saturating_add(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX))
    }

    /// Makes whatever runs end soon, and whatever follows.
    pub(super) fn cancel(&self) {
        self.cancelled.store(true, Relaxed);
    }

    /// Lets statements run again.
    pub(super) fn resume(&self) {
        self.cancelled.store(false, Relaxed);
    }

    /// Gives the next statement this much time, which began already, and then interrupts it.
    pub(super) fn limit(&self, began: Instant, budget: Duration) {
        let deadline = began.saturating_duration_since(self.epoch) + budget;
        let deadline = u64::try_from(deadline.as_nanos()).unwrap_or(u64::MAX);
        self.late.store(false, Relaxed);
        self.deadline.store(deadline.max(1), Relaxed);
    }

    /// Gives statements as long as they take again, and tells whether the last one was stopped.
    pub(super) fn unlimit(&self) -> bool {
        self.deadline.store(0, Relaxed);
        // To look is cheaper than to swap.
        self.late.load(Relaxed) && self.late.swap(false, Relaxed)
    }

    /// Waits this long for locks from now on; not at all for zero.
    pub(super) fn be_patient(&self, patience: Duration) {
        self.patience.store(
            if patience.is_zero() {
                0
            } else {
                self.after(patience)
            },
            Relaxed,
        );
    }

    /// Tells whether the statement used up its time, and notes it.
    pub(super) fn is_late(&self) -> bool {
        let deadline = self.deadline.load(Relaxed);
        if deadline != 0 && self.now() > deadline {
            self.late.store(true, Relaxed);
        }
        self.late.load(Relaxed)
    }

    pub(super) fn must_stop(&self) -> bool {
        self.cancelled.load(Relaxed) || self.is_late()
    }

    /// Sleeps a moment and says yes, or says no where it isn't worth waiting longer.
    ///
    /// The waits are shorter than those of `busy_timeout`, which grow to 100 ms: a lock of this
    /// process is held for milliseconds, and those who wait longest should not sleep deepest.
    pub(super) fn wait_for_lock(&self, tries: i32) -> bool {
        if self.cancelled.load(Relaxed) || self.now() >= self.patience.load(Relaxed) {
            return false;
        }
        let micros = match tries {
            ..=3 => 300,
            4..=15 => 1_000,
            16..=63 => 3_000,
            _ => 5_000,
        };
        thread::sleep(Duration::from_micros(micros));
        true
    }

    pub(super) fn note_commit(&self) {
        self.commit_began.store(self.now(), Relaxed);
    }

    /// Tells how long ago a commit began, if one did since this was asked last.
    pub(super) fn take_commit(&self) -> Option<Duration> {
        let began = self.commit_began.load(Relaxed);
        if began == 0 {
            return None;
        }
        self.commit_began.store(0, Relaxed);
        Some(Duration::from_nanos(self.now().saturating_sub(began)))
    }

    pub(super) fn note_failure(&self, code: i32) {
        self.failure.store(code, Relaxed);
    }

    /// Gives SQLite's code of what failed for Diesel, if something did since this was asked last.
    pub(super) fn take_failure(&self) -> Option<i32> {
        Some(self.failure.swap(0, Relaxed)).filter(|code| *code != 0)
    }

    /// Tells whether a commit began since it was asked last how long ago, and leaves that as it is.
    pub(super) fn has_committed(&self) -> bool {
        self.commit_began.load(Relaxed) != 0
    }

    pub(super) fn note_wal(&self, pages: u32) {
        self.wal_pages.store(pages, Relaxed);
    }

    /// Gives the size of the write-ahead log after the last commit, in pages.
    pub(super) fn wal_pages(&self) -> u32 {
        self.wal_pages.load(Relaxed)
    }
}

/// Makes the thread stop that works for a future, when the future is dropped.
pub(super) struct CancelOnDrop(pub(super) Option<Arc<Signals>>);

impl CancelOnDrop {
    pub(super) fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if let Some(signals) = &self.0 {
            signals.cancel();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_passes_and_is_lifted() {
        let signals = Signals::default();
        assert!(!signals.must_stop());
        signals.limit(Instant::now(), Duration::ZERO);
        while !signals.must_stop() {}
        assert!(signals.unlimit());
        assert!(!signals.must_stop());
        signals.limit(Instant::now(), Duration::from_secs(60));
        assert!(!signals.must_stop());
        signals.cancel();
        assert!(signals.must_stop() && !signals.unlimit());
    }

    #[test]
    fn locks_are_waited_for_only_with_patience() {
        let signals = Signals::default();
        assert!(!signals.wait_for_lock(0));
        signals.be_patient(Duration::from_secs(60));
        assert!(signals.wait_for_lock(0));
        signals.cancel();
        assert!(!signals.wait_for_lock(0));
        signals.resume();
        signals.be_patient(Duration::ZERO);
        assert!(!signals.wait_for_lock(100));
    }

    #[test]
    fn a_commit_is_measured_once() {
        let signals = Signals::default();
        assert_eq!(signals.take_commit(), None);
        signals.note_commit();
        assert!(signals.take_commit().is_some());
        assert_eq!(signals.take_commit(), None);
    }
}

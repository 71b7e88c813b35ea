//! Giving other tasks their turn.
//!
//! A statement that runs on the async thread is ready at once, so a task that sends one after the other
//! would never let go of its thread.

use std::cell::Cell;
use std::time::Duration;

/// How long a thread works for statements before others have their turn.
const QUANTUM: Duration = Duration::from_micros(500);

thread_local! {
    static WORKED: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Tells whether this thread has worked long enough for others to have their turn now; then it starts
/// to count again.
pub(super) fn is_due() -> bool {
    let due = WORKED.get() > QUANTUM;
    if due {
        WORKED.set(Duration::ZERO);
    }
    due
}

/// Notes that this thread has worked.
pub(super) fn note(took: Duration) {
    WORKED.set(WORKED.get() + took);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_others_turn_after_some_work_and_not_before() {
        assert!(!is_due());
        note(QUANTUM);
        assert!(!is_due());
        note(QUANTUM);
        assert!(is_due());
        assert!(!is_due());
    }
}

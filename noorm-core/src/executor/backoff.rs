//! Pauses between attempts.

use std::time::Duration;

/// Pauses, each about twice as long as the one before. Each is shortened by up to a half, by chance: who
/// failed at the same time doesn't try again at the same time.
#[derive(Debug, Clone)]
pub(crate) struct Backoff {
    next: Duration,
    longest: Duration,
}

impl Backoff {
    pub(crate) fn new(first: Duration, longest: Duration) -> Self {
        Self {
            next: first.min(longest),
            longest,
        }
    }

    pub(crate) fn pause(&mut self) -> Duration {
        let pause = self.next.mul_f64(0.5 + fastrand::f64() / 2.0);
        self.next = self.next.saturating_mul(2).min(self.longest);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, Duration};

    #[test]
    fn pauses_grow_up_to_the_longest() {
        let mut backoff = Backoff::new(Duration::from_millis(10), Duration::from_millis(35));
        for longest in [10, 20, 35, 35, 35] {
            let longest = Duration::from_millis(longest);
            let pause = backoff.pause();
            assert!(
                pause >= longest / 2 && pause <= longest,
                "{pause:?} of {longest:?}"
            );
        }
    }

    #[test]
    fn pauses_differ() {
        let first = || Backoff::new(Duration::from_secs(1), Duration::from_secs(1)).pause();
        let pauses: Vec<_> = (0..20).map(|_| first()).collect();
        assert!(pauses.iter().any(|pause| *pause != pauses[0]), "{pauses:?}");
    }
}

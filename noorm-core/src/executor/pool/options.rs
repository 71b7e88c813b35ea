//! How connections are pooled.

use std::time::Duration;

/// How connections are pooled.
///
/// ```
/// use std::time::Duration;
/// use noorm_core::executor::PoolOptions;
///
/// let pool = PoolOptions::default().max_size(4).acquire_timeout(Duration::from_secs(2));
/// assert_eq!(pool.max_size, 4);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolOptions {
    /// The most connections at a time; 10 by default.
    pub max_size: u32,
    /// How many are kept idle at least; none by default.
    pub min_idle: u32,
    /// How long a statement waits for a connection; 30 seconds by default.
    pub acquire_timeout: Duration,
    /// How long making one connection may take; 10 seconds by default.
    pub connect_timeout: Duration,
    /// How long an idle connection is kept; 10 minutes by default.
    pub idle_timeout: Option<Duration>,
    /// How long a connection is used at most; 30 minutes by default.
    pub max_lifetime: Option<Duration>,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            max_size: 10,
            min_idle: 0,
            acquire_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Some(Duration::from_secs(600)),
            max_lifetime: Some(Duration::from_secs(1800)),
        }
    }
}

impl PoolOptions {
    /// Sets the most connections at a time; at least 1.
    ///
    /// ```
    /// use noorm_core::executor::PoolOptions;
    ///
    /// assert_eq!(PoolOptions::default().max_size(0).max_size, 1);
    /// ```
    #[must_use]
    pub fn max_size(mut self, max_size: u32) -> Self {
        self.max_size = max_size.max(1);
        self
    }

    /// Sets how many connections are kept idle at least.
    ///
    /// ```
    /// use noorm_core::executor::PoolOptions;
    ///
    /// assert_eq!(PoolOptions::default().min_idle(2).min_idle, 2);
    /// ```
    #[must_use]
    pub fn min_idle(mut self, min_idle: u32) -> Self {
        self.min_idle = min_idle;
        self
    }

    /// Sets how long a statement waits for a connection.
    ///
    /// ```
    /// use std::time::Duration;
    /// use noorm_core::executor::PoolOptions;
    ///
    /// let pool = PoolOptions::default().acquire_timeout(Duration::from_secs(2));
    /// assert_eq!(pool.acquire_timeout.as_secs(), 2);
    /// ```
    #[must_use]
    pub fn acquire_timeout(mut self, timeout: Duration) -> Self {
        self.acquire_timeout = timeout;
        self
    }

    /// Sets how long making one connection may take.
    ///
    /// ```
    /// use std::time::Duration;
    /// use noorm_core::executor::PoolOptions;
    ///
    /// let pool = PoolOptions::default().connect_timeout(Duration::from_secs(2));
    /// assert_eq!(pool.connect_timeout.as_secs(), 2);
    /// ```
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how long an idle connection is kept; `None` means for ever.
    ///
    /// ```
    /// use std::time::Duration;
    /// use noorm_core::executor::PoolOptions;
    ///
    /// let pool = PoolOptions::default();
    /// assert_eq!(pool.idle_timeout, Some(Duration::from_secs(600)));
    /// assert_eq!(pool.idle_timeout(None).idle_timeout, None);
    /// ```
    #[must_use]
    pub fn idle_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// Sets how long a connection is used at most; `None` means for ever.
    ///
    /// ```
    /// use noorm_core::executor::PoolOptions;
    ///
    /// assert_eq!(PoolOptions::default().max_lifetime(None).max_lifetime, None);
    /// ```
    #[must_use]
    pub fn max_lifetime(mut self, lifetime: Option<Duration>) -> Self {
        self.max_lifetime = lifetime;
        self
    }
}

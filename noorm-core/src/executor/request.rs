//! What travels with a statement.

use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::RowSink;
use crate::statement::Statement;

/// A statement on its way, and the circumstances in which it runs.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> noorm_core::Result<()> {
#[doc = include_str!("../../doc/shop.txt")]
#[doc = include_str!("../../doc/echo.txt")]
/// use noorm_core::executor::{Context, Request};
///
/// let request = Request::new(insert("Blue")?, Context::default().tenant("acme").into());
/// assert!(request.statement.shape().is_write());
/// assert_eq!(request.context.tenant.as_deref(), Some("acme"));
/// assert_eq!(request.transaction, None);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Request {
    /// What to do.
    pub statement: Statement,
    /// The circumstances.
    pub context: Arc<Context>,
    /// The transaction that it runs in, if any.
    pub transaction: Option<TransactionId>,
    /// Who takes the rows while they arrive, if somebody does.
    sink: Option<Arc<dyn RowSink>>,
}

impl Request {
    /// Makes a request outside a transaction.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    #[doc = include_str!("../../doc/shop.txt")]
    #[doc = include_str!("../../doc/echo.txt")]
    /// use std::sync::Arc;
    /// use noorm_core::executor::{Context, Request};
    ///
    /// let context = Arc::new(Context::default().tag("job", "nightly"));
    /// let request = Request::new(insert("Blue")?, Arc::clone(&context));
    /// assert!(Arc::ptr_eq(&request.context, &context));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn new(statement: Statement, context: Arc<Context>) -> Self {
        Self {
            statement,
            context,
            transaction: None,
            sink: None,
        }
    }

    /// The same with somebody who takes the rows while they arrive: they may be missing in the outcome then.
    pub(crate) fn with_sink(mut self, sink: Option<Arc<dyn RowSink>>) -> Self {
        self.sink = sink;
        self
    }

    /// Whoever takes the rows, and begins anew.
    pub(super) fn restarted_sink(&self) -> Option<&dyn RowSink> {
        let sink = self.sink.as_deref()?;
        sink.restart();
        Some(sink)
    }

    /// The same in a transaction, or outside of one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    #[doc = include_str!("../../doc/shop.txt")]
    #[doc = include_str!("../../doc/echo.txt")]
    /// use noorm_core::executor::{Request, TransactionId};
    ///
    /// let id = TransactionId::unique();
    /// let request = Request::new(insert("Blue")?, Default::default()).in_transaction(Some(id));
    /// assert_eq!(request.transaction, Some(id));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn in_transaction(mut self, transaction: Option<TransactionId>) -> Self {
        self.transaction = transaction;
        self
    }

    /// The same circumstances for another statement: what a layer passes on.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    #[doc = include_str!("../../doc/shop.txt")]
    #[doc = include_str!("../../doc/echo.txt")]
    /// use noorm_core::executor::{Context, Request};
    ///
    /// let blue = Request::new(insert("Blue")?, Context::default().tenant("acme").into());
    /// let red = blue.with_statement(insert("Red")?);
    /// assert_eq!(red.statement.binds(), ["Red".into()]);
    /// assert_eq!(red.context.tenant.as_deref(), Some("acme"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_statement(mut self, statement: Statement) -> Self {
        self.statement = statement;
        // Its rows are another statement's.
        self.sink = None;
        self
    }
}

/// The circumstances that a caller chose for its statements.
///
/// ```
/// use noorm_core::executor::{CachePolicy, Context};
///
/// let context = Context::default().tenant("acme").cache(CachePolicy::Bypass).tag("job", "nightly");
/// assert_eq!(context.tenant.as_deref(), Some("acme"));
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Context {
    /// When an answer comes too late. The statement is cancelled then.
    pub deadline: Option<Instant>,
    /// Whose data is meant, where a tenant layer stands.
    pub tenant: Option<Arc<str>>,
    /// What the cache layer does.
    pub cache: CachePolicy,
    /// Words of the caller's own, for logs and metrics.
    pub tags: BTreeMap<Arc<str>, Arc<str>>,
    /// The place in the caller's code.
    pub call_site: Option<&'static Location<'static>>,
}

impl Context {
    /// Sets the moment at which a statement is cancelled.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use std::time::{Duration, Instant};
    ///
    /// let hurried = db.with_context(|c| c.deadline(Instant::now() + Duration::from_millis(200)));
    /// let albums = hurried.repository("album")?.all().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Sets whose data is meant.
    ///
    /// ```
    /// use noorm_core::executor::Context;
    ///
    /// assert_eq!(Context::default().tenant("acme").tenant.as_deref(), Some("acme"));
    /// ```
    #[must_use]
    pub fn tenant(mut self, tenant: impl Into<Arc<str>>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }

    /// Sets what the cache layer does.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::executor::CachePolicy;
    ///
    /// let fresh = db.with_context(|context| context.cache(CachePolicy::Refresh));
    /// let albums = fresh.repository("album")?.count().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn cache(mut self, policy: CachePolicy) -> Self {
        self.cache = policy;
        self
    }

    /// Adds a tag.
    ///
    /// ```
    /// use noorm_core::executor::Context;
    ///
    /// let context = Context::default().tag("job", "nightly").tag("page", "albums");
    /// assert_eq!(context.tags["job"].as_ref(), "nightly");
    /// ```
    #[must_use]
    pub fn tag(mut self, name: impl Into<Arc<str>>, value: impl Into<Arc<str>>) -> Self {
        self.tags.insert(name.into(), value.into());
        self
    }

    /// Notes the caller's place.
    ///
    /// ```
    /// use noorm_core::executor::Context;
    ///
    /// let context = Context::default().here();
    /// assert_eq!(context.call_site.map(|place| place.file()), Some(file!()));
    /// ```
    #[must_use]
    #[track_caller]
    pub fn here(mut self) -> Self {
        self.call_site = Some(Location::caller());
        self
    }
}

/// What the cache layer does with a statement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CachePolicy {
    /// Answers from the cache, and fills it.
    #[default]
    Use,
    /// Fills it, but doesn't answer from it.
    Refresh,
    /// Neither.
    Bypass,
}

/// Tells transactions apart within a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TransactionId(u64);

impl TransactionId {
    /// Makes one that was never used.
    ///
    /// ```
    /// use noorm_core::executor::TransactionId;
    ///
    /// assert_ne!(TransactionId::unique(), TransactionId::unique());
    /// ```
    #[must_use]
    pub fn unique() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// How a transaction should run.
///
/// ```
/// use noorm_core::executor::{Isolation, TransactionOptions};
///
/// let options = TransactionOptions::default().isolation(Isolation::Serializable).read_only();
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TransactionOptions {
    /// How it is kept apart from others; `None` means as the database does by default.
    pub isolation: Option<Isolation>,
    /// Whether it refuses to write.
    pub read_only: bool,
    /// Whether it begins only when no other can disturb it.
    pub deferrable: bool,
}

impl TransactionOptions {
    /// Sets how it is kept apart from others.
    ///
    /// ```
    /// use noorm_core::executor::{Isolation, TransactionOptions};
    ///
    /// let options = TransactionOptions::default().isolation(Isolation::RepeatableRead);
    /// assert_eq!(options.isolation, Some(Isolation::RepeatableRead));
    /// ```
    #[must_use]
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    /// Makes it refuse to write.
    ///
    /// ```
    /// use noorm_core::executor::TransactionOptions;
    ///
    /// assert!(TransactionOptions::default().read_only().read_only);
    /// ```
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Makes it serializable and read-only, and has it wait, when it begins, for a moment from which on it
    /// neither fails nor makes others fail: for long reports. PostgreSQL has this; it is
    /// [`Unsupported`](crate::ErrorKind::Unsupported) without the capability
    /// [`deferrable`](crate::sql::Capabilities::deferrable).
    ///
    /// ```
    /// use noorm_core::executor::{Isolation, TransactionOptions};
    ///
    /// let options = TransactionOptions::default().deferrable();
    /// assert_eq!((options.isolation, options.read_only), (Some(Isolation::Serializable), true));
    /// ```
    #[must_use]
    pub fn deferrable(self) -> Self {
        Self {
            isolation: Some(Isolation::Serializable),
            read_only: true,
            deferrable: true,
        }
    }
}

/// The isolation levels of the SQL standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isolation {
    /// Each statement sees what was committed before it.
    ReadCommitted,
    /// The transaction sees what was committed before it.
    RepeatableRead,
    /// As if transactions ran one after the other.
    Serializable,
}

//! The traits of whoever runs statements.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll};

use futures_util::Stream;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

use super::{Context, Header, Loan, Request, Rows, TransactionId, TransactionOptions};
use crate::error::{Error, Result};

/// What a statement gave.
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// let outcome = db.raw("UPDATE album SET title = trim(title)").await?;
/// println!("{} titles", outcome.affected);
/// assert!(outcome.rows.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default, Clone)]
pub struct Outcome {
    /// Its rows; none for a write that gives nothing back.
    pub rows: Rows,
    /// The number of rows that a write matched, or that were given.
    pub affected: u64,
}

/// Runs statements: a pool, a transaction, or layers before either.
///
/// ```
/// use noorm_core::{Result, executor::{Executor, Request}, statement::Statement};
///
/// async fn affected(executor: &dyn Executor, statement: Statement) -> Result<u64> {
///     Ok(executor.run(Request::new(statement, Default::default())).await?.affected)
/// }
/// ```
pub trait Executor: Send + Sync {
    /// Runs a statement to its end.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    #[doc = include_str!("../../doc/shop.txt")]
    #[doc = include_str!("../../doc/echo.txt")]
    /// use noorm_core::executor::{Executor as _, Request};
    ///
    /// // A driver whose connections answer each statement with its binds.
    /// let outcome = driver.run(Request::new(insert("Blue")?, Default::default())).await?;
    /// assert_eq!(outcome.rows.value(0, 0), Some(&"Blue".into()));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Whatever the layers refuse and the database answers.
    fn run(&self, request: Request) -> BoxFuture<'_, Result<Outcome>>;

    /// Runs a statement and gives its rows in batches while they arrive, in constant memory.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    #[doc = include_str!("../../doc/shop.txt")]
    #[doc = include_str!("../../doc/echo.txt")]
    /// use futures_util::TryStreamExt as _;
    /// use noorm_core::executor::{Executor as _, Request};
    ///
    /// // A driver whose connections answer each statement with its binds.
    /// let mut batches = driver.stream(Request::new(insert("Blue")?, Default::default())).await?;
    /// while let Some(rows) = batches.try_next().await? {
    ///     assert_eq!(rows.value(0, 0), Some(&"Blue".into()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`run`](Executor::run); errors in the middle come from the stream.
    fn stream(&self, request: Request) -> BoxFuture<'_, Result<RowStream>>;

    /// Begins a transaction, or in one a savepoint.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    #[doc = include_str!("../../doc/shop.txt")]
    #[doc = include_str!("../../doc/echo.txt")]
    /// use noorm_core::executor::{Begin, Executor as _, Request, TransactionOptions};
    ///
    /// let begin = Begin::transaction(TransactionOptions::default(), Default::default());
    /// let transaction = driver.begin(begin.clone()).await?;
    /// transaction.run(Request::new(insert("Blue")?, begin.context).in_transaction(Some(begin.id))).await?;
    /// transaction.commit().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When no connection can be had, or the database refuses.
    fn begin(&self, begin: Begin) -> BoxFuture<'_, Result<Arc<dyn TransactionExecutor>>>;

    /// Lends a connection to code of a caller's own; the request's statement, which isn't run, says what
    /// that code reads and writes.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    #[doc = include_str!("../../doc/shop.txt")]
    #[doc = include_str!("../../doc/echo.txt")]
    /// use noorm_core::ErrorKind;
    /// use noorm_core::executor::{Executor as _, Request};
    ///
    /// // A driver whose connections can't be lent.
    /// let refused = driver.lend(Request::new(insert("Blue")?, Default::default())).await;
    /// assert_eq!(refused.err().map(|error| error.kind()), Some(ErrorKind::Unsupported));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) where connections can't be lent; when none can be
    /// had; in a transaction, when a stream or savepoint of it is open.
    fn lend(&self, request: Request) -> BoxFuture<'_, Result<Loan<'_>>> {
        let _ = request;
        let message = "connections of this executor can't be lent";
        let refused = Error::new(crate::ErrorKind::Unsupported, message);
        Box::pin(std::future::ready(Err(refused)))
    }
}

/// What is asked of [`Executor::begin`].
///
/// ```
/// use noorm_core::executor::{Begin, TransactionOptions};
///
/// let outer = Begin::transaction(TransactionOptions::default().read_only(), Default::default());
/// let inner = outer.savepoint();
/// assert_eq!(inner.id, outer.id);
/// assert_eq!((outer.depth, inner.depth), (1, 2));
/// assert!(inner.options.read_only);
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Begin {
    /// Which transaction it is; a savepoint belongs to the one around it.
    pub id: TransactionId,
    /// How deep: 1 for a transaction, 2 and more for savepoints in it.
    pub depth: u32,
    /// How it should run; savepoints take it from the transaction.
    pub options: TransactionOptions,
    /// The caller's circumstances.
    pub context: Arc<Context>,
}

impl Begin {
    /// Asks for a new transaction.
    ///
    /// ```
    /// use noorm_core::executor::{Begin, TransactionOptions};
    ///
    /// let one = Begin::transaction(TransactionOptions::default(), Default::default());
    /// let other = Begin::transaction(TransactionOptions::default(), Default::default());
    /// assert_ne!(one.id, other.id);
    /// ```
    #[must_use]
    pub fn transaction(options: TransactionOptions, context: Arc<Context>) -> Self {
        Self {
            id: TransactionId::unique(),
            depth: 1,
            options,
            context,
        }
    }

    /// Asks for a savepoint in the transaction that `self` began.
    ///
    /// ```
    /// use noorm_core::executor::{Begin, TransactionOptions};
    ///
    /// let begin = Begin::transaction(TransactionOptions::default(), Default::default());
    /// assert_eq!(begin.savepoint().savepoint().depth, 3);
    /// ```
    #[must_use]
    pub fn savepoint(&self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self.clone()
        }
    }
}

/// A transaction or savepoint that was begun. Statements that it runs take part in it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> noorm_core::Result<()> {
#[doc = include_str!("../../doc/shop.txt")]
#[doc = include_str!("../../doc/echo.txt")]
/// use noorm_core::executor::{Begin, Executor as _, TransactionOptions};
///
/// let begin = Begin::transaction(TransactionOptions::default(), Default::default());
/// let transaction = driver.begin(begin.clone()).await?;
/// let savepoint = transaction.begin(begin.savepoint()).await?;
/// savepoint.rollback().await?;
/// transaction.commit().await?;
/// # Ok(())
/// # }
/// ```
pub trait TransactionExecutor: Executor {
    /// Makes its work last: commits, or releases the savepoint.
    ///
    /// ```
    /// use noorm_core::{ErrorKind, Result, executor::TransactionExecutor};
    ///
    /// /// Tells whether the work lasts; `None` if nobody can know.
    /// async fn finish(transaction: &dyn TransactionExecutor) -> Result<Option<bool>> {
    ///     match transaction.commit().await {
    ///         Ok(()) => Ok(Some(true)),
    ///         Err(error) if error.kind() == ErrorKind::CommitUnknown => Ok(None),
    ///         Err(_) => Ok(Some(false)),
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// [`CommitUnknown`](crate::ErrorKind::CommitUnknown) when the connection broke on the way; else
    /// nothing lasts.
    fn commit(&self) -> BoxFuture<'_, Result<()>>;

    /// Undoes its work.
    ///
    /// # Errors
    /// When the connection broke; the work is undone then, too.
    fn rollback(&self) -> BoxFuture<'_, Result<()>>;

    /// Undoes its work without waiting for it: what a dropped transaction does.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    #[doc = include_str!("../../doc/shop.txt")]
    #[doc = include_str!("../../doc/echo.txt")]
    /// use noorm_core::executor::{Begin, Executor as _, Request, TransactionOptions};
    ///
    /// let begin = Begin::transaction(TransactionOptions::default(), Default::default());
    /// let transaction = driver.begin(begin.clone()).await?;
    /// transaction.abandon();
    /// let late = Request::new(insert("Blue")?, begin.context).in_transaction(Some(begin.id));
    /// assert!(transaction.run(late).await.is_err());
    /// # Ok(())
    /// # }
    /// ```
    fn abandon(&self);
}

/// The rows of a statement, in batches, while they arrive.
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// use futures_util::TryStreamExt as _;
///
/// let tracks = db.repository("track")?.query().to_statement()?;
/// let mut batches = db.stream(tracks).await?;
/// let mut count = 0;
/// while let Some(rows) = batches.try_next().await? {
///     count += rows.len();
/// }
/// println!("{count} tracks of {} columns", batches.header().len());
/// # Ok(())
/// # }
/// ```
pub struct RowStream {
    header: Arc<Header>,
    batches: BoxStream<'static, Result<Rows>>,
}

impl RowStream {
    /// Wraps batches of rows that all have the columns of `header`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    /// use std::sync::Arc;
    /// use futures_util::{StreamExt as _, stream};
    /// use noorm_core::executor::{Header, RowStream, Rows};
    ///
    /// let header = Arc::new(Header::new(["title"]));
    /// let blue = Rows::new(Arc::clone(&header), vec!["Blue".into()]);
    /// let mut batches = RowStream::new(header, stream::iter([Ok(blue)]));
    /// assert_eq!(batches.next().await.transpose()?.map(|rows| rows.len()), Some(1));
    /// assert!(batches.next().await.is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(
        header: Arc<Header>,
        batches: impl Stream<Item = Result<Rows>> + Send + 'static,
    ) -> Self {
        Self {
            header,
            batches: Box::pin(batches),
        }
    }

    /// Gives the columns' names; for raw SQL they are known with the first batch only.
    #[must_use]
    pub fn header(&self) -> &Arc<Header> {
        &self.header
    }
}

impl Stream for RowStream {
    type Item = Result<Rows>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Result<Rows>>> {
        self.batches.as_mut().poll_next(task)
    }
}

impl std::fmt::Debug for RowStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowStream")
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}

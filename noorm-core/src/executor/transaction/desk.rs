//! What is known of a transaction without waiting for its connection.

use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use futures_util::future::BoxFuture;

use super::shared::{Limit, Shared};
use crate::error::{Error, ErrorKind, Result};
use crate::executor::Rows;
use crate::executor::connection::Connector;
use crate::executor::pool::Lease;

/// What can be looked at, and marked, at once. It is never locked while something is waited for.
pub(super) struct Desk<C: Connector> {
    /// The transaction and its savepoints that are open, outermost first; none once it is over.
    open: Vec<u64>,
    /// Where in `open` those begin that were abandoned and are still to be undone.
    abandoned: Option<usize>,
    cursor: Cursor<C>,
    last: u64,
}

/// Reading the next rows, with the connection that it needs.
type Fetch<C> = BoxFuture<'static, (Lease<C>, Result<Rows>)>;

/// Who has the connection between two statements. A stream takes it along, also while it waits for
/// rows: whoever ends the transaction takes it away from a stream that nobody polls any more.
pub(super) enum Cursor<C: Connector> {
    /// Nobody.
    Closed,
    /// Nobody, but a stream had it, and may have left rows unread.
    Left(Lease<C>),
    /// The stream of this number.
    Rests(u64, Lease<C>),
    /// The stream of this number, in the middle of something.
    Fetches(u64, Fetch<C>),
    /// Code of the caller's own, by the loan of this number.
    Lent(u64),
}

impl<C: Connector> Desk<C> {
    /// A transaction that has begun; gives its number, too.
    pub(super) fn new() -> (Self, u64) {
        let mut desk = Self {
            open: Vec::new(),
            abandoned: None,
            cursor: Cursor::Closed,
            last: 0,
        };
        let id = desk.opened();
        (desk, id)
    }

    /// Notes a savepoint; gives its number, which none had before it.
    pub(super) fn opened(&mut self) -> u64 {
        self.last += 1;
        self.open.push(self.last);
        self.last
    }

    fn place(&self, id: u64) -> Option<usize> {
        self.open.iter().position(|open| *open == id)
    }

    pub(super) fn is_open(&self, id: u64) -> bool {
        self.place(id).is_some()
    }

    /// Notes the end of `id` and of all in it.
    pub(super) fn ended(&mut self, id: u64) {
        if let Some(place) = self.place(id) {
            self.open.truncate(place);
            self.abandoned = self.abandoned.filter(|abandoned| *abandoned < place);
        }
    }

    /// Marks `id` and all in it as to be undone; nothing, if it has ended.
    pub(super) fn abandon(&mut self, id: u64) {
        if let Some(place) = self.place(id) {
            let place = self.abandoned.map_or(place, |earlier| earlier.min(place));
            self.abandoned = Some(place);
        }
    }

    /// Gives the outermost one that is to be undone, and its depth.
    pub(super) fn to_undo(&self) -> Option<(u64, u32)> {
        let place = self.abandoned?;
        let id = self.open.get(place)?;
        Some((*id, u32::try_from(place + 1).unwrap_or(u32::MAX)))
    }

    /// Whether nothing of it is to be kept.
    pub(super) fn is_over(&self) -> bool {
        self.open.is_empty() || self.abandoned == Some(0)
    }

    /// Lets a statement of `id` pass; gives the connection if a stream left it here.
    pub(super) fn admit(&mut self, id: u64) -> Result<Option<Lease<C>>> {
        if !self.is_open(id) {
            return Err(over(id));
        }
        if self.open.last() != Some(&id) {
            return Err(busy(
                "a savepoint of this transaction is still open",
                "use the savepoint's own handle in it; run savepoints one after the other",
            ));
        }
        match self.take_away() {
            Cursor::Closed => Ok(None),
            Cursor::Left(lease) => Ok(Some(lease)),
            Cursor::Lent(loan) => {
                self.cursor = Cursor::Lent(loan);
                Err(busy(
                    "the connection of this transaction is lent to a closure",
                    "in it, use the connection that it was given; run this before or after it",
                ))
            }
            live => {
                self.cursor = live;
                Err(busy(
                    "a stream of this transaction is still open",
                    "read it to its end or drop it, then run the next statement",
                ))
            }
        }
    }

    /// Gives the connection to a stream; gives the stream's number.
    pub(super) fn lend(&mut self, lease: Lease<C>) -> u64 {
        self.last += 1;
        self.cursor = Cursor::Rests(self.last, lease);
        self.last
    }

    /// Notes that the connection is lent; gives the loan's number.
    pub(super) fn lent(&mut self) -> u64 {
        self.last += 1;
        self.cursor = Cursor::Lent(self.last);
        self.last
    }

    /// Takes the connection back, unless the transaction has ended meanwhile, or nobody knows what
    /// state it is in: then it comes back to be dropped, which closes it.
    pub(super) fn back(&mut self, loan: u64, mut lease: Lease<C>) -> Option<Lease<C>> {
        match self.take_away() {
            Cursor::Lent(id) if id == loan && !lease.is_busy() => self.cursor = Cursor::Left(lease),
            Cursor::Lent(id) if id == loan => return Some(lease),
            other => {
                self.cursor = other;
                return Some(lease);
            }
        }
        None
    }

    /// Takes the connection away from its stream. Not to be dropped while the desk is locked.
    pub(super) fn take_away(&mut self) -> Cursor<C> {
        std::mem::replace(&mut self.cursor, Cursor::Closed)
    }

    /// Reads the next rows for `stream`; none, or an error, means that it is at its end.
    fn poll(&mut self, stream: u64, limit: Limit, task: &mut Context<'_>) -> Poll<Result<Rows>> {
        let mut fetch = match self.take_away() {
            Cursor::Rests(id, lease) if id == stream => fetch(lease, limit.now()),
            Cursor::Fetches(id, fetch) if id == stream => fetch,
            other => {
                self.cursor = other;
                let message = "the transaction ended before its stream";
                return Poll::Ready(Err(Error::new(ErrorKind::TransactionEnded, message)));
            }
        };
        let Poll::Ready((lease, rows)) = fetch.as_mut().poll(task) else {
            self.cursor = Cursor::Fetches(stream, fetch);
            return Poll::Pending;
        };
        self.cursor = match &rows {
            Ok(rows) if !rows.is_empty() => Cursor::Rests(stream, lease),
            _ => Cursor::Left(lease),
        };
        Poll::Ready(rows)
    }

    /// Takes note that `stream` was dropped. What it was in the middle of poisons the transaction.
    fn left(&mut self, stream: u64) -> Option<Fetch<C>> {
        match self.take_away() {
            Cursor::Rests(id, lease) if id == stream => self.cursor = Cursor::Left(lease),
            Cursor::Fetches(id, fetch) if id == stream => return Some(fetch),
            other => self.cursor = other,
        }
        None
    }
}

impl<C: Connector> Cursor<C> {
    /// Gives the connection, unless it is in the middle of something. Dropped then, it is closed, and
    /// the server rolls back by itself.
    pub(super) fn into_lease(self) -> Option<Lease<C>> {
        match self {
            Self::Left(lease) | Self::Rests(_, lease) => Some(lease),
            Self::Closed | Self::Fetches(..) | Self::Lent(_) => None,
        }
    }
}

fn fetch<C: Connector>(mut lease: Lease<C>, limit: Option<Instant>) -> Fetch<C> {
    Box::pin(async move {
        let rows = lease.fetch(limit).await;
        (lease, rows)
    })
}

/// The stream's end of an open cursor; its drop frees the transaction for the next statement.
pub(super) struct Reader<C: Connector> {
    pub(super) shared: Arc<Shared<C>>,
    pub(super) stream: u64,
    pub(super) limit: Limit,
    pub(super) done: bool,
}

impl<C: Connector> Reader<C> {
    pub(super) fn poll(&mut self, task: &mut Context<'_>) -> Poll<Option<Result<Rows>>> {
        if self.done {
            return Poll::Ready(None);
        }
        let polled = self.shared.desk().poll(self.stream, self.limit, task);
        polled.map(|rows| match rows {
            Ok(rows) if !rows.is_empty() => Some(Ok(rows)),
            ended => {
                self.done = true;
                ended.err().map(Err)
            }
        })
    }
}

impl<C: Connector> Drop for Reader<C> {
    fn drop(&mut self) {
        let unfinished = self.shared.desk().left(self.stream);
        drop(unfinished);
    }
}

impl<C: Connector> Shared<C> {
    pub(super) fn desk(&self) -> std::sync::MutexGuard<'_, Desk<C>> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn busy(message: &str, help: &str) -> Error {
    Error::new(ErrorKind::TransactionBusy, message).with_help(help)
}

/// The error of a handle that was used after its end.
fn over(id: u64) -> Error {
    let what = match id {
        FIRST => "transaction",
        _ => "savepoint",
    };
    Error::new(ErrorKind::TransactionEnded, format!("the {what} has ended"))
        .with_help("use its handle only before its end")
}

/// The number of the transaction itself.
const FIRST: u64 = 1;

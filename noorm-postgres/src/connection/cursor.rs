//! A statement that was sent, and its rows to come.

use std::mem;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::{FutureExt as _, TryStreamExt as _};
use noorm_core::executor::{Header, Outcome, RowSink, Rows};
use noorm_core::{Error, Result, Value};
use tokio_postgres::RowStream;

use crate::types::RowDecoder;

/// The most rows of one batch of a stream.
const BATCH: usize = 512;

/// A statement that was sent, and its rows to come.
pub(super) struct Cursor {
    rows: Pin<Box<RowStream>>,
    /// Unknown before the first row where the statement wasn't prepared.
    decoder: Option<Arc<RowDecoder>>,
    header: Arc<Header>,
    /// The driver may not be asked again then.
    ended: bool,
}

/// Why no rows could be fetched.
pub(super) enum Fetch {
    Failed(tokio_postgres::Error),
    Undecodable(Error),
}

impl Cursor {
    /// Makes one of a statement that was prepared, with how its rows are decoded, or of one that wasn't.
    pub(super) fn new(
        rows: RowStream,
        decoder: Option<Arc<RowDecoder>>,
        header: &Arc<Header>,
    ) -> Self {
        Self {
            rows: Box::pin(rows),
            decoder,
            header: Arc::clone(header),
            ended: false,
        }
    }

    pub(super) fn header(&self) -> &Arc<Header> {
        &self.header
    }

    /// Tells whether everything was read.
    pub(super) fn is_ended(&self) -> bool {
        self.ended
    }

    /// Waits for a row, and takes along what has arrived with it.
    pub(super) async fn fetch(&mut self) -> Result<Rows, Fetch> {
        let mut values = Vec::new();
        let mut count = 0;
        let mut next = match self.ended {
            true => None,
            false => self.next().await?,
        };
        while let Some(row) = next {
            decode(&row, &mut self.decoder, &mut self.header, &mut values)
                .map_err(Fetch::Undecodable)?;
            count += 1;
            if count == BATCH {
                break;
            }
            next = match self.next().now_or_never() {
                Some(next) => next?,
                None => None,
            };
        }
        Ok(Rows::new(Arc::clone(&self.header), values))
    }

    /// Reads all rows to the end, also those behind one that can't be decoded: the connection must be
    /// left with nothing unread.
    pub(super) async fn read(&mut self) -> Result<Result<Vec<Value>>, tokio_postgres::Error> {
        self.read_to(None).await
    }

    /// The same, where all rows but the last ones are given to somebody else.
    pub(super) async fn read_to(
        &mut self,
        sink: Option<&dyn RowSink>,
    ) -> Result<Result<Vec<Value>>, tokio_postgres::Error> {
        let room = self.decoder.as_ref().map(|decoder| decoder.room());
        let mut values = Ok(room.unwrap_or_default());
        let mut count = 0;
        while let Some(row) = self.rows.try_next().await? {
            let Ok(values_so_far) = &mut values else {
                continue;
            };
            if let Err(error) = decode(&row, &mut self.decoder, &mut self.header, values_so_far) {
                values = Err(error);
                continue;
            }
            count += 1;
            if let Some(sink) = sink.filter(|_| count == BATCH) {
                count = 0;
                let next = Vec::with_capacity(values_so_far.len());
                let full = mem::replace(values_so_far, next);
                sink.take(Rows::new(Arc::clone(&self.header), full));
            }
        }
        if let (Some(decoder), Ok(values)) = (&self.decoder, &mut values) {
            decoder.came(values);
        }
        Ok(values)
    }

    pub(super) fn outcome(self, values: Result<Vec<Value>>) -> Result<Outcome> {
        let rows = Rows::new(self.header, values?);
        // The server tells of all rows, also of those that somebody else took.
        let given = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        let affected = self.rows.rows_affected().unwrap_or(given);
        Ok(Outcome { rows, affected })
    }

    pub(super) async fn next(&mut self) -> Result<Option<tokio_postgres::Row>, Fetch> {
        let next = self.rows.try_next().await.map_err(Fetch::Failed)?;
        self.ended = next.is_none();
        Ok(next)
    }
}

/// Decodes a row, learning how from the first where the statement wasn't prepared.
fn decode(
    row: &tokio_postgres::Row,
    decoder: &mut Option<Arc<RowDecoder>>,
    header: &mut Arc<Header>,
    values: &mut Vec<Value>,
) -> Result<()> {
    let decoder = match decoder {
        Some(decoder) => decoder,
        None => {
            if header.is_empty() {
                *header = Arc::new(Header::new(row.columns().iter().map(|c| c.name())));
            }
            decoder.insert(Arc::new(RowDecoder::new(row.columns())?))
        }
    };
    decoder.decode_row(row, values)
}

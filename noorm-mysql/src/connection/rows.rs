//! A statement that was sent, and its rows to come.

use std::mem;
use std::sync::Arc;

use futures_util::FutureExt as _;
use mysql_async::{BinaryProtocol, Column, Conn, QueryResult, Row, TextProtocol, prelude};
use noorm_core::Value;
use noorm_core::executor::{Header, Outcome, RowSink, Rows};
use noorm_core::sql::Rendered;

use crate::types::Decoders;

/// The most rows of one batch of a stream.
const BATCH: usize = 512;

/// How the values of rows travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    Binary,
    Text,
}

/// A statement that was sent, and its rows to come.
pub(super) struct Cursor {
    protocol: Protocol,
    header: Arc<Header>,
    decoders: Decoders,
    /// Whether it gives rows at all, be it none.
    has_rows: bool,
    /// How many rows somebody else took.
    taken: u64,
    /// Whether the driver may be left while it waits: behind rows, raw SQL may have further results.
    may_be_left: bool,
}

impl Cursor {
    /// Makes one of what was sent on `conn` just now. `decoders` are those of a cursor before it.
    pub(super) fn new(
        conn: &mut Conn,
        protocol: Protocol,
        statement: &Rendered,
        decoders: Decoders,
    ) -> Self {
        match protocol {
            Protocol::Binary => {
                let sent = QueryResult::<'_, '_, BinaryProtocol>::new(conn);
                Self::over(sent.columns_ref(), protocol, statement, decoders)
            }
            Protocol::Text => {
                let sent = QueryResult::<'_, '_, TextProtocol>::new(conn);
                Self::over(sent.columns_ref(), protocol, statement, decoders)
            }
        }
    }

    fn over(
        columns: &[Column],
        protocol: Protocol,
        statement: &Rendered,
        mut decoders: Decoders,
    ) -> Self {
        let header = match &statement.columns {
            Some(known) if known.len() == columns.len() => Arc::clone(&statement.header),
            _ => Arc::new(Header::new(
                columns.iter().map(|c| c.name_str().into_owned()),
            )),
        };
        decoders.decide(columns, statement.columns.as_deref());
        Self {
            protocol,
            header,
            decoders,
            has_rows: !columns.is_empty(),
            taken: 0,
            may_be_left: statement.columns.is_some(),
        }
    }

    pub(super) fn header(&self) -> &Arc<Header> {
        &self.header
    }

    /// Reads all rows to the end, and passes over what a procedure gives behind them.
    /// All but the last ones go to `sink` while they arrive.
    pub(super) async fn read(
        &mut self,
        conn: &mut Conn,
        sink: Option<&dyn RowSink>,
    ) -> Result<Vec<Value>, mysql_async::Error> {
        match self.protocol {
            Protocol::Binary => self.read_as::<BinaryProtocol>(conn, sink).await,
            Protocol::Text => self.read_as::<TextProtocol>(conn, sink).await,
        }
    }

    async fn read_as<P: prelude::Protocol>(
        &mut self,
        conn: &mut Conn,
        sink: Option<&dyn RowSink>,
    ) -> Result<Vec<Value>, mysql_async::Error> {
        let mut values = Vec::new();
        let mut count = 0;
        let mut result = QueryResult::<'_, '_, P>::new(conn);
        while self.has_rows
            && let Some(row) = result.next().await?
        {
            self.decoders.decode(row, &mut values);
            count += 1;
            if let Some(sink) = sink.filter(|_| count == BATCH) {
                count = 0;
                let next = Vec::with_capacity(values.len());
                let full = Rows::new(Arc::clone(&self.header), mem::replace(&mut values, next));
                self.taken += full.len() as u64;
                sink.take(full);
            }
        }
        // Behind the last row, only a procedure has more.
        if !self.has_rows || !result.is_empty() {
            result.drop_result().await?;
        }
        Ok(values)
    }

    /// What the statement gave, and the decoders for the next cursor; of a statement without rows,
    /// `affected` is the number of those it matched.
    pub(super) fn outcome(self, values: Vec<Value>, affected: u64) -> (Outcome, Decoders) {
        let rows = Rows::new(self.header, values);
        let affected = match self.has_rows {
            true => self.taken + rows.len() as u64,
            false => affected,
        };
        (Outcome { rows, affected }, self.decoders)
    }

    /// Waits for a row, and takes along what has arrived with it.
    pub(super) async fn fetch(&mut self, conn: &mut Conn) -> Result<Rows, mysql_async::Error> {
        let mut values = Vec::new();
        let mut next = match self.has_rows {
            true => self.next(conn).await?,
            false => None,
        };
        let mut count = 0;
        while let Some(row) = next {
            self.decoders.decode(row, &mut values);
            count += 1;
            if count == BATCH {
                break;
            }
            next = if self.may_be_left {
                match self.next(conn).now_or_never() {
                    Some(next) => next?,
                    None => None,
                }
            } else {
                self.next(conn).await?
            };
        }
        if count == 0 {
            self.rest(conn).await?;
        }
        Ok(Rows::new(Arc::clone(&self.header), values))
    }

    /// Reads what is left, and forgets it.
    pub(super) async fn close(self, conn: &mut Conn) -> Result<(), mysql_async::Error> {
        self.rest(conn).await
    }

    async fn next(&self, conn: &mut Conn) -> Result<Option<Row>, mysql_async::Error> {
        match self.protocol {
            Protocol::Binary => {
                QueryResult::<'_, '_, BinaryProtocol>::new(conn)
                    .next()
                    .await
            }
            Protocol::Text => QueryResult::<'_, '_, TextProtocol>::new(conn).next().await,
        }
    }

    async fn rest(&self, conn: &mut Conn) -> Result<(), mysql_async::Error> {
        match self.protocol {
            Protocol::Binary => {
                QueryResult::<'_, '_, BinaryProtocol>::new(conn)
                    .drop_result()
                    .await
            }
            Protocol::Text => {
                QueryResult::<'_, '_, TextProtocol>::new(conn)
                    .drop_result()
                    .await
            }
        }
    }
}

//! A statement that was sent, and its rows to come.
//!
//! The driver's stream borrows its client. Both live in one future here, which nobody spawns: it is polled
//! by whoever waits for rows, and rests between two batches.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::{FutureExt as _, TryStreamExt as _};
use noorm_core::executor::{Header, Rows};
use noorm_core::sql::Rendered;
use noorm_core::{Error, ErrorKind, Result, Value};
use tiberius::CommandStream;
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::Client;
use super::call::{Reader, send};
use crate::error;

/// The most rows of one batch of a stream.
const BATCH: usize = 512;

/// What the future is asked for.
enum Ask {
    Rows,
}

/// The client comes back where nothing is left unread.
type Work = Pin<Box<dyn Future<Output = Option<Client>> + Send>>;

/// A statement that was sent, and its rows to come.
pub(super) struct Cursor {
    statement: Arc<Rendered>,
    /// `None` once it has ended.
    work: Option<Work>,
    client: Option<Client>,
    /// Closed to end the work.
    ask: Option<Sender<Ask>>,
    answers: Receiver<Result<Rows>>,
}

impl Cursor {
    pub(super) fn new(client: Client, statement: Arc<Rendered>, binds: Vec<Value>) -> Self {
        let (ask, asked) = mpsc::channel(1);
        let (answer, answers) = mpsc::channel(1);
        let work = work(client, Arc::clone(&statement), binds, asked, answer);
        Self {
            statement,
            work: Some(Box::pin(work)),
            client: None,
            ask: Some(ask),
            answers,
        }
    }

    pub(super) fn statement(&self) -> Arc<Rendered> {
        Arc::clone(&self.statement)
    }

    /// Sends the statement, and gives the names of its columns.
    pub(super) async fn open(&mut self) -> Result<Arc<Header>> {
        self.ask().await.map(|rows| Arc::clone(rows.header()))
    }

    /// Waits for a row, and takes along what has arrived with it; none means that it is at its end.
    pub(super) async fn fetch(&mut self) -> Result<Rows> {
        self.ask().await
    }

    async fn ask(&mut self) -> Result<Rows> {
        let gone = || Error::new(ErrorKind::ConnectionLost, "the cursor was given up");
        let ask = self.ask.as_ref().ok_or_else(gone)?;
        // There is room: one is asked for at a time.
        ask.try_send(Ask::Rows).map_err(|_| gone())?;
        let Some(work) = self.work.as_mut() else {
            return Err(gone());
        };
        tokio::select! {
            biased;
            answer = self.answers.recv() => answer.unwrap_or_else(|| Err(gone())),
            client = work => {
                self.work = None;
                self.client = client;
                self.answers.try_recv().unwrap_or_else(|_| Err(gone()))
            }
        }
    }

    /// Ends it, with an attention if the server isn't done, and gives the client back if it is of use.
    pub(super) async fn end(mut self) -> Option<Client> {
        self.ask = None;
        self.answers.close();
        match self.work.take() {
            Some(work) => work.await,
            None => self.client.take(),
        }
    }
}

async fn work(
    mut client: Client,
    statement: Arc<Rendered>,
    binds: Vec<Value>,
    mut asked: Receiver<Ask>,
    answer: Sender<Result<Rows>>,
) -> Option<Client> {
    let done = {
        let reading = read(&mut client, &statement, &binds, &mut asked, &answer);
        // Whoever gives up doesn't wait for a row first.
        tokio::select! {
            biased;
            done = reading => done,
            () = answer.closed() => false,
        }
    };
    match done || client.cancel_query().await.is_ok() {
        true => Some(client),
        false => None,
    }
}

/// Reads as long as it is asked; tells whether nothing is left unread.
async fn read(
    client: &mut Client,
    statement: &Rendered,
    binds: &[Value],
    asked: &mut Receiver<Ask>,
    answer: &Sender<Result<Rows>>,
) -> bool {
    if asked.recv().await.is_none() {
        return true;
    }
    let mut stream = match send(client, statement, binds).await {
        Ok(stream) => stream,
        Err(error) => return told(answer, Err(error)).await,
    };
    let mut reader = Reader::new(statement);
    // The columns of raw SQL are known with the first row only.
    let opened = Rows::new(Arc::clone(reader.header()), Vec::new());
    if answer.send(Ok(opened)).await.is_err() {
        return false;
    }
    while asked.recv().await.is_some() {
        let (rows, is_end) = match batch(&mut stream, &mut reader).await {
            Ok(read) => read,
            // The stream says what went wrong at its end.
            Err(error) => return told(answer, Err(error)).await,
        };
        if is_end {
            return told(answer, Ok(rows)).await;
        }
        if answer.send(Ok(rows)).await.is_err() {
            return false;
        }
    }
    false
}

async fn told(answer: &Sender<Result<Rows>>, last: Result<Rows>) -> bool {
    let lost = matches!(&last, Err(error) if error.kind() == ErrorKind::ConnectionLost);
    // Whoever has gone needs no answer.
    let _ = answer.send(last).await;
    !lost
}

/// Reads a batch of rows; none are the end.
async fn batch(stream: &mut CommandStream<'_>, reader: &mut Reader) -> Result<(Rows, bool)> {
    let (mut values, mut count) = (Vec::new(), 0);
    let mut is_end = false;
    while count < BATCH {
        let next = match count {
            0 => Some(stream.try_next().await),
            _ => stream.try_next().now_or_never(),
        };
        match next {
            None => break,
            Some(item) => match item.map_err(error::statement)? {
                Some(item) => count += usize::from(reader.take(item, &mut values)?),
                None => {
                    is_end = true;
                    break;
                }
            },
        }
    }
    // An end with rows before it is told by the next batch.
    Ok((
        Rows::new(Arc::clone(reader.header()), values),
        is_end && count == 0,
    ))
}

//! Streaming: a thread reads ahead by one batch, and gives the connection back at the end.

use std::mem::size_of;
use std::sync::Arc;

use noorm_core::executor::{Header, Rows};
use noorm_core::{Result, Value};
use tokio::sync::{mpsc, oneshot};

use super::job::{Job, bind_all};
use super::session::{Session, Stop};
use super::signals::Signals;
use super::statement::Statement;

/// A batch is sent at so many rows …
const ROWS: usize = 256;
/// … or so many bytes, whichever comes first.
const BYTES: usize = 64 * 1024;

/// The async end of an open cursor.
pub(super) struct Cursor {
    pub(super) batches: mpsc::Receiver<Result<Rows>>,
    /// Gives the connection back once the reading thread is done.
    pub(super) home: oneshot::Receiver<Box<Session>>,
    pub(super) signals: Arc<Signals>,
    pub(super) read_only: bool,
}

/// What is known once the statement is prepared.
pub(super) struct Opened {
    pub(super) header: Arc<Header>,
    pub(super) read_only: bool,
}

impl Session {
    /// Runs a statement and sends its rows, until there are none or nobody receives them.
    pub(super) fn stream(
        &self,
        job: &Job<'_>,
        binds: &[Value],
        opened: oneshot::Sender<Result<Opened>>,
        batches: &mpsc::Sender<Result<Rows>>,
    ) {
        let mut opened = Some(opened);
        // What Diesel committed has left its mark.
        self.signals().take_commit();
        let before = self.handle.total_changes();
        let run = self.patiently(|| {
            self.prepared(job, |statement| {
                bind_all(statement, binds)?;
                let header = job.header(statement)?;
                let read_only = statement.is_read_only();
                let ready = Opened {
                    header: Arc::clone(&header),
                    read_only,
                };
                match opened.take().map(|opened| opened.send(Ok(ready))) {
                    Some(Ok(())) => send_rows(job, statement, &header, batches),
                    _ => Ok(()),
                }
            })
        });
        self.note_commit(self.handle.total_changes().saturating_sub(before));
        if let Err(stop) = run {
            let error = stop.into_error(job.origin());
            // Whoever asked may be gone; then nobody wants the error.
            match opened.take() {
                Some(opened) => drop(opened.send(Err(error))),
                None => drop(batches.blocking_send(Err(error))),
            }
        }
    }
}

fn send_rows(
    job: &Job<'_>,
    statement: &mut Statement<'_>,
    header: &Arc<Header>,
    batches: &mpsc::Sender<Result<Rows>>,
) -> Result<(), Stop> {
    let width = statement.width();
    let (mut values, mut count, mut bytes) = (Vec::new(), 0, 0);
    while statement.step()? {
        let before = values.len();
        job.read(statement, width, &mut values);
        count += 1;
        bytes += values.iter().skip(before).map(size).sum::<usize>();
        if count >= ROWS || bytes >= BYTES {
            let next = Vec::with_capacity(values.len());
            let batch = Rows::new(Arc::clone(header), std::mem::replace(&mut values, next));
            (count, bytes) = (0, 0);
            // An empty batch would be taken for the end; without columns there is nothing to send.
            if !batch.is_empty() && batches.blocking_send(Ok(batch)).is_err() {
                return Ok(());
            }
        }
    }
    if !values.is_empty() {
        // Nobody receives it any more: then it is the end anyway.
        let _ = batches.blocking_send(Ok(Rows::new(Arc::clone(header), values)));
    }
    Ok(())
}

fn size(value: &Value) -> usize {
    let heap = match value {
        Value::Text(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Json(json) => json.len(),
        _ => 0,
    };
    size_of::<Value>() + heap
}

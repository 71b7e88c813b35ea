//! What waits for the end of a transaction: hooks, and the question whether to run it again.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use tokio::runtime::Handle;

use crate::error::{Error, ErrorKind, Result};

type Hook = BoxFuture<'static, ()>;

/// What is kept of a transaction or savepoint until its end.
pub(in crate::database) struct Ending {
    /// That of the transaction or savepoint around it.
    outer: Option<Arc<Ending>>,
    /// What runs after the commit; `None` once it has ended.
    hooks: Mutex<Option<Vec<Hook>>>,
    /// Whether the last statement met another transaction; one for all savepoints.
    conflicted: Arc<AtomicBool>,
}

impl Ending {
    pub(super) fn of(outer: Option<&Arc<Ending>>) -> Arc<Self> {
        Arc::new(Self {
            outer: outer.cloned(),
            hooks: Mutex::new(Some(Vec::new())),
            conflicted: outer.map_or_else(Arc::default, |outer| Arc::clone(&outer.conflicted)),
        })
    }

    fn hooks(&self) -> MutexGuard<'_, Option<Vec<Hook>>> {
        self.hooks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps `hook` for after the commit.
    pub(super) fn keep(&self, hook: Hook) -> Result<()> {
        match &mut *self.hooks() {
            Some(hooks) => hooks.push(hook),
            None => {
                let message =
                    "what comes after a commit was asked for when the transaction had ended";
                return Err(Error::new(ErrorKind::TransactionEnded, message)
                    .with_help("ask for it before the transaction's end"));
            }
        }
        Ok(())
    }

    /// Runs what waited for the commit; a savepoint hands it on to what is around it.
    pub(super) async fn committed(&self) {
        let hooks = self.hooks().take().unwrap_or_default();
        if hooks.is_empty() {
            return;
        }
        match &self.outer {
            Some(outer) => {
                if let Some(waiting) = &mut *outer.hooks() {
                    waiting.extend(hooks);
                }
            }
            None => {
                ToTheEnd(Some(Box::pin(async move {
                    for hook in hooks {
                        hook.await;
                    }
                })))
                .await
            }
        }
    }

    /// Forgets what waited for a commit that doesn't come.
    pub(super) fn undone(&self) {
        // A hook's drop is its caller's code: not under the lock.
        let hooks = self.hooks().take();
        drop(hooks);
    }

    /// Takes note of an error that may be a reason to run the transaction again.
    pub(in crate::database) fn note(&self, error: &Error) {
        match error.kind() {
            ErrorKind::Deadlock | ErrorKind::SerializationFailure => {
                self.conflicted.store(true, Ordering::Release);
            }
            ErrorKind::CommitUnknown => self.conflicted.store(false, Ordering::Release),
            _ => {}
        }
    }

    /// Takes note of a success: what failed before it was undone with its savepoint.
    pub(in crate::database) fn note_success(&self) {
        if self.has_conflicted() {
            self.conflicted.store(false, Ordering::Release);
        }
    }

    pub(super) fn has_conflicted(&self) -> bool {
        self.conflicted.load(Ordering::Acquire)
    }
}

/// Hooks that run, in the background once their caller goes away: the commit has happened.
struct ToTheEnd(Option<Hook>);

impl Future for ToTheEnd {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<()> {
        let Some(hooks) = &mut self.0 else {
            return Poll::Ready(());
        };
        let polled = hooks.as_mut().poll(task);
        if polled.is_ready() {
            self.0 = None;
        }
        polled
    }
}

impl Drop for ToTheEnd {
    fn drop(&mut self) {
        if let Some(hooks) = self.0.take().filter(|_| !std::thread::panicking())
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(hooks);
        }
    }
}

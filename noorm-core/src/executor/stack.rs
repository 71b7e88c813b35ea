//! The layers before an executor, as one executor.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};

use futures_util::future::{BoxFuture, FutureExt as _};
use tokio::runtime::Handle;

use super::{
    Begin, Executor, Layer, Loan, Next, Outcome, Request, RowStream, TransactionEvent,
    TransactionExecutor, TransactionStep,
};
use crate::error::{ErrorKind, Result};

/// Layers, outermost first, before a driver or a transaction.
pub(crate) struct Stack<E: ?Sized> {
    layers: Arc<[Arc<dyn Layer>]>,
    /// Whether one of them looks at rows.
    reads_rows: bool,
    target: Arc<E>,
    begin: Option<Begin>,
    stage: AtomicU8,
}

/// How far a transaction is; its end is told once.
const OPEN: u8 = 0;
const COMMITTING: u8 = 1;
const ENDED: u8 = 2;

impl Stack<dyn Executor> {
    /// Sorts `layers` into their slots; those of one slot keep their order.
    pub(crate) fn new(mut layers: Vec<Arc<dyn Layer>>, target: Arc<dyn Executor>) -> Self {
        layers.sort_by_key(|layer| layer.slot());
        Self {
            reads_rows: layers.iter().any(|layer| layer.reads_rows()),
            layers: layers.into(),
            target,
            begin: None,
            stage: AtomicU8::new(OPEN),
        }
    }
}

impl<E: Target + ?Sized> Stack<E> {
    fn next(&self) -> Next<'_> {
        Next {
            layers: &self.layers,
            target: self.target.executor(),
        }
    }
}

impl<E: ?Sized> Stack<E> {
    fn tell(&self, what: TransactionStep) -> BoxFuture<'static, ()> {
        let Some(begin) = &self.begin else {
            return Box::pin(std::future::ready(()));
        };
        let event = TransactionEvent {
            id: begin.id,
            depth: begin.depth,
            what,
        };
        let layers = Arc::clone(&self.layers);
        Box::pin(async move {
            // The innermost hears first: a cache is right again before an outer layer looks at it.
            for layer in layers.iter().rev() {
                layer.transaction(event).await;
            }
        })
    }

    fn tell_end(&self, what: TransactionStep) -> Telling {
        Telling(Some(self.tell(what)))
    }
}

/// Tells every layer how a transaction ended, in the background if nobody waits any more: a cache that
/// never heard of a commit would keep what has changed.
struct Telling(Option<BoxFuture<'static, ()>>);

impl Future for Telling {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<()> {
        if let Some(telling) = &mut self.0 {
            ready!(telling.as_mut().poll(task));
            self.0 = None;
        }
        Poll::Ready(())
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        if let Some(telling) = self.0.take()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(telling);
        }
    }
}

/// Begins below the layers, and puts the same layers before what was begun.
async fn begin(
    layers: &Arc<[Arc<dyn Layer>]>,
    target: &dyn Executor,
    begin: Begin,
) -> Result<Arc<dyn TransactionExecutor>> {
    let next = Next { layers, target };
    let inner = next.begin(begin.clone()).await?;
    let stack = Arc::new(Stack {
        layers: Arc::clone(layers),
        reads_rows: layers.iter().any(|layer| layer.reads_rows()),
        target: inner,
        begin: Some(begin),
        stage: AtomicU8::new(OPEN),
    });
    let mut unheard = Unheard(Some(Arc::clone(&stack)));
    stack.tell(TransactionStep::Begun).await;
    unheard.0 = None;
    Ok(stack)
}

/// Undoes what has begun, if its caller goes away before every layer has heard of it.
struct Unheard(Option<Arc<Stack<dyn TransactionExecutor>>>);

impl Drop for Unheard {
    fn drop(&mut self) {
        if let Some(stack) = self.0.take() {
            stack.abandon();
        }
    }
}

/// What layers can stand before.
pub(crate) trait Target: Send + Sync {
    fn executor(&self) -> &dyn Executor;
}

impl Target for dyn Executor {
    fn executor(&self) -> &dyn Executor {
        self
    }
}

impl Target for dyn TransactionExecutor {
    fn executor(&self) -> &dyn Executor {
        self
    }
}

impl<E: Target + ?Sized> Executor for Stack<E> {
    fn run(&self, request: Request) -> BoxFuture<'_, Result<Outcome>> {
        self.next().run(match self.reads_rows {
            true => request.with_sink(None),
            false => request,
        })
    }

    fn stream(&self, request: Request) -> BoxFuture<'_, Result<RowStream>> {
        self.next().stream(request)
    }

    fn begin(&self, asked: Begin) -> BoxFuture<'_, Result<Arc<dyn TransactionExecutor>>> {
        Box::pin(begin(&self.layers, self.target.executor(), asked))
    }

    fn lend(&self, request: Request) -> BoxFuture<'_, Result<Loan<'_>>> {
        self.next().lend(request)
    }
}

impl TransactionExecutor for Stack<dyn TransactionExecutor> {
    fn commit(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.stage.store(COMMITTING, Ordering::Release);
            let committed = self.target.commit().await;
            self.stage.store(ENDED, Ordering::Release);
            self.tell_end(match &committed {
                Ok(()) => TransactionStep::Committed,
                Err(error) if error.kind() == ErrorKind::CommitUnknown => TransactionStep::Unknown,
                Err(_) => TransactionStep::RolledBack,
            })
            .await;
            committed
        })
    }

    fn rollback(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let rolled_back = self.target.rollback().await;
            self.stage.store(ENDED, Ordering::Release);
            self.tell_end(TransactionStep::RolledBack).await;
            rolled_back
        })
    }

    fn abandon(&self) {
        self.target.abandon();
        let what = match self.stage.swap(ENDED, Ordering::AcqRel) {
            OPEN => TransactionStep::RolledBack,
            // The commit was dropped half-way.
            COMMITTING => TransactionStep::Unknown,
            _ => return,
        };
        // Most layers answer at once; one that waits goes on in the background.
        let _ = self.tell_end(what).now_or_never();
    }
}

//! A ticker beside work on the same runtime: how long does the work keep others from running?

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::runtime::{Builder, Runtime};

use crate::rounds::median;

const TICK: Duration = Duration::from_millis(1);

const RUNS: usize = 7;

/// The runtimes that programs have: one thread, and several.
///
/// # Errors
/// Where the system refuses.
pub fn runtimes() -> Result<[(&'static str, Runtime); 2]> {
    let one = Builder::new_current_thread().enable_all().build()?;
    let two = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    Ok([("one thread", one), ("two threads", two)])
}

/// Gives how late the latest tick came while what `prepare` makes ran: the median of some runs, since
/// a busy machine delays a tick now and then by itself. Each has a folder of its own.
///
/// # Errors
/// Where the work fails.
pub fn latest<W>(runtime: &Runtime, prepare: impl AsyncFn(PathBuf) -> Result<W>) -> Result<Duration>
where
    W: Future<Output = Result<()>> + Send + 'static,
{
    let mut latest = Vec::new();
    for _ in 0..RUNS {
        let folder = tempfile::tempdir()?;
        let work = runtime.block_on(prepare(folder.path().to_owned()))?;
        latest.push(beside(runtime, work)?);
    }
    Ok(median(&latest))
}

fn beside<W>(runtime: &Runtime, work: W) -> Result<Duration>
where
    W: Future<Output = Result<()>> + Send + 'static,
{
    runtime.block_on(async {
        let done = Arc::new(AtomicBool::new(false));
        let ticker = tokio::spawn(tick(Arc::clone(&done)));
        // It is under way before the work begins.
        tokio::time::sleep(5 * TICK).await;
        let worked = tokio::spawn(work).await?;
        done.store(true, Ordering::Release);
        let latest = ticker.await?;
        worked.map(|()| latest)
    })
}

async fn tick(done: Arc<AtomicBool>) -> Duration {
    let mut latest = Duration::ZERO;
    while !done.load(Ordering::Acquire) {
        let start = Instant::now();
        tokio::time::sleep(TICK).await;
        latest = latest.max(start.elapsed().saturating_sub(TICK));
    }
    latest
}

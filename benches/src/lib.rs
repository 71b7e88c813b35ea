//! Measures noorm beside raw drivers and other ORMs.
//!
//! ```text
//! Client: find, load, insert, update ──► Contender: many at once ──┬─► criterion    its statistics
//!   one for each library and engine                                └─► rounds       ratios, interleaved
//! ```
//!
//! The README says what is measured and how; each engine's module says what stands against what.

pub mod bulk;
pub mod discovery;
pub mod eager;
pub mod instructions;
pub mod memory;
pub mod mssql;
pub mod mysql;
mod orms;
pub mod pooled;
pub mod postgres;
pub mod relations;
pub mod report;
pub mod rounds;
mod served;
pub mod server;
pub mod sqlite;
pub mod ticker;

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::Result;
use criterion::Criterion;
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use tokio::runtime::Runtime;

/// How many rows the table has.
pub const ROWS: i64 = 10_000;

/// What is done with a table of [`ROWS`] rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Gives the row of a primary key.
    Find,
    /// Gives all rows.
    Load,
    /// Adds a row, to a table of its own, and gives it back.
    Insert,
    /// Changes one column of the row of a primary key, and gives the row back.
    Update,
}

/// A library's way to do each [`Operation`], over one connection.
#[allow(async_fn_in_trait, reason = "one thread drives it")]
pub trait Client {
    /// What the library is called.
    const NAME: &'static str;

    /// A row with values of its own.
    type Row;

    async fn find(&mut self, id: i64) -> Result<Self::Row>;
    async fn load(&mut self) -> Result<Vec<Self::Row>>;
    async fn insert(&mut self, n: i64) -> Result<Self::Row>;
    async fn update(&mut self, id: i64, quantity: i32) -> Result<Self::Row>;
}

/// Somebody who is measured at an operation of the kind `O`.
pub trait Contender<O> {
    fn name(&self) -> &'static str;

    /// Does it that often, one after the other.
    fn run(&mut self, operation: O, times: u64) -> LocalBoxFuture<'_, Result<()>>;
}

impl<C: Client> Contender<Operation> for C {
    fn name(&self) -> &'static str {
        C::NAME
    }

    fn run(&mut self, operation: Operation, times: u64) -> LocalBoxFuture<'_, Result<()>> {
        let numbers = (0..).take(usize::try_from(times).unwrap_or(usize::MAX));
        async move {
            match operation {
                Operation::Find => {
                    for n in numbers {
                        black_box(self.find(scattered(n)).await?);
                    }
                }
                Operation::Load => {
                    for _ in numbers {
                        black_box(self.load().await?);
                    }
                }
                Operation::Insert => {
                    for n in numbers {
                        black_box(self.insert(n).await?);
                    }
                }
                Operation::Update => {
                    for n in numbers {
                        black_box(self.update(scattered(n), 7).await?);
                    }
                }
            }
            Ok(())
        }
        .boxed_local()
    }
}

/// A key that is far from that of the number before it; the same for every contender.
fn scattered(n: i64) -> i64 {
    n * 7919 % ROWS + 1
}

/// When a row that is added was created: a moment that every engine has.
fn moment() -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_000)
}

/// The runtime of every measurement: with one thread, CPU time is that of the contender alone.
///
/// # Errors
/// Where the system refuses.
pub fn runtime() -> Result<Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?)
}

/// Criterion with the arguments of the command line, and short enough to be run often.
#[must_use]
pub fn configured() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args()
}

/// Measures the contenders with criterion, as one group.
pub fn criterion<O: Copy>(
    criterion: &mut Criterion,
    runtime: &Runtime,
    group: &str,
    operation: O,
    contenders: &mut [Box<dyn Contender<O>>],
) {
    let mut group = criterion.benchmark_group(group);
    for contender in contenders {
        group.bench_function(contender.name(), |bencher| {
            bencher.iter_custom(|times| {
                let start = Instant::now();
                runtime
                    .block_on(contender.run(operation, times))
                    .expect("the operation works");
                start.elapsed()
            });
        });
    }
    group.finish();
}

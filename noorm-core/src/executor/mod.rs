//! Running statements.
//!
//! ```text
//! Repository ──► Request { statement, context } ──► Layer ──► Layer ──► Driver ──► Rows
//!                                                                       │ pool, transactions, streams
//!                                                                       └ Connection (the dialect's)
//! ```
//!
//! [`Executor`] is what everything is: the driver, a transaction, and the stack of layers before
//! either. A dialect provides a [`Connection`] and a [`Connector`]; [`PooledDriver`] makes a driver
//! of them.

mod backoff;
mod connection;
mod contract;
mod driver;
mod layer;
mod lend;
mod pool;
mod request;
mod rows;
#[cfg(test)]
pub(crate) mod scripted;
mod sensitive;
mod sink;
mod stack;
mod trace;
mod transaction;

pub(crate) use backoff::Backoff;
pub use connection::{Connection, Connector, Control};
pub use contract::{Begin, Executor, Outcome, RowStream, TransactionExecutor};
pub(crate) use driver::within;
pub use driver::{Driver, PooledDriver};
pub(crate) use layer::RetryReads;
pub use layer::{Layer, Next, Slot, TransactionEvent, TransactionStep};
pub use lend::{Lendable, Lent, Loan, LoanError};
pub use pool::{PoolOptions, PoolStatus};
pub use request::{CachePolicy, Context, Isolation, Request, TransactionId, TransactionOptions};
pub use rows::{Header, Row, Rows};
pub(crate) use sensitive::Sensitive;
pub use sink::RowSink;
pub(crate) use stack::Stack;
pub(crate) use trace::{Place, Traced};

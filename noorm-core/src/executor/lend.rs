//! Lending a connection to code of a caller's own, such as Diesel's query builder.
//!
//! ```text
//! Database::diesel ──► Layer::lend ──► … ──► driver or transaction ──► Loan ──► closure(&mut C)
//!                                                                        └ its end: clean, or closed
//! ```
//!
//! Nothing here knows Diesel: a dialect's connection is handed through the layers as
//! [`Any`], and is what the closure says it is, or an error.

use std::any::Any;
use std::time::Instant;

use futures_util::future::BoxFuture;

use super::Connection;
use super::connection::Connector;
use super::driver::{in_time, within};
use super::pool::Lease;
use crate::error::{Error, ErrorKind, Result};

/// A dialect's connection that code of a caller's own can use: what the closure of
/// [`Database::diesel`](crate::Database::diesel) is given.
///
/// ```
/// use noorm_core::{Error, ErrorKind, executor::Lendable};
///
/// /// Tells what its caller could do about an error of that code.
/// fn is_taken<C: Lendable>(connection: &mut C, error: C::Error) -> bool {
///     connection.explain(error).kind() == ErrorKind::UniqueViolation
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no connection of noorm's",
    note = "the closure is given `noorm::postgres::Connection`, `noorm::mysql::Connection` or \
            `noorm::sqlite::Connection`"
)]
pub trait Lendable: Connection {
    /// The type, as callers write it.
    const NAME: &'static str;

    /// What that code fails with.
    type Error;

    /// Notes the state in which that code gets it.
    fn begin_loan(&mut self);

    /// Tells an error in the library's terms.
    fn explain(&mut self, error: Self::Error) -> Error;

    /// Makes sure, after that code, that it is as it was: nothing unread, the same transactions open. After
    /// an error it is closed.
    fn end_loan(&mut self) -> impl Future<Output = Result<()>> + Send;
}

/// What a closure that uses a lent connection may fail with, and what its caller sees of it.
///
/// An error that is made of the library's, `By` [`From`], stays as it is. The connection's own
/// ([`Lendable::Error`]: Diesel's) becomes an [`Error`] of the right kind. `By` is inferred.
///
/// ```
/// use noorm_core::Error;
/// use noorm_core::executor::{Lendable, LoanError};
///
/// fn seen<C: Lendable, By, E: LoanError<C, By>>(connection: &mut C, error: E) -> E::Told {
///     error.told(|error| connection.explain(error))
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "a closure with a `{C}` can't fail with `{Self}`",
    note = "let it fail with Diesel's error, or implement `From<noorm::Error>` for its own"
)]
pub trait LoanError<C: Lendable, By> {
    /// What the caller sees.
    type Told: From<Error>;

    /// Makes it.
    fn told(self, explain: impl FnOnce(C::Error) -> Error) -> Self::Told;
}

impl<C: Lendable, E: From<Error>> LoanError<C, Error> for E {
    type Told = Self;

    fn told(self, _explain: impl FnOnce(C::Error) -> Error) -> Self {
        self
    }
}

impl<C: Lendable<Error = E>, E> LoanError<C, C> for E {
    type Told = Error;

    fn told(self, explain: impl FnOnce(E) -> Error) -> Error {
        explain(self)
    }
}

/// A connection as it passes the layers on its way to the closure: its type is known at both ends only.
pub struct Lent<'a> {
    name: &'static str,
    connection: &'a mut dyn Any,
}

impl<'a> Lent<'a> {
    /// Wraps a connection: what [`Connection::lend`] gives.
    ///
    /// ```
    /// use noorm_core::executor::{Lendable, Lent};
    ///
    /// /// What a dialect's `Connection::lend` does.
    /// fn lend<C: Lendable>(connection: &mut C) -> Option<Lent<'_>> {
    ///     Some(Lent::new(connection))
    /// }
    /// ```
    pub fn new<C: Lendable>(connection: &'a mut C) -> Self {
        Self {
            name: C::NAME,
            connection,
        }
    }

    fn downcast<C: Lendable>(self) -> Result<&'a mut C> {
        let Self { name, connection } = self;
        connection.downcast_mut().ok_or_else(|| {
            Error::new(
                ErrorKind::TypeMismatch,
                format!(
                    "the database's connections are `{name}`, and the closure asks for `{}`",
                    C::NAME
                ),
            )
            .with_help(format!("write `async |conn: &mut {name}| …`"))
        })
    }
}

/// A connection on loan: what a layer's [`lend`](super::Layer::lend) passes on.
///
/// Its end, after the closure's, makes sure that the connection is as it was. Dropped before, the
/// connection is closed, and a transaction that is open on it can only be rolled back.
pub struct Loan<'a> {
    lender: Box<dyn Lender + 'a>,
    after: Vec<BoxFuture<'a, ()>>,
}

impl<'a> Loan<'a> {
    pub(super) fn new(lender: impl Lender + 'a) -> Self {
        Self {
            lender: Box::new(lender),
            after: Vec::new(),
        }
    }

    /// Does `work`, too, once the closure has ended, whatever it gave. What is dropped half-way drops
    /// `work` undone.
    ///
    /// ```
    /// use noorm_core::{BoxFuture, Result};
    /// use noorm_core::executor::{Loan, Next, Request};
    ///
    /// /// What a layer's `lend` does to hear of the end.
    /// fn lend<'a>(request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Loan<'a>>> {
    ///     Box::pin(async move {
    ///         let loan = next.lend(request).await?;
    ///         Ok(loan.then(async { println!("the closure has ended") }))
    ///     })
    /// }
    /// ```
    #[must_use]
    pub fn then(mut self, work: impl Future<Output = ()> + Send + 'a) -> Self {
        self.after.push(Box::pin(work));
        self
    }

    /// Gives the connection to `work`, no longer than until `deadline`, and takes it back.
    pub(crate) async fn serve<C, R, E, By>(
        mut self,
        deadline: Option<Instant>,
        work: impl AsyncFnOnce(&mut C) -> Result<R, E>,
        complete: impl FnOnce(Error) -> Error,
    ) -> Result<R, E::Told>
    where
        C: Lendable,
        E: LoanError<C, By>,
    {
        let (lent, busy) = self.lender.lent()?;
        let connection = lent.downcast::<C>()?;
        in_time(deadline)?;
        // From now on nobody knows what state it is in.
        *busy = true;
        connection.begin_loan();
        let served = within(deadline, async {
            let result = work(connection).await;
            let result =
                result.map_err(|error| error.told(|error| complete(connection.explain(error))));
            (result, connection.end_loan().await)
        });
        let (result, ended) = served.await?;
        *busy = ended.is_err();
        for work in self.after {
            work.await;
        }
        // The closure's error says more than what it left behind.
        let value = result?;
        ended?;
        Ok(value)
    }
}

/// Who has the connection, and gets it back when it is dropped.
pub(super) trait Lender: Send {
    /// Gives the connection, and its mark of being in use, which is set while nobody knows its state.
    fn lent(&mut self) -> Result<(Lent<'_>, &mut bool)>;
}

impl<C: Connector> Lender for Lease<C> {
    fn lent(&mut self) -> Result<(Lent<'_>, &mut bool)> {
        let pooled = self.get()?;
        let lent = pooled.connection.lend().ok_or_else(|| {
            let message = "the database's connections can't be lent to Diesel";
            Error::new(ErrorKind::Unsupported, message)
        })?;
        Ok((lent, &mut pooled.busy))
    }
}

//! Diesel, or other code of a caller's own, on a connection of the pool and in the open transaction.

use futures_util::TryFutureExt as _;

use super::Database;
use super::changes::completed_by_name;
use crate::error::{Error, Result, called_by_hand};
use crate::executor::{Lendable, LoanError};
use crate::schema::{TableName, TableRef};
use crate::statement::{Raw, Statement, Tree};

impl Database {
    /// Gives `work` a connection for Diesel's query builder: that of the open transaction, where it sees
    /// and does what the transaction's other statements do, else one of the pool.
    ///
    /// The closure says the connection's type: `noorm_postgres::Connection`, `noorm_mysql::Connection` or
    /// `noorm_sqlite::Connection`; each has an example with Diesel. `conn.transaction(…)` of Diesel's
    /// nests as a savepoint. While `work` runs in a transaction, the transaction's own handle is
    /// [`TransactionBusy`](crate::ErrorKind::TransactionBusy). The context's deadline bounds `work`; the
    /// statement time-out doesn't. What `work` sets for its session stays with the connection.
    ///
    /// What it writes isn't known: caches are cleared after it.
    /// [`diesel_writing`](Database::diesel_writing) says it.
    ///
    /// ```
    /// use noorm_core::{Database, Result, executor::Lendable};
    ///
    /// /// Counts with Diesel's query builder, whatever the dialect.
    /// async fn count<C: Lendable>(
    ///     db: &Database,
    ///     query: impl AsyncFnOnce(&mut C) -> Result<i64, C::Error>,
    /// ) -> Result<i64> {
    ///     db.diesel(async |conn: &mut C| query(conn).await).await
    /// }
    /// ```
    ///
    /// # Errors
    /// What `work` gives: an error of Diesel's as [`Error`] of the kind that the same failure has
    /// elsewhere in noorm, any other as it is. [`TypeMismatch`](crate::ErrorKind::TypeMismatch) if the
    /// database's connections are of another type, [`Unsupported`](crate::ErrorKind::Unsupported) where
    /// Diesel has none (SQL Server). [`TransactionBusy`](crate::ErrorKind::TransactionBusy) if `work`
    /// leaves a transaction open, and [`TransactionEnded`](crate::ErrorKind::TransactionEnded) if it ends
    /// the one around it: nothing of that one lasts then.
    pub async fn diesel<C, R, E, By>(
        &self,
        work: impl AsyncFnOnce(&mut C) -> Result<R, E>,
    ) -> Result<R, E::Told>
    where
        C: Lendable,
        E: LoanError<C, By>,
    {
        self.lend(None, work).await
    }

    /// The same, naming the tables that `work` writes, so that caches forget those only. None means that
    /// it only reads.
    ///
    /// ```
    /// use noorm_core::{Database, Result, executor::Lendable};
    ///
    /// /// Changes albums with Diesel's query builder; what is cached of other tables stays.
    /// async fn change<C: Lendable>(
    ///     db: &Database,
    ///     update: impl AsyncFnOnce(&mut C) -> Result<usize, C::Error>,
    /// ) -> Result<usize> {
    ///     db.diesel_writing(["album"], async |conn: &mut C| update(conn).await).await
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`diesel`](Database::diesel); and as [`repository`](Database::repository), of the tables.
    pub async fn diesel_writing<'t, C, R, E, By>(
        &self,
        tables: impl IntoIterator<Item = impl Into<TableRef<'t>>>,
        work: impl AsyncFnOnce(&mut C) -> Result<R, E>,
    ) -> Result<R, E::Told>
    where
        C: Lendable,
        E: LoanError<C, By>,
    {
        let schema = self.current_schema();
        let names = tables.into_iter().map(|table| match table.into() {
            TableRef::Written(text) => Ok(schema.table(&text)?.table_name()),
            TableRef::Exact(name) => Ok(schema.table_named(&name)?.table_name()),
        });
        let names: Result<Vec<_>> = names.collect();
        drop(schema);
        self.lend(Some(names?), work).await
    }

    async fn lend<C, R, E, By>(
        &self,
        writes: Option<Vec<TableName>>,
        work: impl AsyncFnOnce(&mut C) -> Result<R, E>,
    ) -> Result<R, E::Told>
    where
        C: Lendable,
        E: LoanError<C, By>,
    {
        if !self.capabilities().diesel {
            let what = "lend its connections to Diesel, which has no such backend";
            let error = Error::unsupported(self.dialect(), "diesel", what);
            return Err(called_by_hand("diesel")(error).into());
        }
        let schema = self.schema();
        // Layers see a statement that nobody runs.
        let mut raw = Raw::new("-- Diesel");
        raw.writes = writes;
        let statement = Statement::new(Tree::Raw(raw), vec![], &schema, self.flavor());
        let statement = statement.map_err(called_by_hand("diesel"))?;
        let request = self.request(statement);
        let deadline = request.context.deadline;
        let loan = self.executor().lend(request);
        let loan = loan.map_err(called_by_hand("diesel")).await?;
        let complete = |error| {
            if let Some(open) = &self.transaction {
                open.ending.note(&error);
            }
            let error = completed_by_name(error, &schema);
            called_by_hand("diesel")(self.shared.sensitive.silenced_anyway(error))
        };
        loan.serve(deadline, work, complete).await
    }
}

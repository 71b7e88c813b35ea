//! Groups, and what rows come to.

use std::sync::Arc;

use futures_util::TryFutureExt as _;

use super::{ColumnOf, ExtremeOf, MeanOf, Query, SumOf};
use crate::error::{Error, ErrorKind, Result, called};
use crate::executor::Rows;
use crate::repository::FromRow;
use crate::statement::{Aggregate, Expr, Node, Projection, Selection};
use crate::value::FromValue;

impl<T: FromRow> Query<T> {
    /// Makes groups of the rows that have these values in common. What is selected of a group are those values,
    /// and what the others come to.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::{col, count};
    ///
    /// let tracks = db.repository("track")?.query();
    /// let genres = tracks
    ///     .group_by(["genre_id"])
    ///     .having(count().gt(100))
    ///     .select(("genre_id", count().named("tracks"), col("milliseconds").avg().named("mean")))
    ///     .order_by(["-tracks"])
    ///     .all()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn group_by(mut self, by: impl Selection<T>) -> Self {
        let by = by.into_selected().into_iter();
        self.group.extend(by.map(|by| {
            let (node, binds, _) = by.into_parts();
            (node, binds)
        }));
        self
    }

    /// Keeps only the groups for which a condition holds; several must all hold.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::{col, count};
    ///
    /// let emails = db.repository("user")?.query().group_by(["email"]).having(count().gt(1));
    /// let twice: Vec<String> = emails.values(["email"]).await?.into_iter().map(|(email,)| email).collect();
    /// # Ok(())
    /// # }
    /// ```
    pub fn having(mut self, condition: Expr<T>) -> Self {
        self.having.push(condition);
        self
    }

    /// Gives what is selected of each row, or of each group, as tuples or anything else that rows become.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::{col, count};
    ///
    /// let invoices = db.repository("invoice")?.query();
    /// let by_country: Vec<(Option<String>, i64, f64)> = invoices
    ///     .group_by(["billing_country"])
    ///     .values(("billing_country", count(), col("total").avg()))
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::TypeMismatch`] where a value isn't of the type that is wanted; else as
    /// [`all`](Query::all).
    pub async fn values<R: FromRow>(mut self, selection: impl Selection<T>) -> Result<Vec<R>> {
        let table = self.repository.table_name().clone();
        let work = async move {
            self.values = Some(selection.into_selected());
            let database = self.repository.database().clone();
            R::from_rows(database.run(self.statement(None)?).await?.rows)
        };
        work.map_err(called("values", &table)).await
    }

    /// Gives the sum of a column's values: `None` of none.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let milliseconds: Option<i64> = db.repository("track")?.query().sum("milliseconds").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::TypeMismatch`] where the column holds no numbers, or the sum isn't of the type that is
    /// wanted; else as [`all`](Query::all).
    pub async fn sum<V: FromValue>(self, column: impl SumOf<T, V>) -> Result<Option<V>> {
        let table = self.repository.table_name().clone();
        let work = async move { self.aggregate(Aggregate::Sum, column.into_name()).await };
        work.map_err(called("sum", &table)).await
    }

    /// Gives the mean of a column's values: `None` of none.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let mean: Option<f64> = db.repository("track")?.query().avg("milliseconds").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`sum`](Query::sum).
    pub async fn avg<V: FromValue>(self, column: impl MeanOf<T, V>) -> Result<Option<V>> {
        let table = self.repository.table_name().clone();
        let work = async move { self.aggregate(Aggregate::Average, column.into_name()).await };
        work.map_err(called("avg", &table)).await
    }

    /// Gives the least of a column's values: `None` of none.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let first: Option<i64> = db.repository("album")?.query().min("year").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`sum`](Query::sum).
    pub async fn min<V: FromValue>(self, column: impl ExtremeOf<T, V>) -> Result<Option<V>> {
        let table = self.repository.table_name().clone();
        let work = async move { self.aggregate(Aggregate::Min, column.into_name()).await };
        work.map_err(called("min", &table)).await
    }

    /// Gives the greatest of a column's values: `None` of none.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let last: Option<i64> = db.repository("album")?.query().max("year").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`sum`](Query::sum).
    pub async fn max<V: FromValue>(self, column: impl ExtremeOf<T, V>) -> Result<Option<V>> {
        let table = self.repository.table_name().clone();
        let work = async move { self.aggregate(Aggregate::Max, column.into_name()).await };
        work.map_err(called("max", &table)).await
    }

    /// Counts the different values of a column that aren't NULL.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let artists = db.repository("album")?.query().count_distinct("artist_id").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`all`](Query::all).
    pub async fn count_distinct(self, column: impl ColumnOf<T>) -> Result<u64> {
        let table = self.repository.table_name().clone();
        let work = async move {
            let count = self
                .aggregate(Aggregate::CountDistinct, column.name())
                .await?;
            Ok(count.unwrap_or(0))
        };
        work.map_err(called("count_distinct", &table)).await
    }

    async fn aggregate<V: FromValue>(self, how: Aggregate, column: Arc<str>) -> Result<Option<V>> {
        if !self.group.is_empty() {
            let message = format!(
                "groups of rows of `{}` have a value each, not one together",
                self.repository.table_name()
            );
            return Err(Error::new(ErrorKind::InvalidStatement, message).with_help(
                "ask for the values of all: `values((\"column\", col(\"other\").sum()))`",
            ));
        }
        let node = Node::Aggregate(how, Box::new(Node::Column(column)));
        let values = vec![(node, "value".into())];
        // Of the rows that are given, where these are limited or distinct.
        let mut rows: Rows = self
            .within()
            .unordered()
            .projected(Projection::Values(values))
            .await?;
        let value: Option<Option<V>> = rows
            .rows_mut()
            .next()
            .map(|mut row| row.take(0))
            .transpose()?;
        Ok(value.flatten())
    }
}

//! The short ways to ask: one row, one column, one value.

use std::sync::Arc;

use futures_util::TryFutureExt as _;

use super::{Query, order};
use crate::error::{Error, ErrorKind, Result, called};
use crate::executor::Rows;
use crate::repository::{FromRow, Record};
use crate::schema::TableName;
use crate::statement::{Column, NamedColumn, Order, Projection, Selected};
use crate::value::FromValue;

/// A column of `T` whose values are read as `V`: a typed one as its own type, one that is named at run time
/// as what the caller says.
///
/// ```
/// use noorm_core::Result;
/// use noorm_core::repository::{ColumnAs, Query, Record};
///
/// async fn longest(query: Query<Record>, column: impl ColumnAs<Record, String>) -> Result<usize> {
///     let texts = query.pluck(column).await?;
///     Ok(texts.iter().map(String::len).max().unwrap_or(0))
/// }
/// ```
pub trait ColumnAs<T, V> {
    /// Gives its name.
    ///
    /// ```
    /// use noorm_core::repository::{ColumnAs, Record};
    ///
    /// let name = ColumnAs::<Record, i64>::into_name("album_id");
    /// assert_eq!(&*name, "album_id");
    /// ```
    fn into_name(self) -> Arc<str>;
}

impl<T, V> ColumnAs<T, V> for Column<T, V> {
    fn into_name(self) -> Arc<str> {
        self.name().into()
    }
}

impl<V> ColumnAs<Record, V> for NamedColumn {
    fn into_name(self) -> Arc<str> {
        self.name().clone()
    }
}

impl<V> ColumnAs<Record, V> for &str {
    fn into_name(self) -> Arc<str> {
        self.into()
    }
}

impl<T: FromRow> Query<T> {
    /// Gives the last row: the first one from the other end of the order, or of the primary key where no order
    /// was asked for.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let newest = db.repository("album")?.query().order_by(["added"]).last().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidStatement`] if there is neither an order nor a primary key, or there is a limit or an
    /// offset, which would mean something else from the other end; else as [`all`](Query::all).
    pub async fn last(self) -> Result<Option<T>> {
        let table = self.repository.table_name().clone();
        let work = async move { self.reversed()?.first().await };
        work.map_err(called("last", &table)).await
    }

    /// The query for the last row.
    pub(crate) fn only_last(self) -> Result<Self> {
        self.reversed()?.only_first()
    }

    /// The same rows in the order from the other end.
    fn reversed(mut self) -> Result<Self> {
        self.unlimited("the last row")?;
        if self.order.is_empty() && self.computed().is_some() {
            let message =
                "what is computed, distinct or of several queries has no order of its own";
            return Err(Error::new(ErrorKind::InvalidStatement, message)
                .with_help("call `order_by` before"));
        }
        if self.order.is_empty() {
            let plan = self.repository.plan()?;
            self.order = order::of_key(&plan.table).map(Order::of).collect();
            if self.order.is_empty() {
                let message = format!("`{}` has no primary key to be ordered by", plan.name);
                return Err(Error::new(ErrorKind::InvalidStatement, message)
                    .with_help("call `order_by` before"));
            }
        }
        for order in &mut self.order {
            order::reversed(&mut order.by);
        }
        Ok(self)
    }

    /// Gives the row, where there must be exactly one.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::{ErrorKind, statement::col};
    ///
    /// let users = db.repository("user")?;
    /// let ann = users.query().filter(col("name").eq("Ann")).one().await;
    /// match ann.as_ref().map_err(|error| error.kind()) {
    ///     Ok(ann) => println!("{}", ann.get::<String>("email")?),
    ///     Err(ErrorKind::NotFound) => println!("nobody is called Ann"),
    ///     Err(ErrorKind::SeveralRows) => println!("which Ann?"),
    ///     Err(_) => return ann.map(|_| ()),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is none, [`ErrorKind::SeveralRows`] if there are more; else as
    /// [`all`](Query::all).
    pub async fn one(mut self) -> Result<T> {
        let table = self.repository.table_name().clone();
        self.limit = Some(self.limit.unwrap_or(2).min(2));
        let work = async move {
            let name = self.repository.table_name().clone();
            exactly_one(self.all().await?, &name)
        };
        work.map_err(called("one", &table)).await
    }

    /// Gives the values of one column.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let albums = db.repository("album")?;
    /// let titles: Vec<String> = albums.query().order_by(["title"]).pluck("title").await?;
    /// // NULLs need a place.
    /// let years = albums.query().pluck::<Option<i32>>("year").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// An entity's column says itself of which type its values are:
    ///
    /// ```
    /// use noorm_core::repository::{FromRow, Query};
    /// use noorm_core::statement::Column;
    ///
    /// async fn titles<Album: FromRow>(
    ///     albums: Query<Album>,
    ///     title: Column<Album, String>,
    /// ) -> noorm_core::Result<Vec<String>> {
    ///     albums.pluck(title).await
    /// }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::TypeMismatch`] if a value can't become a `V`; else as [`all`](Query::all).
    pub async fn pluck<V: FromValue>(self, column: impl ColumnAs<T, V>) -> Result<Vec<V>> {
        let table = self.repository.table_name().clone();
        let work = async move { read(self.column(column.into_name()).await?) };
        work.map_err(called("pluck", &table)).await
    }

    /// Gives the value of one column in the row that [`first`](Query::first) would give; `None` where there is no
    /// row.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::col;
    ///
    /// let albums = db.repository("album")?.query();
    /// let title: Option<String> = albums.filter(col("album_id").eq(7)).pick("title").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`pluck`](Query::pluck).
    pub async fn pick<V: FromValue>(self, column: impl ColumnAs<T, V>) -> Result<Option<V>> {
        let table = self.repository.table_name().clone();
        let work = async move {
            let name = column.into_name();
            let values: Vec<V> = read(self.only_first()?.column(name).await?)?;
            Ok(values.into_iter().next())
        };
        work.map_err(called("pick", &table)).await
    }

    async fn column(self, name: Arc<str>) -> Result<Rows> {
        let table = &self.repository.plan.table;
        let is_own = self.values.is_none() && table.column(&name).is_some();
        if is_own && self.group.is_empty() {
            return self.projected(Projection::Columns(vec![name])).await;
        }
        // What is worked out under the name, or a column of a joined table.
        let mut values = self.values.iter().flatten();
        let value = values.find(|value| value.name() == &*name).cloned();
        let value = value.unwrap_or_else(|| Selected::column(name));
        let query = Self {
            values: Some(vec![value]),
            columns: None,
            ..self
        };
        let database = query.repository.database().clone();
        Ok(database.run(query.statement(None)?).await?.rows)
    }
}

fn read<V: FromValue>(mut rows: Rows) -> Result<Vec<V>> {
    rows.rows_mut().map(|mut row| row.take(0)).collect()
}

/// The one of rows that are one.
pub(crate) fn exactly_one<R>(rows: Vec<R>, name: &TableName) -> Result<R> {
    let mut rows = rows.into_iter();
    match (rows.next(), rows.next()) {
        (Some(row), None) => Ok(row),
        (None, _) => {
            let message = format!("no row of `{name}` is what was asked for");
            Err(Error::new(ErrorKind::NotFound, message))
        }
        (Some(_), Some(_)) => {
            let message = format!("several rows of `{name}` are what was asked for, not one");
            Err(Error::new(ErrorKind::SeveralRows, message)
                .with_help("filter by a unique key, or call `first`"))
        }
    }
}

//! Queries.

use std::marker::PhantomData;
use std::sync::Arc;

use futures_util::{Stream, TryStreamExt as _};

use super::{FromRow, Record, Repository};
use crate::error::Result;
use crate::executor::Rows;
use crate::statement::{Expr, Node, Order, Projection, Select, Statement, SubQuery, Tree};
use crate::value::Value;

/// A question about rows of `T`, which nothing is sent for until it is asked.
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// use noorm_core::statement::col;
///
/// let albums = db
///     .repository("album")?
///     .query()
///     .filter(col("title").contains("Rock"))
///     .exclude(col("artist_id").in_list([1, 2]))
///     .order_by(["-title", "album_id"])
///     .limit(20)
///     .all()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a query does nothing until it is asked: call `all`, `first`, `count`, `stream`, …"]
pub struct Query<T> {
    repository: Repository<T>,
    filters: Vec<Expr<T>>,
    order: Vec<Order<T>>,
    columns: Option<Vec<Arc<str>>>,
    limit: Option<u64>,
    offset: Option<u64>,
}

impl<T> Clone for Query<T> {
    fn clone(&self) -> Self {
        Self {
            repository: self.repository.clone(),
            filters: self.filters.clone(),
            order: self.order.clone(),
            columns: self.columns.clone(),
            limit: self.limit,
            offset: self.offset,
        }
    }
}

impl<T> std::fmt::Debug for Query<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Query")
            .field("repository", &self.repository)
            .field("filters", &self.filters)
            .field("order", &self.order)
            .field("columns", &self.columns)
            .field("limit", &self.limit)
            .field("offset", &self.offset)
            .finish()
    }
}

impl<T: FromRow> Query<T> {
    pub(super) fn new(repository: Repository<T>) -> Self {
        Self {
            repository,
            filters: Vec::new(),
            order: Vec::new(),
            columns: None,
            limit: None,
            offset: None,
        }
    }

    /// Keeps rows for which `expr` holds. Filters add up.
    pub fn filter(mut self, expr: Expr<T>) -> Self {
        self.filters.push(expr);
        self
    }

    /// Leaves out rows for which `expr` holds. As in SQL, rows of which it can't be told (a comparison
    /// with NULL) are left out, too.
    pub fn exclude(self, expr: Expr<T>) -> Self {
        self.filter(!expr)
    }

    /// Orders rows, behind the orders that were asked for before. `"-title"` is from high to low.
    pub fn order_by(mut self, order: impl IntoIterator<Item = impl Into<Order<T>>>) -> Self {
        self.order.extend(order.into_iter().map(Into::into));
        self
    }

    /// Gives at most `limit` rows.
    pub fn limit(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Skips the first `offset` rows.
    pub fn offset(mut self, offset: u64) -> Self {
        self.offset = Some(offset);
        self
    }

    /// Gives all rows.
    ///
    /// # Errors
    /// Where a column isn't there or a value doesn't fit it, before anything is sent; whatever the
    /// database answers; where a row can't become a `T`.
    pub async fn all(self) -> Result<Vec<T>> {
        T::from_rows(self.rows().await?)
    }

    /// Gives the first row, in the order of the primary key where no order was asked for.
    ///
    /// # Errors
    /// As [`all`](Query::all).
    pub async fn first(mut self) -> Result<Option<T>> {
        if self.order.is_empty() {
            let plan = self.repository.plan()?;
            let keys = plan.table.key_columns().iter();
            self.order = keys.map(|k| Order::new(k.as_str().into(), false)).collect();
        }
        // A limit that was asked for may be 0.
        self.limit = Some(self.limit.unwrap_or(1).min(1));
        Ok(T::from_rows(self.rows().await?)?.into_iter().next())
    }

    /// Counts the rows that [`all`](Query::all) would give.
    ///
    /// # Errors
    /// As [`all`](Query::all).
    pub async fn count(self) -> Result<u64> {
        let rows = self.projected(Projection::Count).await?;
        let count = rows.value(0, 0).cloned().unwrap_or_default();
        <u64 as crate::value::FromValue>::from_value(count).map_err(|m| m.in_column("count"))
    }

    /// Tells whether there is any row.
    ///
    /// # Errors
    /// As [`all`](Query::all).
    pub async fn exists(self) -> Result<bool> {
        let rows = self.projected(Projection::Exists).await?;
        Ok(rows.value(0, 0) == Some(&Value::I64(1)))
    }

    /// Gives the rows one by one while they arrive, in constant memory.
    ///
    /// In a transaction, nothing else can be sent until the stream is at its end or dropped.
    ///
    /// # Errors
    /// As [`all`](Query::all); those of the middle come from the stream.
    pub async fn stream(self) -> Result<impl Stream<Item = Result<T>> + Send + Unpin> {
        let batches = self.batches().await?;
        let rows = batches.map_ok(|batch| futures_util::stream::iter(batch.into_iter().map(Ok)));
        Ok(Box::pin(rows.try_flatten()))
    }

    /// Gives the rows in batches, as they arrive.
    ///
    /// # Errors
    /// As [`stream`](Query::stream).
    pub async fn batches(self) -> Result<impl Stream<Item = Result<Vec<T>>> + Send + Unpin> {
        let database = self.repository.database().clone();
        let stream = database.stream(self.statement(None)?).await?;
        Ok(stream.and_then(|rows| std::future::ready(T::from_rows(rows))))
    }

    /// Makes the statement that [`all`](Query::all) would run.
    ///
    /// # Errors
    /// Where a column isn't there or a value doesn't fit it.
    pub fn to_statement(self) -> Result<Statement> {
        self.statement(None)
    }

    async fn rows(self) -> Result<Rows> {
        let database = self.repository.database().clone();
        Ok(database.run(self.statement(None)?).await?.rows)
    }

    async fn projected(self, projection: Projection) -> Result<Rows> {
        let database = self.repository.database().clone();
        Ok(database.run(self.statement(Some(projection))?).await?.rows)
    }

    fn statement(self, projection: Option<Projection>) -> Result<Statement> {
        let plan = self.repository.plan()?;
        let database = self.repository.database().clone();
        let (mut select, binds) = self.into_select();
        if let Some(projection) = projection {
            select.projection = projection;
        }
        Statement::new(Tree::Select(select), binds, &plan.schema, database.flavor())
    }

    fn into_select(self) -> (Select, Vec<Value>) {
        let mut select = Select::all(self.repository.table_name().clone());
        let entity = || T::columns().map(|names| names.iter().map(|n| Arc::from(*n)).collect());
        if let Some(columns) = self.columns.or_else(entity) {
            select.projection = Projection::Columns(columns);
        }
        let mut binds = Vec::new();
        match self.filters.len() {
            0 => {}
            _ => {
                let (node, values) = Expr::all(self.filters).into_parts();
                select.filter = Some(only(node));
                binds = values;
            }
        }
        select.order = self.order.into_iter().map(|order| order.by).collect();
        for (bound, wanted) in [
            (self.limit, &mut select.limit),
            (self.offset, &mut select.offset),
        ] {
            if let Some(n) = bound {
                *wanted = true;
                // No table has more rows than an i64 counts.
                binds.push(Value::I64(i64::try_from(n).unwrap_or(i64::MAX)));
            }
        }
        (select, binds)
    }
}

/// A conjunction of one is that one.
fn only(node: Node) -> Node {
    match node {
        Node::And(mut all) if all.len() == 1 => all.pop().unwrap_or(Node::Constant(true)),
        node => node,
    }
}

impl Query<Record> {
    /// Gives only these columns.
    pub fn select(mut self, columns: impl IntoIterator<Item = impl Into<Arc<str>>>) -> Self {
        self.columns = Some(columns.into_iter().map(Into::into).collect());
        self
    }
}

impl<T: FromRow> From<Query<T>> for SubQuery<T> {
    fn from(query: Query<T>) -> Self {
        let (select, binds) = query.into_select();
        Self {
            select,
            binds,
            of: PhantomData,
        }
    }
}

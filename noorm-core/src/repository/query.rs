//! Queries.

mod aggregated;
mod combine;
mod compute;
mod cursor;
mod explain;
mod in_batches;
mod join;
mod lock;
mod order;
mod page;
mod pick;
mod related;
mod retyped;
mod select;

use std::marker::PhantomData;
use std::sync::Arc;

use futures_util::{Stream, TryStreamExt as _};

pub use self::aggregated::{ExtremeOf, MeanOf, SumOf};
pub(crate) use self::combine::Selects;
pub use self::cursor::{CursorPage, Seek};
pub use self::join::Join;
pub(crate) use self::join::alive;
pub use self::page::Page;
pub use self::pick::ColumnAs;
pub(crate) use self::pick::exactly_one;
use super::made::run_and_read;
use super::{ColumnOf, FromRow, Record, Repository, hook};
use crate::error::{Result, called};
use crate::executor::Rows;
use crate::statement::{
    Derived, Expr, Joined, Lock, Node, Order, Projection, Select, Selected, Selection, Statement,
    SubQuery, Tree, Walk,
};
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
    pub(crate) repository: Repository<T>,
    pub(super) filters: Vec<Expr<T>>,
    pub(super) order: Vec<Order<T>>,
    columns: Option<Vec<Arc<str>>>,
    /// What is worked out of the rows, in the place of columns.
    values: Option<Vec<Selected<T>>>,
    distinct: bool,
    pub(super) joins: Vec<(Joined, Vec<Value>)>,
    group: Vec<(Node, Vec<Value>)>,
    having: Vec<Expr<T>>,
    /// What stands in the table's place, and its binds.
    derived: Option<(Derived, Vec<Value>)>,
    lock: Option<Lock>,
    /// What is selected behind what the rows are read of.
    beside: Vec<Selected<T>>,
    limit_by: Vec<Node>,
    repeats: Vec<Node>,
    walk: Option<(Walk, Vec<Value>)>,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: Option<u64>,
    /// Whether a write without a filter is meant.
    pub(super) all_rows: bool,
}

impl<T> Clone for Query<T> {
    fn clone(&self) -> Self {
        Self {
            repository: self.repository.clone(),
            filters: self.filters.clone(),
            order: self.order.clone(),
            columns: self.columns.clone(),
            values: self.values.clone(),
            distinct: self.distinct,
            joins: self.joins.clone(),
            group: self.group.clone(),
            having: self.having.clone(),
            derived: self.derived.clone(),
            lock: self.lock,
            beside: self.beside.clone(),
            limit_by: self.limit_by.clone(),
            repeats: self.repeats.clone(),
            walk: self.walk.clone(),
            limit: self.limit,
            offset: self.offset,
            all_rows: self.all_rows,
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
            values: None,
            distinct: false,
            joins: Vec::new(),
            group: Vec::new(),
            having: Vec::new(),
            derived: None,
            lock: None,
            beside: Vec::new(),
            limit_by: Vec::new(),
            repeats: Vec::new(),
            walk: None,
            limit: None,
            offset: None,
            all_rows: false,
        }
    }

    /// Keeps rows for which `expr` holds. Filters add up.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::col;
    ///
    /// let albums = db.repository("album")?.query().filter(col("artist_id").eq(7));
    /// let short = albums.filter(col("title").eq("Blue") | col("title").eq("Hejira")).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn filter(mut self, expr: Expr<T>) -> Self {
        self.filters.push(expr);
        self
    }

    /// Leaves out rows for which `expr` holds. As in SQL, rows of which it can't be told (a comparison
    /// with NULL) are left out, too.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::col;
    ///
    /// let albums = db.repository("album")?.query();
    /// let rest = albums.exclude(col("title").starts_with("Best of")).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn exclude(self, expr: Expr<T>) -> Self {
        self.filter(!expr)
    }

    /// Orders rows, behind the orders that were asked for before. `"-title"` is from high to low.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::col;
    ///
    /// let albums = db.repository("album")?.query();
    /// let by_name = albums.clone().order_by(["-year", "title"]).all().await?;
    /// let the_same = albums.order_by([col("year").desc(), col("title").asc()]).all().await?;
    /// assert_eq!(by_name, the_same);
    /// # Ok(())
    /// # }
    /// ```
    pub fn order_by(mut self, order: impl IntoIterator<Item = impl Into<Order<T>>>) -> Self {
        self.order.extend(order.into_iter().map(Into::into));
        self
    }

    /// Gives at most `limit` rows.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let newest = db.repository("album")?.query().order_by(["-added"]).limit(3).all().await?;
    /// assert!(newest.len() <= 3);
    /// # Ok(())
    /// # }
    /// ```
    pub fn limit(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Skips the first `offset` rows.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let page = db.repository("album")?.query().order_by(["title"]).limit(20).offset(40).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn offset(mut self, offset: u64) -> Self {
        self.offset = Some(offset);
        self
    }

    /// Gives all rows.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::col;
    ///
    /// let albums = db.repository("album")?.query().filter(col("title").contains("Blue")).all().await?;
    /// for album in &albums {
    ///     println!("{}", album.get::<String>("title")?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Where a column isn't there or a value doesn't fit it, before anything is sent; whatever the
    /// database answers; where a row can't become a `T`.
    pub async fn all(self) -> Result<Vec<T>> {
        let table = self.repository.table_name().clone();
        self.found_rows().await.map_err(called("all", &table))
    }

    async fn found_rows(self) -> Result<Vec<T>> {
        let hooks = self.repository.plan.hooks.clone();
        let hooks = hooks.filter(|_| self.values.is_none());
        let database = self.repository.database().clone();
        let statement = self.statement(None)?;
        if hooks.is_none() {
            return run_and_read(&database, statement).await;
        }
        let rows = database.run(statement).await?.rows;
        hook::load(hooks.as_deref(), &database, rows).await
    }

    /// Gives the first row, in the order of the primary key where no order was asked for.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let newest = db.repository("album")?.query().order_by(["-added"]).first().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`all`](Query::all).
    pub async fn first(self) -> Result<Option<T>> {
        let table = self.repository.table_name().clone();
        let work = async move { self.only_first()?.found_rows().await };
        let found = work.await.map_err(called("first", &table))?;
        Ok(found.into_iter().next())
    }

    pub(crate) fn only_first(mut self) -> Result<Self> {
        if self.order.is_empty() && self.computed().is_none() {
            let plan = self.repository.plan()?;
            self.order = order::of_key(&plan.table).map(Order::of).collect();
        }
        // A limit that was asked for may be 0.
        self.limit = Some(self.limit.unwrap_or(1).min(1));
        Ok(self)
    }

    /// Counts the rows that [`all`](Query::all) would give.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::col;
    ///
    /// let lost = db.repository("album")?.query().filter(col("artist_id").is_null()).count().await?;
    /// assert_eq!(lost, 0);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`all`](Query::all).
    pub async fn count(self) -> Result<u64> {
        let table = self.repository.table_name().clone();
        let work = async move {
            let rows = self.unordered().projected(Projection::Count).await?;
            let count = rows.value(0, 0).cloned().unwrap_or_default();
            <u64 as crate::value::FromValue>::from_value(count).map_err(|m| m.in_column("count"))
        };
        work.await.map_err(called("count", &table))
    }

    /// Tells whether there is any row.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::col;
    ///
    /// let is_taken = db.repository("user")?.query().filter(col("name").eq("ann")).exists().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`all`](Query::all).
    pub async fn exists(self) -> Result<bool> {
        let table = self.repository.table_name().clone();
        let rows = self.unordered().projected(Projection::Exists).await;
        let rows = rows.map_err(called("exists", &table))?;
        Ok(rows.value(0, 0) == Some(&Value::I64(1)))
    }

    /// Gives the rows one by one while they arrive, in constant memory.
    ///
    /// In a transaction, nothing else can be sent until the stream is at its end or dropped.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use futures_util::TryStreamExt as _;
    ///
    /// let mut tracks = db.repository("track")?.query().stream().await?;
    /// while let Some(track) = tracks.try_next().await? {
    ///     println!("{}", track.get::<String>("name")?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`all`](Query::all); those of the middle come from the stream.
    pub async fn stream(self) -> Result<impl Stream<Item = Result<T>> + Send + Unpin> {
        let batches = self.batches_of("stream").await?;
        let rows = batches.map_ok(|batch| futures_util::stream::iter(batch.into_iter().map(Ok)));
        Ok(Box::pin(rows.try_flatten()))
    }

    /// Gives the rows in batches, as they arrive.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use futures_util::TryStreamExt as _;
    ///
    /// let mut batches = db.repository("track")?.query().batches().await?;
    /// while let Some(tracks) = batches.try_next().await? {
    ///     println!("{} more tracks", tracks.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`stream`](Query::stream).
    pub async fn batches(self) -> Result<impl Stream<Item = Result<Vec<T>>> + Send + Unpin> {
        self.batches_of("batches").await
    }

    async fn batches_of(
        self,
        method: &'static str,
    ) -> Result<impl Stream<Item = Result<Vec<T>>> + Send + Unpin> {
        let table = self.repository.table_name().clone();
        let hooks = self.repository.plan.hooks.clone();
        let database = self.repository.database().clone();
        let work = async { database.stream(self.statement(None)?).await };
        let stream = work.await.map_err(called(method, &table))?;
        let read = move |rows| {
            let (hooks, database) = (hooks.clone(), database.clone());
            async move { hook::load(hooks.as_deref(), &database, rows).await }
        };
        let named = move |error| called(method, &table)(error);
        Ok(Box::pin(stream.and_then(read).map_err(named)))
    }

    /// Makes the statement that [`all`](Query::all) would run.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::{Value, statement::col};
    ///
    /// let query = db.repository("album")?.query().filter(col("title").eq("Blue"));
    /// let statement = query.to_statement()?;
    /// assert_eq!(statement.binds(), [Value::from("Blue")]);
    /// println!("{}", statement.rendered(db.flavor())?.sql);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Where a column isn't there or a value doesn't fit it.
    pub fn to_statement(self) -> Result<Statement> {
        self.statement(None)
    }

    /// Whether nothing says yet which rows are meant.
    pub(crate) fn is_whole(&self) -> bool {
        let plan = self.repository.plan();
        let is_seen_whole = plan.is_ok_and(|plan| self.repository.visible(&plan).is_none());
        self.filters.is_empty() && is_seen_whole
    }

    /// The same rows in no order, which means nothing to a subquery and is refused by some databases; it
    /// tells which rows are meant where only some are.
    fn unordered(mut self) -> Self {
        if self.limit.is_none() && self.offset.is_none() {
            self.order.clear();
        }
        self
    }

    async fn projected(self, projection: Projection) -> Result<Rows> {
        let database = self.repository.database().clone();
        Ok(database.run(self.statement(Some(projection))?).await?.rows)
    }

    pub(super) fn statement(self, projection: Option<Projection>) -> Result<Statement> {
        let Some(projection) = projection else {
            return self.statement_with(|select| select);
        };
        self.statement_with(|select| {
            // Its values may tell rows apart, and have binds.
            let mut select = match select.projection {
                Projection::Values(_) => combine::around(select),
                _ => select,
            };
            select.projection = projection;
            select
        })
    }

    fn statement_with(self, change: impl FnOnce(Select) -> Select) -> Result<Statement> {
        self.lockable()?;
        let plan = self.repository.plan()?;
        let database = self.repository.database().clone();
        let (select, binds) = self.into_select();
        let tree = Tree::Select(change(select));
        plan.query(tree, binds, database.flavor())
    }
}

impl Query<Record> {
    /// Gives only this: columns, and what is worked out of them.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::col;
    ///
    /// let titles = db.repository("album")?.query().select(["title"]).all().await?;
    /// assert!(titles.iter().all(|album| album.len() == 1));
    ///
    /// let items = db.repository("item")?.query();
    /// let items = items.select(("sku", col("price").times(2).named("double"))).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn select(mut self, selection: impl Selection<Record>) -> Self {
        let selected = selection.into_selected();
        let column = |selected: &Selected<Record>| selected.as_column();
        match selected.iter().map(column).collect() {
            Some(columns) => (self.columns, self.values) = (Some(columns), None),
            None => (self.columns, self.values) = (None, Some(selected)),
        }
        self
    }
}

impl<T: FromRow> From<Query<T>> for SubQuery<T> {
    fn from(query: Query<T>) -> Self {
        let mut query = query.unordered();
        // Whether a row is there, it is as well once as twice.
        query.distinct &= query.limit.is_some() || query.offset.is_some();
        let (select, binds) = query.into_select();
        Self {
            select,
            binds,
            of: PhantomData,
        }
    }
}

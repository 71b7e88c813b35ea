//! Queries whose rows come with their relations.

use std::sync::Arc;

use futures_util::{Stream, StreamExt as _, TryStreamExt as _};

use super::include::{Branch, Total};
use super::limits::Limits;
use super::load::{Level, Parents, Planner, Selecting};
use super::tree::DEPTH;
use super::{AskTotal, Include, Loaded, RelationOf, count_name};
use crate::database::Database;
use crate::error::{Error, ErrorKind, Result, called};
use crate::executor::Rows;
use crate::repository::{
    CursorPage, FromRow, Hooks, KeyOf, Page, Query, Record, Seek, Selects, exactly_one, load,
};
use crate::schema::TableName;
use crate::statement::{Expr, Order, Selection, Term};
use crate::value::Value;

/// How many rows a stream reads before it loads their relations.
const BATCH: u64 = 1_000;

/// A query whose rows come with relations: made by [`Query::with`].
///
/// It gives [`Loaded`] rows. What is asked of the rows themselves is asked as of a [`Query`].
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// use noorm_core::statement::col;
///
/// let page = db.repository("album")?.query()
///     .with("artist")
///     .with("tracks.genre")
///     .filter(col("title").contains("Rock"))
///     .order_by(["title"])
///     .page(1, 20)
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a query does nothing until it is asked: call `all`, `first`, `page`, …"]
pub struct Eager<T> {
    query: Query<T>,
    branches: Vec<Branch>,
    totals: Vec<Total>,
    depth: Option<usize>,
    rows: Option<u64>,
    too_far: Option<TooFar<T>>,
}

/// Rows of a tree that are too far away to be followed: there must be none.
#[derive(Debug)]
struct TooFar<T> {
    rows: Query<T>,
    /// Whether they may be missing among the query's rows, for another reason.
    is_narrowed: bool,
}

impl<T> Clone for TooFar<T> {
    fn clone(&self) -> Self {
        Self {
            rows: self.rows.clone(),
            is_narrowed: self.is_narrowed,
        }
    }
}

impl<T> Clone for Eager<T> {
    fn clone(&self) -> Self {
        Self {
            query: self.query.clone(),
            branches: self.branches.clone(),
            totals: self.totals.clone(),
            depth: self.depth,
            rows: self.rows,
            too_far: self.too_far.clone(),
        }
    }
}

/// What is needed to load relations of the query's rows.
struct Prepared<T> {
    query: Query<T>,
    level: Level,
    hooks: Option<Arc<Hooks>>,
    database: Database,
    too_far: Option<TooFar<T>>,
}

impl<T: FromRow + Sync> Eager<T> {
    pub(crate) fn new(query: Query<T>) -> Self {
        Self {
            query,
            branches: Vec::new(),
            totals: Vec::new(),
            depth: None,
            rows: None,
            too_far: None,
        }
    }

    /// Has it be an error if there are such rows.
    pub(crate) fn without_any(self, too_far: Option<Query<T>>) -> Self {
        let too_far = too_far.map(|rows| TooFar {
            rows,
            is_narrowed: false,
        });
        Self { too_far, ..self }
    }

    fn narrowed(mut self, change: impl FnOnce(Query<T>) -> Query<T>) -> Self {
        if let Some(too_far) = &mut self.too_far {
            too_far.is_narrowed = true;
        }
        self.asked(change)
    }

    fn asked(self, change: impl FnOnce(Query<T>) -> Query<T>) -> Self {
        Self {
            query: change(self.query),
            ..self
        }
    }

    /// Loads another relation, as [`Query::with`]. What is asked for twice is loaded once.
    pub fn with(mut self, include: impl Into<Include<T>>) -> Self {
        self.branches.push(include.into().branch);
        self
    }

    /// Tells how many rows a relation has, as [`Query::with_count`].
    pub fn with_count(self, relation: impl RelationOf<T>) -> Self {
        let relation = relation.relation();
        self.totalled(
            count_name(relation).into(),
            Term::<T, i64>::counted(relation),
        )
    }

    /// Tells what related rows come to, as [`Query::with_total`].
    pub fn with_total<V>(self, name: impl AskTotal<T, V>, total: Term<T, V>) -> Self {
        self.totalled(name.asked(), total)
    }

    pub(super) fn totalled<V>(mut self, name: Arc<str>, total: Term<T, V>) -> Self {
        self.totals.push(Total::new(name, total));
        self
    }

    /// Allows relations of relations to be so many deep; what is deeper is an error.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let albums = db.repository("album")?.query().with("tracks.genre");
    /// let error = albums.max_depth(1).all().await.unwrap_err();
    /// assert_eq!(error.kind(), noorm_core::ErrorKind::InvalidStatement);
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_depth(mut self, depth: usize) -> Self {
        self.depth = Some(depth);
        self
    }

    /// Allows so many rows to be loaded by relations, all together; more are an error, not left out.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let albums = db.repository("album")?.query().with("tracks").max_rows(10_000).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_rows(mut self, rows: u64) -> Self {
        self.rows = Some(rows);
        self
    }

    /// As [`Query::filter`].
    pub fn filter(self, expr: Expr<T>) -> Self {
        self.narrowed(|query| query.filter(expr))
    }

    /// As [`Query::exclude`].
    pub fn exclude(self, expr: Expr<T>) -> Self {
        self.narrowed(|query| query.exclude(expr))
    }

    /// As [`Query::order_by`].
    pub fn order_by(self, order: impl IntoIterator<Item = impl Into<Order<T>>>) -> Self {
        self.asked(|query| query.order_by(order))
    }

    /// As [`Query::limit`].
    pub fn limit(self, limit: u64) -> Self {
        self.narrowed(|query| query.limit(limit))
    }

    /// As [`Query::offset`].
    pub fn offset(self, offset: u64) -> Self {
        self.narrowed(|query| query.offset(offset))
    }

    /// Gives all rows, with their relations.
    ///
    /// One statement finds the rows, and as many more as relations are asked for find theirs.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownRelation`](crate::ErrorKind::UnknownRelation) where there is no such relation; [`ErrorKind::InvalidStatement`](crate::ErrorKind::InvalidStatement) where what is
    /// asked for can't go together; [`ErrorKind::TooManyRows`](crate::ErrorKind::TooManyRows); else as [`Query::all`].
    pub async fn all(self) -> Result<Vec<Loaded<T>>> {
        let table = self.table();
        let work = async move { self.prepared(Parents::Several)?.all().await };
        work.await.map_err(called("all", &table))
    }

    /// Gives the row of a primary key, as [`Repository::find`](crate::repository::Repository::find), if it is among
    /// those of the query.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let album = db.repository("album")?.with("tracks").find(7).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`all`](Self::all), and as [`Repository::find`](crate::repository::Repository::find).
    pub async fn find(self, key: impl KeyOf<T>) -> Result<Option<Loaded<T>>> {
        let (table, key) = (self.table(), key.into());
        let work = async move {
            let query = self.query.clone().of_key(key)?;
            let prepared = Self { query, ..self }.prepared(Parents::One)?;
            Ok(prepared.all().await?.into_iter().next())
        };
        work.await.map_err(called("find", &table))
    }

    /// Gives the first row, as [`Query::first`].
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub async fn first(self) -> Result<Option<Loaded<T>>> {
        let table = self.table();
        let work = async move {
            let mut prepared = self.prepared(Parents::One)?;
            prepared.query = prepared.query.only_first()?;
            Ok(prepared.all().await?.into_iter().next())
        };
        work.await.map_err(called("first", &table))
    }

    /// Gives the last row, as [`Query::last`].
    ///
    /// # Errors
    /// As [`all`](Self::all), and as [`Query::last`].
    pub async fn last(self) -> Result<Option<Loaded<T>>> {
        let table = self.table();
        let work = async move {
            let mut prepared = self.prepared(Parents::One)?;
            prepared.query = prepared.query.only_last()?;
            Ok(prepared.all().await?.into_iter().next())
        };
        work.await.map_err(called("last", &table))
    }

    /// Gives the only row, as [`Query::one`].
    ///
    /// # Errors
    /// As [`all`](Self::all), and as [`Query::one`].
    pub async fn one(self) -> Result<Loaded<T>> {
        let table = self.table();
        let work = async {
            let mut prepared = self.prepared(Parents::One)?;
            let query = &mut prepared.query;
            query.limit = Some(query.limit.unwrap_or(2).min(2));
            exactly_one(prepared.all().await?, &table)
        };
        work.await.map_err(called("one", &table))
    }

    /// Gives a page by its number, as [`Query::page`].
    ///
    /// # Errors
    /// As [`all`](Self::all), and as [`Query::page`].
    pub async fn page(self, number: u64, size: u64) -> Result<Page<Loaded<T>>> {
        let table = self.table();
        let work = async move {
            let prepared = self.prepared(Parents::Several)?;
            let (query, page) = prepared.query.numbered(number, size).await?;
            let items = match query {
                Some(query) => Prepared { query, ..prepared }.all().await?,
                None => Vec::new(),
            };
            Ok(page.of(items))
        };
        work.await.map_err(called("page", &table))
    }

    /// Gives a page by its place in the order, as [`Query::cursor_page`].
    ///
    /// # Errors
    /// As [`all`](Self::all), and as [`Query::cursor_page`].
    pub async fn cursor_page<'a>(
        self,
        size: u64,
        seek: impl Into<Seek<'a>>,
    ) -> Result<CursorPage<Loaded<T>>> {
        let (table, seek) = (self.table(), seek.into());
        let work = async move {
            let prepared = self.prepared(Parents::Several)?;
            let (rows, page) = prepared.query.clone().sought(size, seek).await?;
            let items = prepared.finish(rows).await?;
            Ok(page.of(items))
        };
        work.await.map_err(called("cursor_page", &table))
    }

    /// Walks over all rows, a batch at a time, each with its relations, as [`Query::in_batches`].
    ///
    /// # Errors
    /// As [`all`](Self::all), and as [`Query::in_batches`].
    pub fn in_batches(
        self,
        size: u64,
    ) -> Result<impl Stream<Item = Result<Vec<Loaded<T>>>> + Send + Unpin> {
        self.batches("in_batches", size)
    }

    fn batches(
        self,
        method: &'static str,
        size: u64,
    ) -> Result<impl Stream<Item = Result<Vec<Loaded<T>>>> + Send + Unpin> {
        let table = self.table();
        let prepared = self.prepared(Parents::Several);
        let prepared = Arc::new(prepared.map_err(called(method, &table))?);
        let walk = prepared.query.clone().walk(size);
        let walk = walk.map_err(called(method, &table))?;
        let finish = move |rows| {
            let prepared = Arc::clone(&prepared);
            async move { prepared.finish(rows).await }
        };
        let named = move |error| called(method, &table)(error);
        Ok(Box::pin(walk.and_then(finish).map_err(named)))
    }

    /// Gives all rows one by one, in the order of the query; relations are loaded for a thousand of them at a time.
    ///
    /// Rows are found by their place in the order, a statement for each thousand, so that no connection is held while
    /// relations are loaded.
    ///
    /// # Errors
    /// As [`in_batches`](Self::in_batches).
    pub fn stream(self) -> Result<impl Stream<Item = Result<Loaded<T>>> + Send + Unpin> {
        let batches = self.batches("stream", BATCH)?;
        let rows = batches.map_ok(|batch| futures_util::stream::iter(batch.into_iter().map(Ok)));
        Ok(rows.try_flatten().boxed())
    }

    /// Counts the rows, as [`Query::count`]; nothing is loaded.
    ///
    /// # Errors
    /// As [`Query::count`].
    pub async fn count(self) -> Result<u64> {
        if let Some(too_far) = self.too_far {
            let table = self.query.repository.table_name().clone();
            too_far.check().await.map_err(called("count", &table))?;
        }
        self.query.count().await
    }

    /// Tells in which way each relation is loaded, and why, and how of one row alone, where that is otherwise; below that the database's plan of the rows' own statement.
    ///
    /// # Errors
    /// As [`all`](Self::all); [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) as [`Query::explain`].
    pub async fn explain(self) -> Result<String> {
        let table = self.table();
        let of_one = self.clone().prepared(Parents::One);
        let of_one = of_one.map_err(called("explain", &table))?;
        let prepared = self.prepared(Parents::Several);
        let Prepared { query, level, .. } = prepared.map_err(called("explain", &table))?;
        let mut told = String::new();
        level.tell(&mut told, 0);
        let mut told_of_one = String::new();
        of_one.level.tell(&mut told_of_one, 0);
        if told_of_one != told {
            told.push_str("of one row (`find`, `first`, `last`, `one`):\n");
            told.push_str(&told_of_one);
        }
        told.push_str(&query.explain().await?);
        Ok(told)
    }

    fn table(&self) -> TableName {
        self.query.repository.table_name().clone()
    }

    fn prepared(self, parents: Parents) -> Result<Prepared<T>> {
        let Self {
            mut query,
            branches,
            totals,
            depth,
            rows,
            too_far,
        } = self;
        let database = query.repository.database().clone();
        let plan = query.repository.plan()?;
        let mut selecting = Selecting::new(query.own_columns()?);
        let planner = Planner::new(&database, Limits::new(depth, rows), parents);
        let level = planner.level(&plan.table, &mut selecting, branches, &totals)?;
        let beside = selecting.beside();
        query.reads_rows(match beside.is_empty() {
            true => Selects::Rows,
            false => Selects::More,
        })?;
        for (joined, binds) in &level.joins {
            query = query.joined(joined.clone(), binds.clone());
        }
        Ok(Prepared {
            query: query.beside(beside),
            level,
            hooks: plan.hooks(),
            database,
            too_far,
        })
    }
}

impl Eager<Record> {
    /// As [`Query::select`], of columns: relations are loaded of rows, not of what is worked out.
    pub fn select(self, selection: impl Selection<Record>) -> Self {
        self.asked(|query| query.select(selection))
    }
}

impl<T: FromRow + Sync> Prepared<T> {
    async fn all(self) -> Result<Vec<Loaded<T>>> {
        let statement = self.query.clone().to_statement()?;
        let rows = self.database.run(statement).await?.rows;
        self.finish(rows).await
    }

    /// Loads the relations of rows, and makes of these what the caller reads.
    async fn finish(&self, rows: Rows) -> Result<Vec<Loaded<T>>> {
        if let Some(too_far) = &self.too_far {
            let depth = self.level.totals.start;
            let mut depths = (0..rows.len()).filter_map(|row| rows.value(row, depth));
            if too_far.is_narrowed {
                too_far.clone().check().await?;
            } else if depths.any(|depth| matches!(depth, Value::I64(n) if *n > DEPTH.into())) {
                return Err(TooFar::<T>::error());
            }
        }
        let (rows, beside) = self.level.load(rows).await?;
        let rows: Vec<T> = load(self.hooks.as_deref(), &self.database, rows).await?;
        Ok(Loaded::all(rows, beside))
    }
}

impl<T: FromRow> TooFar<T> {
    /// Sees to it that there are none.
    async fn check(self) -> Result<()> {
        match self.rows.exists().await? {
            true => Err(Self::error()),
            false => Ok(()),
        }
    }

    fn error() -> Error {
        let message = format!(
            "the tree goes on beyond {DEPTH} steps, and rows further away would be missing"
        );
        Error::new(ErrorKind::TooManyRows, message).with_help(
            "say how many steps to follow by `max_depth`; what is further away is left out then",
        )
    }
}

//! SQL that a caller wrote: its binds, what it touches, and what its rows become.

mod names;
mod scan;

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::{Stream, TryStreamExt as _};

use super::Database;
use crate::error::{Error, ErrorKind, Result, called_by_hand};
use crate::executor::{Outcome, Rows};
use crate::repository::{FromRow, Record};
use crate::schema::{TableName, TableRef};
use crate::statement::{Raw, Statement, Tree};
use crate::value::{FromValue, Value};

/// SQL of one's own, which nothing is sent of until it is asked; [`Database::raw`] makes one.
///
/// To await it is to [`run`](RawQuery::run) it.
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// let longest = "SELECT title FROM album WHERE artist_id = :artist ORDER BY length(title) DESC";
/// for album in db.raw(longest).bind("artist", 7).all().await? {
///     println!("{}", album.get::<String>("title")?);
/// }
/// db.raw("VACUUM").await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent before it is asked: await it, or call `all`, `first`, `value`, …"]
pub struct RawQuery<T = Record> {
    database: Database,
    sql: Arc<str>,
    binds: Binds,
    reads: Option<Vec<TableName>>,
    writes: Option<Vec<TableName>>,
    /// What was wrong when it was put together.
    error: Option<Error>,
    /// What its errors say that was called.
    method: &'static str,
    of: PhantomData<fn() -> T>,
}

enum Binds {
    Named(Vec<(Arc<str>, Value)>),
    Placed(Vec<Value>),
}

impl<T> fmt::Debug for RawQuery<T> {
    /// Shows no bind: they may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawQuery")
            .field("sql", &self.sql)
            .field("reads", &self.reads)
            .field("writes", &self.writes)
            .finish_non_exhaustive()
    }
}

impl Database {
    /// Starts a statement in SQL of one's own; `:name` is where [`bind`](RawQuery::bind) puts a value.
    ///
    /// What it touches isn't known unless it is said ([`reads`](RawQuery::reads), [`writes`](RawQuery::writes)):
    /// caches are cleared after it, and a tenant layer may refuse it.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let blue = db.raw("SELECT * FROM album WHERE album_id = :id").bind("id", 7).first().await?;
    /// let count: i64 = db.raw("SELECT count(*) FROM album").value().await?;
    /// let gone = db.raw("DELETE FROM log WHERE day < :day").bind("day", "2026-01-01").execute().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn raw(&self, sql: impl Into<Arc<str>>) -> RawQuery {
        RawQuery {
            database: self.clone(),
            sql: sql.into(),
            binds: Binds::Named(Vec::new()),
            reads: None,
            writes: None,
            error: None,
            method: "raw",
            of: PhantomData,
        }
    }
}

impl<T: FromRow> RawQuery<T> {
    /// Binds a value to `:name`, wherever that stands outside of quotes and comments. The last one counts.
    ///
    /// `IN (:ids)` takes a list. Elsewhere a list is an array, where the database has such.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let sql = "SELECT * FROM album WHERE genre IN (:genres) AND (:year = 0 OR year = :year)";
    /// let albums = db.raw(sql).bind("genres", vec!["rock", "folk"]).bind("year", 1971).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn bind(mut self, name: &str, value: impl Into<Value>) -> Self {
        match &mut self.binds {
            Binds::Named(named) => {
                named.retain(|(known, _)| **known != *name);
                named.push((name.into(), value.into()));
            }
            Binds::Placed(_) => self.mixed(),
        }
        self
    }

    /// Binds values to the database's own placeholders, in their order: `?1` on SQLite, `$1` on PostgreSQL, `?` on
    /// MySQL, `@P1` on SQL Server. `:name` means nothing then.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let sql = "SELECT * FROM album WHERE artist_id = $1 AND year > $2";
    /// let albums = db.raw(sql).binds([7, 1970]).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn binds(mut self, values: impl IntoIterator<Item = impl Into<Value>>) -> Self {
        match &self.binds {
            Binds::Named(named) if !named.is_empty() => self.mixed(),
            _ => self.binds = Binds::Placed(values.into_iter().map(Into::into).collect()),
        }
        self
    }

    /// Sends the SQL as it stands: what looks like `:name` is none.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let last = db.raw("SELECT days[:2] FROM calendar").verbatim().all().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn verbatim(self) -> Self {
        self.binds(Vec::<Value>::new())
    }

    /// Says which tables it reads, so that its answer can be cached, and a tenant layer can judge it. Nothing is
    /// written unless [`writes`](RawQuery::writes) says so.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let sql = "SELECT artist_id, count(*) AS albums FROM album GROUP BY artist_id";
    /// let counts = db.raw(sql).reads(["album"]).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn reads<'a>(mut self, tables: impl IntoIterator<Item = impl Into<TableRef<'a>>>) -> Self {
        self.reads = self.tables(tables);
        self.writes.get_or_insert_default();
        self
    }

    /// Says which tables it writes: caches keep what is read of others.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let trimmed = db.raw("UPDATE album SET title = trim(title)").writes(["album"]).execute().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn writes<'a>(mut self, tables: impl IntoIterator<Item = impl Into<TableRef<'a>>>) -> Self {
        self.writes = self.tables(tables);
        self
    }

    /// Says that it writes nothing, whatever it reads.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let numbers = db.raw("SELECT * FROM generate_series(1, 1000000)").read_only().stream().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn read_only(mut self) -> Self {
        self.writes = Some(Vec::new());
        self
    }

    /// Has the rows become `U`s: what has [`columns`](FromRow::columns) finds them by their names, in whatever order
    /// they come.
    ///
    /// ```
    /// use noorm_core::{Database, Result, executor::Row, repository::FromRow};
    ///
    /// struct Total { artist: String, albums: i64 }
    ///
    /// impl FromRow for Total {
    ///     fn from_row(row: &mut Row<'_>) -> Result<Self> {
    ///         Ok(Self { artist: row.take_named("artist")?, albums: row.take_named("albums")? })
    ///     }
    /// }
    ///
    /// async fn totals(db: &Database) -> Result<Vec<Total>> {
    ///     let sql = "SELECT artist, count(*) AS albums FROM album GROUP BY artist HAVING count(*) > :least";
    ///     db.raw(sql).bind("least", 3).of::<Total>().all().await
    /// }
    /// ```
    pub fn of<U: FromRow>(self) -> RawQuery<U> {
        RawQuery {
            database: self.database,
            sql: self.sql,
            binds: self.binds,
            reads: self.reads,
            writes: self.writes,
            error: self.error,
            method: self.method,
            of: PhantomData,
        }
    }

    /// The same of another method, which made the SQL.
    pub(super) fn called(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    /// Gives all rows.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let albums = db.raw("SELECT * FROM album WHERE year = :year").bind("year", 1971).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidStatement`] where a name has no value, or a value's name isn't there;
    /// [`ErrorKind::UnknownTable`] of a table that was declared; whatever the layers refuse and the database
    /// answers; where a row can't become a `T`.
    pub async fn all(self) -> Result<Vec<T>> {
        let method = self.method;
        let rows = self.run().await?.rows;
        read(rows).map_err(called_by_hand(method))
    }

    /// Gives the first row.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let newest = db.raw("SELECT * FROM album ORDER BY added DESC LIMIT 1").first().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`all`](RawQuery::all).
    pub async fn first(self) -> Result<Option<T>> {
        Ok(self.all().await?.into_iter().next())
    }

    /// Gives the row, where there must be exactly one.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let album = db.raw("SELECT * FROM album WHERE album_id = :id").bind("id", 7).one().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is none, [`ErrorKind::SeveralRows`] if there are more; else as
    /// [`all`](RawQuery::all).
    pub async fn one(self) -> Result<T> {
        let method = self.method;
        only(self.all().await?).map_err(called_by_hand(method))
    }

    /// Gives the value, where there must be exactly one row: what its first column holds.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let count: u64 = db.raw("SELECT count(*) FROM album").value().await?;
    /// // NULL needs a place.
    /// let last = db.raw("SELECT max(year) FROM album").value::<Option<i32>>().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::TypeMismatch`] if it can't become a `V`; else as [`one`](RawQuery::one).
    pub async fn value<V: FromValue>(self) -> Result<V> {
        let method = self.method;
        let mut rows = self.run().await?.rows;
        let values = rows.rows_mut().take(2).map(|mut row| row.take(0));
        let values = values.collect::<Result<Vec<V>>>();
        values.and_then(only).map_err(called_by_hand(method))
    }

    /// Gives the number of rows that it wrote.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let sql = "UPDATE album SET title = trim(title) WHERE artist_id = :artist";
    /// println!("{} albums", db.raw(sql).bind("artist", 7).execute().await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`all`](RawQuery::all).
    pub async fn execute(self) -> Result<u64> {
        Ok(self.run().await?.affected)
    }

    /// Gives everything that the database answers: rows, and how many were written. So does awaiting it.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let outcome = db.raw("UPDATE album SET year = 1971 WHERE year = 0 RETURNING title").run().await?;
    /// assert_eq!(outcome.affected, outcome.rows.len() as u64);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`all`](RawQuery::all).
    pub async fn run(self) -> Result<Outcome> {
        let method = self.method;
        let (database, statement) = self.statement().map_err(called_by_hand(method))?;
        database
            .run(statement)
            .await
            .map_err(called_by_hand(method))
    }

    /// Gives the rows one by one while they arrive, in constant memory. It must be known to write nothing
    /// ([`reads`](RawQuery::reads), [`read_only`](RawQuery::read_only)).
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use futures_util::TryStreamExt as _;
    ///
    /// let mut tracks = db.raw("SELECT * FROM track").reads(["track"]).stream().await?;
    /// while let Some(track) = tracks.try_next().await? {
    ///     println!("{}", track.get::<String>("name")?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`all`](RawQuery::all); [`ErrorKind::InvalidStatement`] if it may write.
    pub async fn stream(self) -> Result<impl Stream<Item = Result<T>> + Send + Unpin> {
        let method = self.method;
        let (database, statement) = self.statement().map_err(called_by_hand(method))?;
        let batches = database.stream(statement).await;
        let batches = batches.map_err(called_by_hand(method))?;
        let rows = batches.and_then(|rows| std::future::ready(read(rows)));
        let rows = rows.map_err(called_by_hand(method));
        let rows = rows.map_ok(|batch| futures_util::stream::iter(batch.into_iter().map(Ok)));
        Ok(Box::pin(rows.try_flatten()))
    }

    fn statement(self) -> Result<(Database, Statement)> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let flavor = self.database.flavor();
        let (sql, binds) = match self.binds {
            Binds::Named(named) => names::bound(self.sql, named, flavor)?,
            Binds::Placed(values) => (self.sql, values),
        };
        let max = flavor.capabilities().max_binds;
        if binds.len() > max {
            let message = format!(
                "the SQL has {} binds, and the server takes {max}",
                binds.len()
            );
            return Err(Error::new(ErrorKind::TooManyBinds, message));
        }
        let mut raw = Raw::new(sql);
        raw.reads = self.reads;
        raw.writes = self.writes;
        let statement = Statement::new(Tree::Raw(raw), binds, &self.database.schema(), flavor)?;
        Ok((self.database, statement))
    }

    fn mixed(&mut self) {
        let message = "binds have names or places, not some of them this and some that";
        self.error = Some(Error::new(ErrorKind::InvalidStatement, message));
    }

    fn tables<'a>(
        &mut self,
        tables: impl IntoIterator<Item = impl Into<TableRef<'a>>>,
    ) -> Option<Vec<TableName>> {
        let schema = self.database.schema();
        let name = |table: TableRef<'a>| match table {
            TableRef::Written(text) => schema.table(&text).map(|table| table.table_name()),
            TableRef::Exact(name) => schema.table_named(&name).map(|table| table.table_name()),
        };
        let names = tables.into_iter().map(|table| name(table.into()));
        match names.collect::<Result<_>>() {
            Ok(names) => Some(names),
            Err(error) => {
                self.error = Some(error);
                None
            }
        }
    }
}

impl<T: FromRow> IntoFuture for RawQuery<T> {
    type Output = Result<Outcome>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// Makes `T`s of rows whose columns come in any order.
fn read<T: FromRow>(rows: Rows) -> Result<Vec<T>> {
    let Some(wanted) = T::columns().filter(|_| !rows.is_empty()) else {
        return T::from_rows(rows);
    };
    let header = rows.header();
    let names = header.names().iter().map(|name| &**name);
    if names.eq(wanted.iter().copied()) {
        return T::from_rows(rows);
    }
    let places = wanted.iter().map(|name| header.require(name));
    let places = places.collect::<Result<Vec<_>>>()?;
    let header = Arc::new(crate::executor::Header::new(wanted.iter().copied()));
    let values = rows.values().chunks_exact(rows.header().len().max(1));
    let values = values.flat_map(|row| places.iter().filter_map(|place| row.get(*place).cloned()));
    T::from_rows(Rows::new(header, values.collect()))
}

fn only<T>(all: Vec<T>) -> Result<T> {
    let mut all = all.into_iter();
    match (all.next(), all.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Error::new(ErrorKind::NotFound, "the SQL gave no row")),
        (Some(_), Some(_)) => {
            let error = Error::new(ErrorKind::SeveralRows, "the SQL gave several rows, not one");
            Err(error.with_help("narrow it, or call `first`"))
        }
    }
}

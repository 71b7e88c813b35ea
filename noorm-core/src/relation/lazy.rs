//! Relations that are loaded when they are asked for: at once for all rows that were read together.

use std::panic::Location;
use std::sync::Arc;

use super::include::Branch;
use super::limits::Limits;
use super::needed::Needed;
use super::read::Reader;
use super::{Children, Loaded, Many};
use crate::database::Database;
use crate::error::{Error, ErrorKind, Result, called, called_by_hand};
use crate::repository::{Record, RecordSet};
use crate::value::Value;

/// Whether relations may be loaded when they are asked for, after the rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LazyLoading {
    /// They may; it costs a statement for all rows that were read together.
    #[default]
    Allowed,
    /// They may, and each time is told as a warning of `tracing`, with the place in the program that asked.
    Reported,
    /// They may not: asking is an error that names the place.
    Forbidden,
}

/// A relation of a record that is loaded when it is asked for: made by [`Record::related`].
#[derive(Debug)]
#[must_use = "it loads nothing until it is asked: call `load` or `one`"]
pub struct Lazy<'a> {
    record: &'a Record,
    relation: Arc<str>,
    /// What was loaded with the record.
    loaded: Option<Many<Record>>,
    /// How many rows may be loaded.
    most: Option<u64>,
    asked: &'static Location<'static>,
}

impl Record {
    /// Names a relation, to be loaded for all records that were read together with this one.
    ///
    /// Whoever walks over the records of a result set and asks each for the relation sends one statement, for the first
    /// of them. The database, or the transaction, is named when it is loaded, so that a record which has outlived its
    /// transaction can't use it. [`detach`](Record::detach) lets a record go free of the others; of a stream, the
    /// records of one batch were read together. What a transaction loads is loaded again outside of it; of a record whose own
    /// columns lead elsewhere since it was read, the rows are loaded for it alone.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// for album in db.repository("album")?.all().await? {
    ///     // One statement, for the first album; none for the others.
    ///     for track in album.related("tracks").load(&db).await?.iter() {
    ///         println!("{}", track.get::<String>("name")?);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn related(&self, relation: &str) -> Lazy<'_> {
        Lazy {
            record: self,
            relation: relation.into(),
            loaded: None,
            most: None,
            asked: Location::caller(),
        }
    }
}

impl Loaded<Record> {
    /// Names a relation: it is loaded as by [`Record::related`], if it wasn't with the row.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let albums = db.repository("album")?.query().with("tracks").all().await?;
    /// let tracks = albums[0].related("tracks").load(&db).await?; // sends nothing
    /// let artist = albums[0].related("artist").one(&db).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn related(&self, relation: &str) -> Lazy<'_> {
        Lazy {
            record: self,
            relation: relation.into(),
            loaded: self.many_of(relation),
            most: None,
            asked: Location::caller(),
        }
    }
}

impl Lazy<'_> {
    /// Allows so many rows to be loaded, of all records that were read together; more are
    /// [`ErrorKind::TooManyRows`].
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let album = db.repository("album")?.get(1).await?;
    /// let tracks = album.related("tracks").max_rows(1_000).load(&db).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_rows(mut self, rows: u64) -> Self {
        self.most = Some(rows);
        self
    }

    /// Gives the rows at the other end.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownRelation`]; [`ErrorKind::NotLoaded`] where lazy loading is
    /// [forbidden](LazyLoading::Forbidden); [`ErrorKind::InvalidStatement`] of a record that wasn't read from a table;
    /// [`ErrorKind::UnknownColumn`] where it was read without the columns that the relation needs; whatever the
    /// statement answers.
    pub async fn load(self, database: &Database) -> Result<Many<Record>> {
        let (record, many) = (self.record, self.many(database).await);
        many.map_err(|error| of_record(record, "load", error))
    }

    async fn many(&self, database: &Database) -> Result<Many<Record>> {
        if let Some(loaded) = &self.loaded {
            return Ok(loaded.clone());
        }
        let Some((set, place)) = self.record.window() else {
            return Err(self.of_nothing("was made here, and not read"));
        };
        let needed = self.needed(database, set)?;
        let was = |column: &Arc<str>| {
            let at = set.rows.header().position(column)?;
            set.rows.value(place, at)
        };
        // What it points at now, the others don't know.
        if needed
            .columns()
            .iter()
            .any(|name| self.record.value(name) != was(name))
        {
            self.allowed(database, 1)?;
            let value = |record: &&Record, column: usize| {
                let name = needed.columns().get(column);
                let value = name.and_then(|name| record.value(name));
                Ok(value.cloned().unwrap_or_default())
            };
            let keys = needed.rows([self.record].into_iter(), value)?;
            let children = needed.level.only_children(&keys).await?;
            return Ok(Many::of(children, 0));
        }
        let lazy = set.lazy(&self.relation, &database.origin());
        let children = lazy.get_or_try_init(|| self.load_all(database, set, &needed));
        Ok(Many::of(Arc::clone(children.await?), place))
    }

    /// Gives the row at the other end of a to-one relation.
    ///
    /// # Errors
    /// As [`load`](Self::load); [`ErrorKind::SeveralRows`] where there are several.
    pub async fn one(self, database: &Database) -> Result<Option<Loaded<Record>>> {
        let one = self.many(database).await.and_then(|many| match &*many {
            [] => Ok(None),
            [one] => Ok(Some(one.clone())),
            several => Err(Error::new(
                ErrorKind::SeveralRows,
                format!("`{}` has {} rows, not one", self.relation, several.len()),
            )),
        });
        one.map_err(|error| of_record(self.record, "one", error))
    }

    /// Plans the relation.
    fn needed(&self, database: &Database, set: &RecordSet) -> Result<Needed> {
        let table = set.rows.header().table();
        let table = table.ok_or_else(|| self.of_nothing("is none of a table's"))?;
        let branch = Branch::new(Arc::clone(&self.relation), Reader::of::<Record>());
        Needed::of(database, table, vec![branch], Limits::new(None, self.most))
    }

    async fn load_all(
        &self,
        database: &Database,
        set: &RecordSet,
        needed: &Needed,
    ) -> Result<Arc<Children<Record>>> {
        self.allowed(database, set.rows.len())?;
        let header = set.rows.header();
        let places = needed.columns().iter().map(|name| {
            header.require(name).map_err(|error| {
                error.with_help(format!(
                    "the relation `{}` needs the column: select it, too",
                    self.relation
                ))
            })
        });
        let places = places.collect::<Result<Vec<_>>>()?;
        let rows = set.rows.values().chunks_exact(header.len().max(1));
        let value = |row: &&[Value], column: usize| {
            let value = places.get(column).and_then(|place| row.get(*place));
            Ok(value.cloned().unwrap_or_default())
        };
        let keys = needed.rows(rows, value)?;
        needed.level.only_children(&keys).await
    }

    /// Tells somebody of it, or refuses.
    fn allowed(&self, database: &Database, rows: usize) -> Result<()> {
        let (relation, asked) = (&*self.relation, self.asked);
        match database.lazy_loading() {
            LazyLoading::Allowed => Ok(()),
            LazyLoading::Reported => {
                let table = self.record.table().map(ToString::to_string);
                tracing::warn!(
                    target: "noorm",
                    table,
                    relation,
                    rows,
                    at = %asked,
                    "a relation was loaded lazily"
                );
                Ok(())
            }
            LazyLoading::Forbidden => {
                let message =
                    format!("`{relation}` would be loaded lazily at {asked}, which is forbidden");
                Err(Error::new(ErrorKind::NotLoaded, message)
                    .with_help(format!("load it with the rows: `.with(\"{relation}\")`")))
            }
        }
    }

    fn of_nothing(&self, why: &str) -> Error {
        let message = format!("`{}` can't be loaded of a record that {why}", self.relation);
        Error::new(ErrorKind::InvalidStatement, message)
            .with_help("load it of a record that was read from its table")
    }
}

/// Names the method that was called for a relation of a record.
fn of_record(record: &Record, method: &'static str, error: Error) -> Error {
    match record.table() {
        Some(table) => called(method, table)(error),
        None => called_by_hand(method)(error),
    }
}

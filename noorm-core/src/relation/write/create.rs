//! Creating rows together with those under their relations.

use futures_util::TryFutureExt as _;

use super::build::build;
use super::nested::Nested;
use super::order::batches;
use super::outline::{Adopted, NewRow, Outline, Roots, Source, There, at, invalid};
use super::wanted::Wanted;
use crate::database::{Database, Transaction};
use crate::error::{Error, ErrorKind, Problem, Result, called};
use crate::relation::keys::KeyColumn;
use crate::relation::loaded::Loaded;
use crate::repository::{Draft, Record, Repository};
use crate::value::Value;

impl Repository<Record> {
    /// Adds a row and those under its relations, all of them or none, and gives them as the database has them.
    ///
    /// Rows that others point at are written first, and their keys passed on. Everything happens in one transaction; the
    /// new rows of a table go in one statement where they name the same columns, in as many as the tree has levels where
    /// rows of a table point at rows of the same table. Rows that are linked are read by one statement for each table.
    ///
    /// Conventions, validators and hooks are those of [`create`](Repository::create), for each table. The rows of a table
    /// with hooks are checked when its turn comes, after `before_create`.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    /// use noorm_core::relation::nested;
    ///
    /// let tracks = ["Carey", "River"].map(|name| {
    ///     nested(record! { "name" => name }).link("genre", [1])
    /// });
    /// let blue = nested(record! { "title" => "Blue" })
    ///     .with("artist", record! { "name" => "Joni Mitchell" })
    ///     .with("tracks", tracks);
    /// let blue = db.repository("album")?.create_nested(blue).await?;
    /// println!("{} of album {}", blue.many("tracks")?.len(), blue.get::<i64>("album_id")?);
    ///
    /// let silent = nested(record! { "title" => "Red" }).with("tracks", record! {});
    /// let error = db.repository("album")?.create_nested(silent).await.unwrap_err();
    /// assert_eq!(error.problems()[0].column, "tracks[0].name");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`], before anything is written, with every reason why the rows don't fit, each under the path
    /// of what it is about; [`ErrorKind::UnknownRelation`] with the table's relations; [`ErrorKind::InvalidStatement`]
    /// where a relation leads through several tables; the violation of a constraint.
    pub async fn create_nested(&self, row: impl Into<Nested>) -> Result<Loaded<Record>> {
        let created = self.create_roots("create_nested", Roots::One(row.into()));
        let created = created.await?;
        let missing = || Error::new(ErrorKind::Internal, "a row was written and not given back");
        created.into_iter().next().ok_or_else(missing)
    }

    /// Adds several rows and those under their relations, all of them or none, and gives them in their order.
    ///
    /// It takes as many statements as [`create_nested`](Repository::create_nested) of one of them.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::relation::Nested;
    /// use serde_json::json;
    ///
    /// let albums = [
    ///     json!({ "title": "Blue", "artist": 7, "tracks": [{ "name": "Carey" }, { "name": "River" }] }),
    ///     json!({ "title": "Hejira", "artist": 7, "tracks": [{ "name": "Coyote" }] }),
    /// ];
    /// let albums = albums.into_iter().map(Nested::from_json).collect::<Result<Vec<_>, _>>()?;
    /// let albums = db.repository("album")?.create_nested_many(albums).await?;
    /// assert_eq!(albums[1].many("tracks")?[0].get::<String>("name")?, "Coyote");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`create_nested`](Repository::create_nested); a path begins with the row's number: `[1].tracks[0].name`.
    pub async fn create_nested_many(
        &self,
        rows: impl IntoIterator<Item = impl Into<Nested>>,
    ) -> Result<Vec<Loaded<Record>>> {
        let rows = rows.into_iter().map(Into::into).collect();
        self.create_roots("create_nested_many", Roots::Many(rows))
            .await
    }

    async fn create_roots(
        &self,
        method: &'static str,
        roots: Roots,
    ) -> Result<Vec<Loaded<Record>>> {
        let work = async {
            let count = roots.len();
            let mut outline = Outline::of(self, roots)?;
            let drafts = drafts(&mut outline)?;
            let laid = &outline;
            let inside = async |tx: Transaction| Writer::new(laid, &tx).write(drafts).await;
            let written = self.database().transaction(inside).await?;
            Ok(build(outline, &written, count))
        };
        work.map_err(called(method, self.table_name())).await
    }
}

/// The new rows, checked.
fn drafts(outline: &mut Outline) -> Result<Vec<Option<Draft>>> {
    let mut problems = Vec::new();
    let mut drafts = Vec::with_capacity(outline.rows.len());
    for row in &mut outline.rows {
        let Some(table) = outline.tables.get(row.table) else {
            continue;
        };
        let takes = &row.takes;
        let awaited = |column: &str| {
            let mut ours = takes.iter().flat_map(|take| &take.ours);
            ours.any(|taken| taken == column)
        };
        match table.draft(std::mem::take(&mut row.record), awaited) {
            Ok(draft) => drafts.push(Some(draft)),
            Err(found) => problems.extend(found.into_iter().map(|problem| at(&row.path, problem))),
        }
    }
    match (problems.is_empty(), outline.tables.first()) {
        (false, Some(root)) => Err(invalid(root.table_name(), problems)),
        _ => Ok(drafts),
    }
}

/// The rows of an [`Outline`], by their places there.
pub(super) struct Written {
    pub(super) rows: Vec<Record>,
    pub(super) there: Vec<Record>,
}

struct Writer<'a> {
    outline: &'a Outline,
    tables: Vec<Repository<Record>>,
    database: &'a Database,
    written: Written,
}

impl<'a> Writer<'a> {
    fn new(outline: &'a Outline, database: &'a Database) -> Self {
        let tables = outline.tables.iter();
        Self {
            outline,
            tables: tables.map(|table| table.by_way_of(database)).collect(),
            database,
            written: Written {
                rows: vec![Record::new(); outline.rows.len()],
                there: vec![Record::new(); outline.there.len()],
            },
        }
    }

    async fn write(mut self, mut drafts: Vec<Option<Draft>>) -> Result<Written> {
        self.read_there().await?;
        for batch in batches(&self.outline.dependents()) {
            self.write_batch(&batch, &mut drafts).await?;
        }
        self.adopt().await?;
        Ok(self.written)
    }

    /// Reads the rows that must be there.
    async fn read_there(&mut self) -> Result<()> {
        let mut problems = Vec::new();
        for (number, table) in self.tables.iter().enumerate() {
            let linked = self.outline.there.iter().enumerate();
            let linked: Vec<_> = linked.filter(|(_, there)| there.table == number).collect();
            if linked.is_empty() {
                continue;
            }
            let described = table.table();
            let keys = linked.iter().map(|(_, there)| there.key.clone()).collect();
            let wanted = Wanted::new(table, described.key_columns(), keys)?;
            let found = wanted.read(table).await?;
            for ((place, there), row) in linked.into_iter().zip(found) {
                match (row, self.written.there.get_mut(place)) {
                    (Some(row), Some(slot)) => *slot = row,
                    _ => problems.push(missing(there, table)),
                }
            }
        }
        match problems.is_empty() {
            true => Ok(()),
            false => Err(self.invalid(problems)),
        }
    }

    async fn write_batch(&mut self, batch: &[usize], drafts: &mut [Option<Draft>]) -> Result<()> {
        let rows = batch
            .iter()
            .filter_map(|place| self.outline.rows.get(*place));
        let rows: Vec<&NewRow> = rows.collect();
        let Some(table) = rows.first().and_then(|row| self.tables.get(row.table)) else {
            return Ok(());
        };
        let mut complete = Vec::with_capacity(batch.len());
        let mut problems = Vec::new();
        for (place, row) in batch.iter().zip(&rows) {
            let Some(mut draft) = drafts.get_mut(*place).and_then(Option::take) else {
                continue;
            };
            for take in &row.takes {
                for (theirs, ours) in take.theirs.iter().zip(&take.ours) {
                    let taken = self.key_of(take.from, theirs, ours);
                    let taken = taken.and_then(|value| table.complete(&mut draft, ours, value));
                    problems.extend(taken.err().map(|problem| at(&row.path, problem)));
                }
            }
            complete.push(draft);
        }
        if !problems.is_empty() {
            return Err(self.invalid(problems));
        }
        let created = table.insert_drafts(complete).await;
        let created =
            created.map_err(
                |(place, error)| match place.and_then(|place| rows.get(place)) {
                    Some(row) => self.told_of(row, error),
                    None => error,
                },
            )?;
        for (place, record) in batch.iter().zip(created) {
            if let Some(slot) = self.written.rows.get_mut(*place) {
                *slot = record;
            }
        }
        Ok(())
    }

    /// The value that `ours` takes from `theirs` of another row.
    fn key_of(&self, from: Source, theirs: &str, ours: &str) -> Result<Value, Problem> {
        let row = match from {
            Source::New(place) => self.written.rows.get(place),
            Source::There(place) => self.written.there.get(place),
        };
        match row.and_then(|row| row.value(theirs)) {
            Some(value) if !value.is_null() => Ok(value.clone()),
            _ => {
                let message = format!("takes its value from `{theirs}` of a row that has none");
                Err(Problem::new(ours, "null", message))
            }
        }
    }

    /// Has rows that are there point at new ones.
    async fn adopt(&mut self) -> Result<()> {
        for group in self.outline.adopted.chunk_by(Adopted::is_with) {
            let Some(first) = group.first() else {
                continue;
            };
            let places = group.iter().map(|adopted| adopted.row);
            let there: Vec<_> = places
                .filter_map(|place| self.outline.there.get(place))
                .collect();
            let table = there.first().and_then(|there| self.tables.get(there.table));
            let Some(table) = table else {
                continue;
            };
            let mut changes = Record::new();
            for (theirs, ours) in first.step.columns.iter().zip(&first.step.to_columns) {
                let value = self.key_of(Source::New(first.by), theirs, ours);
                let value = value.map_err(|problem| self.invalid(vec![problem]))?;
                let described = table.table();
                let taken = match described.column(ours) {
                    Some(column) => {
                        KeyColumn::of(self.database.flavor(), None, column).taken(&value)
                    }
                    None => Ok(value),
                };
                let taken = taken.map_err(|m| Problem::new(ours, m.code(), m.to_string()));
                changes.set(ours, taken.map_err(|problem| self.invalid(vec![problem]))?);
            }
            if let Some((column, text)) = &first.step.only {
                changes.set(column, text.as_str());
            }
            let described = table.table();
            let keys = there.iter().map(|there| there.key.clone()).collect();
            let wanted = Wanted::new(table, described.key_columns(), keys)?;
            for filter in wanted.filters(self.database) {
                let query = table.query().filter(filter);
                query.update(changes.clone()).await?;
            }
            for adopted in group {
                if let Some(row) = self.written.there.get_mut(adopted.row) {
                    let both = row.iter().chain(changes.iter());
                    let both = both.map(|(name, value)| (name.to_owned(), value.clone()));
                    *row = Record::from_pairs(both.collect::<Vec<_>>());
                }
            }
        }
        Ok(())
    }

    fn invalid(&self, problems: Vec<Problem>) -> Error {
        match self.tables.first() {
            Some(root) => invalid(root.table_name(), problems),
            None => Error::new(ErrorKind::Internal, "rows of no table"),
        }
    }

    /// Says which row an error is about.
    fn told_of(&self, row: &NewRow, error: Error) -> Error {
        match (error.problems(), row.path.as_str()) {
            ([], "") => error,
            ([], path) => error.context(path),
            (problems, path) => {
                let problems = problems.iter().cloned();
                self.invalid(problems.map(|problem| at(path, problem)).collect())
            }
        }
    }
}

fn missing(there: &There, table: &Repository<Record>) -> Problem {
    let message = format!("is no row of `{}`", table.table_name());
    Problem::new(&there.path, "missing", message)
}

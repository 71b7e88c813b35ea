//! Loading relations of rows that are there already.

use std::sync::Arc;

use super::include::Branch;
use super::limits::Limits;
use super::loaded::{Beside, Without};
use super::needed::Needed;
use super::{Include, Loaded};
use crate::BoxFuture;
use crate::database::Database;
use crate::error::{Error, ErrorKind, Result, called, called_by_hand};
use crate::executor::Rows;
use crate::repository::{Entity, FromRow, Record};
use crate::schema::{Schema, TableName};
use crate::value::Value;

/// Rows that know their table, and what stands in their columns: records, and entities.
pub trait Held: FromRow + Sync + sealed::Held {}

impl<T: Entity + Sync> Held for T {}

impl Held for Record {}

mod sealed {
    use super::{Entity, Error, ErrorKind, Record, Result, Schema, TableName, Value};

    pub trait Held {
        /// The table that it is a row of.
        fn of_table(&self, schema: &Schema) -> Result<TableName>;

        /// What it has in a column.
        fn held(&self, column: &str) -> Option<Value>;
    }

    impl Held for Record {
        fn of_table(&self, _: &Schema) -> Result<TableName> {
            self.table().cloned().ok_or_else(|| {
                let message = "relations can't be loaded of a record that wasn't read from a table";
                Error::new(ErrorKind::InvalidStatement, message)
            })
        }

        fn held(&self, column: &str) -> Option<Value> {
            self.value(column).cloned()
        }
    }

    impl<T: Entity> Held for T {
        fn of_table(&self, schema: &Schema) -> Result<TableName> {
            Ok(schema.table(T::TABLE)?.table_name())
        }

        fn held(&self, column: &str) -> Option<Value> {
            self.column_value(column)
        }
    }
}

impl Database {
    /// Loads relations of rows that were read before, in a number of statements that depends on the number of tables
    /// and relations alone. Records may be of several tables; entities are of theirs.
    ///
    /// The rows of each table need only have the relations that are asked for by name. What was loaded with them stays;
    /// what is loaded again replaces it.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::relation::Loaded;
    ///
    /// let albums = db.repository("album")?.all().await?;
    /// let mut albums: Vec<_> = albums.into_iter().map(Loaded::from).collect();
    /// db.load_relationships(&mut albums, ["artist", "tracks.genre"]).await?;
    /// println!("{}", albums[0].many("tracks")?.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Of entities, relations are named by their constants:
    ///
    /// ```no_run
    /// # use noorm_core::relation::{Loaded, ToMany};
    /// # use noorm_core::repository::Entity;
    /// # async fn example<Album: Entity + Sync, Track: Entity + Sync>(
    /// #     db: noorm_core::Database,
    /// #     tracks: ToMany<Album, Track>,
    /// # ) -> noorm_core::Result<()> {
    /// let albums = db.of::<Album>()?.all().await?;
    /// let mut albums: Vec<Loaded<Album>> = albums.into_iter().map(Loaded::from).collect();
    /// db.load_relationships(&mut albums, [tracks]).await?;
    /// println!("{}", albums[0].get(tracks)?.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::UnknownRelation`] where a table has no such relation; [`ErrorKind::InvalidStatement`] of a record
    /// that wasn't read from a table; [`ErrorKind::TooManyRows`] beyond what was allowed; [`ErrorKind::UnknownColumn`] of a row without the columns that the relation needs;
    /// whatever the statements answer.
    pub fn load_relationships<'a, T: Held, I: Into<Include<T>>>(
        &'a self,
        rows: &'a mut [Loaded<T>],
        includes: impl IntoIterator<Item = I>,
    ) -> Loading<'a, T> {
        let branches = includes.into_iter().map(|include| include.into().branch);
        Loading {
            database: self,
            rows,
            branches: branches.collect(),
            depth: None,
            most: None,
        }
    }

    async fn load_held<T: Held>(
        &self,
        rows: &mut [Loaded<T>],
        branches: Vec<Branch>,
        (depth, most): (Option<usize>, Option<u64>),
    ) -> Result<()> {
        let mut left = most;
        let unplaced = || called_by_hand("load_relationships");
        for (table, places) in by_table(&self.schema(), rows).map_err(unplaced())? {
            let work = async {
                let limits = Limits::new(depth, left);
                let (needed, keys) =
                    self.needed(&table, rows, &places, (branches.clone(), limits))?;
                let (_, beside) = needed.level.load(keys).await?;
                Ok((beside, needed.left()))
            };
            let (beside, still) = work.await.map_err(called("load_relationships", &table))?;
            left = still;
            let Some(beside) = beside else {
                continue;
            };
            let before = places.iter().filter_map(|place| rows.get(*place));
            let names = beside.relations.iter().map(|side| Arc::clone(&side.name));
            let (names, mut known): (Vec<_>, _) = (names.collect(), Without::new());
            let before = before.map(Loaded::beside).map(|(before, place)| {
                let before = before.map(|before| before.without(&names, &mut known));
                (before, place)
            });
            let before = before.collect();
            let beside = Arc::new(Beside {
                relations: beside.relations.clone(),
                pivots: None,
                has_pivot: false,
                totals: None,
                before,
            });
            for (number, place) in places.into_iter().enumerate() {
                if let Some(row) = rows.get_mut(place) {
                    row.put_beside(Arc::clone(&beside), number);
                }
            }
        }
        Ok(())
    }

    /// Plans the relations of some rows, and gives the columns of these that are needed for it.
    fn needed<T: Held>(
        &self,
        table: &TableName,
        rows: &[Loaded<T>],
        places: &[usize],
        (branches, limits): (Vec<Branch>, Limits),
    ) -> Result<(Needed, Rows)> {
        let needed = Needed::of(self, table, branches, limits)?;
        let value = |place: &&usize, column: usize| {
            let (row, name) = (rows.get(**place), needed.columns().get(column));
            let value = row.zip(name).and_then(|(row, name)| row.held(name));
            value.ok_or_else(|| {
                let name = name.map_or("", |name| name);
                let message =
                    format!("a row of `{table}` tells no column `{name}`, which a relation needs");
                Error::new(ErrorKind::UnknownColumn, message)
                    .of_table(table)
                    .of_column(name)
                    .with_help("select the column, too")
            })
        };
        let keys = needed.rows(places.iter(), value)?;
        Ok((needed, keys))
    }
}

/// Relations that are about to be loaded of rows; made by [`Database::load_relationships`], and done when it is awaited.
#[must_use = "nothing is loaded until it is awaited"]
pub struct Loading<'a, T> {
    database: &'a Database,
    rows: &'a mut [Loaded<T>],
    branches: Vec<Branch>,
    depth: Option<usize>,
    most: Option<u64>,
}

impl<T> Loading<'_, T> {
    /// Allows relations of relations to be so many deep; what is deeper is an error.
    ///
    /// ```no_run
    /// # use noorm_core::relation::Loaded;
    /// # use noorm_core::repository::Record;
    /// # async fn example(db: noorm_core::Database, mut albums: Vec<Loaded<Record>>) -> noorm_core::Result<()> {
    /// db.load_relationships(&mut albums, ["tracks.genre"]).max_depth(2).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_depth(mut self, depth: usize) -> Self {
        self.depth = Some(depth);
        self
    }

    /// Allows so many rows to be loaded, all together; more are [`ErrorKind::TooManyRows`].
    ///
    /// ```no_run
    /// # use noorm_core::relation::Loaded;
    /// # use noorm_core::repository::Record;
    /// # async fn example(db: noorm_core::Database, mut albums: Vec<Loaded<Record>>) -> noorm_core::Result<()> {
    /// db.load_relationships(&mut albums, ["tracks"]).max_rows(10_000).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_rows(mut self, rows: u64) -> Self {
        self.most = Some(rows);
        self
    }
}

impl<'a, T: Held> IntoFuture for Loading<'a, T> {
    type Output = Result<()>;
    type IntoFuture = BoxFuture<'a, Result<()>>;

    fn into_future(self) -> Self::IntoFuture {
        let limits = (self.depth, self.most);
        Box::pin(self.database.load_held(self.rows, self.branches, limits))
    }
}

/// The tables of rows, and where the rows of each stand.
fn by_table<T: Held>(schema: &Schema, rows: &[Loaded<T>]) -> Result<Vec<(TableName, Vec<usize>)>> {
    let mut tables: Vec<(TableName, Vec<usize>)> = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let table = row.of_table(schema)?;
        match tables.iter_mut().find(|(known, _)| *known == table) {
            Some((_, places)) => places.push(place),
            None => tables.push((table, vec![place])),
        }
    }
    Ok(tables)
}

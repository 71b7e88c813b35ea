//! Loading relations of rows that are there already.

use std::sync::Arc;

use super::include::{Branch, merged};
use super::loaded::Beside;
use super::needed::Needed;
use super::{Include, Loaded};
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
    /// that wasn't read from a table; [`ErrorKind::UnknownColumn`] of a row without the columns that the relation needs;
    /// whatever the statements answer.
    pub async fn load_relationships<T: Held, I: Into<Include<T>>>(
        &self,
        rows: &mut [Loaded<T>],
        includes: impl IntoIterator<Item = I>,
    ) -> Result<()> {
        let branches = includes.into_iter().map(|include| include.into().branch);
        let unplaced = || called_by_hand("load_relationships");
        let branches = merged(branches.collect()).map_err(unplaced())?;
        for (table, places) in by_table(&self.schema(), rows).map_err(unplaced())? {
            let work = async {
                let (needed, keys) = self.needed(&table, rows, &places, branches.clone())?;
                needed.level.load(keys).await
            };
            let (_, beside) = work.await.map_err(called("load_relationships", &table))?;
            let Some(beside) = beside else {
                continue;
            };
            let before = places.iter().filter_map(|place| rows.get(*place));
            let before = before.map(Loaded::beside).collect();
            let beside = Arc::new(Beside {
                relations: beside.relations.clone(),
                pivots: None,
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
        branches: Vec<Branch>,
    ) -> Result<(Needed, Rows)> {
        let needed = Needed::of(self, table, branches)?;
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

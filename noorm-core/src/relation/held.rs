//! Loading relations of records that are there already.

use std::sync::Arc;

use super::include::{Branch, merged};
use super::limits::Limits;
use super::load::{Level, Parents, Planner, Selecting};
use super::loaded::Beside;
use super::{Include, Loaded};
use crate::database::Database;
use crate::error::{Error, ErrorKind, Result, called, called_by_hand};
use crate::executor::{Header, Rows};
use crate::repository::Record;
use crate::schema::TableName;

impl Database {
    /// Loads relations of records that were read before, of one table or of several, in a number of statements that
    /// depends on the number of tables and relations alone.
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
    /// # Errors
    /// [`ErrorKind::UnknownRelation`] where a table has no such relation; [`ErrorKind::InvalidStatement`] of a record
    /// that wasn't read from a table; [`ErrorKind::UnknownColumn`] of one without the columns that the relation needs;
    /// whatever the statements answer.
    pub async fn load_relationships<I: Into<Include<Record>>>(
        &self,
        records: &mut [Loaded<Record>],
        includes: impl IntoIterator<Item = I>,
    ) -> Result<()> {
        let branches = includes.into_iter().map(|include| include.into().branch);
        let unplaced = || called_by_hand("load_relationships");
        let branches = merged(branches.collect()).map_err(unplaced())?;
        for (table, places) in by_table(records).map_err(unplaced())? {
            let work = async {
                let (level, keys) = self.held(&table, records, &places, branches.clone())?;
                level.load(keys).await
            };
            let (_, beside) = work.await.map_err(called("load_relationships", &table))?;
            let Some(beside) = beside else {
                continue;
            };
            let before = places.iter().filter_map(|place| records.get(*place));
            let before = before.map(Loaded::beside).collect();
            let beside = Arc::new(Beside {
                relations: beside.relations.clone(),
                pivots: None,
                totals: None,
                before,
            });
            for (row, place) in places.into_iter().enumerate() {
                if let Some(record) = records.get_mut(place) {
                    record.put_beside(Arc::clone(&beside), row);
                }
            }
        }
        Ok(())
    }

    /// Plans the relations of some records, and gives the columns of these that are needed for it.
    fn held(
        &self,
        table: &TableName,
        records: &[Loaded<Record>],
        places: &[usize],
        branches: Vec<Branch>,
    ) -> Result<(Level, Rows)> {
        let schema = self.schema();
        let mut selecting = Selecting::new([]);
        let planner = Planner::new(self, Limits::default(), Parents::Held);
        let level = planner.level(schema.table_named(table)?, &mut selecting, branches, &[])?;
        let names: Vec<_> = selecting
            .all()
            .iter()
            .map(|extra| Arc::clone(&extra.name))
            .collect();
        let mut values = Vec::with_capacity(places.len() * names.len());
        for record in places.iter().filter_map(|place| records.get(*place)) {
            for name in &names {
                let value = record.value(name).ok_or_else(|| {
                    let message = format!(
                        "a record of `{table}` has no column `{name}`, which a relation needs"
                    );
                    Error::new(ErrorKind::UnknownColumn, message)
                        .of_table(table)
                        .of_column(&**name)
                        .with_help("select the column, too")
                })?;
                values.push(value.clone());
            }
        }
        Ok((level, Rows::new(Arc::new(Header::new(names)), values)))
    }
}

/// The tables of records, and where the records of each stand.
fn by_table(records: &[Loaded<Record>]) -> Result<Vec<(TableName, Vec<usize>)>> {
    let mut tables: Vec<(TableName, Vec<usize>)> = Vec::new();
    for (place, record) in records.iter().enumerate() {
        let Some(table) = record.table() else {
            let message = "relations can't be loaded of a record that wasn't read from a table";
            return Err(Error::new(ErrorKind::InvalidStatement, message));
        };
        match tables.iter_mut().find(|(known, _)| known == table) {
            Some((_, places)) => places.push(place),
            None => tables.push((table.clone(), vec![place])),
        }
    }
    Ok(tables)
}

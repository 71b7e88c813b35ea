//! Adding rows.

use std::sync::Arc;

use super::plan::{Action, Plan};
use super::write::{Checked, Purpose, check};
use super::{FromRow, Record, Repository, projection};
use crate::error::{Error, ErrorKind, Result};
use crate::sql::binds_added;
use crate::statement::{Insert, Statement, Tree};
use crate::value::Value;

/// Rows that go in one statement: their columns, their number, their values.
type Chunk = (Vec<Arc<str>>, usize, Vec<Value>);

impl<T: FromRow> Repository<T> {
    /// Adds a row, and gives it as the database has it: with its key, defaults and generated columns.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::{ErrorKind, record};
    ///
    /// let albums = db.repository("album")?;
    /// let blue = albums.create(record! { "title" => "Blue", "artist_id" => 1 }).await?;
    /// println!("its key is {}", blue.get::<i64>("album_id")?);
    ///
    /// let error = albums.create(record! { "titel" => "Blue" }).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Invalid);
    /// assert_eq!(error.problems()[0].column, "titel");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`], before anything is sent, with every reason why the record doesn't fit;
    /// the violation of a constraint, with table, columns and name.
    pub async fn create(&self, record: impl Into<Record>) -> Result<T> {
        let plan = self.plan()?;
        let Checked { columns, values } = check(
            &plan,
            record.into(),
            self.creating(),
            self.database.flavor(),
        )?;
        let rows = self.insert(&plan, columns, 1, values).await?;
        rows.into_iter().next().ok_or_else(|| {
            Error::new(
                ErrorKind::NotFound,
                format!(
                    "the database accepted the row of `{}` but gave none back",
                    plan.name
                ),
            )
            .with_help("a trigger or rule may have put it elsewhere")
        })
    }

    /// Adds rows, all of them or none, and gives them as the database has them, in their order.
    ///
    /// Rows that name the same columns go in one statement, as many as the server's limit of binds
    /// takes.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let titles = ["Blue", "Court and Spark"];
    /// let new = titles.map(|title| record! { "title" => title, "artist_id" => 1 });
    /// let albums = db.repository("album")?.create_many(new).await?;
    /// assert_eq!(albums[1].get::<String>("title")?, "Court and Spark");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`create`](Repository::create); the message of an invalid record says which one it is.
    pub async fn create_many(
        &self,
        records: impl IntoIterator<Item = impl Into<Record>>,
    ) -> Result<Vec<T>> {
        let plan = self.plan()?;
        let added =
            |columns: &[Arc<str>]| binds_added(&plan.table, columns, self.database.flavor());
        let chunks = self.chunks(&plan, self.checked(&plan, records)?, added);
        if chunks.len() > 1 {
            let inside = async |tx: crate::database::Transaction| {
                let inside = Self {
                    database: (*tx).clone(),
                    ..self.clone()
                };
                inside.insert_chunks(&plan, chunks).await
            };
            return self.database.transaction(inside).await;
        }
        self.insert_chunks(&plan, chunks).await
    }

    /// Adds rows, all of them or none, and gives their number.
    ///
    /// Nothing is read back, so that it also works where the database couldn't give the rows: on a
    /// table without a key, where neither `INSERT … RETURNING` nor reading by key is to be had.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let log = db.repository("log")?;
    /// let lines = ["started", "ready"].map(|line| record! { "line" => line });
    /// assert_eq!(log.insert_many(lines).await?, 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`create_many`](Repository::create_many).
    pub async fn insert_many(
        &self,
        records: impl IntoIterator<Item = impl Into<Record>>,
    ) -> Result<u64> {
        let plan = self.plan()?;
        let chunks = self.chunks(&plan, self.checked(&plan, records)?, |_| 0);
        if chunks.len() > 1 {
            let inside = async |tx: crate::database::Transaction| {
                let inside = Self {
                    database: (*tx).clone(),
                    ..self.clone()
                };
                inside.add_chunks(&plan, chunks).await
            };
            return self.database.transaction(inside).await;
        }
        self.add_chunks(&plan, chunks).await
    }

    /// Gives a repository whose new rows may name identity columns that the database else numbers itself
    /// (`GENERATED ALWAYS`, SQL Server's `IDENTITY`): for rows that come from elsewhere with their keys.
    ///
    /// The numbers that the database makes itself go on where they stood on PostgreSQL: set its sequence
    /// when all rows are in.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let albums = db.repository("album")?.with_identity_insert();
    /// let blue = albums.create(record! { "album_id" => 7, "title" => "Blue" }).await?;
    /// assert_eq!(blue.get::<i64>("album_id")?, 7);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_identity_insert(mut self) -> Self {
        self.identity_insert = true;
        self
    }

    fn creating(&self) -> Purpose {
        Purpose::Create {
            identity: self.identity_insert,
        }
    }

    async fn add_chunks(&self, plan: &Plan, chunks: Vec<Chunk>) -> Result<u64> {
        let mut added = 0;
        for (columns, rows, values) in chunks {
            let tree = Tree::Insert(Insert {
                table: plan.name.clone(),
                columns,
                rows,
                returning: None,
            });
            let flavor = self.database.flavor();
            let statement = Statement::new(tree, values, &plan.schema, flavor)?;
            added += self.database.run(statement).await?.affected;
        }
        Ok(added)
    }

    fn checked(
        &self,
        plan: &Plan,
        records: impl IntoIterator<Item = impl Into<Record>>,
    ) -> Result<Vec<Checked>> {
        let flavor = self.database.flavor();
        let records = records.into_iter().enumerate();
        let each = records.map(|(at, record)| {
            check(plan, record.into(), self.creating(), flavor)
                .map_err(|error| error.context(format!("record {at}")))
        });
        each.collect()
    }

    /// Runs of records that name the same columns, none longer than a statement takes; `added` tells the
    /// binds that a row has beside its own.
    fn chunks(
        &self,
        plan: &Plan,
        checked: Vec<Checked>,
        added: impl Fn(&[Arc<str>]) -> usize,
    ) -> Vec<Chunk> {
        let flavor = self.database.flavor();
        let max = flavor.capabilities().max_binds;
        let mut chunks: Vec<Chunk> = Vec::new();
        // The binds of a row of the last chunk.
        let mut width = 0;
        for Checked { columns, values } in checked {
            match chunks.last_mut() {
                // A row of defaults stands alone: SQL has no way to say several.
                Some((names, rows, binds))
                    if *names == columns
                        && !columns.is_empty()
                        && *rows < flavor.rows_per_insert(&plan.table, &columns)
                        && (*rows + 1) * width <= max =>
                {
                    *rows += 1;
                    binds.extend(values);
                }
                _ => {
                    width = values.len() + added(&columns);
                    chunks.push((columns, 1, values));
                }
            }
        }
        chunks
    }

    async fn insert_chunks(&self, plan: &Plan, chunks: Vec<Chunk>) -> Result<Vec<T>> {
        let mut created = Vec::new();
        for (columns, rows, values) in chunks {
            created.extend(self.insert(plan, columns, rows, values).await?);
        }
        Ok(created)
    }

    async fn insert(
        &self,
        plan: &Plan,
        columns: Vec<Arc<str>>,
        rows: usize,
        values: Vec<Value>,
    ) -> Result<Vec<T>> {
        let tree = || {
            Tree::Insert(Insert {
                table: plan.name.clone(),
                columns: columns.clone(),
                rows,
                returning: Some(projection::<T>()),
            })
        };
        let statement = match rows {
            1 => self.planned(plan, Action::Insert, &columns, values, tree)?,
            _ => Statement::new(tree(), values, &plan.schema, self.database.flavor())?,
        };
        T::from_rows(self.database.run(statement).await?.rows)
    }
}

//! Adding rows.

use std::sync::Arc;

use futures_util::TryFutureExt as _;
use futures_util::future::{join, lazy};

use super::chunks::{Chunk, Rows, accepted, all_accepted};
use super::write::filled_by_trigger;
use super::{FromRow, Insertable, Record, Repository};
use crate::error::{Result, called};
use crate::schema::TriggerEvent;

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
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid), before anything is sent, with every reason why the record doesn't fit;
    /// the violation of a constraint, with table, columns and name.
    pub async fn create(&self, record: impl Insertable<T>) -> Result<T> {
        let work = self.create_record(record.into());
        work.map_err(called("create", &self.plan.name)).await
    }

    pub(super) async fn create_record(&self, record: Record) -> Result<T> {
        let plan = self.plan()?;
        if let Some(hooks) = &plan.hooks {
            return Box::pin(self.create_hooked(&plan, hooks, record)).await;
        }
        let row = self.row(&plan, record)?;
        let rows = self.insert(&plan, Chunk::of(row)).await?;
        accepted(rows, &plan.name)
    }

    /// Adds rows, all of them or none, and gives them as the database has them, in their order.
    ///
    /// Rows that name the same columns go in one statement, as many as the server's limit of binds
    /// takes. A table's [hooks](super::Hook) run for each of them.
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
        records: impl IntoIterator<Item = impl Insertable<T>>,
    ) -> Result<Vec<T>> {
        let work = async move {
            let plan = self.plan()?;
            if let Some(hooks) = &plan.hooks {
                let new = records.into_iter().map(Into::into).collect();
                return Box::pin(self.create_many_hooked(&plan, hooks, new)).await;
            }
            let chunks = self.chunks(&plan, self.rows(&plan, records)?, Rows::Read)?;
            let plan = &plan;
            // A trigger may leave a row out, which shows when the others are in.
            let may_lose = filled_by_trigger(&plan.table, TriggerEvent::Insert);
            self.together(chunks.len() > 1 || may_lose, async |inside| {
                let mut created = Vec::new();
                for chunk in chunks {
                    let wanted = chunk.rows;
                    let rows = inside.insert(plan, chunk).await?;
                    created.extend(all_accepted(rows, wanted, &plan.name)?);
                }
                Ok(created)
            })
            .await
        };
        work.map_err(called("create_many", &self.plan.name)).await
    }

    /// Adds rows, all of them or none, and gives their number.
    ///
    /// Nothing is read back, so that it also works where the database couldn't give the rows: on a
    /// table without a key, where neither `INSERT … RETURNING` nor reading by key is to be had.
    ///
    /// Records are taken from the iterator as they are sent, a few statements' worth at a time: any number of them takes
    /// no more memory than that, unless the table has hooks. One that doesn't fit may show when others were sent; all are rolled
    /// back then.
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
        records: impl IntoIterator<Item = impl Insertable<T>, IntoIter: Send>,
    ) -> Result<u64> {
        let work = async move {
            let plan = self.plan()?;
            if let Some(hooks) = &plan.hooks {
                let new = records.into_iter().map(Into::into).collect();
                return Box::pin(self.insert_many_hooked(&plan, hooks, new)).await;
            }
            let mut chunks = self.chunks_of(&plan, records.into_iter(), Rows::Counted);
            let Some(first) = chunks.next().transpose()? else {
                return Ok(0);
            };
            let needed = !chunks.is_empty();
            let plan = &plan;
            self.together(needed, async |inside| {
                let mut added = 0;
                let mut next = Some(first);
                while let Some(chunk) = next {
                    // While the database works on one, the next one is made.
                    let values = Arc::clone(&chunk.values);
                    let run = inside.count_inserted(plan, chunk);
                    let (count, more) = join(run, lazy(|_| chunks.next().transpose())).await;
                    (added, next) = (added + count?, more?);
                    chunks.reuse(values);
                }
                Ok(added)
            })
            .await
        };
        work.map_err(called("insert_many", &self.plan.name)).await
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
}

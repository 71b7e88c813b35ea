//! Writing a record as it is: a new one, or the changes of one that was read.

use futures_util::TryFutureExt as _;

use super::plan::Plan;
use super::{Key, Record, Repository};
use crate::error::{Error, ErrorKind, Result, called};
use crate::value::Value;

impl Repository<Record> {
    /// Writes a record, which then is as the database has it: a new one is created; of one that was read, the
    /// columns that were changed are updated, and where none was, nothing is sent.
    ///
    /// The row is found by the primary key that was read, so that the key can be changed, too.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let albums = db.repository("album")?;
    /// let mut album = record! { "title" => "Blue", "artist_id" => 1 };
    /// albums.save(&mut album).await?;
    /// println!("its key is {}", album.get::<i64>("album_id")?);
    ///
    /// album.set("title", "Red");
    /// // UPDATE album SET title = …
    /// albums.save(&mut album).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`create`](Repository::create) and [`update`](Repository::update), and the record stays as it is then;
    /// [`ErrorKind::InvalidStatement`] if it is a row of another table, or was read without its key, or its version where rows have such
    /// ([`Conventions::lock_version`](super::Conventions::lock_version)): [`ErrorKind::Conflict`] then says that the row
    /// was changed meanwhile.
    pub async fn save(&self, record: &mut Record) -> Result<()> {
        let work = async move {
            self.check_ownership(record)?;
            if record.is_new() {
                *record = self.create(record.clone()).await?;
            } else if record.is_changed() {
                let plan = self.plan()?;
                let mut changes = record.changed();
                if let Some(version) = plan.version() {
                    changes.set(version, read(&plan, record, version)?);
                }
                let key = plan.table.key_columns().iter();
                let key = key.map(|column| read(&plan, record, column));
                let key = Key::Values(key.collect::<Result<_>>()?);
                *record = self.update(key, changes).await?;
            }
            Ok(())
        };
        work.map_err(called("save", &self.plan.name)).await
    }

    /// Another table's row with the same key is no row of this one.
    fn check_ownership(&self, record: &Record) -> Result<()> {
        let own = self.plan.table.table_name();
        match record.table() {
            Some(table) if *table != own && *table != self.plan.name => {
                let message = format!("the record is a row of `{table}`, not of `{own}`");
                Err(Error::new(ErrorKind::InvalidStatement, message)
                    .with_help("for a row like it here, create a record of its values"))
            }
            _ => Ok(()),
        }
    }
}

/// What a column held when the record was read.
fn read(plan: &Plan, record: &Record, column: &str) -> Result<Value> {
    record.original(column).cloned().ok_or_else(|| {
        let message = format!("the row of `{}` was read without `{column}`", plan.name);
        Error::new(ErrorKind::InvalidStatement, message)
            .with_help("select it, too: the row is found again by it")
    })
}

//! Writing a record as it is: a new one, or the changes of one that was read.

use super::{Key, Record, Repository};
use crate::error::{Error, ErrorKind, Result};

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
    /// [`ErrorKind::InvalidStatement`] if it was read without its key.
    pub async fn save(&self, record: &mut Record) -> Result<()> {
        if record.is_new() {
            *record = self.create(record.clone()).await?;
        } else if record.is_changed() {
            let key = self.key_of(record)?;
            *record = self.update(key, record.changed()).await?;
        }
        Ok(())
    }

    /// The key of a record as it was read.
    fn key_of(&self, record: &Record) -> Result<Key> {
        let plan = self.plan()?;
        let value = |column: &String| {
            record.original(column).cloned().ok_or_else(|| {
                let message = format!("the row of `{}` was read without `{column}`", plan.name);
                Error::new(ErrorKind::InvalidStatement, message)
                    .with_help("select the whole key, by which the row is found again")
            })
        };
        let values = plan.table.key_columns().iter().map(value);
        Ok(Key::Values(values.collect::<Result<_>>()?))
    }
}

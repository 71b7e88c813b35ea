//! What became of a record since it was read.

use super::{Record, Values, values_of};
use crate::value::Value;

impl Record {
    /// Tells whether it was made by the program, and not read from a database.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let albums = db.repository("album")?;
    /// let mut album = record! { "title" => "Blue" };
    /// assert!(album.is_new());
    /// albums.save(&mut album).await?;
    /// assert!(!album.is_new());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn is_new(&self) -> bool {
        matches!(self.0, Values::Own(..))
    }

    /// Goes through the columns that hold another value than was read, and what they hold now; of a new
    /// record, through all.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::Value;
    ///
    /// let mut album = db.repository("album")?.get(1).await?;
    /// album.set("title", "Blue").set("year", 1971);
    /// for (column, value) in album.changes() {
    ///     println!("{column}: {:?} becomes {value:?}", album.original(column));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn changes(&self) -> impl Iterator<Item = (&str, &Value)> {
        let same = |(column, value): &(&str, &Value)| {
            self.original(column).is_some_and(|was| same(was, value))
        };
        self.iter().filter(move |change| !same(change))
    }

    /// Tells whether a column holds another value than was read; a new record is changed if it has any.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let mut album = db.repository("album")?.get(1).await?;
    /// let title: String = album.get("title")?;
    /// assert!(album.set("title", "Red").is_changed());
    /// assert!(!album.set("title", title).is_changed());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn is_changed(&self) -> bool {
        // What nobody set needs no look at its values.
        !matches!(self.0, Values::Shared(..)) && self.changes().next().is_some()
    }

    /// Gives the value that a column had when the record was read; `None` of a new record, and of a column that
    /// wasn't read.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let mut album = db.repository("album")?.get(1).await?;
    /// let before = album.value("title").cloned();
    /// album.set("title", "Blue");
    /// assert_eq!(album.original("title"), before.as_ref());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn original(&self, column: &str) -> Option<&Value> {
        let (set, start) = match &self.0 {
            Values::Own(..) => return None,
            Values::Shared(set, start) => (set, *start),
            Values::Changed(changed) => (&changed.rows, changed.start),
        };
        values_of(&set.rows, start).get(set.rows.header().position(column)?)
    }

    /// The record that holds its changes alone.
    pub(crate) fn changed(&self) -> Self {
        let changes = self.changes();
        Self::from_pairs(changes.map(|(column, value)| (column, value.clone())))
    }
}

/// Equal, or both no number.
fn same(a: &Value, b: &Value) -> bool {
    let nan = |value: &Value| match value {
        Value::F32(n) => n.is_nan(),
        Value::F64(n) => n.is_nan(),
        _ => false,
    };
    a == b || (nan(a) && nan(b))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::executor::{Header, Rows};
    use crate::record;
    use crate::repository::FromRow as _;

    fn read() -> Record {
        let header = Arc::new(Header::new(["id", "title", "stars"]));
        let values = vec![Value::from(1), Value::from("Blue"), Value::F64(f64::NAN)];
        let mut records = Record::from_rows(Rows::new(header, values)).unwrap();
        records.pop().unwrap()
    }

    #[test]
    fn a_record_that_was_read_knows_what_it_was() {
        let mut album = read();
        assert!(!album.is_new() && !album.is_changed());
        album
            .set("title", "Red")
            .set("year", 1971)
            .set("stars", f64::NAN);
        assert!(album.is_changed());
        assert_eq!(
            album.changed(),
            record! { "title" => "Red", "year" => 1971 }
        );
        assert_eq!(album.original("title"), Some(&Value::from("Blue")));
        assert_eq!(album.original("year"), None);
        album.set("title", "Blue");
        assert_eq!(album.changed(), record! { "year" => 1971 });
        let copy = album.clone();
        assert_eq!(copy.changed(), album.changed());
    }

    #[test]
    fn of_a_new_record_all_is_changed() {
        let mut album = record! { "title" => "Blue" };
        assert!(album.is_new() && album.is_changed());
        assert_eq!(
            album.set("year", 1971).changed(),
            record! { "title" => "Blue", "year" => 1971 }
        );
        assert!(!Record::new().is_changed());
    }

    #[test]
    fn a_record_is_no_larger_for_it() {
        assert_eq!(size_of::<Record>(), 4 * size_of::<usize>());
    }
}

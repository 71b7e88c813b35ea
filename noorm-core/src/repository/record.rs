//! Rows whose shape is known only at run time.

mod changes;
mod json;
mod names;
mod set;

use std::fmt;
use std::sync::Arc;

use super::FromRow;
use crate::error::Result;
use crate::executor::{Header, Row, Rows};
use crate::schema::TableName;
use crate::value::{FromValue, Value};
#[doc(hidden)]
pub use names::Names;
pub(crate) use set::RecordSet;

/// A row of any table, read by column name.
///
/// Records of one result set share its values; one that is changed takes a copy of its own, and still knows
/// what it was ([`changes`](Record::changes)).
///
/// ```
/// use noorm_core::record;
///
/// let mut album = record! { "album_id" => 1, "title" => "Blue" };
/// assert_eq!(album.get::<i64>("album_id")?, 1);
/// album.set("title", "Red");
/// assert_eq!(serde_json::to_string(&album).unwrap(), r#"{"album_id":1,"title":"Red"}"#);
/// # Ok::<(), noorm_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Record(Values);

#[derive(Clone)]
enum Values {
    /// A row of a result set: where its values start.
    Shared(Arc<RecordSet>, usize),
    Own(Arc<Header>, Vec<Value>),
    /// A row of a result set that columns were set of.
    Changed(Box<Changed>),
}

#[derive(Clone)]
struct Changed {
    rows: Arc<RecordSet>,
    start: usize,
    header: Arc<Header>,
    values: Vec<Value>,
}

impl Record {
    /// Makes an empty record.
    ///
    /// ```
    /// use noorm_core::repository::Record;
    ///
    /// let mut album = Record::new();
    /// assert!(album.is_empty());
    /// album.set("title", "Blue").set("year", 1971);
    /// assert_eq!(album.len(), 2);
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::of(Arc::default(), Vec::new())
    }

    /// A window onto one of rows that are kept elsewhere.
    pub(crate) fn at(set: &Arc<RecordSet>, row: usize) -> Self {
        let start = row * set.rows.header().len();
        Self(Values::Shared(Arc::clone(set), start))
    }

    /// Tells which table it is a row of; `None` of one that a caller made, of computed values, and of raw SQL.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let album = db.repository("album")?.get(7).await?;
    /// assert_eq!(album.table().map(ToString::to_string), Some("album".into()));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn table(&self) -> Option<&TableName> {
        let (set, _) = self.window()?;
        set.rows.header().table()
    }

    /// The rows that it was read with, and its place among them.
    pub(crate) fn window(&self) -> Option<(&Arc<RecordSet>, usize)> {
        let (set, start) = match &self.0 {
            Values::Own(..) => return None,
            Values::Shared(set, start) => (set, *start),
            Values::Changed(changed) => (&changed.rows, changed.start),
        };
        Some((set, start / set.rows.header().len().max(1)))
    }

    /// Lets it go free of the rows that it was read with: their memory, and what is loaded for all of them at once.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let albums = db.repository("album")?.all().await?;
    /// let mut kept = albums[0].clone();
    /// kept.detach();
    /// drop(albums);
    /// // Loads the tracks of this album alone.
    /// let tracks = kept.related("tracks").load(&db).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn detach(&mut self) {
        let alone = |set: &RecordSet, start: usize| {
            let values = values_of(&set.rows, start).to_vec();
            Arc::new(RecordSet::new(Rows::new(
                Arc::clone(set.rows.header()),
                values,
            )))
        };
        match &mut self.0 {
            Values::Own(..) => {}
            Values::Shared(set, start) => {
                *set = alone(set, *start);
                *start = 0;
            }
            Values::Changed(changed) => {
                changed.rows = alone(&changed.rows, changed.start);
                changed.start = 0;
            }
        }
    }

    fn of(header: Arc<Header>, values: Vec<Value>) -> Self {
        Self(Values::Own(header, values))
    }

    fn header(&self) -> &Arc<Header> {
        match &self.0 {
            Values::Shared(set, _) => set.rows.header(),
            Values::Own(header, _) => header,
            Values::Changed(changed) => &changed.header,
        }
    }

    /// Gives the values, in the order of the columns.
    ///
    /// ```
    /// use noorm_core::{Value, record};
    ///
    /// let album = record! { "album_id" => 1, "title" => "Blue" };
    /// assert_eq!(album.values(), [Value::from(1), Value::from("Blue")]);
    /// ```
    #[must_use]
    pub fn values(&self) -> &[Value] {
        match &self.0 {
            Values::Shared(set, start) => values_of(&set.rows, *start),
            Values::Own(_, values) => values,
            Values::Changed(changed) => &changed.values,
        }
    }

    /// Gives the names of the columns, in order.
    ///
    /// ```
    /// use noorm_core::record;
    ///
    /// let album = record! { "album_id" => 1, "title" => "Blue" };
    /// assert_eq!(album.columns().collect::<Vec<_>>(), ["album_id", "title"]);
    /// ```
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.header().names().iter().map(|name| &**name)
    }

    /// Gives the number of columns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.header().len()
    }

    /// Tells whether it has no column.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.header().is_empty()
    }

    /// Goes through columns and values, in order.
    ///
    /// ```
    /// use noorm_core::record;
    ///
    /// let album = record! { "album_id" => 1, "year" => None::<i64> };
    /// let known: Vec<&str> = album.iter().filter(|(_, v)| !v.is_null()).map(|(name, _)| name).collect();
    /// assert_eq!(known, ["album_id"]);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.columns().zip(self.values())
    }

    /// Gives the value of a column, `None` if there is no such column.
    ///
    /// ```
    /// use noorm_core::{Value, record};
    ///
    /// let album = record! { "title" => "Blue" };
    /// assert_eq!(album.value("title"), Some(&Value::from("Blue")));
    /// assert_eq!(album.value("year"), None);
    /// ```
    #[must_use]
    pub fn value(&self, column: &str) -> Option<&Value> {
        self.values().get(self.header().position(column)?)
    }

    /// Gives the value of a column as a Rust type; `Option` takes NULL.
    ///
    /// ```
    /// use noorm_core::{ErrorKind, record};
    ///
    /// let album = record! { "title" => "Blue", "year" => None::<i64> };
    /// assert_eq!(album.get::<String>("title")?, "Blue");
    /// assert_eq!(album.get::<Option<i64>>("year")?, None);
    /// assert_eq!(album.get::<i64>("year").unwrap_err().kind(), ErrorKind::TypeMismatch);
    /// assert_eq!(album.get::<i64>("yaer").unwrap_err().kind(), ErrorKind::UnknownColumn);
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`](crate::ErrorKind::UnknownColumn), or [`ErrorKind::TypeMismatch`](crate::ErrorKind::TypeMismatch) naming the column and what it holds.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T> {
        let index = self.header().require(column)?;
        let value = self.values().get(index).cloned().unwrap_or_default();
        T::from_value(value).map_err(|mismatch| mismatch.in_column(column))
    }

    /// Sets a column, adding it if it isn't there.
    ///
    /// ```
    /// use noorm_core::record;
    ///
    /// let mut album = record! { "title" => "Red" };
    /// album.set("title", "Blue").set("year", 1971);
    /// assert_eq!(album, record! { "title" => "Blue", "year" => 1971 });
    /// ```
    pub fn set(&mut self, column: &str, value: impl Into<Value>) -> &mut Self {
        let read = match &self.0 {
            Values::Own(..) => None,
            Values::Shared(rows, start) => Some((Arc::clone(rows), *start)),
            Values::Changed(changed) => Some((Arc::clone(&changed.rows), changed.start)),
        };
        let (mut header, mut values) = std::mem::take(self).into_parts();
        match header.position(column) {
            Some(index) => {
                if let Some(slot) = values.get_mut(index) {
                    *slot = value.into();
                }
            }
            None => {
                let names = header.names().iter().cloned().chain([Arc::from(column)]);
                // It is a row of its table still, of which relations can be loaded.
                header = Arc::new(Header::new(names).of_table(header.table().cloned()));
                values.push(value.into());
            }
        }
        *self = match read {
            None => Self::of(header, values),
            Some((rows, start)) => Self(Values::Changed(Box::new(Changed {
                rows,
                start,
                header,
                values,
            }))),
        };
        self
    }

    /// Gives the header and the values.
    pub(crate) fn into_parts(self) -> (Arc<Header>, Vec<Value>) {
        match self.0 {
            Values::Own(header, values) => (header, values),
            Values::Changed(changed) => (changed.header, changed.values),
            Values::Shared(..) => (Arc::clone(self.header()), self.values().to_vec()),
        }
    }

    /// Makes a record of pairs; of a column that comes twice, the last value counts.
    ///
    /// ```
    /// use noorm_core::{record, repository::Record};
    ///
    /// let album = Record::from_pairs([("title", "Red"), ("artist", "Joni"), ("title", "Blue")]);
    /// assert_eq!(album, record! { "title" => "Blue", "artist" => "Joni" });
    /// ```
    pub fn from_pairs(
        pairs: impl IntoIterator<Item = (impl Into<Arc<str>>, impl Into<Value>)>,
    ) -> Self {
        let pairs = pairs.into_iter();
        let expected = pairs.size_hint().0;
        let mut names: Vec<Arc<str>> = Vec::with_capacity(expected);
        let mut values: Vec<Value> = Vec::with_capacity(expected);
        for (name, value) in pairs {
            let name = name.into();
            match names.iter().position(|n| *n == name) {
                Some(at) => {
                    if let Some(slot) = values.get_mut(at) {
                        *slot = value.into();
                    }
                }
                None => {
                    names.push(name);
                    values.push(value.into());
                }
            }
        }
        Self::of(Arc::new(Header::new(names)), values)
    }
}

/// A row of a result set.
fn values_of(rows: &Rows, start: usize) -> &[Value] {
    let row = rows.values().get(start..start + rows.header().len());
    row.unwrap_or_default()
}

impl Default for Record {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for Record {
    /// Compares columns and values, in order.
    fn eq(&self, other: &Self) -> bool {
        self.header().names() == other.header().names() && self.values() == other.values()
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl FromRow for Record {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        let values = (0..row.header().len())
            .map(|i| row.take(i))
            .collect::<Result<_>>()?;
        let rows = Rows::new(Arc::clone(row.header()), values);
        Ok(Self(Values::Shared(Arc::new(RecordSet::new(rows)), 0)))
    }

    /// All records share the values of the result set.
    fn as_serialize(&self) -> Option<&dyn erased_serde::Serialize> {
        Some(self)
    }

    fn from_rows(rows: Rows) -> Result<Vec<Self>> {
        let starts = (0..rows.values().len()).step_by(rows.header().len().max(1));
        let set = Arc::new(RecordSet::new(rows));
        let record = |start| Self(Values::Shared(Arc::clone(&set), start));
        Ok(starts.map(record).collect())
    }
}

/// Makes a [`Record`](crate::repository::Record) of names and values.
///
/// ```
/// use noorm_core::record;
///
/// let title = String::from("Blue");
/// let album = record! { "title" => title, "artist_id" => 1, "comment" => None::<String> };
/// assert_eq!(album.len(), 3);
/// ```
#[macro_export]
macro_rules! record {
    ($($name:literal => $value:expr),+ $(,)?) => {{
        static NAMES: $crate::repository::Names = $crate::repository::Names::new(&[$($name),+]);
        $crate::repository::Record::written(&NAMES, [$($crate::Value::from($value)),+])
    }};
    ($($name:expr => $value:expr),* $(,)?) => {
        $crate::repository::Record::from_pairs([
            $(($name, $crate::Value::from($value))),*
        ] as [(&str, $crate::Value); <[()]>::len(&[$($crate::record!(@unit $name)),*])])
    };
    (@unit $name:expr) => { () };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_a_result_set_share_its_values() {
        let header = Arc::new(Header::new(["id", "title"]));
        let values = ["Blue", "Red"].into_iter().enumerate();
        let values = values.flat_map(|(id, title)| [Value::from(id), Value::from(title)]);
        let mut records = Record::from_rows(Rows::new(header, values.collect())).unwrap();
        let mut red = records.pop().unwrap();
        assert_eq!(red, record! { "id" => 1, "title" => "Red" });
        red.set("title", "Pink").set("year", 1971);
        assert_eq!(red.get::<String>("title").unwrap(), "Pink");
        assert_eq!(red.get::<i32>("year").unwrap(), 1971);
        assert_eq!(
            records.pop().unwrap().get::<String>("title").unwrap(),
            "Blue"
        );
    }

    #[test]
    fn a_wrong_read_names_the_column() {
        let record = record! { "id" => 1, "title" => "Blue" };
        let error = record.get::<i64>("title").unwrap_err();
        assert_eq!(error.to_string(), "column `title` holds text, wanted i64");
        let error = record.get::<i64>("tilte").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the row has no column `tilte`: it has id, title"
        );
    }
}

//! Result sets: flat, with one allocation for all values.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::error::{Error, ErrorKind, Result};
use crate::schema::TableName;
use crate::value::{FromValue, Mismatch, Value};

/// The names of a result set's columns.
///
/// ```
/// use noorm_core::executor::Header;
///
/// let header = Header::new(["album_id", "title"]);
/// assert_eq!(header.len(), 2);
/// assert_eq!(header.position("title"), Some(1));
/// assert_eq!(header.names()[0].as_ref(), "album_id");
/// ```
#[derive(Debug, Default)]
pub struct Header {
    names: Box<[Arc<str>]>,
    table: Option<TableName>,
    by_name: OnceLock<HashMap<Arc<str>, usize>>,
}

impl Header {
    /// Makes a header of `names`, in the order of the columns.
    ///
    /// ```
    /// use noorm_core::executor::Header;
    ///
    /// let header = Header::new(vec![String::from("title")]);
    /// assert!(!header.is_empty());
    /// ```
    #[must_use]
    pub fn new(names: impl IntoIterator<Item = impl Into<Arc<str>>>) -> Self {
        Self {
            names: names.into_iter().map(Into::into).collect(),
            table: None,
            by_name: OnceLock::new(),
        }
    }

    /// Says whose rows they are: those of a table, whose columns the names are.
    ///
    /// ```
    /// use noorm_core::{executor::Header, schema::TableName};
    ///
    /// let album = TableName::new(None, "album");
    /// assert_eq!(Header::new(["title"]).of_table(album.clone()).table(), Some(&album));
    /// ```
    #[must_use]
    pub fn of_table(mut self, table: impl Into<Option<TableName>>) -> Self {
        self.table = table.into();
        self
    }

    /// Gives the table whose rows they are; `None` for what was worked out, or came from raw SQL.
    #[must_use]
    pub fn table(&self) -> Option<&TableName> {
        self.table.as_ref()
    }

    /// Gives the names, in order.
    #[must_use]
    pub fn names(&self) -> &[Arc<str>] {
        &self.names
    }

    /// Gives the number of columns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Tells whether there is no column.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Finds a column by its name; of several, the first.
    ///
    /// ```
    /// use noorm_core::executor::Header;
    ///
    /// let header = Header::new(["id", "title", "id"]);
    /// assert_eq!(header.position("id"), Some(0));
    /// assert_eq!(header.position("Title"), None);
    /// ```
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        if self.names.len() <= 8 {
            return self.names.iter().position(|n| **n == *name);
        }
        let by_name = self.by_name.get_or_init(|| {
            let named = self.names.iter().cloned().enumerate().rev();
            named.map(|(i, n)| (n, i)).collect()
        });
        by_name.get(name).copied()
    }

    /// Finds a column by its name.
    ///
    /// ```
    /// use noorm_core::executor::Header;
    ///
    /// let header = Header::new(["album_id", "title"]);
    /// assert_eq!(header.require("title")?, 1);
    /// let error = header.require("titel").unwrap_err();
    /// assert_eq!(error.help(), Some("it has album_id, title"));
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`], with the columns that are there.
    pub fn require(&self, name: &str) -> Result<usize> {
        self.position(name).ok_or_else(|| {
            Error::new(
                ErrorKind::UnknownColumn,
                format!("the row has no column `{name}`"),
            )
            .of_column(name)
            .with_help(format!("it has {}", self.names.join(", ")))
        })
    }
}

/// The rows that a statement gave, as one flat list of values.
///
/// ```
/// use std::sync::Arc;
/// use noorm_core::{Value, executor::{Header, Rows}};
///
/// let header = Arc::new(Header::new(["id", "title"]));
/// let values = vec![Value::from(1), Value::from("Blue"), Value::from(2), Value::from("Red")];
/// let rows = Rows::new(header, values);
/// assert_eq!(rows.len(), 2);
/// assert_eq!(rows.value(1, 1), Some(&Value::from("Red")));
/// ```
#[derive(Debug, Default, Clone)]
pub struct Rows {
    header: Arc<Header>,
    values: Vec<Value>,
}

impl Rows {
    /// Makes a result set of `values`, row after row.
    ///
    /// Values beyond the last whole row are dropped; a header without columns has no rows.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use noorm_core::{Value, executor::{Header, Rows}};
    ///
    /// let header = Arc::new(Header::new(["id", "title"]));
    /// let rows = Rows::new(header, vec![Value::from(1), Value::from("Blue"), Value::from(2)]);
    /// assert_eq!(rows.len(), 1);
    /// ```
    #[must_use]
    pub fn new(header: Arc<Header>, mut values: Vec<Value>) -> Self {
        match values.len().checked_rem(header.len()) {
            Some(rest) => values.truncate(values.len() - rest),
            None => values.clear(),
        }
        Self { header, values }
    }

    /// Gives the columns' names.
    #[must_use]
    pub fn header(&self) -> &Arc<Header> {
        &self.header
    }

    /// Gives the number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values
            .len()
            .checked_div(self.header.len())
            .unwrap_or(0)
    }

    /// Tells whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Gives the value at `row` and `column`, both counted from 0.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use noorm_core::{Value, executor::{Header, Rows}};
    ///
    /// let rows = Rows::new(Arc::new(Header::new(["id", "title"])), vec![1.into(), "Blue".into()]);
    /// assert_eq!(rows.value(0, 1), Some(&Value::from("Blue")));
    /// assert_eq!(rows.value(1, 0), None);
    /// ```
    #[must_use]
    pub fn value(&self, row: usize, column: usize) -> Option<&Value> {
        if column >= self.header.len() {
            return None;
        }
        self.values.get(row * self.header.len() + column)
    }

    /// Gives all values, row after row.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The values of each row.
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut [Value]> {
        let width = self.header.len().max(1);
        self.values.chunks_exact_mut(width)
    }

    /// Drops rows out of which values were moved: of NULLs, there is nothing to drop, which dropping finds out by a call.
    pub(crate) fn leave(self) {
        for value in self.values {
            match value {
                Value::Null => std::mem::forget(value),
                left => drop(left),
            }
        }
    }

    /// The same rows in the order from the other end.
    pub(crate) fn reversed(mut self) -> Self {
        self.values.reverse();
        let width = self.header.len().max(1);
        for row in self.values.chunks_exact_mut(width) {
            row.reverse();
        }
        self
    }

    /// Gives the header and all values, row after row.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use noorm_core::{Value, executor::{Header, Rows}};
    ///
    /// let rows = Rows::new(Arc::new(Header::new(["title"])), vec!["Blue".into(), "Red".into()]);
    /// let (header, titles) = rows.into_parts();
    /// assert_eq!(header.len(), 1);
    /// assert_eq!(titles, [Value::from("Blue"), Value::from("Red")]);
    /// ```
    #[must_use]
    pub fn into_parts(self) -> (Arc<Header>, Vec<Value>) {
        (self.header, self.values)
    }

    /// Goes through the rows, so that values can be moved out of them.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use noorm_core::executor::{Header, Rows};
    ///
    /// let mut rows = Rows::new(Arc::new(Header::new(["title"])), vec!["Blue".into(), "Red".into()]);
    /// let titles: Vec<String> = rows.rows_mut().map(|mut row| row.take(0)).collect::<Result<_, _>>()?;
    /// assert_eq!(titles, ["Blue", "Red"]);
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    pub fn rows_mut(&mut self) -> impl Iterator<Item = Row<'_>> {
        let header = &self.header;
        let width = header.len().max(1);
        let chunks = self.values.chunks_exact_mut(width);
        chunks.map(|values| Row { header, values })
    }
}

/// One row, out of which values are moved.
///
/// ```
/// use noorm_core::{Result, executor::Row, repository::FromRow};
///
/// struct Line(String);
///
/// impl FromRow for Line {
///     fn from_row(row: &mut Row<'_>) -> Result<Self> {
///         let title: String = row.take_named("title")?;
///         Ok(Self(format!("{title} ({} columns)", row.header().len())))
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Row<'a> {
    header: &'a Arc<Header>,
    values: &'a mut [Value],
}

impl Row<'_> {
    /// Gives the columns' names.
    #[must_use]
    pub fn header(&self) -> &Arc<Header> {
        self.header
    }

    /// Gives the value at `column`, counted from 0.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use noorm_core::{Value, executor::{Header, Rows}};
    ///
    /// let mut rows = Rows::new(Arc::new(Header::new(["title"])), vec!["Blue".into()]);
    /// for row in rows.rows_mut() {
    ///     assert_eq!(row.value(0), Some(&Value::from("Blue")));
    /// }
    /// ```
    #[must_use]
    pub fn value(&self, column: usize) -> Option<&Value> {
        self.values.get(column)
    }

    /// Moves the value at `column` (counted from 0) out of the row, leaving NULL.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use noorm_core::{ErrorKind, Value, executor::{Header, Rows}};
    ///
    /// let mut rows = Rows::new(Arc::new(Header::new(["title"])), vec!["Blue".into()]);
    /// let mut row = rows.rows_mut().next().unwrap();
    /// assert_eq!(row.take::<String>(0)?, "Blue");
    /// assert_eq!(row.value(0), Some(&Value::Null));
    /// assert_eq!(row.take::<String>(0).unwrap_err().kind(), ErrorKind::TypeMismatch);
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`] beyond the last column; [`ErrorKind::TypeMismatch`] if `T` can't
    /// hold the value.
    #[inline(always)]
    pub fn take<T: FromValue>(&mut self, column: usize) -> Result<T> {
        let Some(slot) = self.values.get_mut(column) else {
            return Err(self.beyond(column));
        };
        T::from_value(std::mem::take(slot)).map_err(|mismatch| self.mismatched(column, mismatch))
    }

    #[cold]
    fn beyond(&self, column: usize) -> Error {
        let count = self.header.len();
        let message = format!("the row has {count} columns, none at {column}");
        Error::new(ErrorKind::UnknownColumn, message)
    }

    #[cold]
    fn mismatched(&self, column: usize, mismatch: Mismatch) -> Error {
        let name = self.header.names().get(column);
        mismatch.in_column(name.map_or("?", |n| n))
    }

    /// Moves the value of the column `name` out of the row, leaving NULL.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use noorm_core::executor::{Header, Rows};
    ///
    /// let mut rows = Rows::new(Arc::new(Header::new(["id", "title"])), vec![1.into(), "Blue".into()]);
    /// let mut row = rows.rows_mut().next().unwrap();
    /// assert_eq!(row.take_named::<String>("title")?, "Blue");
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`take`](Row::take).
    pub fn take_named<T: FromValue>(&mut self, name: &str) -> Result<T> {
        let column = self.header.require(name)?;
        self.take(column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(names: &[&str], values: Vec<Value>) -> Rows {
        Rows::new(Arc::new(Header::new(names.iter().copied())), values)
    }

    #[test]
    fn values_are_moved_out() {
        let mut rows = rows(&["id", "title"], vec![Value::from(1), Value::from("Blue")]);
        let mut row = rows.rows_mut().next().unwrap();
        assert_eq!(row.take_named::<String>("title").unwrap(), "Blue");
        assert_eq!(row.value(1), Some(&Value::Null));
        let error = row.take::<String>(0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "column `id` holds an integer, wanted text"
        );
        assert_eq!(
            row.take::<i64>(2).unwrap_err().kind(),
            ErrorKind::UnknownColumn
        );
    }

    #[test]
    fn no_columns_means_no_rows() {
        assert_eq!(rows(&[], vec![Value::Null]).len(), 0);
        assert_eq!(rows(&["a", "b"], vec![Value::Null; 3]).len(), 1);
        assert_eq!(rows(&["a", "b"], vec![Value::Null; 4]).value(0, 2), None);
    }

    #[test]
    fn many_columns_are_found_by_name() {
        let names: Vec<String> = (0..20).map(|n| format!("c{n}")).collect();
        let header = Header::new(names.into_iter().chain(["c3".to_owned()]));
        assert_eq!(header.position("c19"), Some(19));
        assert_eq!(header.position("c3"), Some(3));
        assert_eq!(
            header.require("x").unwrap_err().kind(),
            ErrorKind::UnknownColumn
        );
    }
}

//! Types that rows become.

use crate::error::Result;
use crate::executor::{Row, Rows};

/// A type that a row becomes.
///
/// Columns stand in the order of [`columns`](FromRow::columns), so that fields are read by position.
///
/// ```
/// use noorm_core::{Result, executor::Row, repository::{Entity, FromRow}, statement::Column};
///
/// struct Album { id: i64, title: String }
///
/// impl Album {
///     const TITLE: Column<Album, String> = Column::new("title");
/// }
///
/// impl FromRow for Album {
///     fn columns() -> Option<&'static [&'static str]> {
///         Some(&["album_id", "title"])
///     }
///     fn from_row(row: &mut Row<'_>) -> Result<Self> {
///         Ok(Self { id: row.take(0)?, title: row.take(1)? })
///     }
/// }
///
/// impl Entity for Album {
///     const TABLE: &'static str = "album";
/// }
/// ```
pub trait FromRow: Sized + Send + 'static {
    /// Names the columns to select, in the order in which they are read; `None` means all.
    #[must_use]
    fn columns() -> Option<&'static [&'static str]> {
        None
    }

    /// Reads one row, moving values out of it.
    ///
    /// # Errors
    /// Where a field can't hold its column's value.
    fn from_row(row: &mut Row<'_>) -> Result<Self>;

    /// Reads all rows.
    ///
    /// # Errors
    /// As [`from_row`](FromRow::from_row).
    fn from_rows(mut rows: Rows) -> Result<Vec<Self>> {
        rows.rows_mut()
            .map(|mut row| Self::from_row(&mut row))
            .collect()
    }
}

/// A type that stands for the rows of one table.
pub trait Entity: FromRow {
    /// The table, as [`Schema::table`](crate::schema::Schema::table) finds it.
    const TABLE: &'static str;
}

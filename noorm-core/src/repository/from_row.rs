//! Types that rows become.

use super::Field;
use crate::error::Result;
use crate::executor::{Row, Rows};
use crate::value::{FromValue, Value};

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
    ///
    /// ```
    /// use noorm_core::{Result, executor::Row, repository::FromRow};
    ///
    /// struct Title(String);
    ///
    /// impl FromRow for Title {
    ///     fn columns() -> Option<&'static [&'static str]> {
    ///         Some(&["title"])
    ///     }
    ///     fn from_row(row: &mut Row<'_>) -> Result<Self> {
    ///         Ok(Self(row.take(0)?))
    ///     }
    /// }
    /// assert_eq!(Title::columns(), Some(["title"].as_slice()));
    /// ```
    #[must_use]
    fn columns() -> Option<&'static [&'static str]> {
        None
    }

    /// Reads one row, moving values out of it.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use noorm_core::{Result, repository::FromRow};
    /// use noorm_core::executor::{Header, Row, Rows};
    ///
    /// #[derive(Debug, PartialEq)]
    /// struct Album {
    ///     id: i64,
    ///     title: Option<String>,
    /// }
    ///
    /// impl FromRow for Album {
    ///     fn from_row(row: &mut Row<'_>) -> Result<Self> {
    ///         Ok(Self { id: row.take_named("album_id")?, title: row.take_named("title")? })
    ///     }
    /// }
    ///
    /// let header = Arc::new(Header::new(["album_id", "title"]));
    /// let albums = Album::from_rows(Rows::new(header, vec![1.into(), "Blue".into()]))?;
    /// assert_eq!(albums, [Album { id: 1, title: Some("Blue".into()) }]);
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where a field can't hold its column's value.
    fn from_row(row: &mut Row<'_>) -> Result<Self>;

    /// Whether rows may be read while others arrive, some at a time: [`from_rows`](FromRow::from_rows) does nothing but
    /// read each.
    #[doc(hidden)]
    const ONE_BY_ONE: bool = false;

    /// Gives the row as something to serialize, for when it is a relation of another row that is serialized; `None`, as
    /// by default, if its type doesn't.
    ///
    /// ```
    /// use noorm_core::record;
    /// use noorm_core::repository::FromRow as _;
    ///
    /// assert!(record! { "id" => 1 }.as_serialize().is_some());
    /// ```
    fn as_serialize(&self) -> Option<&dyn erased_serde::Serialize> {
        None
    }

    /// Reads all rows.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use noorm_core::executor::{Header, Rows};
    /// use noorm_core::repository::{FromRow as _, Record};
    ///
    /// let rows = Rows::new(Arc::new(Header::new(["title"])), vec!["Blue".into(), "Red".into()]);
    /// let albums = Record::from_rows(rows)?;
    /// assert_eq!(albums[1].get::<String>("title")?, "Red");
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`from_row`](FromRow::from_row).
    fn from_rows(mut rows: Rows) -> Result<Vec<Self>> {
        let mut all = Vec::with_capacity(rows.len());
        for mut row in rows.rows_mut() {
            all.push(Self::from_row(&mut row)?);
        }
        rows.leave();
        Ok(all)
    }
}

/// A type that stands for the rows of one table.
///
/// ```
/// use noorm_core::{Database, Result, repository::Entity};
///
/// async fn count<T: Entity>(db: &Database) -> Result<String> {
///     Ok(format!("{} rows in `{}`", db.of::<T>()?.count().await?, T::TABLE))
/// }
/// ```
pub trait Entity: FromRow {
    /// The table, as [`Schema::table`](crate::schema::Schema::table) finds it.
    const TABLE: &'static str;

    /// What generated code was made of, as [`Table::fingerprint`](crate::schema::Table::fingerprint) tells it.
    const FINGERPRINT: Option<&'static str> = None;

    /// Gives its fields, by which code and database are compared; none where nobody wrote them down.
    #[must_use]
    fn fields() -> &'static [Field] {
        &[]
    }

    /// Gives what it has in a column, so that relations can be loaded of it later; `None`, as by default, where it has
    /// none of that name, or can't tell.
    ///
    /// The derive writes it; a field whose type can't be cloned isn't told.
    ///
    /// ```
    /// use noorm_core::{Value, repository::Entity};
    ///
    /// fn title<T: Entity>(row: &T) -> Option<Value> {
    ///     row.column_value("title")
    /// }
    /// ```
    fn column_value(&self, column: &str) -> Option<Value> {
        let _ = column;
        None
    }
}

macro_rules! tuples {
    ($(($($v:ident $at:literal),+))+) => {$(
        /// The values of the first columns, in their order.
        impl<$($v: FromValue + Send + 'static),+> FromRow for ($($v,)+) {
            fn from_row(row: &mut Row<'_>) -> Result<Self> {
                Ok(($(row.take::<$v>($at)?,)+))
            }
        }
    )+};
}
tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
}

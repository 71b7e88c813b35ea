//! From the rows of a catalog query to structs.

use crate::error::{Error, Result};
use crate::executor::{Row, Rows};
use crate::value::FromValue;

/// A struct that one row of a catalog query becomes.
///
/// ```
/// use std::sync::Arc;
/// use noorm_core::executor::{Header, Rows};
/// use noorm_core::plugin::catalog::{CatalogRow, Fields, read};
/// use noorm_core::{Result, Value};
///
/// struct Found {
///     name: String,
///     size: Option<i64>,
/// }
///
/// impl CatalogRow for Found {
///     fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
///         Ok(Self { name: fields.take()?, size: fields.take()? })
///     }
/// }
///
/// let header = Arc::new(Header::new(["name", "size"]));
/// let rows = Rows::new(header, vec![Value::from("album"), Value::Null]);
/// let found: Vec<Found> = read("tables", rows, |error| error)?;
/// assert_eq!((found[0].name.as_str(), found[0].size), ("album", None));
/// # Ok::<(), noorm_core::Error>(())
/// ```
pub trait CatalogRow: Sized {
    /// Takes the fields in the order of the query's columns.
    ///
    /// # Errors
    /// If a field holds something else than it should.
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self>;
}

/// The fields of one row, taken from left to right.
#[derive(Debug)]
pub struct Fields<'r, 'v> {
    row: &'r mut Row<'v>,
    next: usize,
}

impl Fields<'_, '_> {
    /// Takes the next field.
    ///
    /// # Errors
    /// If `T` can't hold it, or there is none.
    pub fn take<T: FromValue>(&mut self) -> Result<T> {
        let column = self.next;
        self.next += 1;
        self.row.take(column)
    }

    /// Takes a flag; NULL is no.
    ///
    /// # Errors
    /// As [`take`](Fields::take).
    pub fn flag(&mut self) -> Result<bool> {
        self.take::<Option<bool>>().map(Option::unwrap_or_default)
    }

    /// Takes a number; NULL is 0.
    ///
    /// # Errors
    /// As [`take`](Fields::take).
    pub fn number(&mut self) -> Result<i64> {
        self.take::<Option<i64>>().map(Option::unwrap_or_default)
    }
}

/// Reads the rows of the catalog query `name`; `of_row` says what it means that one can't be read.
///
/// # Errors
/// What `of_row` makes of it, with the query's name.
pub fn read<T: CatalogRow>(
    name: &str,
    mut rows: Rows,
    of_row: impl Fn(Error) -> Error,
) -> Result<Vec<T>> {
    let mut read = Vec::with_capacity(rows.len());
    for mut row in rows.rows_mut() {
        let mut fields = Fields {
            row: &mut row,
            next: 0,
        };
        let row = T::from_fields(&mut fields);
        let named = |error: Error| error.context(format!("reading the catalog ({name})"));
        read.push(row.map_err(|error| of_row(named(error)))?);
    }
    Ok(read)
}

//! From rows of values to the row structs.

use noorm_core::executor::{Row, Rows};
use noorm_core::value::FromValue;
use noorm_core::{Error, ErrorKind, Result};

/// A struct that one row of a catalog query becomes.
pub(super) trait CatalogRow: Sized {
    /// Takes the fields in the order of the query's columns.
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self>;
}

/// The fields of one row, taken from left to right.
pub(super) struct Fields<'r, 'v> {
    row: &'r mut Row<'v>,
    next: usize,
}

impl Fields<'_, '_> {
    pub(super) fn take<T: FromValue>(&mut self) -> Result<T> {
        let column = self.next;
        self.next += 1;
        self.row.take(column)
    }
}

/// Reads the rows of the catalog query `name`.
pub(super) fn read<T: CatalogRow>(name: &str, mut rows: Rows) -> Result<Vec<T>> {
    let mut read = Vec::with_capacity(rows.len());
    for mut row in rows.rows_mut() {
        let mut fields = Fields {
            row: &mut row,
            next: 0,
        };
        let row = T::from_fields(&mut fields);
        read.push(row.map_err(|error| vanished(error, name))?);
    }
    Ok(read)
}

/// Of what was dropped meanwhile, the server gives NULLs.
fn vanished(error: Error, name: &str) -> Error {
    let message = format!("reading the catalog ({name}): {}", error.message());
    Error::new(ErrorKind::SchemaChanged, message).with_source(error)
}

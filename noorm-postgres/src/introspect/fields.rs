//! From rows of values to the row structs.

use noorm_core::executor::Rows;
use noorm_core::plugin::catalog;
pub(super) use noorm_core::plugin::catalog::{CatalogRow, Fields};
use noorm_core::{Error, ErrorKind, Result};

/// Reads the rows of the catalog query `name`.
pub(super) fn read<T: CatalogRow>(name: &str, rows: Rows) -> Result<Vec<T>> {
    catalog::read(name, rows, vanished)
}

/// Of what was dropped meanwhile, `pg_get_indexdef` and its like give NULL.
fn vanished(error: Error) -> Error {
    Error::new(ErrorKind::SchemaChanged, error.message()).with_source(error)
}

/// Reads the numbers of an `int2[]` (`{2,1}`) or an `int2vector` (`2 1`), as their text.
pub(super) fn numbers(text: &str) -> impl Iterator<Item = i16> {
    text.split(['{', ',', ' ', '}'])
        .filter_map(|number| number.parse().ok())
}

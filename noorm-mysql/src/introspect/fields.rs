//! From rows of values to the row structs.

use noorm_core::executor::Rows;
use noorm_core::plugin::catalog;
pub(super) use noorm_core::plugin::catalog::{CatalogRow, Fields};
use noorm_core::{Error, ErrorKind, Result};

/// Reads the rows of the catalog query `name`.
pub(super) fn read<T: CatalogRow>(name: &str, rows: Rows) -> Result<Vec<T>> {
    catalog::read(name, rows, vanished)
}

/// Of what was dropped meanwhile, the server gives NULLs.
fn vanished(error: Error) -> Error {
    Error::new(ErrorKind::SchemaChanged, error.message()).with_source(error)
}

//! From rows of values to the row structs.

use noorm_core::Result;
use noorm_core::executor::Rows;
use noorm_core::plugin::catalog;
pub(super) use noorm_core::plugin::catalog::{CatalogRow, Fields};

/// Reads the rows of the catalog query `name`.
pub(super) fn read<T: CatalogRow>(name: &str, rows: Rows) -> Result<Vec<T>> {
    catalog::read(name, rows, |error| error)
}

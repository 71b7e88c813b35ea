//! What a column's values come to, by the column's type.

use std::sync::Arc;

use crate::repository::Record;
use crate::statement::{Column, NamedColumn};
use crate::value::{ColumnValue, FromValue, Summed};

/// A column of `T` of which a value `V` is the least or greatest; of a record, any column and type.
///
/// ```
/// use noorm_core::repository::ExtremeOf;
/// use noorm_core::statement::Column;
///
/// struct Album;
/// const YEAR: Column<Album, Option<i32>> = Column::new("year");
/// // NULLs are never the least.
/// fn least<V, C: ExtremeOf<Album, V>>(column: C) -> std::sync::Arc<str> {
///     column.into_name()
/// }
/// assert_eq!(&*least::<i32, _>(YEAR), "year");
/// ```
pub trait ExtremeOf<T, V> {
    /// Gives its name.
    fn into_name(self) -> Arc<str>;
}

/// A column of `T` whose values come to a `V` together; of a record, any column and type.
///
/// ```
/// use noorm_core::repository::SumOf;
/// use noorm_core::statement::Column;
///
/// struct Album;
/// const PLAYS: Column<Album, i32> = Column::new("plays");
/// // Many small numbers are a large one.
/// fn sum<V, C: SumOf<Album, V>>(column: C) -> std::sync::Arc<str> {
///     column.into_name()
/// }
/// assert_eq!(&*sum::<i64, _>(PLAYS), "plays");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no sum or mean",
    label = "expected a column of `{T}` that holds numbers"
)]
pub trait SumOf<T, V> {
    /// Gives its name.
    fn into_name(self) -> Arc<str>;
}

/// A column of `T` whose values have the mean `V`; of a record, any column and type.
///
/// ```
/// use noorm_core::repository::MeanOf;
/// use noorm_core::statement::Column;
///
/// struct Album;
/// const PLAYS: Column<Album, i32> = Column::new("plays");
/// fn mean<V, C: MeanOf<Album, V>>(column: C) -> std::sync::Arc<str> {
///     column.into_name()
/// }
/// assert_eq!(&*mean::<f64, _>(PLAYS), "plays");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no sum or mean",
    label = "expected a column of `{T}` that holds numbers"
)]
pub trait MeanOf<T, V> {
    /// Gives its name.
    fn into_name(self) -> Arc<str>;
}

impl<T, X: ColumnValue> ExtremeOf<T, X::Plain> for Column<T, X> {
    fn into_name(self) -> Arc<str> {
        self.name().into()
    }
}

impl<T, X: Summed> SumOf<T, X::Sum> for Column<T, X> {
    fn into_name(self) -> Arc<str> {
        self.name().into()
    }
}

impl<T, X: Summed> MeanOf<T, f64> for Column<T, X> {
    fn into_name(self) -> Arc<str> {
        self.name().into()
    }
}

macro_rules! of_records {
    ($($of:ident)+) => {$(
        impl<V: FromValue> $of<Record, V> for NamedColumn {
            fn into_name(self) -> Arc<str> {
                Arc::clone(self.name())
            }
        }

        impl<V: FromValue> $of<Record, V> for &str {
            fn into_name(self) -> Arc<str> {
                self.into()
            }
        }
    )+};
}
of_records!(ExtremeOf SumOf MeanOf);

//! Columns, by whatever means they are named.

use std::sync::Arc;

use super::Record;
use crate::statement::{Any, Column, Expr, NamedColumn, Side, col};

/// A column of `T`, by whatever means it is named.
///
/// ```
/// use noorm_core::Result;
/// use noorm_core::repository::{ColumnOf, Entity, Repository};
/// use noorm_core::statement::Side;
///
/// async fn is_taken<T: Entity, C: ColumnOf<T>>(
///     rows: &Repository<T>,
///     column: C,
///     value: impl Side<T, C::Value>,
/// ) -> Result<bool> {
///     rows.query().filter(column.equals(value)).exists().await
/// }
/// ```
pub trait ColumnOf<T> {
    /// What it is compared with.
    type Value;

    /// Gives its name.
    fn name(&self) -> Arc<str>;

    /// Equals `value`.
    ///
    /// ```
    /// use noorm_core::{Value, repository::{ColumnOf as _, Record}, statement::Expr};
    ///
    /// let expr: Expr<Record> = "title".equals("Blue");
    /// assert_eq!(expr.into_parts().1, [Value::from("Blue")]);
    /// ```
    fn equals(&self, value: impl Side<T, Self::Value>) -> Expr<T>;
}

impl<T, V> ColumnOf<T> for Column<T, V> {
    type Value = V;

    fn name(&self) -> Arc<str> {
        Column::name(self).into()
    }

    fn equals(&self, value: impl Side<T, V>) -> Expr<T> {
        self.eq(value)
    }
}

impl ColumnOf<Record> for NamedColumn {
    type Value = Any;

    fn name(&self) -> Arc<str> {
        Arc::clone(Self::name(self))
    }

    fn equals(&self, value: impl Side<Record, Any>) -> Expr<Record> {
        self.eq(value)
    }
}

impl ColumnOf<Record> for &str {
    type Value = Any;

    fn name(&self) -> Arc<str> {
        (*self).into()
    }

    fn equals(&self, value: impl Side<Record, Any>) -> Expr<Record> {
        col(*self).eq(value)
    }
}

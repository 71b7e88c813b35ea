//! Columns, and what they are compared with.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::Side;
use crate::statement::Node;
use crate::value::Value;

/// A column of `T` whose values are of the Rust type `V`.
///
/// Entities have constants of it; [`col`] makes one for [`Record`](crate::repository::Record) that takes any value.
///
/// ```
/// use noorm_core::statement::Column;
///
/// struct Album;
/// impl Album {
///     const TITLE: Column<Album, String> = Column::new("title");
/// }
/// let expr = Album::TITLE.eq("Blue");
/// ```
pub struct Column<T, V> {
    pub(super) name: &'static str,
    of: PhantomData<fn() -> (T, V)>,
}

impl<T, V> Column<T, V> {
    /// Names a column. The name is checked against the schema when a statement is made of it.
    ///
    /// ```
    /// use noorm_core::statement::Column;
    ///
    /// struct Track;
    /// const LENGTH: Column<Track, Option<i64>> = Column::new("milliseconds");
    ///
    /// // An optional column takes a value, or none.
    /// let (_, binds) = (LENGTH.eq(None) | LENGTH.gt(300_000_i64)).into_parts();
    /// assert_eq!(binds.len(), 1);
    /// ```
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            of: PhantomData,
        }
    }

    /// Gives its name.
    ///
    /// ```
    /// use noorm_core::statement::Column;
    ///
    /// struct Album;
    /// const TITLE: Column<Album, String> = Column::new("title");
    /// assert_eq!(TITLE.name(), "title");
    /// ```
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl<T, V> Clone for Column<T, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, V> Copy for Column<T, V> {}

impl<T, V> fmt::Debug for Column<T, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Column({:?})", self.name)
    }
}

/// A column named at run time, whose values may be of any type.
///
/// ```
/// use noorm_core::statement::{NamedColumn, Node, col};
///
/// fn not_empty(column: &NamedColumn) -> Node {
///     column.ne("").into_parts().0
/// }
/// assert!(matches!(not_empty(&col("title")), Node::Compare(..)));
/// ```
#[derive(Debug, Clone)]
pub struct NamedColumn(pub(super) Arc<str>);

impl NamedColumn {
    /// Gives its name.
    ///
    /// ```
    /// use noorm_core::statement::col;
    ///
    /// assert_eq!(&**col("title").name(), "title");
    /// ```
    #[must_use]
    pub fn name(&self) -> &Arc<str> {
        &self.0
    }
}

/// Names a column of a [`Record`](crate::repository::Record).
///
/// ```
/// use noorm_core::statement::col;
///
/// let expr = col("milliseconds").between(200_000, 300_000);
/// ```
#[must_use]
pub fn col(name: impl Into<Arc<str>>) -> NamedColumn {
    NamedColumn(name.into())
}

/// A Rust value that can stand where a column of type `V` is compared.
///
/// For an `Option<V>` column both a `V` and an `Option<V>` will do.
///
/// ```
/// use noorm_core::statement::{Column, Expr, Operand};
///
/// struct Album;
/// const TITLE: Column<Album, String> = Column::new("title");
///
/// fn titled(title: impl Operand<String>) -> Expr<Album> {
///     TITLE.in_list([title])
/// }
/// titled("Blue");
/// titled(String::from("Red"));
/// ```
#[diagnostic::on_unimplemented(
    message = "a column of type `{V}` can't be compared with `{Self}`",
    label = "expected a value for a column of type `{V}`"
)]
pub trait Operand<V> {
    /// Converts it.
    ///
    /// ```
    /// use noorm_core::Value;
    /// use noorm_core::statement::Operand;
    ///
    /// let operand: Value = Operand::<Option<i64>>::into_value(7_i64);
    /// assert_eq!(operand, Value::I64(7));
    /// ```
    fn into_value(self) -> Value;
}

/// Marks the values of a column that is named at run time: whatever becomes a [`Value`].
#[derive(Debug, Clone, Copy)]
pub enum Any {}

impl<T: Into<Value>> Operand<Any> for T {
    fn into_value(self) -> Value {
        self.into()
    }
}

/// A column that holds values of any type.
impl<T: Into<Value>> Operand<Value> for T {
    fn into_value(self) -> Value {
        self.into()
    }
}

impl<T: Into<Value>> Operand<Option<Value>> for T {
    fn into_value(self) -> Value {
        self.into()
    }
}

macro_rules! operands {
    ($($column:ty: $($value:ty),+;)*) => {$(
        $(
            operands!(@ $column, $value);
            operands!(@ Option<$column>, $value);
        )+
        operands!(@ Option<$column>, Option<$column>);
    )*};
    (@ $column:ty, $value:ty) => {
        impl Operand<$column> for $value {
            fn into_value(self) -> Value {
                self.into()
            }
        }
        impl<T> Side<T, $column> for $value {
            fn into_side(self) -> (Node, Vec<Value>) {
                super::term::value::<$column>(self)
            }
        }
    };
}
operands! {
    bool: bool;
    i8: i8;
    i16: i16;
    i32: i32;
    i64: i64, i32;
    u8: u8;
    u16: u16;
    u32: u32;
    u64: u64, u32;
    f32: f32;
    f64: f64;
    String: String, &str, &String;
    Vec<u8>: Vec<u8>, &[u8];
    uuid::Uuid: uuid::Uuid;
    bigdecimal::BigDecimal: bigdecimal::BigDecimal;
    chrono::NaiveDate: chrono::NaiveDate;
    chrono::NaiveTime: chrono::NaiveTime;
    chrono::NaiveDateTime: chrono::NaiveDateTime;
    chrono::DateTime<chrono::Utc>: chrono::DateTime<chrono::Utc>;
    serde_json::Value: serde_json::Value;
}

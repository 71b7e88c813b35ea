//! Orders of rows.

use std::fmt;
use std::marker::PhantomData;
use std::ops;
use std::sync::Arc;

use super::{Column, NamedColumn};
use crate::repository::Record;
use crate::statement::{Node, Nulls, OrderBy};
use crate::value::Value;

/// An order of rows of `T`.
///
/// ```
/// use noorm_core::repository::Record;
/// use noorm_core::statement::{Order, col};
///
/// let newest = col("added").desc();
/// let same: Order<Record> = "-added".into();
/// assert_eq!(format!("{newest:?}"), format!("{same:?}"));
/// ```
pub struct Order<T> {
    pub(crate) by: OrderBy,
    pub(crate) binds: Vec<Value>,
    of: PhantomData<fn() -> T>,
}

impl<T> Order<T> {
    pub(crate) fn new(column: Arc<str>, descending: bool) -> Self {
        Self {
            by: OrderBy {
                by: Node::Column(column),
                descending,
                nulls: None,
            },
            binds: Vec::new(),
            of: PhantomData,
        }
    }

    pub(crate) fn of(by: OrderBy) -> Self {
        Self {
            by,
            binds: Vec::new(),
            of: PhantomData,
        }
    }

    pub(crate) fn with_binds(by: OrderBy, binds: Vec<Value>) -> Self {
        Self {
            binds,
            ..Self::of(by)
        }
    }

    pub(crate) fn into_parts(self) -> (OrderBy, Vec<Value>) {
        (self.by, self.binds)
    }

    /// Puts rows without a value before all others, whatever the direction.
    ///
    /// The database does so by itself, or is told in its own words, or orders by `IS NULL` first; no index
    /// serves the last of these.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::col;
    ///
    /// let tasks = db.repository("task")?.query();
    /// let unplanned_first = tasks.order_by([col("due").asc().nulls_first()]).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn nulls_first(mut self) -> Self {
        self.by.nulls = Some(Nulls::First);
        self
    }

    /// Puts rows without a value behind all others, as [`nulls_first`](Order::nulls_first) puts them first.
    ///
    /// ```
    /// use noorm_core::repository::Record;
    /// use noorm_core::statement::{Order, col};
    ///
    /// let newest: Order<Record> = (-col("added")).nulls_last();
    /// ```
    #[must_use]
    pub fn nulls_last(mut self) -> Self {
        self.by.nulls = Some(Nulls::Last);
        self
    }
}

/// `-col("added")` orders from high to low.
impl ops::Neg for NamedColumn {
    type Output = Order<Record>;
    fn neg(self) -> Order<Record> {
        Order::new(self.name().clone(), true)
    }
}

/// `-Album::ADDED` orders from high to low.
impl<T, V> ops::Neg for Column<T, V> {
    type Output = Order<T>;
    fn neg(self) -> Order<T> {
        Order::new(self.name().into(), true)
    }
}

impl<T> Clone for Order<T> {
    fn clone(&self) -> Self {
        Self {
            by: self.by.clone(),
            binds: self.binds.clone(),
            of: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Order<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.by.fmt(f)
    }
}

/// `"title"` orders from low to high, `"-title"` from high to low.
impl From<&str> for Order<Record> {
    fn from(text: &str) -> Self {
        match text.strip_prefix('-') {
            Some(column) => Self::new(column.into(), true),
            None => Self::new(text.into(), false),
        }
    }
}

impl From<String> for Order<Record> {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

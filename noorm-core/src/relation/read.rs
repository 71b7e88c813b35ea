//! How loaded rows become what their readers want: records, or entities of a type known only where they were asked for.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use super::keys::Placed;
use super::loaded::{Beside, Children, Kin, Loaded};
use crate::BoxFuture;
use crate::database::Database;
use crate::error::Result;
use crate::executor::Rows;
use crate::repository::{FromRow, Hooks, load};

/// Children on their way.
type Reading<'a> = BoxFuture<'a, Result<Arc<dyn Kin>>>;

/// Makes one of children that were read of several tables.
type Gather = fn(Vec<Arc<dyn Kin>>) -> Arc<dyn Kin>;

/// What rows become.
#[derive(Clone, Copy)]
pub(crate) struct Reader {
    columns: fn() -> Option<&'static [&'static str]>,
    read: for<'a> fn(ToRead<'a>) -> Reading<'a>,
    gather: Gather,
}

/// The rows at the other end of a relation, before they are read.
pub(crate) struct ToRead<'a> {
    pub(crate) database: &'a Database,
    pub(crate) hooks: Option<&'a Hooks>,
    pub(crate) rows: Rows,
    pub(crate) beside: Option<Arc<Beside>>,
    /// The order in which their parents have them, where it is another one.
    pub(crate) order: Option<Vec<usize>>,
    pub(crate) placed: Placed,
}

impl Reader {
    pub(crate) fn of<U: FromRow + Sync>() -> Self {
        Self {
            columns: U::columns,
            read: |rows| Box::pin(read::<U>(rows)),
            gather: gather::<U>,
        }
    }

    /// The columns that are read, where not all.
    pub(crate) fn columns(self) -> Option<&'static [&'static str]> {
        (self.columns)()
    }

    /// Makes one of [`Children`] that it read of several tables.
    pub(crate) fn gather(self, all: Vec<Arc<dyn Kin>>) -> Arc<dyn Kin> {
        (self.gather)(all)
    }

    /// Makes [`Children`] of the rows.
    pub(crate) fn read(self, rows: ToRead<'_>) -> Reading<'_> {
        (self.read)(rows)
    }
}

/// Makes one of what was read of several tables.
fn gather<U: FromRow + Sync>(all: Vec<Arc<dyn Kin>>) -> Arc<dyn Kin> {
    let children = all.into_iter().filter_map(|children| {
        let children: Arc<dyn Any + Send + Sync> = children;
        Arc::into_inner(children.downcast::<Children<U>>().ok()?)
    });
    Arc::new(Children::gathered(children))
}

async fn read<U: FromRow + Sync>(read: ToRead<'_>) -> Result<Arc<dyn Kin>> {
    let rows: Vec<U> = load(read.hooks, read.database, read.rows).await?;
    let rows = Loaded::all(rows, read.beside);
    let rows = match read.order {
        Some(order) => in_order(rows, &order),
        None => rows,
    };
    Ok(Arc::new(Children::new(rows, read.placed)))
}

/// Puts all of them into another order.
fn in_order<T>(all: Vec<T>, order: &[usize]) -> Vec<T> {
    let mut all: Vec<Option<T>> = all.into_iter().map(Some).collect();
    let ordered = order.iter().filter_map(|at| all.get_mut(*at)?.take());
    let mut out = Vec::with_capacity(order.len());
    out.extend(ordered);
    out
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({:?})", self.columns())
    }
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn all_stand_where_the_order_says() {
        let words = || vec!["a".to_owned(), "b".to_owned(), "c".to_owned()];
        assert_eq!(in_order(words(), &[2, 0, 1]), ["c", "a", "b"]);
        assert_eq!(in_order(words(), &[0, 1, 2]), words());
    }
}

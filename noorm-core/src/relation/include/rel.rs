//! Relations, narrowed and ordered.

use std::marker::PhantomData;
use std::sync::Arc;

use super::{Branch, Include, Total};
use crate::relation::read::Reader;
use crate::relation::{AskTotal, RelationOf, count_name};
use crate::repository::{FromRow, Record};
use crate::statement::{Expr, Order, Term};

/// A relation from rows of `T` to rows of `U`, and which of these, in which order; made by [`rel`], or of a constant of
/// an entity.
///
/// It is loaded with rows ([`Query::with`](crate::repository::Query::with)), asked whether it has rows
/// ([`exists`](Rel::exists)), or what they come to ([`count`](Rel::count), [`sum`](Rel::sum), …).
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// use noorm_core::{relation::rel, statement::col};
///
/// let long = rel("tracks").filter(col("milliseconds").gt(300_000));
/// let albums = db.repository("album")?.query()
///     .filter(long.clone().exists())
///     .order_by([rel("tracks").count().desc()])
///     .with(long.order_by(["-milliseconds"]).limit(3).with("genre"))
///     .all()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "it does nothing until a query is given it"]
pub struct Rel<T, U> {
    /// The names of the path before the last one, which is the branch's.
    pub(super) before: Vec<Arc<str>>,
    pub(super) branch: Branch,
    of: PhantomData<fn() -> (T, U)>,
}

/// Names a relation of records, or one of theirs: `tracks`, `tracks.genre`.
///
/// ```
/// use noorm_core::relation::rel;
///
/// let newest = rel("invoices").order_by(["-invoice_date"]).limit(1);
/// ```
pub fn rel(path: &str) -> Rel<Record, Record> {
    Rel::named(path)
}

impl<T, U: FromRow + Sync> Rel<T, U> {
    pub(crate) fn named(path: &str) -> Self {
        let (before, name) = path.rsplit_once('.').unzip();
        let before = before.iter().flat_map(|before| before.split('.'));
        Self {
            before: before.map(Arc::from).collect(),
            branch: Branch::new(name.unwrap_or(path).into(), Reader::of::<U>()),
            of: PhantomData,
        }
    }

    /// Keeps rows for which the expression holds; several filters must all hold.
    ///
    /// ```
    /// use noorm_core::{relation::rel, statement::col};
    ///
    /// let long = rel("tracks").filter(col("milliseconds").gt(300_000));
    /// ```
    pub fn filter(mut self, expr: Expr<U>) -> Self {
        self.branch.filters.push(expr.into_parts());
        self
    }

    /// Orders the rows of each parent; further orders decide between equal rows.
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let longest_first = rel("tracks").order_by(["-milliseconds", "name"]);
    /// ```
    pub fn order_by(mut self, order: impl IntoIterator<Item = impl Into<Order<U>>>) -> Self {
        let order = order.into_iter().map(|order| order.into().into_parts());
        self.branch.order.extend(order);
        self
    }

    /// Gives at most so many rows for each parent, the first in the order; in SQL, not after loading all.
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let three = rel("tracks").order_by(["-milliseconds"]).limit(3);
    /// ```
    pub fn limit(mut self, limit: u64) -> Self {
        self.branch.limit = Some(limit);
        self
    }

    /// Skips so many rows of each parent first.
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let others = rel("tracks").order_by(["name"]).offset(3);
    /// ```
    pub fn offset(mut self, offset: u64) -> Self {
        self.branch.offset = Some(offset);
        self
    }

    /// Loads a relation of these rows with them.
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let tracks = rel("tracks").with("genre").with(rel("playlists").limit(5));
    /// ```
    pub fn with(mut self, include: impl Into<Include<U>>) -> Self {
        self.branch.nested.push(include.into().branch);
        self
    }

    /// Tells with each of these rows how many rows a relation of theirs has:
    /// [`Loaded::count_of`](crate::relation::Loaded::count_of).
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let albums = rel("albums").with_count("tracks");
    /// ```
    pub fn with_count(self, relation: impl RelationOf<U>) -> Self {
        let relation = relation.relation();
        let count = Term::<U, i64>::counted(relation);
        self.totalled(count_name(relation).into(), count)
    }

    /// Tells with each of these rows what related rows come to, under a name:
    /// [`Loaded::total`](crate::relation::Loaded::total).
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let albums = rel("albums").with_total("length", rel("tracks").sum("milliseconds"));
    /// ```
    pub fn with_total<V>(self, name: impl AskTotal<U, V>, total: Term<U, V>) -> Self {
        self.totalled(name.asked(), total)
    }

    fn totalled<V>(mut self, name: Arc<str>, total: Term<U, V>) -> Self {
        self.branch.totals.push(Total::new(name, total));
        self
    }

    /// Has the rows loaded in a way of the caller's choice: `batch`, `join`, `json`, or one that a plugin registered.
    ///
    /// What a document can't keep on the engine at hand (`json`) is loaded by `batch`; of any other way, the query says
    /// that it can't be gone.
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let artist = rel("artist").by("join");
    /// ```
    pub fn by(mut self, strategy: impl Into<Arc<str>>) -> Self {
        self.branch.strategy = Some(strategy.into());
        self
    }
}

impl<T> Rel<T, Record> {
    /// Reads these columns only.
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let names = rel("tracks").select(["name", "milliseconds"]);
    /// ```
    pub fn select(mut self, columns: impl IntoIterator<Item = impl Into<Arc<str>>>) -> Self {
        let columns = columns.into_iter().map(Into::into).collect();
        self.branch.columns = Some(columns);
        self
    }
}

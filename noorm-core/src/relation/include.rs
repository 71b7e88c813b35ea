//! What is to be loaded with rows: branches of a tree.

use std::marker::PhantomData;
use std::sync::Arc;

use super::read::Reader;
use crate::error::{Error, ErrorKind, Result};
use crate::repository::{ColumnOf, FromRow, Record};
use crate::statement::{Aggregate, Asked, Compare, Expr, Node, Order, OrderBy, Related, Term};
use crate::value::Value;

/// A relation to load with rows, and which of its rows, in which order.
#[derive(Debug, Clone)]
pub(crate) struct Branch {
    pub(crate) name: Arc<str>,
    pub(crate) filters: Vec<(Node, Vec<Value>)>,
    pub(crate) order: Vec<(OrderBy, Vec<Value>)>,
    pub(crate) columns: Option<Vec<Arc<str>>>,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: Option<u64>,
    pub(crate) strategy: Option<Arc<str>>,
    /// The strategy of what it is nested in, which is taken for it, too, where it can be.
    pub(crate) hint: Option<Arc<str>>,
    pub(crate) totals: Vec<Total>,
    pub(crate) nested: Vec<Branch>,
    pub(crate) reader: Reader,
}

/// What related rows come to, under a name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Total {
    pub(crate) name: Arc<str>,
    pub(crate) node: Node,
    pub(crate) binds: Vec<Value>,
}

impl Branch {
    pub(crate) fn new(name: Arc<str>, reader: Reader) -> Self {
        Self {
            name,
            filters: Vec::new(),
            order: Vec::new(),
            columns: None,
            limit: None,
            offset: None,
            strategy: None,
            hint: None,
            totals: Vec::new(),
            nested: Vec::new(),
            reader,
        }
    }

    /// Whether all rows are loaded, in whatever order.
    fn is_plain(&self) -> bool {
        self.filters.is_empty()
            && self.order.is_empty()
            && self.columns.is_none()
            && (self.limit, self.offset) == (None, None)
            && self.strategy.is_none()
    }

    fn asks_as(&self, other: &Self) -> bool {
        self.filters == other.filters
            && self.order == other.order
            && self.columns == other.columns
            && (self.limit, self.offset) == (other.limit, other.offset)
            && self.strategy == other.strategy
    }

    /// Takes what `other` asks for, too.
    fn join(&mut self, other: Self) -> Result<()> {
        if self.is_plain() {
            self.filters = other.filters;
            self.order = other.order;
            self.columns = other.columns;
            (self.limit, self.offset) = (other.limit, other.offset);
            self.strategy = other.strategy;
        } else if !other.is_plain() && !self.asks_as(&other) {
            let message = format!(
                "`{}` is asked for twice, with other rows each time",
                self.name
            );
            return Err(Error::new(ErrorKind::InvalidStatement, message)
                .with_help("ask for it once, or load the other rows by a second query"));
        }
        let totals = other.totals.into_iter();
        let new: Vec<_> = totals
            .filter(|total| !self.totals.contains(total))
            .collect();
        self.totals.extend(new);
        self.nested.extend(other.nested);
        Ok(())
    }
}

/// Makes one branch of each relation that is asked for several times.
pub(crate) fn merged(branches: Vec<Branch>) -> Result<Vec<Branch>> {
    let mut merged: Vec<Branch> = Vec::with_capacity(branches.len());
    for branch in branches {
        match merged.iter_mut().find(|known| known.name == branch.name) {
            Some(known) => known.join(branch)?,
            None => merged.push(branch),
        }
    }
    for branch in &mut merged {
        branch.nested = self::merged(std::mem::take(&mut branch.nested))?;
    }
    Ok(merged)
}

/// Something to load with rows of `T`: a relation, made of its name, of [`rel`], or of a constant of an entity.
///
/// ```
/// use noorm_core::relation::{Include, rel};
/// use noorm_core::repository::Record;
///
/// let tracks: Include<Record> = "tracks.genre".into();
/// let longest: Include<Record> = rel("tracks").order_by(["-milliseconds"]).limit(3).into();
/// ```
#[derive(Debug, Clone)]
pub struct Include<T> {
    pub(crate) branch: Branch,
    of: PhantomData<fn() -> T>,
}

impl From<&str> for Include<Record> {
    fn from(path: &str) -> Self {
        rel(path).into()
    }
}

impl From<String> for Include<Record> {
    fn from(path: String) -> Self {
        rel(&path).into()
    }
}

impl<T, U> From<Rel<T, U>> for Include<T> {
    fn from(rel: Rel<T, U>) -> Self {
        // From the end of the path to its start, each within the one before.
        let reader = rel.branch.reader;
        let before = rel.before.into_iter().rev();
        let branch = before.fold(rel.branch, |inner, name| {
            let mut outer = Branch::new(name, reader);
            outer.nested.push(inner);
            outer
        });
        Self {
            branch,
            of: PhantomData,
        }
    }
}

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
    before: Vec<Arc<str>>,
    branch: Branch,
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
    pub fn with_count(self, relation: &str) -> Self {
        let count = Term::<U, i64>::counted(relation);
        self.with_total(super::loaded::count_name(relation), count)
    }

    /// Tells with each of these rows what related rows come to, under a name:
    /// [`Loaded::total`](crate::relation::Loaded::total).
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let albums = rel("albums").with_total("length", rel("tracks").sum("milliseconds"));
    /// ```
    pub fn with_total<V>(mut self, name: impl Into<Arc<str>>, total: Term<U, V>) -> Self {
        self.branch.totals.push(Total::new(name.into(), total));
        self
    }

    /// Has the rows loaded in a way of the caller's choice: `batch`, `join`, `json`, or one that a plugin registered.
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

    /// Asks whether there are such rows.
    ///
    /// ```
    /// use noorm_core::{relation::rel, statement::col};
    ///
    /// let has_long_ones = rel("tracks").filter(col("milliseconds").gt(300_000)).exists();
    /// let has_none = !rel("tracks").exists();
    /// ```
    #[must_use]
    pub fn exists(self) -> Expr<T> {
        let (node, binds) = self.asked(Asked::Exist, Vec::new());
        Expr::new(node, binds)
    }

    /// Asks whether there are at least so many such rows.
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let albums_of_ten = rel("tracks").at_least(10);
    /// ```
    #[must_use]
    pub fn at_least(self, count: u64) -> Expr<T> {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let (node, mut binds) = self.count().into_parts();
        binds.push(Value::I64(count));
        let bound = Box::new(Node::Bind);
        Expr::new(Node::Compare(Compare::Ge, Box::new(node), bound), binds)
    }

    /// Counts such rows: to compare with, to order by, to be told.
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let most_first = rel("tracks").count().desc();
    /// ```
    #[must_use]
    pub fn count(self) -> Term<T, i64> {
        self.value_of(Node::CountRows)
    }

    /// The sum of a column of such rows; NULL where there are none.
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let length = rel("tracks").sum("milliseconds");
    /// ```
    #[must_use]
    pub fn sum<C: ColumnOf<U>>(self, column: C) -> Term<T, C::Value> {
        self.aggregate(Aggregate::Sum, &column)
    }

    /// The mean of a column of such rows; NULL where there are none.
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let length = rel("tracks").avg("milliseconds");
    /// ```
    #[must_use]
    pub fn avg<C: ColumnOf<U>>(self, column: C) -> Term<T, C::Value> {
        self.aggregate(Aggregate::Average, &column)
    }

    /// The least value of a column of such rows; NULL where there are none.
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let shortest = rel("tracks").min("milliseconds");
    /// ```
    #[must_use]
    pub fn min<C: ColumnOf<U>>(self, column: C) -> Term<T, C::Value> {
        self.aggregate(Aggregate::Min, &column)
    }

    /// The greatest value of a column of such rows; NULL where there are none.
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let longest = rel("tracks").max("milliseconds");
    /// ```
    #[must_use]
    pub fn max<C: ColumnOf<U>>(self, column: C) -> Term<T, C::Value> {
        self.aggregate(Aggregate::Max, &column)
    }

    /// The value of a column of the one row of a to-one relation; NULL where there is none.
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let by_artist = rel("artist").value("name").asc();
    /// ```
    #[must_use]
    pub fn value<C: ColumnOf<U>>(self, column: C) -> Term<T, C::Value> {
        self.value_of(Node::Column(column.name()))
    }

    fn aggregate<C: ColumnOf<U>>(self, how: Aggregate, column: &C) -> Term<T, C::Value> {
        self.value_of(Node::Aggregate(how, Box::new(Node::Column(column.name()))))
    }

    fn value_of<V>(self, value: Node) -> Term<T, V> {
        let (node, binds) = self.asked(Asked::Value(value), Vec::new());
        Term::new(node, binds)
    }

    /// The question about the rows at the end of the path. What is loaded with them has no part in it.
    fn asked(self, asked: Asked, mut binds: Vec<Value>) -> (Node, Vec<Value>) {
        let mut path = self.before;
        path.push(self.branch.name);
        let (nodes, values): (Vec<_>, Vec<_>) = self.branch.filters.into_iter().unzip();
        binds.extend(values.into_iter().flatten());
        let filter = (!nodes.is_empty()).then_some(Node::And(nodes));
        let related = Related::new(path.join("."), asked, filter);
        (Node::Related(Box::new(related)), binds)
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

impl Total {
    pub(crate) fn new<T, V>(name: Arc<str>, term: Term<T, V>) -> Self {
        let (node, binds) = term.into_parts();
        Self { name, node, binds }
    }
}

impl<T> Term<T, i64> {
    /// The number of rows that a relation has.
    pub(crate) fn counted(relation: &str) -> Self {
        let related = Related::new(relation, Asked::Value(Node::CountRows), None);
        Self::new(Node::Related(Box::new(related)), Vec::new())
    }
}

/// Asks whether a relation has rows that the closure doesn't filter out.
///
/// ```
/// use noorm_core::{relation::has, statement::col};
///
/// let with_long_tracks = has("tracks", |tracks| tracks.filter(col("milliseconds").gt(300_000)));
/// let with_any_tracks = has("tracks", |tracks| tracks);
/// ```
#[must_use]
pub fn has(
    relation: &str,
    which: impl FnOnce(Rel<Record, Record>) -> Rel<Record, Record>,
) -> Expr<Record> {
    which(rel(relation)).exists()
}

/// Asks whether a relation has no rows but those that the closure filters out.
///
/// ```
/// use noorm_core::relation::has_not;
///
/// let without_tracks = has_not("tracks", |tracks| tracks);
/// ```
#[must_use]
pub fn has_not(
    relation: &str,
    which: impl FnOnce(Rel<Record, Record>) -> Rel<Record, Record>,
) -> Expr<Record> {
    !has(relation, which)
}

/// Asks whether a relation has at least so many rows that the closure doesn't filter out.
///
/// ```
/// use noorm_core::relation::has_at_least;
///
/// let prolific = has_at_least(10, "albums", |albums| albums);
/// ```
#[must_use]
pub fn has_at_least(
    count: u64,
    relation: &str,
    which: impl FnOnce(Rel<Record, Record>) -> Rel<Record, Record>,
) -> Expr<Record> {
    which(rel(relation)).at_least(count)
}

//! Expressions that know whose columns they speak of.
//!
//! An [`Expr<T>`] filters rows of `T` only: an expression over another entity's columns does not
//! compile. Columns named by strings exist for [`Record`] alone.

mod computed;
mod free;
mod operators;
mod scalar;
mod selected;
mod term;
mod truth;

use std::fmt;
use std::marker::PhantomData;
use std::ops;
use std::sync::Arc;

use super::{Node, Nulls, OrderBy, Select};
use crate::repository::Record;
use crate::value::Value;
pub use computed::JsonPath;
pub use free::{OuterColumn, count, exists, outer, raw_expr, raw_value};
pub use selected::{Selected, Selection};
pub use term::{Side, Term};

/// A condition on rows of `T`.
///
/// ```
/// use noorm_core::statement::col;
///
/// let rock = col("title").contains("rock") & !col("deleted").eq(true);
/// let long = rock | col("milliseconds").gt(300_000);
/// ```
pub struct Expr<T> {
    node: Node,
    binds: Vec<Value>,
    of: PhantomData<fn() -> T>,
}

impl<T> Expr<T> {
    /// Makes a condition of a tree and the values of its binds, in the order of a walk.
    ///
    /// ```
    /// use noorm_core::{Value, repository::Record};
    /// use noorm_core::statement::{Compare, Expr, Node};
    ///
    /// let title = Box::new(Node::Column("title".into()));
    /// let is_blue = Node::Compare(Compare::Eq, title, Box::new(Node::Bind));
    /// let expr: Expr<Record> = Expr::new(is_blue, vec![Value::from("Blue")]);
    /// ```
    #[must_use]
    pub fn new(node: Node, binds: Vec<Value>) -> Self {
        Self {
            node,
            binds,
            of: PhantomData,
        }
    }

    /// Takes it apart into its tree and its binds.
    ///
    /// ```
    /// use noorm_core::{Value, statement::{Node, col}};
    ///
    /// let (node, binds) = col("title").eq("Blue").into_parts();
    /// assert!(matches!(node, Node::Compare(..)));
    /// assert_eq!(binds, [Value::from("Blue")]);
    /// ```
    #[must_use]
    pub fn into_parts(self) -> (Node, Vec<Value>) {
        (self.node, self.binds)
    }

    /// Makes a condition that holds when all of `exprs` do; none of them always hold.
    ///
    /// ```
    /// use noorm_core::statement::{Expr, Node, col};
    ///
    /// let wanted = [("title", "Blue"), ("format", "LP")];
    /// let expr = Expr::all(wanted.map(|(column, value)| col(column).eq(value)));
    /// let (node, binds) = expr.into_parts();
    /// assert!(matches!(node, Node::And(parts) if parts.len() == 2));
    /// assert_eq!(binds.len(), 2);
    /// ```
    #[must_use]
    pub fn all(exprs: impl IntoIterator<Item = Self>) -> Self {
        let (nodes, binds) = gather(exprs);
        Self::new(Node::And(nodes), binds)
    }

    /// Makes a condition that holds when any of `exprs` does; none of them never hold.
    ///
    /// ```
    /// use noorm_core::statement::{Expr, Node, col};
    ///
    /// let words = ["rock", "pop"];
    /// let expr = Expr::any(words.map(|word| col("title").contains(word)));
    /// assert!(matches!(expr.into_parts().0, Node::Or(parts) if parts.len() == 2));
    /// ```
    #[must_use]
    pub fn any(exprs: impl IntoIterator<Item = Self>) -> Self {
        let (nodes, binds) = gather(exprs);
        Self::new(Node::Or(nodes), binds)
    }
}

impl<T> Expr<T> {
    /// Tells whether it keeps every row, by its form.
    pub(crate) fn holds_always(&self) -> bool {
        truth::truth(&self.node, &self.binds) == Some(true)
    }
}

fn gather<T>(exprs: impl IntoIterator<Item = Expr<T>>) -> (Vec<Node>, Vec<Value>) {
    let mut nodes = Vec::new();
    let mut binds = Vec::new();
    for expr in exprs {
        nodes.push(expr.node);
        binds.extend(expr.binds);
    }
    (nodes, binds)
}

// A chain of thousands (`ids.fold(none, |any, id| any | col("id").eq(id))`) grows in width: as deep as
// it is long, it would overflow the stack of whoever walks it.

impl<T> ops::BitAnd for Expr<T> {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        let Self { node, binds, .. } = self;
        match node {
            Node::And(nodes) => grow(Node::And, nodes, binds, other),
            node => Self::all([Self::new(node, binds), other]),
        }
    }
}

impl<T> ops::BitOr for Expr<T> {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        let Self { node, binds, .. } = self;
        match node {
            Node::Or(nodes) => grow(Node::Or, nodes, binds, other),
            node => Self::any([Self::new(node, binds), other]),
        }
    }
}

fn grow<T>(
    junction: fn(Vec<Node>) -> Node,
    mut nodes: Vec<Node>,
    mut binds: Vec<Value>,
    last: Expr<T>,
) -> Expr<T> {
    nodes.push(last.node);
    binds.extend(last.binds);
    Expr::new(junction(nodes), binds)
}

impl<T> ops::Not for Expr<T> {
    type Output = Self;
    fn not(self) -> Self {
        Self::new(Node::Not(Box::new(self.node)), self.binds)
    }
}

impl<T> Clone for Expr<T> {
    fn clone(&self) -> Self {
        Self::new(self.node.clone(), self.binds.clone())
    }
}

/// Shows the tree, and of the binds only how many there are.
impl<T> fmt::Debug for Expr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expr({:?}, {} binds)", self.node, self.binds.len())
    }
}

/// A select that stands inside an expression; a [`Query`](crate::repository::Query) becomes one.
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// use noorm_core::statement::col;
///
/// let joni = db.repository("artist")?.query().filter(col("name").eq("Joni Mitchell"));
/// let albums = db.repository("album")?.query();
/// let hers = albums.filter(col("artist_id").in_query(joni.select(["artist_id"]))).all().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct SubQuery<U> {
    pub(crate) select: Select,
    pub(crate) binds: Vec<Value>,
    pub(crate) of: PhantomData<fn() -> U>,
}

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
        Order::new(self.0, true)
    }
}

/// `-Album::ADDED` orders from high to low.
impl<T, V> ops::Neg for Column<T, V> {
    type Output = Order<T>;
    fn neg(self) -> Order<T> {
        Order::new(self.name.into(), true)
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

/// A column of `T` whose values are of the Rust type `V`.
///
/// Entities have constants of it; [`col`] makes one for [`Record`] that takes any value.
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
    name: &'static str,
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
pub struct NamedColumn(Arc<str>);

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

/// Names a column of a [`Record`].
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
                term::value::<$column>(self)
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

//! Expressions and selects, as trees without values.
//!
//! A tree holds no values, only [`Node::Bind`] leaves; the values stand beside it, in the order in
//! which a walk meets the leaves. So two statements of one shape share everything but their binds.

use std::sync::Arc;

use super::Conflict;
use crate::schema::TableName;

/// An expression of a statement.
///
/// ```
/// use noorm_core::statement::{Node, col};
///
/// let (node, _) = (!col("deleted").eq(true)).into_parts();
/// assert!(matches!(node, Node::Not(inner) if matches!(*inner, Node::Compare(..))));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Node {
    /// A column of the table that the statement (or the subquery) is about.
    Column(Arc<str>),
    /// The next bind.
    Bind,
    /// The next bind, a value of the kind that the column beside it stores, whatever its type says.
    Stored,
    /// Several expressions, compared with as many, the first that differs deciding.
    Row(Vec<Node>),
    /// `TRUE` or `FALSE`.
    Constant(bool),
    /// A calculation.
    Arithmetic(Arithmetic, Box<Node>, Box<Node>),
    /// A comparison.
    Compare(Compare, Box<Node>, Box<Node>),
    /// `IS NULL`.
    IsNull(Box<Node>),
    /// `BETWEEN`: the operand, the low and the high end, both included.
    Between(Box<Node>, Box<Node>, Box<Node>),
    /// Membership in a list that travels as one bind, an array.
    In(Box<Node>),
    /// Membership in the rows of a subquery with one column.
    InSelect(Box<Node>, Box<Select>),
    /// A match of text against a pattern, which is a bind.
    Match(Match, Box<Node>),
    /// All of them; none is true.
    And(Vec<Node>),
    /// Any of them; none is false.
    Or(Vec<Node>),
    /// The opposite.
    Not(Box<Node>),
}

impl Node {
    /// The column that it is, or that a calculation begins with: its values are of that kind.
    pub(crate) fn kind_of(&self) -> Option<&Arc<str>> {
        match self {
            Self::Column(name) => Some(name),
            Self::Arithmetic(_, a, b) => a.kind_of().or_else(|| b.kind_of()),
            _ => None,
        }
    }

    /// The condition that each column equals the next bind.
    pub(crate) fn equal(columns: impl IntoIterator<Item = Arc<str>>) -> Self {
        let equal = |column| {
            let column = Box::new(Self::Column(column));
            Self::Compare(Compare::Eq, column, Box::new(Self::Bind))
        };
        Self::And(columns.into_iter().map(equal).collect())
    }
}

/// How a value is worked out of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Arithmetic {
    /// Their sum.
    Plus,
    /// Their difference.
    Minus,
    /// Their product.
    Times,
}

/// How two expressions are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compare {
    /// `=`
    Eq,
    /// `<>`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

/// How text is matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Match {
    /// `LIKE`, with the database's own notion of letter case; `\` takes a wildcard's meaning away.
    Like,
    /// The text stands somewhere in it, letter case counting.
    Contains,
    /// It starts with the text, letter case counting.
    StartsWith,
    /// It ends with the text, letter case counting.
    EndsWith,
}

/// A `SELECT` from one table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Select {
    /// The table.
    pub from: TableName,
    /// What is selected.
    pub projection: Projection,
    /// Which rows.
    pub filter: Option<Node>,
    /// In which order. Rows that are counted, or that a subquery compares with, have none, unless a limit
    /// chooses among them: some databases refuse it.
    pub order: Vec<OrderBy>,
    /// Columns that are given behind the projection's, as they are stored: the place of a row in an
    /// order.
    pub position: Vec<Arc<str>>,
    /// Whether the number of rows is limited, by a bind.
    pub limit: bool,
    /// Whether rows are skipped first, as many as a bind says.
    pub offset: bool,
}

impl Select {
    /// Selects every column of every row of `from`.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use noorm_core::schema::TableName;
    /// use noorm_core::statement::{Projection, Select, Statement, Tree, col};
    ///
    /// let mut select = Select::all(TableName::new(None, "album"));
    /// select.projection = Projection::Count;
    /// let (filter, binds) = col("artist_id").eq(7).into_parts();
    /// select.filter = Some(filter);
    /// let count = Statement::new(Tree::Select(select), binds, &schema, flavor)?;
    /// assert!(count.rendered(flavor)?.sql.ends_with(r#"FROM "album" WHERE "artist_id" = $1"#));
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    #[must_use]
    pub fn all(from: TableName) -> Self {
        Self {
            from,
            projection: Projection::All,
            filter: None,
            order: Vec::new(),
            position: Vec::new(),
            limit: false,
            offset: false,
        }
    }
}

/// What a statement gives back.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Projection {
    /// Every visible column, as the schema has them when the statement is rendered.
    All,
    /// These columns.
    Columns(Vec<Arc<str>>),
    /// The number of rows, as `count`.
    Count,
    /// Whether there is a row, as `exists`.
    Exists,
}

/// A part of an order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OrderBy {
    /// What is ordered by.
    pub by: Node,
    /// Whether from high to low.
    pub descending: bool,
    /// Where NULLs stand; `None` means where the database puts them.
    pub nulls: Option<Nulls>,
}

/// Where NULLs stand in an order.
///
/// ```
/// use noorm_core::statement::{Nulls, OrderBy};
///
/// /// The same rows from the other end.
/// fn reversed(order: OrderBy) -> OrderBy {
///     let nulls = order.nulls.map(Nulls::reversed);
///     OrderBy { descending: !order.descending, nulls, ..order }
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nulls {
    /// Before every value.
    First,
    /// Behind every value.
    Last,
}

impl Nulls {
    /// Gives the other end.
    ///
    /// ```
    /// use noorm_core::statement::Nulls;
    ///
    /// assert_eq!(Nulls::First.reversed(), Nulls::Last);
    /// ```
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::First => Self::Last,
            Self::Last => Self::First,
        }
    }
}

/// An `INSERT` of rows that name the same columns; every cell is a bind, row after row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Insert {
    /// The table.
    pub table: TableName,
    /// The columns; none means a row of defaults.
    pub columns: Vec<Arc<str>>,
    /// The number of rows.
    pub rows: usize,
    /// What is done about rows that have the same key; `None` makes them a violation.
    pub on_conflict: Option<Conflict>,
    /// What is given back of the new rows.
    pub returning: Option<Projection>,
}

impl Insert {
    /// Adds `rows` rows that name `columns`, and gives nothing back.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use noorm_core::schema::TableName;
    /// use noorm_core::statement::{Insert, Statement, Tree};
    ///
    /// let insert = Insert::new(TableName::new(None, "album"), ["title"], 2);
    /// let binds = vec!["Blue".into(), "Red".into()];
    /// let statement = Statement::new(Tree::Insert(insert), binds, &schema, flavor)?;
    /// assert_eq!(
    ///     &*statement.rendered(flavor)?.sql,
    ///     r#"INSERT INTO "album" ("title") VALUES ($1), ($2)"#
    /// );
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    #[must_use]
    pub fn new<'a>(
        table: TableName,
        columns: impl IntoIterator<Item = &'a str>,
        rows: usize,
    ) -> Self {
        let columns = columns.into_iter().map(Arc::from).collect();
        Self {
            table,
            columns,
            rows,
            on_conflict: None,
            returning: None,
        }
    }
}

/// An `UPDATE`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Update {
    /// The table.
    pub table: TableName,
    /// The columns and what they become.
    pub assignments: Vec<(Arc<str>, Node)>,
    /// Which rows; `None` means all.
    pub filter: Option<Node>,
    /// What is given back of the changed rows.
    pub returning: Option<Projection>,
}

impl Update {
    /// Changes every row of `table`, and gives nothing back.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use noorm_core::schema::TableName;
    /// use noorm_core::statement::{Node, Statement, Tree, Update};
    ///
    /// let update = Update::new(TableName::new(None, "album"), [("title", Node::Bind)]);
    /// let statement = Statement::new(Tree::Update(update), vec!["Blue".into()], &schema, flavor)?;
    /// assert_eq!(&*statement.rendered(flavor)?.sql, r#"UPDATE "album" SET "title" = $1"#);
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    #[must_use]
    pub fn new<'a>(
        table: TableName,
        assignments: impl IntoIterator<Item = (&'a str, Node)>,
    ) -> Self {
        let assignments = assignments.into_iter();
        Self {
            table,
            assignments: assignments.map(|(c, n)| (Arc::from(c), n)).collect(),
            filter: None,
            returning: None,
        }
    }
}

/// A `DELETE`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Delete {
    /// The table.
    pub table: TableName,
    /// Which rows; `None` means all.
    pub filter: Option<Node>,
    /// What is given back of the deleted rows.
    pub returning: Option<Projection>,
}

impl Delete {
    /// Removes every row of `table`, and gives nothing back.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use noorm_core::schema::TableName;
    /// use noorm_core::statement::{Delete, Statement, Tree, col};
    ///
    /// let mut delete = Delete::new(TableName::new(None, "album"));
    /// let (filter, binds) = col("album_id").lt(100).into_parts();
    /// delete.filter = Some(filter);
    /// let statement = Statement::new(Tree::Delete(delete), binds, &schema, flavor)?;
    /// assert_eq!(&*statement.rendered(flavor)?.sql, r#"DELETE FROM "album" WHERE "album_id" < $1"#);
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    #[must_use]
    pub fn new(table: TableName) -> Self {
        Self {
            table,
            filter: None,
            returning: None,
        }
    }
}

/// SQL that a caller wrote.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Raw {
    /// The SQL, with the dialect's own placeholders.
    pub sql: Arc<str>,
    /// The tables that it reads; `None` if the caller didn't say.
    pub reads: Option<Vec<TableName>>,
    /// The tables that it writes; `None` if the caller didn't say.
    pub writes: Option<Vec<TableName>>,
}

impl Raw {
    /// Wraps SQL of which nobody said what it touches.
    ///
    /// ```
    /// use noorm_core::{Database, executor::Outcome};
    /// use noorm_core::schema::TableName;
    /// use noorm_core::statement::{Raw, Statement, Tree};
    ///
    /// async fn vacate(db: &Database) -> noorm_core::Result<Outcome> {
    ///     let mut raw = Raw::new("DELETE FROM log WHERE day < CURRENT_DATE");
    ///     // Caches keep everything that doesn't read `log`.
    ///     raw.writes = Some(vec![TableName::new(None, "log")]);
    ///     db.run(Statement::new(Tree::Raw(raw), vec![], &db.schema(), db.flavor())?).await
    /// }
    /// ```
    #[must_use]
    pub fn new(sql: impl Into<Arc<str>>) -> Self {
        Self {
            sql: sql.into(),
            reads: None,
            writes: None,
        }
    }
}

/// What a statement does.
///
/// ```
/// use noorm_core::schema::TableName;
/// use noorm_core::statement::{Delete, Tree};
///
/// fn is_risky(tree: &Tree) -> bool {
///     match tree {
///         Tree::Update(update) => update.filter.is_none(),
///         Tree::Delete(delete) => delete.filter.is_none(),
///         _ => false,
///     }
/// }
/// assert!(is_risky(&Tree::Delete(Delete::new(TableName::new(None, "album")))));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tree {
    /// Reads rows.
    Select(Select),
    /// Asks for the server's plan of a select.
    Explain(Select),
    /// Adds rows.
    Insert(Insert),
    /// Changes rows.
    Update(Update),
    /// Removes rows.
    Delete(Delete),
    /// Whatever the caller's SQL does.
    Raw(Raw),
}

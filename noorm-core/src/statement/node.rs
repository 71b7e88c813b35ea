//! Expressions and selects, as trees without values.
//!
//! A tree holds no values, only [`Node::Bind`] leaves; the values stand beside it, in the order in
//! which a walk meets the leaves. So two statements of one shape share everything but their binds.

use std::sync::Arc;

use super::{Conflict, Projection, Related, Select};
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
    /// A column of a joined table: the name that the join gives the table, and the column's.
    Of(Arc<str>, Arc<str>),
    /// What stands in it is of the enclosing query.
    Outer(Box<Node>),
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
    /// What is selected at this place, counted from 1: in an order alone.
    Place(usize),
    /// The number of rows of a group, or of all.
    CountRows,
    /// What a group's values, or all, come to.
    Aggregate(Aggregate, Box<Node>),
    /// A function of its operands.
    Call(Function, Vec<Node>),
    /// What a JSON document holds at a path, which is a bind: an array of keys and of places from 0.
    Json(JsonAs, Box<Node>),
    /// SQL that a caller wrote: a bind stands between each piece and the next.
    Raw(Arc<[Arc<str>]>),
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
    /// Whether a subquery has rows.
    Exists(Box<Select>),
    /// The one value that a subquery selects; NULL where it has no row.
    Scalar(Box<Select>),
    /// All rows of a subquery as one JSON array, each row an array of its values, or an object of them in their order.
    Nested(Box<Select>),
    /// What is asked of the rows at the other end of a relation: a query makes a subquery of it.
    Related(Box<Related>),
    /// A match of text against a pattern, which is a bind.
    Match(Match, Box<Node>),
    /// The same, whatever the letter case.
    MatchAnyCase(Match, Box<Node>),
    /// What an array has of a bind.
    Array(ArrayTest, Box<Node>),
    /// Whether text has the words that a bind asks for, by the database's full-text search.
    Search(Box<Node>),
    /// All of them; none is true.
    And(Vec<Node>),
    /// Any of them; none is false.
    Or(Vec<Node>),
    /// The opposite.
    Not(Box<Node>),
}

impl Node {
    /// Whether it is a column, of whichever table.
    pub(crate) fn is_column(&self) -> bool {
        match self {
            Self::Column(_) | Self::Of(..) => true,
            Self::Outer(inner) => inner.is_column(),
            _ => false,
        }
    }

    /// Whether a group's values come to it, or to what is in it; subqueries have groups of their own.
    pub(crate) fn is_aggregated(&self) -> bool {
        let mut found = matches!(self, Self::CountRows | Self::Aggregate(..));
        self.for_each_child(&mut |child| found |= child.is_aggregated());
        found
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

/// What the values of a group, or of all rows, come to.
///
/// NULLs don't count. Where there is no value, the number is 0 and everything else NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Aggregate {
    /// How many there are.
    Count,
    /// How many different ones there are.
    CountDistinct,
    /// Their sum. Of integers of 64 bits it is a decimal: it may be larger than any of them can be.
    Sum,
    /// Their mean: a decimal of decimals, else a float.
    Average,
    /// The least one.
    Min,
    /// The greatest one.
    Max,
}

/// A function that every database has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Function {
    /// Text in small letters. SQLite knows those of ASCII.
    Lower,
    /// Text in capital letters. SQLite knows those of ASCII.
    Upper,
    /// The number of characters of a text. SQL Server doesn't count blanks at the end.
    Length,
    /// The first operand that isn't NULL.
    Coalesce,
}

/// What the value at a place of a JSON document is read as. A JSON `null`, and what isn't there, is NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JsonAs {
    /// Text; numbers and booleans as JSON writes them.
    Text,
    /// An integer of 64 bits.
    Integer,
    /// A float of 64 bits.
    Float,
    /// A boolean.
    Bool,
}

/// What is asked of an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ArrayTest {
    /// Whether it has the element.
    Has,
    /// Whether it has all of the elements.
    HasAll,
    /// Whether it has any of the elements.
    HasAny,
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

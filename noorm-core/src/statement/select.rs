//! Selects: tables and what is asked of them.

use std::sync::Arc;

use super::Node;
use crate::schema::{Column, ColumnType, Table, TableKind, TableName};

/// A `SELECT`: from one table, and those that are joined to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Select {
    /// The table.
    pub from: TableName,
    /// What stands in the table's place, with the table's columns, or some of them.
    pub derived: Option<Derived>,
    /// The tables beside it.
    pub joins: Vec<Joined>,
    /// What is selected.
    pub projection: Projection,
    /// Whether rows that are equal are given once.
    pub distinct: bool,
    /// Which rows.
    pub filter: Option<Node>,
    /// What the rows of a group have in common. What holds values and is selected, too, stands here as its
    /// [place](Node::Place): written twice, with binds of their own, the two aren't the same to a server.
    pub group: Vec<Node>,
    /// Which groups.
    pub having: Option<Node>,
    /// In which order. Rows that are counted, or that a subquery compares with, have none, unless a limit
    /// chooses among them: some databases refuse it.
    pub order: Vec<OrderBy>,
    /// Columns that are given behind the projection's, as they are stored: the place of a row in an
    /// order.
    pub position: Vec<Arc<str>>,
    /// The rows are those that a walk reaches: each is joined with what the walk tells of it, under the name
    /// [`Walk::NAME`].
    pub walk: Option<Walk>,
    /// What rows have in common of which the limit and the offset are; without any, they are of all rows together. With
    /// some, the two binds are the last place in the order of these rows, and how many places are skipped.
    pub limit_by: Vec<Node>,
    /// What tells rows apart where joins repeat them: those that are alike in it are one then, given once, and have one
    /// place. The order has to be the same for all of them, and to end with it.
    pub repeats: Vec<Node>,
    /// Whether the number of rows is limited, by a bind.
    pub limit: bool,
    /// Whether rows are skipped first, as many as a bind says.
    pub offset: bool,
    /// How the rows are locked.
    pub lock: Option<Lock>,
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
            derived: None,
            joins: Vec::new(),
            projection: Projection::All,
            distinct: false,
            filter: None,
            group: Vec::new(),
            having: None,
            order: Vec::new(),
            position: Vec::new(),
            limit_by: Vec::new(),
            repeats: Vec::new(),
            walk: None,
            limit: false,
            offset: false,
            lock: None,
        }
    }
}

/// What a statement gives back.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Projection {
    /// Values, each under a name.
    Values(Vec<(Node, Arc<str>)>),
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

/// A table beside the one that is selected from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Joined {
    /// What becomes of rows that have no match.
    pub kind: JoinKind,
    /// The table.
    pub table: TableName,
    /// The name that it has in the statement; no two tables have the same.
    pub name: Arc<str>,
    /// The foreign key that leads from one to the other; `None` where the condition says it all.
    pub key: Option<JoinKey>,
    /// What rows that match fulfil besides.
    pub on: Option<Node>,
}

/// Which foreign key a join goes along.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct JoinKey {
    /// The name of the table at its other end; `None` means the one that is selected from, or else the first
    /// that has a foreign key to it or from it.
    pub from: Option<Arc<str>>,
    /// A column of the foreign key, where there are several.
    pub column: Option<Arc<str>>,
}

/// What a join makes of rows that have no match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JoinKind {
    /// They are left out.
    Inner,
    /// They stay, with NULLs for what is joined.
    Left,
}

/// A walk over the rows of a table that refer to rows of the same table: from one to those that it leads to, and on.
///
/// Its binds stand before all others: the key of the row where it starts, twice those of what it keeps to, then the greatest
/// number of steps. It tells of each row that it reaches `depth`, the number of steps to it, 0 for the one where it starts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Walk {
    /// The columns of the primary key.
    pub key: Vec<Arc<str>>,
    /// The columns of a row from which a step goes.
    pub from: Vec<Arc<str>>,
    /// The columns of the rows to which it goes; they equal those of `from`.
    pub to: Vec<Arc<str>>,
    /// What rows must fulfil to be walked over, the first one, too: a condition on their columns.
    pub only: Option<Node>,
}

impl Walk {
    /// What the walk is called in the statement: as no table is.
    pub const NAME: &'static str = "noorm_walk";
    /// What the number of steps to a row is called.
    pub const DEPTH: &'static str = "depth";

    /// Makes a walk.
    ///
    /// ```
    /// use noorm_core::statement::Walk;
    ///
    /// let to_managers = Walk::new(["id"], ["manager_id"], ["id"]);
    /// assert_eq!(to_managers.from[0].as_ref(), "manager_id");
    /// ```
    #[must_use]
    pub fn new<'a>(
        key: impl IntoIterator<Item = &'a str>,
        from: impl IntoIterator<Item = &'a str>,
        to: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Self {
            key: key.into_iter().map(Arc::from).collect(),
            from: from.into_iter().map(Arc::from).collect(),
            to: to.into_iter().map(Arc::from).collect(),
            only: None,
        }
    }

    /// Keeps to rows for which this holds, with binds of its own.
    ///
    /// ```
    /// use noorm_core::statement::{Node, Walk};
    ///
    /// let is_there = Node::IsNull(Box::new(Node::Column("left_at".into())));
    /// let to_managers = Walk::new(["id"], ["manager_id"], ["id"]).only(is_there);
    /// assert!(to_managers.only.is_some());
    /// ```
    #[must_use]
    pub fn only(mut self, node: Node) -> Self {
        self.only = Some(node);
        self
    }

    /// The number of its binds.
    pub(crate) fn binds(&self) -> usize {
        let only = self.only.as_ref().map_or(0, Node::binds);
        self.key.len() + 2 * only + 1
    }

    /// What it tells of the rows of `table`, as a table.
    pub(crate) fn table(&self, table: &Table) -> Table {
        let mut told = Table::new(None, Self::NAME, TableKind::View);
        let keys = self.key.iter().enumerate();
        told.columns = keys
            .filter_map(|(at, name)| {
                let mut column = table.column(name)?.clone();
                column.name = Self::key_name(at);
                Some(column)
            })
            .collect();
        let mut depth = Column::new(Self::DEPTH, 0, "int", ColumnType::int(64));
        depth.nullable = false;
        told.columns.push(depth);
        told
    }

    /// What a column of the key is called in what it tells.
    pub(crate) fn key_name(at: usize) -> String {
        format!("key_{at}")
    }
}

/// Rows that stand in the place of a table's. Their orders, where nothing is limited, don't count.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Derived {
    /// Those of a query.
    Rows(Box<Select>),
    /// Those of two queries.
    Set(SetOperation, Box<Select>, Box<Select>),
}

/// How the rows of two queries become those of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SetOperation {
    /// Those of either, once each.
    Union,
    /// Those of either, as often as they are there.
    UnionAll,
    /// Those of both, once each.
    Intersect,
    /// Those of the first that the second hasn't, once each.
    Except,
}

/// How rows are locked until the transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lock {
    /// Against whom.
    pub strength: LockStrength,
    /// What is done about rows that others have locked.
    pub wait: LockWait,
}

/// Against whom rows are locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LockStrength {
    /// Against everybody who locks or changes them.
    Update,
    /// Against everybody who changes them.
    Share,
}

/// What is done about rows that others have locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LockWait {
    /// They are waited for.
    Wait,
    /// That is an error at once, [`LockTimeout`](crate::ErrorKind::LockTimeout).
    NoWait,
    /// They are left out.
    SkipLocked,
}

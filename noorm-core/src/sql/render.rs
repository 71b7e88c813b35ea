//! Trees into SQL text.

use std::sync::Arc;

use super::SqlFlavor;
use super::bounded::is_bounded;
use super::read_back::ReadBack;
use super::writer::{BoundColumn, Writer};
use crate::error::{Error, ErrorKind, Result};
use crate::executor::Header;
use crate::schema::{Column, ColumnType, Schema, TableName};
use crate::statement::{Delete, Insert, Projection, Raw, Scopes, Tree, Update};

/// A column of a statement's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultColumn {
    /// Its name.
    pub name: Arc<str>,
    /// What it holds, where the schema tells.
    pub column_type: Option<ColumnType>,
}

/// Parameters that each stand for a column of all rows: the binds are rows that stand one behind another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Arrays {
    /// How many parameters there are, and binds in a row.
    pub width: usize,
    /// Where the list of the parameters begins in the SQL, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Arrays {
    /// Names the place of the list of `width` parameters.
    #[must_use]
    pub fn new(width: usize, start: usize, end: usize) -> Self {
        Self { width, start, end }
    }
}

/// A statement's SQL, and what is known of its result before it runs.
///
/// ```
#[doc = include_str!("../../doc/shop.txt")]
/// use noorm_core::schema::TableName;
/// use noorm_core::statement::{Projection, Select, Statement, Tree};
///
/// let mut select = Select::all(TableName::new(None, "album"));
/// select.projection = Projection::Columns(vec!["title".into()]);
/// let rendered = Statement::new(Tree::Select(select), vec![], &schema, flavor)?.rendered(flavor)?;
/// assert_eq!(&*rendered.sql, r#"SELECT "title" FROM "album""#);
/// assert_eq!(rendered.header.position("title"), Some(0));
/// assert!(rendered.returns_rows && rendered.cacheable);
/// # Ok::<(), noorm_core::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Rendered {
    /// The name of the flavor that it was rendered by.
    pub flavor: &'static str,
    /// The SQL.
    pub sql: Arc<str>,
    /// The columns of the result; `None` for raw SQL, where the server tells.
    pub columns: Option<Arc<[ResultColumn]>>,
    /// The names of the columns.
    pub header: Arc<Header>,
    /// Whether it gives rows.
    pub returns_rows: bool,
    /// Whether it only reads.
    pub read_only: bool,
    /// Whether it writes one row at most, found by its whole primary key, and sets nothing else off:
    /// its cost doesn't grow with the tables.
    pub bounded: bool,
    /// Whether it should be kept prepared: one-off SQL should not.
    pub cacheable: bool,
    /// The columns that the binds are for, in the binds' order; `None` where a bind is for none.
    pub bound: Arc<[Option<BoundColumn>]>,
    /// The parameters that each stand for a column of all new rows, where they do ([`Writer::values_as_arrays`]).
    pub arrays: Option<Arrays>,
    /// How the rows that a write should give back are read, where the write itself can't give them.
    pub read_back: Option<ReadBack>,
}

impl Rendered {
    /// Gives the column that a bind (counted from 0) is for: what it is compared with, or written to.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use noorm_core::schema::TableName;
    /// use noorm_core::statement::{Insert, Statement, Tree};
    ///
    /// let insert = Insert::new(TableName::new(None, "album"), ["title"], 1);
    /// let statement = Statement::new(Tree::Insert(insert), vec!["Blue".into()], &schema, flavor)?;
    /// let rendered = statement.rendered(flavor)?;
    /// assert_eq!(rendered.bound_column(0).map(|column| column.name.as_str()), Some("title"));
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    #[must_use]
    pub fn bound_column(&self, bind: usize) -> Option<&Column> {
        self.bound.get(bind)?.as_ref()?.column()
    }
}

/// Renders `tree`, whose names have been checked against `schema`.
///
/// ```
#[doc = include_str!("../../doc/shop.txt")]
/// use noorm_core::schema::TableName;
/// use noorm_core::sql::render;
/// use noorm_core::statement::{Select, Tree};
///
/// let mut select = Select::all(TableName::new(None, "album"));
/// select.limit = true;
/// let rendered = render(&Tree::Select(select), &schema, flavor)?;
/// assert_eq!(
///     &*rendered.sql,
///     r#"SELECT "album_id", "title", "artist_id" FROM "album" LIMIT $1"#
/// );
/// assert!(rendered.read_only);
/// # Ok::<(), noorm_core::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::UnknownTable`] or [`ErrorKind::UnknownColumn`] where they haven't;
/// [`ErrorKind::TooManyBinds`] beyond the server's limit; [`ErrorKind::Unsupported`] where the dialect
/// lacks a capability.
pub fn render(tree: &Tree, schema: &Schema, flavor: &dyn SqlFlavor) -> Result<Rendered> {
    let mut writer = Writer {
        flavor,
        schema,
        scopes: Scopes::default(),
        sql: String::new(),
        bound: Vec::new(),
        select: 0,
        error: None,
        arrays: None,
        read_back: None,
    };
    let columns = match tree {
        Tree::Select(select) => Some(writer.select(select)?),
        Tree::Explain(select) => {
            if !flavor.capabilities().explain {
                let what = "show the plan of a query within its own connection";
                return Err(Error::unsupported(flavor.name(), "explain", what));
            }
            writer.push(flavor.explain());
            writer.select(select)?;
            None
        }
        Tree::Insert(insert) => Some(writer.insert(insert)?),
        Tree::Update(update) => Some(writer.update(update)?),
        Tree::Delete(delete) => Some(writer.delete(delete)?),
        Tree::Raw(Raw { sql, .. }) => {
            writer.push(sql);
            None
        }
    };
    if let Some(error) = writer.error {
        return Err(error);
    }
    let max = flavor.capabilities().max_binds;
    if writer.bound.len() > max {
        return Err(Error::new(
            ErrorKind::TooManyBinds,
            format!(
                "the statement needs {} binds; {} takes {max}",
                writer.bound.len(),
                flavor.name()
            ),
        )
        .with_help("split it, or pass values as one list"));
    }
    let names = columns.iter().flatten().map(|c| Arc::clone(&c.name));
    Ok(Rendered {
        flavor: flavor.name(),
        sql: writer.sql.into(),
        header: Arc::new(Header::new(names).of_table(whose_rows(tree).cloned())),
        returns_rows: columns.as_ref().is_none_or(|columns| !columns.is_empty()),
        read_only: matches!(tree, Tree::Select(_) | Tree::Explain(_)),
        bounded: is_bounded(tree, schema),
        cacheable: !matches!(tree, Tree::Raw(_) | Tree::Explain(_)),
        bound: writer.bound.into(),
        arrays: writer.arrays,
        read_back: writer.read_back,
        columns: columns.map(Into::into),
    })
}

/// The table whose columns a statement gives.
fn whose_rows(tree: &Tree) -> Option<&TableName> {
    match tree {
        Tree::Select(select) => match &select.projection {
            Projection::All | Projection::Columns(_) => Some(&select.from),
            Projection::Values(_) | Projection::Count | Projection::Exists => None,
        },
        Tree::Insert(Insert { table, .. })
        | Tree::Update(Update { table, .. })
        | Tree::Delete(Delete { table, .. }) => Some(table),
        Tree::Explain(_) | Tree::Raw(_) => None,
    }
}

pub(super) fn result_columns(columns: &[&Column]) -> Vec<ResultColumn> {
    let result = columns.iter().map(|column| ResultColumn {
        name: column.name.as_str().into(),
        column_type: Some(column.column_type.clone()),
    });
    result.collect()
}

//! Statements: what to do, as a value.
//!
//! ```text
//! Expr<T>, Query<T> ──► Tree + binds ──► check against the schema ──► Statement { shape, binds }
//!                                                                        │ Arc<Shape>: tree, schema,
//!                                                                        └ rendered SQL, kept
//! ```
//!
//! A [`Statement`] is a shape and the values of its binds. The [`Shape`] pins the schema that it was
//! checked against and keeps the SQL that was rendered of it, so that running the same shape again
//! renders nothing.

mod check;
mod conflict;
mod expr;
mod narrow;
mod node;
mod related;
mod scope;
mod select;
mod visit;

use std::sync::{Arc, OnceLock};

pub use conflict::Conflict;
pub use expr::{
    Any, Column, Expr, JsonPath, NamedColumn, Operand, Order, OuterColumn, Selected, Selection,
    Side, SubQuery, Term, col, count, exists, outer, raw_expr, raw_value,
};
pub(crate) use narrow::of as of_joined;
pub use node::{
    Aggregate, Arithmetic, ArrayTest, Compare, Delete, Function, Insert, JsonAs, Match, Node, Raw,
    Tree, Update,
};
pub(crate) use related::Problem;
pub use related::{Asked, Related};
pub(crate) use scope::Scopes;
pub use select::{
    Derived, JoinKey, JoinKind, Joined, Lock, LockStrength, LockWait, Nulls, OrderBy, Projection,
    Select, SetOperation, Walk,
};
pub use visit::Access;

use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Schema, TableName};
use crate::sql::{Rendered, SqlFlavor, render};
use crate::value::Value;
use check::Texts;

/// The part of a statement that doesn't change from run to run.
///
/// ```
#[doc = include_str!("../../doc/shop.txt")]
/// use noorm_core::schema::TableName;
/// use noorm_core::statement::{Select, Statement, Tree};
///
/// let tree = Tree::Select(Select::all(TableName::new(None, "album")));
/// let statement = Statement::new(tree.clone(), vec![], &schema, flavor)?;
/// assert_eq!(statement.shape().tree(), &tree);
/// assert!(!statement.shape().is_write());
/// # Ok::<(), noorm_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Shape {
    tree: Tree,
    schema: Arc<Schema>,
    rendered: OnceLock<Arc<Rendered>>,
}

impl Shape {
    /// Gives what the statement does.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Gives the schema that the statement was checked against.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Tells whether it may change rows: a write, or raw SQL that isn't declared to write nothing.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use noorm_core::statement::{Raw, Statement, Tree};
    ///
    /// let mut raw = Raw::new("SELECT setval('invoice', 1000)");
    /// let statement = Statement::new(Tree::Raw(raw.clone()), vec![], &schema, flavor)?;
    /// assert!(statement.shape().is_write());
    /// raw.writes = Some(vec![]);
    /// let statement = Statement::new(Tree::Raw(raw), vec![], &schema, flavor)?;
    /// assert!(!statement.shape().is_write());
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    #[must_use]
    pub fn is_write(&self) -> bool {
        match &self.tree {
            Tree::Select(_) | Tree::Explain(_) => false,
            Tree::Insert(_) | Tree::Update(_) | Tree::Delete(_) => true,
            Tree::Raw(raw) => raw.writes.as_ref().is_none_or(|tables| !tables.is_empty()),
        }
    }
}

/// What to do, in terms of tables and columns: a shape, and the values of its binds.
///
/// ```
#[doc = include_str!("../../doc/shop.txt")]
/// use noorm_core::schema::TableName;
/// use noorm_core::statement::{Delete, Statement, Tree, col};
///
/// // `schema` and `flavor` are a database's: `db.schema()`, `db.flavor()`.
/// let mut delete = Delete::new(TableName::new(None, "album"));
/// let (filter, binds) = col("title").eq("Blue").into_parts();
/// delete.filter = Some(filter);
/// let statement = Statement::new(Tree::Delete(delete), binds, &schema, flavor)?;
/// assert_eq!(&*statement.rendered(flavor)?.sql, r#"DELETE FROM "album" WHERE "title" = $1"#);
/// # Ok::<(), noorm_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Statement {
    shape: Arc<Shape>,
    binds: Arc<[Value]>,
}

impl Statement {
    /// Makes a statement of `tree` and the values of its binds, in the order of a walk.
    ///
    /// Every table and column must be there and every value fit its column; a value is converted to
    /// what its column takes.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use noorm_core::{ErrorKind, Value, schema::TableName};
    /// use noorm_core::statement::{Insert, Statement, Tree};
    ///
    /// let insert = |column| Tree::Insert(Insert::new(TableName::new(None, "album"), [column], 1));
    /// let statement = Statement::new(insert("title"), vec!["Blue".into()], &schema, flavor)?;
    /// assert_eq!(statement.binds(), [Value::from("Blue")]);
    ///
    /// let error = Statement::new(insert("titel"), vec!["Blue".into()], &schema, flavor).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::UnknownColumn);
    /// let error = Statement::new(insert("artist_id"), vec!["Joni".into()], &schema, flavor).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::TypeMismatch);
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`UnknownTable`], [`UnknownColumn`], [`TypeMismatch`], or [`InvalidStatement`] where the number
    /// of binds is wrong.
    ///
    /// [`UnknownTable`]: crate::ErrorKind::UnknownTable
    /// [`UnknownColumn`]: crate::ErrorKind::UnknownColumn
    /// [`TypeMismatch`]: crate::ErrorKind::TypeMismatch
    /// [`InvalidStatement`]: crate::ErrorKind::InvalidStatement
    pub fn new(
        tree: Tree,
        mut binds: Vec<Value>,
        schema: &Arc<Schema>,
        flavor: &dyn SqlFlavor,
    ) -> Result<Self> {
        check::check(&tree, &mut binds, schema, flavor, Texts::Plain)?;
        Ok(Self {
            shape: Arc::new(Shape::of(tree, Arc::clone(schema))),
            binds: binds.into(),
        })
    }

    /// Runs a known shape with the values of its binds, as [`Statement::new`] takes them.
    pub(crate) fn of_shape(
        shape: Arc<Shape>,
        mut binds: Vec<Value>,
        flavor: &dyn SqlFlavor,
    ) -> Result<Self> {
        check::check(&shape.tree, &mut binds, &shape.schema, flavor, Texts::Plain)?;
        Ok(Self {
            shape,
            binds: binds.into(),
        })
    }

    /// Runs a known shape with other values, which already fit their columns.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use std::sync::Arc;
    /// use noorm_core::{Value, schema::TableName};
    /// use noorm_core::statement::{Insert, Statement, Tree};
    ///
    /// let insert = Insert::new(TableName::new(None, "album"), ["title"], 1);
    /// let blue = Statement::new(Tree::Insert(insert), vec!["Blue".into()], &schema, flavor)?;
    /// let red = Statement::with_shape(Arc::clone(blue.shape()), vec![Value::from("Red")]);
    /// assert!(Arc::ptr_eq(&blue.rendered(flavor)?, &red.rendered(flavor)?));
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    #[must_use]
    pub fn with_shape(shape: Arc<Shape>, binds: impl Into<Arc<[Value]>>) -> Self {
        Self {
            shape,
            binds: binds.into(),
        }
    }

    /// Gives its shape.
    #[must_use]
    pub fn shape(&self) -> &Arc<Shape> {
        &self.shape
    }

    /// Gives the values of its binds.
    #[must_use]
    pub fn binds(&self) -> &[Value] {
        &self.binds
    }

    /// The same, to be kept without the statement.
    pub(crate) fn shared_binds(&self) -> &Arc<[Value]> {
        &self.binds
    }

    /// Checks the same statement against another schema.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use std::sync::Arc;
    /// use noorm_core::{ErrorKind, schema::{Schema, TableName}};
    /// use noorm_core::statement::{Select, Statement, Tree};
    ///
    /// let tree = Tree::Select(Select::all(TableName::new(None, "album")));
    /// let statement = Statement::new(tree, vec![], &schema, flavor)?;
    /// let without_album = Arc::new(Schema::new("plain"));
    /// let error = statement.rebased(&without_album, flavor).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::UnknownTable);
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Statement::new`], where the schema lacks what the statement names.
    pub fn rebased(&self, schema: &Arc<Schema>, flavor: &dyn SqlFlavor) -> Result<Self> {
        let tree = self.shape.tree.clone();
        let mut binds = self.binds.to_vec();
        check::check(&tree, &mut binds, schema, flavor, Texts::Patterns)?;
        Ok(Self {
            shape: Arc::new(Shape::of(tree, Arc::clone(schema))),
            binds: binds.into(),
        })
    }

    /// Makes the same statement touch only rows of `table` for which `filter` holds: what a tenant
    /// layer does. Subqueries over the table are narrowed too; an insert is left as it is, and an upsert
    /// refused, which could change any row.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use noorm_core::schema::TableName;
    /// use noorm_core::statement::{Select, Statement, Tree, col};
    ///
    /// let album = TableName::new(None, "album");
    /// let all = Statement::new(Tree::Select(Select::all(album.clone())), vec![], &schema, flavor)?;
    /// let some = all.narrowed(&album, &col("artist_id").eq(7), flavor)?;
    /// assert!(some.rendered(flavor)?.sql.ends_with(r#"WHERE "artist_id" = $1"#));
    /// assert_eq!(some.binds(), [7.into()]);
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Statement::new`], of the filter; [`Unsupported`](crate::ErrorKind::Unsupported) of an upsert.
    pub fn narrowed<T>(
        &self,
        table: &TableName,
        filter: &Expr<T>,
        flavor: &dyn SqlFlavor,
    ) -> Result<Self> {
        if let Tree::Insert(insert) = &self.shape.tree
            && insert.on_conflict.is_some()
            && insert.table == *table
        {
            let message = format!("an upsert of `{table}` may change any of its rows");
            return Err(Error::new(ErrorKind::Unsupported, message)
                .with_help("look for the row first, then create or update it"));
        }
        let (node, mut values) = filter.clone().into_parts();
        let schema = &self.shape.schema;
        check::check_filter(
            &node,
            &mut values,
            schema.table_named(table)?,
            schema,
            flavor,
        )?;
        let added = (&node, values.as_slice());
        let (tree, mut binds) = narrow::narrow(&self.shape.tree, &self.binds, table, added);
        check::check(&tree, &mut binds, schema, flavor, Texts::Patterns)?;
        let shape = Shape::of(tree, Arc::clone(&self.shape.schema));
        Ok(Self {
            shape: Arc::new(shape),
            binds: binds.into(),
        })
    }

    /// Calls `visit` for every table reference, subqueries included.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use noorm_core::schema::TableName;
    /// use noorm_core::statement::{Access, Delete, Statement, Tree};
    ///
    /// let tree = Tree::Delete(Delete::new(TableName::new(None, "album")));
    /// let statement = Statement::new(tree, vec![], &schema, flavor)?;
    /// let mut written = Vec::new();
    /// statement.visit_tables(&mut |table, access| {
    ///     if access == Access::Write {
    ///         written.push(table.clone());
    ///     }
    /// });
    /// assert_eq!(written, [TableName::new(None, "album")]);
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    pub fn visit_tables(&self, visit: &mut dyn FnMut(&TableName, Access)) {
        self.shape
            .tree
            .visit_tables(&mut |table, access| visit(table, access));
    }

    /// Gives the SQL in `flavor`, rendered once a shape.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use noorm_core::schema::TableName;
    /// use noorm_core::statement::{Projection, Select, Statement, Tree};
    ///
    /// let mut select = Select::all(TableName::new(None, "album"));
    /// select.projection = Projection::Columns(vec!["title".into()]);
    /// let statement = Statement::new(Tree::Select(select), vec![], &schema, flavor)?;
    /// assert_eq!(&*statement.rendered(flavor)?.sql, r#"SELECT "title" FROM "album""#);
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the flavor lacks what the statement needs, or the schema a table that it names.
    pub fn rendered(&self, flavor: &dyn SqlFlavor) -> Result<Arc<Rendered>> {
        if let Some(rendered) = self.shape.rendered.get()
            && rendered.flavor == flavor.name()
        {
            return Ok(Arc::clone(rendered));
        }
        let rendered = Arc::new(render(&self.shape.tree, &self.shape.schema, flavor)?);
        // Another flavor may have been first; then this one is rendered anew each time.
        let _ = self.shape.rendered.set(Arc::clone(&rendered));
        Ok(rendered)
    }
}

impl Shape {
    fn of(tree: Tree, schema: Arc<Schema>) -> Self {
        Self {
            tree,
            schema,
            rendered: OnceLock::new(),
        }
    }
}

/// Shows the shape, and of the binds only how many there are: values may be secrets.
impl std::fmt::Debug for Statement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Statement")
            .field("tree", &self.shape.tree)
            .field("binds", &self.binds.len())
            .finish()
    }
}

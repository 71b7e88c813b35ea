//! Trees: rows that refer to rows of their own table, and all above or below one of them.

use std::sync::Arc;

use super::{Eager, Relation, RelationKind};
use super::{RelationOf, TotalOf};
use crate::error::{Error, ErrorKind, Result};
use crate::repository::{FromRow, Key, KeyOf, Repository};
use crate::statement::{Compare, Expr, Node, Order, OrderBy, Term, Walk};
use crate::value::Value;

/// How many steps a tree is followed, if nothing else is said.
pub(super) const DEPTH: u32 = 100;

/// The trees that the rows of a table make by referring to each other: made by [`Repository::tree`].
#[derive(Debug, Clone)]
pub struct Tree<T> {
    repository: Repository<T>,
    relation: Arc<Relation>,
    /// How many steps are followed; `None` means [`DEPTH`], beyond which there must be no row.
    depth: Option<u32>,
}

impl<T> Tree<T> {
    /// How many steps away a row of a tree is, for entities; [`total`](super::Loaded::total) of `depth` for records.
    ///
    /// ```no_run
    /// # use noorm_core::{Database, Result, executor::Row, repository::{Entity, FromRow, KeyOf}};
    /// use noorm_core::relation::{ToOptional, Tree};
    ///
    /// # struct Employee;
    /// # impl FromRow for Employee { fn from_row(_: &mut Row<'_>) -> Result<Self> { Ok(Self) } }
    /// # impl Entity for Employee { const TABLE: &'static str = "employee"; }
    /// # impl KeyOf<Employee> for i32 {}
    /// impl Employee {
    ///     const MANAGER: ToOptional<Employee, Employee> = ToOptional::new("manager");
    /// }
    ///
    /// # async fn example(db: Database) -> Result<()> {
    /// let tree = db.of::<Employee>()?.tree(Employee::MANAGER)?;
    /// for employee in tree.descendants(1)?.all().await? {
    ///     println!("{} steps down", employee.total(Tree::DEPTH)?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub const DEPTH: TotalOf<T, u32> = TotalOf::new(Walk::DEPTH);
}

impl<T: FromRow + Sync> Repository<T> {
    /// Names a relation of the table to itself, along which its rows make trees: `manager`, or from the other side
    /// `employees`.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let tree = db.repository("employee")?.tree("manager")?;
    /// for employee in tree.descendants(1)?.all().await? {
    ///     let depth = employee.total::<u32>("depth")?;
    ///     println!("{depth}: {}", employee.get::<String>("name")?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::UnknownRelation`] where there is no such relation; [`ErrorKind::InvalidStatement`] where it leads to
    /// another table, or through one, or neither of its ends is a unique key, or the table has no primary key.
    pub fn tree(&self, relation: impl RelationOf<T>) -> Result<Tree<T>> {
        let plan = self.plan()?;
        let relations = self.database().relations();
        let relation = Arc::clone(relations.relation(&plan.name, relation.relation())?);
        if relation.steps.len() != 1 || *relation.target() != plan.name {
            let message = format!(
                "`{}` leads to no rows of `{}` itself",
                relation.name, plan.name
            );
            return Err(Error::new(ErrorKind::InvalidStatement, message)
                .with_help("rows make a tree along a foreign key to their own table"));
        }
        let is_key = |columns: &[String]| {
            let mut keys = plan.table.unique_keys();
            keys.any(|key| key.iter().all(|column| columns.contains(column)))
        };
        if !is_key(relation.columns()) && !is_key(relation.target_columns()) {
            let message = format!(
                "along `{}`, each row of `{}` may lead to several and several to each, which is no tree",
                relation.name, plan.name
            );
            return Err(Error::new(ErrorKind::InvalidStatement, message)
                .with_help("rows make a tree where one end of the relation is a unique key"));
        }
        if plan.table.key_columns().is_empty() {
            let message = format!(
                "`{}` has no primary key to tell rows of a tree by",
                plan.name
            );
            return Err(Error::new(ErrorKind::InvalidStatement, message));
        }
        Ok(Tree {
            repository: self.clone(),
            relation,
            depth: None,
        })
    }
}

impl<T: FromRow + Sync> Tree<T> {
    /// Follows at most so many steps from the row: what is further away is left out. Unless said, 100 steps are followed,
    /// and rows that are further away are [`ErrorKind::TooManyRows`].
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let tree = db.repository("employee")?.tree("manager")?;
    /// let direct_reports = tree.max_depth(1).descendants(1)?.all().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn max_depth(mut self, steps: u32) -> Self {
        self.depth = Some(steps);
        self
    }

    /// The query of all rows above the one of that key: its parent, the parent's parent, …
    ///
    /// They come nearest first; [`total`](super::Loaded::total) of `depth` tells how many steps away each is. A circle is
    /// left after one round. One statement finds them all, by a recursive common table expression.
    ///
    /// Rows that are marked as deleted ([`soft_delete`](crate::repository::Conventions::soft_delete)) end the way: what is
    /// behind them isn't reached, and nothing is from one of them, unless the query or the repository is to see them
    /// ([`with_deleted`](crate::repository::Query::with_deleted), [`only_deleted`](crate::repository::Query::only_deleted)).
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let above = db.repository("employee")?.tree("manager")?.ancestors(4)?.all().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidStatement`] or [`ErrorKind::TypeMismatch`] where the key doesn't fit the table's.
    pub fn ancestors(&self, key: impl KeyOf<T>) -> Result<Eager<T>> {
        match self.leads_up() {
            true => self.walk(key.into(), Toward::Target),
            false => self.walk(key.into(), Toward::Start),
        }
    }

    /// The query of all rows below the one of that key: its children, their children, …; as
    /// [`ancestors`](Self::ancestors).
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let below = db.repository("employee")?.tree("manager")?.descendants(1)?.all().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`ancestors`](Self::ancestors).
    pub fn descendants(&self, key: impl KeyOf<T>) -> Result<Eager<T>> {
        match self.leads_up() {
            true => self.walk(key.into(), Toward::Start),
            false => self.walk(key.into(), Toward::Target),
        }
    }

    /// Whether the relation leads to the row that a row points at; the way back may lead to one row, too.
    fn leads_up(&self) -> bool {
        self.relation.kind == RelationKind::BelongsTo
    }

    fn walk(&self, key: Key, toward: Toward) -> Result<Eager<T>> {
        let plan = self.repository.plan()?;
        let mut binds = key.values(&plan)?;
        // One more than there may be, so that it is seen.
        let steps = self.depth.unwrap_or(DEPTH + 1);
        binds.push(Value::from(i64::from(steps)));
        let columns = self.relation.columns().iter().map(String::as_str);
        let targets = self.relation.target_columns().iter().map(String::as_str);
        let keys = plan.table.key_columns().iter().map(String::as_str);
        let walk = match toward {
            Toward::Target => Walk::new(keys, columns, targets),
            Toward::Start => Walk::new(keys, targets, columns),
        };
        let query = self.repository.query().walked(walk, binds);
        let depth = || Node::Of(Walk::NAME.into(), Walk::DEPTH.into());
        let beyond = |steps: u32| {
            let node = Node::Compare(Compare::Gt, Box::new(depth()), Box::new(Node::Bind));
            Expr::new(node, vec![Value::I64(steps.into())])
        };
        let too_far = self
            .depth
            .is_none()
            .then(|| query.clone().filter(beyond(DEPTH)));
        let by = OrderBy {
            by: depth(),
            descending: false,
            nulls: None,
        };
        let query = query.filter(beyond(0));
        let query = query.order_by([Order::of(by)]).ordered_to_the_end();
        let depth = Term::<T, i64>::new(depth(), Vec::new());
        let query = Eager::new(query).totalled(Walk::DEPTH.into(), depth);
        Ok(query.without_any(too_far))
    }
}

/// Which way along the relation.
#[derive(Debug, Clone, Copy)]
enum Toward {
    Target,
    Start,
}

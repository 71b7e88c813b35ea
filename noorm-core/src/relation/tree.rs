//! Trees: rows that refer to rows of their own table, and all above or below one of them.

use std::sync::Arc;

use super::{Eager, Relation};
use crate::error::{Error, ErrorKind, Result};
use crate::repository::{FromRow, Key, KeyOf, Repository};
use crate::statement::{Compare, Expr, Node, Order, OrderBy, Term, Walk};
use crate::value::Value;

/// How many steps a tree is followed, if nothing else is said.
const DEPTH: u32 = 100;

/// The trees that the rows of a table make by referring to each other: made by [`Repository::tree`].
#[derive(Debug, Clone)]
pub struct Tree<T> {
    repository: Repository<T>,
    relation: Arc<Relation>,
    depth: u32,
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
    /// another table, or through one, or the table has no primary key.
    pub fn tree(&self, relation: &str) -> Result<Tree<T>> {
        let plan = self.plan()?;
        let relations = self.database().relations();
        let relation = Arc::clone(relations.relation(&plan.name, relation)?);
        if relation.steps.len() != 1 || *relation.target() != plan.name {
            let message = format!(
                "`{}` leads to no rows of `{}` itself",
                relation.name, plan.name
            );
            return Err(Error::new(ErrorKind::InvalidStatement, message)
                .with_help("rows make a tree along a foreign key to their own table"));
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
            depth: DEPTH,
        })
    }
}

impl<T: FromRow + Sync> Tree<T> {
    /// Follows at most so many steps from the row; 100, unless said.
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
        self.depth = steps;
        self
    }

    /// The query of all rows above the one of that key: its parent, the parent's parent, …
    ///
    /// They come nearest first; [`total`](super::Loaded::total) of `depth` tells how many steps away each is. A circle is
    /// left after one round. One statement finds them all, by a recursive common table expression.
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
        match self.relation.is_to_one() {
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
        match self.relation.is_to_one() {
            true => self.walk(key.into(), Toward::Start),
            false => self.walk(key.into(), Toward::Target),
        }
    }

    fn walk(&self, key: Key, toward: Toward) -> Result<Eager<T>> {
        let plan = self.repository.plan()?;
        let mut binds = key.values(&plan)?;
        binds.push(Value::from(i64::from(self.depth)));
        let columns = self.relation.columns().iter().map(String::as_str);
        let targets = self.relation.target_columns().iter().map(String::as_str);
        let keys = plan.table.key_columns().iter().map(String::as_str);
        let walk = match toward {
            Toward::Target => Walk::new(keys, columns, targets),
            Toward::Start => Walk::new(keys, targets, columns),
        };
        let depth = || Node::Of(Walk::NAME.into(), Walk::DEPTH.into());
        let start = Box::new(Node::Bind);
        let is_reached = Node::Compare(Compare::Gt, Box::new(depth()), start);
        let by = OrderBy {
            by: depth(),
            descending: false,
            nulls: None,
        };
        let query = self.repository.query().walked(walk, binds);
        let query = query.filter(Expr::new(is_reached, vec![Value::I64(0)]));
        let query = query.order_by([Order::of(by)]).ordered_to_the_end();
        let depth = Term::<T, i64>::new(depth(), Vec::new());
        Ok(Eager::new(query).with_total(Walk::DEPTH, depth))
    }
}

/// Which way along the relation.
#[derive(Debug, Clone, Copy)]
enum Toward {
    Target,
    Start,
}

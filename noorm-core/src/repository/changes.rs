//! Changes and removals of many rows at once.

use std::sync::Arc;

use futures_util::TryFutureExt as _;

use super::plan::Plan;
use super::write::{Purpose, check, refused, unknown};
use super::{ColumnOf, FromRow, Query, Record};
use crate::error::{Error, ErrorKind, Result, called};
use crate::sql::SqlFlavor;
use crate::statement::{Node, Side, Statement, Tree, Update};
use crate::value::Value;

/// What columns of many rows become: values, and what the database works out of each row.
///
/// A [`Record`] is one, too, where values are all.
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// use noorm_core::repository::Changes;
/// use noorm_core::statement::col;
///
/// let sold = Changes::new().set("stock", col("stock").minus(1)).set("note", "sold");
/// db.repository("item")?.query().filter(col("sku").eq("A-1")).update(sold).await?;
/// # Ok(())
/// # }
/// ```
pub struct Changes<T> {
    columns: Vec<Change>,
    of: std::marker::PhantomData<fn() -> T>,
}

/// A column, what it becomes, and the binds of that.
type Change = (Arc<str>, Node, Vec<Value>);

impl<T> Changes<T> {
    /// Changes nothing yet.
    ///
    /// ```
    /// use noorm_core::repository::{Changes, Record};
    ///
    /// let changes: Changes<Record> = Changes::new().set("title", "Blue");
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self {
            columns: Vec::new(),
            of: std::marker::PhantomData,
        }
    }

    /// Has a column become `value`: a value, a column of the same row, or a calculation. The last one
    /// counts.
    ///
    /// ```
    /// use noorm_core::repository::{Changes, Record};
    /// use noorm_core::statement::col;
    ///
    /// let changes: Changes<Record> = Changes::new()
    ///     .set("price", col("price").times(2))
    ///     .set("old_price", col("price"));
    /// ```
    #[must_use]
    pub fn set<C: ColumnOf<T>>(mut self, column: C, value: impl Side<T, C::Value>) -> Self {
        let name = column.name();
        let (node, binds) = value.into_side();
        self.columns.retain(|(known, ..)| *known != name);
        self.columns.push((name, node, binds));
        self
    }
}

impl<T> Changes<T> {
    pub(super) fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Has a column become what `node` is of a value, unless it was set already.
    pub(super) fn set_missing(&mut self, column: Arc<str>, node: Node, binds: Vec<Value>) {
        if !self.columns.iter().any(|(known, ..)| *known == column) {
            self.columns.push((column, node, binds));
        }
    }

    /// The columns with what they become, and the binds of all.
    pub(super) fn into_assignments(self) -> (Vec<(Arc<str>, Node)>, Vec<Value>) {
        let (mut assignments, mut binds) = (Vec::new(), Vec::new());
        for (column, node, values) in self.columns {
            assignments.push((column, node));
            binds.extend(values);
        }
        (assignments, binds)
    }
}

impl<T> Default for Changes<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Clone for Changes<T> {
    fn clone(&self) -> Self {
        Self {
            columns: self.columns.clone(),
            of: self.of,
        }
    }
}

impl<T> std::fmt::Debug for Changes<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let columns = self.columns.iter().map(|(name, node, _)| (name, node));
        f.debug_map().entries(columns).finish()
    }
}

impl<T> From<Record> for Changes<T> {
    fn from(record: Record) -> Self {
        let (header, values) = record.into_parts();
        let columns = header.names().iter().zip(values);
        let columns = columns.map(|(name, value)| (Arc::clone(name), Node::Bind, vec![value]));
        Self {
            columns: columns.collect(),
            of: std::marker::PhantomData,
        }
    }
}

impl<T: FromRow> Query<T> {
    /// Says that an [`update`](Query::update) or [`delete`](Query::delete) without a filter is meant for
    /// every row.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let removed = db.repository("session")?.query().all_rows().delete().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn all_rows(mut self) -> Self {
        self.all_rows = true;
        self
    }

    /// Changes the rows, in one statement, and gives their number: those that match, whether or not they
    /// were so before. Of a table's [hooks](super::Hook), only `validate` runs, once, with the values.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::{ErrorKind, record};
    /// use noorm_core::statement::col;
    ///
    /// let albums = db.repository("album")?;
    /// let of_seven = albums.query().filter(col("artist_id").eq(7));
    /// println!("{} albums", of_seven.update(record! { "genre" => "folk" }).await?);
    ///
    /// // Every row? Only who says so.
    /// let error = albums.query().update(record! { "genre" => "folk" }).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::InvalidStatement);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidStatement`] without a filter, unless [`all_rows`](Query::all_rows) says that it is
    /// meant, and with an order, a limit or an offset; [`ErrorKind::Invalid`] where a column can't be
    /// written or a value doesn't fit; [`ErrorKind::Unsupported`] where columns swap their values on MySQL or
    /// MariaDB; the violation of a constraint.
    pub async fn update(self, changes: impl Into<Changes<T>>) -> Result<u64> {
        let table = self.repository.table_name().clone();
        let work = async move {
            self.one_statement("update")?;
            let plan = self.repository.plan()?;
            let mut changes = changes.into();
            plan.follow(&mut changes, self.repository.database().flavor());
            let changes = self.checked(&plan, changes)?;
            if changes.is_empty() {
                return self.count().await;
            }
            let database = self.repository.database().clone();
            let (mut assignments, mut binds) = (Vec::new(), Vec::new());
            for (column, node, values) in readers_first(changes, &plan, database.flavor())? {
                assignments.push((column, node));
                binds.extend(values);
            }
            let (select, filter) = self.into_select();
            binds.extend(filter);
            let tree = Tree::Update(Update {
                table: plan.name.clone(),
                assignments,
                filter: select.filter,
                returning: None,
            });
            let statement = Statement::new(tree, binds, &plan.schema, database.flavor())?;
            Ok(database.run(statement).await?.affected)
        };
        work.map_err(called("update", &table)).await
    }

    /// Removes the rows, in one statement, and gives their number. No [hook](super::Hook) runs.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::col;
    ///
    /// let old = db.repository("session")?.query().filter(col("seen").lt("2026-01-01"));
    /// println!("{} sessions are gone", old.delete().await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`update`](Query::update); [`ErrorKind::ForeignKeyViolation`] if other rows point at them.
    pub async fn delete(self) -> Result<u64> {
        let table = self.repository.table_name().clone();
        let work = async move {
            self.one_statement("delete")?;
            match self.marked(&*self.repository.plan()?) {
                Some(changes) => self.update(changes).await,
                None => self.delete_for_good().await,
            }
        };
        work.map_err(called("delete", &table)).await
    }

    /// Checks that the query says which rows are written, and nothing that a write can't keep to.
    pub(super) fn one_statement(&self, what: &str) -> Result<()> {
        let name = self.repository.table_name();
        let invalid = |message: String| Error::new(ErrorKind::InvalidStatement, message);
        if !self.order.is_empty() || self.limit.is_some() || self.offset.is_some() {
            return Err(invalid(format!(
                "an {what} of rows of `{name}` has neither an order nor a limit nor an offset"
            ))
            .with_help("filter by a subquery over the key: `col(\"id\").in_query(…)`"));
        }
        self.of_rows(&format!("an {what}"))?;
        if !self.joins.is_empty() {
            return Err(invalid(format!(
                "an {what} of rows of `{name}` joins no other table"
            ))
            .with_help("filter by `exists(…)`, or by a subquery over the key"));
        }
        let chosen = self.filters.iter().any(|filter| !filter.holds_always());
        if !chosen && !self.all_rows {
            return Err(invalid(format!(
                "without a filter, the {what} would be one of every row of `{name}`"
            ))
            .with_help("if that is meant, say so by `all_rows()`"));
        }
        Ok(())
    }

    fn checked(&self, plan: &Plan, changes: Changes<T>) -> Result<Vec<Change>> {
        let mut record = Record::new();
        let mut checked = Vec::new();
        let mut problems = Vec::new();
        for (name, node, values) in changes.columns {
            if node == Node::Bind {
                let value = values.into_iter().next().unwrap_or_default();
                record.set(&name, value);
                continue;
            }
            match plan.table.column(&name) {
                Some(column) => problems.extend(refused(column, Purpose::Update)),
                None => problems.push(unknown(&plan.table, &name)),
            }
            checked.push((name, node, values));
        }
        let flavor = self.repository.database().flavor();
        match check(plan, record, Purpose::Update, flavor) {
            Ok(plain) => {
                let columns = plain.columns.iter().cloned().zip(plain.values);
                checked.extend(columns.map(|(name, value)| (name, Node::Bind, vec![value])));
            }
            Err(error) => problems.extend_from_slice(error.problems()),
        }
        match problems.is_empty() {
            true => Ok(checked),
            false => Err(Error::invalid(&plan.name.to_string(), problems)),
        }
    }
}

/// Puts what reads a column before what changes it: every column becomes what the row was before, also where
/// the database goes through the assignments one by one, as MySQL does
/// (<https://dev.mysql.com/doc/refman/9.4/en/update.html>).
fn readers_first(
    mut changes: Vec<Change>,
    plan: &Plan,
    flavor: &dyn SqlFlavor,
) -> Result<Vec<Change>> {
    let mut sorted = Vec::with_capacity(changes.len());
    while !changes.is_empty() {
        let is_read = |at: usize, column: &Arc<str>| {
            let mut others = changes.iter().enumerate().filter(|(other, _)| *other != at);
            others.any(|(_, (_, node, _))| node.may_read(column))
        };
        let mut places = changes.iter().enumerate();
        match places.position(|(at, (column, ..))| !is_read(at, column)) {
            Some(free) => sorted.push(changes.remove(free)),
            None if !flavor.capabilities().assigns_in_turn => {
                sorted.append(&mut changes);
            }
            None => {
                let columns: Vec<_> = changes.iter().map(|(column, ..)| &**column).collect();
                let message = format!(
                    "can't change columns of `{}` each to what another one was before: {}",
                    plan.name,
                    columns.join(", ")
                );
                return Err(Error::unsupported_because(
                    flavor.name(),
                    "simultaneous_update",
                    &message,
                )
                .with_help("read the rows, and write the values"));
            }
        }
    }
    Ok(sorted)
}

//! What conventions add to a write.

use std::sync::Arc;

use super::now::now;
use crate::error::{Error, ErrorKind, Problem, Result};
use crate::repository::changes::Changes;
use crate::repository::plan::Plan;
use crate::repository::{FromRow, Key, Record, Repository};
use crate::sql::SqlFlavor;
use crate::statement::{Arithmetic, Compare, Expr, Function, Node};
use crate::value::Value;

/// Changes of one row under conventions.
pub(in crate::repository) struct Guarded<T> {
    pub(in crate::repository) changes: Record,
    /// What must hold for the row, besides its key.
    pub(in crate::repository) also: Option<Expr<T>>,
    /// What the version becomes.
    pub(in crate::repository) version: Option<(Arc<str>, Node, Vec<Value>)>,
    /// Whether the row must have the version that was read.
    pub(in crate::repository) compares: bool,
}

impl Plan {
    /// A new row with what the caller left to conventions.
    pub(in crate::repository) fn filled(
        &self,
        mut record: Record,
        flavor: &dyn SqlFlavor,
    ) -> Record {
        for (column, value) in self.fillings(&record, flavor) {
            record.set(&column, value);
        }
        record
    }

    /// The columns that conventions fill in a new row, and what an update of it leaves as it is.
    pub(in crate::repository) fn kept_by_upsert(&self, record: &Record) -> Vec<Arc<str>> {
        let Some(followed) = &self.followed else {
            return Vec::new();
        };
        let mark = followed.deleted.as_ref().map(|mark| &mark.column);
        let columns = [followed.created.as_ref(), mark];
        let filled = columns.into_iter().flatten();
        filled
            .filter(|name| record.value(name).is_none())
            .cloned()
            .collect()
    }

    /// The column that an update fills, where the caller leaves it to that.
    pub(in crate::repository) fn updated_by_upsert(&self, record: &Record) -> Option<Arc<str>> {
        let updated = self.followed.as_ref()?.updated.as_ref()?;
        record.value(updated).is_none().then(|| Arc::clone(updated))
    }

    fn fillings(&self, record: &Record, flavor: &dyn SqlFlavor) -> Vec<(Arc<str>, Value)> {
        let Some(followed) = &self.followed else {
            return Vec::new();
        };
        let mut filled = Vec::new();
        let unnamed = |name: &&Arc<str>| record.value(name).is_none();
        for name in [&followed.created, &followed.updated]
            .into_iter()
            .flatten()
            .filter(unnamed)
        {
            filled.extend(self.now(name, flavor));
        }
        let version = followed.version.iter().map(|name| (name, Value::I64(0)));
        let mark = followed
            .deleted
            .iter()
            .map(|mark| (&mark.column, mark.unset.clone()));
        for (name, value) in version.chain(mark).filter(|(name, _)| unnamed(name)) {
            if self
                .table
                .column(name)
                .is_some_and(crate::schema::Column::is_required)
            {
                filled.push((Arc::clone(name), value));
            }
        }
        filled
    }

    fn now(&self, name: &Arc<str>, flavor: &dyn SqlFlavor) -> Option<(Arc<str>, Value)> {
        let column = self.table.column(name)?;
        Some((Arc::clone(name), now(column, flavor)))
    }

    /// What marks a row as deleted; `None` if rows are removed.
    pub(in crate::repository) fn mark(&self, flavor: &dyn SqlFlavor) -> Option<(Arc<str>, Value)> {
        let mark = self.followed.as_ref()?.deleted.as_ref()?;
        match mark.unset {
            Value::Bool(_) => Some((Arc::clone(&mark.column), Value::Bool(true))),
            Value::I64(_) => Some((Arc::clone(&mark.column), Value::I64(1))),
            _ => self.now(&mark.column, flavor),
        }
    }

    /// What unmarks it.
    pub(in crate::repository) fn unmark(&self) -> Option<(Arc<str>, Value)> {
        let mark = self.followed.as_ref()?.deleted.as_ref()?;
        Some((Arc::clone(&mark.column), mark.unset.clone()))
    }

    /// The column that counts versions.
    pub(in crate::repository) fn version(&self) -> Option<&Arc<str>> {
        self.followed.as_ref()?.version.as_ref()
    }

    /// The version that a record brings which stands for its key.
    pub(in crate::repository) fn version_of(&self, key: &Key) -> Option<Value> {
        let Key::Named(record) = key else {
            return None;
        };
        let version = self.version()?;
        record
            .original(version)
            .or_else(|| record.value(version))
            .cloned()
    }

    /// Adds to changes of many rows: the time, and the next version.
    pub(in crate::repository) fn follow<T>(
        &self,
        changes: &mut Changes<T>,
        flavor: &dyn SqlFlavor,
    ) {
        let Some(followed) = &self.followed else {
            return;
        };
        if changes.is_empty() {
            return;
        }
        if let Some((column, value)) = followed.updated.as_ref().and_then(|c| self.now(c, flavor)) {
            changes.set_missing(column, Node::Bind, vec![value]);
        }
        if let Some(column) = &followed.version {
            let (next, binds) = self.next(column);
            changes.set_missing(Arc::clone(column), next, binds);
        }
    }
}

impl Plan {
    /// One more than a version is, whose absence counts as 0, and the binds of that.
    fn next(&self, column: &Arc<str>) -> (Node, Vec<Value>) {
        let may_be_null = self.table.column(column).is_none_or(|of| of.nullable);
        let place = Node::Column(Arc::clone(column));
        let (place, absent) = match may_be_null {
            true => {
                let known = Node::Call(Function::Coalesce, vec![place, Node::Bind]);
                (known, Some(Value::I64(0)))
            }
            false => (place, None),
        };
        let next = Node::Arithmetic(Arithmetic::Plus, Box::new(place), Box::new(Node::Bind));
        (next, absent.into_iter().chain([Value::I64(1)]).collect())
    }
}

impl<T: FromRow> Repository<T> {
    /// Adds what conventions ask of an update of one row.
    pub(in crate::repository) fn guarded(
        &self,
        plan: &Plan,
        mut changes: Record,
        also: Option<Expr<T>>,
    ) -> Result<Guarded<T>> {
        let Some(followed) = &plan.followed else {
            return Ok(Guarded {
                changes,
                also,
                version: None,
                compares: false,
            });
        };
        let mut filters: Vec<Expr<T>> = also.into_iter().collect();
        filters.extend(self.visible(plan));
        let expected = plan
            .version()
            .and_then(|column| changes.value(column).cloned());
        if expected.is_some() {
            let others = changes
                .iter()
                .filter(|(name, _)| Some(*name) != plan.version().map(|v| &**v));
            changes = Record::from_pairs(others.map(|(name, value)| (name, value.clone())));
        }
        let version = match (plan.version(), &expected) {
            (Some(column), Some(expected)) => {
                let fitted = self.fitted_version(plan, column, expected.clone())?;
                filters.push(is_version(column, fitted.clone()));
                let after = (!changes.is_empty()).then(|| after(plan, column, &fitted));
                let after = after.transpose()?;
                after.map(|after| (Arc::clone(column), Node::Bind, vec![after]))
            }
            (Some(column), None) if !changes.is_empty() => {
                let (next, binds) = plan.next(column);
                Some((Arc::clone(column), next, binds))
            }
            _ => None,
        };
        if let Some(updated) = followed.updated.as_ref().filter(|_| !changes.is_empty())
            && changes.value(updated).is_none()
            && let Some((column, value)) = plan.now(updated, self.database.flavor())
        {
            changes.set(&column, value);
        }
        Ok(Guarded {
            changes,
            also: (!filters.is_empty()).then(|| Expr::all(filters)),
            version,
            compares: expected.is_some(),
        })
    }

    /// The condition that a row has a version.
    pub(in crate::repository) fn of_version(
        &self,
        plan: &Plan,
        expected: Value,
    ) -> Result<Option<Expr<T>>> {
        let Some(column) = plan.version() else {
            return Ok(None);
        };
        let fitted = self.fitted_version(plan, column, expected)?;
        Ok(Some(is_version(column, fitted)))
    }

    fn fitted_version(&self, plan: &Plan, name: &Arc<str>, value: Value) -> Result<Value> {
        let column = plan
            .table
            .column(name)
            .ok_or_else(|| plan.table.unknown_column(name))?;
        column.column_type.fit(value).map_err(|mismatch| {
            let problem = Problem::new(&**name, "type", mismatch.to_string());
            Error::invalid(&plan.name.to_string(), vec![problem])
        })
    }

    /// The condition on the rows that this repository sees, unless it sees all.
    pub(in crate::repository) fn visible(&self, plan: &Plan) -> Option<Expr<T>> {
        let followed = plan.followed.as_ref();
        match followed.and_then(|followed| followed.visible(self.deleted)) {
            Some((node, binds)) => Some(Expr::new(node.clone(), binds.to_vec())),
            // Without a mark, none is deleted.
            None if self.deleted == super::Deleted::Only => Some(Expr::any([])),
            None => None,
        }
    }

    /// The condition on rows that aren't marked as deleted, where the others are hidden.
    pub(in crate::repository) fn alive(&self, plan: &Plan) -> Option<Expr<T>> {
        (self.deleted == super::Deleted::Hidden)
            .then(|| self.visible(plan))
            .flatten()
    }

    /// Why a write met no row; of one that named a version, by whether the row is there.
    pub(in crate::repository) async fn met_none(&self, compared: Option<Vec<Value>>) -> Error {
        let Some(key) = compared else {
            return self.not_found();
        };
        match self.is_there(key).await {
            Ok(true) => self.conflict(),
            Ok(false) => self.not_found(),
            Err(error) => error,
        }
    }

    pub(in crate::repository) fn conflict(&self) -> Error {
        let message = format!(
            "the row of `{}` was changed since it was read",
            self.plan.name
        );
        Error::new(ErrorKind::Conflict, message).with_help("read it again, and repeat the change")
    }
}

fn is_version<T>(column: &Arc<str>, version: Value) -> Expr<T> {
    let place = Box::new(Node::Column(Arc::clone(column)));
    match version {
        Value::Null => Expr::new(Node::IsNull(place), Vec::new()),
        version => {
            let equal = Node::Compare(Compare::Eq, place, Box::new(Node::Bind));
            Expr::new(equal, vec![version])
        }
    }
}

fn after(plan: &Plan, column: &str, version: &Value) -> Result<Value> {
    let next = match version {
        Value::Null => Some(Value::I64(1)),
        Value::I64(n) => n.checked_add(1).map(Value::I64),
        Value::U64(n) => n.checked_add(1).map(Value::U64),
        _ => None,
    };
    next.ok_or_else(|| {
        let problem = Problem::new(column, "type", "is at its end: no version follows");
        Error::invalid(&plan.name.to_string(), vec![problem])
    })
}

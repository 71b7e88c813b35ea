//! What a table follows of the conventions.

use std::sync::Arc;

use super::{Conventions, Deleted};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Column, ColumnType, Schema, Table};
use crate::statement::{Compare, Node};
use crate::value::Value;

/// The columns of a table that mean something, and what its deleted rows are told by.
#[derive(Debug)]
pub(in crate::repository) struct Followed {
    pub(super) version: Option<Arc<str>>,
    pub(super) deleted: Option<Mark>,
    pub(super) created: Option<Arc<str>>,
    pub(super) updated: Option<Arc<str>>,
}

/// A column that marks deleted rows.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) column: Arc<str>,
    /// What it holds in the others.
    pub(super) unset: Value,
    alive: (Node, Vec<Value>),
    dead: (Node, Vec<Value>),
}

impl Followed {
    /// Finds the columns in a table; `None` if there are none.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidStatement`] where a column's type can't mean that.
    pub(in crate::repository) fn by(
        table: &Table,
        schema: &Schema,
        conventions: &Conventions,
    ) -> Result<Option<Self>> {
        let of = conventions.of(schema, &table.table_name());
        // What the database computes needs nobody.
        let column = |name: &Option<Arc<str>>| {
            let column = table.column(name.as_ref()?)?;
            column.generated.is_none().then_some(column)
        };
        let followed = Self {
            version: named(table, column(&of.version), "count versions", is_integer)?,
            deleted: column(&of.deleted)
                .map(|column| Mark::of(table, column))
                .transpose()?,
            created: named(table, column(&of.created), "hold a time", is_time)?,
            updated: named(table, column(&of.updated), "hold a time", is_time)?,
        };
        let any = followed.deleted.is_some()
            || [&followed.version, &followed.created, &followed.updated]
                .iter()
                .any(|column| column.is_some());
        Ok(any.then_some(followed))
    }

    /// The condition on the rows that are meant, and its binds.
    pub(in crate::repository) fn visible(&self, which: Deleted) -> Option<(&Node, &[Value])> {
        let mark = self.deleted.as_ref()?;
        let (node, binds) = match which {
            Deleted::Hidden => &mark.alive,
            Deleted::Only => &mark.dead,
            Deleted::Shown => return None,
        };
        Some((node, binds))
    }
}

impl Mark {
    fn of(table: &Table, column: &Column) -> Result<Self> {
        let name: Arc<str> = column.name.as_str().into();
        let is_null = || Node::IsNull(Box::new(Node::Column(Arc::clone(&name))));
        let unset = match &column.column_type {
            ColumnType::Bool => Value::Bool(false),
            ColumnType::Integer { .. } => Value::I64(0),
            other if is_time(other) && column.nullable => Value::Null,
            _ => return Err(unfit(table, column, "mark deleted rows")),
        };
        let alive = match (&unset, column.nullable) {
            (Value::Null, _) => (is_null(), Vec::new()),
            (_, nullable) => {
                let place = Box::new(Node::Column(Arc::clone(&name)));
                let is_unset = Node::Compare(Compare::Eq, place, Box::new(Node::Bind));
                let node = match nullable {
                    true => Node::Or(vec![is_unset, is_null()]),
                    false => is_unset,
                };
                (node, vec![unset.clone()])
            }
        };
        let dead = match &unset {
            Value::Null => (Node::Not(Box::new(is_null())), Vec::new()),
            _ => {
                let place = Box::new(Node::Column(Arc::clone(&name)));
                let is_set = Node::Compare(Compare::Ne, place, Box::new(Node::Bind));
                (is_set, vec![unset.clone()])
            }
        };
        Ok(Self {
            column: name,
            unset,
            alive,
            dead,
        })
    }
}

fn named(
    table: &Table,
    column: Option<&Column>,
    what: &str,
    fits: impl Fn(&ColumnType) -> bool,
) -> Result<Option<Arc<str>>> {
    match column {
        Some(column) if !fits(&column.column_type) => Err(unfit(table, column, what)),
        column => Ok(column.map(|column| column.name.as_str().into())),
    }
}

fn is_integer(column_type: &ColumnType) -> bool {
    matches!(column_type, ColumnType::Integer { .. })
}

fn is_time(column_type: &ColumnType) -> bool {
    matches!(
        column_type,
        ColumnType::Date
            | ColumnType::Timestamp
            | ColumnType::TimestampTz
            | ColumnType::Text { .. }
    )
}

fn unfit(table: &Table, column: &Column, what: &str) -> Error {
    let null = if column.nullable { "" } else { " NOT NULL" };
    let message = format!(
        "`{}.{}` can't {what}, as a convention has it: it is {}{null}",
        table.table_name(),
        column.name,
        column.native_type
    );
    Error::new(ErrorKind::InvalidStatement, message).with_help(format!(
        "make an exception: `.table(\"{}\", Conventions::new())`",
        table.table_name()
    ))
}

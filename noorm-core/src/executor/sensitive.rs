//! Columns whose values are shown nowhere, also where values are.

use std::collections::HashMap;
use std::fmt;

use crate::error::{Error, Result};
use crate::schema::{Schema, TableName};
use crate::sql::Rendered;
use crate::statement::{Statement, Tree};
use crate::value::Value;

/// The columns that are marked, by table.
#[derive(Debug, Default)]
pub(crate) struct Sensitive(HashMap<TableName, Vec<String>>);

impl Sensitive {
    /// Looks the marks up in the schema.
    pub(crate) fn find(marks: &[(String, Vec<String>)], schema: &Schema) -> Result<Self> {
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for (table, columns) in marks {
            let table = schema.table(table)?;
            for column in columns {
                table
                    .column(column)
                    .ok_or_else(|| table.unknown_column(column))?;
            }
            found
                .entry(table.table_name())
                .or_default()
                .extend_from_slice(columns);
        }
        Ok(Self(found))
    }

    /// Tells whether a statement may hold a value of a marked column. Nobody knows of SQL that was written by hand.
    pub(crate) fn touches(&self, statement: &Statement) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let tree = statement.shape().tree();
        let mut touches = matches!(tree, Tree::Raw(_));
        tree.visit_tables(&mut |table, _| touches |= self.0.contains_key(table));
        touches
    }

    /// Takes the cause out of an error of such a statement: servers show rows in their details.
    pub(crate) fn silenced(&self, error: Error, statement: &Statement) -> Error {
        match self.touches(statement) {
            true => error.without_source(),
            false => error,
        }
    }

    /// The same, of what nobody knows the statement of: a commit's, or one of a program's own.
    pub(crate) fn silenced_anyway(&self, error: Error) -> Error {
        match self.0.is_empty() {
            true => error,
            false => error.without_source(),
        }
    }

    /// Gives the binds as they may be shown. One of which nobody knows the column isn't, where it may be a marked one.
    pub(crate) fn shown<'a>(
        &self,
        statement: &'a Statement,
        rendered: Option<&Rendered>,
    ) -> Vec<Shown<'a>> {
        let touches = self.touches(statement);
        let is_open = |place: usize| {
            let bound = rendered.and_then(|rendered| rendered.bound.get(place)?.as_ref());
            bound.is_some_and(|bound| {
                let marked = self.0.get(&bound.table().table_name());
                let is_marked =
                    |name: &String| bound.column().is_some_and(|column| column.name == *name);
                !marked.is_some_and(|marked| marked.iter().any(is_marked))
            })
        };
        let binds = statement.binds().iter().enumerate();
        let shown = binds.map(|(place, value)| match !touches || is_open(place) {
            true => Shown::Value(value),
            false => Shown::Hidden,
        });
        shown.collect()
    }
}

/// A bind, as it may be shown.
pub(crate) enum Shown<'a> {
    Value(&'a Value),
    Hidden,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => value.fmt(f),
            Self::Hidden => f.write_str("…"),
        }
    }
}

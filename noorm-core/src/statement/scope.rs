//! The tables whose columns an expression can name.

use std::sync::Arc;

use super::{Aggregate, Derived, Function, JoinKey, Node, Projection, Select, Walk};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Column, ColumnType, ForeignKey, Schema, Table};

/// A table, under the name that it has in the statement.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) name: Arc<str>,
    pub(crate) table: Arc<Table>,
    /// The columns that there are, where it isn't all of the table's.
    only: Option<Vec<Arc<str>>>,
}

/// The tables of a select, the one that it is about first, and of those around it; the innermost is the last.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scopes(Vec<Vec<Source>>);

impl Scopes {
    /// Enters a write of rows of `table`.
    pub(crate) fn enter_table(&mut self, table: Arc<Table>) {
        let name = table.name.as_str().into();
        self.enter_named(table, name);
    }

    /// Enters a table that is called otherwise.
    pub(crate) fn enter_named(&mut self, table: Arc<Table>, name: Arc<str>) {
        let source = Source {
            name,
            table,
            only: None,
        };
        self.0.push(vec![source]);
    }

    /// Enters a select. Its table gets another name where one around it has the same.
    pub(crate) fn enter(&mut self, select: &Select, schema: &Schema) -> Result<()> {
        let table = Arc::clone(schema.table_named(&select.from)?);
        let mut name: Arc<str> = table.name.as_str().into();
        let mut number = self.0.len();
        let is_taken = |name: &Arc<str>| {
            let joined = select.joins.iter().any(|join| is_same(&join.name, name));
            let mut around = self.0.iter().flatten();
            joined || around.any(|source| is_same(&source.name, name))
        };
        // Joined under its own name, a table of the same name is an error instead.
        while !self.0.is_empty() && is_taken(&name) {
            number += 1;
            name = format!("{}_{number}", table.name).into();
        }
        let only = select.derived.as_ref().and_then(columns);
        let mut sources = vec![Source { name, table, only }];
        for join in &select.joins {
            if sources
                .iter()
                .any(|source| is_same(&source.name, &join.name))
            {
                let message = format!("two tables of one query are called `{}`", join.name);
                return Err(Error::new(ErrorKind::InvalidStatement, message).with_help(
                    "give the joined one another name: `Join::to(…).named(\"other\")`",
                ));
            }
            sources.push(Source {
                name: Arc::clone(&join.name),
                table: Arc::clone(schema.table_named(&join.table)?),
                only: None,
            });
        }
        if let Some(walk) = &select.walk
            && let Some(base) = sources.first()
        {
            let table = Arc::new(walk.table(&base.table));
            sources.push(Source {
                name: Walk::NAME.into(),
                table,
                only: None,
            });
        }
        self.0.push(sources);
        Ok(())
    }

    /// Leaves the innermost one, which [`put_back`](Self::put_back) enters again.
    pub(crate) fn leave(&mut self) -> Vec<Source> {
        self.0.pop().unwrap_or_default()
    }

    pub(crate) fn put_back(&mut self, sources: Vec<Source>) {
        self.0.push(sources);
    }

    /// The table that the innermost select is about.
    pub(crate) fn base(&self) -> Option<&Source> {
        self.0.last()?.first()
    }

    /// Whether a column's name may be that of several tables.
    pub(crate) fn is_joined(&self) -> bool {
        self.0.last().is_some_and(|sources| sources.len() > 1)
    }

    /// The table of the column that `node` is, and the column's name; `None` where it is none.
    pub(crate) fn source<'s, 'n>(
        &'s self,
        node: &'n Node,
    ) -> Result<Option<(&'s Source, &'n str)>> {
        let mut level = self.0.len();
        let mut inner = node;
        while let Node::Outer(outer) = inner {
            level = level.saturating_sub(1);
            inner = outer;
        }
        let found = self.source_at(level, inner)?;
        // SQL takes the nearest one of a name.
        let nearer = self.0.get(level..).unwrap_or_default().iter().flatten();
        if let Some((source, _)) = found
            && nearer
                .clone()
                .any(|nearer| is_same(&nearer.name, &source.name))
        {
            let message = format!("the query and one around it both have a `{}`", source.name);
            return Err(Error::new(ErrorKind::InvalidStatement, message)
                .with_help("give the joined one another name: `Join::to(…).named(\"other\")`"));
        }
        Ok(found)
    }

    /// The same in the scope of this number, counted from 1.
    fn source_at<'s, 'n>(
        &'s self,
        level: usize,
        node: &'n Node,
    ) -> Result<Option<(&'s Source, &'n str)>> {
        let level = level.checked_sub(1).and_then(|level| self.0.get(level));
        let invalid = |message: String| Error::new(ErrorKind::InvalidStatement, message);
        match node {
            Node::Column(name) => {
                let sources = level.map(Vec::as_slice).unwrap_or_default();
                let base = sources.first();
                let base = base.ok_or_else(|| invalid(format!("no query is around `{name}`")))?;
                if base.table.column(name).is_none()
                    && let Some((source, column)) = name.split_once('.')
                    && let Some(source) = sources.iter().find(|known| *known.name == *source)
                {
                    return Ok(Some((source, column)));
                }
                Ok(Some((base, name)))
            }
            Node::Of(source, name) => {
                let sources = level.map(Vec::as_slice).unwrap_or_default();
                let found = sources.iter().find(|known| known.name == *source);
                let found = found.ok_or_else(|| {
                    let known: Vec<_> = sources.iter().map(|source| &*source.name).collect();
                    invalid(format!("no table of the query is called `{source}`"))
                        .with_help(format!("it has {}", known.join(", ")))
                })?;
                Ok(Some((found, name)))
            }
            _ => Ok(None),
        }
    }

    /// The columns that must be equal where the join of this number goes along a foreign key.
    pub(crate) fn matched(&self, join: usize, key: &JoinKey) -> Result<Vec<(Node, Node)>> {
        let sources = self.0.last().map(Vec::as_slice).unwrap_or_default();
        let Some((joined, others)) = sources.get(..join + 2).and_then(<[_]>::split_last) else {
            return Ok(Vec::new());
        };
        let asked = |other: &&Source| key.from.as_ref().is_none_or(|from| other.name == *from);
        let mut found = others
            .iter()
            .filter(asked)
            .map(|other| between(other, joined, key));
        match found.find(|pairs| !pairs.is_empty()) {
            Some(mut pairs) if pairs.len() == 1 => Ok(pairs.pop().unwrap_or_default()),
            found => {
                let message = match (found, &key.from) {
                    (Some(_), _) => "has several foreign keys to or from the tables of the query",
                    (None, None) => "has no foreign key to or from the tables of the query",
                    (None, Some(_)) => {
                        "has no foreign key to or from the table that it is joined to"
                    }
                };
                let message = format!("`{}` {message}", joined.table.table_name());
                Err(Error::new(ErrorKind::InvalidStatement, message).with_help(
                    "name a column of the key, `Join::to(…).by(\"column\")`, or say it with `on`",
                ))
            }
        }
    }

    /// The column whose kind of values `node` has: of a calculation, the one of the widest kind.
    pub(crate) fn kind(&self, node: &Node) -> Result<Option<(&Source, &Column)>> {
        match node {
            Node::Arithmetic(_, a, b) => Ok(match (self.kind(a)?, self.kind(b)?) {
                (Some(a), Some(b)) if width(b.1) > width(a.1) => Some(b),
                (a, b) => a.or(b),
            }),
            Node::Aggregate(Aggregate::Sum | Aggregate::Min | Aggregate::Max, a) => self.kind(a),
            Node::Call(Function::Coalesce, all) => match all.first() {
                Some(first) => self.kind(first),
                None => Ok(None),
            },
            node => self.column(node),
        }
    }

    /// The column that `node` is, with its table.
    pub(crate) fn column(&self, node: &Node) -> Result<Option<(&Source, &Column)>> {
        let Some((source, name)) = self.source(node)? else {
            return Ok(None);
        };
        Ok(Some((source, source.column(name)?)))
    }
}

impl Source {
    pub(crate) fn column(&self, name: &str) -> Result<&Column> {
        let column = self.table.column(name);
        let column = column.ok_or_else(|| self.table.unknown_column(name))?;
        match &self.only {
            Some(only) if !only.iter().any(|known| **known == *name) => {
                let message = format!("the rows of the inner query have no column `{name}`");
                Err(Error::new(ErrorKind::UnknownColumn, message)
                    .of_table(&self.table.table_name())
                    .of_column(name)
                    .with_help(format!("they have {}", only.join(", "))))
            }
            _ => Ok(column),
        }
    }
}

/// Whether they are one name to a database that doesn't tell letter cases apart.
fn is_same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

fn width(column: &Column) -> u8 {
    match column.column_type {
        ColumnType::Float { .. } => 2,
        ColumnType::Decimal { .. } => 1,
        _ => 0,
    }
}

/// The ways from one table to another along foreign keys: what must be equal.
fn between(other: &Source, joined: &Source, key: &JoinKey) -> Vec<Vec<(Node, Node)>> {
    let asked = |foreign: &&ForeignKey| {
        let column = key.column.as_deref();
        column.is_none_or(|column| foreign.columns.iter().any(|known| known == column))
    };
    let leads = |from: &Source, to: &Source, foreign: &ForeignKey| {
        foreign.references.table_name() == to.table.table_name() && from.only.is_none()
    };
    let pairs = |from: &Source, to: &Source, foreign: &ForeignKey| {
        let of = |source: &Source, name: &String| {
            Node::Of(Arc::clone(&source.name), name.as_str().into())
        };
        let columns = foreign.columns.iter().zip(&foreign.references.columns);
        columns.map(|(a, b)| (of(from, a), of(to, b))).collect()
    };
    let along = |from: &Source, to: &Source| {
        let keys = from.table.foreign_keys.iter().filter(asked);
        let keys = keys.filter(|foreign| leads(from, to, foreign));
        keys.map(|foreign| pairs(from, to, foreign))
            .collect::<Vec<_>>()
    };
    let mut ways = along(other, joined);
    // Of a table to itself, the key leads to the row that it names.
    if other.table.table_name() != joined.table.table_name() {
        ways.extend(along(joined, other));
    }
    ways
}

/// The columns of derived rows; `None` means all of their table.
fn columns(derived: &Derived) -> Option<Vec<Arc<str>>> {
    let (Derived::Rows(select) | Derived::Set(_, select, _)) = derived;
    match &select.projection {
        Projection::Columns(names) => Some(names.clone()),
        Projection::Values(values) => Some(values.iter().map(|(_, name)| name.clone()).collect()),
        _ => select.derived.as_ref().and_then(columns),
    }
}

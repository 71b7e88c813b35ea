//! Checking a tree against the schema: names are there, values fit their columns.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Conflict, Delete, Insert, Match, Node, Projection, Select, Tree, Update};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Column, ColumnType, Schema, Table, TableName};
use crate::sql::SqlFlavor;
use crate::value::Value;

/// What the texts to match are when a tree is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Texts {
    /// As the caller gave them: they become patterns of the flavor.
    Plain,
    /// Patterns already.
    Patterns,
}

/// Checks a tree, and converts each bind to what its column takes.
pub(super) fn check(
    tree: &Tree,
    binds: &mut [Value],
    schema: &Schema,
    flavor: &dyn SqlFlavor,
    texts: Texts,
) -> Result<()> {
    Checker::new(binds, schema, flavor, texts).tree(tree)
}

/// Checks a filter over rows of `table`, and makes patterns of the texts to match.
pub(super) fn check_filter(
    node: &Node,
    binds: &mut [Value],
    table: &Table,
    schema: &Schema,
    flavor: &dyn SqlFlavor,
) -> Result<()> {
    let mut checker = Checker::new(binds, schema, flavor, Texts::Plain);
    checker.node(table, node)?;
    checker.end()
}

struct Checker<'a, 'b> {
    schema: &'a Schema,
    flavor: &'a dyn SqlFlavor,
    binds: std::slice::IterMut<'b, Value>,
    texts: Texts,
}

impl<'a, 'b> Checker<'a, 'b> {
    fn new(
        binds: &'b mut [Value],
        schema: &'a Schema,
        flavor: &'a dyn SqlFlavor,
        texts: Texts,
    ) -> Self {
        Self {
            schema,
            flavor,
            binds: binds.iter_mut(),
            texts,
        }
    }

    /// Every bind has been asked for.
    fn end(mut self) -> Result<()> {
        self.binds.next().map_or(Ok(()), |_| Err(bind_count()))
    }

    fn tree(mut self, tree: &Tree) -> Result<()> {
        match tree {
            Tree::Select(select) | Tree::Explain(select) => self.select(select)?,
            Tree::Insert(Insert {
                table,
                columns,
                rows,
                on_conflict,
                returning,
            }) => {
                let table = Arc::clone(self.schema.table_named(table)?);
                self.projection(&table, returning.as_ref())?;
                if let Some(conflict) = on_conflict {
                    conflicting(&table, columns, conflict)?;
                }
                for _ in 0..*rows {
                    for name in columns {
                        self.fit(&table, column(&table, name)?)?;
                    }
                }
            }
            Tree::Update(Update {
                table,
                assignments,
                filter,
                returning,
            }) => {
                let table = Arc::clone(self.schema.table_named(table)?);
                self.projection(&table, returning.as_ref())?;
                for (name, node) in assignments {
                    let target = column(&table, name)?;
                    match node {
                        Node::Bind => self.fit(&table, target)?,
                        node => self.node(&table, node)?,
                    }
                }
                self.filter(&table, filter.as_ref())?;
            }
            Tree::Delete(Delete {
                table,
                filter,
                returning,
            }) => {
                let table = Arc::clone(self.schema.table_named(table)?);
                self.projection(&table, returning.as_ref())?;
                self.filter(&table, filter.as_ref())?;
            }
            Tree::Raw(_) => return Ok(()),
        }
        self.end()
    }

    fn select(&mut self, select: &Select) -> Result<()> {
        let table = Arc::clone(self.schema.table_named(&select.from)?);
        self.projection(&table, Some(&select.projection))?;
        self.filter(&table, select.filter.as_ref())?;
        for order in &select.order {
            self.node(&table, &order.by)?;
        }
        for name in &select.position {
            column(&table, name)?;
        }
        for wanted in [select.limit, select.offset] {
            if wanted && !matches!(self.next()?, Value::I64(0..)) {
                return Err(Error::new(
                    ErrorKind::InvalidStatement,
                    "a limit or an offset is a number from 0 up",
                ));
            }
        }
        Ok(())
    }

    fn projection(&self, table: &Table, projection: Option<&Projection>) -> Result<()> {
        match projection {
            Some(Projection::Columns(names)) => names
                .iter()
                .try_for_each(|name| column(table, name).map(|_| ())),
            None | Some(Projection::All | Projection::Count | Projection::Exists) => Ok(()),
        }
    }

    fn filter(&mut self, table: &Table, filter: Option<&Node>) -> Result<()> {
        filter.map_or(Ok(()), |node| self.node(table, node))
    }

    fn node(&mut self, table: &Table, node: &Node) -> Result<()> {
        match node {
            Node::Column(name) => column(table, name).map(|_| ()),
            Node::Bind | Node::Stored => self.next().map(|_| ()),
            Node::Constant(_) => Ok(()),
            Node::Arithmetic(_, a, b) => self.against(table, a, &[b], &Use::Calculated),
            Node::Compare(_, a, b) => self.against(table, a, &[b], &Use::Compared(self.flavor)),
            Node::Between(a, low, high) => {
                self.against(table, a, &[low, high], &Use::Compared(self.flavor))
            }
            Node::IsNull(a) | Node::Not(a) => self.node(table, a),
            Node::In(a) => {
                self.node(table, a)?;
                self.list(table, a)
            }
            Node::InSelect(a, select) => {
                self.node(table, a)?;
                match &select.projection {
                    Projection::Columns(names) if names.len() == 1 => self.select(select),
                    _ => Err(Error::new(
                        ErrorKind::InvalidStatement,
                        format!("the subquery over `{}` must select one column", select.from),
                    )
                    .with_help("call `.select([\"column\"])` on it")),
                }
            }
            Node::Match(how, a) => {
                self.node(table, a)?;
                self.pattern(*how)
            }
            Node::And(all) | Node::Or(all) => {
                all.iter().try_for_each(|node| self.node(table, node))
            }
            Node::Row(_) => Err(Error::new(ErrorKind::InvalidStatement, UNEQUAL_ROWS)),
        }
    }

    /// Checks `a`, then `others`; a bind among them must fit the column that `a` is.
    fn against(
        &mut self,
        table: &Table,
        a: &Node,
        others: &[&Node],
        wanted: &Use<'_>,
    ) -> Result<()> {
        if let (Node::Row(row), [Node::Row(other)]) = (a, others) {
            return self.rows(table, row, other);
        }
        self.node(table, a)?;
        for other in others {
            match (a, other) {
                (Node::Column(name), Node::Bind) => {
                    fit(table, column(table, name)?, wanted, self.next()?)?;
                }
                (calculated, Node::Bind) => match calculated.kind_of() {
                    Some(name) => {
                        fit(table, column(table, name)?, &Use::Calculated, self.next()?)?;
                    }
                    None => self.node(table, other)?,
                },
                (_, other) => self.node(table, other)?,
            }
        }
        Ok(())
    }

    /// Checks two rows that are compared. The first one holds no binds: they would stand before those of
    /// the other.
    fn rows(&mut self, table: &Table, row: &[Node], other: &[Node]) -> Result<()> {
        let columns = row.iter().all(|node| matches!(node, Node::Column(_)));
        if row.len() != other.len() || !columns {
            return Err(Error::new(ErrorKind::InvalidStatement, UNEQUAL_ROWS));
        }
        let mut pairs = row.iter().zip(other);
        let wanted = Use::Compared(self.flavor);
        pairs.try_for_each(|(a, b)| self.against(table, a, &[b], &wanted))
    }

    fn list(&mut self, table: &Table, of: &Node) -> Result<()> {
        let flavor = self.flavor;
        let bind = self.next()?;
        let Value::Array(elements) = bind else {
            return Err(Error::new(
                ErrorKind::InvalidStatement,
                "a list must be an array",
            ));
        };
        if let Node::Column(name) = of {
            let column = column(table, name)?;
            // No database has arrays of arrays of different lengths.
            if matches!(column.column_type, ColumnType::Array { .. }) {
                return Err(Error::new(
                    ErrorKind::Unsupported,
                    format!(
                        "`{}.{name}` holds arrays, of which there are no lists",
                        table.table_name()
                    ),
                )
                .with_help("compare it with each array by `eq`, joined by `|`"));
            }
            for element in elements.iter_mut() {
                fit(table, column, &Use::Compared(flavor), element)?;
            }
        }
        Ok(())
    }

    fn pattern(&mut self, how: Match) -> Result<()> {
        let (texts, flavor) = (self.texts, self.flavor);
        let bind = self.next()?;
        match bind {
            Value::Text(text) if texts == Texts::Plain => {
                if let Some(reason) = flavor.cannot_match(text) {
                    let message = format!("the text to look for {reason}");
                    return Err(Error::new(ErrorKind::InvalidValue, message));
                }
                *bind = Value::Text(flavor.pattern(how, text));
                Ok(())
            }
            Value::Text(_) => Ok(()),
            other => Err(Error::new(
                ErrorKind::TypeMismatch,
                format!("a pattern must be text, not {}", other.kind_name()),
            )),
        }
    }

    fn fit(&mut self, table: &Table, column: &Column) -> Result<()> {
        let flavor = self.flavor;
        fit(table, column, &Use::Written(flavor), self.next()?)
    }

    fn next(&mut self) -> Result<&mut Value> {
        self.binds.next().ok_or_else(bind_count)
    }
}

/// What a value is for.
enum Use<'a> {
    Compared(&'a dyn SqlFlavor),
    Written(&'a dyn SqlFlavor),
    /// The column needn't have room for it.
    Calculated,
}

const UNEQUAL_ROWS: &str = "a row of columns is compared with as many expressions";

impl Use<'_> {
    fn would_change(&self, column: &Column, value: &Value) -> Option<Cow<'static, str>> {
        match self {
            Self::Compared(flavor) => flavor.would_change_compared(column, value),
            Self::Written(flavor) => flavor.would_change(column, value),
            Self::Calculated => None,
        }
    }
}

fn fit(table: &Table, column: &Column, wanted: &Use<'_>, bind: &mut Value) -> Result<()> {
    let fitted = column.column_type.fit(std::mem::take(bind));
    let reason = match fitted {
        Ok(value) => match wanted.would_change(column, &value) {
            None => {
                *bind = value;
                return Ok(());
            }
            Some(reason) => reason.into_owned(),
        },
        Err(mismatch) => mismatch.to_string(),
    };
    let name = format!("{}.{}", table.table_name(), column.name);
    let message = format!("the value for `{name}` {reason}");
    Err(Error::new(ErrorKind::TypeMismatch, message))
}

/// Checks that the rows bring what an upsert looks for and changes.
fn conflicting(table: &Table, columns: &[Arc<str>], conflict: &Conflict) -> Result<()> {
    table.check_key(&conflict.target)?;
    for name in conflict.target.iter().chain(&conflict.update) {
        column(table, name)?;
        if !columns.contains(name) {
            let message = format!("an upsert names `{name}`, which its rows don't bring");
            return Err(Error::new(ErrorKind::InvalidStatement, message));
        }
    }
    Ok(())
}

fn column<'a>(table: &'a Table, name: &str) -> Result<&'a Column> {
    table.column(name).ok_or_else(|| table.unknown_column(name))
}

fn bind_count() -> Error {
    Error::new(
        ErrorKind::InvalidStatement,
        "the statement's binds are not as many as its tree has places for",
    )
}

/// Adds `filter`, which was checked, to every place where rows of `table` are read, changed or removed.
pub(super) fn narrow(
    tree: &Tree,
    binds: &[Value],
    table: &TableName,
    (node, values): (&Node, &[Value]),
) -> (Tree, Vec<Value>) {
    let mut tree = tree.clone();
    let mut narrowing = Narrowing {
        table,
        node,
        values,
        binds: binds.iter(),
        out: Vec::new(),
    };
    match &mut tree {
        Tree::Select(select) | Tree::Explain(select) => narrowing.select(select),
        Tree::Update(update) => {
            for (_, node) in &mut update.assignments {
                narrowing.node(node);
            }
            narrowing.filter(&update.table, &mut update.filter);
        }
        Tree::Delete(delete) => narrowing.filter(&delete.table, &mut delete.filter),
        Tree::Insert(_) | Tree::Raw(_) => {}
    }
    let Narrowing { binds, mut out, .. } = narrowing;
    out.extend(binds.cloned());
    (tree, out)
}

struct Narrowing<'a> {
    table: &'a TableName,
    node: &'a Node,
    values: &'a [Value],
    binds: std::slice::Iter<'a, Value>,
    out: Vec<Value>,
}

impl Narrowing<'_> {
    fn select(&mut self, select: &mut Select) {
        self.filter(&select.from, &mut select.filter);
        for order in &mut select.order {
            self.node(&mut order.by);
        }
        self.keep(usize::from(select.limit) + usize::from(select.offset));
    }

    fn filter(&mut self, table: &TableName, filter: &mut Option<Node>) {
        if let Some(node) = filter {
            self.node(node);
        }
        if table == self.table {
            let own = filter.take();
            let both = own.into_iter().chain([self.node.clone()]).collect();
            *filter = Some(Node::And(both));
            self.out.extend_from_slice(self.values);
        }
    }

    /// Takes over the binds of `node` one by one, narrowing the subqueries in it.
    fn node(&mut self, node: &mut Node) {
        match node {
            Node::InSelect(a, select) => {
                self.node(a);
                self.select(select);
            }
            Node::Column(_) | Node::Constant(_) => {}
            Node::Bind | Node::Stored => self.keep(1),
            Node::In(a) | Node::Match(_, a) => {
                self.node(a);
                self.keep(1);
            }
            Node::IsNull(a) | Node::Not(a) => self.node(a),
            Node::Arithmetic(_, a, b) | Node::Compare(_, a, b) => {
                self.node(a);
                self.node(b);
            }
            Node::Between(a, low, high) => {
                self.node(a);
                self.node(low);
                self.node(high);
            }
            Node::And(all) | Node::Or(all) | Node::Row(all) => {
                all.iter_mut().for_each(|node| self.node(node))
            }
        }
    }

    fn keep(&mut self, count: usize) {
        self.out.extend(self.binds.by_ref().take(count).cloned());
    }
}

//! Checking a tree against the schema: names are there, values fit their columns.

mod expr;

use std::sync::Arc;

use super::{Conflict, Delete, Derived, Insert, Node, Projection, Scopes, Select, Tree, Update};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Column, ColumnType, Schema, Table};
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
    table: &Arc<Table>,
    schema: &Schema,
    flavor: &dyn SqlFlavor,
) -> Result<()> {
    let mut checker = Checker::new(binds, schema, flavor, Texts::Plain);
    checker.scopes.enter_table(Arc::clone(table));
    checker.node(node)?;
    checker.end()
}

struct Checker<'a, 'b> {
    schema: &'a Schema,
    flavor: &'a dyn SqlFlavor,
    scopes: Scopes,
    binds: std::slice::IterMut<'b, Value>,
    texts: Texts,
    /// In how many others the expression or query stands that is looked at.
    depth: usize,
}

/// How deep expressions and queries may stand in each other: whoever walks them needs a stack for each level, and SQLite
/// takes no more than 1,000.
const DEEPEST: usize = 200;

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
            scopes: Scopes::default(),
            binds: binds.iter_mut(),
            texts,
            depth: 0,
        }
    }

    /// Does `look` one level further down.
    fn deeper(&mut self, look: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        if self.depth >= DEEPEST {
            let message = format!("expressions stand in each other more than {DEEPEST} deep");
            return Err(
                invalid(message).with_help("join conditions by `Expr::all` and `Expr::any`")
            );
        }
        self.depth += 1;
        let looked = look(self);
        self.depth -= 1;
        looked
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
                self.scopes.enter_table(Arc::clone(&table));
                for (name, node) in assignments {
                    let target = column(&table, name)?;
                    match node {
                        Node::Bind => self.fit(&table, target)?,
                        node => self.plain(node)?,
                    }
                }
                self.filter(filter.as_ref())?;
            }
            Tree::Delete(Delete {
                table,
                filter,
                returning,
            }) => {
                let table = Arc::clone(self.schema.table_named(table)?);
                self.projection(&table, returning.as_ref())?;
                self.scopes.enter_table(table);
                self.filter(filter.as_ref())?;
            }
            Tree::Raw(_) => return Ok(()),
        }
        self.end()
    }

    fn select(&mut self, select: &Select) -> Result<()> {
        self.deeper(|checker| checker.whole_select(select))
    }

    fn whole_select(&mut self, select: &Select) -> Result<()> {
        self.walked(select)?;
        self.scopes.enter(select, self.schema)?;
        self.selected(select)?;
        if let Some(derived) = &select.derived {
            // It knows the tables around, not those beside it.
            let own = self.scopes.leave();
            match derived {
                Derived::Rows(rows) => self.inner(rows)?,
                Derived::Set(_, a, b) => {
                    self.alike(a, b)?;
                    self.inner(a)?;
                    self.inner(b)?;
                }
            }
            self.scopes.put_back(own);
        }
        for (at, join) in select.joins.iter().enumerate() {
            if let Some(key) = &join.key {
                self.scopes.matched(at, key)?;
            } else if join.on.is_none() {
                let message = format!("nothing says which rows of `{}` match", join.name);
                return Err(invalid(message));
            }
            self.filter(join.on.as_ref())?;
        }
        self.filter(select.filter.as_ref())?;
        for node in &select.group {
            self.plain(node)?;
            let values = match &select.projection {
                Projection::Values(values) => values.as_slice(),
                _ => &[],
            };
            if let Node::Place(place) = node
                && place.checked_sub(1).is_none_or(|at| at >= values.len())
            {
                return Err(invalid("groups are told by what isn't selected"));
            }
        }
        if let Some(having) = &select.having {
            self.node(having)?;
        }
        let once = select.distinct && matches!(select.projection, Projection::Values(_));
        for order in &select.order {
            if once && !matches!(order.by, Node::Place(_)) {
                let message = "rows that are given once are ordered by what is selected of them";
                return Err(invalid(message));
            }
            self.node(&order.by)?;
        }
        self.limited(select)?;
        self.grouped(select)?;
        for name in &select.position {
            self.own_column(name)?;
        }
        self.scopes.leave();
        for wanted in [select.limit, select.offset] {
            if wanted && !matches!(self.next()?, Value::I64(0..)) {
                return Err(invalid("a limit or an offset is a number from 0 up"));
            }
        }
        locked(select)
    }

    /// Checks the start of a walk: the key of a row, and a number of steps.
    fn walked(&mut self, select: &Select) -> Result<()> {
        let Some(walk) = &select.walk else {
            return Ok(());
        };
        let table = Arc::clone(self.schema.table_named(&select.from)?);
        if walk.key.is_empty() || walk.from.is_empty() || walk.from.len() != walk.to.len() {
            return Err(invalid(format!(
                "nothing says where a walk over `{}` goes",
                select.from
            )));
        }
        for name in walk.from.iter().chain(&walk.to) {
            column(&table, name)?;
        }
        for name in &walk.key {
            self.fit(&table, column(&table, name)?)?;
        }
        self.scopes.enter_table(table);
        // At the start, and for each step.
        for _ in 0..2 {
            self.filter(walk.only.as_ref())?;
        }
        self.scopes.leave();
        match self.next()? {
            Value::I64(0..) => Ok(()),
            _ => Err(invalid(
                "the greatest depth of a walk is a number from 0 up",
            )),
        }
    }

    /// Checks what rows have in common that a limit is of.
    fn limited(&mut self, select: &Select) -> Result<()> {
        let values = select.order.iter().map(|order| order.by.binds());
        let alike = || select.limit_by.iter().chain(&select.repeats);
        let values = values.chain(alike().map(Node::binds));
        let is_counted = alike().next().is_some();
        if is_counted && values.sum::<usize>() > 0 {
            let message = "a limit for each group of rows has an order without values in it";
            return Err(invalid(message).with_help("order by columns"));
        }
        alike().try_for_each(|node| self.plain(node))
    }

    /// Checks a select whose rows stand in the place of a table's: they can't be locked.
    fn inner(&mut self, select: &Select) -> Result<()> {
        match select.lock {
            None if !select.limit_by.is_empty() || !select.repeats.is_empty() => Err(invalid(
                "the rows of an inner query have one limit together",
            )),
            None if select.walk.is_some() => Err(invalid(
                "an inner query can't walk: only a statement of its own can",
            )),
            None => self.select(select),
            Some(_) => Err(invalid("the rows of an inner query can't be locked")
                .with_help("lock the rows themselves, in a query of its own")),
        }
    }

    /// Checks what a select selects.
    fn selected(&mut self, select: &Select) -> Result<()> {
        let grouped = !select.group.is_empty() || select.having.is_some();
        match &select.projection {
            Projection::Values(values) if values.is_empty() => {
                Err(invalid(format!("nothing is selected of `{}`", select.from)))
            }
            Projection::Values(_) if !select.position.is_empty() && grouped => {
                Err(invalid("what is worked out of rows has no places"))
            }
            Projection::Values(values) => values.iter().try_for_each(|(node, _)| self.node(node)),
            Projection::Count | Projection::Exists => Ok(()),
            Projection::Columns(names) if grouped && in_common(select, names) => Ok(()),
            Projection::All | Projection::Columns(_) if grouped => {
                let message = format!("groups of rows of `{}` aren't rows of it", select.from);
                Err(invalid(message)
                    .with_help("select what they have in common, and what they come to: `count()`"))
            }
            Projection::Columns(names) => names.iter().try_for_each(|name| self.own_column(name)),
            Projection::All => Ok(()),
        }
    }

    /// Checks that what is asked of groups is what their rows have in common, or what they come to.
    fn grouped(&self, select: &Select) -> Result<()> {
        let values = match &select.projection {
            Projection::Values(values) => values.as_slice(),
            _ => &[],
        };
        let is_group = |at: usize| select.group.contains(&Node::Place(at.saturating_add(1)));
        let values = values.iter().enumerate().filter(|(at, _)| !is_group(*at));
        let values = values.map(|(_, (node, _))| node);
        let order = select.order.iter().map(|order| &order.by);
        let mut asked = values.chain(&select.having).chain(order);
        let is_grouped = !select.group.is_empty()
            || select.having.is_some()
            || asked.clone().any(Node::is_aggregated);
        let of_rows = matches!(select.projection, Projection::Count | Projection::Exists);
        match is_grouped && !of_rows {
            true => asked.try_for_each(|node| self.common(node, &select.group)),
            false => Ok(()),
        }
    }

    fn common(&self, node: &Node, group: &[Node]) -> Result<()> {
        // Of two expressions with values in them it isn't known here whether the values are the same.
        let is_group = node.binds() == 0 && group.contains(node);
        if is_group || matches!(node, Node::Aggregate(..) | Node::Outer(_)) {
            return Ok(());
        }
        let Some((source, name)) = self.scopes.source(node)? else {
            let mut checked = Ok(());
            node.for_each_child(&mut |child| {
                if checked.is_ok() {
                    checked = self.common(child, group);
                }
            });
            return checked;
        };
        let has = |column: &str| {
            let mut columns = group
                .iter()
                .filter_map(|node| self.scopes.source(node).ok()?);
            columns.any(|(other, known)| other.name == source.name && known == column)
        };
        // What has the key in common has everything in common.
        let key = source.table.key_columns();
        if has(name) || (!key.is_empty() && key.iter().all(|column| has(column))) {
            return Ok(());
        }
        let message = format!("the rows of a group may differ in `{}.{name}`", source.name);
        Err(invalid(message).with_help("group by it, too, or ask for its `max()` or the like"))
    }

    /// Checks that two queries whose rows become those of one select the same columns.
    fn alike(&self, a: &Select, b: &Select) -> Result<()> {
        match self.columns(a)? == self.columns(b)? {
            true => Ok(()),
            false => {
                let message = format!(
                    "the rows of a query of `{}` and one of `{}` are of other columns",
                    a.from, b.from
                );
                Err(invalid(message).with_help("select columns of the same names and types"))
            }
        }
    }

    /// The columns that a query gives, with their types.
    fn columns<'t>(&'t self, select: &'t Select) -> Result<Vec<(&'t str, &'t ColumnType)>> {
        let table = self.schema.table_named(&select.from)?;
        let typed = |column: &'t Column| (column.name.as_str(), &column.column_type);
        match (&select.projection, &select.derived) {
            (Projection::Columns(names), _) => {
                let columns = names.iter().map(|name| column(table, name).map(typed));
                columns.collect()
            }
            (Projection::All, None) => Ok(table.visible_columns().map(typed).collect()),
            (Projection::All, Some(Derived::Rows(inner) | Derived::Set(_, inner, _))) => {
                self.columns(inner)
            }
            _ => {
                let message = "what is worked out of rows isn't combined with that of others";
                Err(invalid(message).with_help("select columns of the table itself"))
            }
        }
    }

    /// Checks a column of the table that the innermost select is about.
    fn own_column(&self, name: &str) -> Result<()> {
        match self.scopes.base() {
            Some(base) => base.column(name).map(|_| ()),
            None => Ok(()),
        }
    }

    fn projection(&self, table: &Table, projection: Option<&Projection>) -> Result<()> {
        match projection {
            Some(Projection::Columns(names)) => names
                .iter()
                .try_for_each(|name| column(table, name).map(|_| ())),
            None
            | Some(
                Projection::All | Projection::Count | Projection::Exists | Projection::Values(_),
            ) => Ok(()),
        }
    }
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
    if let Some(counts) = &conflict.counts {
        column(table, counts)?;
        let (mut target, mut update) = (conflict.target.iter(), conflict.update.iter());
        if target.any(|name| name == counts) || update.any(|name| name == counts) {
            let message = format!("an upsert can't count `{counts}`, which it names already");
            return Err(Error::new(ErrorKind::InvalidStatement, message));
        }
    }
    Ok(())
}

fn column<'a>(table: &'a Table, name: &str) -> Result<&'a Column> {
    table.column(name).ok_or_else(|| table.unknown_column(name))
}

/// Whether the rows of a group have these columns in common.
fn in_common(select: &Select, names: &[Arc<str>]) -> bool {
    let grouped = |name: &Arc<str>| {
        let mut group = select.group.iter();
        group.any(|node| matches!(node, Node::Column(column) if column == name))
    };
    names.iter().all(grouped)
}

/// Checks that what is locked are rows of a table.
fn locked(select: &Select) -> Result<()> {
    let computed = select.distinct
        || select.derived.is_some()
        || !select.group.is_empty()
        || select.having.is_some()
        || match &select.projection {
            Projection::Count | Projection::Exists => true,
            Projection::Values(values) => values.iter().any(|(node, _)| node.is_aggregated()),
            Projection::All | Projection::Columns(_) => false,
        };
    match select.lock {
        Some(_) if computed => {
            let message = format!(
                "what is worked out of rows of `{}` can't be locked",
                select.from
            );
            Err(invalid(message).with_help("lock the rows themselves, in a query of its own"))
        }
        _ => Ok(()),
    }
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidStatement, message.into())
}

fn bind_count() -> Error {
    Error::new(
        ErrorKind::InvalidStatement,
        "the statement's binds are not as many as its tree has places for",
    )
}

#[cfg(test)]
mod tests;

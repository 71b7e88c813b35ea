//! Reading rows again that a write can't give back.
//!
//! ```text
//! INSERT … ──► the key: a bind, the generated number, or a default evaluated before ──► SELECT … WHERE key
//! UPDATE … ──► the key: what it is set to, else what the filter asks for            ──► SELECT … WHERE key
//! ```
//!
//! Whether that can be done is known before anything is written.

use std::sync::Arc;

use super::SqlFlavor;
use super::render::{Rendered, ResultColumn, render};
use crate::error::{Error, ErrorKind, Result};
use crate::executor::Header;
use crate::schema::{Column, Schema, Table, TableName, TriggerEvent, TriggerTiming};
use crate::statement::{Compare, Insert, Node, Projection, Select, Tree, Update};

/// How the rows that a write should give back are read, where the write itself can't give them.
///
/// A connection runs `defaults` once for each new row and binds what it gives behind the row's own
/// binds; then the write; then `select` for each row, in their order.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ReadBack {
    /// Reads one row by its key.
    pub select: Arc<Rendered>,
    /// Evaluates the defaults that make a row's key; its one row of values is bound, too.
    pub defaults: Option<Arc<Rendered>>,
    /// Where each bind of `select` comes from.
    pub key: Box<[KeySource]>,
    /// How many rows are added or changed at most.
    pub rows: usize,
    /// How many binds of each row the statement itself has; of an update, all of them.
    pub width: usize,
}

/// Where a part of a row's key comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeySource {
    /// From the row's bind of this place, counted from 0; evaluated defaults stand behind the others.
    Bind(usize),
    /// From the row's bind of this place, unless it is NULL: then the database makes a number.
    BindOrGenerated(usize),
    /// The database makes a number.
    Generated,
}

/// A key by which rows can be found again.
pub(super) struct Lookup {
    table: TableName,
    columns: Vec<Arc<str>>,
    key: Vec<KeySource>,
    rows: usize,
    width: usize,
    /// The columns whose defaults are evaluated first.
    pub(super) defaults: Vec<Arc<str>>,
    /// Those defaults, with what the columns hold.
    expressions: Vec<(String, ResultColumn)>,
}

/// Finds out how the new rows of `insert` are found again.
///
/// # Errors
/// [`ErrorKind::Unsupported`] if they can't be.
pub(super) fn of_insert(table: &Table, insert: &Insert, flavor: &dyn SqlFlavor) -> Result<Lookup> {
    let mut reason = None;
    let target = insert.on_conflict.iter().map(|c| c.target.clone());
    // An upsert finds its row by what it is aimed at; its number may be another one's.
    let keys = keys(table).filter(|_| insert.on_conflict.is_none());
    for columns in target.chain(keys) {
        match of_new_key(table, &columns, insert, flavor) {
            Ok(lookup) => return Ok(lookup),
            // What keeps the primary key from being known says the most.
            Err(why) => reason = reason.or(Some(why)),
        }
    }
    let reason = reason.unwrap_or_else(|| NO_KEY.to_owned());
    Err(cannot(table, flavor, "new", &reason)
        .with_help("use `insert_many`, which gives their number only"))
}

/// Tells how many binds each new row that is read again has beside those of `columns`: the key that only a
/// default makes.
pub(crate) fn binds_added(table: &Table, columns: &[Arc<str>], flavor: &dyn SqlFlavor) -> usize {
    if flavor.capabilities().returning.insert {
        return 0;
    }
    let columns = columns.iter().map(|column| &**column);
    let insert = Insert::new(table.table_name(), columns, 1);
    // What can't be read again is refused, with the reason, when it is rendered.
    of_insert(table, &insert, flavor).map_or(0, |lookup| lookup.defaults.len())
}

/// Finds out how the row that `update` changes is found again.
///
/// # Errors
/// [`ErrorKind::Unsupported`] if it can't be.
pub(super) fn of_update(table: &Table, update: &Update, flavor: &dyn SqlFlavor) -> Result<Lookup> {
    let mut places = Places::default();
    for (name, node) in &update.assignments {
        match node {
            Node::Bind => places.assigned.push((Arc::clone(name), Some(places.binds))),
            _ => places.assigned.push((Arc::clone(name), None)),
        }
        places.binds += node.binds();
    }
    if let Some(filter) = &update.filter {
        places.filter(filter);
    }
    let has_key = keys(table).next().is_some();
    let found = keys(table).find_map(|columns| {
        let asked_for = columns.iter().all(|c| places.asked(c).is_some());
        let key: Option<Vec<_>> = columns.iter().map(|c| places.becomes(c)).collect();
        key.filter(|_| asked_for).map(|key| (columns, key))
    });
    let Some((columns, key)) = found else {
        let reason = match has_key {
            true => "they aren't found by their whole key, or it becomes an expression",
            false => NO_KEY,
        };
        return Err(cannot(table, flavor, "changed", reason)
            .with_help("change it without asking for rows, then read them"));
    };
    Ok(Lookup {
        table: table.table_name(),
        columns,
        key: key.into_iter().map(KeySource::Bind).collect(),
        rows: 1,
        width: places.binds,
        defaults: Vec::new(),
        expressions: Vec::new(),
    })
}

const NO_KEY: &str = "it has neither a primary key nor a unique key that is never NULL";

fn cannot(table: &Table, flavor: &dyn SqlFlavor, which: &str, reason: &str) -> Error {
    let name = table.table_name();
    let message = format!("can't give back the {which} rows of `{name}`: {reason}");
    Error::unsupported_because(flavor.name(), "returning", &message)
}

/// The primary key, then the unique keys that are never NULL.
fn keys(table: &Table) -> impl Iterator<Item = Vec<Arc<str>>> + '_ {
    let names = |columns: &[String]| columns.iter().map(|c| c.as_str().into()).collect();
    // What numbers itself may be called nullable.
    let primary = Some(table.key_columns()).filter(|key| !key.is_empty());
    let others = table.sure_keys().filter(move |key| Some(*key) != primary);
    primary.into_iter().chain(others).map(names)
}

fn of_new_key(
    table: &Table,
    columns: &[Arc<str>],
    insert: &Insert,
    flavor: &dyn SqlFlavor,
) -> Result<Lookup, String> {
    let mut lookup = Lookup {
        table: table.table_name(),
        columns: columns.to_vec(),
        key: Vec::with_capacity(columns.len()),
        rows: insert.rows,
        width: insert.columns.len(),
        defaults: Vec::new(),
        expressions: Vec::new(),
    };
    for name in columns {
        let column = table
            .column(name)
            .ok_or_else(|| format!("its key's column `{name}` is not known"))?;
        if sets(table, name) {
            return Err(format!("a trigger makes its key's column `{name}`"));
        }
        let given = insert.columns.iter().position(|c| c == name);
        let source = match given {
            Some(place) if column.auto_increment => KeySource::BindOrGenerated(place),
            Some(place) => KeySource::Bind(place),
            None if column.auto_increment => KeySource::Generated,
            None => {
                let expression = standing_alone(table, column, flavor)?;
                let result = ResultColumn {
                    name: Arc::clone(name),
                    column_type: Some(column.column_type.clone()),
                };
                lookup.defaults.push(Arc::clone(name));
                lookup.expressions.push((expression, result));
                KeySource::Bind(insert.columns.len() + lookup.defaults.len() - 1)
            }
        };
        lookup.key.push(source);
    }
    Ok(lookup)
}

/// The default of a key's column, if it means the same on its own.
fn standing_alone(
    table: &Table,
    column: &Column,
    flavor: &dyn SqlFlavor,
) -> Result<String, String> {
    let name = &column.name;
    let Some(default) = column
        .default
        .as_ref()
        .filter(|_| column.generated.is_none())
    else {
        return Err(format!(
            "what makes its key's column `{name}` is only known once it is written"
        ));
    };
    let mentions = |other: &Column| {
        let mut quoted = String::new();
        flavor.identifier(&mut quoted, &other.name);
        default.contains(&quoted)
    };
    match table.columns.iter().any(mentions) {
        true => Err(format!(
            "the default of its key's column `{name}` depends on other columns"
        )),
        false => Ok(default.clone()),
    }
}

/// Tells whether a trigger seems to set the column of a new row.
pub(super) fn sets(table: &Table, column: &str) -> bool {
    let wanted = format!("new.{}", column.to_lowercase());
    let fills = |definition: &str| {
        let plain: String = definition
            .to_lowercase()
            .chars()
            .filter(|c| !matches!(c, '`' | '"' | '[' | ']'))
            .collect();
        plain.match_indices(&wanted).any(|(at, _)| {
            let behind = plain.get(at + wanted.len()..).unwrap_or_default();
            let behind = behind.trim_start();
            behind.starts_with('=') || behind.starts_with(":=")
        })
    };
    table.triggers.iter().any(|trigger| {
        trigger.enabled
            && trigger.events.contains(&TriggerEvent::Insert)
            && trigger.timing != TriggerTiming::After
            && trigger.definition.as_deref().is_none_or(fills)
    })
}

/// Where the binds of an update stand.
#[derive(Default)]
struct Places {
    /// How many have been met.
    binds: usize,
    /// What each column is set to: the place of a bind, or something else.
    assigned: Vec<(Arc<str>, Option<usize>)>,
    /// What each column must be equal to.
    asked: Vec<(Arc<str>, usize)>,
}

impl Places {
    fn asked(&self, column: &str) -> Option<usize> {
        let mut asked = self.asked.iter();
        asked.find(|(name, _)| **name == *column).map(|(_, at)| *at)
    }

    /// The place of the bind that the column is equal to after the update.
    fn becomes(&self, column: &str) -> Option<usize> {
        let mut assigned = self.assigned.iter();
        match assigned.find(|(name, _)| **name == *column) {
            Some((_, place)) => *place,
            None => self.asked(column),
        }
    }

    /// Collects the equalities of a conjunction.
    fn filter(&mut self, node: &Node) {
        match node {
            Node::And(all) => all.iter().for_each(|node| self.filter(node)),
            Node::Compare(Compare::Eq, a, b) => {
                if let (Node::Column(name), Node::Bind) | (Node::Bind, Node::Column(name)) =
                    (&**a, &**b)
                {
                    self.asked.push((Arc::clone(name), self.binds));
                }
                self.binds += node.binds();
            }
            node => self.binds += node.binds(),
        }
    }
}

impl Lookup {
    /// Writes the statements that read the rows.
    pub(super) fn finish(
        self,
        projection: &Projection,
        schema: &Schema,
        flavor: &dyn SqlFlavor,
    ) -> Result<ReadBack> {
        if !matches!(projection, Projection::All | Projection::Columns(_)) {
            return Err(Error::new(
                ErrorKind::InvalidStatement,
                "a write gives back columns, not a count",
            ));
        }
        let mut select = Select::all(self.table);
        select.projection = projection.clone();
        select.filter = Some(Node::equal(self.columns.iter().cloned()));
        let defaults = match self.expressions.is_empty() {
            true => None,
            false => Some(Arc::new(defaults(self.expressions, flavor))),
        };
        Ok(ReadBack {
            select: Arc::new(render(&Tree::Select(select), schema, flavor)?),
            defaults,
            key: self.key.into(),
            rows: self.rows,
            width: self.width,
        })
    }
}

/// `SELECT` of expressions that came out of the catalog.
fn defaults(expressions: Vec<(String, ResultColumn)>, flavor: &dyn SqlFlavor) -> Rendered {
    let (sql, columns): (Vec<_>, Vec<_>) = expressions
        .into_iter()
        .map(|(sql, column)| (format!("({sql})"), column))
        .unzip();
    Rendered {
        flavor: flavor.name(),
        sql: format!("SELECT {}", sql.join(", ")).into(),
        header: Arc::new(Header::new(columns.iter().map(|c| Arc::clone(&c.name)))),
        returns_rows: true,
        read_only: true,
        bound: Arc::default(),
        bounded: false,
        cacheable: true,
        arrays: None,
        read_back: None,
        columns: Some(columns.into()),
    }
}

#[cfg(test)]
mod tests;

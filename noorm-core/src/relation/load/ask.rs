//! What a loader is asked for: one relation of the rows of one level.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::family::{joined, only};
use super::pair::Paired;
use super::when::When;
use super::{Family, Level, Portion, Selecting};
use crate::database::Database;
use crate::error::{Error, ErrorKind, Result};
use crate::executor::Rows;
use crate::plugin::RelationLoader;
use crate::relation::include::Branch;
use crate::relation::keys::{KeyColumn, Keys, NONE, Placed};
use crate::relation::limits::Limits;
use crate::relation::{Relation, along};
use crate::repository::{Hooks, Query, Record};
use crate::schema::Table;
use crate::statement::{Expr, Node, OrderBy};
use crate::value::Value;

/// How many binds of a statement are left to what isn't counted: conventions, types of polymorphic references, limits.
const SPARE: usize = 16;

/// One relation that is to be loaded of all rows of a level, in one way: what a
/// [`RelationLoader`](crate::plugin::RelationLoader) is given.
///
/// It knows the statement that finds the rows at the other end of so many [`Keys`], and which belong to which parent.
#[derive(Clone)]
pub struct Ask {
    pub(crate) database: Database,
    /// A number that no other of the tree has.
    pub(crate) number: usize,
    pub(crate) relation: Arc<Relation>,
    /// Whether a polymorphic relation was asked for, of which this is one target.
    pub(crate) is_one_of_several: bool,
    pub(crate) branch: Branch,
    pub(crate) target: Arc<Table>,
    pub(crate) hooks: Option<Arc<Hooks>>,
    /// What is selected of the rows at the other end.
    pub(crate) selecting: Selecting,
    /// Where the columns stand there that equal the parents' keys.
    pub(crate) keys: Vec<usize>,
    /// These columns.
    pub(crate) key_columns: Vec<KeyColumn>,
    /// Where the key of a row stands, if rows may be found several times for one parent.
    pub(crate) once: Option<Vec<usize>>,
    /// What is loaded with the rows at the other end.
    pub(crate) level: Level,
    /// Where the parents' keys stand in their rows.
    pub(crate) parent_keys: Vec<usize>,
    /// Which of the parents the relation is for, where not for all.
    pub(crate) when: Option<When>,
    pub(crate) loader: Arc<dyn RelationLoader>,
    pub(crate) why: String,
    /// Where in the parents' rows stands what the loader has them select.
    pub(crate) within: Option<Range<usize>>,
    pub(crate) limits: Arc<Limits>,
}

impl Ask {
    /// Gives the database, or the transaction, that the rows are loaded from.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Gives the relation.
    #[must_use]
    pub fn relation(&self) -> &Relation {
        &self.relation
    }

    /// Tells whether each parent has a limit of its own.
    #[must_use]
    pub fn is_limited(&self) -> bool {
        self.branch.limit.is_some() || self.branch.offset.is_some()
    }

    /// Gives the keys in portions of which each fits into one statement.
    pub fn portions(&self, keys: &Keys) -> Vec<Portion> {
        let values = keys.values().to_vec();
        let width = self.keys.len().max(1);
        Portion { values, width }.split(self.most()).collect()
    }

    /// How many keys fit into one statement.
    pub(super) fn most(&self) -> usize {
        match self.keys.len() {
            // A list is one bind.
            0 | 1 => usize::MAX,
            // An expression of thousands of alternatives is slow to plan, and SQLite limits its depth.
            width => {
                let others: usize = self
                    .branch
                    .filters
                    .iter()
                    .map(|(_, binds)| binds.len())
                    .sum();
                let others = others
                    + self
                        .selecting
                        .all()
                        .iter()
                        .map(|extra| extra.binds.len())
                        .sum::<usize>();
                // Those that the relation itself has, and conventions add.
                let left = self
                    .database
                    .capabilities()
                    .max_binds
                    .saturating_sub(others + SPARE);
                (left / width).clamp(1, 500)
            }
        }
    }

    /// Finds the rows at the other end of these keys, in one statement.
    ///
    /// # Errors
    /// Whatever the statement answers; [`ErrorKind::TooManyRows`] beyond what the caller allowed.
    pub async fn run(&self, keys: Portion) -> Result<Rows> {
        let statement = self.query(keys)?.to_statement()?;
        let rows = self.database.run(statement).await?.rows;
        self.limits.count(rows.len(), &self.relation)?;
        Ok(rows)
    }

    fn query(&self, keys: Portion) -> Result<Query<Record>> {
        let is_one = keys.len() == 1;
        let all = self.all()?;
        let range = all.is_whole().then(|| self.range_of(&keys)).flatten();
        let by_key = match range {
            Some(range) => self.range_filter(range),
            None => self.key_filter(keys),
        };
        let mut query = all.filter(by_key);
        let limit = self.branch.limit.unwrap_or(u64::MAX);
        let skipped = self.branch.offset.unwrap_or(0);
        let repeats = self.repeats();
        if self.is_limited() && (self.once.is_none() || !repeats.is_empty()) {
            query = query.ordered_to_the_end();
            if is_one && repeats.is_empty() {
                query.limit = self.branch.limit;
                query.offset = self.branch.offset;
            } else {
                query = query.limited_by(self.key_nodes(), repeats);
                query.limit = self.branch.limit.map(|_| limit.saturating_add(skipped));
                query.offset = self.branch.offset;
            }
        } else if let Some(left) = self.limits.left() {
            // One more than there may be, so that it is seen. What joins repeat counts once.
            query.limit = Some(left.saturating_add(1));
            if !repeats.is_empty() {
                let keys = self.key_nodes();
                let by_key = |by: &Node| OrderBy {
                    by: by.clone(),
                    descending: false,
                    nulls: None,
                };
                let order: Vec<_> = keys.iter().map(|by| (by_key(by), Vec::new())).collect();
                let apart = keys.into_iter().chain(repeats).collect();
                let query = query.ordered_to_the_end().ordered(order);
                return Ok(query.limited_by(Vec::new(), apart));
            }
        }
        Ok(query)
    }

    /// What tells rows apart that joins repeat, where each of them is sure to have one place in the order: of columns, that
    /// is, for nobody knows of raw SQL. NULL tells nothing apart.
    fn repeats(&self) -> Vec<Node> {
        let key = self.target.key_columns();
        let is_sure = |name: &String| {
            self.target
                .column(name)
                .is_some_and(|column| !column.nullable)
        };
        let is_plain = |(order, _): &(OrderBy, Vec<Value>)| matches!(order.by, Node::Column(_));
        let is_told = self.once.is_some()
            && key.iter().all(is_sure)
            && self.branch.order.iter().all(is_plain);
        match is_told {
            true => key
                .iter()
                .map(|name| Node::Column(name.as_str().into()))
                .collect(),
            false => Vec::new(),
        }
    }

    /// The query of all rows at the other end, whoever their parents are.
    pub(crate) fn all(&self) -> Result<Query<Record>> {
        let repository = self.database.repository(self.target.table_name())?;
        let mut query = self.narrowed(repository.query());
        query = query.ordered(self.branch.order.iter().cloned());
        for (joined, binds) in &self.level.joins {
            query = query.joined(joined.clone(), binds.clone());
        }
        if let Some(columns) = self.columns() {
            query = query.of_columns(columns);
        }
        Ok(query.beside(self.selecting.beside()))
    }

    /// Keeps the rows at the other end.
    pub(super) fn narrowed(&self, query: Query<Record>) -> Query<Record> {
        let filters = self.branch.filters.iter();
        filters.fold(self.along(query), |query, (node, binds)| {
            query.filter(Expr::new(node.clone(), binds.clone()))
        })
    }

    /// The columns that rows are read of, where not all.
    fn columns(&self) -> Option<Vec<Arc<str>>> {
        let of_entity = self.branch.reader.columns();
        let of_entity = of_entity.map(|names| names.iter().map(|name| (*name).into()).collect());
        self.branch.columns.clone().or(of_entity)
    }

    /// Joins the tables between.
    fn along(&self, mut query: Query<Record>) -> Query<Record> {
        let steps = &self.relation.steps;
        for (joined, binds) in along::between(steps) {
            query = query.joined(joined, binds);
        }
        match along::at_the_end(steps) {
            Some((node, value)) => query.filter(Expr::new(node, vec![value])),
            None => query,
        }
    }

    /// The columns that equal the parents' keys.
    pub(crate) fn key_nodes(&self) -> Vec<Node> {
        along::keys(&self.relation.steps)
    }

    pub(super) fn key_filter(&self, keys: Portion) -> Expr<Record> {
        let nodes = self.key_nodes();
        let Portion { mut values, width } = keys;
        if let [node] = nodes.as_slice() {
            if values.len() == 1 {
                let equal = along::holds(node.clone());
                return Expr::new(equal, values.pop().into_iter().collect());
            }
            return Expr::new(
                Node::In(Box::new(node.clone())),
                vec![Value::Array(values.into())],
            );
        }
        let one = |key: &[Value]| {
            let equal = nodes.iter().cloned().map(along::holds).collect();
            Expr::new(Node::And(equal), key.to_vec())
        };
        Expr::any(values.chunks_exact(width).map(one))
    }

    fn range_filter(&self, range: [i64; 2]) -> Expr<Record> {
        let between = |node| {
            let [low, high] = [Node::Bind, Node::Bind].map(Box::new);
            Expr::new(
                Node::Between(Box::new(node), low, high),
                range.map(Value::I64).to_vec(),
            )
        };
        Expr::any(self.key_nodes().into_iter().map(between))
    }

    /// The bounds of keys that may be looked for as a range, by nothing else: of other conditions, an index may serve one
    /// beside each key, and none beside a range. Where a column of whole numbers may hold others, a range finds them, too,
    /// so that none may be counted.
    fn range_of(&self, keys: &Portion) -> Option<[i64; 2]> {
        let capabilities = self.database.capabilities();
        let [column] = self.key_columns.as_slice() else {
            return None;
        };
        let counts = keys.len() >= capabilities.keys_as_range.max(2);
        let is_sure = !capabilities.dynamic_types || self.limits.left().is_none();
        let may = counts && is_sure && column.has_ranges();
        keys.range().filter(|_| may)
    }

    /// Finds out which of the rows that [`run`](Self::run) found belong to which parent. The database is asked where it may
    /// take keys for equal that are written in other ways.
    ///
    /// # Errors
    /// Whatever the database answers; [`ErrorKind::Unsupported`] where it took a row's key for one of the parents' and
    /// doesn't when it is asked.
    pub async fn family(&self, rows: Vec<Rows>, parents: &Keys) -> Result<Family> {
        if rows.iter().all(Rows::is_empty) {
            return Ok(Family::none(joined(rows), parents.rows()));
        }
        let is_exact = self.key_columns.iter().all(KeyColumn::is_exact);
        let Paired {
            rows,
            numbers,
            groups,
        } = match is_exact {
            true => self.same(joined(rows), parents)?,
            false => self.paired(rows, parents).await?,
        };
        let (rows, numbers) = match &self.once {
            Some(places) => self.each_once(rows, numbers, places, parents.len()),
            None => (rows, numbers),
        };
        let (placed, order) = Placed::by(parents, &numbers);
        let placed = match is_exact {
            true => placed,
            false => placed.shared(&groups),
        };
        Ok(Family::ordered(rows, (placed, order)))
    }

    /// Pairs rows with the keys that are the same.
    fn same(&self, rows: Rows, parents: &Keys) -> Result<Paired> {
        let width = rows.header().len().max(1);
        let mut are_strangers = false;
        let mut numbers = Vec::with_capacity(rows.len());
        let mut key = Vec::with_capacity(self.keys.len());
        for row in rows.values().chunks_exact(width) {
            let number = match self.keys.as_slice() {
                [place] => row.get(*place).and_then(|value| match value {
                    // An integer is compared as it is.
                    Value::I64(_) => parents.find(&[value]),
                    value => parents.find(&[self.key_columns.first()?.found(value)]),
                }),
                places => {
                    key.clear();
                    let parts = places.iter().zip(&self.key_columns);
                    let part = |(place, column): (&usize, &KeyColumn)| {
                        Some(column.found(row.get(*place)?))
                    };
                    key.extend(parts.filter_map(part));
                    parents.find(&key)
                }
            };
            match number {
                Some(number) => numbers.push(number),
                // Only a range finds what is no whole number, where a column may hold such. It is nobody's.
                None if self.is_fraction(row) => {
                    are_strangers = true;
                    numbers.push(NONE);
                }
                None => return Err(self.unknown_parent()),
            }
        }
        if are_strangers {
            let known = numbers.into_iter().enumerate();
            let known = known.filter(|(_, number)| *number != NONE);
            let (order, numbers): (Vec<usize>, _) = known.unzip();
            return Ok(Paired {
                rows: only(rows, &order),
                numbers,
                groups: Vec::new(),
            });
        }
        Ok(Paired {
            rows,
            numbers,
            groups: Vec::new(),
        })
    }

    /// Whether a row has a fraction for its key, in a column of whole numbers.
    fn is_fraction(&self, row: &[Value]) -> bool {
        let ([place], [column]) = (self.keys.as_slice(), self.key_columns.as_slice()) else {
            return false;
        };
        let is_fraction =
            |value: &Value| matches!(value, Value::F64(n) if n.is_finite() && n.fract() != 0.0);
        column.is_integer() && row.get(*place).is_some_and(is_fraction)
    }

    /// Keeps rows once for each parent, and of these as many as are asked for, where that isn't done yet.
    fn each_once(
        &self,
        rows: Rows,
        numbers: Vec<usize>,
        places: &[usize],
        parents: usize,
    ) -> (Rows, Vec<usize>) {
        let own = Keys::of(&rows, places, |_| true);
        let (mut seen, mut counts) = (HashSet::new(), vec![0_u64; parents]);
        let is_counted = !self.repeats().is_empty();
        let skipped = self.branch.offset.filter(|_| !is_counted).unwrap_or(0);
        let limit = self.branch.limit.filter(|_| !is_counted);
        let end = limit.map(|limit| limit.saturating_add(skipped));
        let is_kept = |(row, number): &(usize, usize)| {
            // A row without a key can't be told from another.
            if let Some(own) = own.number(*row)
                && !seen.insert((*number, own))
            {
                return false;
            }
            let Some(count) = counts.get_mut(*number) else {
                return false;
            };
            *count += 1;
            *count > skipped && end.is_none_or(|end| *count <= end)
        };
        let kept = numbers.into_iter().enumerate().filter(is_kept);
        let (order, numbers): (Vec<usize>, _) = kept.unzip();
        (only(rows, &order), numbers)
    }

    pub(super) fn unknown_parent(&self) -> Error {
        let message = format!(
            "the database takes keys of `{}` and `{}` for equal that are written in other ways",
            self.relation.table,
            self.relation.target()
        );
        Error::new(ErrorKind::Unsupported, message)
            .with_help("give both columns one collation, or load the rows by a query with a join")
    }
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ask")
            .field("relation", &self.relation.to_string())
            .field("loader", &self.loader.name())
            .field("branch", &self.branch)
            .finish_non_exhaustive()
    }
}

//! What a repository works out once per table and schema.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use arc_swap::{ArcSwap, ArcSwapOption};
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::Hooks;
use super::checks::Checks;
use super::conventions::{Conventions, Deleted, Followed};
use super::write::{Outline, Purpose};
use crate::error::Result;
use crate::executor::Header;
use crate::schema::{Schema, Table, TableName};
use crate::sql::SqlFlavor;
use crate::statement::{Conflict, Node, Select, Shape, Statement, Tree};
use crate::value::Value;

/// A table as a certain schema has it, and the shapes of statements over it.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) schema: Arc<Schema>,
    pub(crate) table: Arc<Table>,
    pub(crate) name: TableName,
    shapes: ArcSwap<Vec<Arc<Planned>>>,
    /// Those of statements over many rows, which are large.
    bulky: ArcSwap<Vec<Arc<Planned>>>,
    /// Those of queries, each at the place that its hash says.
    queries: [ArcSwapOption<Shape>; QUERIES],
    checks: OnceLock<Checks>,
    /// That of the record that was written last: the next one is often alike.
    outline: ArcSwapOption<Outline>,
    /// The columns of entities that have been looked for, and are there.
    known_columns: ArcSwap<Vec<Columns>>,
    /// What the table follows of the conventions.
    pub(super) followed: Option<Followed>,
    /// The table's hooks; few have any.
    pub(super) hooks: Option<Arc<Hooks>>,
}

/// The columns that an entity's fields stand for.
type Columns = &'static [&'static str];

/// What a statement over one row does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Find(Deleted),
    Insert,
    /// Of so many rows, which are given back or only counted.
    InsertMany {
        rows: usize,
        counted: bool,
    },
    Update,
    Delete,
}

/// The statements that are alike but for the values of their binds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pattern<'a> {
    pub(super) action: Action,
    /// The columns that are written.
    pub(super) written: &'a [Arc<str>],
    /// The columns that are read; `None` means all.
    pub(super) read: Option<Columns>,
    /// What a new row does if it is there already.
    pub(super) conflict: Option<&'a Conflict>,
}

impl PartialEq for Pattern<'_> {
    fn eq(&self, other: &Self) -> bool {
        let same = |(ours, theirs): (Columns, Columns)| is_same(ours, theirs) || ours == theirs;
        self.action == other.action
            && self.read.is_some() == other.read.is_some()
            && self.read.zip(other.read).is_none_or(same)
            && self.written == other.written
            && self.conflict == other.conflict
    }
}

/// Whether it is the list of one type, as it mostly is.
fn is_same(ours: Columns, theirs: Columns) -> bool {
    std::ptr::eq(ours, theirs)
}

/// The shape of the statements of a pattern.
#[derive(Debug)]
struct Planned {
    action: Action,
    written: Box<[Arc<str>]>,
    read: Option<Columns>,
    conflict: Option<Conflict>,
    shape: Arc<Shape>,
}

/// How many shapes a plan keeps. Most tables are written to in few ways.
const SHAPES: usize = 32;

/// How many types it knows the columns of.
const TYPES: usize = 16;

/// How many it keeps of statements over many rows: full ones, and the rest behind them.
const BULKY: usize = 4;

/// How many it keeps of queries.
const QUERIES: usize = 16;

/// With more binds a query is large, and seldom asked again.
const MANY_BINDS: usize = 64;

impl Plan {
    /// What holds of rows that aren't marked as deleted, where the table marks them.
    pub(crate) fn visible(&self) -> Option<(Node, Vec<Value>)> {
        let (node, binds) = self.followed.as_ref()?.visible(Deleted::Hidden)?;
        Some((node.clone(), binds.to_vec()))
    }

    pub(crate) fn hooks(&self) -> Option<Arc<Hooks>> {
        self.hooks.clone()
    }

    /// Sees to it that the table has the columns of an entity: once for each type.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`](crate::ErrorKind::UnknownColumn).
    pub(crate) fn check_columns(&self, columns: Option<Columns>) -> Result<()> {
        let Some(columns) = columns else {
            return Ok(());
        };
        let known = self.known_columns.load();
        if known.iter().any(|known| is_same(known, columns)) {
            return Ok(());
        }
        for column in columns {
            let found = self.table.column(column);
            found.ok_or_else(|| self.table.unknown_column(column))?;
        }
        self.known_columns.rcu(|known| {
            let kept = known.iter().skip((known.len() + 1).saturating_sub(TYPES));
            kept.copied().chain([columns]).collect::<Vec<_>>()
        });
        Ok(())
    }

    pub(super) fn select(&self) -> Select {
        Select::all(self.name.clone())
    }

    /// The table's check constraints, read when a row is first written.
    pub(super) fn checks(&self, flavor: &dyn SqlFlavor) -> &Checks {
        self.checks
            .get_or_init(|| Checks::read(&self.schema, &self.table, flavor))
    }

    /// What the columns of records with this header are to the table.
    pub(super) fn outline(
        &self,
        header: &Arc<Header>,
        purpose: Purpose,
        flavor: &dyn SqlFlavor,
    ) -> Arc<Outline> {
        let known = self.outline.load();
        match known.as_ref().filter(|known| known.is_of(header, purpose)) {
            Some(known) => Arc::clone(known),
            None => {
                let made = Arc::new(Outline::new(&self.table, header, purpose, flavor));
                self.outline.store(Some(Arc::clone(&made)));
                made
            }
        }
    }

    /// Makes a statement of `pattern`, whose `binds` fit their columns. Its tree is made, checked and
    /// rendered only the first time.
    pub(super) fn statement(
        &self,
        pattern: Pattern<'_>,
        binds: impl Into<Arc<[Value]>>,
        flavor: &dyn SqlFlavor,
        tree: impl FnOnce() -> Tree,
    ) -> Result<Statement> {
        let (shapes, most) = match pattern.action {
            Action::InsertMany { rows, .. } if rows > 1 => (&self.bulky, BULKY),
            _ => (&self.shapes, SHAPES),
        };
        let known = shapes.load();
        if let Some(planned) = known.iter().find(|planned| planned.pattern() == pattern) {
            return Ok(Statement::with_shape(Arc::clone(&planned.shape), binds));
        }
        let binds: Arc<[Value]> = binds.into();
        let statement = Statement::new(tree(), binds.to_vec(), &self.schema, flavor)?;
        let planned = Arc::new(Planned {
            action: pattern.action,
            written: pattern.written.into(),
            read: pattern.read,
            conflict: pattern.conflict.cloned(),
            shape: Arc::clone(statement.shape()),
        });
        // Another task may have been first; the shapes are the same.
        shapes.rcu(|known| {
            let kept = known.iter().skip((known.len() + 1).saturating_sub(most));
            kept.chain([&planned]).cloned().collect::<Vec<_>>()
        });
        Ok(statement)
    }

    /// Makes a statement of a query that somebody put together. It is rendered only where none that was asked lately is
    /// the same but for the values of its binds.
    pub(super) fn query(
        &self,
        tree: Tree,
        binds: Vec<Value>,
        flavor: &dyn SqlFlavor,
    ) -> Result<Statement> {
        let place = || {
            let hash = FxBuildHasher.hash_one(&tree) % QUERIES as u64;
            self.queries.get(usize::try_from(hash).ok()?)
        };
        let is_small = binds.len() <= MANY_BINDS;
        let Some(place) = is_small.then(place).flatten() else {
            return Statement::new(tree, binds, &self.schema, flavor);
        };
        match place.load_full().filter(|known| *known.tree() == tree) {
            Some(known) => Statement::of_shape(known, binds, flavor),
            None => {
                let statement = Statement::new(tree, binds, &self.schema, flavor)?;
                place.store(Some(Arc::clone(statement.shape())));
                Ok(statement)
            }
        }
    }
}

impl Planned {
    fn pattern(&self) -> Pattern<'_> {
        Pattern {
            action: self.action,
            written: &self.written,
            read: self.read,
            conflict: self.conflict.as_ref(),
        }
    }
}

/// The plans of a database. Cleared when the schema changes.
#[derive(Debug, Default)]
pub(crate) struct Plans {
    known: Mutex<ByName>,
    conventions: Conventions,
    hooks: HashMap<TableName, Arc<Hooks>>,
}

#[derive(Debug, Default)]
struct ByName {
    exact: FxHashMap<TableName, Arc<Plan>>,
    /// By the one way of writing a name that needs no search: `album`, `sales.order`.
    plain: FxHashMap<String, Arc<Plan>>,
}

impl Plans {
    /// None yet, of tables under these conventions and with these hooks.
    pub(crate) fn new(conventions: Conventions, hooks: HashMap<TableName, Arc<Hooks>>) -> Self {
        Self {
            known: Mutex::default(),
            conventions,
            hooks,
        }
    }

    /// The plan of the table that `name` means in `schema`.
    pub(crate) fn find(&self, schema: &Arc<Schema>, name: &str) -> Result<Arc<Plan>> {
        if let Some(plan) = self.lock().plain.get(name)
            && Arc::ptr_eq(&plan.schema, schema)
        {
            return Ok(Arc::clone(plan));
        }
        let table = schema.table(name)?.table_name();
        let plan = self.get(schema, &table)?;
        // Not in any letter case: what callers pass through from outside must not fill the memory.
        if *table.name == *name || table.to_string() == name {
            self.lock().plain.insert(name.to_owned(), Arc::clone(&plan));
        }
        Ok(plan)
    }

    /// The plan of `name` in `schema`, made if it isn't there.
    pub(crate) fn get(&self, schema: &Arc<Schema>, name: &TableName) -> Result<Arc<Plan>> {
        let mut plans = self.lock();
        if let Some(plan) = plans.exact.get(name)
            && Arc::ptr_eq(&plan.schema, schema)
        {
            return Ok(Arc::clone(plan));
        }
        let table = schema.table_named(name)?;
        let plan = Arc::new(Plan {
            schema: Arc::clone(schema),
            table: Arc::clone(table),
            name: name.clone(),
            shapes: ArcSwap::default(),
            bulky: ArcSwap::default(),
            queries: std::array::from_fn(|_| ArcSwapOption::empty()),
            checks: OnceLock::new(),
            outline: ArcSwapOption::empty(),
            known_columns: ArcSwap::default(),
            followed: Followed::by(table, schema, &self.conventions)?,
            hooks: self.hooks.get(name).cloned(),
        });
        plans.exact.insert(name.clone(), Arc::clone(&plan));
        Ok(plan)
    }

    pub(crate) fn clear(&self) {
        *self.lock() = ByName::default();
    }

    fn lock(&self) -> MutexGuard<'_, ByName> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! From branches to asks: which relations they name, how each is loaded, and what must be selected for it.

use std::cell::Cell;
use std::sync::Arc;

use super::{Ask, Level, Selecting, When};
use crate::database::Database;
use crate::error::{Error, ErrorKind, Result};
use crate::plugin::{self, RelationLoader};
use crate::relation::include::{Branch, Total, merged};
use crate::relation::keys::KeyColumn;
use crate::relation::limits::Limits;
use crate::relation::{Relation, RelationGraph, RelationKind, along};
use crate::repository::Plan;
use crate::schema::{Schema, Table, TableName};
use crate::statement::Node;

/// Plans what is loaded with rows.
pub(crate) struct Planner<'a> {
    database: &'a Database,
    schema: Arc<Schema>,
    graph: Arc<RelationGraph>,
    limits: Arc<Limits>,
    parents: Parents,
    /// How many asks were planned.
    asked: Cell<usize>,
}

/// Whose relations are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parents {
    /// Those of one row at most.
    One,
    /// Those of any number of rows.
    Several,
    /// Those of rows that are there already: they have no statement that could select more.
    Held,
}

/// Where in the tree a level is.
#[derive(Debug, Clone, Copy)]
struct At {
    /// Counted from 1.
    depth: usize,
    parents: Parents,
}

impl At {
    /// Where the rows at the other end of a relation are.
    fn below(self, relation: &Relation) -> Self {
        Self {
            depth: self.depth + 1,
            parents: match self.parents {
                Parents::One if !relation.is_to_one() => Parents::Several,
                parents => parents,
            },
        }
    }
}

impl<'a> Planner<'a> {
    pub(crate) fn new(database: &'a Database, limits: Limits, parents: Parents) -> Self {
        Self {
            database,
            schema: database.schema(),
            graph: database.relations(),
            limits: Arc::new(limits),
            parents,
            asked: Cell::new(0),
        }
    }

    /// Plans a level: adds to `selecting` what its relations need, and its totals.
    pub(crate) fn level(
        &self,
        table: &Table,
        selecting: &mut Selecting,
        branches: Vec<Branch>,
        totals: &[Total],
    ) -> Result<Level> {
        let at = At {
            depth: 1,
            parents: self.parents,
        };
        self.level_at(at, table, selecting, branches, totals)
    }

    fn level_at(
        &self,
        at: At,
        table: &Table,
        selecting: &mut Selecting,
        branches: Vec<Branch>,
        totals: &[Total],
    ) -> Result<Level> {
        let name = table.table_name();
        let mut asks = Vec::with_capacity(branches.len());
        for branch in self.named(&name, branches)? {
            let targets: Vec<_> = self.graph.polymorphic(&name, &branch.name).collect();
            if targets.is_empty() {
                let relation = Arc::clone(self.graph.relation(&name, &branch.name)?);
                asks.push(self.ask(at, selecting, relation, branch)?);
                continue;
            }
            for target in targets {
                let mut ask = self.ask(at, selecting, Arc::clone(target), branch.clone())?;
                ask.is_one_of_several = true;
                asks.push(ask);
            }
        }
        let first = selecting.len();
        for total in totals {
            if let Some(column) = table
                .columns
                .iter()
                .find(|column| column.name == *total.name)
            {
                let message = format!("`{name}` has a column `{}`, too", column.name);
                return Err(Error::new(ErrorKind::InvalidStatement, message)
                    .with_help("ask for it under another name: `with_total`"));
            }
            let (node, binds) = (total.node.clone(), total.binds.clone());
            selecting.add(node, binds, Arc::clone(&total.name));
        }
        let totals = first..selecting.len();
        let mut joins = Vec::new();
        for ask in &mut asks {
            let Some(within) = ask.loader.within(ask)? else {
                continue;
            };
            let first = selecting.len();
            for extra in within.selected {
                selecting.add(extra.node, extra.binds, extra.name);
            }
            ask.within = Some(first..selecting.len());
            joins.extend(within.joins);
        }
        Ok(Level {
            table: name,
            own: selecting.own(),
            pivots: 0..0,
            totals,
            asks,
            joins,
        })
    }

    /// Calls relations by their own names, however they were written, and makes one of what is asked for twice.
    fn named(&self, table: &TableName, mut branches: Vec<Branch>) -> Result<Vec<Branch>> {
        for branch in &mut branches {
            let several = self.graph.polymorphic(table, &branch.name).next();
            let name = match several.and_then(|relation| relation.one_of.clone()) {
                Some(name) => name,
                None => Arc::clone(&self.graph.relation(table, &branch.name)?.name),
            };
            branch.name = name;
        }
        merged(branches)
    }

    fn ask(
        &self,
        at: At,
        parents: &mut Selecting,
        relation: Arc<Relation>,
        mut branch: Branch,
    ) -> Result<Ask> {
        self.limits.reach(at.depth, &relation)?;
        let parent_keys = relation.columns().iter();
        let parent_keys = parent_keys.map(|column| parents.column(column)).collect();
        let (key_columns, when) = self.compared(&relation, parents)?;
        let plan = self.database.plans().get(&self.schema, relation.target())?;
        let mut selecting = Selecting::new(own_columns(&branch, &plan)?);
        let keys = match relation.steps.as_slice() {
            [_] => relation
                .target_columns()
                .iter()
                .map(|column| selecting.column(column))
                .collect(),
            _ => self.keys_through(&relation, &mut selecting),
        };
        let first = selecting.len();
        self.pivots(&relation, &mut selecting)?;
        let pivots = first..selecting.len();
        let primary = plan.table.key_columns();
        let repeats = along::repeats(&relation.steps)
            && relation.kind != RelationKind::ManyToMany
            && !primary.is_empty();
        let once = repeats.then(|| {
            primary
                .iter()
                .map(|column| selecting.column(column))
                .collect()
        });
        let mut nested = std::mem::take(&mut branch.nested);
        if let Some(json) = branch
            .strategy
            .as_ref()
            .or(branch.hint.as_ref())
            .filter(|name| &***name == "json")
        {
            for branch in &mut nested {
                branch.hint = Some(Arc::clone(json));
            }
        }
        let totals = std::mem::take(&mut branch.totals);
        let level = self.level_at(
            at.below(&relation),
            &plan.table,
            &mut selecting,
            nested,
            &totals,
        )?;
        let (loader, why) = self.loader(&branch)?;
        let mut ask = Ask {
            database: self.database.clone(),
            number: self.asked.replace(self.asked.get() + 1),
            target: Arc::clone(&plan.table),
            hooks: plan.hooks(),
            relation,
            is_one_of_several: false,
            branch,
            selecting,
            keys,
            key_columns,
            once,
            level: Level { pivots, ..level },
            parent_keys,
            when,
            loader,
            why,
            within: None,
            limits: Arc::clone(&self.limits),
        };
        self.settle(at.parents, &mut ask)?;
        Ok(ask)
    }

    /// How the columns at the two ends of the first step are compared, and what it takes for a parent to have any.
    fn compared(
        &self,
        relation: &Relation,
        parents: &mut Selecting,
    ) -> Result<(Vec<KeyColumn>, Option<When>)> {
        let Some(step) = relation.steps.first() else {
            return Ok((Vec::new(), None));
        };
        let flavor = self.database.flavor();
        let ours = self.schema.table_named(&relation.table)?;
        let theirs = self.schema.table_named(&step.to)?;
        let columns = (ours.as_ref(), step.columns.as_slice());
        let to_columns = (theirs.as_ref(), step.to_columns.as_slice());
        let columns = KeyColumn::pairs(flavor, columns, to_columns)?;
        let when = step.when.as_ref().map(|(name, text)| {
            let column = ours.column(name).ok_or_else(|| ours.unknown_column(name))?;
            Ok(When {
                place: parents.column(name),
                name: name.clone(),
                text: text.clone(),
                column: KeyColumn::of(flavor, None, column),
            })
        });
        Ok((columns, when.transpose()?))
    }

    /// The columns of the first table between that equal the parents' keys.
    fn keys_through(&self, relation: &Relation, selecting: &mut Selecting) -> Vec<usize> {
        let names = relation.steps.first().map(|step| &step.to_columns);
        let names = names.into_iter().flatten();
        let nodes = along::keys(&relation.steps).into_iter();
        nodes
            .zip(names)
            .map(|(node, name)| selecting.add(node, Vec::new(), name.as_str().into()))
            .collect()
    }

    /// Selects the columns of a junction table that aren't part of the way.
    fn pivots(&self, relation: &Relation, selecting: &mut Selecting) -> Result<()> {
        let [near, far] = relation.steps.as_slice() else {
            return Ok(());
        };
        if relation.kind != RelationKind::ManyToMany {
            return Ok(());
        }
        let junction = self.schema.table_named(&near.to)?;
        let is_of_way =
            |name: &String| near.to_columns.contains(name) || far.columns.contains(name);
        for column in junction.visible_columns() {
            if !is_of_way(&column.name) {
                let name: Arc<str> = column.name.as_str().into();
                let node = Node::Of(along::via(0), Arc::clone(&name));
                selecting.add(node, Vec::new(), name);
            }
        }
        Ok(())
    }

    /// The loader that was chosen by the caller, or the one to begin with.
    fn loader(&self, branch: &Branch) -> Result<(Arc<dyn RelationLoader>, String)> {
        match &branch.strategy {
            Some(name) => {
                let loader = plugin::relation_loader(name)?;
                Ok((loader, "the caller chose it".to_owned()))
            }
            None => {
                let loader = plugin::relation_loader("batch")?;
                let why = "it takes one statement, whatever the number of rows".to_owned();
                Ok((loader, why))
            }
        }
    }

    /// Sees to it that the loader can load it, and takes a better one where there is.
    fn settle(&self, parents: Parents, ask: &mut Ask) -> Result<()> {
        if ask.branch.strategy.is_some() {
            let Some(reason) = refusal(parents, ask) else {
                return Ok(());
            };
            // What values and orders a document keeps depends on the engine.
            if ask.loader.name() == "json" {
                ask.loader = plugin::relation_loader("batch")?;
                ask.why = format!("`json` can't load it: {reason}");
                return Ok(());
            }
            let message = format!(
                "`{}.{}` can't be loaded by `{}`: {reason}",
                ask.relation.table,
                ask.relation.name,
                ask.loader.name()
            );
            return Err(Error::new(ErrorKind::Unsupported, message)
                .with_help("leave out `by`, or choose `batch`, which can load any relation"));
        }
        if let Some(name) = &ask.branch.hint {
            let loader = plugin::relation_loader(name)?;
            match loader.refuses(ask) {
                None => {
                    ask.why = "what it is nested in is loaded so".to_owned();
                    ask.loader = loader;
                }
                Some(reason) => ask.why = format!("`{name}` can't load it: {reason}"),
            }
            return Ok(());
        }
        if parents == Parents::One && ask.relation.is_to_one() {
            let join = plugin::relation_loader("join")?;
            if join.refuses(ask).is_none() {
                ask.loader = join;
                ask.why =
                    "there is one row at most, and so no second statement is needed".to_owned();
            }
        }
        Ok(())
    }
}

fn refusal(parents: Parents, ask: &Ask) -> Option<String> {
    if parents == Parents::Held && matches!(ask.loader.name(), "join" | "json") {
        return Some("the rows are there already, without a statement to select more".to_owned());
    }
    ask.loader.refuses(ask)
}

/// The columns that rows at the other end are read of.
fn own_columns(branch: &Branch, plan: &Plan) -> Result<Vec<Arc<str>>> {
    if let Some(columns) = &branch.columns {
        for name in columns {
            let column = plan.table.column(name);
            column.ok_or_else(|| plan.table.unknown_column(name))?;
        }
        return Ok(columns.clone());
    }
    Ok(match branch.reader.columns() {
        Some(columns) => columns.iter().map(|name| Arc::from(*name)).collect(),
        None => plan
            .table
            .visible_columns()
            .map(|column| column.name.as_str().into())
            .collect(),
    })
}

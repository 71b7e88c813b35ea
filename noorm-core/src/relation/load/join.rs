//! The join strategy: a to-one relation in the parents' own statement.

use std::sync::Arc;

use super::family::only;
use super::{Ask, Family, Within};
use crate::BoxFuture;
use crate::error::Result;
use crate::executor::Rows;
use crate::plugin::RelationLoader;
use crate::relation::keys::Placed;
use crate::relation::{Keys, Resolver, along};
use crate::statement::{JoinKind, Joined, Node, of_joined};

/// Loads to-one relations of one step by a left join in the statement of the parents: no statement of its own, but what
/// many parents share is sent once for each of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Join;

crate::register_relation_loader!("join", Join);

/// Whether no two rows at the other end have the same key, so that a join gives each parent once.
fn ends_in_key(ask: &Ask) -> bool {
    let columns = ask.relation().target_columns();
    let mut keys = ask.target.unique_keys();
    keys.any(|key| key.iter().all(|column| columns.contains(column)))
}

impl RelationLoader for Join {
    fn name(&self) -> &'static str {
        "join"
    }

    fn refuses(&self, ask: &Ask) -> Option<String> {
        let relation = ask.relation();
        if !relation.is_to_one() {
            return Some("it leads to any number of rows".to_owned());
        }
        if relation.steps.len() != 1 {
            return Some("it leads through other tables".to_owned());
        }
        if !ends_in_key(ask) {
            return Some("nothing keeps several rows from being at the other end".to_owned());
        }
        ask.is_limited()
            .then(|| "a limit needs a statement of its own".to_owned())
    }

    fn within(&self, ask: &Ask) -> Result<Option<Within>> {
        let Some(step) = ask.relation.steps.first() else {
            return Ok(None);
        };
        // A relation may be joined at several places of a tree.
        let name: Arc<str> = format!("to_{}_{}", ask.relation.name, ask.number).into();
        let own = |column: &String| Node::Column(column.as_str().into());
        let theirs = |column: &String| Node::Of(Arc::clone(&name), column.as_str().into());
        let pairs = step.columns.iter().zip(&step.to_columns);
        let mut on: Vec<_> = pairs
            // As the far column compares: SQLite takes the collation of what stands first.
            .map(|(a, b)| along::equal(theirs(b), own(a)))
            .collect();
        let mut binds = Vec::new();
        let only = step
            .only
            .iter()
            .map(|(column, text)| (theirs(column), text));
        let when = step.when.iter().map(|(column, text)| (own(column), text));
        for (node, text) in only.chain(when) {
            on.push(along::holds(node));
            binds.push(text.as_str().into());
        }
        let database = ask.database();
        let mut relations = Resolver::new(database, &database.schema());
        for (node, own) in &ask.branch.filters {
            let mut node = node.clone();
            binds.extend(relations.resolve(&ask.target, &[], &mut node, own.clone()));
            on.push(of_joined(&node, &name));
        }
        let joined = Joined {
            kind: JoinKind::Left,
            table: step.to.clone(),
            name: Arc::clone(&name),
            key: None,
            on: Some(Node::And(on)),
        };
        let mut within = Within::default().join(joined, binds);
        for (joined, binds) in &ask.level.joins {
            let on = joined.on.as_ref().map(|on| of_joined(on, &name));
            let joined = Joined {
                on,
                ..joined.clone()
            };
            within = within.join(joined, binds.clone());
        }
        let selected = ask.selecting.all().iter();
        let within = selected.fold(within, |within, extra| {
            let node = of_joined(&extra.node, &name);
            within.select(node, extra.binds.clone(), Arc::clone(&extra.name))
        });
        Ok(Some(within))
    }

    fn read(&self, ask: &Ask, selected: Rows) -> Result<Family> {
        let keys = Keys::of(&selected, &ask.keys, |_| true);
        // The first row of each key; all others are the same.
        let mut first = vec![None; keys.len()];
        for row in 0..keys.rows() {
            let slot = keys.number(row).and_then(|number| first.get_mut(number));
            if let Some(slot @ None) = slot {
                *slot = Some(row);
            }
        }
        let order: Vec<usize> = first.into_iter().flatten().collect();
        let numbers: Vec<usize> = (0..order.len()).collect();
        let (placed, _) = Placed::by(&keys, &numbers);
        Ok(Family::new(only(selected, &order), placed))
    }

    /// Of rows whose statement was another's, as `batch` does.
    fn load<'a>(&'a self, ask: &'a Ask, parents: &'a Keys) -> BoxFuture<'a, Result<Family>> {
        super::Batch.load(ask, parents)
    }
}

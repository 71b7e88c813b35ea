//! What somebody says about relations, put on those that were inferred.

use std::sync::Arc;

use super::RelationGraph;
use crate::error::{Error, ErrorKind, Result};
use crate::relation::config::{Misfit, Place, Placed, RelationConfig, Way};
use crate::relation::names::{Inflection, same_name};
use crate::relation::relation::{Origin, Relation, Step};
use crate::schema::Schema;

/// Leaves out, renames and adds what `config` says, in this order. What doesn't fit is left as it is, and told.
pub(super) fn apply(
    graph: &mut RelationGraph,
    config: &RelationConfig,
    schema: &Schema,
    inflection: &Inflection,
) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    let mut note = |place: &Option<Place>, result: Result<()>| {
        if let Err(error) = result {
            let place = place.clone();
            misfits.push(Misfit { place, error });
        }
    };
    for Placed { entry, place } in &config.ignored {
        note(place, graph.take(schema, entry).map(drop));
    }
    for Placed {
        entry: (old, new),
        place,
    } in &config.renamed
    {
        note(place, graph.rename(schema, old, new));
    }
    // Those that lead through others come when all others are there.
    let (last, first): (Vec<_>, Vec<_>) = config
        .declared
        .iter()
        .partition(|declared| matches!(declared.entry.way, Way::Through(_)));
    for Placed { entry, place } in first.into_iter().chain(last) {
        let relations = entry.relations(graph, schema, inflection);
        let added = relations.and_then(|relations| {
            relations.into_iter().try_for_each(|relation| {
                graph.leave_guess(&relation);
                graph.add(schema, relation)
            })
        });
        note(place, added);
    }
    misfits.sort_by_key(|misfit| misfit.place.as_ref().map(|place| place.line));
    misfits
}

impl RelationGraph {
    /// Takes out the relation that is written `table.relation`.
    fn take(&mut self, schema: &Schema, written: &str) -> Result<Relation> {
        let Some((table, name)) = written.rsplit_once('.') else {
            let message = format!("`{written}` names no relation");
            let error = Error::new(ErrorKind::InvalidConfig, message);
            return Err(error.with_help("write it with its table: `post.author`"));
        };
        let table = schema.table(table)?.table_name();
        let relation = Arc::clone(self.relation(&table, name)?);
        if let Some(relations) = self.by_table.get_mut(&table) {
            relations.retain(|known| known.name != relation.name);
        }
        Ok(Arc::unwrap_or_clone(relation))
    }

    fn rename(&mut self, schema: &Schema, old: &str, new: &str) -> Result<()> {
        let relation = self.take(schema, old)?;
        let mut renamed = relation.clone();
        renamed.reason = format!("{}, and renamed from `{}`", relation.reason, relation.name);
        renamed.name = new.into();
        let refused = self.add(schema, renamed);
        if refused.is_err() {
            self.push(relation.into());
        }
        refused
    }

    /// Takes out what was only guessed, where somebody says what goes the same way, or what has the same name.
    fn leave_guess(&mut self, said: &Relation) {
        let is_along = |a: &Step, b: &Step| {
            a.columns == b.columns && a.to == b.to && a.to_columns == b.to_columns
        };
        let goes_alike = |known: &Relation| {
            let mut steps = known.steps.iter().zip(&said.steps);
            known.steps.len() == said.steps.len() && steps.all(|(a, b)| is_along(a, b))
        };
        if let Some(relations) = self.by_table.get_mut(&said.table) {
            relations.retain(|known| {
                let is_same = same_name(&known.name, &said.name) || goes_alike(known);
                known.origin != Origin::Convention || !is_same
            });
        }
    }

    /// Adds a relation, if its name is free.
    fn add(&mut self, schema: &Schema, relation: Relation) -> Result<()> {
        let table = schema.table_named(&relation.table)?;
        let taken = |what: &str, name: &str| {
            let message = format!("`{}` has {what} `{name}` already", relation.table);
            Error::new(ErrorKind::InvalidConfig, message)
        };
        for name in names(&relation) {
            check_name(name)?;
            if table.columns.iter().any(|c| same_name(&c.name, name)) {
                return Err(taken("a column", name).with_help("choose another name"));
            }
        }
        let known = self.of_table(&relation.table).iter();
        for known in known {
            let is_of_same = known.one_of.is_some() && known.one_of == relation.one_of;
            let ours = names(&relation).skip(usize::from(is_of_same));
            for name in ours {
                if names(known).any(|known| same_name(known, name)) {
                    let help = "choose another name, or ignore or rename the other";
                    return Err(taken("a relation", name).with_help(help));
                }
            }
        }
        self.push(relation.into());
        Ok(())
    }
}

/// What a relation is found by: the polymorphic one that it belongs to, if there is one, and its own name.
fn names(relation: &Relation) -> impl Iterator<Item = &str> {
    let own = std::iter::once(&*relation.name);
    relation.one_of.as_deref().into_iter().chain(own)
}

/// Refuses what couldn't be written in a path.
fn check_name(name: &str) -> Result<()> {
    if !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return Ok(());
    }
    let error = Error::new(
        ErrorKind::InvalidConfig,
        format!("`{name}` can't name a relation"),
    );
    Err(error.with_help("names are letters, digits and underscores"))
}

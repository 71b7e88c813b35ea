//! From foreign keys to named relations.

use std::sync::Arc;

use super::direct::{self, Child};
use super::junction;
use super::link::{Named, links};
use crate::relation::names::{Inflection, Wish, resolve};
use crate::relation::relation::Relation;
use crate::schema::Schema;

/// A relation that isn't named yet.
pub(super) struct Draft {
    /// The place of its table in the schema.
    pub(super) at: usize,
    pub(super) relation: Relation,
    pub(super) wish: Wish,
    /// What its name is taken from.
    pub(super) after: &'static str,
}

/// The relations of each table, in the schema's order.
pub(super) fn infer(schema: &Schema, inflection: &Inflection) -> Vec<Vec<Arc<Relation>>> {
    let tables = Named::all(schema, inflection);
    let drafts = drafts(schema, &tables, inflection);
    let of_tables = tables.iter().zip(drafts);
    of_tables
        .map(|(table, drafts)| named(table, drafts))
        .collect()
}

fn drafts(schema: &Schema, tables: &[Named<'_>], inflection: &Inflection) -> Vec<Vec<Draft>> {
    let mut drafts: Vec<Vec<Draft>> = tables.iter().map(|_| Vec::new()).collect();
    let mut push = |draft: Draft| {
        if let Some(of_table) = drafts.get_mut(draft.at) {
            of_table.push(draft);
        }
    };
    for table in tables {
        let links = links(table, schema, tables);
        let pairs = junction::pairs(&links);
        for link in &links {
            let to_same = links
                .iter()
                .filter(|other| other.parent.at == link.parent.at);
            let child = Child {
                keys: to_same.count(),
                is_junction: !pairs.is_empty(),
            };
            push(direct::belongs_to(link));
            push(direct::has(link, child));
        }
        for (one, other) in pairs {
            push(junction::many_to_many(one, other, inflection));
            push(junction::many_to_many(other, one, inflection));
        }
    }
    drafts
}

fn named(table: &Named<'_>, mut drafts: Vec<Draft>) -> Vec<Arc<Relation>> {
    // By what they lead to, so that the order of the tables doesn't matter.
    drafts.sort_by(|a, b| order(a).cmp(&order(b)));
    let wishes: Vec<&Wish> = drafts.iter().map(|draft| &draft.wish).collect();
    let names = resolve(&wishes, |name| table.has_column(name));
    let named = drafts.into_iter().zip(names).map(|(draft, name)| {
        let Draft {
            mut relation,
            wish,
            after,
            ..
        } = draft;
        let why = match wish.names.first() {
            Some(first) if *first != name => format!(", as `{first}` is taken"),
            _ => String::new(),
        };
        relation.reason = format!("{}; named after {after}{why}", relation.reason);
        relation.name = name.into();
        Arc::new(relation)
    });
    named.collect()
}

fn order(draft: &Draft) -> impl Ord + '_ {
    let Relation {
        steps, foreign_key, ..
    } = &draft.relation;
    let step = |step: &'_ crate::relation::Step| {
        (
            step.to.clone(),
            step.columns.clone(),
            step.to_columns.clone(),
        )
    };
    (
        draft.wish.rank,
        draft.relation.columns(),
        &draft.wish.names,
        steps.iter().map(step).collect::<Vec<_>>(),
        foreign_key,
    )
}

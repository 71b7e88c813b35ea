//! From foreign keys to named relations.

use std::cmp::Ordering;

use super::convention::Convention;
use super::direct::{self, Child};
use super::junction;
use super::link::{Link, Named, links};
use crate::relation::names::{Inflection, Wish, resolve};
use crate::relation::relation::Relation;
use crate::relation::warning::RelationWarning;
use crate::schema::{Roots, Schema};

/// A relation that isn't named yet.
pub(super) struct Draft<'l> {
    /// The place of its table in the schema.
    pub(super) at: usize,
    pub(super) relation: Relation,
    pub(super) wish: Wish,
    /// What its name is taken from.
    pub(super) after: &'static str,
    pub(super) way: Way<'l>,
}

/// The foreign keys that a relation goes along.
#[derive(Clone, Copy)]
pub(super) enum Way<'l> {
    There(&'l Link<'l>),
    Back(&'l Link<'l>, Child),
    Through(&'l Link<'l>, &'l Link<'l>),
}

impl Draft<'_> {
    /// All names that it would have, the best one first.
    fn names(&self, inflection: &Inflection) -> Vec<String> {
        match self.way {
            Way::There(link) => direct::there_names(link).collect(),
            Way::Back(link, child) => direct::back_names(link, child).collect(),
            Way::Through(near, far) => junction::names(near, far, inflection).collect(),
        }
    }
}

/// What was inferred.
pub(super) struct Inferred {
    /// Those of each table, in the schema's order.
    pub(super) relations: Vec<Vec<Relation>>,
    pub(super) notes: Vec<RelationWarning>,
}

/// Infers the relations of a schema.
pub(super) fn infer(schema: &Schema, inflection: &Inflection, guessing: Guessing) -> Inferred {
    let tables = Named::all(schema, inflection);
    let convention = match guessing {
        Guessing::Off => None,
        Guessing::On => Some(Convention::of(&tables)),
    };
    let mut notes = Vec::new();
    let mut of_tables = Vec::with_capacity(tables.len());
    for table in &tables {
        let mut links = links(table, schema, &tables);
        if let Some(convention) = &convention {
            convention.guess(table, &mut links, &mut notes);
        }
        of_tables.push(links);
    }
    let mut drafts: Vec<Vec<Draft<'_>>> = tables.iter().map(|_| Vec::new()).collect();
    let roots = Roots::of(schema);
    for links in &of_tables {
        for draft in of_links(links, &roots, inflection) {
            if let Some(of_table) = drafts.get_mut(draft.at) {
                of_table.push(draft);
            }
        }
    }
    let of_tables = tables.iter().zip(drafts);
    let relations = of_tables
        .map(|(table, drafts)| named(table, drafts, inflection))
        .collect();
    Inferred { relations, notes }
}

/// Whether columns without a foreign key are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guessing {
    Off,
    On,
}

/// The relations that the foreign keys of a table make, on it and on others.
fn of_links<'l>(
    links: &'l [Link<'l>],
    roots: &Roots<'_>,
    inflection: &Inflection,
) -> Vec<Draft<'l>> {
    let mut pairs = junction::pairs(links);
    // The rows of a partition are found by way of the table that it is of.
    let is_inherited = |link: &Link<'_>| roots.have(link.child.table, &link.key);
    pairs.retain(|(one, other)| !is_inherited(one) && !is_inherited(other));
    let mut drafts = Vec::with_capacity(2 * links.len());
    for link in links {
        let to_same = links
            .iter()
            .filter(|other| other.parent.at == link.parent.at);
        let child = Child {
            keys: to_same.count(),
            is_junction: !pairs.is_empty(),
            is_one: link.is_unique(),
        };
        drafts.push(direct::belongs_to(link));
        if !is_inherited(link) {
            drafts.push(direct::has(link, child));
        }
    }
    for (one, other) in pairs {
        drafts.push(junction::many_to_many(one, other, inflection));
        drafts.push(junction::many_to_many(other, one, inflection));
    }
    drafts
}

fn named(table: &Named<'_>, mut drafts: Vec<Draft<'_>>, inflection: &Inflection) -> Vec<Relation> {
    // By what they lead to, so that the order of the tables doesn't matter.
    drafts.sort_by(|a, b| order(a, b, inflection));
    let wishes: Vec<&Wish> = drafts.iter().map(|draft| &draft.wish).collect();
    let all = |index: usize| {
        let draft = drafts.get(index);
        draft.map_or_else(Vec::new, |draft| draft.names(inflection))
    };
    let names = resolve(&wishes, all, |name| table.has_column(name));
    let named = drafts.into_iter().zip(names).map(|(draft, name)| {
        let Draft {
            mut relation,
            wish,
            after,
            ..
        } = draft;
        relation.reason = [&relation.reason, "; named after ", after].concat();
        if wish.best != name {
            relation.reason += &format!(", as `{}` is taken", wish.best);
        }
        relation.name = name.into();
        relation
    });
    named.collect()
}

fn order(a: &Draft<'_>, b: &Draft<'_>, inflection: &Inflection) -> Ordering {
    fn ways<'d>(draft: &'d Draft<'_>) -> impl Iterator<Item = impl Ord + 'd> {
        let steps = draft.relation.steps.iter();
        steps.map(|step| (&step.columns, &step.to, &step.to_columns))
    }
    let rank = a.wish.rank.cmp(&b.wish.rank);
    rank.then_with(|| a.relation.columns().cmp(b.relation.columns()))
        .then_with(|| a.wish.best.cmp(&b.wish.best))
        .then_with(|| a.names(inflection).cmp(&b.names(inflection)))
        .then_with(|| ways(a).cmp(ways(b)))
        .then_with(|| a.relation.foreign_key.cmp(&b.relation.foreign_key))
}

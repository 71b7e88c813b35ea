//! Junction tables, and the relations through them.

use super::Draft;
use super::direct::{is_noun, rank, told};
use super::link::Link;
use crate::relation::names::{Inflection, Wish, same_name, snake};
use crate::relation::relation::{Origin, Relation, RelationKind};
use crate::schema::Table;

/// The pairs of foreign keys, among those of one table, that a key of it is made of.
pub(super) fn pairs<'l, 'a>(links: &'l [Link<'a>]) -> Vec<(&'l Link<'a>, &'l Link<'a>)> {
    let Some(table) = links.first().map(|link| link.child) else {
        return Vec::new();
    };
    let many: Vec<&Link<'a>> = links.iter().filter(|link| !link.unique).collect();
    let mut pairs = Vec::new();
    for (index, one) in many.iter().enumerate() {
        for other in many.iter().skip(index + 1) {
            if joins(table, one, other) {
                pairs.push((*one, *other));
            }
        }
    }
    pairs
}

/// Whether the two make up a key, so that there is one row for each pair.
fn joins(table: &Table, one: &Link<'_>, other: &Link<'_>) -> bool {
    let is_in = |link: &Link<'_>, column: &String| link.key.columns.contains(column);
    table
        .unique_keys()
        .any(|key| key.iter().all(|c| is_in(one, c) || is_in(other, c)))
}

/// The way from the rows that `near` points at to those that `far` points at.
pub(super) fn many_to_many(near: &Link<'_>, far: &Link<'_>, inflection: &Inflection) -> Draft {
    let junction = near.child;
    let base = base(near, far, inflection);
    let through = inflection.plural(&snake(&junction.name));
    let mut names = vec![base.clone(), format!("{base}_via_{through}")];
    if let Some(schema) = &junction.schema {
        names.push(format!("{base}_via_{}_{through}", snake(schema)));
    }
    names.push(format!("{base}_via_{through}_as_{}", near.role.stem));
    let rank = match is_called_after_its_ends(near, far, inflection) {
        _ if junction.schema != near.parent.schema => rank::MANY_ELSEWHERE,
        true => rank::MANY_PLAIN,
        false => rank::MANY,
    };
    let table = near.parent.table_name();
    let steps = vec![near.step_back(), far.step()];
    let mut relation = Relation::new(
        "",
        table,
        RelationKind::ManyToMany,
        steps,
        Origin::ForeignKey,
    );
    relation.foreign_key.clone_from(&near.key.name);
    relation.reason = format!("{}, and {}", told(near), told(far));
    Draft {
        at: near.to,
        relation,
        wish: Wish {
            rank: (rank, 0),
            names,
        },
        after: "the column of the junction table",
    }
}

fn base(near: &Link<'_>, far: &Link<'_>, inflection: &Inflection) -> String {
    let stem = far.role.stem.as_str();
    if far.role.is_column || !is_noun(stem) {
        return inflection.plural(&snake(&far.parent.name));
    }
    let is_participle = stem.ends_with("ing") || (stem.ends_with("ed") && !stem.ends_with("eed"));
    match near.to == far.to && is_participle {
        true => stem.to_owned(),
        false => inflection.plural(stem),
    }
}

/// Whether the junction table's name is made of the names of its two ends: `post_tag`, `TagsPosts`.
fn is_called_after_its_ends(near: &Link<'_>, far: &Link<'_>, inflection: &Inflection) -> bool {
    let forms = |table: &Table| {
        let name = snake(&table.name);
        [inflection.singular(&name), inflection.plural(&name)]
    };
    let (near_forms, far_forms) = (forms(near.parent), forms(far.parent));
    near_forms.iter().any(|a| {
        far_forms.iter().any(|b| {
            let name = &near.child.name;
            same_name(name, &format!("{a}{b}")) || same_name(name, &format!("{b}{a}"))
        })
    })
}

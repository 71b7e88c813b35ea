//! Junction tables, and the relations through them.

use super::infer::{Draft, Way};
use super::link::{Link, Named};
use crate::relation::names::{Inflection, Rank, Wish, is_noun, phrase, same_name};
use crate::relation::relation::RelationKind;
use crate::schema::{References, Table};

/// The pairs of foreign keys, among those of one table, that a key of it is made of: there is one row for each
/// pair of ends. A key to the table itself is no end: it joins rows that are joins themselves.
pub(super) fn pairs<'l, 'a>(links: &'l [Link<'a>]) -> Vec<(&'l Link<'a>, &'l Link<'a>)> {
    let is_end = |link: &&Link<'a>| !link.is_unique() && !link.is_own();
    let many: Vec<&Link<'a>> = links.iter().filter(is_end).collect();
    let mut pairs = Vec::new();
    for (index, one) in many.iter().enumerate() {
        for other in many.iter().skip(index + 1) {
            let settle = |column: &String| one.settles(column) || other.settles(column);
            let mut keys = one.child.table.unique_keys();
            if keys.any(|key| key.iter().all(settle)) {
                pairs.push((*one, *other));
            }
        }
    }
    pairs
}

/// The way from the rows that `near` points at to those that `far` points at.
pub(super) fn many_to_many<'l>(
    near: &'l Link<'l>,
    far: &'l Link<'l>,
    inflection: &Inflection,
) -> Draft<'l> {
    let junction = near.child;
    let best = names(near, far, inflection).next().unwrap_or_default();
    let rank = match is_called_after_its_ends(near, far) {
        _ if junction.table.schema != near.parent.table.schema => Rank::ManyElsewhere,
        true => Rank::ManyAfterEnds,
        false => Rank::Many,
    };
    let steps = vec![near.step_back(), far.step()];
    let mut relation = near.relation(near.parent, RelationKind::ManyToMany, steps);
    relation.reason = format!("{}, and {}", near.told(), far.told());
    Draft {
        at: near.parent.at,
        relation,
        wish: Wish { rank, best },
        after: "the column of the junction table",
        way: Way::Through(near, far),
    }
}

/// What it may be called, the best name first; each is worked out when it is asked for.
pub(super) fn names<'l>(
    near: &'l Link<'_>,
    far: &'l Link<'_>,
    inflection: &Inflection,
) -> impl Iterator<Item = String> + use<'l> {
    let base = base(near, far, inflection);
    let (junction, through) = (near.child, &near.child.plural);
    // Of a user's posts, people think of those that point at the user, not of those that they like.
    let is_meant = base != far.parent.plural || !points(far.parent.table, near.parent.table);
    (0..4).filter_map(move |at| match at {
        0 => is_meant.then(|| base.clone()),
        1 => Some(format!("{base}_via_{through}")),
        2 => junction
            .schema()
            .map(|schema| format!("{base}_via_{schema}_{through}")),
        _ => Some(format!("{base}_via_{through}_as_{}", near.role.stem)),
    })
}

/// Whether a foreign key leads from one table to another one.
fn points(from: &Table, to: &Table) -> bool {
    let is_to = |target: &References| (&target.schema, &target.table) == (&to.schema, &to.name);
    let mut keys = from.foreign_keys.iter();
    !std::ptr::eq(from, to) && keys.any(|key| is_to(&key.references))
}

fn base(near: &Link<'_>, far: &Link<'_>, inflection: &Inflection) -> String {
    let stem = far.role.stem.as_str();
    let is_own = near.parent.at == far.parent.at;
    match is_own {
        _ if far.role.is_column && !is_own => far.parent.plural.clone(),
        // `followers.user_id` tells no more than whom they follow.
        true if stem == far.parent.singular => format!("{}_of", near.role.stem),
        true if is_participle(stem) => stem.to_owned(),
        _ if is_noun(stem) => inflection.plural(stem),
        true => format!(
            "{}_{}",
            far.parent.plural,
            phrase(stem, &far.parent.singular)
        ),
        false => far.parent.plural.clone(),
    }
}

/// Whether it is a word such as `followed` and `following`, that takes no plural.
fn is_participle(word: &str) -> bool {
    word.ends_with("ing") || (word.ends_with("ed") && !word.ends_with("eed"))
}

/// Whether the junction table's name is made of the names of its two ends: `post_tag`, `TagsPosts`.
fn is_called_after_its_ends(near: &Link<'_>, far: &Link<'_>) -> bool {
    fn forms<'a>(named: &'a Named<'_>) -> [&'a str; 2] {
        [&named.singular, &named.plural]
    }
    let name = &near.child.table.name;
    let is_made_of = |a: &str, b: &str| same_name(name, &format!("{a}{b}"));
    let mut nears = forms(near.parent).into_iter();
    nears.any(|a| {
        forms(far.parent)
            .into_iter()
            .any(|b| is_made_of(a, b) || is_made_of(b, a))
    })
}

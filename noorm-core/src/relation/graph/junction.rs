//! Junction tables, and the relations through them.

use super::infer::{Draft, Way};
use super::link::{Link, Role};
use crate::relation::names::{Inflection, Rank, Wish, is_last, is_noun, phrase, same_name};
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
    let is_other = base == far.parent.plural && points(far.parent.table, near.parent.table);
    // And of a post's users, where it has one user, of some of the kind.
    let is_meant = !is_other && (is_called_after_its_ends(near, far) || !has_one_so(near, far));
    // `parent_host_of_via_host_parents` would be too much.
    let longer = match base.ends_with("_of") {
        true => far.parent.plural.clone(),
        false => base.clone(),
    };
    (0..4).filter_map(move |at| match at {
        0 => is_meant.then(|| base.clone()),
        1 => Some(format!("{longer}_via_{through}")),
        2 => junction
            .schema()
            .map(|schema| format!("{longer}_via_{schema}_{through}")),
        _ => Some(format!("{longer}_via_{through}_as_{}", near.role.stem)),
    })
}

/// Whether a foreign key leads from one table to another one.
fn points(from: &Table, to: &Table) -> bool {
    let is_to = |target: &References| (&target.schema, &target.table) == (&to.schema, &to.name);
    let mut keys = from.foreign_keys.iter();
    !std::ptr::eq(from, to) && keys.any(|key| is_to(&key.references))
}

/// Whether the near table has a key of its own to the far one that is called as the junction table calls it.
fn has_one_so(near: &Link<'_>, far: &Link<'_>) -> bool {
    let (table, target) = (near.parent, far.parent);
    let mut keys = table.table.foreign_keys.iter();
    table.at != target.at
        && keys.any(|key| {
            key.references.table_name() == target.name
                && Role::of(key, table, target).stem == far.role.stem
        })
}

fn base(near: &Link<'_>, far: &Link<'_>, inflection: &Inflection) -> String {
    let stem = far.role.stem.as_str();
    let is_own = near.parent.at == far.parent.at;
    match is_own {
        _ if far.role.is_column && !is_own => far.parent.plural.clone(),
        // `followers.user_id` tells no more than whom they follow.
        true if is_last(stem, &far.parent.singular) => format!("{}_of", near.role.stem),
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

/// Whether the junction table's name is made of the names of its two ends, or of what it calls them: `post_tag`,
/// `TagsPosts`, `dept_emp`; `app_user_role` of `app_user` and `app_role`.
fn is_called_after_its_ends(near: &Link<'_>, far: &Link<'_>) -> bool {
    let (name, ends) = (&near.child.words, [near, far].map(|link| link.parent));
    let shared = shared_words([name, &ends[0].words, &ends[1].words]);
    let [nears, fars] = [near, far].map(|link| {
        let (end, stem) = (link.parent, link.role.stem.as_str());
        [&end.singular, &end.plural]
            .map(|form| without(form, shared))
            .into_iter()
            .chain([stem])
            .collect::<Vec<_>>()
    });
    let name = without(name, shared);
    let is_made_of = |a: &str, b: &str| same_name(name, &[a, b].concat());
    nears
        .iter()
        .any(|a| fars.iter().any(|b| is_made_of(a, b) || is_made_of(b, a)))
}

/// With how many words all of these begin, so that something is left of each.
fn shared_words(names: [&str; 3]) -> usize {
    let [first, ..] = names;
    let words = first.split('_').enumerate();
    let all_have = |(at, word): &(usize, &str)| {
        names.iter().all(|name| {
            let mut words = name.split('_').skip(*at);
            words.next() == Some(word) && words.next().is_some()
        })
    };
    words.take_while(all_have).count()
}

/// A name without its first words.
fn without(name: &str, words: usize) -> &str {
    name.splitn(words + 1, '_').last().unwrap_or(name)
}

//! Relations of one step: along a foreign key, and back.

use super::Draft;
use super::link::{Link, Role, ends_with};
use crate::relation::names::{Inflection, Wish, same_name, snake};
use crate::relation::relation::{Origin, Relation, RelationKind};
use crate::schema::keys::listed;

/// Words that a plural takes behind it without more: `messages_from`.
const PREPOSITIONS: [&str; 14] = [
    "after", "at", "before", "by", "during", "for", "from", "in", "into", "of", "on", "to",
    "under", "with",
];

/// Who comes before whom where two would be called the same.
pub(super) mod rank {
    pub(in crate::relation::graph) const BELONGS_TO: u8 = 0;
    pub(in crate::relation::graph) const HAS: u8 = 1;
    pub(in crate::relation::graph) const HAS_ELSEWHERE: u8 = 2;
    pub(in crate::relation::graph) const MANY_PLAIN: u8 = 3;
    pub(in crate::relation::graph) const MANY: u8 = 4;
    pub(in crate::relation::graph) const MANY_ELSEWHERE: u8 = 5;
    pub(in crate::relation::graph) const HAS_JUNCTION: u8 = 6;
}

/// The way to the row that is pointed at.
pub(super) fn belongs_to(link: &Link<'_>, inflection: &Inflection) -> Draft {
    let target = inflection.singular(&snake(&link.parent.name));
    let Role { stem, is_column } = &link.role;
    let mut names = Vec::new();
    if !is_column {
        names.push(stem.clone());
    }
    names.push(match ends_with(stem, &target) {
        true => format!("{stem}_row"),
        false => format!("{stem}_{target}"),
    });
    if let Some(schema) = &link.parent.schema {
        names.push(format!("{stem}_{}_{target}", snake(schema)));
    }
    let rank = (rank::BELONGS_TO, link.key.columns.len());
    let table = link.child.table_name();
    let steps = vec![link.step()];
    let mut relation = Relation::new(
        "",
        table,
        RelationKind::BelongsTo,
        steps,
        Origin::ForeignKey,
    );
    relation.required = link.is_required();
    relation.foreign_key.clone_from(&link.key.name);
    relation.reason = told(link);
    Draft {
        at: link.from,
        relation,
        wish: Wish { rank, names },
        after: "the column",
    }
}

/// The way back, to the rows that point. `siblings` is how many keys of their table lead there, `is_junction` whether that
/// is a junction table.
pub(super) fn has(
    link: &Link<'_>,
    siblings: usize,
    is_junction: bool,
    inflection: &Inflection,
) -> Draft {
    let child = snake(&link.child.name);
    let singular = inflection.singular(&child);
    let base = match link.unique {
        true => singular.clone(),
        false => inflection.plural(&child),
    };
    let target = inflection.singular(&snake(&link.parent.name));
    let stem = link.role.stem.as_str();
    let as_role = format!("{base}_{}", phrase(stem, &target));
    let is_own = link.from == link.to;
    let mut names = Vec::new();
    match stem.strip_prefix("parent_") {
        _ if is_own && stem == "parent" => names.push(match link.unique {
            true => "child".to_owned(),
            false => inflection.plural("child"),
        }),
        Some(_) if is_own => names.push(format!("child_{base}")),
        // Of a row's one successor, the table's own name says nothing.
        _ if is_own && link.unique => names.push(as_role.clone()),
        _ => {}
    }
    if siblings < 2 || stem == target {
        let is_column = link
            .parent
            .columns
            .iter()
            .any(|c| same_name(&c.name, &base));
        names.push(match (is_column, link.unique) {
            (false, _) => base.clone(),
            (true, true) => format!("{singular}_row"),
            (true, false) => format!("{singular}_rows"),
        });
    }
    if siblings < 2
        && let Some(schema) = &link.child.schema
    {
        names.push(format!("{}_{base}", snake(schema)));
    }
    names.push(as_role.clone());
    if let Some(schema) = &link.child.schema {
        names.push(format!("{}_{as_role}", snake(schema)));
    }
    let rank = match (is_junction, link.child.schema == link.parent.schema) {
        (true, _) => rank::HAS_JUNCTION,
        (false, true) => rank::HAS,
        (false, false) => rank::HAS_ELSEWHERE,
    };
    let kind = match link.unique {
        true => RelationKind::HasOne,
        false => RelationKind::HasMany,
    };
    let table = link.parent.table_name();
    let mut relation = Relation::new("", table, kind, vec![link.step_back()], Origin::ForeignKey);
    relation.foreign_key.clone_from(&link.key.name);
    relation.reason = told(link);
    let rank = (rank, link.key.columns.len());
    Draft {
        at: link.to,
        relation,
        wish: Wish { rank, names },
        after: "the table",
    }
}

/// What tells the keys of one table to another apart, behind the table's plural: `as_editor`, `from`, `created_by`.
fn phrase(stem: &str, target: &str) -> String {
    let is_preposition = |word: Option<&str>| word.is_some_and(|word| PREPOSITIONS.contains(&word));
    // Of `from_user`, in a table of messages between users.
    let short = match stem
        .strip_suffix(target)
        .and_then(|before| before.strip_suffix('_'))
    {
        Some(before) if is_preposition(before.rsplit('_').next()) => before,
        _ => stem,
    };
    let speaks =
        is_preposition(short.split('_').next()) || is_preposition(short.rsplit('_').next());
    match speaks {
        true => short.to_owned(),
        false => format!("as_{short}"),
    }
}

/// Whether a plural can be made of a column's word.
pub(super) fn is_noun(stem: &str) -> bool {
    let last = stem.rsplit('_').next();
    !last.is_some_and(|word| PREPOSITIONS.contains(&word))
}

/// A foreign key, for people.
pub(super) fn told(link: &Link<'_>) -> String {
    let name = link.key.name.as_ref();
    let name = name.map_or(String::new(), |name| format!(" `{name}`"));
    format!(
        "the foreign key{name} {} of `{}` points at `{}` {}",
        listed(&link.key.columns),
        link.child.table_name(),
        link.parent.table_name(),
        listed(&link.key.references.columns),
    )
}

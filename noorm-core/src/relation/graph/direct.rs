//! Relations of one step: along a foreign key, and back.

use super::infer::{Draft, Way};
use super::link::{Link, Role};
use crate::relation::names::{Rank, Wish, is_last, phrase, snake};
use crate::relation::relation::RelationKind;

/// The way to the row that is pointed at.
pub(super) fn belongs_to<'l>(link: &'l Link<'l>) -> Draft<'l> {
    let steps = vec![link.step()];
    let mut relation = link.relation(link.child, RelationKind::BelongsTo, steps);
    let is_sure = |name: &String| link.child.table.column(name).is_some_and(|c| !c.nullable);
    let enforced = link.origin.is_enforced() && link.key.validated;
    relation.required = enforced && link.key.columns.iter().all(is_sure);
    relation.reason = link.told().to_owned();
    Draft {
        at: link.child.at,
        relation,
        wish: Wish {
            rank: Rank::BelongsTo,
            best: there_names(link).next().unwrap_or_default(),
        },
        after: "the column",
        way: Way::There(link),
    }
}

/// What it may be called, the best name first; each is worked out when it is asked for.
pub(super) fn there_names(link: &Link<'_>) -> impl Iterator<Item = String> {
    let target = &link.parent.singular;
    let Role {
        stem,
        is_column,
        is_second,
    } = &link.role;
    (0..3).filter_map(move |at| match at {
        0 if *is_second => {
            let [by, _] = link.by();
            Some(format!("{stem}_{by}"))
        }
        0 => (!is_column).then(|| stem.clone()),
        1 if is_last(target, stem) => Some(format!("{stem}_row")),
        1 => Some(format!("{stem}_{target}")),
        _ => link
            .parent
            .schema()
            .map(|schema| format!("{stem}_{schema}_{target}")),
    })
}

/// How the table at the other end stands to this one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Child {
    /// How many keys of it lead here.
    pub(super) keys: usize,
    pub(super) is_junction: bool,
    /// Whether one row at most points at each of this one's.
    pub(super) is_one: bool,
}

/// The way back, to the rows that point.
pub(super) fn has<'l>(link: &'l Link<'l>, child: Child) -> Draft<'l> {
    let kind = match child.is_one {
        true => RelationKind::HasOne,
        false => RelationKind::HasMany,
    };
    let rank = match (
        child.is_junction,
        link.child.table.schema == link.parent.table.schema,
    ) {
        (true, _) => Rank::HasJunction,
        (false, true) => Rank::Has,
        (false, false) => Rank::HasElsewhere,
    };
    let mut relation = link.relation(link.parent, kind, vec![link.step_back()]);
    relation.reason = link.told().to_owned();
    Draft {
        at: link.parent.at,
        relation,
        wish: Wish {
            rank,
            best: back_names(link, child).next().unwrap_or_default(),
        },
        after: "the table",
        way: Way::Back(link, child),
    }
}

/// What it may be called, as [`there_names`].
pub(super) fn back_names<'l>(
    link: &'l Link<'_>,
    child: Child,
) -> impl Iterator<Item = String> + use<'l> {
    let (base, own, row) = match child.is_one {
        true => (&link.child.singular, "child", "row"),
        false => (&link.child.plural, "children", "rows"),
    };
    let (stem, target) = (link.role.stem.as_str(), link.parent.singular.as_str());
    let as_role = move || format!("{base}_{}", phrase(stem, target));
    let is_sure = child.keys < 2;
    let schema = || link.child.schema();
    let is_near = link.child.table.schema == link.parent.table.schema;
    // `profile_as_user` would tell a user nothing; beside the other ends, rows of a junction table are but rows.
    let says_more = is_sure && !target.ends_with(stem) && !child.is_junction;
    (0..8).filter_map(move |at| match at {
        0 => match stem.strip_prefix("parent_") {
            _ if !link.is_own() => None,
            _ if stem == "parent" => Some(own.to_owned()),
            Some(_) => Some(format!("child_{base}")),
            // Of a row's one successor, the table's own name says nothing.
            None => child.is_one.then(as_role),
        },
        1 if link.role.is_second => {
            let [_, by] = link.by();
            Some(format!("{base}_{by}"))
        }
        1 if is_sure || stem == target => match link.parent.has_column(base) {
            true if says_more => None,
            true => Some(format!("{}_{row}", link.child.singular)),
            false => Some(base.clone()),
        },
        // Where all stand in one schema, it tells nothing apart.
        2 | 4 if is_sure && is_near == (at == 4) => {
            schema().map(|schema| format!("{schema}_{base}"))
        }
        3 if says_more => Some(as_role()),
        5 if is_sure => Some(format!("{}_{row}", snake(&link.child.table.name))),
        6 if !says_more => Some(as_role()),
        7 => schema().map(|schema| format!("{schema}_{}", as_role())),
        _ => None,
    })
}

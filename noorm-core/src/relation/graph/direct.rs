//! Relations of one step: along a foreign key, and back.

use super::Draft;
use super::link::{Link, Role, ends_with};
use crate::relation::names::{Rank, Wish, phrase, snake};
use crate::relation::relation::RelationKind;

/// The way to the row that is pointed at.
pub(super) fn belongs_to(link: &Link<'_>) -> Draft {
    let target = &link.parent.singular;
    let Role { stem, is_column } = &link.role;
    let mut names = Vec::new();
    if !is_column {
        names.push(stem.clone());
    }
    names.push(match ends_with(stem, target) {
        true => format!("{stem}_row"),
        false => format!("{stem}_{target}"),
    });
    if let Some(schema) = link.parent.schema() {
        names.push(format!("{stem}_{schema}_{target}"));
    }
    let steps = vec![link.step()];
    let mut relation = link.relation(link.child, RelationKind::BelongsTo, steps);
    let is_sure = |name: &String| link.child.table.column(name).is_some_and(|c| !c.nullable);
    relation.required = link.origin.is_enforced() && link.key.columns.iter().all(is_sure);
    relation.reason = link.told();
    Draft {
        at: link.child.at,
        relation,
        wish: Wish {
            rank: Rank::BelongsTo,
            names,
        },
        after: "the column",
    }
}

/// How the table at the other end stands to this one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Child {
    /// How many keys of it lead here.
    pub(super) keys: usize,
    pub(super) is_junction: bool,
}

/// The way back, to the rows that point.
pub(super) fn has(link: &Link<'_>, child: Child) -> Draft {
    let kind = match link.is_unique() {
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
    relation.reason = link.told();
    Draft {
        at: link.parent.at,
        relation,
        wish: Wish {
            rank,
            names: has_names(link, kind, child.keys),
        },
        after: "the table",
    }
}

fn has_names(link: &Link<'_>, kind: RelationKind, keys: usize) -> Vec<String> {
    let (base, child, row) = match kind {
        RelationKind::HasOne => (&link.child.singular, "child", "row"),
        _ => (&link.child.plural, "children", "rows"),
    };
    let (stem, target) = (link.role.stem.as_str(), link.parent.singular.as_str());
    let as_role = format!("{base}_{}", phrase(stem, target));
    let mut names = Vec::new();
    match stem.strip_prefix("parent_") {
        _ if !link.is_own() => (),
        _ if stem == "parent" => names.push(child.to_owned()),
        Some(_) => names.push(format!("child_{base}")),
        // Of a row's one successor, the table's own name says nothing.
        None if kind == RelationKind::HasOne => names.push(as_role.clone()),
        None => (),
    }
    if keys < 2 || stem == target {
        names.push(match link.parent.has_column(base) {
            true => format!("{}_{row}", link.child.singular),
            false => base.clone(),
        });
    }
    let schema = link.child.schema();
    if keys < 2 {
        names.extend(schema.iter().map(|schema| format!("{schema}_{base}")));
        names.push(format!("{}_{row}", snake(&link.child.table.name)));
    }
    let in_schema = schema.map(|schema| format!("{schema}_{as_role}"));
    names.push(as_role);
    names.extend(in_schema);
    names
}

//! Relations as a diagram for Mermaid: a line for both directions, with their names.

use std::fmt::Write as _;

use noorm::relation::{Relation, RelationKind, Step};

use super::Shown;
use crate::inspect::mermaid::{commented, quoted};

/// Draws the relations.
pub fn draw(shown: &Shown) -> String {
    let mut out = String::from("erDiagram\n");
    // Writing to a string can't fail.
    for warning in &shown.warnings {
        let _ = writeln!(out, "    {}", commented(&warning.to_string()));
    }
    for (at, relation) in shown.relations.iter().enumerate() {
        let back = shown
            .relations
            .iter()
            .position(|other| is_inverse(relation, other));
        match back.and_then(|back| Some((back, shown.relations.get(back)?))) {
            // The other one has drawn the line already.
            Some((back, _)) if back < at => {}
            Some((_, back)) => {
                let _ = writeln!(out, "    {}", line(shown, relation, Some(back)));
            }
            None => {
                let _ = writeln!(out, "    {}", line(shown, relation, None));
            }
        }
    }
    out
}

/// Whether the two are one way in both directions.
fn is_inverse(one: &Relation, other: &Relation) -> bool {
    let turned = |(there, back): (&Step, &Step)| {
        there.columns == back.to_columns && there.to_columns == back.columns
    };
    let mut between_back: Vec<_> = other.through().collect();
    between_back.reverse();
    (&one.table, one.target()) == (other.target(), &other.table)
        && (one.table != other.table || one.name != other.name)
        && one.through().eq(between_back)
        && one.steps.len() == other.steps.len()
        && one.steps.iter().zip(other.steps.iter().rev()).all(turned)
}

/// `"album" }o--|| "artist" : "artist / albums"`
fn line(shown: &Shown, relation: &Relation, back: Option<&Relation>) -> String {
    let near = match back {
        Some(back) if back.is_to_one() && back.required => "||",
        Some(back) if back.is_to_one() => "|o",
        None if matches!(relation.kind, RelationKind::HasOne | RelationKind::HasMany) => "|o",
        _ => "}o",
    };
    let far = match relation.is_to_one() {
        true if relation.required => "||",
        true => "o|",
        false => "o{",
    };
    let between = if relation.kind.is_through() {
        ".."
    } else {
        "--"
    };
    let names = match back {
        Some(back) => format!("{} / {}", relation.name, back.name),
        None => relation.name.to_string(),
    };
    let (from, to) = (shown.name(&relation.table), shown.name(relation.target()));
    format!(
        "{} {near}{between}{far} {} : {}",
        quoted(&from),
        quoted(&to),
        quoted(&names)
    )
}

//! What is said of a condition that a record doesn't meet.

use super::Rule;
use super::condition::{Comparison, Condition, Operand};
use crate::schema::Check;

impl Rule {
    /// The rules that a check comes to: one for each part of an `AND` that says something.
    pub(super) fn all(condition: Condition, check: &Check) -> Vec<Self> {
        match condition {
            Condition::All(parts) => {
                let each = parts.into_iter().flat_map(|part| Self::all(part, check));
                each.collect()
            }
            condition if condition.is_known() => Self::one(condition, check).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn one(condition: Condition, check: &Check) -> Option<Self> {
        let mut columns = Vec::new();
        condition.columns(&mut columns);
        let column = columns.first()?.name.to_string();
        let (code, message) = told(&condition).unwrap_or_else(|| {
            let name = check.name.as_deref();
            let named = name.map_or(String::new(), |name| format!(" `{name}`"));
            (
                "check",
                format!("breaks the check{named}: {}", check.expression),
            )
        });
        Some(Self {
            condition,
            column,
            code,
            message,
        })
    }
}

/// The code and the words for what can be said simply.
fn told(condition: &Condition) -> Option<(&'static str, String)> {
    match condition {
        Condition::Compare(left, how, right) => bound(left, *how, right, false),
        Condition::Not(inner) => match &**inner {
            Condition::Compare(left, how, right) => bound(left, *how, right, true),
            Condition::Is(_, text, _) if text.is_empty() => {
                Some(("length", "must not be empty".into()))
            }
            Condition::Is(_, text, _) => Some(("enum", format!("must not be {text}"))),
            Condition::Null(_) => Some(("null", "can't be null".into())),
            _ => None,
        },
        Condition::Is(_, text, _) => Some(("enum", format!("must be {text}"))),
        Condition::Any(parts) => one_of(parts),
        _ => None,
    }
}

/// `a <= 5`, `0 < length(a)`.
fn bound(
    left: &Operand,
    how: Comparison,
    right: &Operand,
    negated: bool,
) -> Option<(&'static str, String)> {
    let (subject, limit, turned) = match (constant(left), constant(right)) {
        (None, Some(limit)) => (left, limit, false),
        (Some(limit), None) => (right, limit, true),
        _ => return None,
    };
    // What isn't less is at least, seen from the same side.
    let words = match (how, turned, negated) {
        (Comparison::Equal, _, false) => "",
        (Comparison::Equal, _, true) => "other than ",
        (Comparison::AtMost, false, false) | (Comparison::Less, true, true) => "at most ",
        (Comparison::AtMost, true, false) | (Comparison::Less, false, true) => "at least ",
        (Comparison::Less, false, false) | (Comparison::AtMost, true, true) => "less than ",
        (Comparison::Less, true, false) | (Comparison::AtMost, false, true) => "more than ",
    };
    Some(match subject {
        Operand::Length(_) => ("length", format!("must have {words}{limit} characters")),
        _ => ("range", format!("must be {words}{limit}")),
    })
}

fn constant(operand: &Operand) -> Option<String> {
    match operand {
        Operand::Number(number) => Some(number.text()),
        Operand::Date(date) => Some(date.to_string()),
        Operand::Column(_) | Operand::Length(_) => None,
    }
}

/// A column that is one of a list.
fn one_of(parts: &[Condition]) -> Option<(&'static str, String)> {
    let mut columns = Vec::new();
    let mut words = Vec::new();
    fn gather(part: &Condition, words: &mut Vec<String>) -> Option<()> {
        match part {
            Condition::Any(parts) => return parts.iter().try_for_each(|part| gather(part, words)),
            Condition::Is(_, text, _) => words.push(text.clone()),
            Condition::Compare(Operand::Column(_), Comparison::Equal, other) => {
                words.push(constant(other)?);
            }
            _ => return None,
        }
        Some(())
    }
    for part in parts {
        part.columns(&mut columns);
        gather(part, &mut words)?;
    }
    let same = columns.windows(2).all(|pair| pair.first() == pair.last());
    same.then(|| ("enum", format!("must be one of {}", words.join(", "))))
}

//! Checking a record against its table before anything is sent.

use std::sync::Arc;

use super::plan::Plan;
use super::{Event, Record};
use crate::error::{Error, Problem, Result};
use crate::schema::{Column, Identity, Table, TriggerEvent, TriggerTiming};
use crate::sql::{SqlFlavor, Upsert};
use crate::value::Value;

/// What a record is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A new row; `identity` tells whether it may name what the database numbers.
    Create {
        identity: bool,
    },
    /// A new row, or changes of the one that is there.
    Upsert {
        identity: bool,
    },
    Update,
}

impl Purpose {
    fn event(self) -> Event {
        match self {
            Self::Create { .. } => Event::Create,
            Self::Upsert { .. } => Event::Upsert,
            Self::Update => Event::Update,
        }
    }

    /// Whether the database holds all the values against its checks: some look first whether the row is
    /// there, and write only a part of them then.
    fn is_judged(self, table: &Table, flavor: &dyn SqlFlavor) -> bool {
        let event = match self {
            Self::Upsert { .. } if flavor.capabilities().upsert == Upsert::Stepwise => {
                return false;
            }
            Self::Update => TriggerEvent::Update,
            _ => TriggerEvent::Insert,
        };
        !filled_by_trigger(table, event)
    }
}

/// The columns that a record names, and its values, converted to what the columns take.
pub(super) struct Checked {
    pub(super) columns: Vec<Arc<str>>,
    pub(super) values: Vec<Value>,
}

impl Checked {
    /// The value of a column, if it is named.
    pub(super) fn value(&self, column: &str) -> Option<&Value> {
        let place = self.columns.iter().position(|name| **name == *column)?;
        self.values.get(place)
    }
}

/// Checks everything that can be told without asking the database, and tells all of it at once.
pub(super) fn check(
    plan: &Plan,
    record: Record,
    purpose: Purpose,
    flavor: &dyn SqlFlavor,
) -> Result<Checked> {
    let checked = check_but(plan, record, purpose, flavor, |_| false);
    checked.map_err(|problems| Error::invalid(&plan.name.to_string(), problems))
}

/// The same, where columns that are `awaited` needn't have a value yet.
pub(super) fn check_but(
    plan: &Plan,
    record: Record,
    purpose: Purpose,
    flavor: &dyn SqlFlavor,
    awaited: impl Fn(&str) -> bool,
) -> Result<Checked, Vec<Problem>> {
    let table = &plan.table;
    let record = match purpose {
        Purpose::Update => record,
        _ => plan.filled(record, flavor),
    };
    let mut problems = match &plan.hooks {
        None => Vec::new(),
        Some(hooks) => hooks.validate(purpose.event(), &record),
    };
    let (header, values) = record.into_parts();
    let mut checked = Checked {
        columns: Vec::with_capacity(values.len()),
        values: Vec::with_capacity(values.len()),
    };
    for (name, value) in header.names().iter().zip(values) {
        let Some(column) = table.column(name) else {
            problems.push(unknown(table, name));
            continue;
        };
        match cell(table, column, value, purpose, flavor) {
            Ok(value) => {
                checked.columns.push(Arc::clone(name));
                checked.values.push(value);
            }
            Err(problem) => problems.push(problem),
        }
    }
    if purpose.is_judged(table, flavor) {
        plan.checks(flavor).judge(&checked, &mut problems);
    }
    if purpose != Purpose::Update && !filled_by_trigger(table, TriggerEvent::Insert) {
        let missing = table.columns.iter().filter(|c| {
            c.is_required()
                && !table.kind.is_view()
                && header.position(&c.name).is_none()
                && !awaited(&c.name)
        });
        problems.extend(missing.map(|column| {
            let message = format!(
                "needs a value: it is {} and has no default",
                column.native_type
            );
            Problem::new(&column.name, "required", message)
        }));
    }
    match problems.is_empty() {
        true => Ok(checked),
        false => Err(problems),
    }
}

fn cell(
    table: &Table,
    column: &Column,
    value: Value,
    purpose: Purpose,
    flavor: &dyn SqlFlavor,
) -> Result<Value, Problem> {
    let problem = |code, message: String| Err(Problem::new(&column.name, code, message));
    if let Some(problem) = refused(column, purpose) {
        return Err(problem);
    }
    if value.is_null() && !column.nullable && !takes_null(table, column) {
        return problem("null", "can't be null".into());
    }
    match column.column_type.fit(value) {
        // Here, because the second statement of a shape isn't checked again.
        Ok(value) => {
            let refusal = flavor.would_change(column, &value);
            match refusal.or_else(|| flavor.too_long(column, &value)) {
                None => Ok(value),
                Some(refusal) => problem(refusal.code(), refusal.into_reason()),
            }
        }
        Err(mismatch) => problem(mismatch.code(), mismatch.to_string()),
    }
}

/// Why a column takes no value at all.
pub(super) fn refused(column: &Column, purpose: Purpose) -> Option<Problem> {
    let (code, message) = match (column.generated.is_some(), column.identity) {
        (true, _) => ("generated", "is computed by the database: leave it out"),
        (_, Some(Identity::Always)) => (
            "identity",
            match purpose {
                Purpose::Create { identity: true } | Purpose::Upsert { identity: true } => {
                    return None;
                }
                Purpose::Create { .. } | Purpose::Upsert { .. } => {
                    "is numbered by the database: leave it out, or ask for `with_identity_insert`"
                }
                Purpose::Update => "is numbered by the database, and stays as it is: leave it out",
            },
        ),
        _ => return None,
    };
    Some(Problem::new(&column.name, code, message))
}

pub(super) fn unknown(table: &Table, name: &str) -> Problem {
    let error = table.unknown_column(name);
    let help = error.help().unwrap_or_default();
    Problem::new(name, "unknown_column", format!("is no column: {help}"))
}

/// A trigger may fill it; and NULL in SQLite's rowid alias, or a MySQL `AUTO_INCREMENT`, asks for a number.
/// PostgreSQL's serials and identities take none.
fn takes_null(table: &Table, column: &Column) -> bool {
    let numbers_itself =
        column.auto_increment && column.default.is_none() && column.identity.is_none();
    numbers_itself || filled_by_trigger(table, TriggerEvent::Insert)
}

/// A trigger may fill a column, or change it: then the server judges.
fn filled_by_trigger(table: &Table, event: TriggerEvent) -> bool {
    table.triggers.iter().any(|trigger| {
        trigger.enabled
            && trigger.events.contains(&event)
            && matches!(
                trigger.timing,
                TriggerTiming::Before | TriggerTiming::InsteadOf
            )
    })
}

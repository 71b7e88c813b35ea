//! Checking a record against its table before anything is sent.

use std::mem::{Discriminant, discriminant};
use std::sync::Arc;

use super::plan::Plan;
use super::{Event, Record};
use crate::error::{Error, Problem, Result};
use crate::executor::Header;
use crate::schema::{Column, Identity, Table, TriggerEvent};
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
    pub(super) columns: Arc<[Arc<str>]>,
    pub(super) values: Vec<Value>,
}

impl Checked {
    /// The value of a column, if it is named.
    pub(super) fn value(&self, column: &str) -> Option<&Value> {
        let place = self.columns.iter().position(|name| **name == *column)?;
        self.values.get(place)
    }

    /// The same without what stands at some places.
    fn without(&self, places: &[usize]) -> Self {
        let cells = self.columns.iter().zip(&self.values).enumerate();
        let kept = cells.filter(|(at, _)| !places.contains(at));
        let (columns, values): (Vec<_>, Vec<_>) = kept
            .map(|(_, (name, value))| (Arc::clone(name), value.clone()))
            .unzip();
        Self {
            columns: columns.into(),
            values,
        }
    }
}

/// What the columns that a record names are to a table: the same for all records that name the same ones.
#[derive(Debug)]
pub(super) struct Outline {
    header: Arc<Header>,
    purpose: Purpose,
    columns: Arc<[Arc<str>]>,
    cells: Vec<Cell>,
    /// Where the columns stand in the table that need a value and have none.
    missing: Vec<usize>,
}

/// What becomes of a value that a record has.
#[derive(Debug)]
enum Cell {
    /// It goes to the column at this place of the table, which keeps every value of a kind.
    Of(usize, Option<Discriminant<Value>>),
    Refused(Problem),
}

impl Outline {
    pub(super) fn new(
        table: &Table,
        header: &Arc<Header>,
        purpose: Purpose,
        flavor: &dyn SqlFlavor,
    ) -> Self {
        let cell = |name: &Arc<str>| match table.column_index(name) {
            Some(place) => {
                let column = table.columns.get(place);
                let refusal = column.and_then(|column| refused(column, purpose));
                let kept = column.and_then(|column| flavor.keeps_every(column));
                refusal.map_or(Cell::Of(place, kept), Cell::Refused)
            }
            None => Cell::Refused(unknown(table, name)),
        };
        let missing = table.columns.iter().enumerate().filter(|(_, column)| {
            column.is_required() && !table.kind.is_view() && header.position(&column.name).is_none()
        });
        Self {
            header: Arc::clone(header),
            purpose,
            columns: header.names().into(),
            cells: header.names().iter().map(cell).collect(),
            missing: missing.map(|(place, _)| place).collect(),
        }
    }

    /// Whether it is that of records with this header.
    pub(super) fn is_of(&self, header: &Arc<Header>, purpose: Purpose) -> bool {
        let same = || self.header.names() == header.names();
        self.purpose == purpose && (Arc::ptr_eq(&self.header, header) || same())
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
    let outline = plan.outline(&header, purpose, flavor);
    let mut checked = Checked {
        columns: Arc::clone(&outline.columns),
        values,
    };
    let mut refused = Vec::new();
    let cells = checked.values.iter_mut().zip(&outline.cells);
    for (at, (value, cell)) in cells.enumerate() {
        let kept = match cell {
            Cell::Of(_, Some(kept)) if *kept == discriminant(value) => continue,
            Cell::Of(place, _) => match table.columns.get(*place) {
                Some(column) if is_kept(column, value, flavor) => continue,
                Some(column) => keep(table, column, value, flavor),
                None => continue,
            },
            Cell::Refused(problem) => Err(problem.clone()),
        };
        if let Err(problem) = kept {
            problems.push(problem);
            refused.push(at);
        }
    }
    if purpose.is_judged(table, flavor) {
        let checks = plan.checks(flavor);
        match refused.is_empty() {
            true => checks.judge(&checked, &mut problems),
            false => checks.judge(&checked.without(&refused), &mut problems),
        }
    }
    if purpose != Purpose::Update && !filled_by_trigger(table, TriggerEvent::Insert) {
        let missing = outline.missing.iter();
        let missing = missing.filter_map(|place| table.columns.get(*place));
        let missing = missing.filter(|column| !awaited(&column.name));
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

/// Whether a value plainly is what the column takes, as most are.
#[inline]
fn is_kept(column: &Column, value: &Value, flavor: &dyn SqlFlavor) -> bool {
    match value {
        Value::Null => column.nullable,
        // Whether it is any is seen by reading it.
        Value::Json(_) => false,
        value => {
            column.column_type.holds(value)
                && flavor.would_change(column, value).is_none()
                && flavor.too_long(column, value).is_none()
        }
    }
}

/// Makes a value what the column takes.
#[cold]
fn keep(
    table: &Table,
    column: &Column,
    value: &mut Value,
    flavor: &dyn SqlFlavor,
) -> Result<(), Problem> {
    let problem = |code, message: String| Err(Problem::new(&column.name, code, message));
    if value.is_null() && !column.nullable && !takes_null(table, column) {
        return problem("null", "can't be null".into());
    }
    if !column.column_type.holds(value) || matches!(value, Value::Json(_)) {
        match column.column_type.fit(std::mem::take(value)) {
            Ok(fitted) => *value = fitted,
            Err(mismatch) => return problem(mismatch.code(), mismatch.to_string()),
        }
    }
    // Here, because the second statement of a shape isn't checked again.
    let refusal = flavor.would_change(column, value);
    match refusal.or_else(|| flavor.too_long(column, value)) {
        None => Ok(()),
        Some(refusal) => problem(refusal.code(), refusal.into_reason()),
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
pub(super) fn filled_by_trigger(table: &Table, event: TriggerEvent) -> bool {
    table.triggers_before(event).next().is_some()
}

//! Triggers.

use noorm_core::Result;
use noorm_core::schema::{Trigger, TriggerEvent, TriggerTiming};

use super::Oid;
use super::fields::{CatalogRow, Fields};
use super::relations::Drafts;

/// One row of `triggers.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct TriggerRow {
    pub(super) relation: Oid,
    pub(super) name: String,
    pub(super) bits: i64,
    pub(super) enabled: String,
    pub(super) definition: Option<String>,
}

impl CatalogRow for TriggerRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            relation: fields.take()?,
            name: fields.take()?,
            bits: fields.take()?,
            enabled: fields.take()?,
            definition: fields.take()?,
        })
    }
}

/// The bits of a trigger's type, and the events they stand for.
const EVENTS: [(i64, TriggerEvent); 4] = [
    (1 << 2, TriggerEvent::Insert),
    (1 << 4, TriggerEvent::Update),
    (1 << 3, TriggerEvent::Delete),
    (1 << 5, TriggerEvent::Truncate),
];
const EACH_ROW: i64 = 1;
const BEFORE: i64 = 1 << 1;
const INSTEAD_OF: i64 = 1 << 6;

/// Gives tables and views their triggers.
pub(super) fn add(drafts: &mut Drafts, rows: Vec<TriggerRow>) {
    for row in rows {
        if let Some(draft) = drafts.get_mut(&row.relation) {
            draft.table.triggers.push(trigger(row));
        }
    }
    for draft in drafts.values_mut() {
        draft.table.triggers.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

fn trigger(row: TriggerRow) -> Trigger {
    let has = |bit: i64| row.bits & bit != 0;
    let timing = if has(INSTEAD_OF) {
        TriggerTiming::InsteadOf
    } else if has(BEFORE) {
        TriggerTiming::Before
    } else {
        TriggerTiming::After
    };
    let events = EVENTS.iter().filter(|(bit, _)| has(*bit));
    let mut trigger = Trigger::new(row.name, timing, events.map(|(_, event)| *event).collect());
    trigger.for_each_row = has(EACH_ROW);
    // One that fires only while replicating doesn't fire for a client.
    trigger.enabled = matches!(row.enabled.as_str(), "O" | "A");
    trigger.definition = row.definition;
    trigger
}

//! Triggers.

use noorm_core::Result;
use noorm_core::schema::{Trigger, TriggerEvent, TriggerTiming};

use super::ObjectId;
use super::fields::{CatalogRow, Fields};
use super::tables::Drafts;

/// One row of `triggers.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct TriggerRow {
    pub(super) table: ObjectId,
    pub(super) name: String,
    pub(super) is_disabled: bool,
    pub(super) is_instead_of: bool,
    pub(super) on_insert: i64,
    pub(super) on_update: i64,
    pub(super) on_delete: i64,
    pub(super) definition: Option<String>,
}

impl CatalogRow for TriggerRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            table: fields.take()?,
            name: fields.take()?,
            is_disabled: fields.flag()?,
            is_instead_of: fields.flag()?,
            on_insert: fields.take()?,
            on_update: fields.take()?,
            on_delete: fields.take()?,
            definition: fields.take()?,
        })
    }
}

/// Gives tables and views their triggers.
pub(super) fn add(drafts: &mut Drafts, rows: Vec<TriggerRow>) {
    for row in rows {
        let Some(draft) = drafts.get_mut(&row.table) else {
            continue;
        };
        draft.table.triggers.push(trigger(row));
    }
    for draft in drafts.values_mut() {
        draft.table.triggers.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

fn trigger(row: TriggerRow) -> Trigger {
    let timing = match row.is_instead_of {
        true => TriggerTiming::InsteadOf,
        false => TriggerTiming::After,
    };
    let events = [
        (row.on_insert, TriggerEvent::Insert),
        (row.on_update, TriggerEvent::Update),
        (row.on_delete, TriggerEvent::Delete),
    ];
    let events = events.into_iter().filter(|(on, _)| *on == 1);
    let events = events.map(|(_, event)| event);
    let mut trigger = Trigger::new(row.name, timing, events.collect());
    // A trigger sees all rows of a statement at once.
    trigger.for_each_row = false;
    trigger.enabled = !row.is_disabled;
    trigger.definition = row.definition;
    trigger
}

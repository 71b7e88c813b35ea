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
    pub(super) event: String,
    pub(super) definition: Option<String>,
}

impl CatalogRow for TriggerRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            table: fields.take()?,
            name: fields.take()?,
            is_disabled: fields.flag()?,
            is_instead_of: fields.flag()?,
            event: fields.take()?,
            definition: fields.take()?,
        })
    }
}

/// Gives tables and views their triggers. The rows of one trigger stand together.
pub(super) fn add(drafts: &mut Drafts, rows: Vec<TriggerRow>) {
    for rows in rows.chunk_by(|a, b| (a.table, &a.name) == (b.table, &b.name)) {
        if let Some(first) = rows.first()
            && let Some(draft) = drafts.get_mut(&first.table)
        {
            draft.table.triggers.push(trigger(first, rows));
        }
    }
    for draft in drafts.values_mut() {
        draft.table.triggers.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

fn trigger(row: &TriggerRow, rows: &[TriggerRow]) -> Trigger {
    let timing = match row.is_instead_of {
        true => TriggerTiming::InsteadOf,
        false => TriggerTiming::After,
    };
    let events = [
        ("INSERT", TriggerEvent::Insert),
        ("UPDATE", TriggerEvent::Update),
        ("DELETE", TriggerEvent::Delete),
    ];
    let fires = |event: &str| rows.iter().any(|row| row.event == event);
    let events = events.into_iter().filter(|(event, _)| fires(event));
    let events = events.map(|(_, event)| event);
    let mut trigger = Trigger::new(row.name.clone(), timing, events.collect());
    // A trigger sees all rows of a statement at once.
    trigger.for_each_row = false;
    trigger.enabled = !row.is_disabled;
    trigger.definition.clone_from(&row.definition);
    trigger
}

//! Triggers.

use noorm_core::Result;
use noorm_core::schema::{Trigger, TriggerEvent, TriggerTiming};

use super::fields::{CatalogRow, Fields};
use super::tables::Drafts;

/// One row of `triggers.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct TriggerRow {
    pub(super) schema: String,
    pub(super) table: String,
    pub(super) name: String,
    pub(super) timing: String,
    pub(super) events: String,
    pub(super) body: Option<String>,
}

impl CatalogRow for TriggerRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            schema: fields.take()?,
            table: fields.take()?,
            name: fields.take()?,
            timing: fields.take()?,
            events: fields.take()?,
            body: fields.take()?,
        })
    }
}

/// Gives tables their triggers.
pub(super) fn add(drafts: &mut Drafts, rows: Vec<TriggerRow>) {
    for row in rows {
        if let Some(draft) = drafts.get_mut(&row.schema, &row.table) {
            draft.table.triggers.push(trigger(row));
        }
    }
    for draft in drafts.iter_mut() {
        draft.table.triggers.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

pub(super) fn trigger(row: TriggerRow) -> Trigger {
    let timing = match row.timing.as_str() {
        "AFTER" => TriggerTiming::After,
        _ => TriggerTiming::Before,
    };
    // Newer MariaDBs have triggers of several events.
    let events = row
        .events
        .split(',')
        .filter_map(|event| match event.trim() {
            "INSERT" => Some(TriggerEvent::Insert),
            "UPDATE" => Some(TriggerEvent::Update),
            "DELETE" => Some(TriggerEvent::Delete),
            _ => None,
        });
    let quoted = |name: &str| format!("`{}`", name.replace('`', "``"));
    let definition = row.body.map(|body| {
        format!(
            "CREATE TRIGGER {} {} {} ON {} FOR EACH ROW {body}",
            quoted(&row.name),
            row.timing,
            row.events.replace(',', " OR "),
            quoted(&row.table)
        )
    });
    let mut trigger = Trigger::new(row.name, timing, events.collect());
    trigger.definition = definition;
    trigger
}

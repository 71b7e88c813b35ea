//! What tables are besides: temporal, in memory, of a graph, of a ledger.

use noorm_core::Result;
use noorm_core::schema::TableKind;

use super::ObjectId;
use super::fields::{CatalogRow, Fields};
use super::tables::Drafts;

/// One row of `flags.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct FlagRow {
    pub(super) table: ObjectId,
    pub(super) temporal: i64,
    pub(super) in_memory: i64,
    pub(super) node: i64,
    pub(super) edge: i64,
    pub(super) ledger: i64,
    pub(super) external: i64,
}

impl CatalogRow for FlagRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            table: fields.take()?,
            temporal: fields.number()?,
            in_memory: fields.number()?,
            node: fields.number()?,
            edge: fields.number()?,
            ledger: fields.number()?,
            external: fields.number()?,
        })
    }
}

/// Notes what the model has no field for.
pub(super) fn add(drafts: &mut Drafts, rows: Vec<FlagRow>) {
    for row in rows {
        let Some(draft) = drafts.get_mut(&row.table) else {
            continue;
        };
        match row.temporal {
            1 => draft.note("it keeps the history of a temporal table"),
            2 => draft.note("it is temporal: the server keeps its older rows"),
            _ => {}
        }
        if row.in_memory == 1 {
            draft.note("it is memory-optimized");
        }
        if row.node == 1 {
            draft.note("it holds the nodes of a graph, whose ids aren't expressed");
        }
        if row.edge == 1 {
            draft.note("it holds the edges of a graph, whose ends aren't expressed");
        }
        match row.ledger {
            1 => draft.note("it keeps the history of a ledger table"),
            2 => draft.note("it is an updatable ledger table"),
            3 => draft.note("it is an append-only ledger table: rows can't be changed"),
            _ => {}
        }
        if row.external == 1 {
            draft.table.kind = TableKind::ForeignTable;
        }
    }
}

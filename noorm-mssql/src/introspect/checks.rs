//! Check constraints.

use noorm_core::Result;
use noorm_core::schema::Check;

use super::ObjectId;
use super::bare::bare;
use super::fields::{CatalogRow, Fields};
use super::foreign_keys::note_trust;
use super::tables::Drafts;

/// One row of `checks.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct CheckRow {
    pub(super) table: ObjectId,
    pub(super) name: String,
    pub(super) definition: Option<String>,
    pub(super) is_disabled: bool,
    pub(super) is_not_trusted: bool,
}

impl CatalogRow for CheckRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            table: fields.take()?,
            name: fields.take()?,
            definition: fields.take()?,
            is_disabled: fields.flag()?,
            is_not_trusted: fields.flag()?,
        })
    }
}

/// Gives tables their checks.
pub(super) fn add(drafts: &mut Drafts, rows: Vec<CheckRow>) {
    for row in rows {
        let Some(draft) = drafts.get_mut(&row.table) else {
            continue;
        };
        note_trust(draft, &row.name, row.is_disabled, row.is_not_trusted);
        match &row.definition {
            Some(sql) => {
                let mut check = Check::new(Some(row.name), bare(sql));
                check.enforced = !row.is_disabled;
                draft.table.checks.push(check);
            }
            None => draft.note_part(
                "constraint",
                &row.name,
                "the user has no right to see its condition: left out",
            ),
        }
    }
    for draft in drafts.values_mut() {
        draft.table.checks.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

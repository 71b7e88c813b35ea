//! Which columns of `tinyint(1)` hold numbers, and not truths.

use std::collections::HashSet;

use noorm_core::schema::{Column, ColumnType, Table};

use super::tables::Drafts;

/// Makes `tinyint(1)` an integer where it tells rows apart.
///
/// It is what the servers make of `boolean`, and a number from -128 to 127 all the same: whatever stands in it but 0 and 1
/// would be no value of a truth's column. A key is looked for by each of its values, so that it is a number:
///
/// - in a primary key, and at both ends of a foreign key;
/// - as a unique key of its own. One part of several is what tells whether the row is the default one of its owner: a truth.
pub(super) fn add(drafts: &mut Drafts) {
    let ends: HashSet<(Option<String>, String, String)> = drafts
        .iter_mut()
        .flat_map(|draft| &draft.table.foreign_keys)
        .flat_map(|key| {
            let target = &key.references;
            let columns = target.columns.iter();
            columns.map(|column| (target.schema.clone(), target.table.clone(), column.clone()))
        })
        .collect();
    for draft in drafts.iter_mut() {
        let own = keys(&draft.table);
        let (schema, name) = (draft.table.schema.clone(), draft.table.name.clone());
        let is_key = |column: &Column| {
            let end = (schema.clone(), name.clone(), column.name.clone());
            own.contains(&column.name) || ends.contains(&end)
        };
        for column in &mut draft.table.columns {
            // A `bit(1)` holds nothing but the two.
            let is_tiny = column.native_type.starts_with("tinyint");
            if is_tiny && column.column_type == ColumnType::Bool && is_key(column) {
                column.column_type = ColumnType::int(8);
            }
        }
    }
}

/// The columns of a table's own keys.
fn keys(table: &Table) -> HashSet<String> {
    let primary = table.primary_key.iter().flat_map(|key| &key.columns);
    let foreign = table.foreign_keys.iter().flat_map(|key| &key.columns);
    let unique = table.unique.iter().filter(|key| key.columns.len() == 1);
    let unique = unique.flat_map(|key| &key.columns);
    primary.chain(foreign).chain(unique).cloned().collect()
}

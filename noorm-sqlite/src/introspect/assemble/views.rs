//! Columns of views whose type SQLite can't tell.
//!
//! Of a column of a view, SQLite tells the declared type where that goes with the affinity; else the first type that has
//! the affinity. So `BLOB` may be a column that was declared so, or one without a type or with the type `ANY`, which
//! holds anything (`sqlite3SubqueryColumnTypes` in SQLite's `select.c`).

use std::collections::HashSet;

use noorm_core::schema::TableKind;

use super::super::lexer::tokens;
use super::super::rows::{FoundColumn, Object};
use super::relations::Relations;

/// Functions that stand for tables, whose columns hold anything.
const FUNCTIONS: [&str; 6] = [
    "json_each",
    "json_tree",
    "jsonb_each",
    "jsonb_tree",
    "generate_series",
    "dbstat",
];

/// What puts the rows of several selects together: where their columns aren't of one kind, SQLite calls them `BLOB`, too.
const COMPOUND: [&str; 3] = ["union", "intersect", "except"];

impl Relations<'_> {
    /// Whether a column that a view calls a `BLOB` may hold anything: the view names a table that has such columns, or
    /// a view that does.
    pub(super) fn reads_anything(&self, view: &Object) -> bool {
        let mut seen = HashSet::new();
        let mut open = vec![view];
        while let Some(view) = open.pop() {
            let sql = view.sql.as_deref().unwrap_or_default();
            for name in tokens(sql).iter().filter_map(|token| token.name()) {
                let name = name.to_ascii_lowercase();
                let is_unsure = FUNCTIONS.contains(&&*name) || COMPOUND.contains(&&*name);
                if is_unsure || name.starts_with("pragma_") {
                    return true;
                }
                let Some(object) = self.object(&name) else {
                    continue;
                };
                let is_view = self.kind(&object.name) == TableKind::View;
                if !is_view && self.columns(&object.name).iter().any(|c| holds_anything(c)) {
                    return true;
                }
                if is_view && seen.insert(name) {
                    open.push(object);
                }
            }
        }
        false
    }
}

fn holds_anything(column: &FoundColumn) -> bool {
    let declared = column.native_type.trim();
    declared.is_empty() || declared.eq_ignore_ascii_case("any")
}

//! `REFERENCES`: the names and deferrability of foreign keys.
//!
//! <https://sqlite.org/syntax/foreign-key-clause.html>

use noorm_core::schema::Deferrability;

use super::cursor::Cursor;

/// What a foreign key's SQL says beyond the pragma.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct ForeignKeySql {
    pub(in super::super) name: Option<String>,
    pub(in super::super) columns: Vec<String>,
    pub(in super::super) deferrability: Deferrability,
}

/// Reads what follows `REFERENCES`.
pub(super) fn references(
    name: Option<String>,
    columns: Vec<String>,
    rest: &mut Cursor<'_, '_>,
) -> Option<ForeignKeySql> {
    rest.name()?;
    rest.names();
    let mut deferrability = Deferrability::NotDeferrable;
    loop {
        if rest.eat(&["ON"]) {
            // DELETE or UPDATE, and one action.
            rest.next();
            let _action = rest.eat(&["SET"]) || rest.eat(&["NO"]);
            rest.next();
        } else if rest.eat(&["MATCH"]) {
            rest.next();
        } else if rest.eat(&["NOT", "DEFERRABLE"]) {
            rest.eat(&["INITIALLY"]).then(|| rest.next());
        } else if rest.eat(&["DEFERRABLE"]) {
            deferrability = Deferrability::InitiallyImmediate;
            if rest.eat(&["INITIALLY", "DEFERRED"]) {
                deferrability = Deferrability::InitiallyDeferred;
            } else if rest.eat(&["INITIALLY"]) {
                rest.next();
            }
        } else {
            return Some(ForeignKeySql {
                name,
                columns,
                deferrability,
            });
        }
    }
}

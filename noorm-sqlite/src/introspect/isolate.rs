//! Asking about many tables at once, and finding the broken ones when that fails.

use noorm_core::plugin::Catalog;
use noorm_core::{Error, ErrorKind, Result, Value};

use super::rows::{FromCatalogRow, collect};

/// What a statement told about the tables it was asked about.
pub(super) struct Answer<T> {
    pub(super) rows: Vec<T>,
    pub(super) unreadable: Vec<Unreadable>,
}

/// A table or view over which a statement fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreadable {
    pub(super) name: String,
    /// What can't be read: its columns, its indexes.
    pub(super) what: &'static str,
    pub(super) reason: String,
}

/// Runs `sql`, which takes a JSON list of names, for all `names` in one statement.
///
/// One broken object makes SQLite fail the whole statement; then each half is asked by itself, and so
/// on, until the broken ones stand alone.
pub(super) async fn for_each_table<T: FromCatalogRow>(
    catalog: &mut dyn Catalog,
    what: &'static str,
    sql: &str,
    names: &[&str],
) -> Result<Answer<T>> {
    let mut answer = Answer {
        rows: Vec::new(),
        unreadable: Vec::new(),
    };
    let mut open = vec![names];
    while let Some(names) = open.pop() {
        let binds = [Value::Text(json_list(names))];
        match (catalog.query(sql, &binds).await, names) {
            (Ok(rows), _) => answer.rows.extend(collect(rows)?),
            (Err(error), []) => return Err(error),
            (Err(error), _) if !may_be_an_object(&error) => return Err(error),
            (Err(error), [name]) => answer.unreadable.push(Unreadable {
                name: (*name).to_owned(),
                what,
                reason: error.message().to_owned(),
            }),
            (Err(_), names) => {
                let (first, second) = names.split_at(names.len() / 2);
                open.extend([second, first]);
            }
        }
    }
    Ok(answer)
}

/// Tells whether fewer tables might do better: not when the connection broke or time is up.
fn may_be_an_object(error: &Error) -> bool {
    use ErrorKind as E;
    let fatal = matches!(
        error.kind(),
        E::Timeout
            | E::Cancelled
            | E::NotADatabase
            | E::Storage
            | E::TransactionBusy
            | E::TransactionPoisoned
            | E::TransactionEnded
            | E::Internal
    );
    !fatal && !error.kind().is_transient()
}

fn json_list(names: &[&str]) -> String {
    let mut json = String::from("[");
    for (i, name) in names.iter().enumerate() {
        json.push_str(if i == 0 { "\"" } else { ",\"" });
        for c in name.chars() {
            match c {
                '"' | '\\' => json.extend(['\\', c]),
                c if c.is_control() => json.push_str(&format!("\\u{:04x}", u32::from(c))),
                c => json.push(c),
            }
        }
        json.push('"');
    }
    json.push(']');
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_survives_the_list() {
        let names = ["a", "a\"b", "back\\slash", "new\nline", "Größe", "[x]", ""];
        let json: Vec<String> = serde_json::from_str(&json_list(&names)).unwrap();
        assert_eq!(json, names);
        assert_eq!(json_list(&[]), "[]");
    }
}

//! What only the server's messages tell.

use noorm_core::{ErrorKind, Violation};

/// Finds what stands between `before` and `after`.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}

/// Where a message goes on with values, or with what says nothing.
const VALUES: [&str; 5] = [
    " The duplicate key value is",
    " Truncated value:",
    ", value = ",
    " The statement has been terminated.",
    "\n",
];

/// Numbers whose messages quote a value: `Conversion failed when converting the nvarchar value 'x'`.
const QUOTING: [u32; 11] = [220, 232, 241, 242, 244, 245, 248, 295, 8114, 8115, 8169];

/// Cuts the values out of a message.
pub(super) fn without_values(code: u32, text: &str) -> String {
    let mut text = text;
    for end in VALUES {
        text = text.split(end).next().unwrap_or(text);
    }
    let text = text.trim_end();
    let quotes = QUOTING.contains(&code)
        || (code == FOREIGN && foreign_kind(text) == ErrorKind::InvalidValue);
    if quotes {
        let (first, last) = (text.find(['\'', '"']), text.rfind(['\'', '"']));
        if let (Some(first), Some(last)) = (first, last)
            && first < last
        {
            let head = text.get(..first).unwrap_or_default();
            let tail = text.get(last + 1..).unwrap_or_default();
            return format!("{head}…{tail}");
        }
    }
    text.to_owned()
}

/// Tells whether 547 is about a check, not a foreign key.
pub(super) fn is_check(text: &str) -> bool {
    text.contains("CHECK constraint") || text.contains("check constraint")
}

/// Tells the kind of an error that has no number of SQL Server's: Babelfish gives all of PostgreSQL's
/// own errors this one, with PostgreSQL's messages.
pub(super) const FOREIGN: u32 = 33_557_097;

/// The kind of such an error.
pub(super) fn foreign_kind(text: &str) -> ErrorKind {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["current transaction is aborted"]) {
        ErrorKind::TransactionPoisoned
    } else if says(&["not currently supported in Babelfish"]) {
        ErrorKind::Unsupported
    } else if text.starts_with("column \"@") {
        // A variable that nobody declared: 137 elsewhere.
        ErrorKind::InvalidStatement
    } else if says(&["does not exist"])
        && (text.starts_with("relation") || text.starts_with("column"))
    {
        ErrorKind::SchemaChanged
    } else if says(&[
        "invalid input syntax",
        "out of range",
        "value too long",
        "overflow",
    ]) {
        ErrorKind::InvalidValue
    } else if says(&["permission denied", "must be owner"]) {
        ErrorKind::PermissionDenied
    } else if says(&["canceling statement due to user request"]) {
        ErrorKind::Cancelled
    } else if says(&["could not serialize access"]) {
        ErrorKind::SerializationFailure
    } else if says(&[
        "syntax error",
        "does not exist",
        "missing FROM-clause",
        "is ambiguous",
    ]) {
        ErrorKind::InvalidStatement
    } else {
        ErrorKind::Database
    }
}

/// Reads out of a message what it says of a constraint.
pub(super) fn violation(code: u32, text: &str) -> Option<Violation> {
    let mut violation = Violation::new();
    match code {
        // Violation of UNIQUE KEY constraint 'UQ_x'. Cannot insert duplicate key in object 'dbo.t'.
        2627 => {
            let name = between(text, "constraint '", "'.");
            // Babelfish: duplicate key value violates unique constraint "uq"
            let name = name.or_else(|| between(text, "constraint \"", "\""));
            violation.constraint = name.map(str::to_owned);
            violation.table = between(text, "object '", "'.").map(str::to_owned);
        }
        // Cannot insert duplicate key row in object 'dbo.t' with unique index 'ix'.
        2601 => {
            violation.constraint = between(text, "unique index '", "'.").map(str::to_owned);
            violation.table = between(text, "object '", "' with").map(str::to_owned);
        }
        // Cannot insert the value NULL into column 'c', table 'db.dbo.t'; column does not allow nulls.
        515 => {
            let column = between(text, "column '", "', table");
            // Babelfish: null value in column "c" of relation "t" violates not-null constraint
            let column = column.or_else(|| between(text, "column \"", "\" of"));
            violation.columns = column.map(str::to_owned).into_iter().collect();
            // The name of the database stands before the first dot, if no name has dots.
            violation.table = between(text, "table '", "'; column").map(|table| {
                let rest = table.split_once('.').map_or(table, |(_, rest)| rest);
                rest.to_owned()
            });
        }
        // The INSERT statement conflicted with the CHECK constraint "CK_x". The conflict occurred in
        // database "db", table "dbo.t", column 'c'.
        547 => {
            violation.constraint = between(text, "constraint \"", "\"").map(str::to_owned);
            let table = between(text, "table \"", "\"").map(str::to_owned);
            // Of a FOREIGN KEY, it is the table that is pointed at; of a REFERENCE, the one that points.
            if is_check(text) || text.contains("REFERENCE constraint") {
                violation.table = table;
            }
        }
        550 => {}
        _ => return None,
    }
    Some(violation)
}

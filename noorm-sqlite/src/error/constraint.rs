//! Which constraint was violated, from the words of SQLite's message.

use libsqlite3_sys as ffi;
use noorm_core::{Error, ErrorKind, Violation};

/// Makes the error of an extended code of `SQLITE_CONSTRAINT`.
pub(super) fn violated(code: i32, message: &str) -> Error {
    let told = message
        .split_once(" constraint failed: ")
        .map(|(_, told)| told);
    let violation = match (code, told) {
        // A failed CHECK is told by its name, or by its expression if it has none.
        (ffi::SQLITE_CONSTRAINT_CHECK, Some(told)) => constraint(told),
        (_, Some(told)) => match told
            .strip_prefix("index '")
            .and_then(|t| t.strip_suffix('\''))
        {
            Some(index) => constraint(&index.replace("''", "'")),
            None => columns(told),
        },
        (_, None) => Violation::new(),
    };
    let kind = match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID => ErrorKind::UniqueViolation,
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => ErrorKind::ForeignKeyViolation,
        ffi::SQLITE_CONSTRAINT_NOTNULL => ErrorKind::NotNullViolation,
        ffi::SQLITE_CONSTRAINT_CHECK => ErrorKind::CheckViolation,
        // A value of the wrong type for a STRICT table.
        ffi::SQLITE_CONSTRAINT_DATATYPE => ErrorKind::InvalidValue,
        // RAISE() in a trigger, or a virtual table: the message is its author's.
        _ => return Error::new(ErrorKind::Database, message),
    };
    match kind {
        ErrorKind::InvalidValue => Error::new(kind, message),
        kind => Error::new(kind, message).with_violation(violation),
    }
}

fn constraint(name: &str) -> Violation {
    let mut violation = Violation::new();
    violation.constraint = Some(name.to_owned());
    violation
}

/// Reads `table.column, table.column`. A dot in a table's name can't be told from the one behind it,
/// unless the same table stands before every column.
fn columns(told: &str) -> Violation {
    let mut violation = Violation::new();
    let Some((table, _)) = told.split_once('.') else {
        return violation;
    };
    let before = format!("{table}.");
    let between = format!(", {before}");
    let columns = told.strip_prefix(&before).unwrap_or(told).split(&*between);
    violation.columns = columns.map(str::to_owned).collect();
    violation.table = Some(table.to_owned());
    violation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: i32, message: &str, kind: ErrorKind, expected: &str) {
        let error = violated(code, message);
        assert_eq!((error.kind(), error.message()), (kind, message));
        let shown = error.violation().map(|v| {
            let table = v.table.as_deref().unwrap_or("?");
            let constraint = v.constraint.as_deref().unwrap_or("?");
            format!("{table} {:?} {constraint}", v.columns)
        });
        assert_eq!(shown.as_deref().unwrap_or("-"), expected);
    }

    #[test]
    fn unique() {
        let (code, kind) = (ffi::SQLITE_CONSTRAINT_UNIQUE, ErrorKind::UniqueViolation);
        check(code, "UNIQUE constraint failed: t.a", kind, r#"t ["a"] ?"#);
        let message = "UNIQUE constraint failed: my t.a, b, my t.c d";
        check(code, message, kind, r#"my t ["a, b", "c d"] ?"#);
        let message = "UNIQUE constraint failed: index 'it''s lower'";
        check(code, message, kind, "? [] it's lower");
        let code = ffi::SQLITE_CONSTRAINT_PRIMARYKEY;
        check(
            code,
            "UNIQUE constraint failed: t.id",
            kind,
            r#"t ["id"] ?"#,
        );
    }

    #[test]
    fn other_constraints() {
        let (code, kind) = (ffi::SQLITE_CONSTRAINT_NOTNULL, ErrorKind::NotNullViolation);
        check(
            code,
            "NOT NULL constraint failed: t.a",
            kind,
            r#"t ["a"] ?"#,
        );
        let (code, kind) = (ffi::SQLITE_CONSTRAINT_CHECK, ErrorKind::CheckViolation);
        check(
            code,
            "CHECK constraint failed: price > 0.5",
            kind,
            "? [] price > 0.5",
        );
        let (code, kind) = (
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY,
            ErrorKind::ForeignKeyViolation,
        );
        check(code, "FOREIGN KEY constraint failed", kind, "? [] ?");
        let (code, kind) = (ffi::SQLITE_CONSTRAINT_TRIGGER, ErrorKind::Database);
        check(code, "closed on Sundays", kind, "-");
        let (code, kind) = (ffi::SQLITE_CONSTRAINT_DATATYPE, ErrorKind::InvalidValue);
        check(
            code,
            "cannot store TEXT value in INTEGER column t.a",
            kind,
            "-",
        );
    }
}

//! Violated constraints: which one, of which table.

use mysql_async::ServerError;
use noorm_core::{Error, ErrorKind, Violation};

use super::quoted::{first_in_quotes, in_backticks, last_in_quotes};

/// Makes the error of a violated constraint, without the values that the server quotes.
pub(super) fn error(kind: ErrorKind, server: &ServerError) -> Error {
    let mut violation = Violation::new();
    let message = match kind {
        ErrorKind::UniqueViolation => {
            unique(server, &mut violation);
            "a row with the same values is there already"
        }
        ErrorKind::ForeignKeyViolation => {
            foreign_key(server, &mut violation);
            match server.code {
                1217 | 1451 => "other rows point at the row",
                _ => "no row has the key that is pointed at",
            }
        }
        ErrorKind::NotNullViolation => {
            // `Column 'a' cannot be null`, `Field 'a' doesn't have a default value`: no value is quoted.
            let named = first_in_quotes(&server.message).map(str::to_owned);
            violation.columns = named.into_iter().collect();
            "a column needs a value"
        }
        _ => {
            check(server, &mut violation);
            match server.code {
                1369 => "the row would not be seen through its view",
                1526 => "the table has no partition for the row",
                _ => "a check refused the row",
            }
        }
    };
    let mut parts = Vec::new();
    if let Some(name) = &violation.constraint {
        parts.push(format!("constraint `{name}`"));
    }
    if let [name] = violation.columns.as_slice() {
        parts.push(format!("column `{name}`"));
    }
    if let Some(table) = &violation.table {
        parts.push(format!("of `{table}`"));
    }
    let message = match parts.is_empty() {
        true => message.to_owned(),
        false => format!("{message} ({})", parts.join(" ")),
    };
    Error::new(kind, message).with_violation(violation)
}

/// `Duplicate entry '…' for key 'table.key'`; MariaDB leaves the table out.
fn unique(server: &ServerError, violation: &mut Violation) {
    if !matches!(server.code, 1062 | 1586 | 1859) {
        return;
    }
    let Some(key) = last_in_quotes(&server.message) else {
        return;
    };
    let name = key.split_once('.').map_or(key, |(_, name)| name);
    violation.constraint = Some(name.to_owned());
}

/// ``… fails (`d`.`t`, CONSTRAINT `c` FOREIGN KEY (`a`, `b`) REFERENCES …``: names stand in backticks,
/// and no value does.
fn foreign_key(server: &ServerError, violation: &mut Violation) {
    let (head, _) = server
        .message
        .split_once(" REFERENCES ")
        .unwrap_or((&server.message, ""));
    if let [schema, table, constraint, columns @ ..] = in_backticks(head).as_slice() {
        violation.table = Some(format!("{schema}.{table}"));
        violation.constraint = Some(constraint.clone());
        violation.columns = columns.to_vec();
    }
}

/// `Check constraint 'c' is violated.`; MariaDB: ``CONSTRAINT `c` failed for `d`.`t` ``, in which a
/// column's own check is called `t.c`.
fn check(server: &ServerError, violation: &mut Violation) {
    match server.code {
        3819 => violation.constraint = last_in_quotes(&server.message).map(str::to_owned),
        4025 => {
            if let [name, schema, table, ..] = in_backticks(&server.message).as_slice() {
                let own = name
                    .strip_prefix(table.as_str())
                    .and_then(|n| n.strip_prefix('.'));
                violation.constraint = Some(own.unwrap_or(name).to_owned());
                violation.table = Some(format!("{schema}.{table}"));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn told(kind: ErrorKind, code: u16, message: &str) -> (Violation, String) {
        let error = error(
            kind,
            &ServerError {
                code,
                message: message.to_owned(),
                state: "23000".to_owned(),
            },
        );
        let violation = error.violation().unwrap().clone();
        (violation, error.message().to_owned())
    }

    #[test]
    fn unique_keys() {
        for message in [
            "Duplicate entry 'it's secret' for key 'user.email'",
            "Duplicate entry 'it's secret' for key 'email'",
        ] {
            let (violation, shown) = told(ErrorKind::UniqueViolation, 1062, message);
            assert_eq!(violation.constraint.as_deref(), Some("email"));
            assert!(!shown.contains("secret"), "{shown}");
        }
    }

    #[test]
    fn foreign_keys() {
        let (violation, _) = told(
            ErrorKind::ForeignKeyViolation,
            1452,
            "Cannot add or update a child row: a foreign key constraint fails (`shop`.`album`, \
             CONSTRAINT `album_artist` FOREIGN KEY (`artist_id`) REFERENCES `artist` (`id`))",
        );
        assert_eq!(violation.table.as_deref(), Some("shop.album"));
        assert_eq!(violation.constraint.as_deref(), Some("album_artist"));
        assert_eq!(violation.columns, ["artist_id"]);
    }

    #[test]
    fn what_is_not_named_is_left_out() {
        let kind = ErrorKind::CheckViolation;
        let (violation, shown) = told(kind, 1369, "CHECK OPTION failed 'shop.cheap'");
        assert_eq!(violation.constraint, None);
        assert_eq!(shown, "the row would not be seen through its view");
        let (_, shown) = told(kind, 1526, "Table has no partition for value 7");
        assert_eq!(shown, "the table has no partition for the row");
        let unique = ErrorKind::UniqueViolation;
        for (code, message) in [
            (1022, "Can't write; duplicate key in table 'album'"),
            (1062, "Duplicate entry"),
        ] {
            let (violation, shown) = told(unique, code, message);
            assert_eq!(violation.constraint, None);
            assert_eq!(shown, "a row with the same values is there already");
        }
        let (violation, shown) = told(ErrorKind::ForeignKeyViolation, 1217, "Cannot delete");
        assert_eq!(violation.table, None);
        assert_eq!(shown, "other rows point at the row");
        // A check that is named in no backticks.
        let (violation, _) = told(kind, 4025, "CONSTRAINT failed");
        assert_eq!(violation.constraint, None);
    }

    #[test]
    fn columns_and_checks() {
        let (violation, _) = told(
            ErrorKind::NotNullViolation,
            1048,
            "Column 'a' cannot be null",
        );
        assert_eq!(violation.columns, ["a"]);
        let message = "Field 'a' doesn't have a default value";
        let (violation, _) = told(ErrorKind::NotNullViolation, 1364, message);
        assert_eq!(violation.columns, ["a"]);
        let message = "Check constraint 'positive' is violated.";
        let (violation, _) = told(ErrorKind::CheckViolation, 3819, message);
        assert_eq!(violation.constraint.as_deref(), Some("positive"));
        let message = "CONSTRAINT `album.year` failed for `shop`.`album`";
        let (violation, _) = told(ErrorKind::CheckViolation, 4025, message);
        assert_eq!(violation.constraint.as_deref(), Some("year"));
        assert_eq!(violation.table.as_deref(), Some("shop.album"));
    }
}

use super::*;
use noorm_core::error::documented_codes;

#[track_caller]
fn check(codes: &[u16], expected: ErrorKind) {
    for code in codes {
        assert_eq!(kind(*code, "HY000"), expected, "{code}");
    }
}

fn server(code: u16, message: &str) -> Cause {
    Cause::Server(ServerError {
        code,
        message: message.to_owned(),
        state: "HY000".to_owned(),
    })
}

#[test]
fn a_value_that_was_refused_is_told_by_what_is_wrong() {
    for (code, expected) in [
        (
            1153,
            "a value is larger than the packets that the server takes",
        ),
        (1264, "the value for column `a` is out of range"),
        (1406, "the value for column `a` is too long"),
        (1365, "the value for column `a` comes of a division by zero"),
        (3140, "the value for column `a` is no valid JSON"),
        (
            3037,
            "the value for column `a` is not what the column takes",
        ),
    ] {
        let told = invalid_value(&ServerError {
            code,
            message: "Wrong for column 'a' at row 1".to_owned(),
            state: "HY000".to_owned(),
        });
        assert_eq!(
            (told.kind(), told.message()),
            (ErrorKind::InvalidValue, expected)
        );
    }
}

#[test]
fn kinds_by_number() {
    check(&[1062, 1586], ErrorKind::UniqueViolation);
    check(&[1451, 1452], ErrorKind::ForeignKeyViolation);
    check(&[1213], ErrorKind::Deadlock);
    check(&[1205], ErrorKind::LockTimeout);
    check(&[3024, 1969], ErrorKind::Timeout);
    check(&[1053, 1927, 4031], ErrorKind::ConnectionLost);
    check(&[1146, 1054, 1615], ErrorKind::SchemaChanged);
    check(&[1644, 9999], ErrorKind::Database);
    assert_eq!(kind(1064, "42000"), ErrorKind::InvalidStatement);
    assert_eq!(kind(9999, "08S01"), ErrorKind::ConnectionLost);
}

#[test]
fn the_documented_codes_have_these_kinds() {
    let mut documented = documented_codes("MySQL, MariaDB");
    // Told apart by what was asked, and read elsewhere.
    let asked = ["UnknownTable", "UnknownColumn"];
    documented.retain(|(kind, code)| !asked.contains(kind) && code != "1129" && code != "1130");
    for (named, code) in &documented {
        let found = match code.strip_suffix('…') {
            Some(class) => kind(9999, &format!("{class}000")),
            None => kind(code.parse().unwrap(), "HY000"),
        };
        assert_eq!(format!("{found:?}"), *named, "{code}");
    }
    for code in 1..u16::MAX {
        let kind = kind(code, "HY000");
        let is_documented = documented.contains(&(&*format!("{kind:?}"), code.to_string()));
        assert_eq!(
            is_documented,
            kind != ErrorKind::Database,
            "{code}: {kind:?}"
        );
    }
}

#[test]
fn what_the_caller_wrote_is_wrong_not_stale() {
    let message = "Table 'd.t' doesn't exist";
    let of = |known| statement(server(1146, message), known).kind();
    assert_eq!(of(Known::Schema), ErrorKind::SchemaChanged);
    assert_eq!(of(Known::Nothing), ErrorKind::UnknownTable);
}

#[test]
fn values_are_left_out() {
    let message = "Incorrect datetime value: 'my secret' for column `d`.`t`.`day` at row 1";
    let error = statement(server(1292, message), Known::Schema);
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    assert!(!error.to_string().contains("secret"), "{error}");
    assert!(error.message().contains("`day`"), "{error}");
    let long = statement(
        server(1406, "Data too long for column 'title' at row 3"),
        Known::Schema,
    );
    assert_eq!(long.message(), "the value for column `title` is too long");
}

#[test]
fn errors_that_need_a_reaction_say_which() {
    let told = |code, known| {
        let error = statement(server(code, "as the server says"), known);
        assert_eq!(error.code(), Some(&*code.to_string()));
        error
    };
    let timeout = told(3024, Known::Schema);
    assert_eq!(timeout.kind(), ErrorKind::Timeout);
    assert_eq!(
        timeout.message(),
        "the statement ran out of time and was cancelled"
    );
    let changed = told(1020, Known::Schema);
    assert_eq!(changed.kind(), ErrorKind::SerializationFailure);
    assert_eq!(changed.message(), "as the server says");
    assert_eq!(changed.help(), Some("run the transaction again"));
    // A shape that is none, told by a row too many; of a caller's own subquery it is what it says.
    let shape = told(1242, Known::Schema);
    assert_eq!(shape.kind(), ErrorKind::InvalidValue);
    assert_eq!(shape.message(), "a value is not what the column takes");
    assert_ne!(told(1242, Known::Nothing).kind(), ErrorKind::InvalidValue);
    let column = told(1054, Known::Nothing).kind();
    assert_eq!(column, ErrorKind::UnknownColumn);
    let stale = told(1615, Known::Nothing).kind();
    assert_eq!(stale, ErrorKind::InvalidStatement);
}

#[test]
fn the_drivers_own_errors() {
    let error = of_driver(&Cause::Driver(DriverError::StmtParamsMismatch {
        required: 1,
        supplied: 0,
    }));
    assert_eq!(error.kind(), ErrorKind::InvalidStatement);
    assert_eq!(gone().kind(), ErrorKind::ConnectionLost);
    let limit = DriverError::StmtParamsNumberExceedsLimit { supplied: 70_000 };
    let many = of_driver(&Cause::Driver(limit));
    assert_eq!(many.kind(), ErrorKind::TooManyBinds);
    let file = of_driver(&Cause::Driver(DriverError::LocalInfile(
        mysql_async::LocalInfileError::NoHandler,
    )));
    assert_eq!(file.kind(), ErrorKind::Unsupported);
    let odd = of_driver(&Cause::Driver(DriverError::PacketOutOfOrder));
    assert_eq!(odd.kind(), ErrorKind::ConnectionLost);
    assert!(odd.message().starts_with("the driver gave up"), "{odd}");
    let broken = std::io::Error::from(io::ErrorKind::BrokenPipe);
    let broken = of_driver(&Cause::Io(broken.into()));
    assert_eq!(broken.message(), "the connection to the server broke");
}

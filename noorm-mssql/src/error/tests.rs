use noorm_core::ErrorKind;
use noorm_core::error::documented_codes;
use tiberius::error::{Error as Cause, IoErrorKind};

use super::connect::login_kind;
use super::message::{FOREIGN, foreign_kind, is_check, violation, without_values};
use super::{connecting, kind};
use crate::config::Config;

#[track_caller]
fn check(codes: &[u32], expected: ErrorKind) {
    for code in codes {
        assert_eq!(kind(*code), expected, "{code}");
    }
}

#[test]
fn kinds_by_number() {
    check(&[2601, 2627], ErrorKind::UniqueViolation);
    check(&[515], ErrorKind::NotNullViolation);
    check(&[1205], ErrorKind::Deadlock);
    check(&[1222], ErrorKind::LockTimeout);
    check(&[3960], ErrorKind::SerializationFailure);
    check(&[207, 208], ErrorKind::SchemaChanged);
    check(&[8152, 2628, 220, 8115, 245, 242], ErrorKind::InvalidValue);
    check(&[229, 230], ErrorKind::PermissionDenied);
    check(&[3906], ErrorKind::ReadOnly);
    check(&[18456], ErrorKind::AuthenticationFailed);
    check(&[4060, 911], ErrorKind::DatabaseNotFound);
    check(&[10928, 10929], ErrorKind::TooManyConnections);
    check(&[40501, 40613, 40197], ErrorKind::ConnectionLost);
    check(&[102, 156, 266, 8623], ErrorKind::InvalidStatement);
    check(&[3930], ErrorKind::TransactionPoisoned);
    check(&[50000], ErrorKind::Database);
    assert!(kind(1205).is_transient() && kind(1222).is_transient());
}

#[test]
fn the_documented_codes_have_these_kinds() {
    let mut documented = documented_codes("SQL Server");
    // Told apart by what was asked, or by the message.
    let asked = ["UnknownTable", "UnknownColumn"];
    documented.retain(|(kind, code)| {
        !asked.contains(kind) && (*kind, &**code) != ("CheckViolation", "547")
    });
    for code in 1..u32::from(u16::MAX) {
        let kind = kind(code);
        let rows = documented
            .iter()
            .filter(|(_, documented)| *documented == code.to_string());
        let rows: Vec<_> = rows.map(|(kind, _)| *kind).collect();
        match kind {
            ErrorKind::Database => assert!(rows.is_empty(), "{code}: {rows:?}"),
            kind => assert_eq!(rows, [format!("{kind:?}")], "{code}"),
        }
    }
}

#[track_caller]
fn told(code: u32, text: &str, table: Option<&str>, columns: &[&str], constraint: Option<&str>) {
    let violation = violation(code, text).unwrap();
    assert_eq!(violation.table.as_deref(), table);
    assert_eq!(violation.columns, columns);
    assert_eq!(violation.constraint.as_deref(), constraint);
}

#[test]
fn constraints_are_read_out_of_messages() {
    told(
        2627,
        "Violation of UNIQUE KEY constraint 'UQ_name'. Cannot insert duplicate key in object \
         'dbo.artist'. The duplicate key value is (secret).",
        Some("dbo.artist"),
        &[],
        Some("UQ_name"),
    );
    told(
        2601,
        "Cannot insert duplicate key row in object 'dbo.artist' with unique index 'ix'. The \
         duplicate key value is (1).",
        Some("dbo.artist"),
        &[],
        Some("ix"),
    );
    told(
        515,
        "Cannot insert the value NULL into column 'name', table 'shop.dbo.artist'; column does not \
         allow nulls. INSERT fails.",
        Some("dbo.artist"),
        &["name"],
        None,
    );
    let fk = "The INSERT statement conflicted with the FOREIGN KEY constraint \"FK_x\". The conflict \
              occurred in database \"shop\", table \"dbo.artist\", column 'id'.";
    told(547, fk, None, &[], Some("FK_x"));
    assert!(!is_check(fk));
    told(
        547,
        "The DELETE statement conflicted with the REFERENCE constraint \"FK_x\". The conflict occurred \
         in database \"shop\", table \"dbo.album\", column 'artist_id'.",
        Some("dbo.album"),
        &[],
        Some("FK_x"),
    );
    let ck = "The UPDATE statement conflicted with the CHECK constraint \"CK_x\". The conflict occurred \
              in database \"shop\", table \"dbo.album\".";
    told(547, ck, Some("dbo.album"), &[], Some("CK_x"));
    assert!(is_check(ck));
    assert!(violation(245, "anything").is_none());
}

#[test]
fn values_are_left_out_of_messages() {
    let check = |code, text, expected| assert_eq!(without_values(code, text), expected);
    check(
        2627,
        "Violation of PRIMARY KEY constraint 'PK'. Cannot insert duplicate key in object 'dbo.t'. The \
         duplicate key value is (secret).",
        "Violation of PRIMARY KEY constraint 'PK'. Cannot insert duplicate key in object 'dbo.t'.",
    );
    check(
        245,
        "Conversion failed when converting the nvarchar value 'se'cret' to data type int.",
        "Conversion failed when converting the nvarchar value … to data type int.",
    );
    check(
        2628,
        "String or binary data would be truncated in table 't', column 'c'. Truncated value: 'secr'.",
        "String or binary data would be truncated in table 't', column 'c'.",
    );
    check(
        220,
        "Arithmetic overflow error for data type tinyint, value = 300.",
        "Arithmetic overflow error for data type tinyint",
    );
    check(
        FOREIGN,
        "invalid input syntax for type integer: \"secret\"",
        "invalid input syntax for type integer: …",
    );
}

#[test]
fn babelfishs_own_messages() {
    let check = |text, kind| assert_eq!(foreign_kind(text), kind, "{text}");
    check("relation \"x\" does not exist", ErrorKind::SchemaChanged);
    check("column \"x\" does not exist", ErrorKind::SchemaChanged);
    check("column \"@p2\" does not exist", ErrorKind::InvalidStatement);
    check("value \"5\" is out of range", ErrorKind::InvalidValue);
    check("syntax error at or near \"x\"", ErrorKind::InvalidStatement);
    let level = "Isolation level 'SERIALIZABLE' is not currently supported in Babelfish. Set …";
    check(level, ErrorKind::Unsupported);
    check("anything else", ErrorKind::Database);
}

#[test]
fn a_user_that_is_unknown_has_failed_to_log_in() {
    let no_user = "role \"nobody\" does not exist";
    assert_eq!(
        login_kind(FOREIGN, no_user),
        ErrorKind::AuthenticationFailed
    );
    assert_eq!(
        login_kind(18456, "Login failed"),
        ErrorKind::AuthenticationFailed
    );
    assert_eq!(
        login_kind(FOREIGN, "out of shared memory"),
        ErrorKind::Database
    );
    assert_eq!(login_kind(4060, no_user), ErrorKind::DatabaseNotFound);
}

#[test]
fn what_fails_before_the_first_statement_has_a_kind() {
    let socket = |kind, message: &str| Cause::Io {
        kind,
        message: message.to_owned(),
    };
    let plain = Config::parse("mssql://u:p@db.example").unwrap();
    let named = Config::parse("mssql://u:p@db.example/d?instance=X").unwrap();
    for (cause, config, kind, message) in [
        (
            Cause::Tls("unknown issuer".into()),
            &plain,
            ErrorKind::Tls,
            "no encrypted connection to db.example:1433: unknown issuer: name the authority's certificate",
        ),
        (
            socket(IoErrorKind::TimedOut, "timed out"),
            &plain,
            ErrorKind::ConnectTimeout,
            "db.example:1433 did not answer in time",
        ),
        (
            socket(IoErrorKind::ConnectionReset, "reset"),
            &plain,
            ErrorKind::ConnectionLost,
            "hung up before it greeted: is it a SQL Server?",
        ),
        (
            socket(IoErrorKind::InvalidData, "no certificate in it"),
            &plain,
            ErrorKind::Tls,
            "no certificate in it",
        ),
        (
            socket(IoErrorKind::ConnectionRefused, "refused (os error 111)"),
            &plain,
            ErrorKind::ConnectionRefused,
            "is the server running",
        ),
        (
            socket(IoErrorKind::Other, "failed to look it up"),
            &plain,
            ErrorKind::HostNotFound,
            "check the host's name",
        ),
        (
            Cause::Protocol("encryption is not supported".into()),
            &plain,
            ErrorKind::Tls,
            "encrypt=off connects without",
        ),
        (
            Cause::Conversion("no such instance".into()),
            &named,
            ErrorKind::HostNotFound,
            "db.example\\X: no such instance: is the SQL Server Browser running?",
        ),
        (
            Cause::Conversion("nonsense".into()),
            &plain,
            ErrorKind::ConnectionLost,
            "is it a SQL Server?",
        ),
    ] {
        let error = connecting(cause, config);
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(message), "{error}");
        assert!(std::error::Error::source(&error).is_some(), "{error}");
    }
}

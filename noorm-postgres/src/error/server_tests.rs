use noorm_core::Value;

use super::*;
use crate::config::Config;
use crate::test_server;
use crate::tls;
use crate::types::Param;

async fn failure(client: &tokio_postgres::Client, sql: &str) -> Error {
    statement(client.batch_execute(sql).await.unwrap_err(), Deadline::Open)
}

#[tokio::test]
async fn violations_name_their_place() {
    let Some(client) = test_server::client().await else {
        return;
    };
    let ddl = "CREATE TEMP TABLE parent (id int CONSTRAINT parent_key PRIMARY KEY);
        CREATE DOMAIN pg_temp.even AS int CONSTRAINT is_even CHECK (VALUE % 2 = 0);
        CREATE TEMP TABLE child (
            parent_id int CONSTRAINT child_parent REFERENCES parent,
            name text NOT NULL, n int CONSTRAINT positive CHECK (n > 0), d pg_temp.even,
            CONSTRAINT no_overlap EXCLUDE (n WITH =));
        INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1, 'x', 7, 2)";
    client.batch_execute(ddl).await.unwrap();
    for (sql, kind, code, table, column, constraint) in [
        (
            "INSERT INTO parent VALUES (1)",
            ErrorKind::UniqueViolation,
            "23505",
            Some("parent"),
            None,
            Some("parent_key"),
        ),
        (
            "INSERT INTO child VALUES (9, 'x')",
            ErrorKind::ForeignKeyViolation,
            "23503",
            Some("child"),
            None,
            Some("child_parent"),
        ),
        (
            "DELETE FROM parent",
            ErrorKind::ForeignKeyViolation,
            "23503",
            Some("child"),
            None,
            Some("child_parent"),
        ),
        (
            "INSERT INTO child VALUES (1)",
            ErrorKind::NotNullViolation,
            "23502",
            Some("child"),
            Some("name"),
            None,
        ),
        (
            "INSERT INTO child VALUES (1, 'x', 0)",
            ErrorKind::CheckViolation,
            "23514",
            Some("child"),
            None,
            Some("positive"),
        ),
        (
            "INSERT INTO child VALUES (1, 'x', 1, 3)",
            ErrorKind::CheckViolation,
            "23514",
            None,
            None,
            Some("is_even"),
        ),
        (
            "INSERT INTO child VALUES (1, 'x', 7)",
            ErrorKind::ExclusionViolation,
            "23P01",
            Some("child"),
            None,
            Some("no_overlap"),
        ),
    ] {
        let error = failure(&client, sql).await;
        assert_eq!((error.kind(), error.code()), (kind, Some(code)), "{error}");
        let violation = error.violation().unwrap();
        let found = violation
            .table
            .as_deref()
            .and_then(|t| t.rsplit('.').next());
        assert_eq!(found, table, "{violation:?}");
        assert_eq!(violation.columns.first().map(String::as_str), column);
        assert_eq!(violation.constraint.as_deref(), constraint);
    }
}

#[tokio::test]
async fn statements_that_fail() {
    let Some(client) = test_server::client().await else {
        return;
    };
    for (sql, kind) in [
        ("SELEC", ErrorKind::InvalidStatement),
        ("SELECT * FROM no_such_table", ErrorKind::SchemaChanged),
        ("SELECT no_such_column", ErrorKind::SchemaChanged),
        ("SELECT 'x'::int", ErrorKind::InvalidValue),
        ("SELECT 99999::int2", ErrorKind::InvalidValue),
        ("SELECT 1/0", ErrorKind::InvalidValue),
        ("BEGIN READ ONLY; CREATE TABLE x ()", ErrorKind::ReadOnly),
        ("SELECT 1", ErrorKind::TransactionPoisoned),
        (
            "ROLLBACK; SET ROLE pg_monitor; CREATE SCHEMA x",
            ErrorKind::PermissionDenied,
        ),
        (
            "RESET ROLE; SET statement_timeout = 1; SELECT pg_sleep(5)",
            ErrorKind::Cancelled,
        ),
        (
            "RESET statement_timeout; DO $$BEGIN RAISE 'no'; END$$",
            ErrorKind::Database,
        ),
    ] {
        let error = failure(&client, sql).await;
        assert_eq!(error.kind(), kind, "{sql}: {error}");
        assert!(!error.to_string().contains("\"x\""), "{error}");
    }
    let error = client
        .batch_execute("SET statement_timeout = 1; SELECT pg_sleep(5)")
        .await;
    let error = statement(error.unwrap_err(), Deadline::Passed);
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn plans_go_stale() {
    let Some(client) = test_server::client().await else {
        return;
    };
    let run = async |sql: &str| client.batch_execute(sql).await.unwrap();
    run("CREATE TEMP TABLE t (id int, n int)").await;
    let select = client.prepare("SELECT * FROM t").await.unwrap();
    let update = client
        .prepare("UPDATE t SET n = $1 WHERE n = $2")
        .await
        .unwrap();
    let column = client.prepare("SELECT n FROM t").await.unwrap();
    run("ALTER TABLE t ADD c int, ALTER n TYPE text").await;
    let error = client.query(&select, &[]).await.unwrap_err();
    assert!(is_stale_plan(&error), "{error:?}");
    assert_eq!(
        statement(error, Deadline::Open).kind(),
        ErrorKind::SchemaChanged
    );
    let n = Value::from(1_i64);
    let error = client
        .execute(&update, &[&Param(&n), &Param(&n)])
        .await
        .unwrap_err();
    assert!(is_stale_plan(&error), "{error:?}");
    run("ALTER TABLE t DROP n").await;
    let error = client.query(&column, &[]).await.unwrap_err();
    assert_eq!(staleness(&error), Staleness::Schema);
    run("DEALLOCATE ALL").await;
    let error = client.query(&select, &[]).await.unwrap_err();
    assert!(is_stale_plan(&error), "{error:?}");
}

#[tokio::test]
async fn the_driver_refuses_and_the_socket_breaks() {
    let Some(client) = test_server::client().await else {
        return;
    };
    let error = client.prepare("SELECT '\0'").await.unwrap_err();
    assert_eq!(
        statement(error, Deadline::Open).kind(),
        ErrorKind::InvalidStatement
    );
    let error = client.query("SELECT $1::int", &[]).await.unwrap_err();
    assert_eq!(
        statement(error, Deadline::Open).kind(),
        ErrorKind::InvalidStatement
    );
    let error = failure(&client, "SELECT pg_terminate_backend(pg_backend_pid())").await;
    assert_eq!(error.kind(), ErrorKind::ConnectionLost);
    assert_eq!(
        failure(&client, "SELECT 1").await.kind(),
        ErrorKind::ConnectionLost
    );
}

async fn no_connection(url: &str) -> Error {
    let config = Config::parse(url).unwrap();
    let connector = tls::connector(&config).unwrap();
    let error = tls::connect(&config, &connector).await.err().unwrap();
    assert!(
        !format!("{error} {error:?}").contains("s3cr3t"),
        "{error:?}"
    );
    error
}

#[tokio::test]
async fn nobody_there() {
    // A port that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let error = no_connection(&format!("postgres://u:s3cr3t@{free}/d")).await;
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused, "{error:?}");
    let error = no_connection("postgres://u:s3cr3t@no-such-host.invalid/d").await;
    assert_eq!(error.kind(), ErrorKind::HostNotFound, "{error:?}");
    assert!(
        error.message().starts_with("no-such-host.invalid:5432"),
        "{error}"
    );
    #[cfg(unix)]
    {
        let error = no_connection("postgres://u:s3cr3t@%2Fno%2Fsuch/d").await;
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused, "{error:?}");
    }
}

/// A server that takes the call and says nothing, and one that hangs up.
#[tokio::test]
async fn no_server_of_this_kind() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = silent.local_addr().unwrap();
    let error = no_connection(&format!("postgres://u:s3cr3t@{at}/d?connect_timeout=50ms")).await;
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout, "{error:?}");

    let rude = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = rude.local_addr().unwrap();
    tokio::spawn(async move { while rude.accept().await.is_ok() {} });
    let error = no_connection(&format!("postgres://u:s3cr3t@{at}/d")).await;
    assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error:?}");
}

/// A server that speaks just enough of the protocol to greet with `answer`.
async fn greeting(answer: &'static [u8]) -> Error {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = server.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut socket, _) = server.accept().await.unwrap();
        let _ = socket.read(&mut [0; 1024]).await.unwrap();
        socket.write_all(answer).await.unwrap();
        let _ = socket.read(&mut [0; 1024]).await;
    });
    no_connection(&format!("postgres://u@{at}/d?sslmode=disable")).await
}

#[tokio::test]
async fn passwords() {
    // With a password from the environment the driver would send it, and wait.
    if std::env::var_os("PGPASSWORD").is_none() {
        let error = greeting(b"R\0\0\0\x08\0\0\0\x03").await;
        assert_eq!(error.kind(), ErrorKind::AuthenticationFailed, "{error:?}");
        assert!(error.help().unwrap().contains("PGPASSWORD"));
    }
    let refusal = b"E\0\0\0\x1aSFATAL\0C28P01\0Mwrong\0\0";
    let error = greeting(refusal).await;
    assert_eq!(error.kind(), ErrorKind::AuthenticationFailed, "{error:?}");
    assert_eq!(error.code(), Some("28P01"));
}

#[tokio::test]
async fn refused_by_the_server() {
    let Some(config) = test_server::config("dbname=no_such_database&options=").await else {
        return;
    };
    let connector = tls::connector(&config).unwrap();
    let connect = async |config| tls::connect(config, &connector).await.err().unwrap();
    let error = connect(&config).await;
    assert_eq!(error.kind(), ErrorKind::DatabaseNotFound, "{error:?}");
    assert!(error.help().unwrap().contains("no_such_database"));
    let config = test_server::config("options=-c%20no_such_setting%3D1")
        .await
        .unwrap();
    let error = connect(&config).await;
    assert_eq!(error.kind(), ErrorKind::InvalidUrl, "{error:?}");
    let config = test_server::config("target_session_attrs=read-only")
        .await
        .unwrap();
    let error = connect(&config).await;
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused, "{error:?}");
    let readonly =
        "target_session_attrs=read-write&options=-c%20default_transaction_read_only%3Don";
    let config = test_server::config(readonly).await.unwrap();
    let error = connect(&config).await;
    assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error:?}");
}

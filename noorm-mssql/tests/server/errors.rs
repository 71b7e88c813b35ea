//! Errors, as kinds.

use noorm_core::database::Database;
use noorm_core::{ErrorKind, record};

use crate::support::{url, url_of, with_database};

const TABLES: &str = "
CREATE TABLE parent (id int NOT NULL CONSTRAINT pk_parent PRIMARY KEY, code nvarchar(5) NOT NULL,
    CONSTRAINT uq_code UNIQUE (code))
GO
CREATE TABLE child (id int NOT NULL PRIMARY KEY, n int,
    parent_id int CONSTRAINT fk_parent REFERENCES parent (id), CONSTRAINT ck_n CHECK (n * 2 > 0))
";

#[tokio::test]
async fn violations_name_their_constraint() {
    with_database(TABLES, async |db, _| {
        let (parent, child) = (
            db.repository("parent").unwrap(),
            db.repository("child").unwrap(),
        );
        parent
            .create(record! { "id" => 1, "code" => "a" })
            .await
            .unwrap();
        child
            .create(record! { "id" => 1, "parent_id" => 1 })
            .await
            .unwrap();
        let check = |error: noorm_core::Error, kind, table: &str, columns: &[&str], name: &str| {
            assert_eq!(error.kind(), kind, "{error:?}");
            let violation = error.violation().unwrap().clone();
            assert_eq!(violation.table.as_deref(), Some(table), "{error:?}");
            assert_eq!(violation.columns, columns, "{error:?}");
            if !name.is_empty() {
                assert_eq!(violation.constraint.as_deref(), Some(name), "{error:?}");
            }
        };
        let error = parent
            .create(record! { "id" => 2, "code" => "a" })
            .await
            .unwrap_err();
        check(
            error,
            ErrorKind::UniqueViolation,
            "dbo.parent",
            &["code"],
            "uq_code",
        );
        let error = parent
            .create(record! { "id" => 1, "code" => "b" })
            .await
            .unwrap_err();
        check(
            error,
            ErrorKind::UniqueViolation,
            "dbo.parent",
            &["id"],
            "pk_parent",
        );
        let error = child
            .create(record! { "id" => 2, "parent_id" => 9 })
            .await
            .unwrap_err();
        check(
            error,
            ErrorKind::ForeignKeyViolation,
            "dbo.child",
            &["parent_id"],
            "fk_parent",
        );
        let error = parent.delete(1).await.unwrap_err();
        check(
            error,
            ErrorKind::ForeignKeyViolation,
            "dbo.child",
            &["parent_id"],
            "fk_parent",
        );
        let error = child
            .create(record! { "id" => 3, "n" => 0 })
            .await
            .unwrap_err();
        check(
            error,
            ErrorKind::CheckViolation,
            "dbo.child",
            &["n"],
            "ck_n",
        );
        let sql = "INSERT INTO parent (id, code) VALUES (5, NULL)";
        let error = db.raw(sql).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotNullViolation);
        assert_eq!(error.violation().unwrap().columns, ["code"]);
        let error = db.raw("INSERT INTO parent (id, code) VALUES (5, 'secret longer')");
        let error = error.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidValue);
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    })
    .await;
}

#[tokio::test]
async fn wrong_sql_has_a_kind() {
    with_database(TABLES, async |db, _| {
        for (sql, kind) in [
            ("SELECT * FROM nowhere", ErrorKind::UnknownTable),
            ("SELECT nothing FROM parent", ErrorKind::UnknownColumn),
            ("SELECT CAST(N'secret' AS int)", ErrorKind::InvalidValue),
        ] {
            let error = db.raw(sql).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{error:?}");
            assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn connecting_fails_with_a_kind() {
    let Some(server) = url() else { return };
    let (head, rest) = server.split_once("//").unwrap();
    let (_, place) = rest.rsplit_once('@').unwrap();
    let wrong = format!("{head}//nobody:s3cret@{place}");
    let error = Database::connect(wrong).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AuthenticationFailed, "{error:?}");
    assert!(!format!("{error:?}").contains("s3cret"));
    let error = Database::connect(url_of(&server, "no_such_db", ""))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DatabaseNotFound, "{error:?}");
    let error = Database::connect("mssql://u:p@127.0.0.1:1/x")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused, "{error:?}");
    let error = Database::connect("mssql://u:p@no.such.host.invalid/x")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::HostNotFound, "{error:?}");
}

#[tokio::test]
async fn encryption_is_agreed_on() {
    let Some(server) = url() else { return };
    let trusting = "encrypt=required&trust_server_certificate=true";
    let encrypted = Database::connect(url_of(&server, "master", trusting)).await;
    match encrypted {
        Ok(db) => assert_eq!(db.dialect(), "mssql"),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Tls, "{error:?}"),
    }
    let strict = "encrypt=required&trust_server_certificate=false";
    let refused = Database::connect(url_of(&server, "master", strict)).await;
    if let Err(error) = refused {
        assert_eq!(error.kind(), ErrorKind::Tls, "{error:?}");
    }
}

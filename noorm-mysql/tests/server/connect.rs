//! Getting in, or not.

use noorm_core::{Database, ErrorKind, Value};

use crate::on_both;
use crate::support::raw;

async fn refused(url: String) -> noorm_core::Error {
    let error = Database::connect(url).await.unwrap_err();
    assert!(
        !format!("{error:?} {error}").contains("s3cret"),
        "{error:?}"
    );
    error
}

on_both! {
    async fn each_refusal_has_its_kind(test) {
        let wrong = test.url.replacen("://root", "://noorm_nobody:s3cret", 1);
        if wrong.contains("noorm_nobody:s3cret@") {
            assert_eq!(refused(wrong).await.kind(), ErrorKind::AuthenticationFailed);
        }
        let missing = test.url.replace(&test.name, "noorm_h1_missing");
        let error = refused(missing).await;
        assert_eq!(error.kind(), ErrorKind::DatabaseNotFound);
        assert!(error.help().unwrap().contains("noorm_h1_missing"));
        let closed = refused("mysql://root@127.0.0.1:1/x".to_owned()).await;
        assert_eq!(closed.kind(), ErrorKind::ConnectionRefused);
        let host = refused("mysql://root@no.such.host.invalid/x".to_owned()).await;
        assert_eq!(host.kind(), ErrorKind::HostNotFound, "{host}");
    }

    async fn sessions_mean_the_same_everywhere(test) {
        let db = test.connect(|builder| builder).await;
        let row = raw(&db, "SELECT @@time_zone, @@character_set_connection, @@autocommit, \
             @@sql_mode LIKE '%STRICT_ALL_TABLES%', '\\\\' = CHAR(92), 1 || 0").await;
        assert_eq!(row[..2], [Value::from("+00:00"), Value::from("utf8mb4")]);
        assert_eq!(row[2..], [Value::I64(1), Value::I64(1), Value::I64(1), Value::I64(1)]);
        assert_eq!(db.dialect(), "mysql");
        let expected = if test.is_mariadb { "mariadb" } else { "mysql" };
        assert_eq!(db.flavor().name(), expected);
    }

    async fn users_with_passwords_with_and_without_encryption(test) {
        let db = test.connect(|builder| builder).await;
        let user = format!("u{}", &test.name[test.name.len() - 12..]);
        let plugin = if test.is_mariadb { "" } else { " WITH caching_sha2_password" };
        raw(&db, &format!("CREATE USER {user}@'%' IDENTIFIED{plugin} BY 's3cret/@'")).await;
        raw(&db, &format!("GRANT ALL ON {}.* TO {user}@'%'", test.name)).await;
        let url = |options: &str| {
            let rest = test.url.split_once('@').unwrap().1;
            format!("mysql://{user}:s3cret%2F%40@{rest}?{options}")
        };
        let outcome = async {
            // The first login goes through the exchange of RSA keys, the next from the server's cache.
            for options in ["ssl-mode=disabled", "ssl-mode=disabled", "ssl-mode=preferred"] {
                let db = Database::connect(url(options)).await?;
                assert_eq!(db.raw("SELECT 1").await?.rows.len(), 1);
            }
            let encrypted = Database::connect(url("ssl-mode=required")).await;
            match encrypted {
                Ok(db) => {
                    let sql = "SHOW STATUS LIKE 'Ssl_cipher'";
                    let cipher = db.raw(sql).await?.rows.value(0, 1).cloned();
                    assert_ne!(cipher, Some(Value::from("")));
                }
                Err(error) => assert_eq!(error.kind(), ErrorKind::Tls, "{error}"),
            }
            // No authority of the world has signed a test server's certificate.
            for options in ["ssl-mode=verify_ca", "ssl-mode=verify_identity"] {
                let verified = Database::connect(url(options)).await.unwrap_err();
                assert_eq!(verified.kind(), ErrorKind::Tls, "{verified}");
            }
            Ok::<_, noorm_core::Error>(())
        };
        let outcome = outcome.await;
        raw(&db, &format!("DROP USER {user}@'%'")).await;
        outcome.unwrap();
    }

    async fn a_server_on_this_machine_answers_at_its_socket(test) {
        let db = test.connect(|builder| builder).await;
        let path = raw(&db, "SELECT @@socket").await[0].clone();
        let path = path.as_str().unwrap_or_default();
        let user_info = test.url.rsplit_once('@').unwrap().0;
        let through = Database::connect(format!("{user_info}@/{}?socket={path}", test.name)).await;
        match through {
            // The path is of another machine, or of a container: there is no server, or another one.
            Err(error) => assert!(
                matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::DatabaseNotFound | ErrorKind::AuthenticationFailed),
                "{error:?}"
            ),
            Ok(through) => {
                let host = "SELECT SUBSTRING_INDEX(host, ':', 1) FROM information_schema.processlist WHERE id = CONNECTION_ID()";
                assert_eq!(raw(&through, host).await, [Value::from("localhost")]);
                let there = raw(&through, "SELECT DATABASE()").await;
                assert_eq!(there, [Value::from(test.name.as_str())]);
            }
        }
    }
}

//! What can be wrong before the first statement: each its own kind, with words that help.

use std::time::Duration;

use futures_util::FutureExt as _;
use noorm::executor::PoolOptions;
use noorm::prelude::*;
use noorm_tests::current_thread;
use noorm_tests::engines::{POSTGRES, SQLITE};
use tokio::net::TcpListener;

const PASSWORD: &str = "hunter2-s3cret";

/// The error of connecting to `url`, which shows no password in any form.
async fn refused(url: &str) -> Error {
    let pool = PoolOptions::default().connect_timeout(Duration::from_millis(500));
    let error = match Database::builder(url).pool(pool).connect().await {
        Ok(db) => panic!("{db:?} was connected"),
        Err(error) => error,
    };
    let mut shown = format!("{error} {error:?}");
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        shown.push_str(&format!(" {inner} {inner:?}"));
        cause = inner.source();
    }
    assert!(!shown.contains(PASSWORD), "{shown}");
    error
}

#[track_caller]
fn check(error: &Error, kind: ErrorKind, helps: &[&str]) {
    assert_eq!(error.kind(), kind, "{error:?}");
    for word in helps {
        assert!(
            error.to_string().contains(word),
            "`{word}` is not in: {error}"
        );
    }
}

fn run(test: impl Future<Output = ()>) {
    current_thread().block_on(test);
}

/// A URL on this machine's own port, with the password in it.
fn local(port: u16, rest: &str) -> String {
    format!("postgres://ann:{PASSWORD}@127.0.0.1:{port}/{rest}")
}

#[test]
fn a_scheme_that_nobody_registered() {
    run(async {
        let error = refused(&format!("oracle://ann:{PASSWORD}@h/d")).await;
        check(
            &error,
            ErrorKind::UnknownScheme,
            &["`oracle`", "`sqlite`", "`postgres`", "`postgresql`"],
        );
    });
}

#[test]
fn urls_that_make_no_sense() {
    run(async {
        for url in ["", "shop.db", "/srv/shop.db", ":memory:"] {
            check(
                &refused(url).await,
                ErrorKind::InvalidUrl,
                &["sqlite:shop.db"],
            );
        }
        let error = refused(&local(5432, "d?sslmod=require")).await;
        check(&error, ErrorKind::InvalidUrl, &["`sslmod`", "sslmode"]);
        let error = refused("sqlite:shop.db?mod=ro").await;
        check(&error, ErrorKind::InvalidUrl, &["`mod`", "`mode`"]);
        let error = refused("sqlite:shop.db?mode=rx").await;
        check(&error, ErrorKind::InvalidUrl, &["`mode`", "rwc"]);
        let error = refused("sqlite:").await;
        check(&error, ErrorKind::InvalidUrl, &["no file"]);
        // A password that wasn't encoded, and reads like other parts of the URL.
        for odd in ["a/b", "a@b", "a?b=c", "a#b", "%zz"] {
            let url = format!("postgres://ann:{odd}{PASSWORD}@127.0.0.1:1/d");
            refused(&url).await;
        }
    });
}

#[test]
fn a_host_that_nobody_knows() {
    run(async {
        let error = refused(&format!("postgres://ann:{PASSWORD}@no-such-host.invalid/d")).await;
        check(
            &error,
            ErrorKind::HostNotFound,
            &["no-such-host.invalid", "host's name"],
        );
    });
}

#[test]
fn a_port_where_nobody_listens() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let error = refused(&local(port, "d")).await;
        check(
            &error,
            ErrorKind::ConnectionRefused,
            &[&format!("127.0.0.1:{port}"), "running"],
        );
    });
}

#[test]
fn a_server_that_does_not_answer_or_hangs_up() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let error = refused(&local(port, "d")).await;
        check(&error, ErrorKind::ConnectTimeout, &["500ms"]);
        let hangs_up = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                drop(socket);
            }
        });
        let error = refused(&local(port, "d?sslmode=disable")).await;
        check(&error, ErrorKind::ConnectionLost, &["PostgreSQL server?"]);
        hangs_up.abort();
    });
}

#[test]
fn a_database_or_user_that_the_server_lacks() {
    run(async {
        let Some(empty) = POSTGRES.empty().await else {
            return;
        };
        let (server, name) = empty.url.rsplit_once('/').unwrap();
        let error = refused(&format!("{server}/{name}_not")).await;
        check(
            &error,
            ErrorKind::DatabaseNotFound,
            &[&format!("{name}_not"), "create"],
        );
        assert_eq!(error.code(), Some("3D000"));
        let place = server.rsplit_once('@').unwrap().1;
        let error = refused(&format!(
            "postgres://nobody_{name}:{PASSWORD}@{place}/{name}"
        ))
        .await;
        check(
            &error,
            ErrorKind::AuthenticationFailed,
            &["nobody", "password"],
        );
        let error = refused(&format!("{}?options=-c%20nothing%3D1", empty.url)).await;
        check(&error, ErrorKind::InvalidUrl, &["options"]);
    });
}

#[test]
fn a_file_that_is_not_there() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none.db");
        for mode in ["", "?mode=ro", "?mode=rw"] {
            let error = refused(&format!("sqlite:{}{mode}", path.display())).await;
            check(&error, ErrorKind::FileNotFound, &["none.db"]);
            assert!(!path.exists(), "connecting makes nothing");
        }
        let deep = folder.path().join("no/such/folder.db");
        let error = refused(&format!("sqlite:{}?mode=rwc", deep.display())).await;
        check(&error, ErrorKind::FileNotFound, &["there is no directory"]);
    });
}

#[test]
fn a_file_that_is_no_database() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let text = folder.path().join("shop.txt");
        std::fs::write(&text, "id,title\n1,Blue\n".repeat(200)).unwrap();
        for mode in ["", "?mode=ro", "?mode=rwc"] {
            let error = refused(&format!("sqlite:{}{mode}", text.display())).await;
            check(&error, ErrorKind::NotADatabase, &["shop.txt"]);
            let error = refused(&format!("sqlite:{}{mode}", folder.path().display())).await;
            check(&error, ErrorKind::NotADatabase, &["directory"]);
        }
        assert_eq!(std::fs::read_to_string(&text).unwrap().len(), 200 * 16);
    });
}

#[test]
fn what_is_opened_to_read_cannot_be_written() {
    run(async {
        for engine in [&SQLITE, &POSTGRES] {
            let ddl = "CREATE TABLE album (id bigint PRIMARY KEY);";
            let Some(db) = engine.database(ddl).await else {
                continue;
            };
            db.repository("album")?
                .create(record! { "id" => 1 })
                .await?;
            let mut read_only = vec![db.again(|builder| builder.read_only()).await];
            if engine.name == "sqlite" {
                let url = db.url().replace("mode=rwc", "mode=ro");
                read_only.push(Database::connect(url).await?);
            }
            for reader in read_only {
                let albums = reader.repository("album")?;
                assert_eq!(albums.count().await?, 1);
                for error in [
                    albums.create(record! { "id" => 2 }).await.unwrap_err(),
                    albums.delete(1).await.unwrap_err(),
                    reader.raw("CREATE TABLE x (id int)").await.unwrap_err(),
                    reader
                        .transaction(async |tx| tx.repository("album")?.delete(1).await)
                        .await
                        .unwrap_err(),
                ] {
                    assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error:?}");
                }
            }
            assert_eq!(db.repository("album")?.count().await?, 1);
        }
        Ok::<_, Error>(())
    }
    .map(|done: Result<()>| done.unwrap()));
}

//! A server that is stopped and started under a running process.

use std::time::Duration;

use noorm::executor::PoolOptions;
use noorm::prelude::*;
use noorm_tests::Engine;
use noorm_tests::engines::{MARIADB, MYSQL, POSTGRES};
use noorm_tests::servers::mysql;
use noorm_tests::servers::postgres::{container_at, execute};
use noorm_tests::writers::{check_restarts, notes};
use testcontainers::{ContainerAsync, GenericImage};

fn may_restart() -> bool {
    let may = std::env::var("NOORM_TEST_CONTAINERS").is_ok_and(|v| v == "1");
    if !may {
        eprintln!("skipped: no server may be restarted (set NOORM_TEST_CONTAINERS=1)");
    }
    may
}

/// A port that a server can have each time it starts.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Kills the server under 16 writers, and starts it again.
async fn check_writers(
    engine: &Engine,
    url: &str,
    container: ContainerAsync<GenericImage>,
) -> Result<()> {
    let pool = PoolOptions::default()
        .max_size(8)
        .connect_timeout(Duration::from_secs(30));
    let db = Database::builder(url).pool(pool).connect().await?;
    db.raw(notes(engine)).await?;
    db.refresh().await?;
    check_restarts(&db, 2, async || {
        container.stop_with_timeout(Some(0)).await.unwrap();
        container.start().await.unwrap();
    })
    .await
}

#[test]
fn postgres_is_killed_under_writers() {
    if may_restart() {
        let work = async {
            let (url, container) = container_at(Some(free_port()), &[]).await;
            check_writers(&POSTGRES, &url, container).await
        };
        noorm_tests::runtime().block_on(work).unwrap();
    }
}

#[test]
fn mariadb_and_mysql_are_killed_under_writers() {
    if may_restart() {
        let work = async {
            for engine in [&MARIADB, &MYSQL] {
                // Servers for tests may be told that nothing they hold is worth a flush.
                let durable = ["--innodb-flush-log-at-trx-commit=1"];
                let at = Some(free_port());
                let (url, container) = mysql::container_at(engine.name, at, &durable).await;
                let made = mysql::execute(&url, "CREATE DATABASE written").await;
                made.expect("create a database");
                check_writers(engine, &format!("{url}written"), container).await?;
            }
            Ok::<_, Error>(())
        };
        noorm_tests::runtime().block_on(work).unwrap();
    }
}

#[test]
fn a_server_that_starts_again() {
    if !may_restart() {
        return;
    }
    noorm_tests::runtime().block_on(async {
        let port = free_port();
        let (url, container) = container_at(Some(port), &[]).await;
        execute(
            &url,
            "CREATE TABLE album (id int PRIMARY KEY); INSERT INTO album VALUES (1)",
        )
        .await
        .unwrap();
        let wrong = Database::connect(url.replace("secret", "s3cret"))
            .await
            .unwrap_err();
        assert_eq!(wrong.kind(), ErrorKind::AuthenticationFailed);
        assert!(
            !format!("{wrong} {wrong:?}").contains("s3cret"),
            "{wrong:?}"
        );
        let pool = PoolOptions::default()
            .max_size(4)
            .connect_timeout(Duration::from_secs(20));
        let db = Database::builder(url.as_str())
            .pool(pool)
            .connect()
            .await
            .unwrap();
        let albums = db.repository("album").unwrap();
        let all = async || {
            tokio::join!(
                albums.count(),
                albums.count(),
                albums.count(),
                albums.count()
            )
        };
        let _ = all().await;
        container.stop().await.unwrap();
        container.start().await.unwrap();
        let (a, b, c, d) = all().await;
        for count in [a, b, c, d] {
            assert_eq!(
                count.unwrap(),
                1,
                "reads are run again, and wait for the server"
            );
        }
        let _ = all().await;
        container.stop().await.unwrap();
        container.start().await.unwrap();
        let legitimate = [ErrorKind::ConnectionLost, ErrorKind::ConnectionRefused];
        if let Err(error) = albums.create(record! { "id" => 2 }).await {
            assert!(legitimate.contains(&error.kind()), "{error:?}");
            albums.create(record! { "id" => 2 }).await.unwrap();
        }
        assert_eq!(albums.count().await.unwrap(), 2);
        // A password that was changed is told by the pool, not as a time-out.
        execute(&url, "ALTER ROLE postgres PASSWORD 'other'")
            .await
            .unwrap();
        container.stop().await.unwrap();
        container.start().await.unwrap();
        let error = albums.count().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AuthenticationFailed, "{error:?}");
        assert!(
            !format!("{error} {error:?} {db:?}").contains("secret"),
            "{error:?}"
        );
        container.stop().await.unwrap();
        let pool = PoolOptions::default().connect_timeout(Duration::from_millis(300));
        let error = Database::builder(url)
            .pool(pool)
            .connect()
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused, "{error:?}");
    });
}

//! Servers that go away, come back, or turn people down: PostgreSQL, where a backend can be ended.

use std::time::{Duration, Instant};

use noorm::executor::{PoolOptions, Slot};
use noorm::prelude::*;
use noorm_tests::engines::POSTGRES;
use noorm_tests::library::{books, library};
use noorm_tests::probe::{Probe, eventually, reading};
use noorm_tests::servers::postgres::execute;
use noorm_tests::{TestDatabase, run};

const OTHERS: &str = "datname = current_database() AND pid <> pg_backend_pid()";

fn test<F: Future<Output = Result<()>>>(test: impl FnOnce(TestDatabase) -> F) {
    run(&POSTGRES, library, test);
}

fn sized(max: u32) -> PoolOptions {
    PoolOptions::default().max_size(max)
}

/// Ends every backend of the test's database, over a connection of its own, and waits until they are gone.
async fn terminate_all(url: &str) {
    let sql =
        format!("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE {OTHERS}");
    execute(url, &sql).await.unwrap();
}

/// Waits until a backend is in the middle of SQL that holds `part`, then ends that backend.
async fn terminate_while(url: &str, part: &str) {
    let sql = format!(
        "DO $$ BEGIN PERFORM 1 / count(pg_terminate_backend(pid)) FROM pg_stat_activity \
         WHERE {OTHERS} AND state = 'active' AND query LIKE '%{part}%'; END $$"
    );
    eventually("it runs", async || execute(url, &sql).await.is_ok()).await;
}

#[test]
fn backends_that_end_while_idle_are_not_noticed() {
    test(async |db| {
        books(&db, 20).await?;
        let four = db.again(|b| b.pool(sized(4))).await;
        for round in 0..3_i64 {
            let all = four.repository("book")?;
            let (a, b, c, d) = tokio::join!(all.get(1), all.get(2), all.get(3), all.get(4));
            assert!(a.is_ok() && b.is_ok() && c.is_ok() && d.is_ok());
            terminate_all(db.url()).await;
            let (a, b, c, d) = tokio::join!(all.get(5), all.get(6), all.get(7), all.get(8));
            assert_eq!(a?.get::<i64>("book_id")?, 5);
            assert_eq!(b?.get::<i64>("book_id")?, 6);
            assert_eq!(c?.get::<i64>("book_id")?, 7);
            assert_eq!(d?.get::<i64>("book_id")?, 8);
            all.update(1, record! { "rating" => round + 1 }).await?;
        }
        Ok(())
    });
}

#[test]
fn a_write_that_is_cut_off_is_not_run_again() {
    test(async |db| {
        let probe = Probe::new(Slot::Routing);
        let db2 = db.again(|b| b.layer(probe.clone())).await;
        let sql = "INSERT INTO log SELECT 'x' FROM pg_sleep(60)";
        let (written, ()) =
            tokio::join!(db2.raw(sql), terminate_while(db.url(), "INSERT INTO log"));
        let error = written.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error:?}");
        assert_eq!(probe.requests().len(), 1);
        assert_eq!(db2.repository("log")?.count().await?, 0);
        Ok(())
    });
}

#[test]
fn a_read_that_is_cut_off_is_run_again_once() {
    test(async |db| {
        let probe = Probe::new(Slot::Routing);
        let db2 = db.again(|b| b.layer(probe.clone())).await;
        let (holder, background) = tokio_postgres::connect(db.url(), tokio_postgres::NoTls)
            .await
            .unwrap();
        tokio::spawn(background);
        holder
            .batch_execute("SELECT pg_advisory_lock(7)")
            .await
            .unwrap();
        let read = reading(
            &db2,
            "SELECT pg_advisory_xact_lock(7) IS NULL AS f, 42 AS n",
        )?;
        let ends = async {
            terminate_while(db.url(), "pg_advisory_xact_lock(7) IS").await;
            eventually("it runs again", async || {
                let waits =
                    "DO $$ BEGIN PERFORM 1 / count(*) FROM pg_locks WHERE NOT granted; END $$";
                execute(db.url(), waits).await.is_ok()
            })
            .await;
            holder
                .batch_execute("SELECT pg_advisory_unlock(7)")
                .await
                .unwrap();
        };
        let (outcome, ()) = tokio::join!(db2.run(read.clone()), ends);
        assert_eq!(outcome?.rows.value(0, 1), Some(&Value::I64(42)));
        assert_eq!(probe.requests().len(), 2);
        holder
            .batch_execute("SELECT pg_advisory_lock(7)")
            .await
            .unwrap();
        let ends = async {
            terminate_while(db.url(), "pg_advisory_xact_lock(7) IS").await;
            terminate_while(db.url(), "pg_advisory_xact_lock(7) IS").await;
        };
        let (outcome, ()) = tokio::join!(db2.run(read), ends);
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::ConnectionLost);
        Ok(())
    });
}

#[test]
fn a_transaction_whose_backend_ends_is_gone() {
    test(async |db| {
        let add = async |tx: &Database| {
            tx.repository("log")?
                .create(record! { "message" => "x" })
                .await
        };
        let error = db
            .transaction(async |tx| {
                add(&tx).await?;
                terminate_all(db.url()).await;
                let error = add(&tx).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error:?}");
                add(&tx).await
            })
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error:?}");
        let error = db
            .transaction(async |tx| {
                add(&tx).await?;
                terminate_all(db.url()).await;
                Ok::<_, Error>(())
            })
            .await
            .unwrap_err();
        let told = matches!(
            error.kind(),
            ErrorKind::CommitUnknown | ErrorKind::ConnectionLost
        );
        assert!(told, "{error:?}");
        let error = db
            .transaction(async |tx| {
                add(&tx).await?;
                terminate_all(db.url()).await;
                Err::<(), _>(Error::new(ErrorKind::Refused, "stop"))
            })
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert_eq!(db.repository("log")?.count().await?, 0);
        db.transaction(async |tx| add(&tx).await).await?;
        assert_eq!(db.repository("log")?.count().await?, 1);
        Ok(())
    });
}

/// A role of the test's own, as roles belong to the whole server.
async fn role(db: &TestDatabase, options: &str) -> (String, String) {
    let name = db
        .url()
        .rsplit_once('/')
        .unwrap()
        .1
        .replace("noorm_test", "noorm_role");
    execute(
        db.url(),
        &format!("CREATE ROLE {name} LOGIN PASSWORD 'hunter2' {options}"),
    )
    .await
    .unwrap();
    execute(
        db.url(),
        &format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}"),
    )
    .await
    .unwrap();
    let (_, place) = db.url().rsplit_once('@').unwrap();
    (format!("postgres://{name}:hunter2@{place}"), name)
}

async fn drop_role(db: &TestDatabase, name: &str) {
    terminate_all(db.url()).await;
    execute(db.url(), &format!("DROP OWNED BY {name}; DROP ROLE {name}"))
        .await
        .unwrap();
}

#[test]
fn why_no_connection_is_made_is_told_by_the_pool_too() {
    test(async |db| {
        let (url, name) = role(&db, "").await;
        let guest = Database::connect(url).await?;
        assert_eq!(guest.repository("book")?.count().await?, 0);
        execute(db.url(), &format!("ALTER ROLE {name} NOLOGIN"))
            .await
            .unwrap();
        terminate_all(db.url()).await;
        for _ in 0..3 {
            let began = Instant::now();
            let error = guest.repository("book")?.count().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::AuthenticationFailed, "{error:?}");
            assert!(
                error.help().is_some_and(|help| help.contains(&name)),
                "{error}"
            );
            assert!(!format!("{error} {error:?} {guest:?}").contains("hunter2"));
            assert!(
                began.elapsed() < Duration::from_secs(3),
                "{:?}",
                began.elapsed()
            );
        }
        execute(db.url(), &format!("ALTER ROLE {name} LOGIN"))
            .await
            .unwrap();
        assert_eq!(guest.repository("book")?.count().await?, 0);
        drop_role(&db, &name).await;
        Ok(())
    });
}

#[test]
fn a_server_with_few_connections_is_waited_for() {
    test(async |db| {
        let (url, name) = role(&db, "CONNECTION LIMIT 2").await;
        let pool = sized(6).connect_timeout(Duration::from_secs(5));
        let guest = Database::builder(url.as_str()).pool(pool).connect().await?;
        let tasks: Vec<_> = (0..6)
            .map(|_| {
                let guest = guest.clone();
                tokio::spawn(async move { guest.raw("SELECT pg_sleep(0.1)").await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap()?;
        }
        // While both are taken by others, the server's own reason is told.
        let many = reading(&guest, "SELECT generate_series(1, 3000000) AS i")?;
        let short = PoolOptions::default().connect_timeout(Duration::from_millis(300));
        let held = (guest.stream(many.clone()).await?, guest.stream(many).await?);
        let error = Database::builder(url)
            .pool(short)
            .connect()
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooManyConnections, "{error:?}");
        drop(held);
        drop_role(&db, &name).await;
        Ok(())
    });
}

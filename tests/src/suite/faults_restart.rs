//! Servers that go away and come back, and servers that are full.

use std::time::Duration;

use futures_util::future::try_join_all;
use noorm::executor::PoolOptions;
use noorm::prelude::*;

use super::faults_cut::{add, count, has_server, items};
use crate::probe::eventually;
use crate::writers::{check_restarts, notes};
use crate::{Engine, TestDatabase, conformance};

fn sized(max: u32) -> PoolOptions {
    PoolOptions::default().max_size(max)
}

fn has_users(engine: &Engine) -> bool {
    engine.sql.two_connections.is_some()
}

/// Runs commands about the user `name` of the test's database.
async fn about(db: &TestDatabase, commands: &[&str], name: &str) -> Result<()> {
    let path = db.url().rsplit('/').next().unwrap_or_default();
    let database = path.split('?').next().unwrap_or_default();
    for command in commands {
        let sql = command
            .replace("$user", name)
            .replace("$database", database);
        db.raw(sql).await?;
    }
    Ok(())
}

/// The test's database, as this user.
fn as_user(db: &TestDatabase, name: &str) -> String {
    let (scheme, rest) = db.url().split_once("://").expect("a URL");
    let at = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(at);
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{name}:hunter2@{host}{path}")
}

conformance! {
    async fn writers_live_through_restarts(db) on notes where (has_server) {
        let proxy = db.proxy().await;
        let through = Database::builder(proxy.url()).pool(sized(8)).connect().await?;
        check_restarts(&through, 3, async || {
            proxy.go_down();
            tokio::time::sleep(Duration::from_millis(120)).await;
            proxy.come_up().await;
        }).await?;
        // Cut again and again, it is never away.
        check_restarts_of_cuts(&db).await?;
    }

    async fn one_that_is_down_is_told_in_time(db) on items where (has_server) {
        let proxy = db.proxy().await;
        let pool = sized(2)
            .connect_timeout(Duration::from_secs(1))
            .acquire_timeout(Duration::from_secs(2));
        let through = Database::builder(proxy.url()).pool(pool).connect().await?;
        proxy.go_down();
        let error = count(&through, "x").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused, "{error:?}");
        let error = add(&through, "x").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused, "{error:?}");
        let error = through.transaction(async |tx| add(&tx, "x").await).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused, "{error:?}");
        assert!(error.help().is_some());
        proxy.come_up().await;
        assert_eq!(count(&through, "x").await?, 0);
    }

    async fn one_that_is_full_is_told_and_waited_for(db) on items where (has_users) {
        let users = db.engine().sql.two_connections.expect("users");
        let name = format!("two_{}_{}", db.engine().name.len(), std::process::id());
        about(&db, users.make, &name).await?;
        let url = as_user(&db, &name);
        let connect = async |max, patience| {
            let pool = sized(max).connect_timeout(Duration::from_millis(patience));
            Database::builder(url.as_str()).pool(pool).connect().await
        };
        let (one, two) = (connect(4, 5000).await?, connect(1, 5000).await?);
        let error = connect(1, 300).await.unwrap_err();
        crate::check_code(db.engine(), &error, ErrorKind::TooManyConnections);
        assert!(error.help().is_some() && !format!("{error:?}").contains("hunter2"));
        // What a pool lacks in connections it makes up for in time.
        let items = one.repository("item")?;
        try_join_all((0..20).map(|_| items.create(record! { "name" => "x" }))).await?;
        assert_eq!(count(&two, "x").await?, 20);
        // Where one holds the only connection that there is, the others hear why.
        drop((one, items));
        let mut short = None;
        eventually("there is room", async || {
            short = connect(2, 300).await.ok();
            short.is_some()
        }).await;
        let short = short.expect("a connection");
        let held = short.transaction(async |tx| {
            assert_eq!(count(&tx, "x").await?, 20);
            let error = count(&short, "x").await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TooManyConnections, "{error:?}");
            Ok::<_, Error>(())
        });
        held.await?;
        drop(two);
        assert_eq!(count(&short, "x").await?, 20);
        drop(short);
        eventually("the user goes", async || about(&db, users.drop, &name).await.is_ok()).await;
    }
}

async fn check_restarts_of_cuts(db: &TestDatabase) -> Result<()> {
    let notes = db.repository("note")?.query();
    notes.all_rows().delete().await?;
    let proxy = db.proxy().await;
    let through = Database::builder(proxy.url())
        .pool(sized(8))
        .connect()
        .await?;
    check_restarts(&through, 6, async || proxy.cut()).await
}

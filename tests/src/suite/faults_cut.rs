//! Connections that are cut: before, in the middle of and behind a statement, and while it is committed.

use std::sync::Arc;

use futures_util::future::try_join_all;
use futures_util::{Stream, TryStreamExt as _};
use noorm::executor::{PoolOptions, Slot, TransactionStep};
use noorm::prelude::*;
use tokio::sync::Barrier;

use crate::probe::{Probe, eventually};
use crate::proxy::{Proxy, When};
use crate::{Engine, TestDatabase, conformance};

pub(super) fn items(engine: &Engine) -> String {
    engine.ddl("CREATE TABLE item (id $key, name $varchar(60) NOT NULL);")
}

pub(super) fn has_server(engine: &Engine) -> bool {
    engine.ways.unencrypted.is_some()
}

/// The same database through a proxy, by a pool of this size.
async fn behind(db: &TestDatabase, size: u32) -> (Proxy, Database, Probe) {
    let proxy = db.proxy().await;
    let probe = Probe::new(Slot::Routing);
    let through = Database::builder(proxy.url())
        .pool(PoolOptions::default().max_size(size))
        .layer(probe.clone());
    let through = through.connect().await.expect("connect through the proxy");
    (proxy, through, probe)
}

pub(super) async fn add(db: &Database, name: &str) -> Result<Record> {
    db.repository("item")?
        .create(record! { "name" => name })
        .await
}

pub(super) async fn count(db: &Database, name: &str) -> Result<u64> {
    named(db, name)?.count().await
}

fn named(db: &Database, name: &str) -> Result<Query<Record>> {
    Ok(db.repository("item")?.query().filter(col("name").eq(name)))
}

/// Rows enough that their answer comes in many packets.
async fn fill(db: &Database) -> Result<()> {
    let names = (0..MANY).map(|n| record! { "name" => format!("{n:059}") });
    db.repository("item")?.create_many(names).await.map(|_| ())
}

const MANY: usize = 3000;

#[derive(Debug, Entity)]
#[noorm(table = "item", key(id))]
struct Item {
    id: i64,
    name: String,
}

async fn read(mut stream: impl Stream<Item = Result<Vec<Record>>> + Unpin) -> (usize, Result<()>) {
    let mut count = 0;
    loop {
        match stream.try_next().await {
            Ok(Some(rows)) => count += rows.len(),
            Ok(None) => return (count, Ok(())),
            Err(error) => return (count, Err(error)),
        }
    }
}

async fn everything(
    db: &Database,
) -> Result<impl Stream<Item = Result<Vec<Record>>> + Send + Unpin> {
    db.repository("item")?.query().batches().await
}

/// Makes as many connections as the pool can have, all of them idle then.
async fn fill_pool(db: &Database) -> Result<()> {
    let size = db.status().max_size;
    let all = Arc::new(Barrier::new(usize::try_from(size).expect("few")));
    let hold = async |tx: Transaction| {
        all.wait().await;
        tx.repository("item")?.count().await
    };
    try_join_all((0..size).map(|_| db.transaction(hold))).await?;
    assert_eq!((db.status().connections, db.status().idle), (size, size));
    Ok(())
}

fn lost<T: std::fmt::Debug>(outcome: Result<T>) {
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::ConnectionLost);
}

conformance! {
    async fn a_write_is_not_run_again(db) on items where (has_server) {
        for (when, there) in [(When::Before, 0), (When::Answered, 1)] {
            let (proxy, through, probe) = behind(&db, 2).await;
            let id = add(&through, "first").await?.get::<i64>("id")?;
            drop(probe.requests());
            proxy.cut_on("marked", when, 1);
            lost(add(&through, "marked").await);
            assert_eq!(probe.requests().len(), 1, "{when:?}");
            assert_eq!(count(&db, "marked").await?, there, "{when:?}");
            let items = through.repository("item")?;
            items.update(id, record! { "name" => "second" }).await?;
            drop(probe.requests());
            proxy.cut_on("renamed", when, 1);
            lost(items.update(id, record! { "name" => "renamed" }).await);
            assert_eq!(probe.requests().len(), 1, "{when:?}");
            assert_eq!(count(&db, "renamed").await?, there, "{when:?}");
            proxy.cut_on("marked", when, 1);
            lost(named(&through, "marked")?.delete().await);
            assert_eq!(count(&db, "marked").await?, 0, "{when:?}");
            add(&through, "last").await?;
        }
        assert_eq!(count(&db, "last").await?, 2);
    }

    async fn a_read_is_run_again_once(db) on items where (has_server) {
        let (proxy, through, probe) = behind(&db, 2).await;
        add(&db, "marked").await?;
        for when in [When::Before, When::Answered] {
            assert_eq!(count(&through, "marked").await?, 1);
            drop(probe.requests());
            proxy.cut_on("marked", when, 1);
            assert_eq!(count(&through, "marked").await?, 1);
            assert_eq!(probe.requests().len(), 2);
            proxy.cut_on("marked", when, 2);
            lost(count(&through, "marked").await);
            assert_eq!(probe.requests().len(), 2);
            assert_eq!(count(&through, "marked").await?, 1);
            proxy.cut_on("marked", when, 1);
            drop(probe.requests());
            let stream = named(&through, "marked")?.batches().await?;
            match read(stream).await {
                (rows, Ok(())) => assert_eq!((rows, probe.requests().len()), (1, 2)),
                // Where a stream is open before the server has answered, it is too late by then.
                (rows, lost) => assert_eq!((rows, lost.unwrap_err().kind()), (0, ErrorKind::ConnectionLost)),
            }
            // What was read before it may be so no longer.
            drop(probe.requests());
            let inside = through.transaction(async |tx| {
                proxy.cut_on("marked", when, 1);
                count(&tx, "marked").await
            });
            lost(inside.await);
            assert_eq!(probe.requests().len(), 1);
        }
    }

    async fn one_that_is_cut_while_idle_is_not_missed(db) on items where (has_server) {
        let (proxy, through, _) = behind(&db, 4).await;
        fill_pool(&through).await?;
        proxy.cut();
        for _ in 0..4 {
            assert_eq!(through.repository("item")?.count().await?, 0);
        }
        fill_pool(&through).await?;
        proxy.cut();
        for _ in 0..4 {
            through.transaction(async |tx| add(&tx, "inside").await).await?;
        }
        assert_eq!(count(&db, "inside").await?, 4);
        fill_pool(&through).await?;
        proxy.cut();
        through.refresh().await?;
        // Nobody knows what became of a write; but the first one tells of all connections.
        fill_pool(&through).await?;
        proxy.cut();
        let mut failed = 0;
        for _ in 0..4 {
            if let Err(error) = add(&through, "alone").await {
                assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error:?}");
                failed += 1;
            }
        }
        assert!(failed <= 1, "{failed}");
        assert_eq!(count(&db, "alone").await?, 4 - failed);
    }

    async fn a_commit_is_unknown(db) on items where (has_server) {
        for (when, there) in [(When::Before, 0), (When::Answered, 2)] {
            let (proxy, through, probe) = behind(&db, 2).await;
            let error = through.transaction(async |tx| {
                add(&tx, "in").await?;
                add(&tx, "in").await?;
                proxy.cut_on("COMMIT", when, 1);
                Ok::<_, Error>(())
            }).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::CommitUnknown, "{error:?}");
            assert_eq!(probe.events().last(), Some(&(1, TransactionStep::Unknown)));
            assert_eq!(count(&db, "in").await?, there, "{when:?}");
            through.transaction(async |tx| add(&tx, "behind").await).await?;
        }
        assert_eq!(count(&db, "behind").await?, 2);
    }

    async fn a_transaction_is_undone(db) on items where (has_server) {
        let (proxy, through, probe) = behind(&db, 2).await;
        for when in [When::Before, When::Answered] {
            let swallowed = through.transaction(async |tx| {
                add(&tx, "in").await?;
                proxy.cut_on("marked", when, 1);
                lost(add(&tx, "marked").await);
                lost(add(&tx, "in").await);
                Ok::<_, Error>(())
            });
            // It broke before: nothing about that is unknown.
            lost(swallowed.await);
            assert_eq!(probe.events().last(), Some(&(1, TransactionStep::RolledBack)));
            let inner = through.transaction(async |tx| {
                add(&tx, "in").await?;
                tx.transaction(async |inner| {
                    proxy.cut_on("marked", when, 1);
                    add(&inner, "marked").await
                }).await
            });
            lost(inner.await);
        }
        assert_eq!(db.repository("item")?.count().await?, 0);
        add(&through, "behind").await?;
    }

    async fn an_answer_is_whole_or_an_error(db) on items where (has_server) {
        fill(&db).await?;
        let (proxy, through, _) = behind(&db, 2).await;
        for bytes in [0, 1, 4, 20, 700, 9_000, 70_000, 150_000] {
            let inside = through.transaction(async |tx| {
                assert_eq!(count(&tx, "none").await?, 0);
                proxy.cut_after(bytes);
                tx.repository("item")?.all().await
            });
            lost(inside.await);
            let inside = through.transaction(async |tx| {
                assert_eq!(count(&tx, "none").await?, 0);
                proxy.cut_after(bytes);
                let (rows, ended) = read(everything(&tx).await?).await;
                assert!(rows < MANY, "{bytes}: {rows}");
                ended
            });
            lost(inside.await);
            // Alone, it is run again, where nothing of it has been given yet.
            assert_eq!(count(&through, "none").await?, 0);
            proxy.cut_after(bytes);
            assert_eq!(through.repository("item")?.all().await?.len(), MANY, "{bytes}");
            assert_eq!(count(&through, "none").await?, 0);
            // What was made of rows before the cut isn't there twice.
            proxy.cut_after(bytes);
            let made = through.of::<Item>()?.query().order_by([Item::ID.asc()]).all().await?;
            let right = made.iter().zip(0..).all(|(item, n)| item.name == format!("{n:059}"));
            assert!(right && made.len() == MANY, "{bytes}: {}", made.len());
            assert_eq!(count(&through, "none").await?, 0);
            proxy.cut_after(bytes);
            match read(everything(&through).await?).await {
                (rows, Ok(())) => assert_eq!(rows, MANY, "{bytes}"),
                (rows, Err(error)) => {
                    assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{bytes}: {error:?}");
                    assert!(rows < MANY, "{bytes}: {rows}");
                }
            }
        }
        eventually("nothing is left of them", async || {
            let status = through.status();
            status.connections == status.idle
        }).await;
    }
}

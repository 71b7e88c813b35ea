//! Very many statements, of which many are left half-way: afterwards every connection is clean, and memory
//! is where it was. `NOORM_TEST_SOAK=100000` says how many there are, 2,000 by default.

use std::sync::Arc;

use futures_util::TryStreamExt as _;
use futures_util::future::try_join_all;
use noorm::executor::PoolOptions;
use noorm::prelude::*;

use super::cancellation_anywhere::{tables, until};
use super::pages::Dice;
use crate::conformance;
use crate::probe::{eventually, reading};

const TASKS: u64 = 8;

fn statements() -> u64 {
    let wanted = std::env::var("NOORM_TEST_SOAK").ok();
    wanted.and_then(|n| n.parse().ok()).unwrap_or(2_000)
}

/// The memory of this process in KiB, where the system tells it.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

async fn one(db: &Database, dice: &mut Dice) -> Result<()> {
    let items = db.repository("item")?;
    let tag = i64::try_from(dice.roll(1_000_000)).expect("small");
    let code = format!("{tag}-{}", dice.roll(1_000_000));
    let record = record! { "tag" => tag, "code" => code };
    match dice.roll(7) {
        0 => items.create(record).await.map(drop),
        1 => items.all().await.map(drop),
        2 => items
            .query()
            .filter(col("tag").gt(tag))
            .delete()
            .await
            .map(drop),
        3 => items.query().stream().await?.try_next().await.map(drop),
        4 => {
            let both = async |tx: Transaction| {
                let items = tx.repository("item")?;
                let made = items.create(record).await?;
                items.delete(made.get::<i64>("id")?).await
            };
            db.transaction(both).await.map(drop)
        }
        5 => items
            .query()
            .filter(col("tag").lt(tag))
            .count()
            .await
            .map(drop),
        _ => {
            let changed = items.query().filter(col("tag").eq(tag));
            changed
                .update(record! { "note" => "changed" })
                .await
                .map(drop)
        }
    }
}

fn may_meet(error: &Error) -> bool {
    error.kind().is_transient() || error.kind() == ErrorKind::NotFound
}

/// Runs so many; every third is dropped somewhere.
async fn some(db: &Database, seed: u64, count: u64) -> Result<()> {
    let mut dice = Dice(seed);
    for _ in 0..count {
        let polls = match dice.roll(3) {
            0 => u32::try_from(dice.roll(12)).expect("small"),
            _ => u32::MAX,
        };
        let could_go_on = dice.roll(2) == 0;
        match until(polls, could_go_on, one(db, &mut dice)).await {
            // Two who write and delete meet now and then; a new row may be gone before it is read back.
            Some(Err(error)) if !may_meet(&error) => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

async fn all(db: &Database, seed: u64, count: u64) -> Result<()> {
    let tasks = (0..TASKS).map(|task| {
        let db = db.clone();
        let work = tokio::spawn(async move { some(&db, seed * TASKS + task, count / TASKS).await });
        async { work.await.expect("no panic") }
    });
    try_join_all(tasks.collect::<Vec<_>>()).await.map(|_| ())
}

conformance! {
    async fn leaves_nothing_behind(db) on tables {
        let four = Arc::new(db.again(|b| b.pool(PoolOptions::default().max_size(4))).await);
        // Whatever is made once is made now.
        all(&four, 1, 400).await?;
        let before = resident();
        all(&four, 2, statements()).await?;
        eventually("every connection is given back", async || {
            let status = four.status();
            status.idle == status.connections
        }).await;
        let items = four.repository("item")?;
        items.query().all_rows().delete().await?;
        let hold = async |tag: i64| {
            let made = items.create(record! { "tag" => tag, "code" => format!("{tag}") }).await?;
            assert_eq!(made.get::<i64>("tag")?, tag);
            let id = made.get::<i64>("id")?;
            assert_eq!(items.get(id).await?.get::<i64>("tag")?, tag);
            assert_eq!(db.repository("item")?.get(id).await?.get::<String>("code")?, format!("{tag}"));
            Ok::<_, Error>(())
        };
        try_join_all((0..40).map(hold)).await?;
        assert_eq!(db.repository("item")?.count().await?, 40);
        if let Some(running) = db.engine().sql.running {
            let running = reading(&db, running)?;
            eventually("no statement is left running", async || {
                let rows = db.run(running.clone()).await.unwrap().rows;
                rows.value(0, 0) == Some(&Value::I64(0))
            }).await;
        }
        let (Some(before), Some(after)) = (before, resident()) else {
            return Ok(());
        };
        // Allocators keep some of what was freed.
        assert!(after < before + 48 * 1024, "{before} KiB before, {after} KiB afterwards");
    }
}

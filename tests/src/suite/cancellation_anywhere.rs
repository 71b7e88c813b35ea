//! Every future that people are given, dropped at every point at which it waits: the pool is clean behind
//! it, and what writes several rows has written all of them or none.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, TryStreamExt as _};
use noorm::database::Retry;
use noorm::executor::{Layer, PoolOptions, Slot, TransactionEvent, TransactionStep};
use noorm::prelude::*;
use noorm::repository::Seek;

use crate::probe::{Probe, eventually};
use crate::{Engine, TestDatabase, conformance};

pub(super) fn tables(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE item (id $key, tag $int NOT NULL, code $varchar(40) NOT NULL, note $varchar(40),
             CONSTRAINT item_code UNIQUE (code));",
    )
}

/// Something to be left half-way, and how many rows with its tag it writes.
struct Work {
    name: &'static str,
    rows: u64,
    run: fn(Database, i64) -> BoxFuture<'static, Result<()>>,
}

/// Makes a [`Work`] of an async block.
macro_rules! work {
    ($name:literal writes $rows:literal: |$db:ident, $tag:ident| $body:expr) => {
        Work {
            name: $name,
            rows: $rows,
            run: |$db, $tag| {
                async move {
                    let _ = $tag;
                    $body;
                    Ok(())
                }
                .boxed()
            },
        }
    };
}

fn item(tag: i64, n: i64) -> Record {
    record! { "tag" => tag, "code" => format!("{tag}-{n}") }
}

/// Rows that no single statement writes.
fn of_two_kinds(tag: i64) -> Vec<Record> {
    vec![item(tag, 0), noted(tag, 1), item(tag, 2)]
}

fn noted(tag: i64, n: i64) -> Record {
    record! { "tag" => tag, "code" => format!("{tag}-{n}"), "note" => "x" }
}

fn items(db: &Database) -> Result<Repository<Record>> {
    db.repository("item")
}

static READS: &[Work] = &[
    work!("ping" writes 0: |db, tag| db.ping().await?),
    work!("find" writes 0: |db, tag| items(&db)?.get(7).await?),
    work!("count" writes 0: |db, tag| items(&db)?.count().await?),
    work!("page" writes 0: |db, tag| items(&db)?.query().page(2, 5).await?),
    work!("cursor page" writes 0: |db, tag| items(&db)?.query().cursor_page(5, Seek::End).await?),
    work!("stream" writes 0: |db, tag| items(&db)?.query().stream().await?.try_collect::<Vec<_>>().await?),
    work!("in batches" writes 0: |db, tag| {
        items(&db)?.query().order_by(["-code"]).in_batches(6)?.try_collect::<Vec<_>>().await?
    }),
];

static DISCOVERIES: &[Work] = &[work!("refresh" writes 0: |db, tag| db.refresh().await?)];

static WRITES: &[Work] = &[
    work!("create" writes 1: |db, tag| items(&db)?.create(item(tag, 0)).await?),
    work!("create many" writes 3: |db, tag| items(&db)?.create_many(of_two_kinds(tag)).await?),
    work!("upsert" writes 1: |db, tag| items(&db)?.upsert(noted(tag, 0)).await?),
    work!("upsert many" writes 3: |db, tag| items(&db)?.upsert_many(of_two_kinds(tag)).await?),
    work!("insert missing" writes 3: |db, tag| items(&db)?.insert_missing(of_two_kinds(tag)).await?),
    work!("find or create" writes 1: |db, tag| {
        let by = record! { "code" => format!("{tag}-0") };
        items(&db)?.find_or_create(by, record! { "tag" => tag }).await?
    }),
    work!("update or create" writes 1: |db, tag| {
        let by = record! { "code" => format!("{tag}-0") };
        items(&db)?.update_or_create(by, record! { "tag" => tag }).await?
    }),
    work!("insert many" writes 3: |db, tag| items(&db)?.insert_many(of_two_kinds(tag)).await?),
    work!("do nothing" writes 1: |db, tag| {
        items(&db)?.on_conflict(["code"]).update(Vec::<&str>::new()).upsert(item(tag, 0)).await?
    }),
    work!("save" writes 1: |db, tag| items(&db)?.save(&mut item(tag, 0)).await?),
    work!("update one" writes 0: |db, tag| {
        let id = items(&db)?.query().order_by(["id"]).pick::<i64>("id").await?;
        items(&db)?.update(id.unwrap_or_default(), record! { "note" => format!("{tag}") }).await?
    }),
    work!("delete" writes 0: |db, tag| items(&db)?.delete(-tag).await?),
    work!("raw" writes 0: |db, tag| db.raw("SELECT COUNT(*) FROM item WHERE tag = :tag").bind("tag", tag).value::<i64>().await?),
    work!("update" writes 0: |db, tag| {
        items(&db)?.query().filter(col("tag").eq(0)).update(record! { "note" => format!("{tag}") }).await?
    }),
];

static TRANSACTIONS: &[Work] = &[
    work!("by hand" writes 1: |db, tag| {
        let tx = db.begin().await?;
        items(&tx)?.create(item(tag, 0)).await?;
        tx.commit().await?
    }),
    work!("undone by hand" writes 0: |db, tag| {
        let tx = db.begin().await?;
        items(&tx)?.create(item(tag, 0)).await?;
        tx.rollback().await?
    }),
    work!("again" writes 1: |db, tag| {
        db.transaction_retrying(Retry::times(2), async |tx| items(&tx)?.create(item(tag, 0)).await).await?
    }),
    work!("transaction" writes 2: |db, tag| {
        db.transaction(async |tx| {
            items(&tx)?.create(item(tag, 0)).await?;
            items(&tx)?.create(item(tag, 1)).await
        }).await?
    }),
    work!("savepoints" writes 2: |db, tag| {
        db.transaction(async |tx| {
            items(&tx)?.create(item(tag, 0)).await?;
            let undone = tx.transaction(async |inner| {
                items(&inner)?.create(item(tag, 1)).await?;
                Err::<(), _>(Error::new(ErrorKind::Refused, "stop"))
            });
            assert!(undone.await.is_err());
            tx.transaction(async |inner| items(&inner)?.create(item(tag, 2)).await).await
        }).await?
    }),
    work!("a stream inside" writes 2: |db, tag| {
        db.transaction(async |tx| {
            items(&tx)?.create(item(tag, 0)).await?;
            let mut stream = items(&tx)?.query().batches().await?;
            assert!(stream.try_next().await?.is_some());
            drop(stream);
            items(&tx)?.create(item(tag, 1)).await
        }).await?
    }),
];

/// Drops `work` when it has waited so often, at once or when it could go on; gives what it gives if it is
/// done by then.
pub(super) async fn until<T>(
    polls: u32,
    could_go_on: bool,
    work: impl Future<Output = T>,
) -> Option<T> {
    let mut work = pin!(work);
    let mut left = polls;
    std::future::poll_fn(move |task| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match work.as_mut().poll(task) {
            Poll::Pending if left == 0 && !could_go_on => Poll::Ready(None),
            polled => polled.map(Some),
        }
    })
    .await
}

/// Rows that are there all the time, with the tag 0.
const STANDING: i64 = 20;

/// Drops each of these everywhere, and looks at what it leaves; the less the `spread`, the farther apart are
/// the points.
async fn check(db: &TestDatabase, works: &[Work], spread: u32) -> Result<()> {
    let standing = (1..=STANDING).map(|n| item(0, n));
    items(db)?.create_many(standing).await?;
    let proxy = match db.engine().ways.unencrypted {
        Some(_) => Some(db.proxy().await),
        None => None,
    };
    let url = proxy.as_ref().map_or(db.url(), |proxy| proxy.url());
    let pool = PoolOptions::default().max_size(1);
    let one = Database::builder(url).pool(pool).connect().await?;
    if let Some(proxy) = &proxy {
        proxy.break_apart();
    }
    let beside = db
        .again(|b| b.statement_timeout(Duration::from_secs(10)))
        .await;
    let mut tag = 0;
    for work in works {
        let mut polls = 0;
        let mut done = false;
        while !done {
            for could_go_on in [false, true] {
                tag += 1;
                let what = format!("{} {polls} {could_go_on}", work.name);
                let outcome = until(polls, could_go_on, (work.run)(one.clone(), tag)).await;
                done = outcome.is_some();
                outcome.transpose().map_err(|error| error.context(&what))?;
                let allowed = if done { [work.rows; 2] } else { [0, work.rows] };
                check_left(&one, &beside, &what, tag, allowed).await?;
            }
            // Close together at first; a long way on, something in between is much like its neighbours.
            polls += 1 + polls / spread;
        }
    }
    Ok(())
}

async fn check_left(
    one: &Database,
    beside: &Database,
    what: &str,
    tag: i64,
    allowed: [u64; 2],
) -> Result<()> {
    let told = |error: Error| error.context(what);
    let tagged = |db: &Database| Ok::<_, Error>(items(db)?.query().filter(col("tag").eq(tag)));
    // The only connection answers what it is asked.
    let ids = items(one)?
        .query()
        .filter(col("tag").eq(0))
        .pluck::<i64>("id")
        .await
        .map_err(told)?;
    let id = ids[usize::try_from(tag % STANDING).expect("small")];
    let found = items(one)?.get(id).await.map_err(told)?;
    assert_eq!(found.get::<i64>("id")?, id, "{what}");
    // No transaction is open on it: what it writes is seen, and what others write isn't locked.
    items(one)?
        .update(
            id,
            record! { "note" => what.chars().take(40).collect::<String>() },
        )
        .await
        .map_err(told)?;
    let note = items(beside)?
        .query()
        .filter(col("id").eq(id))
        .pick::<String>("note")
        .await?;
    assert!(note.is_some_and(|note| what.starts_with(&note)), "{what}");
    let written = tagged(beside)?.count().await.map_err(told)?;
    assert!(allowed.contains(&written), "{what}: {written} rows");
    items(beside)?
        .query()
        .filter(col("tag").eq(0))
        .update(record! { "note" => "" })
        .await
        .map_err(told)?;
    Ok(())
}

/// Takes its time over every end of a transaction.
struct Slow;

impl Layer for Slow {
    fn name(&self) -> &str {
        "slow"
    }

    fn slot(&self) -> Slot {
        Slot::Routing
    }

    fn transaction<'a>(&'a self, event: TransactionEvent) -> BoxFuture<'a, ()> {
        async move {
            if event.what != TransactionStep::Begun {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
        .boxed()
    }
}

conformance! {
    async fn layers_hear_of_a_commit_that_nobody_waits_for(db) on tables {
        let probe = Probe::new(Slot::Trace);
        let told = db.again(|b| b.layer(Slow).layer(probe.clone())).await;
        for (tag, fails) in [(1, false), (2, true)] {
            let work = told.transaction(async |tx| {
                items(&tx)?.create(item(tag, 0)).await?;
                match fails {
                    true => Err(Error::new(ErrorKind::Refused, "stop")),
                    false => Ok(()),
                }
            });
            let mut work = Box::pin(work);
            eventually("its connection is given back", async || {
                assert!(work.as_mut().now_or_never().is_none(), "it waits for the slow layer");
                told.status().idle == told.status().connections
            }).await;
            drop(work);
            let end = if fails { TransactionStep::RolledBack } else { TransactionStep::Committed };
            let mut heard = Vec::new();
            eventually("the outer layer hears of it", async || {
                heard.extend(probe.events());
                heard.len() > 1
            }).await;
            assert_eq!(heard, [(1, TransactionStep::Begun), (1, end)]);
            let written = items(&db)?.query().filter(col("tag").eq(tag)).count().await?;
            assert_eq!(written, u64::from(!fails));
        }
    }

    async fn reads(db) on tables {
        check(&db, READS, 6).await?;
    }

    async fn discoveries(db) on tables {
        check(&db, DISCOVERIES, 1).await?;
    }

    async fn writes(db) on tables {
        check(&db, WRITES, 6).await?;
    }

    async fn transactions(db) on tables {
        check(&db, TRANSACTIONS, 6).await?;
    }

    async fn a_catalog_that_nobody_waits_for_is_read_again(db) on tables {
        for polls in [0, 1, 2, 5] {
            db.raw("ALTER TABLE item ADD extra_column varchar(10)").await?;
            assert!(until(polls, false, db.refresh()).await.is_none_or(|done| done.is_ok()));
            db.refresh().await?;
            let item = db.schema().table("item")?.clone();
            assert!(item.column("extra_column").is_some());
            db.raw("ALTER TABLE item DROP COLUMN extra_column").await?;
            db.refresh().await?;
        }
    }
}

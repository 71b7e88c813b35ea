//! The cache, the order of the slots, and the loader of belongs-to.

use std::sync::Arc;

use crate::library::{author, books, library};
use crate::probe::Probe;
use crate::{Engine, TestDatabase, conformance};
use futures_util::future::BoxFuture;
use noorm::Value;
use noorm::cache::MemoryCache;
use noorm::executor::{CachePolicy, Layer, Next, Outcome, Request, Slot};
use noorm::plugin::{Cache as _, Config};
use noorm::prelude::*;
use noorm::sql::SqlFlavor;
use tokio::sync::Notify;

/// The database behind a cache; the probe sees what gets past it.
async fn cached(db: &TestDatabase, max_values: usize) -> (Database, Arc<MemoryCache>, Probe) {
    let (cache, probe) = (
        Arc::new(MemoryCache::new(max_values)),
        Probe::new(Slot::Routing),
    );
    let given = Arc::clone(&cache);
    let db = db.again(|b| b.cache(given).layer(probe.clone())).await;
    (db, cache, probe)
}

/// How many statements `ask` sends.
async fn sent<T>(probe: &Probe, ask: impl Future<Output = Result<T>>) -> Result<usize> {
    let _ = probe.requests();
    ask.await?;
    Ok(probe.requests().len())
}

/// Holds back answers of requests with the tag `hold` until it is told.
#[derive(Clone, Default)]
struct Gate {
    reached: Arc<Notify>,
    opens: Arc<Notify>,
}

impl Layer for Gate {
    fn name(&self) -> &str {
        "gate"
    }

    fn slot(&self) -> Slot {
        Slot::Retry
    }

    fn run<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            let hold = request.context.tags.contains_key("hold");
            let outcome = next.run(request).await;
            if hold {
                self.reached.notify_one();
                self.opens.notified().await;
            }
            outcome
        })
    }
}

/// Lets every tenant see its own rows of `note` only; a tenant may also be a tag, of which the cache
/// knows nothing.
struct Tenants(Arc<dyn SqlFlavor>);

impl Layer for Tenants {
    fn name(&self) -> &str {
        "tenants"
    }

    fn slot(&self) -> Slot {
        Slot::Tenant
    }

    fn run<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            let context = &request.context;
            let Some(tenant) = context
                .tenant
                .clone()
                .or_else(|| context.tags.get("shop").cloned())
            else {
                return Err(Error::new(ErrorKind::Refused, "no tenant was named"));
            };
            let mut narrowed = request.statement.clone();
            let table = narrowed.shape().schema().table("note")?.table_name();
            let own: Expr<Record> = col("tenant").eq(&*tenant);
            narrowed = narrowed.narrowed(&table, &own, &*self.0)?;
            next.run(request.with_statement(narrowed)).await
        })
    }
}

fn notes(_: &Engine) -> String {
    "CREATE TABLE note (note_id int PRIMARY KEY, tenant varchar(20) NOT NULL, body varchar(40));"
        .to_owned()
}

conformance! {
    async fn what_was_asked_before_is_answered_from_memory(db) on library {
        books(&db, 5).await?;
        let (db, cache, probe) = cached(&db, 1000).await;
        let all = db.repository("book")?;
        assert_eq!(sent(&probe, all.count()).await?, 1);
        assert_eq!(sent(&probe, all.count()).await?, 0);
        assert_eq!(sent(&probe, all.get(1)).await?, 1);
        assert_eq!(sent(&probe, all.get(2)).await?, 1);
        assert_eq!(sent(&probe, all.get(1)).await?, 0);
        assert_eq!(all.get(1).await?.get::<String>("title")?, "Book 1");
        assert_eq!((cache.statistics().hits, cache.statistics().entries), (3, 3));
        all.update(1, record! { "title" => "Blue" }).await?;
        assert_eq!(cache.statistics().entries, 0);
        assert_eq!(sent(&probe, all.get(1)).await?, 1);
        assert_eq!(all.get(1).await?.get::<String>("title")?, "Blue");
        // What another table holds stays.
        db.repository("shelf")?.create(record! { "room" => "A", "number" => 1 }).await?;
        assert_eq!(sent(&probe, all.get(1)).await?, 0);
        // A write that fails may still have had its effect.
        let bad = record! { "author_id" => 99, "title" => "x" };
        assert_eq!(all.create(bad).await.unwrap_err().kind(), ErrorKind::ForeignKeyViolation);
        assert_eq!(sent(&probe, all.get(1)).await?, 1);
        // Views hold what other tables hold.
        let dear = db.repository("dear_book")?;
        assert_eq!(sent(&probe, async { dear.count().await?; dear.count().await }).await?, 2);
    }

    async fn callers_choose_what_the_cache_does(db) on library {
        let (db, cache, probe) = cached(&db, 1000).await;
        let (bypass, fresh) = (
            db.with_context(|c| c.cache(CachePolicy::Bypass)),
            db.with_context(|c| c.cache(CachePolicy::Refresh)),
        );
        assert_eq!(sent(&probe, bypass.repository("book")?.count()).await?, 1);
        assert_eq!(cache.statistics().entries, 0);
        assert_eq!(sent(&probe, fresh.repository("book")?.count()).await?, 1);
        assert_eq!(cache.statistics().entries, 1);
        assert_eq!(sent(&probe, fresh.repository("book")?.count()).await?, 1);
        assert_eq!(sent(&probe, db.repository("book")?.count()).await?, 0);
        assert_eq!(sent(&probe, bypass.repository("book")?.count()).await?, 1);
    }

    async fn a_transaction_counts_when_it_is_committed(db) on library {
        books(&db, 1).await?;
        let (db, cache, probe) = cached(&db, 1000).await;
        let all = db.repository("author")?;
        let count = async || all.count().await;
        assert_eq!(count().await?, 1);
        db.transaction(async |tx| {
            tx.repository("author")?.create(record! { "name" => "Ann" }).await?;
            assert_eq!(tx.repository("author")?.count().await?, 2);
            assert_eq!(count().await?, 1);
            assert_eq!(sent(&probe, count()).await?, 0, "not before the commit");
            Ok::<_, Error>(())
        }).await?;
        assert_eq!(sent(&probe, count()).await?, 1);
        assert_eq!(count().await?, 2);
        let undone = db.transaction(async |tx| {
            tx.repository("author")?.create(record! { "name" => "Bob" }).await?;
            assert_eq!(tx.repository("author")?.count().await?, 3);
            Err::<(), _>(Error::new(ErrorKind::Refused, "stop"))
        }).await;
        assert!(undone.is_err());
        assert_eq!(sent(&probe, count()).await?, 0, "nothing has changed");
        assert_eq!(count().await?, 2);
        let (told, mut tells) = tokio::sync::mpsc::channel::<()>(1);
        let dropped = db.transaction(async |tx| {
            tx.repository("author")?.create(record! { "name" => "Cid" }).await?;
            told.send(()).await.unwrap();
            std::future::pending::<Result<()>>().await
        });
        tokio::select! { _ = dropped => unreachable!(), _ = tells.recv() => {} }
        assert_eq!(sent(&probe, count()).await?, 0);
        assert_eq!(cache.statistics().entries, 1);
    }

    async fn what_a_foreign_key_carries_along_is_forgotten(db) on library {
        books(&db, 3).await?;
        let (db, _, probe) = cached(&db, 1000).await;
        let (books, shelves) = (db.repository("book")?, db.repository("shelf")?);
        assert_eq!((books.count().await?, shelves.count().await?), (3, 0));
        db.repository("author")?.delete(1).await?;
        assert_eq!(books.count().await?, 0);
        assert_eq!(sent(&probe, shelves.count()).await?, 0);
    }

    async fn sql_of_ones_own_clears_everything(db) on library {
        books(&db, 3).await?;
        let (db, cache, _) = cached(&db, 1000).await;
        db.repository("shelf")?.count().await?;
        assert_eq!(db.repository("book")?.count().await?, 3);
        db.raw("DELETE FROM book WHERE book_id = 1").await?;
        assert_eq!(cache.statistics().entries, 0);
        assert_eq!(db.repository("book")?.count().await?, 2);
        db.transaction(async |tx| tx.raw("DELETE FROM book WHERE book_id = 2").await).await?;
        assert_eq!(cache.statistics().entries, 0);
        assert_eq!(db.repository("book")?.count().await?, 1);
    }

    async fn an_answer_that_a_write_overtook_is_not_kept(db) on library {
        author(&db, "Ann").await?;
        let (gate, cache) = (Gate::default(), Arc::new(MemoryCache::new(1000)));
        let given = Arc::clone(&cache);
        let db = db.again(|b| b.layer(gate.clone()).cache(given)).await;
        let held = db.with_context(|context| context.tag("hold", ""));
        for (n, inside) in [(1, false), (2, true)] {
            let slow = held.repository("author")?;
            let slow = tokio::spawn(async move { slow.count().await });
            gate.reached.notified().await;
            if inside {
                let bob = async |tx: Transaction| tx.repository("author")?.create(record! { "name" => "Bob" }).await;
                db.transaction(bob).await?;
            } else {
                db.repository("author")?.create(record! { "name" => "Bob" }).await?;
            }
            gate.opens.notify_one();
            assert_eq!(slow.await.unwrap()?, n, "it was asked before");
            assert_eq!(cache.statistics().entries, 0);
            assert_eq!(db.repository("author")?.count().await?, n + 1);
            db.raw("SELECT 1 AS one").await?;
        }
    }

    async fn a_cache_keeps_no_more_than_it_may(db) on library {
        books(&db, 50).await?;
        let width = db.schema().table("book")?.columns.len();
        let (db, cache, probe) = cached(&db, 3 * (width + 1)).await;
        let all = db.repository("book")?;
        for id in 1..=20 {
            all.get(id).await?;
            assert!(cache.statistics().entries <= 3);
        }
        assert_eq!(cache.statistics().entries, 3);
        assert_eq!(sent(&probe, all.get(20)).await?, 0);
        assert_eq!(sent(&probe, all.get(1)).await?, 1);
        // What is larger than all of it isn't kept, and pushes nothing out.
        assert_eq!(sent(&probe, all.all()).await?, 1);
        assert_eq!(sent(&probe, all.get(1)).await?, 0);
        assert_eq!(sent(&probe, all.all()).await?, 1);
    }

    async fn a_cache_is_taken_by_its_name(db) on library {
        let probe = Probe::new(Slot::Routing);
        let config = serde_json::json!({ "max_values": 100 });
        let named = db.again(|b| b.cache_named("memory", config).layer(probe.clone())).await;
        named.repository("book")?.count().await?;
        assert_eq!(sent(&probe, named.repository("book")?.count()).await?, 0);
        let builder = || Database::builder(db.url());
        let config = serde_json::json!({ "max_values": "many" });
        let error = builder().cache_named("memory", config).connect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Plugin);
        let error = builder().cache_named("redis", Config::Null).connect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Plugin);
        assert!(error.to_string().contains("`redis`") && error.to_string().contains("memory"), "{error}");
    }

    async fn tenants_share_a_warm_cache_but_no_row(db) on notes {
        let all = db.repository("note")?;
        for (id, tenant) in [(1, "acme"), (2, "acme"), (3, "zeta")] {
            all.create(record! { "note_id" => id, "tenant" => tenant, "body" => tenant }).await?;
        }
        let dialects = noorm::plugin::dialects()?;
        let dialect = dialects.iter().find(|d| d.name() == db.dialect()).unwrap();
        for tenants_last in [false, true] {
            let tenants = Tenants(dialect.flavor());
            let (at_cache, below) = (Probe::new(Slot::Cache), Probe::new(Slot::Routing));
            let cache = Arc::new(MemoryCache::new(1000));
            // The order in which they are added must not matter.
            let db = db.again(|b| match tenants_last {
                false => b.layer(tenants).layer(at_cache.clone()).layer(below.clone()).cache(cache),
                true => b.layer(below.clone()).cache(cache).layer(at_cache.clone()).layer(tenants),
            }).await;
            let of = |tenant: &str| db.with_context(|context| match tenants_last {
                false => context.tenant(tenant),
                true => context.tag("shop", tenant),
            });
            for round in 0..3 {
                for (tenant, ids) in [("acme", vec![1_i64, 2]), ("zeta", vec![3]), ("none", vec![])] {
                    let seen = of(tenant).repository("note")?.query().order_by(["note_id"]).all().await?;
                    let seen: Vec<i64> = seen.iter().map(|n| n.get("note_id").unwrap()).collect();
                    assert_eq!(seen, ids, "{tenant}");
                    for request in at_cache.requests() {
                        let bind = Value::from(tenant);
                        assert!(request.statement.binds().contains(&bind), "it isn't narrowed: {request:?}");
                    }
                    assert_eq!(below.requests().len(), usize::from(round == 0), "a warm cache answers");
                }
            }
            assert_eq!(of("zeta").repository("note")?.find(1).await?, None);
            assert_eq!(of("acme").repository("note")?.find(1).await?.unwrap().get::<String>("body")?, "acme");
            assert_eq!(of("zeta").repository("note")?.find(1).await?, None);
            let error = of("zeta").repository("note")?.update(1, record! { "body" => "x" }).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotFound);
            assert!(!of("zeta").repository("note")?.delete(1).await?);
            assert_eq!(db.repository("note")?.count().await.unwrap_err().kind(), ErrorKind::Refused);
        }
    }
}

//! What whoever runs a service asks: signs of life, the state of the pool, an end in good order.

use std::time::Duration;

use crate::conformance;
use crate::library::library;
use crate::probe::{Probe, eventually, reading};
use futures_util::TryStreamExt as _;
use noorm::BoxFuture;
use noorm::executor::{PoolOptions, Slot};
use noorm::plugin::{Catalog, Introspector, Scope};
use noorm::prelude::*;
use noorm::schema::Schema;

fn sized(max: u32) -> PoolOptions {
    PoolOptions::default()
        .max_size(max)
        .acquire_timeout(Duration::from_secs(5))
}

async fn add(db: &Database, name: &str) -> Result<Record> {
    let author = record! { "name" => name };
    db.repository("author")?.create(author).await
}

/// What must not hang.
async fn soon<T>(work: impl Future<Output = T>) -> T {
    let done = tokio::time::timeout(Duration::from_secs(10), work).await;
    done.expect("it hangs")
}

/// Reads a catalog that never ends.
struct Endless;

impl Introspector for Endless {
    fn introspect<'a>(
        &'a self,
        _: &'a mut dyn Catalog,
        _: &'a Scope,
    ) -> BoxFuture<'a, Result<Schema>> {
        Box::pin(std::future::pending())
    }
}

conformance! {
    async fn a_discovery_that_does_not_end_is_given_up(db) on library {
        let builder = Database::builder(db.url()).introspector(Endless);
        let connecting = builder.discovery_timeout(Duration::from_millis(30)).connect();
        let error = soon(connecting).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!(error.message(), "the database's catalog was not read within 30ms");
    }

    async fn a_ping_is_answered(db) on library {
        let probe = Probe::new(Slot::Trace);
        let one = db.again(|b| b.pool(sized(1)).layer(probe.clone())).await;
        one.ping().await?;
        assert!(probe.requests().is_empty(), "layers have nothing to do with it");
        one.transaction(async |tx| {
            // On the only connection.
            soon(tx.ping()).await?;
            add(&tx, "Ann").await
        }).await?;
        one.close().await?;
        assert_eq!(one.ping().await.unwrap_err().kind(), ErrorKind::Closed);
    }

    async fn the_status_tells_who_works_and_who_waits(db) on library {
        let one = db.again(|b| b.pool(sized(1))).await;
        let status = one.status();
        assert_eq!((status.connections, status.idle, status.in_use, status.waiting), (1, 1, 0, 0));
        assert_eq!((status.errors, status.timeouts, status.is_closed), (0, 0, false));
        assert!(status.last_error.is_none() && status.oldest.is_some());
        let tx = one.begin().await?;
        let waits = one.clone();
        let waiting = tokio::spawn(async move { add(&waits, "Ann").await.map(drop) });
        eventually("it waits", async || one.status().waiting == 1).await;
        let status = one.status();
        assert_eq!((status.connections, status.idle, status.in_use), (1, 0, 1));
        tx.rollback().await?;
        waiting.await.unwrap()?;
        eventually("it is given back", async || one.status().idle == 1).await;
        assert_eq!((one.status().in_use, one.status().waiting), (0, 0));
        let hurried = db.again(|b| b.pool(sized(1).acquire_timeout(Duration::from_millis(30)))).await;
        let tx = hurried.begin().await?;
        let error = hurried.ping().await.unwrap_err();
        assert_eq!((error.kind(), hurried.status().timeouts), (ErrorKind::PoolTimeout, 1));
        tx.rollback().await?;
    }

    async fn a_close_waits_for_what_is_under_way(db) on library {
        let two = db.again(|b| b.pool(sized(2))).await;
        let tx = two.begin().await?;
        add(&tx, "Ann").await?;
        let closes = two.clone();
        let closing = tokio::spawn(async move { closes.close().await });
        eventually("it takes no new work", async || two.status().is_closed).await;
        let refused = [
            two.repository("author")?.count().await.unwrap_err(),
            two.begin().await.unwrap_err(),
            two.repository("author")?.query().stream().await.err().unwrap(),
            two.refresh().await.unwrap_err(),
        ];
        for error in refused {
            assert_eq!(error.kind(), ErrorKind::Closed, "{error:?}");
            assert!(error.help().is_some());
        }
        assert!(!closing.is_finished());
        tx.transaction(async |inner| add(&inner, "Bob").await).await?;
        tx.commit().await?;
        soon(closing).await.unwrap()?;
        let status = two.status();
        assert_eq!((status.connections, status.idle, status.oldest), (0, 0, None));
        soon(two.close()).await?;
        assert_eq!(db.repository("author")?.count().await?, 2);
    }

    async fn whoever_waits_in_line_hears_of_the_close(db) on library {
        let one = db.again(|b| b.pool(sized(1))).await;
        let tx = one.begin().await?;
        let waits = one.clone();
        let waiting = tokio::spawn(async move { waits.ping().await });
        eventually("it waits", async || one.status().waiting == 1).await;
        let (closed, ()) = tokio::join!(soon(one.close()), async {
            assert_eq!(waiting.await.unwrap().unwrap_err().kind(), ErrorKind::Closed);
            tx.commit().await.unwrap();
        });
        closed?;
    }

    async fn a_close_may_have_a_limit(db) on library {
        let two = db.again(|b| b.pool(sized(2))).await;
        let many = reading(&two, &(db.engine().sql.numbers)(3_000_000))?;
        let mut stream = two.stream(many).await?;
        assert!(stream.try_next().await?.is_some());
        let error = soon(two.close_within(Duration::from_millis(30))).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!(error.message(), "connections still in use after 30ms: 1");
        assert!(stream.try_next().await?.is_some());
        drop(stream);
        soon(two.close()).await?;
        assert_eq!(two.status().connections, 0);
    }

    async fn a_transaction_cannot_close_what_it_is_in(db) on library {
        db.transaction(async |tx| {
            assert_eq!(soon(tx.close()).await.unwrap_err().kind(), ErrorKind::InvalidStatement);
            add(&tx, "Ann").await
        }).await?;
        assert_eq!(db.repository("author")?.count().await?, 1);
    }
}

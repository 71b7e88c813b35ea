//! A server that takes connections and requests, and never answers.

use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use noorm::executor::PoolOptions;
use noorm::prelude::*;

use super::faults_cut::{add, count, has_server, items};
use crate::conformance;
use crate::proxy::Proxy;

/// How long each statement may take, and each attempt to connect: a busy stand-in server takes half of it to greet.
const LIMIT: Duration = Duration::from_secs(1);

/// What is bounded ends soon after.
const SOON: Duration = Duration::from_secs(10);

async fn connect(proxy: &Proxy) -> Result<Database> {
    let pool = PoolOptions::default().max_size(1).connect_timeout(SOON);
    let builder = Database::builder(proxy.url()).pool(pool);
    builder.statement_timeout(LIMIT).connect().await
}

/// Gives the kind of the error that it ends in, soon.
async fn gives_up<T: std::fmt::Debug>(work: impl Future<Output = Result<T>>) -> ErrorKind {
    let ended = tokio::time::timeout(SOON, work).await;
    ended.expect("it hangs").unwrap_err().kind()
}

conformance! {
    async fn a_first_connection_is_given_up(db) on items where (has_server) {
        let proxy = db.proxy().await;
        proxy.stall();
        let pool = PoolOptions::default().connect_timeout(LIMIT);
        let began = Instant::now();
        let first = Database::builder(proxy.url()).pool(pool.clone()).connect();
        assert_eq!(gives_up(first).await, ErrorKind::ConnectTimeout);
        assert!(began.elapsed() >= LIMIT);
        proxy.flow();
        let through = Database::builder(proxy.url()).pool(pool).connect().await?;
        assert_eq!(through.repository("item")?.count().await?, 0);
    }

    async fn a_statement_is_given_up(db) on items where (has_server) {
        let proxy = db.proxy().await;
        let read = connect(&proxy).await?;
        let write = connect(&proxy).await?;
        let begin = connect(&proxy).await?;
        let commit = connect(&proxy).await?;
        let undo = connect(&proxy).await?;
        let refresh = connect(&proxy).await?;
        proxy.stall();
        assert_eq!(gives_up(count(&read, "x")).await, ErrorKind::Timeout);
        assert_eq!(gives_up(add(&write, "late")).await, ErrorKind::Timeout);
        let begun = begin.transaction(async |tx| add(&tx, "never").await);
        assert_eq!(gives_up(begun).await, ErrorKind::Timeout);
        let later = refresh.with_context(|c| c.deadline(Instant::now() + LIMIT));
        assert_eq!(gives_up(later.refresh()).await, ErrorKind::Timeout);
        proxy.flow();
        let unknown = commit.transaction(async |tx| {
            add(&tx, "in").await?;
            proxy.stall();
            Ok::<_, Error>(())
        });
        assert_eq!(gives_up(unknown).await, ErrorKind::CommitUnknown);
        proxy.flow();
        let undone = undo.transaction(async |tx| {
            add(&tx, "never").await?;
            proxy.stall();
            Err::<(), _>(Error::new(ErrorKind::Refused, "stop"))
        });
        assert_eq!(gives_up(undone).await, ErrorKind::Refused);
        proxy.flow();
        for through in [read, write, begin, commit, undo, refresh] {
            tokio::time::timeout(SOON, through.repository("item")?.count()).await.expect("it recovers")?;
        }
        assert_eq!(count(&db, "never").await?, 0);
        // What was given up may have been done all the same, but no more than once.
        assert!(count(&db, "late").await? <= 1);
        assert!(count(&db, "in").await? <= 1);
    }

    async fn the_rows_of_a_stream_are_given_up(db) on items where (has_server) {
        let names = (0..3000).map(|n| record! { "name" => format!("{n:059}") });
        db.repository("item")?.create_many(names).await?;
        let proxy = db.proxy().await;
        let through = connect(&proxy).await?;
        let mut stream = through.repository("item")?.query().batches().await?;
        proxy.stall();
        let rest = async {
            while stream.try_next().await?.is_some() {}
            Ok::<_, Error>(())
        };
        match tokio::time::timeout(SOON, rest).await.expect("it hangs") {
            // All of it had come through already.
            Ok(()) => {}
            Err(error) => assert_eq!(error.kind(), ErrorKind::Timeout),
        }
        proxy.flow();
        assert_eq!(through.repository("item")?.count().await?, 3000);
    }

    async fn a_wait_for_a_connection_is_given_up(db) on items where (has_server) {
        let proxy = db.proxy().await;
        let pool = PoolOptions::default().max_size(1).acquire_timeout(2 * LIMIT).connect_timeout(LIMIT);
        let through = Database::builder(proxy.url()).pool(pool).connect().await?;
        proxy.stall();
        // It has no time-out of its own, and the only connection.
        let endless = through.repository("item")?;
        let endless = tokio::spawn(async move { endless.count().await });
        let waits = async {
            while through.status().idle > 0 {
                tokio::task::yield_now().await;
            }
            through.repository("item")?.count().await
        };
        assert_eq!(gives_up(waits).await, ErrorKind::PoolTimeout);
        endless.abort();
        assert!(endless.await.unwrap_err().is_cancelled());
        // Its connection was closed, and no other can be made.
        assert_eq!(gives_up(count(&through, "x")).await, ErrorKind::ConnectTimeout);
        proxy.flow();
        assert_eq!(count(&through, "x").await?, 0);
    }

    async fn nothing_is_left_open(db) on items where (has_server) {
        let proxy = db.proxy().await;
        let through = connect(&proxy).await?;
        proxy.stall();
        assert_eq!(gives_up(add(&through, "late")).await, ErrorKind::Timeout);
        let pool = PoolOptions::default().connect_timeout(LIMIT);
        let second = Database::builder(proxy.url()).pool(pool).connect();
        assert_eq!(gives_up(second).await, ErrorKind::ConnectTimeout);
        drop(through);
        let closed = async {
            while proxy.open() > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let closed = tokio::time::timeout(Duration::from_secs(25), closed).await;
        assert!(closed.is_ok(), "{} sockets wait for ever", proxy.open());
    }
}

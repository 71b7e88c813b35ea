//! Connections that can't be made, and what a pool tells of them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Lease, Pool, PoolOptions};
use crate::error::{ErrorKind, Result};
use crate::executor::scripted::Scripted;

/// A pool whose first connection is in use, and that waits no longer than a second for another one.
async fn pool(next: &[ErrorKind]) -> (Arc<Pool<Scripted>>, Lease<Scripted>) {
    let server = Scripted::new(&[]);
    let options = PoolOptions::default().acquire_timeout(Duration::from_secs(1));
    let pool = Arc::new(Pool::connect(server.clone(), options).await.unwrap());
    let first = pool.acquire(None).await.unwrap();
    for kind in next {
        server.add("connect", *kind);
    }
    (pool, first)
}

async fn second(next: &[ErrorKind]) -> (Result<()>, u64) {
    let (pool, _first) = pool(next).await;
    let second = pool.acquire(None).await.map(drop);
    (second, pool.status().errors)
}

#[tokio::test]
async fn connecting_is_tried_again_while_that_may_help() {
    use ErrorKind::{AuthenticationFailed, ConnectionRefused, TooManyConnections};
    let (second_one, errors) = second(&[ConnectionRefused, TooManyConnections]).await;
    assert_eq!((second_one.is_ok(), errors), (true, 2));
    let (second_one, errors) = second(&[ConnectionRefused, AuthenticationFailed]).await;
    assert_eq!(
        (second_one.unwrap_err().kind(), errors),
        (AuthenticationFailed, 2)
    );
}

#[tokio::test]
async fn who_waits_in_vain_hears_the_last_error() {
    let (pool, _first) = pool(&[ErrorKind::ConnectionRefused; 99]).await;
    let began = Instant::now();
    let error = pool.acquire(None).await.map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "{:?}",
        began.elapsed()
    );
    let status = pool.status();
    // With pauses that double, one second has room for few attempts.
    assert!((3..=8).contains(&status.errors), "{status:?}");
    let last = status.last_error.unwrap();
    assert_eq!(
        (last.kind(), last.message()),
        (ErrorKind::ConnectionRefused, "as the script says")
    );
    assert_eq!((status.waiting, status.in_use, status.idle), (0, 1, 0));
}

#[tokio::test]
async fn ages_are_told() {
    let began = Instant::now();
    let (pool, first) = pool(&[]).await;
    let second = pool.acquire(None).await.unwrap();
    let oldest = pool.status().oldest.unwrap();
    assert!(oldest <= pool.status().age && pool.status().age <= began.elapsed());
    drop(first);
    drop(second);
    pool.close().await;
    let status = pool.status();
    assert_eq!(
        (status.oldest, status.connections, status.is_closed),
        (None, 0, true)
    );
}

#[tokio::test]
async fn connections_that_are_kept_idle_are_closed_for_good() {
    let options = PoolOptions::default().max_size(4).min_idle(4);
    let pool = Arc::new(Pool::connect(Scripted::new(&[]), options).await.unwrap());
    while pool.status().idle < 4 {
        tokio::task::yield_now().await;
    }
    pool.close().await;
    pool.close().await;
    assert_eq!(
        pool.acquire(None).await.map(drop).unwrap_err().kind(),
        ErrorKind::Closed
    );
    let status = pool.status();
    assert_eq!((status.connections, status.errors), (0, 0), "{status:?}");
}

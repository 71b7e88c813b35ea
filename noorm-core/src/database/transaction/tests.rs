//! What a server does seldom: its answers are written down beforehand.

use std::cell::Cell;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;

use super::Retry;
use crate::error::{Error, ErrorKind, Result};
use crate::executor::Rows;
use crate::executor::scripted::database;
use crate::statement::{Raw, Statement, Tree};

/// Runs a transaction of one statement, again up to twice; gives the attempts.
async fn attempts(script: &[(&'static str, ErrorKind)]) -> (u32, Result<()>) {
    let db = database(script).await;
    let retry = Retry::times(2).pauses(Duration::ZERO, Duration::ZERO);
    let attempts = Cell::new(0);
    let done = db.transaction_retrying(retry, async |tx| {
        attempts.set(attempts.get() + 1);
        tx.raw("UPDATE").await.map(drop)
    });
    let done = done.await;
    (attempts.get(), done)
}

#[tokio::test]
async fn it_is_run_again_where_that_helps() {
    use ErrorKind::{CommitUnknown, ConnectionLost, Deadlock, LockTimeout, SerializationFailure};
    let (times, done) = attempts(&[("run", Deadlock), ("commit", SerializationFailure)]).await;
    assert_eq!((times, done.is_ok()), (3, true));
    let (times, done) = attempts(&[("run", Deadlock); 3]).await;
    assert_eq!((times, done.unwrap_err().kind()), (3, Deadlock));
    for kind in [ConnectionLost, LockTimeout] {
        let (times, done) = attempts(&[("run", kind)]).await;
        assert_eq!((times, done.unwrap_err().kind()), (1, kind));
    }
    let (times, done) = attempts(&[("commit", ConnectionLost)]).await;
    assert_eq!((times, done.unwrap_err().kind()), (1, CommitUnknown));
}

#[tokio::test]
async fn an_unknown_commit_is_never_run_again() {
    let db = database(&[
        ("run", ErrorKind::Deadlock),
        ("commit", ErrorKind::ConnectionLost),
    ])
    .await;
    let ran = Arc::new(Mutex::new(false));
    let attempts = Cell::new(0);
    let error = db
        .transaction_retrying(Retry::times(2), async |tx| {
            attempts.set(attempts.get() + 1);
            let ran = Arc::clone(&ran);
            tx.after_commit(async move { *ran.lock().unwrap() = true })
                .await?;
            // The failure of the statement is swallowed.
            let _ = tx.raw("UPDATE").await;
            Ok::<_, Error>(())
        })
        .await
        .unwrap_err();
    assert_eq!(
        (attempts.get(), error.kind()),
        (1, ErrorKind::CommitUnknown)
    );
    assert!(!*ran.lock().unwrap());
}

#[tokio::test]
async fn a_stream_may_be_the_reason() {
    let db = database(&[("fetch", ErrorKind::SerializationFailure)]).await;
    let attempts = Cell::new(0);
    db.transaction_retrying(Retry::times(2), async |tx| {
        attempts.set(attempts.get() + 1);
        let mut raw = Raw::new("SELECT");
        (raw.reads, raw.writes) = (Some(vec![]), Some(vec![]));
        let tree = Tree::Raw(raw);
        let statement = Statement::new(tree, vec![], &tx.schema(), tx.flavor())?;
        let rest: Vec<Rows> = tx.stream(statement).await?.try_collect().await?;
        assert!(rest.is_empty());
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!(attempts.get(), 2);
}

#[tokio::test]
async fn what_its_savepoint_undid_is_no_reason() {
    let db = database(&[("run", ErrorKind::Deadlock)]).await;
    let attempts = Cell::new(0);
    let error = db
        .transaction_retrying(Retry::times(2), async |tx| {
            attempts.set(attempts.get() + 1);
            let undone = tx.transaction(async |inner| inner.raw("UPDATE").await);
            assert_eq!(undone.await.unwrap_err().kind(), ErrorKind::Deadlock);
            tx.raw("UPDATE").await?;
            Err::<(), _>(Error::new(ErrorKind::Refused, "for another reason"))
        })
        .await
        .unwrap_err();
    assert_eq!((attempts.get(), error.kind()), (1, ErrorKind::Refused));
}

#[tokio::test]
async fn no_attempt_begins_after_the_deadline() {
    let db = database(&[("run", ErrorKind::Deadlock); 2]).await;
    let soon = db.with_context(|c| c.deadline(Instant::now() + Duration::from_secs(5)));
    let minute = Duration::from_secs(60);
    let work = soon.transaction_retrying(Retry::times(2).pauses(minute, minute), async |tx| {
        tx.raw("UPDATE").await
    });
    // At once, for the pause would be too long.
    assert_eq!(work.await.unwrap_err().kind(), ErrorKind::Deadlock);
    assert!(soon.context.deadline.unwrap() > Instant::now());
}

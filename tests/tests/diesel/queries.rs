//! What a closure does, and what noorm sees of it.

use std::sync::Arc;

use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel_async::{AsyncConnection as _, RunQueryDsl};
use noorm::Result;
use noorm::cache::MemoryCache;
use noorm::executor::Slot;
use noorm::prelude::*;
use noorm_tests::probe::Probe;
use noorm_tests::run;

use super::support::{add, album, albums, insert, kept, titles};
use super::{Connection, ENGINE};

#[test]
fn on_the_pool_each_statement_commits() {
    run(&ENGINE, albums, async |db| {
        let added = db.diesel(async |conn: &mut Connection| insert(conn, 1, "Blue").await);
        assert_eq!(added.await?, 1);
        assert_eq!(kept(&db).await?, ["Blue"]);
        add(&db, 2, "Red").await?;
        let found = db
            .diesel(async |conn: &mut Connection| {
                let red = album::table.filter(album::title.like("R%"));
                red.select(album::id).load::<i32>(conn).await
            })
            .await?;
        assert_eq!(found, [2]);
        let status = db.status();
        assert_eq!((status.connections, status.idle), (1, 1));
        Ok(())
    });
}

#[test]
fn in_a_transaction_both_see_what_the_other_wrote() {
    run(&ENGINE, albums, async |db| {
        let work = async |tx: Transaction, ends: Result<()>| {
            add(&tx, 1, "Blue").await?;
            let seen = tx
                .diesel(async |conn: &mut Connection| {
                    insert(conn, 2, "Red").await?;
                    titles(conn).await
                })
                .await?;
            assert_eq!(seen, ["Blue", "Red"]);
            assert_eq!(kept(&tx).await?, ["Blue", "Red"]);
            ends
        };
        let stop = Error::new(ErrorKind::Refused, "stop");
        let undone = db.transaction(async |tx| work(tx, Err(stop)).await).await;
        assert_eq!(undone.unwrap_err().kind(), ErrorKind::Refused);
        assert!(kept(&db).await?.is_empty());
        db.transaction(async |tx| work(tx, Ok(())).await).await?;
        assert_eq!(kept(&db).await?, ["Blue", "Red"]);
        Ok(())
    });
}

#[test]
fn diesels_own_transactions_nest() {
    run(&ENGINE, albums, async |db| {
        let nested = async |conn: &mut Connection| {
            insert(conn, 1, "kept").await?;
            let undone = conn
                .transaction(async |conn: &mut Connection| {
                    insert(conn, 2, "undone").await?;
                    Err::<(), _>(DieselError::RollbackTransaction)
                })
                .await;
            assert_eq!(undone, Err(DieselError::RollbackTransaction));
            conn.transaction(async |conn: &mut Connection| insert(conn, 3, "released").await)
                .await
        };
        db.transaction(async |tx| {
            tx.transaction(async |inner| inner.diesel(nested).await)
                .await?;
            assert_eq!(kept(&tx).await?, ["kept", "released"]);
            let error = add(&tx, 1, "twice").await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UniqueViolation);
            Err::<(), _>(error)
        })
        .await
        .unwrap_err();
        assert!(kept(&db).await?.is_empty());
        db.diesel(nested).await?;
        assert_eq!(kept(&db).await?, ["kept", "released"]);
        Ok(())
    });
}

#[test]
fn errors_have_their_kinds() {
    run(&ENGINE, albums, async |db| {
        add(&db, 1, "Blue").await?;
        let twice = async |conn: &mut Connection| insert(conn, 2, "Blue").await;
        let error = db.diesel(twice).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation, "{error}");
        let raw = db.raw("INSERT INTO album VALUES (2, 'Blue')").await;
        let raw = raw.unwrap_err();
        assert_eq!(error.message(), raw.message());
        assert_eq!(
            (error.code(), error.violation()),
            (raw.code(), raw.violation())
        );
        let check = async |sql: &str, kind| {
            let failing = async |conn: &mut Connection| diesel::sql_query(sql).execute(conn).await;
            let error = db.diesel(failing).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{error}");
        };
        check(
            "INSERT INTO album VALUES (2, NULL)",
            ErrorKind::NotNullViolation,
        )
        .await;
        check("SELEC 1", ErrorKind::InvalidStatement).await;
        check("SELECT * FROM no_such", ErrorKind::UnknownTable).await;
        check("SELECT no_such FROM album", ErrorKind::UnknownColumn).await;
        let first = async |conn: &mut Connection| {
            let none = album::table.filter(album::id.eq(7));
            none.first::<(i32, String)>(conn).await
        };
        assert_eq!(
            db.diesel(first).await.unwrap_err().kind(),
            ErrorKind::NotFound
        );
        Ok(())
    });
}

#[test]
fn an_error_that_was_dealt_with_is_not_told_instead_of_another() {
    run(&ENGINE, albums, async |db| {
        add(&db, 1, "Blue").await?;
        let second = async |conn: &mut Connection| {
            insert(conn, 2, "Blue").await.unwrap_err();
            diesel::sql_query("SELECT * FROM no_such")
                .execute(conn)
                .await
        };
        let error = db.diesel(second).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownTable);
        let first = async |conn: &mut Connection| {
            let first = insert(conn, 2, "Blue").await.unwrap_err();
            let missing = diesel::sql_query("SELECT * FROM no_such")
                .execute(conn)
                .await;
            missing.unwrap_err();
            Err::<(), _>(first)
        };
        let error = db.diesel(first).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        Ok(())
    });
}

/// An application's own error.
#[derive(Debug)]
enum Oops {
    Noorm(ErrorKind),
    Diesel(DieselError),
    TooBlue,
}

impl From<Error> for Oops {
    fn from(error: Error) -> Self {
        Self::Noorm(error.kind())
    }
}

impl From<DieselError> for Oops {
    fn from(error: DieselError) -> Self {
        Self::Diesel(error)
    }
}

#[test]
fn the_closures_error_may_be_the_callers_own() {
    run(&ENGINE, albums, async |db| {
        let work = async |title: &str| {
            db.transaction(async |tx| {
                tx.diesel(async |conn: &mut Connection| {
                    insert(conn, 1, title).await?;
                    insert(conn, 2, "Red").await?;
                    match titles(conn).await?.concat().contains("Blue") {
                        true => Err(Oops::TooBlue),
                        false => Ok(()),
                    }
                })
                .await
            })
            .await
        };
        assert!(matches!(work("Blue").await, Err(Oops::TooBlue)));
        assert!(matches!(
            work("Red").await,
            Err(Oops::Diesel(DieselError::DatabaseError(..)))
        ));
        assert!(kept(&db).await?.is_empty());
        work("Green").await.unwrap();
        assert_eq!(kept(&db).await?, ["Green", "Red"]);
        let late = db.with_context(|c| c.deadline(std::time::Instant::now()));
        let late = late.diesel(async |_: &mut Connection| Err::<(), _>(Oops::TooBlue));
        assert!(matches!(late.await, Err(Oops::Noorm(ErrorKind::Timeout))));
        Ok(())
    });
}

/// What can be given to another thread.
fn sent<T: Send>(work: T) -> T {
    work
}

#[test]
fn it_runs_in_a_task_of_its_own() {
    run(&ENGINE, albums, async |db| {
        let shared = db.clone();
        let (title, others) = (String::from("Blue"), vec!["Red"]);
        let work = sent(async move {
            shared
                .transaction(async |tx| {
                    add(&tx, 1, &title).await?;
                    tx.diesel(async |conn: &mut Connection| {
                        for title in &others {
                            insert(conn, 2, title).await?;
                        }
                        conn.transaction(async |conn: &mut Connection| titles(conn).await)
                            .await
                    })
                    .await
                })
                .await
        });
        assert_eq!(tokio::spawn(work).await.unwrap()?, ["Blue", "Red"]);
        Ok(())
    });
}

#[test]
fn caches_hear_what_was_written() {
    run(&ENGINE, albums, async |db| {
        let probe = Probe::new(Slot::Routing);
        let cache = Arc::new(MemoryCache::new(100));
        let cached = db.again(|b| b.cache(cache).layer(probe.clone())).await;
        let add = async |id: i32| {
            let title = format!("Blue {id}");
            async move |conn: &mut Connection| insert(conn, id, &title).await
        };
        let read = async || -> Result<(usize, usize)> {
            let _ = probe.requests();
            Ok((kept(&cached).await?.len(), probe.requests().len()))
        };
        assert_eq!((read().await?, read().await?), ((0, 1), (0, 0)));
        cached.diesel(add(1).await).await?;
        assert_eq!((read().await?, read().await?), ((1, 1), (1, 0)));
        cached.diesel_writing(["album"], add(2).await).await?;
        assert_eq!((read().await?, read().await?), ((2, 1), (2, 0)));
        // What is named is believed.
        cached.diesel_writing(["note"], add(3).await).await?;
        assert_eq!(read().await?, (2, 0));
        let none: [&str; 0] = [];
        cached.diesel_writing(none, add(4).await).await?;
        assert_eq!(read().await?, (2, 0));
        let unknown = cached.diesel_writing(["albun"], add(5).await).await;
        assert_eq!(unknown.unwrap_err().kind(), ErrorKind::UnknownTable);
        let work = async |tx: Transaction| tx.diesel_writing(["album"], add(6).await).await;
        cached.transaction(work).await?;
        assert_eq!((read().await?, read().await?), ((5, 1), (5, 0)));
        let undone = cached.transaction(async |tx| {
            tx.diesel(add(7).await).await?;
            Err::<(), _>(Error::new(ErrorKind::Refused, "stop"))
        });
        undone.await.unwrap_err();
        assert_eq!(read().await?, (5, 0));
        let failed = cached.diesel(add(6).await).await;
        assert_eq!(failed.unwrap_err().kind(), ErrorKind::UniqueViolation);
        assert_eq!(read().await?, (5, 1));
        Ok(())
    });
}

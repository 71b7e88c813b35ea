//! Who has the connection when, and in what state it comes back.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl, SimpleAsyncConnection as _, TransactionManager};
use futures_util::{StreamExt as _, TryStreamExt as _};
use noorm::executor::Lendable as _;
use noorm::prelude::*;
use noorm_tests::run;
use tokio::time::timeout;

use super::support::{add, album, albums, insert, kept, single, titles};
use super::{Connection, ENGINE, Other};

type Manager = <Connection as AsyncConnection>::TransactionManager;

const SOON: Duration = Duration::from_millis(30);

/// Takes far longer than any test.
async fn slow(conn: &mut Connection) -> QueryResult<usize> {
    diesel::sql_query(ENGINE.sql.slow).execute(conn).await
}

#[test]
fn another_type_is_refused_in_words() {
    run(&ENGINE, albums, async |db| {
        let db = single(&db).await;
        let ask = async |db: &Database| {
            let asked = db.diesel(async |_: &mut Other| QueryResult::Ok(()));
            let error = asked.await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TypeMismatch);
            for name in [Connection::NAME, Other::NAME] {
                assert!(error.message().contains(name), "{error}");
            }
        };
        ask(&db).await;
        db.transaction(async |tx| {
            ask(&tx).await;
            add(&tx, 1, "Blue").await
        })
        .await?;
        assert_eq!(kept(&db).await?, ["Blue"]);
        Ok(())
    });
}

#[test]
fn one_at_a_time_has_the_connection() {
    run(&ENGINE, albums, async |db| {
        add(&db, 1, "Blue").await?;
        db.transaction(async |tx| {
            let mut stream = tx.repository("album")?.query().batches().await?;
            stream.try_next().await?.unwrap();
            let busy = tx.diesel(titles).await.unwrap_err();
            assert_eq!(busy.kind(), ErrorKind::TransactionBusy);
            drop(stream);
            let busy = tx
                .diesel(async |conn: &mut Connection| {
                    insert(conn, 2, "Red").await?;
                    let errors = [
                        kept(&tx).await.map(|_| ()),
                        tx.diesel(titles).await.map(|_| ()),
                        tx.transaction(async |_| Ok(())).await,
                    ];
                    QueryResult::Ok(errors.map(|result| result.unwrap_err().kind()))
                })
                .await?;
            assert_eq!(busy, [ErrorKind::TransactionBusy; 3]);
            let outer = tx.transaction(async |_inner| tx.diesel(titles).await).await;
            assert_eq!(outer.unwrap_err().kind(), ErrorKind::TransactionBusy);
            assert_eq!(tx.diesel(titles).await?, ["Blue", "Red"]);
            Ok::<_, Error>(())
        })
        .await?;
        assert_eq!(kept(&db).await?, ["Blue", "Red"]);
        Ok(())
    });
}

#[test]
fn a_closure_that_is_dropped_poisons_its_transaction() {
    run(&ENGINE, albums, async |db| {
        let db = single(&db).await;
        let error = db
            .transaction(async |tx| {
                add(&tx, 1, "Blue").await?;
                assert!(timeout(SOON, tx.diesel(slow)).await.is_err());
                let error = kept(&tx).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::TransactionPoisoned);
                // Between two statements, too.
                Ok::<_, Error>(())
            })
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TransactionPoisoned);
        assert!(kept(&db).await?.is_empty());
        let between = db.transaction(async |tx| {
            let idle = tx.diesel(async |conn: &mut Connection| {
                insert(conn, 1, "Blue").await?;
                std::future::pending::<QueryResult<()>>().await
            });
            assert!(timeout(SOON, idle).await.is_err());
            Ok::<_, Error>(())
        });
        let error = between.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TransactionPoisoned);
        assert!(kept(&db).await?.is_empty());
        Ok(())
    });
}

#[test]
fn a_closure_that_is_dropped_closes_its_connection() {
    run(&ENGINE, albums, async |db| {
        let db = single(&db).await;
        add(&db, 1, "Blue").await?;
        for _ in 0..3 {
            assert!(timeout(SOON, db.diesel(slow)).await.is_err());
            assert_eq!(db.diesel(titles).await?, ["Blue"]);
            assert_eq!(kept(&db).await?, ["Blue"]);
        }
        let hurried = db.with_context(|c| c.deadline(Instant::now() + SOON));
        let late = hurried.diesel(slow).await.unwrap_err();
        assert_eq!(late.kind(), ErrorKind::Timeout);
        assert_eq!(db.diesel(titles).await?, ["Blue"]);
        Ok(())
    });
}

#[test]
fn a_statement_that_the_closure_drops_is_told() {
    run(&ENGINE, albums, async |db| {
        let db = single(&db).await;
        add(&db, 1, "Blue").await?;
        let dropping = async |conn: &mut Connection| {
            assert!(timeout(SOON, slow(conn)).await.is_err());
            QueryResult::Ok(())
        };
        let error = db.diesel(dropping).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TransactionPoisoned, "{error}");
        let next = async |conn: &mut Connection| {
            assert!(timeout(SOON, slow(conn)).await.is_err());
            titles(conn).await
        };
        assert!(db.diesel(next).await.is_err());
        let error = db
            .transaction(async |tx| {
                add(&tx, 2, "Red").await?;
                assert!(tx.diesel(dropping).await.is_err());
                kept(&tx).await
            })
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TransactionPoisoned, "{error}");
        assert_eq!(kept(&db).await?, ["Blue"]);
        Ok(())
    });
}

#[test]
fn a_transaction_that_is_left_open_is_told_and_undone() {
    run(&ENGINE, albums, async |db| {
        let db = single(&db).await;
        let opening = async |conn: &mut Connection| {
            Manager::begin_transaction(conn).await?;
            insert(conn, 1, "Blue").await
        };
        let error = db.diesel(opening).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TransactionBusy);
        assert!(kept(&db).await?.is_empty());
        let in_transaction = db.transaction(async |tx| {
            add(&tx, 2, "Red").await?;
            let error = tx.diesel(opening).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TransactionBusy);
            Ok::<_, Error>(())
        });
        assert!(in_transaction.await.is_err());
        assert!(kept(&db).await?.is_empty());
        let written = async |conn: &mut Connection| {
            conn.batch_execute("BEGIN").await?;
            insert(conn, 3, "Green").await
        };
        let error = db.diesel(written).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TransactionBusy);
        assert!(kept(&db).await?.is_empty());
        Ok(())
    });
}

#[test]
fn a_transaction_that_is_ended_under_its_owner_is_told() {
    run(&ENGINE, albums, async |db| {
        let db = single(&db).await;
        let committing = async |conn: &mut Connection| Manager::commit_transaction(conn).await;
        let written = async |conn: &mut Connection| conn.batch_execute("ROLLBACK").await;
        let check = async |tx: &Database, result: Result<()>| {
            assert_eq!(result.unwrap_err().kind(), ErrorKind::TransactionEnded);
            let error = add(tx, 2, "Red").await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TransactionPoisoned);
        };
        let error = db
            .transaction(async |tx| {
                check(&tx, tx.diesel(committing).await).await;
                Ok::<_, Error>(())
            })
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TransactionPoisoned);
        let error = db
            .transaction(async |tx| {
                add(&tx, 1, "Blue").await?;
                check(&tx, tx.diesel(written).await).await;
                Ok::<_, Error>(())
            })
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TransactionPoisoned);
        assert!(kept(&db).await?.is_empty());
        Ok(())
    });
}

#[test]
fn rows_that_nobody_reads_are_in_nobodys_way() {
    run(&ENGINE, albums, async |db| {
        let db = single(&db).await;
        for id in 1..=50 {
            add(&db, id, &format!("Blue {id:02}")).await?;
        }
        let first = async |conn: &mut Connection| {
            let all = album::table.select(album::id).order(album::id);
            let mut rows = all.load_stream::<i32>(conn).await?;
            let first = rows.next().await.unwrap()?;
            drop(rows);
            let last = album::table.select(diesel::dsl::max(album::id));
            Ok::<_, diesel::result::Error>((first, last.first::<Option<i32>>(conn).await?))
        };
        assert_eq!(db.diesel(first).await?, (1, Some(50)));
        assert_eq!(kept(&db).await?.len(), 50);
        Ok(())
    });
}

#[test]
fn a_rollback_takes_the_connection_from_a_closure() {
    run(&ENGINE, albums, async |db| {
        let db = single(&db).await;
        let mut left = None;
        let stop = db.transaction(async |tx| {
            let (ready, is_ready) = tokio::sync::oneshot::channel();
            let beside = tx.clone();
            left = Some(tokio::spawn(async move {
                beside
                    .diesel(async |conn: &mut Connection| {
                        insert(conn, 1, "Blue").await?;
                        let _ = ready.send(());
                        slow(conn).await
                    })
                    .await
            }));
            is_ready.await.unwrap();
            Err::<(), _>(Error::new(ErrorKind::Refused, "stop"))
        });
        assert_eq!(stop.await.unwrap_err().kind(), ErrorKind::Refused);
        left.unwrap().abort();
        assert!(kept(&db).await?.is_empty());
        Ok(())
    });
}

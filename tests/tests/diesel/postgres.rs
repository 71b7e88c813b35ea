//! PostgreSQL.

use noorm::mysql::Connection as Other;
use noorm::postgres::Connection;
use noorm_tests::engines::POSTGRES as ENGINE;

#[path = "loans.rs"]
mod loans;
#[path = "queries.rs"]
mod queries;
#[path = "support.rs"]
mod support;

/// Errors that the server remembers: it refuses everything until the rollback.
mod errors {
    use diesel::dsl::sql;
    use diesel::prelude::*;
    use diesel::sql_types::Integer;
    use diesel_async::RunQueryDsl;
    use futures_util::StreamExt as _;
    use noorm::prelude::*;
    use noorm_tests::run;

    use super::support::{album, albums, insert, kept};
    use super::{Connection, ENGINE};

    /// What the commit gives where a closure hides an error that `work` had.
    async fn committed(
        db: &Database,
        work: impl AsyncFnOnce(&mut Connection) -> QueryResult<()>,
    ) -> ErrorKind {
        let hiding = db.transaction(async |tx| {
            tx.diesel(async |conn: &mut Connection| {
                insert(conn, 1, "Blue").await?;
                work(conn).await
            })
            .await
        });
        hiding.await.unwrap_err().kind()
    }

    #[test]
    fn what_a_closure_hides_is_told_by_the_commit() {
        run(&ENGINE, albums, async |db| {
            let returned = async |conn: &mut Connection| {
                let row = (album::id.eq(2), album::title.eq("Blue"));
                let insert = diesel::insert_into(album::table).values(row);
                let id = insert.returning(album::id).get_result::<i32>(conn).await;
                id.map(|_| ()).or(Ok(()))
            };
            assert_eq!(
                committed(&db, returned).await,
                ErrorKind::TransactionPoisoned
            );
            let unread = async |conn: &mut Connection| {
                let fails = "SELECT 10 / (3 - i) FROM generate_series(1, 5) i";
                let mut rows = sql::<Integer>(fails).load_stream::<i32>(conn).await?;
                assert_eq!(rows.next().await.unwrap()?, 5);
                Ok(())
            };
            assert_eq!(committed(&db, unread).await, ErrorKind::TransactionPoisoned);
            assert!(kept(&db).await?.is_empty());
            let read = async |conn: &mut Connection| {
                let fails = "SELECT 10 / (3 - i) FROM generate_series(1, 5) i";
                sql::<Integer>(fails).load::<i32>(conn).await
            };
            let error = db.diesel(read).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.code()),
                (ErrorKind::InvalidValue, Some("22012"))
            );
            Ok(())
        });
    }
}

/// Behind a pooler in transaction mode, where nothing may be kept prepared.
mod unprepared {
    use diesel::prelude::*;
    use diesel_async::{RunQueryDsl, SimpleAsyncConnection as _};
    use noorm::prelude::*;
    use noorm_tests::engines::POSTGRES_UNPREPARED;
    use noorm_tests::run;

    use super::Connection;
    use super::support::{album, albums, insert, kept, titles};

    #[test]
    fn queries_run_without_a_name() {
        run(&POSTGRES_UNPREPARED, albums, async |db| {
            let work = async |conn: &mut Connection| {
                insert(conn, 1, "Blue").await?;
                insert(conn, 2, "Red").await.map(|_| ())?;
                let red = album::table.filter(album::title.eq("Red"));
                assert_eq!(red.select(album::id).load::<i32>(conn).await?, [2]);
                let prepared = "SELECT 1 FROM pg_prepared_statements";
                diesel::sql_query(prepared).execute(conn).await
            };
            assert_eq!(db.diesel(work).await?, 0);
            assert_eq!(kept(&db).await?, ["Blue", "Red"]);
            Ok(())
        });
    }

    #[test]
    fn a_database_that_is_open_for_reading_is_not_lent_to_writers() {
        run(&POSTGRES_UNPREPARED, albums, async |db| {
            let db = db.again(|builder| builder.read_only()).await;
            let write = async |conn: &mut Connection| insert(conn, 1, "Blue").await;
            let raw = async |conn: &mut Connection| conn.batch_execute("DELETE FROM album").await;
            assert_eq!(
                db.diesel(write).await.unwrap_err().kind(),
                ErrorKind::ReadOnly
            );
            assert_eq!(
                db.diesel(raw).await.unwrap_err().kind(),
                ErrorKind::ReadOnly
            );
            let inside = db.transaction(async |tx| tx.diesel(titles).await).await;
            assert_eq!(inside.unwrap_err().kind(), ErrorKind::ReadOnly);
            assert!(kept(&db).await?.is_empty());
            Ok(())
        });
    }
}

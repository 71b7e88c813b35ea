//! The documented kinds, provoked on each engine: what the caller matches on, and the engine's own code.

use std::time::{Duration, Instant};

use crate::library::{author, library};
use crate::probe::eventually;
use crate::{Engine, TestDatabase, check_code, conformance};
use noorm::executor::{Isolation, TransactionOptions};
use noorm::prelude::*;

fn albums(engine: &Engine) -> String {
    engine.ddl("CREATE TABLE album (id $key, title $varchar(50), stock int);")
}

fn is_postgres(engine: &Engine) -> bool {
    engine.name.starts_with("postgres")
}

fn has_server(engine: &Engine) -> bool {
    engine.ways.unencrypted.is_some()
}

/// Runs SQL that must fail as `kind`, with a code of its row.
async fn refused(db: &TestDatabase, sql: &str, kind: ErrorKind) {
    let error = db.raw(sql).await.unwrap_err();
    check_code(db.engine(), &error, kind);
    assert_eq!(error.method(), Some("raw"));
}

conformance! {
    async fn violations(db) on library {
        author(&db, "Joni").await?;
        let check = |error: Error, kind| check_code(db.engine(), &error, kind);
        let (books, shelves) = (db.repository("book")?, db.repository("shelf")?);
        let one = record! { "room" => "A", "number" => 1 };
        shelves.create(one.clone()).await?;
        check(shelves.create(one).await.unwrap_err(), ErrorKind::UniqueViolation);
        let emails = [1, 2].map(|n| record! { "name" => format!("{n}"), "email" => "a@b.c" });
        check(db.repository("author")?.create_many(emails).await.unwrap_err(), ErrorKind::UniqueViolation);
        let orphan = record! { "author_id" => 99, "title" => "x" };
        let error = books.create(orphan).await.unwrap_err();
        assert_eq!(error.method(), Some("create"));
        assert!(error.to_string().starts_with("`create` on `"), "{error}");
        check(error, ErrorKind::ForeignKeyViolation);
        books.create(record! { "author_id" => 1, "title" => "Blue", "rating" => 5 }).await?;
        let more = noorm::repository::Changes::new().set("rating", col("rating").plus(1));
        let error = books.query().all_rows().update(more).await.unwrap_err();
        assert_eq!(error.method(), Some("update"));
        check(error, ErrorKind::CheckViolation);
        refused(&db, "INSERT INTO book (author_id, title) VALUES (1, NULL)", ErrorKind::NotNullViolation).await;
    }

    async fn an_exclusion(db) on library where (is_postgres) {
        db.raw("CREATE TABLE stay (during int4range, EXCLUDE USING gist (during WITH &&))").await?;
        db.raw("INSERT INTO stay VALUES ('[1,5]')").await?;
        refused(&db, "INSERT INTO stay VALUES ('[5,9]')", ErrorKind::ExclusionViolation).await;
    }

    async fn sql_that_is_wrong(db) on library {
        refused(&db, "SELECT missing FROM nowhere", ErrorKind::UnknownTable).await;
        refused(&db, "SELECT missing FROM log", ErrorKind::UnknownColumn).await;
        refused(&db, "SELEC 1", ErrorKind::InvalidStatement).await;
    }

    async fn values_that_only_the_server_refuses(db) on library {
        let wrong = match db.engine().ways.typed_columns {
            // Any other column takes any value.
            false => "INSERT INTO author (author_id, name) VALUES ('x', 'Ann')",
            true => "INSERT INTO shelf (room, number) VALUES ('A', 'x')",
        };
        refused(&db, wrong, ErrorKind::InvalidValue).await;
    }

    async fn writes_where_nothing_may_be_written(db) on library {
        let read_only = TransactionOptions::default().read_only();
        let error = db.transaction_with(read_only, async |tx| {
            tx.repository("author")?.create(record! { "name" => "Ann" }).await
        }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ReadOnly);
        // Where the library itself refuses, there is no code.
        if error.code().is_some() {
            check_code(db.engine(), &error, ErrorKind::ReadOnly);
        }
    }

    async fn a_statement_that_takes_too_long(db) on library {
        let hurried = db.with_context(|c| c.deadline(Instant::now() + Duration::from_millis(150)));
        let error = hurried.raw(db.engine().sql.slow).await.unwrap_err();
        assert_eq!((error.kind(), error.method()), (ErrorKind::Timeout, Some("raw")));
        if error.code().is_some() {
            check_code(db.engine(), &error, ErrorKind::Timeout);
        }
    }

    async fn what_vanished_since_it_was_discovered(db) on albums {
        let other = db.again(|builder| builder).await;
        other.raw(db.engine().sql.rename).await?;
        let error = db.transaction(async |tx| tx.repository("album")?.all().await).await.unwrap_err();
        check_code(db.engine(), &error, ErrorKind::SchemaChanged);
    }

    async fn a_lock_that_others_hold(db) on albums where (|engine| !engine.lacks.contains(&"row_locks")) {
        db.repository("album")?.create(record! { "title" => "Blue" }).await?;
        let tx = db.begin().await?;
        tx.repository("album")?.query().for_update().all().await?;
        let refused = db.transaction(async |other| {
            other.repository("album")?.query().for_update().no_wait().all().await
        });
        check_code(db.engine(), &refused.await.unwrap_err(), ErrorKind::LockTimeout);
        tx.rollback().await?;
    }

    async fn a_serializable_transaction_that_came_second(db) on albums where (is_postgres) {
        db.repository("album")?.create(record! { "title" => "Blue", "stock" => 1 }).await?;
        let options = TransactionOptions::default().isolation(Isolation::Serializable);
        let second = db.transaction_with(options, async |tx| {
            let albums = tx.repository("album")?;
            albums.get(1).await?;
            db.repository("album")?.update(1, record! { "stock" => 2 }).await?;
            albums.update(1, record! { "stock" => 3 }).await
        });
        check_code(db.engine(), &second.await.unwrap_err(), ErrorKind::SerializationFailure);
    }

    async fn a_transaction_that_failed_before(db) on albums where (|engine| engine.ways.errors_end_transactions) {
        let tx = db.begin().await?;
        tx.raw("SELECT 1 / 0").await.unwrap_err();
        let error = tx.raw("SELECT 1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TransactionPoisoned);
        if error.code().is_some() {
            check_code(db.engine(), &error, ErrorKind::TransactionPoisoned);
        }
        tx.rollback().await?;
    }

    async fn a_database_that_is_not_there(db) on albums where (has_server) {
        let (server, rest) = db.url().rsplit_once('/').expect("a URL");
        let options = rest.split_once('?').map_or(String::new(), |(_, options)| format!("?{options}"));
        let error = Database::connect(format!("{server}/no_such_database{options}")).await.unwrap_err();
        check_code(db.engine(), &error, ErrorKind::DatabaseNotFound);
    }

    async fn a_connection_that_the_server_ends(db) on albums where (is_postgres) {
        let tx = db.begin().await?;
        let id: i64 = tx.raw("SELECT pg_backend_pid()::bigint").value().await?;
        db.raw(format!("SELECT pg_terminate_backend({id}::int)")).await?;
        eventually("it is gone", async || {
            let left = db.raw(format!("SELECT count(*) FROM pg_stat_activity WHERE pid = {id}"));
            left.value::<i64>().await.is_ok_and(|left| left == 0)
        }).await;
        let error = tx.raw("SELECT 1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionLost);
    }
}

//! What triggers do to writes: fill what is required, fail in words of their own.

use noorm::prelude::*;
use noorm_tests::library::library;
use noorm_tests::{Engine, conformance, run};

fn filled(engine: Engine) -> String {
    match engine {
        Engine::Sqlite => "
            CREATE TABLE ticket (id INTEGER PRIMARY KEY, code text NOT NULL);
            CREATE TRIGGER fill BEFORE INSERT ON ticket BEGIN SELECT 1; END;"
            .to_owned(),
        Engine::Postgres => "
            CREATE TABLE ticket (id bigserial PRIMARY KEY, code text NOT NULL);
            CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              NEW.code := coalesce(NEW.code, 'made'); RETURN NEW; END $$;
            CREATE TRIGGER fill BEFORE INSERT ON ticket FOR EACH ROW EXECUTE FUNCTION fill();"
            .to_owned(),
    }
}

conformance! {
    async fn a_column_that_a_trigger_may_fill_is_left_to_the_server(db) on filled {
        let tickets = db.repository("ticket")?;
        for record in [record! {}, record! { "code" => None::<String> }] {
            match (db.engine(), tickets.create(record).await) {
                (Engine::Postgres, made) => assert_eq!(made?.get::<String>("code")?, "made"),
                (Engine::Sqlite, refused) => {
                    assert_eq!(refused.unwrap_err().kind(), ErrorKind::NotNullViolation);
                }
            }
        }
    }

    async fn a_parent_whose_children_cascade_is_kept_by_their_children(db) on library {
        db.repository("shelf")?.create(record! { "room" => "A", "number" => 1 }).await?;
        db.repository("author")?.create(record! { "name" => "Joni" }).await?;
        db.repository("book")?.create(record! { "author_id" => 1, "title" => "Blue" }).await?;
        db.repository("placed")?.create(record! { "book_id" => 1, "room" => "A", "number" => 1 }).await?;
        let error = db.repository("author")?.delete(1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
        let violation = error.violation().unwrap();
        // `author.mentor_id` may be it as well as `placed.book_id`, but never the key that cascades.
        let told = format!("{:?} {:?}", violation.table, violation.candidates);
        assert!(told.contains("placed"), "{error:?}");
        assert_ne!(violation.constraint.as_deref(), Some("book_author_id_fkey"));
    }

    async fn a_schema_is_not_discovered_in_a_transaction(db) on library {
        let refused = db.transaction(async |tx| tx.refresh().await).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidStatement);
    }
}

#[test]
fn postgres_a_function_that_lacks_something_is_no_stale_plan() {
    run(
        Engine::Postgres,
        |_| {
            "
        CREATE TABLE t (id bigserial PRIMARY KEY, n int);
        CREATE SEQUENCE runs;
        CREATE FUNCTION bad() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          PERFORM nextval('runs'); PERFORM no_such_function(NEW.n); RETURN NEW; END $$;
        CREATE TRIGGER bad BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION bad();"
                .to_owned()
        },
        async |db| {
            for run in 1..=3 {
                let error = db
                    .repository("t")?
                    .create(record! { "n" => 1 })
                    .await
                    .unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidStatement, "{error:?}");
                assert!(error.to_string().contains("no_such_function"), "{error}");
                // Sequences aren't rolled back: they tell how often it ran.
                let runs = db.raw("SELECT last_value FROM runs", vec![]).await?;
                assert_eq!(runs.rows.value(0, 0), Some(&Value::I64(run)));
            }
            Ok(())
        },
    );
}

//! What triggers do to writes: fill what is required, fail in words of their own.

use crate::library::library;
use crate::{Engine, conformance};
use noorm::prelude::*;
use noorm::statement::col;

fn filled(engine: &Engine) -> String {
    let table = engine.ddl("CREATE TABLE ticket (id $key, code $varchar(20) NOT NULL);");
    format!(
        "{table}\n{}",
        engine.sql.filling_trigger.unwrap_or_default()
    )
}

fn logged(engine: &Engine) -> String {
    let tables = engine.ddl(
        "CREATE TABLE ticket (id $key, code $varchar(20) NOT NULL);
         CREATE TABLE seen (n $int);",
    );
    format!("{tables}\n{}", engine.sql.logging_trigger)
}

/// Of a table whose trigger changes new and changed rows once more, behind the write.
fn stamped(engine: &Engine) -> String {
    let table = engine
        .ddl("CREATE TABLE ticket (id $key, code $varchar(20) NOT NULL, stamp $varchar(20));");
    format!(
        "{table}
CREATE TRIGGER stamped AFTER INSERT ON ticket BEGIN UPDATE ticket SET stamp = 'new' WHERE id = NEW.id; END;
CREATE TRIGGER changed AFTER UPDATE OF code ON ticket BEGIN UPDATE ticket SET stamp = 'changed' WHERE id = NEW.id; END;"
    )
}

/// Of a table whose trigger leaves rows out.
fn picky(engine: &Engine) -> String {
    let table = engine.ddl("CREATE TABLE ticket (id $key, code $varchar(20) NOT NULL);");
    format!(
        "{table}
CREATE FUNCTION picky() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN RETURN CASE WHEN NEW.code = ''no'' THEN NULL ELSE NEW END; END';
CREATE TRIGGER picky BEFORE INSERT ON ticket FOR EACH ROW EXECUTE FUNCTION picky();"
    )
}

conformance! {
    async fn what_a_trigger_changes_behind_a_write_is_given_back(db) on stamped
    where (|engine| engine.name == "sqlite") {
        let tickets = db.repository("ticket")?;
        let made = tickets.create(record! { "code" => "a" }).await?;
        assert_eq!((made.get::<i64>("id")?, made.get::<String>("stamp")?), (1, "new".into()));
        let many = tickets.create_many(["b", "c"].map(|code| record! { "code" => code })).await?;
        let told: Vec<_> = many.iter().map(|row| Ok((row.get::<String>("code")?, row.get::<String>("stamp")?))).collect::<Result<_>>()?;
        assert_eq!(told, [("b".into(), "new".into()), ("c".into(), "new".into())]);
        let changed = tickets.update(2, record! { "id" => 7, "code" => "d" }).await?;
        assert_eq!((changed.get::<i64>("id")?, changed.get::<String>("stamp")?), (7, "changed".into()));
        let put = tickets.upsert(record! { "id" => 3, "code" => "e" }).await?;
        assert_eq!(put.get::<String>("stamp")?, "changed");
        // The trigger of changes alone fires on an upsert, too; one of other tables is none to care for.
        db.raw("DROP TRIGGER stamped").await?;
        db.raw("CREATE TRIGGER taken AFTER INSERT ON ticket WHEN NEW.code = 'gone' BEGIN DELETE FROM ticket WHERE id = NEW.id; END").await?;
        db.refresh().await?;
        let tickets = db.repository("ticket")?;
        let put = tickets.upsert(record! { "id" => 3, "code" => "g" }).await?;
        assert_eq!((put.get::<String>("code")?, put.get::<String>("stamp")?), ("g".into(), "changed".into()));
        // What a trigger takes away at once is told as it was.
        let gone = tickets.create(record! { "id" => 50, "code" => "gone" }).await?;
        assert_eq!(gone.get::<i64>("id")?, 50);
        assert!(!tickets.exists(50).await?);
        let missing = tickets.update(9, record! { "code" => "f" }).await.unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::NotFound);
    }

    async fn what_a_trigger_writes_is_not_counted(db) on logged {
        let tickets = db.repository("ticket")?;
        tickets.insert_many(["a", "b", "c"].map(|code| record! { "code" => code })).await?;
        let told = |code: &'static str| tickets.query().filter(col("code").in_list([code, "b"]));
        assert_eq!(told("a").update(record! { "code" => "d" }).await?, 2);
        assert_eq!(told("nobody's").update(record! { "code" => "d" }).await?, 0);
        assert_eq!(told("d").delete().await?, 2);
        assert_eq!(tickets.count().await?, 1);
        assert!(db.repository("seen")?.count().await? >= 3);
    }

    async fn a_column_that_a_trigger_may_fill_is_left_to_the_server(db) on filled
    where (|engine| engine.sql.filling_trigger.is_some()) {
        let tickets = db.repository("ticket")?;
        for record in [record! {}, record! { "code" => None::<String> }] {
            let made = tickets.create(record).await;
            if db.engine().ways.triggers_fill {
                assert_eq!(made?.get::<String>("code")?, "made");
            } else {
                assert_eq!(made.unwrap_err().kind(), ErrorKind::NotNullViolation);
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

    async fn rows_that_a_trigger_leaves_out_are_missed(db) on picky
    where (|engine| engine.name == "postgres") {
        let tickets = db.repository("ticket")?;
        let records = || ["a", "no", "c"].map(|code| record! { "code" => code });
        let error = tickets.create_many(records()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.message().contains("gave back 2 of 3 rows"), "{error}");
        assert_eq!(tickets.count().await?, 0);
        // Who counts is told the number.
        assert_eq!(tickets.insert_many(records()).await?, 2);
    }
}

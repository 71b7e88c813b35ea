//! What triggers do to writes: fill what is required, fail in words of their own.

use crate::library::library;
use crate::{Engine, conformance};
use noorm::prelude::*;

fn filled(engine: &Engine) -> String {
    let table = engine.ddl("CREATE TABLE ticket (id $key, code $varchar(20) NOT NULL);");
    format!("{table}\n{}", engine.sql.filling_trigger)
}

conformance! {
    async fn a_column_that_a_trigger_may_fill_is_left_to_the_server(db) on filled {
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
}

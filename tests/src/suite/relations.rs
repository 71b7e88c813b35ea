//! Loading what rows point at.

use std::sync::Arc;

use crate::conformance;
use crate::library::{author, library};
use crate::probe::Probe;
use noorm::executor::Slot;
use noorm::prelude::*;
use noorm::relation::BelongsTo;

conformance! {
    async fn parents_are_loaded_in_one_statement(db) on library {
        for name in ["Ann", "Bob", "Cid"] {
            author(&db, name).await?;
        }
        let many = (0..300_i64).map(|n| record! { "author_id" => n % 3 + 1, "title" => format!("{n}") });
        db.repository("book")?.create_many(many).await?;
        let probe = Probe::new(Slot::Trace);
        let db = db.again(|b| b.layer(probe.clone())).await;
        let books = db.repository("book")?;
        let of = BelongsTo::through(&books.table(), "author_id")?;
        assert_eq!(of.target_columns, ["author_id"]);
        for count in [1, 10, 300] {
            let some = books.query().order_by(["book_id"]).limit(count).all().await?;
            let _ = probe.requests();
            let authors = db.load_belongs_to("batch", &of, &some).await?;
            assert_eq!(probe.requests().len(), 1);
            assert_eq!(authors.len(), some.len());
            for (book, author) in some.iter().zip(&authors) {
                let author = author.as_ref().unwrap();
                assert_eq!(author.get::<i64>("author_id")?, book.get::<i64>("author_id")?);
            }
            if let [Some(first), _, _, Some(fourth), ..] = authors.as_slice() {
                assert!(Arc::ptr_eq(first, fourth), "decoded once, and shared");
            }
        }
        assert!(db.load_belongs_to("batch", &of, &[]).await?.is_empty());
        assert!(probe.requests().is_empty());
    }

    async fn keys_that_are_null_point_nowhere(db) on library {
        let authors = db.repository("author")?;
        let ann = author(&db, "Ann").await?;
        authors.create(record! { "name" => "Bob", "mentor_id" => 1 }).await?;
        let of = BelongsTo::through(&authors.table(), "mentor_id")?;
        let all = authors.query().order_by(["author_id"]).all().await?;
        let mentors = db.load_belongs_to("batch", &of, &all).await?;
        assert_eq!(mentors, [None, Some(Arc::new(ann))]);
    }

    async fn keys_of_several_columns(db) on library {
        author(&db, "Ann").await?;
        let shelves = db.repository("shelf")?;
        // The second and third would be one, were the parts only written side by side.
        for (room, number) in [("A", 1), ("A", 11), ("A1", 1), ("B", 1)] {
            shelves.create(record! { "room" => room, "number" => number }).await?;
        }
        let (books, placed) = (db.repository("book")?, db.repository("placed")?);
        for (id, (room, number)) in (1..).zip([("A", 11), ("A1", 1), ("A", 11)]) {
            books.create(record! { "author_id" => 1, "title" => "x" }).await?;
            placed.create(record! { "book_id" => id, "room" => room, "number" => number }).await?;
        }
        let of = BelongsTo::through(&placed.table(), "room")?;
        assert_eq!(of, BelongsTo::through(&placed.table(), "number")?);
        let all = placed.query().order_by(["book_id"]).all().await?;
        let found = db.load_belongs_to("batch", &of, &all).await?;
        let found: Vec<&Arc<Record>> = found.iter().flatten().collect();
        assert_eq!(found[0].get::<String>("room")?, "A");
        assert_eq!(found[0].get::<i64>("number")?, 11);
        assert_eq!(found[1].get::<String>("room")?, "A1");
        assert!(Arc::ptr_eq(found[0], found[2]));
    }

    async fn what_is_no_relation_is_refused(db) on library {
        let books = db.repository("book")?;
        let error = BelongsTo::through(&books.table(), "title").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert!(error.message().ends_with("book.title` belongs to no foreign key"), "{error}");
        let of = BelongsTo::through(&books.table(), "author_id")?;
        let error = db.load_belongs_to("batch", &of, &[record! { "title" => "x" }]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownColumn);
    }
}

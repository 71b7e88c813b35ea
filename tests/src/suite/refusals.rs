//! Bad input: what is refused, when, and in which words.

use crate::conformance;
use crate::library::{author, library};
use noorm::prelude::*;
use noorm::repository::Changes;

conformance! {
    async fn all_problems_of_a_record_at_once(db) on library {
        let record = record! {
            "titel" => "x", "title" => None::<String>, "rating" => "four", "double_rating" => 2,
        };
        let error = db.repository("book")?.create(record).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        let problems: Vec<_> = error.problems().iter().map(|p| (p.column.as_str(), p.code)).collect();
        assert_eq!(problems, [
            ("titel", "unknown_column"),
            ("title", "null"),
            ("rating", "type"),
            ("double_rating", "generated"),
            ("author_id", "required"),
        ]);
        assert!(error.to_string().contains("did you mean `title`?"), "{error}");
        assert_eq!(serde_json::to_value(error.problems()).unwrap()[1]["message"], "can't be null");
    }

    async fn unknown_names_are_refused_with_suggestions(db) on library {
        let error = db.repository("boook").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownTable);
        assert!(error.help().unwrap().contains("`book`"), "{error}");
        let books = db.repository("BOOK")?;
        let error = books.query().filter(col("prize").gt(1)).all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownColumn);
        assert_eq!(error.help(), Some("did you mean `price`?"));
        let error = books.query().order_by(["-tilte"]).all().await.unwrap_err();
        assert_eq!(error.help(), Some("did you mean `title`?"));
        let error = books.query().select(["nothing like it"]).all().await.unwrap_err();
        assert!(error.help().unwrap().starts_with("its columns are `book_id`"), "{error}");
        let wide = db.repository("author")?.query();
        let error = books.query().filter(col("author_id").in_query(wide)).all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
    }

    async fn values_that_cannot_fit_are_refused(db) on library {
        let books = db.repository("book")?;
        let error = books.query().filter(col("published").lt("soon")).all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TypeMismatch);
        assert!(error.message().ends_with("book.published` holds text that isn't a date, wanted one like `2026-02-28`"), "{error}");
        let error = books.query().filter(col("rating").in_list(["x"])).all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TypeMismatch);
    }

    async fn a_unique_violation_is_named(db) on library {
        let authors = db.repository("author")?;
        let one = record! { "name" => "A", "email" => "a@example.org" };
        authors.create(one.clone()).await?;
        let error = authors.create(one).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        let violation = error.violation().unwrap();
        assert!(violation.table.as_deref().unwrap().ends_with("author"));
        assert_eq!(violation.columns, ["email"]);
        assert_eq!(violation.constraint.as_deref(), Some("author_email"));
        assert!(error.to_string().contains("author_email"), "{error}");
        assert!(!error.to_string().contains("a@example.org"), "{error}");
    }

    async fn a_primary_key_violation_is_named(db) on library {
        let shelves = db.repository("shelf")?;
        let one = record! { "room" => "A", "number" => 1 };
        shelves.create(one.clone()).await?;
        let error = shelves.create(one).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        assert_eq!(error.violation().unwrap().columns, ["room", "number"]);
        // MySQL gives all of them the same name.
        let table = shelves.table();
        let name = table.primary_key.as_ref().and_then(|key| key.name.as_deref());
        assert!(name == Some("shelf_pkey") || name == Some("PRIMARY"));
        assert_eq!(error.violation().unwrap().constraint.as_deref(), name);
    }

    async fn a_foreign_key_violation_is_named(db) on library {
        let orphan = record! { "author_id" => 99, "title" => "x" };
        let error = db.repository("book")?.create(orphan).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
        let violation = error.violation().unwrap();
        assert!(violation.table.as_deref().unwrap().ends_with("book"), "{error}");
        assert_eq!(violation.columns, ["author_id"]);
        assert_eq!(violation.constraint.as_deref(), Some("book_author_id_fkey"));
        let placed = record! { "book_id" => 1, "room" => "Z", "number" => 9 };
        let error = db.repository("placed")?.create(placed).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
        // A server that only says that some foreign key failed leaves candidates.
        let violation = error.violation().unwrap();
        assert!(violation.constraint.is_some() || violation.candidates.len() == 2, "{error:?}");
    }

    async fn a_parent_that_is_pointed_at_stays(db) on library {
        db.repository("shelf")?.create(record! { "room" => "A", "number" => 1 }).await?;
        let id = author(&db, "Joni").await?.get::<i64>("author_id")?;
        db.repository("book")?.create(record! { "author_id" => id, "title" => "Blue" }).await?;
        let placed = record! { "book_id" => 1, "room" => "A", "number" => 1 };
        db.repository("placed")?.create(placed).await?;
        let error = db.repository("shelf")?.delete(("A", 1)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
        let violation = error.violation().unwrap();
        assert!(violation.table.as_deref().unwrap().ends_with("placed"), "{error:?}");
        assert_eq!(violation.constraint.as_deref(), Some("placed_shelf"));
        assert_eq!(violation.columns, ["room", "number"]);
    }

    async fn a_check_violation_is_named(db) on library {
        let id = author(&db, "Joni").await?.get::<i64>("author_id")?;
        let books = db.repository("book")?;
        books.create(record! { "author_id" => id, "title" => "x", "rating" => 5 }).await?;
        // What the database works out is nothing that could be judged before.
        let more = Changes::new().set("rating", col("rating").plus(1));
        let error = books.query().all_rows().update(more).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::CheckViolation);
        let violation = error.violation().unwrap();
        assert_eq!(violation.constraint.as_deref(), Some("book_rating"));
        assert_eq!(violation.columns, ["rating"]);
        assert!(violation.table.as_deref().unwrap().ends_with("book"));
    }

    async fn a_not_null_violation_of_the_server_is_named(db) on library {
        let error = db.raw("INSERT INTO book (author_id, title) VALUES (1, NULL)").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotNullViolation);
        assert_eq!(error.violation().unwrap().columns, ["title"]);
    }

    async fn raw_sql_that_is_wrong_says_how(db) on library {
        let error = db.raw("SELECT missing FROM nowhere").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownTable);
        let error = db.raw("SELECT missing FROM log").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownColumn);
        let error = db.raw("SELEC 1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
    }

    async fn updates_of_nothing_and_of_nobody(db) on library {
        let authors = db.repository("author")?;
        let ann = author(&db, "Ann").await?;
        assert_eq!(authors.update(1, record! {}).await?, ann);
        let error = authors.update(2, record! { "name" => "x" }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
}

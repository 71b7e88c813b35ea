//! What a repository does, on every engine.

use crate::conformance;
use crate::library::{author, books, library};
use bigdecimal::BigDecimal;
use futures_util::TryStreamExt as _;
use noorm::prelude::*;
use noorm::repository::Key;

fn titles(records: &[Record]) -> Vec<String> {
    records.iter().map(|r| r.get("title").unwrap()).collect()
}

fn decimal(text: &str) -> BigDecimal {
    text.parse().unwrap()
}

conformance! {
    async fn any_number_of_rows_is_sent_as_it_comes(db) on library {
        let log = db.repository("log")?;
        let taken = std::sync::atomic::AtomicUsize::new(0);
        let line = |n: usize| {
            taken.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            record! { "message" => format!("{n}") }
        };
        // More than one statement holds.
        assert_eq!(log.insert_many((0..70_000).map(line)).await?, 70_000);
        assert_eq!(log.count().await?, 70_000);
        let last = log.query().filter(col("message").eq("69999"));
        assert_eq!(last.count().await?, 1);
        let late = |n: usize| match n {
            69_000 => record! { "massage" => "x" },
            n => line(n),
        };
        taken.store(0, std::sync::atomic::Ordering::Relaxed);
        let error = log.insert_many((0..70_000).map(late)).await.unwrap_err();
        assert_eq!((error.kind(), error.method()), (ErrorKind::Invalid, Some("insert_many")));
        assert!(error.message().starts_with("record 69000: "), "{error}");
        assert_eq!(taken.into_inner(), 69_000);
        assert_eq!(log.count().await?, 70_000);
    }

    async fn created_records_come_back_whole(db) on library {
        let author = author(&db, "Joni").await?;
        let id = author.get::<i64>("author_id")?;
        let book = record! { "author_id" => id, "title" => "Blue", "rating" => 4 };
        let book = db.repository("book")?.create(book).await?;
        assert_eq!(book.get::<i64>("book_id")?, 1);
        assert_eq!(book.get::<BigDecimal>("price")?, decimal("9.50"));
        assert_eq!(book.get::<Option<i64>>("double_rating")?, Some(8));
        assert_eq!(book.get::<Option<chrono::NaiveDate>>("published")?, None);
    }

    async fn composite_keys_in_every_form(db) on library {
        let shelves = db.repository("shelf")?;
        shelves.create(record! { "room" => "A", "number" => 7, "label" => "x" }).await?;
        let found = shelves.get(("A", 7)).await?;
        assert_eq!(shelves.find(record! { "number" => 7, "room" => "A" }).await?, Some(found.clone()));
        assert_eq!(shelves.find(&found).await?, Some(found));
        assert_eq!(shelves.find(("A", 8)).await?, None);
        assert!(shelves.exists(("A", 7)).await?);
        let short = shelves.find("A").await.unwrap_err();
        assert_eq!(short.kind(), ErrorKind::InvalidStatement);
        assert_eq!(
            short.message(),
            format!("the primary key of `{}` is (room, number), but 1 values were given", shelves.table_name())
        );
        let wrong = shelves.find(("A", "seven")).await.unwrap_err();
        assert_eq!(wrong.kind(), ErrorKind::TypeMismatch);
        assert_eq!(shelves.get(("B", 1)).await.unwrap_err().kind(), ErrorKind::NotFound);
        let updated = shelves.update(("A", 7), record! { "label" => None::<String> }).await?;
        assert_eq!(updated.get::<Option<String>>("label")?, None);
        assert!(shelves.delete(Key::Values(vec!["A".into(), 7.into()])).await?);
    }

    async fn rows_are_added_without_being_read_back(db) on library {
        let log = db.repository("log")?;
        let lines = ["one", "two", "three"].map(|line| record! { "message" => line });
        assert_eq!(log.insert_many(lines).await?, 3);
        assert_eq!(log.insert_many([record! {}, record! {}]).await?, 2);
        assert_eq!(log.insert_many(Vec::<Record>::new()).await?, 0);
        assert_eq!(log.count().await?, 5);
        let wrong = [record! { "message" => "four" }, record! { "mesage" => "five" }];
        let error = log.insert_many(wrong).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(error.message().starts_with("record 1"), "{error}");
        assert_eq!(log.count().await?, 5);
    }

    async fn tables_without_a_key_can_be_queried(db) on library {
        let log = db.repository("log")?;
        log.insert_many([record! { "message" => "hello" }]).await?;
        log.insert_many([record! {}]).await?;
        assert_eq!(log.count().await?, 2);
        assert_eq!(log.find_many_by("message", "hello").await?.len(), 1);
        assert_eq!(log.find_by("message", None::<String>).await?, Some(record! { "message" => None::<String> }));
        let error = log.find(1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert_eq!(error.help(), Some("look rows up with `find_by` or a query"));
    }

    async fn a_row_without_a_key_comes_back(db) on library needs "returning" {
        let log = db.repository("log")?;
        let made = log.create(record! { "message" => "hello" }).await;
        // What is refused has not been written.
        assert_eq!(log.count().await?, u64::from(made.is_ok()));
        assert_eq!(made?, record! { "message" => "hello" });
    }

    async fn views_are_read(db) on library {
        books(&db, 30).await?;
        let dear = db.repository("dear_book")?;
        assert_eq!(dear.count().await?, 11);
        assert_eq!(dear.query().order_by(["-price"]).first().await?.unwrap().get::<String>("title")?, "Book 30");
    }

    async fn odd_names_are_ordinary_names(db) on library {
        let odd = db.repository("Odd \"name\" of grün.select")?;
        let made = odd.create(record! { "two words" => "a", "ünïcode 'q'" => "b" }).await?;
        assert_eq!(made.get::<i64>("order")?, 1);
        let same = odd.query().filter(col("ünïcode 'q'").eq("b")).order_by(["-order"]).first().await?;
        assert_eq!(same, Some(made));
        odd.update(1, record! { "two words" => "it's; \"quoted\" -- $1 ?1" }).await?;
        assert_eq!(odd.get(1).await?.get::<String>("two words")?, "it's; \"quoted\" -- $1 ?1");
    }

    async fn filters_mean_what_they_say(db) on library {
        books(&db, 12).await?;
        let all = db.repository("book")?;
        let count = async |expr: Expr<Record>| all.query().filter(expr).count().await;
        assert_eq!(count(col("book_id").gt(3)).await?, 9);
        assert_eq!(count(col("book_id").ge(3)).await?, 10);
        assert_eq!(count(col("book_id").lt(3)).await?, 2);
        assert_eq!(count(col("book_id").le(3)).await?, 3);
        assert_eq!(count(col("book_id").ne(3)).await?, 11);
        assert_eq!(count(col("book_id").between(3, 5)).await?, 3);
        assert_eq!(count(col("book_id").in_list([1, 2, 99])).await?, 2);
        assert_eq!(count(col("book_id").in_list(Vec::<i64>::new())).await?, 0);
        assert_eq!(count(!col("book_id").in_list([1, 2, 99])).await?, 10);
        assert_eq!(count(!col("book_id").in_list(Vec::<i64>::new())).await?, 12);
        assert_eq!(count(col("title").in_list(["Book 1", "it's"])).await?, 1);
        assert_eq!(count(col("price").in_list(["1.50", "2.5"])).await?, 2);
        assert_eq!(count(col("price").gt("10.49")).await?, 3);
        assert_eq!(count(col("rating").is_null()).await?, 12);
        assert_eq!(count(col("rating").is_not_null()).await?, 0);
        assert_eq!(count(col("rating").eq(None::<i64>)).await?, 12);
        assert_eq!(count(col("rating").ne(None::<i64>)).await?, 0);
        assert_eq!(count(col("title").like("Book 1_")).await?, 3);
        assert_eq!(count(col("book_id").contains("1")).await?, 4);
        assert_eq!(count(Expr::any([col("book_id").eq(1), col("book_id").eq(2)]) & col("title").eq("Book 2")).await?, 1);
        assert_eq!(count(col("book_id").eq(1) | col("book_id").eq(2) & col("title").eq("no")).await?, 1);
        assert_eq!(count(Expr::all([])).await?, 12);
        assert_eq!(count(Expr::any([])).await?, 0);
        assert_eq!(all.query().exclude(col("book_id").gt(3)).count().await?, 3);
        let dear = db.repository("dear_book")?.query().select(["book_id"]);
        assert_eq!(count(!col("book_id").in_query(dear)).await?, 12);
    }

    async fn texts_are_matched_by_the_letter(db) on library {
        let all = db.repository("author")?;
        for name in ["100% Ann", "100_ann", "ann[a-z]*?", r"back\slash", "zAnn"] {
            author(&db, name).await?;
        }
        let names = async |expr: Expr<Record>| {
            let found = all.query().filter(expr).order_by(["author_id"]).all().await?;
            found.iter().map(|r| r.get::<String>("name")).collect::<Result<Vec<_>>>()
        };
        assert_eq!(names(col("name").contains("Ann")).await?, ["100% Ann", "zAnn"]);
        assert_eq!(names(col("name").contains("%")).await?, ["100% Ann"]);
        assert_eq!(names(col("name").contains("_")).await?, ["100_ann"]);
        assert_eq!(names(col("name").contains("[a-z]*?")).await?, ["ann[a-z]*?"]);
        assert_eq!(names(col("name").starts_with("100")).await?, ["100% Ann", "100_ann"]);
        assert_eq!(names(col("name").ends_with("nn")).await?, ["100% Ann", "100_ann", "zAnn"]);
        assert_eq!(names(col("name").contains(r"\")).await?, [r"back\slash"]);
        assert_eq!(names(col("name").like(r"100\_%")).await?, ["100_ann"]);
    }

    async fn orders_limits_and_offsets(db) on library {
        books(&db, 5).await?;
        let all = db.repository("book")?;
        let page = all.query().order_by(["-book_id"]).limit(2).offset(1);
        assert_eq!(titles(&page.all().await?), ["Book 4", "Book 3"]);
        let rest = all.query().order_by([col("book_id").asc()]).offset(3);
        assert_eq!(titles(&rest.all().await?), ["Book 4", "Book 5"]);
        assert_eq!(all.query().limit(2).count().await?, 2);
        assert_eq!(all.query().offset(4).count().await?, 1);
        assert_eq!(all.query().order_by(["-title"]).count().await?, 5);
        assert!(all.query().limit(0).first().await?.is_none());
        assert!(all.query().filter(col("book_id").eq(5)).exists().await?);
        assert!(!all.query().filter(col("book_id").eq(6)).exists().await?);
        let some = all.query().select(["title"]).order_by(["book_id"]).first().await?;
        assert_eq!(some, Some(record! { "title" => "Book 1" }));
        assert_eq!(all.first().await?.unwrap().get::<i64>("book_id")?, 1);
    }

    async fn streams_give_every_row(db) on library {
        books(&db, 3000).await?;
        let all = db.repository("book")?;
        let stream = all.query().order_by(["book_id"]).stream().await?;
        let ids: Vec<i64> = stream.map_ok(|r| r.get::<i64>("book_id").unwrap()).try_collect().await?;
        assert_eq!(ids, (1..=3000).collect::<Vec<_>>());
        let mut batches = all.query().batches().await?;
        let mut rows = 0;
        while let Some(batch) = batches.try_next().await? {
            assert!(batch.len() <= 1024);
            rows += batch.len();
        }
        assert_eq!(rows, 3000);
    }

    async fn many_are_created_in_order_or_none(db) on library {
        let id = author(&db, "Joni").await?.get::<i64>("author_id")?;
        let all = db.repository("book")?;
        let many = (0..40_000).map(|n| record! { "author_id" => id, "title" => format!("{n}") });
        let made = all.create_many(many).await?;
        assert_eq!(made.len(), 40_000);
        assert_eq!(made[39_999].get::<String>("title")?, "39999");
        let mixed = [
            record! { "author_id" => id, "title" => "a" },
            record! { "author_id" => id, "title" => "b", "rating" => 3 },
            record! { "author_id" => id + 1, "title" => "c" },
        ];
        let error = all.create_many(mixed).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
        assert_eq!(all.count().await?, 40_000);
        let bad = [record! { "author_id" => id, "title" => "a" }, record! { "author_id" => id }];
        let error = all.create_many(bad).await.unwrap_err();
        assert!(error.message().starts_with("record 1: the record does not fit"), "{error}");
        assert_eq!(all.create_many(Vec::<Record>::new()).await?, []);
    }

    async fn json_in_and_out(db) on library {
        let id = author(&db, "Joni").await?.get::<i64>("author_id")?;
        let json = serde_json::json!({
            "author_id": id, "title": "Blue", "price": "12.30", "published": "1971-06-22",
            "added_at": "2026-01-02T03:04:05.678+01:00",
        });
        let book = db.repository("book")?.create(Record::from_json(json)?).await?;
        let out = serde_json::to_value(&book).unwrap();
        assert_eq!(decimal(out["price"].as_str().unwrap()), decimal("12.3"));
        assert_eq!(out["published"], "1971-06-22");
        assert_eq!(out["added_at"], "2026-01-02T02:04:05.678Z");
        assert_eq!(book.get::<BigDecimal>("price")?, decimal("12.3"));
    }

    async fn thousands_of_conditions_are_one_filter(db) on library {
        books(&db, 3).await?;
        let most = i64::try_from(db.flavor().capabilities().max_binds.min(4998)).expect("a number of binds");
        let any = Expr::any((2..2 + most).map(|n| col("book_id").eq(n)));
        assert_eq!(db.repository("book")?.query().filter(any).count().await?, 2);
        let all = Expr::all((2..2 + most).map(|n| col("book_id").ne(n)));
        assert_eq!(db.repository("book")?.query().filter(all).count().await?, 1);
    }
}

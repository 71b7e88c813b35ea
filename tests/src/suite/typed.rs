//! An entity goes the way that a record goes, and the compiler checks its columns.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use bigdecimal::BigDecimal;
use noorm::BoxFuture;
use noorm::executor::{Layer, Next, Outcome, Request, Slot};
use noorm::prelude::*;
use noorm::types::NaiveDateTime;

use crate::library::{books, library};
use crate::{Engine, conformance};

#[derive(Debug, PartialEq, Entity)]
#[noorm(table = "book", key(book_id))]
struct Book {
    book_id: i64,
    title: String,
    price: BigDecimal,
    rating: Option<i64>,
}

#[derive(Debug, Insertable)]
#[noorm(entity = Book)]
struct NewBook {
    author_id: i64,
    title: String,
    rating: Option<i64>,
}

#[derive(Debug, Default, Changeset)]
#[noorm(entity = Book)]
struct BookChanges {
    title: Patch<String>,
    rating: Patch<Option<i64>>,
}

#[derive(Debug, Entity)]
#[noorm(table = "book")]
struct Ghost {
    #[noorm(column = "gost")]
    ghost: i64,
}

/// A book that everybody has rated.
#[derive(Debug, Entity)]
#[noorm(table = "book", key(book_id))]
struct Rated {
    book_id: i64,
    rating: i64,
}

/// Counts the rows that statements give.
#[derive(Clone, Default)]
struct Counting(Arc<AtomicUsize>);

impl Layer for Counting {
    fn name(&self) -> &str {
        "counting"
    }

    fn slot(&self) -> Slot {
        Slot::Trace
    }

    fn run<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            let outcome = next.run(request).await?;
            self.0.fetch_add(outcome.rows.len(), Relaxed);
            Ok(outcome)
        })
    }
}

/// Dates as old databases of MySQL's have them.
fn undated(engine: &Engine) -> String {
    engine
        .ddl("CREATE TABLE post (id $key, added datetime NOT NULL DEFAULT '0000-00-00 00:00:00');")
}

#[derive(Debug, Entity)]
#[noorm(table = "post", key(id))]
struct Post {
    id: i64,
    added: Value,
}

#[derive(Debug, Entity)]
#[noorm(table = "post")]
struct Dated {
    added: NaiveDateTime,
}

conformance! {
    async fn a_zero_date_is_a_value_and_no_date(db) on undated where (|engine| engine.name.starts_with("m") && engine.name != "mssql") {
        let made = db.repository("post")?.create(record! {}).await?;
        let post = db.of::<Post>()?.get(made.get::<i64>("id")?).await?;
        assert_eq!((post.id, post.added), (1, "0000-00-00 00:00:00".into()));
        let told = db.of::<Dated>()?.query().all().await.map(|all| all.iter().map(|one| one.added).max()).unwrap_err();
        assert_eq!(told.kind(), ErrorKind::TypeMismatch);
        assert!(told.to_string().contains("a zero date, which text and `noorm::Value` can hold"), "{told}");
    }

    async fn a_layer_that_looks_at_rows_sees_all(db) on library {
        books(&db, 1_300).await?;
        let counting = Counting::default();
        let counted = db.again(|builder| builder.layer(counting.clone())).await;
        assert_eq!(counted.of::<Book>()?.query().all().await?.len(), 1_300);
        assert_eq!(counting.0.load(Relaxed), 1_300);
    }

    async fn many_entities_are_made_of_all_rows(db) on library {
        const MANY: i64 = 1_300;
        books(&db, MANY).await?;
        let all = db.of::<Book>()?.query().order_by([Book::BOOK_ID.asc()]);
        let ids = |books: Vec<Book>| books.into_iter().map(|book| book.book_id).collect::<Vec<_>>();
        let right: Vec<_> = (1..=MANY).collect();
        assert_eq!(ids(all.clone().all().await?), right);
        // Full batches, and one row more and less.
        for limit in [511, 512, 513, 1_024, 1_025] {
            assert_eq!(all.clone().limit(limit).all().await?.len() as u64, limit);
        }
        let inside = db.transaction(async |tx| {
            let found = tx.of::<Book>()?.query().order_by([Book::BOOK_ID.asc()]).all().await?;
            tx.of::<Book>()?.delete(1).await?;
            Ok((ids(found), tx.of::<Book>()?.query().all().await?.len()))
        });
        assert_eq!(inside.await?, (right, 1_299));
    }

    async fn a_row_among_many_that_is_no_entity_is_told(db) on library {
        books(&db, 1_300).await?;
        let books = db.repository("book")?;
        books.query().filter(col("book_id").ne(700)).update(record! { "rating" => 5 }).await?;
        let rated = db.of::<Rated>()?;
        let told = rated.query().order_by([Rated::BOOK_ID.asc()]).all().await.unwrap_err();
        assert_eq!(told.kind(), ErrorKind::TypeMismatch);
        assert!(told.to_string().contains("rating"), "{told}");
        books.update(700, record! { "rating" => 4 }).await?;
        let all = rated.query().order_by([Rated::BOOK_ID.asc()]).all().await?;
        assert_eq!(all.iter().map(|book| book.rating).sum::<i64>(), 1_299 * 5 + 4);
        assert_eq!((all[699].book_id, all[699].rating), (700, 4));
    }

    async fn entities_are_read_and_written(db) on library {
        books(&db, 4).await?;
        let all = db.of::<Book>()?;
        let first = Book { book_id: 1, title: "Book 1".into(), price: "1.50".parse().unwrap(), rating: None };
        assert_eq!(all.get(1).await?, first);
        assert_eq!(all.find(1).await?, Some(first));
        let some = all
            .query()
            .filter(Book::BOOK_ID.gt(1) & Book::TITLE.starts_with("Book") & !Book::RATING.eq(Some(3)) | Book::BOOK_ID.eq(3))
            .order_by([Book::TITLE.desc()])
            .all()
            .await?;
        assert_eq!(some.iter().map(|b| b.book_id).collect::<Vec<_>>(), [3]);
        assert_eq!(all.query().filter(Book::RATING.is_null()).count().await?, 4);
        let changed = all.update(2, BookChanges { rating: 5.into(), ..Default::default() }).await?;
        assert_eq!((changed.rating, &*changed.title), (Some(5), "Book 2"));
        let cleared = all.update(2, BookChanges { rating: Patch::Set(None), ..Default::default() }).await?;
        assert_eq!(cleared.rating, None);
        all.update(2, BookChanges { rating: 5.into(), title: "Book 2".into() }).await?;
        assert_eq!(all.find_by(Book::RATING, 5).await?.map(|b| b.book_id), Some(2));
        assert_eq!(all.find_many_by(Book::TITLE, "Book 4").await?.len(), 1);
        let made = all.create(NewBook::new(1, "New")).await?;
        assert_eq!((made.book_id, made.title.as_str()), (5, "New"));
        let ids = db.of::<Book>()?.query().filter(Book::BOOK_ID.in_list([1, 5])).all().await?;
        assert_eq!(ids.len(), 2);
    }

    async fn an_entity_that_the_table_lacks_is_refused_at_once(db) on library {
        let error = db.of::<Ghost>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownColumn);
        assert!(error.message().ends_with("has no column `gost`"), "{error}");
    }
}

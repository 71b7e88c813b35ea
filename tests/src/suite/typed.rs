//! An entity goes the way that a record goes, and the compiler checks its columns.

use crate::conformance;
use crate::library::{books, library};
use bigdecimal::BigDecimal;
use noorm::prelude::*;

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

conformance! {
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

//! An entity goes the way that a record goes, and the compiler checks its columns.

use crate::conformance;
use crate::library::{books, library};
use bigdecimal::BigDecimal;
use noorm::executor::Row;
use noorm::prelude::*;
use noorm::statement::Column;

#[derive(Debug, PartialEq)]
struct Book {
    id: i64,
    title: String,
    price: BigDecimal,
    rating: Option<i64>,
}

impl Book {
    const ID: Column<Self, i64> = Column::new("book_id");
    const TITLE: Column<Self, String> = Column::new("title");
    const RATING: Column<Self, Option<i64>> = Column::new("rating");
}

impl FromRow for Book {
    fn columns() -> Option<&'static [&'static str]> {
        Some(&["book_id", "title", "price", "rating"])
    }

    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.take(0)?,
            title: row.take(1)?,
            price: row.take(2)?,
            rating: row.take(3)?,
        })
    }
}

impl Entity for Book {
    const TABLE: &'static str = "book";
}

#[derive(Debug)]
struct Ghost;

impl FromRow for Ghost {
    fn columns() -> Option<&'static [&'static str]> {
        Some(&["book_id", "gost"])
    }

    fn from_row(_: &mut Row<'_>) -> Result<Self> {
        Ok(Self)
    }
}

impl Entity for Ghost {
    const TABLE: &'static str = "book";
}

conformance! {
    async fn entities_are_read_and_written(db) on library {
        books(&db, 4).await?;
        let all = db.of::<Book>()?;
        let first = Book { id: 1, title: "Book 1".into(), price: "1.50".parse().unwrap(), rating: None };
        assert_eq!(all.get(1).await?, first);
        assert_eq!(all.find(1).await?, Some(first));
        let some = all
            .query()
            .filter(Book::ID.gt(1) & Book::TITLE.starts_with("Book") & !Book::RATING.eq(Some(3)) | Book::ID.eq(3))
            .order_by([Book::TITLE.desc()])
            .all()
            .await?;
        assert_eq!(some.iter().map(|b| b.id).collect::<Vec<_>>(), [3]);
        assert_eq!(all.query().filter(Book::RATING.is_null()).count().await?, 4);
        let changed = all.update(2, record! { "rating" => 5 }).await?;
        assert_eq!(changed.rating, Some(5));
        assert_eq!(all.find_by(Book::RATING, 5).await?.map(|b| b.id), Some(2));
        assert_eq!(all.find_many_by(Book::TITLE, "Book 4").await?.len(), 1);
        let made = all.create(record! { "author_id" => 1, "title" => "New" }).await?;
        assert_eq!((made.id, made.title.as_str()), (5, "New"));
        let ids = db.of::<Book>()?.query().filter(Book::ID.in_list([1, 5])).all().await?;
        assert_eq!(ids.len(), 2);
    }

    async fn an_entity_that_the_table_lacks_is_refused_at_once(db) on library {
        let error = db.of::<Ghost>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownColumn);
        assert!(error.message().ends_with("has no column `gost`"), "{error}");
    }
}

//! Pages in the order of words, which are sorted by their place in the type and compared as text.

use noorm_core::repository::{CursorPage, Query, Record, Seek};
use noorm_core::statement::col;
use noorm_core::{ErrorKind, Value, record};

use crate::on_both;

async fn ids(query: &Query<Record>, size: u64) -> Vec<i64> {
    let (mut ids, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let page: CursorPage<Record> = query
            .clone()
            .cursor_page(size, cursor.as_deref())
            .await
            .unwrap();
        ids.extend(page.items.iter().map(|row| row.get::<i64>("id").unwrap()));
        cursor = page.next;
        if cursor.is_none() {
            return ids;
        }
    }
}

on_both! {
    async fn words_are_paged_in_the_order_of_their_type(test) {
        let db = test.with(&["CREATE TABLE shirt (id INT AUTO_INCREMENT PRIMARY KEY,
            size ENUM('small', 'large', 'Huge', 'any'), cut ENUM('wide', 'slim') NOT NULL)"]).await;
        let shirts = db.repository("shirt").unwrap();
        let sizes = [Some("any"), Some("Huge"), None, Some("small"), Some("large"), None, Some("Huge"), Some("small")];
        for (at, size) in sizes.into_iter().enumerate() {
            let cut = if at % 2 == 0 { "slim" } else { "wide" };
            shirts.create(record! { "size" => size, "cut" => cut }).await.unwrap();
        }
        let orders = [
            (vec![col("size").asc()], vec![3, 6, 4, 8, 5, 2, 7, 1]),
            (vec![-col("size")], vec![1, 7, 2, 5, 8, 4, 6, 3]),
            (vec![col("size").asc().nulls_last()], vec![4, 8, 5, 2, 7, 1, 3, 6]),
            (vec![col("size").desc().nulls_first(), col("id").asc()], vec![3, 6, 1, 2, 7, 5, 4, 8]),
            (vec![-col("cut"), col("size").asc()], vec![3, 5, 7, 1, 6, 4, 8, 2]),
        ];
        for (order, expected) in orders {
            let query = shirts.query().order_by(order.clone());
            for size in [1, 3] {
                assert_eq!(ids(&query, size).await, expected, "{order:?}");
            }
            let last = query.clone().cursor_page(3, Seek::End).await.unwrap();
            let before = query.cursor_page(5, Seek::Before(last.previous.as_deref().unwrap())).await.unwrap();
            let back = before.items.iter().chain(&last.items).map(|row| row.get::<i64>("id").unwrap());
            assert_eq!(back.collect::<Vec<_>>(), expected, "{order:?}");
        }
    }

    async fn the_empty_word_comes_first(test) {
        let db = test.with(&[
            "CREATE TABLE shirt (id INT AUTO_INCREMENT PRIMARY KEY, size ENUM('small', 'large'))",
            "INSERT IGNORE INTO shirt (size) VALUES ('large'), ('enormous'), (NULL), ('small'), ('tiny')",
        ]).await;
        let shirts = db.repository("shirt").unwrap();
        let empty = shirts.query().filter(col("id").eq(2)).pick::<String>("size").await.unwrap();
        assert_eq!(empty.as_deref(), Some(""));
        assert_eq!(ids(&shirts.query().order_by(["size"]), 1).await, [3, 2, 5, 4, 1]);
        assert_eq!(ids(&shirts.query().order_by(["-size"]), 1).await, [1, 4, 5, 2, 3]);
    }

    async fn long_texts_are_refused_where_only_their_beginning_is_sorted(test) {
        let db = test.with(&["CREATE TABLE note (id INT AUTO_INCREMENT PRIMARY KEY,
            old LONGTEXT COLLATE utf8mb4_general_ci, raw LONGBLOB)"]).await;
        let notes = db.repository("note").unwrap();
        for end in ["b", "a", "c"] {
            let text = format!("{}{end}", "x".repeat(2000));
            notes.create(record! { "old" => text.as_str(), "raw" => text.as_bytes() }).await.unwrap();
        }
        notes.create(record! { "old" => "short", "raw" => vec![0_u8] }).await.unwrap();
        for column in ["old", "raw"] {
            let query = notes.query().order_by([column]);
            let first = query.clone().cursor_page(1, Seek::Start).await.unwrap();
            assert_eq!(first.items[0].get::<i64>("id").unwrap(), 4);
            let next = first.next.unwrap();
            assert_eq!(query.clone().cursor_page(3, Seek::After(&next)).await.unwrap_err().kind(), ErrorKind::Unsupported);
            let error = query.clone().cursor_page(2, Seek::Start).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert!(error.message().contains(&format!("note.{column}")), "{error}");
            assert_eq!(query.cursor_page(4, Seek::Start).await.unwrap().items.len(), 4);
        }
    }

    async fn sets_have_no_pages(test) {
        let db = test.with(&["CREATE TABLE t (id INT PRIMARY KEY, tags SET('b', 'a'))"]).await;
        let table = db.repository("t").unwrap();
        table.create(record! { "id" => 1, "tags" => Value::Null }).await.unwrap();
        let error = table.query().order_by(["tags"]).cursor_page(1, Seek::Start).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().contains("t.tags") && error.help().is_some(), "{error:?}");
    }
}

//! Writes that give their rows back, by RETURNING or by reading them again.

use noorm_core::statement::col;
use noorm_core::{ErrorKind, Value, record};

use crate::on_both;
use crate::support::raw;

on_both! {
    async fn created_records_come_back_whole(test) {
        let db = test.with(&["CREATE TABLE album (
            id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(100) NOT NULL, price DECIMAL(5,2) DEFAULT 9.5,
            made DATETIME DEFAULT CURRENT_TIMESTAMP, shout VARCHAR(100) AS (UPPER(title)) STORED)"]).await;
        let albums = db.repository("album").unwrap();
        let blue = albums.create(record! { "title" => "Blue" }).await.unwrap();
        assert_eq!(blue.get::<i64>("id").unwrap(), 1);
        assert_eq!(blue.get::<String>("shout").unwrap(), "BLUE");
        assert_eq!(blue.get::<bigdecimal::BigDecimal>("price").unwrap().to_string(), "9.50");
        // A number of one's own, and NULL, which asks for one.
        let mine = albums.create(record! { "id" => 40, "title" => "Hejira" }).await.unwrap();
        assert_eq!(mine.get::<i64>("id").unwrap(), 40);
        let asked = albums.create(record! { "id" => Value::Null, "title" => "Mingus" }).await.unwrap();
        assert_eq!(asked.get::<i64>("id").unwrap(), 41);
        let zero = albums.create(record! { "id" => 0, "title" => "Zero" }).await.unwrap();
        assert_eq!(zero.get::<i64>("id").unwrap(), 0);
    }

    async fn many_come_back_in_their_order(test) {
        let db = test.with(&["CREATE TABLE n (id INT AUTO_INCREMENT PRIMARY KEY, v INT)"]).await;
        let table = db.repository("n").unwrap();
        let made = table.create_many((0..1000).map(|v| record! { "v" => v })).await.unwrap();
        assert_eq!(made.len(), 1000);
        for (at, row) in made.iter().enumerate() {
            assert_eq!(row.get::<usize>("v").unwrap(), at);
            assert_eq!(row.get::<usize>("id").unwrap(), at + 1);
        }
        let mixed = vec![record! { "id" => 5000, "v" => 1 }, record! { "id" => Value::Null, "v" => 2 }];
        let mixed = table.create_many(mixed).await;
        if test.is_mariadb {
            assert_eq!(mixed.unwrap().len(), 2);
        } else {
            assert_eq!(mixed.unwrap_err().kind(), ErrorKind::Unsupported);
            assert_eq!(table.count().await.unwrap(), 1000);
        }
    }

    async fn an_upsert_keeps_away_from_keys_that_a_trigger_fills(test) {
        let db = test.with(&[
            "CREATE TABLE user (id INT AUTO_INCREMENT PRIMARY KEY, email VARCHAR(80) NOT NULL UNIQUE,
                slug VARCHAR(80) UNIQUE, name VARCHAR(80))",
            "CREATE TRIGGER slugs BEFORE INSERT ON user FOR EACH ROW SET NEW.slug = LOWER(NEW.name)",
        ]).await;
        let users = db.repository("user").unwrap();
        users.create(record! { "email" => "a@x", "name" => "Ann" }).await.unwrap();
        let by_email = users.on_conflict(["email"]);
        let refused = by_email.upsert(record! { "email" => "b@x", "name" => "ANN" }).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Unsupported);
        let missing = by_email.insert_missing([record! { "email" => "b@x", "name" => "ANN" }]).await.unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::UniqueViolation);
        let there = users.query().one().await.unwrap();
        assert_eq!(there.get::<String>("name").unwrap(), "Ann");
    }

    async fn a_violation_elsewhere_says_nothing_about_the_row(test) {
        let db = test.with(&[
            "CREATE TABLE tag (name VARCHAR(40) PRIMARY KEY)",
            "CREATE TABLE tag_count (name VARCHAR(40) PRIMARY KEY)",
            "CREATE TRIGGER counts AFTER INSERT ON tag FOR EACH ROW INSERT INTO tag_count VALUES (NEW.name)",
            "INSERT INTO tag_count VALUES ('rock')",
            "CREATE TABLE post (email VARCHAR(80) NOT NULL UNIQUE, UNIQUE KEY short (email(3)))",
        ]).await;
        let tags = db.repository("tag").unwrap();
        for names in [vec!["rock"], vec!["folk", "rock"]] {
            let rows = names.into_iter().map(|name| record! { "name" => name });
            let lost = tags.insert_missing(rows).await.unwrap_err();
            assert_eq!(lost.kind(), ErrorKind::UniqueViolation);
            assert_eq!(tags.count().await.unwrap(), 0);
        }
        let posts = db.repository("post").unwrap();
        let rows = ["abcd", "abce"].map(|email| record! { "email" => email });
        assert_eq!(posts.insert_missing(rows).await.unwrap_err().kind(), ErrorKind::UniqueViolation);
        assert_eq!(posts.count().await.unwrap(), 0);
    }

    async fn keys_that_a_default_makes_count_among_the_binds(test) {
        // 100 rows of 655 binds are within 65,535; with a key for each they no longer are.
        let names: Vec<String> = (0..655).map(|n| format!("c{n}")).collect();
        let columns: Vec<String> = names.iter().map(|name| format!("{name} INT")).collect();
        let ddl = format!(
            "CREATE TABLE wide (id VARCHAR(36) DEFAULT (uuid()) PRIMARY KEY, {})",
            columns.join(", ")
        );
        let db = test.with(&[&ddl]).await;
        let rows = (0..110_i64).map(|at| {
            noorm_core::repository::Record::from_pairs(names.iter().map(|name| (name.clone(), Value::from(at))))
        });
        let made = db.repository("wide").unwrap().create_many(rows).await.unwrap();
        assert_eq!(made.len(), 110);
        for (at, row) in made.iter().enumerate() {
            assert_eq!(row.get::<usize>("c654").unwrap(), at);
            assert_eq!(row.get::<String>("id").unwrap().len(), 36);
        }
    }

    async fn many_writers_each_get_their_own(test) {
        let db = test.with(&["CREATE TABLE n (id INT AUTO_INCREMENT PRIMARY KEY, v INT)"]).await;
        let tasks = (0..8).map(|task| {
            let db = db.clone();
            tokio::spawn(async move {
                let table = db.repository("n").unwrap();
                for at in 0..20 {
                    let values = (0..5).map(|v| task * 1000 + at * 10 + v);
                    let made = table.create_many(values.clone().map(|v| record! { "v" => v })).await.unwrap();
                    let got: Vec<i64> = made.iter().map(|r| r.get("v").unwrap()).collect();
                    assert_eq!(got, values.collect::<Vec<_>>());
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        assert_eq!(db.repository("n").unwrap().count().await.unwrap(), 800);
    }

    async fn keys_that_a_default_makes(test) {
        let key = if test.is_mariadb { "UUID" } else { "CHAR(36)" };
        let ddl = format!("CREATE TABLE doc (id {key} DEFAULT (UUID()) PRIMARY KEY, name VARCHAR(20))");
        let db = test.with(&[&ddl]).await;
        let docs = db.repository("doc").unwrap();
        let made = docs.create_many(["a", "b"].map(|name| record! { "name" => name })).await.unwrap();
        assert_eq!(made[0].get::<String>("name").unwrap(), "a");
        assert_eq!(made[1].get::<String>("name").unwrap(), "b");
        assert_ne!(made[0].value("id"), made[1].value("id"));
        let again = docs.get(made[1].value("id").unwrap().clone()).await.unwrap();
        assert_eq!(again, made[1]);
    }

    async fn rows_of_defaults(test) {
        let db = test.with(&["CREATE TABLE d (id INT AUTO_INCREMENT PRIMARY KEY, v INT DEFAULT 7)"]).await;
        let made = db.repository("d").unwrap().create(record! {}).await.unwrap();
        assert_eq!((made.get::<i64>("id").unwrap(), made.get::<i64>("v").unwrap()), (1, 7));
    }

    async fn what_cannot_be_read_back_is_refused_before_it_is_written(test) {
        let db = test.with(&[
            "CREATE TABLE log (line VARCHAR(50))",
            "CREATE TABLE made (code CHAR(4) NOT NULL PRIMARY KEY, n INT)",
            "CREATE TRIGGER made_code BEFORE INSERT ON made FOR EACH ROW SET NEW.code = LPAD(NEW.n, 4, '0')",
        ]).await;
        let (log, made) = (db.repository("log").unwrap(), db.repository("made").unwrap());
        if test.is_mariadb {
            assert_eq!(log.create(record! { "line" => "x" }).await.unwrap().get::<String>("line").unwrap(), "x");
            let row = made.create(record! { "n" => 7 }).await.unwrap();
            assert_eq!(row.get::<String>("code").unwrap(), "0007");
            return;
        }
        let error = log.create(record! { "line" => "x" }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("`insert_many`"), "{error}");
        assert_eq!(log.insert_many([record! { "line" => "x" }]).await.unwrap(), 1);
        assert_eq!(log.count().await.unwrap(), 1);
        let error = made.create(record! { "n" => 7 }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("a trigger makes its key's column `code`"), "{error}");
        assert_eq!(made.count().await.unwrap(), 0);
        assert_eq!(made.insert_many([record! { "n" => 7 }]).await.unwrap(), 1);
    }

    async fn updates_come_back_also_where_nothing_changes(test) {
        let db = test.with(&[
            "CREATE TABLE p (a INT, b VARCHAR(9), v INT, stamp TIMESTAMP(6) NULL ON UPDATE CURRENT_TIMESTAMP(6), PRIMARY KEY (b, a))",
            "INSERT INTO p VALUES (1, 'x', 5, NULL), (2, 'x', 6, NULL)",
        ]).await;
        let table = db.repository("p").unwrap();
        let same = table.update(("x", 1), record! { "v" => 5 }).await.unwrap();
        assert_eq!(same.get::<i64>("v").unwrap(), 5);
        assert_eq!(same.value("stamp"), Some(&Value::Null));
        let changed = table.update(("x", 1), record! { "v" => 50 }).await.unwrap();
        assert_ne!(changed.value("stamp"), Some(&Value::Null));
        // The key itself may change.
        let moved = table.update(("x", 1), record! { "a" => 9 }).await.unwrap();
        assert_eq!(moved.get::<i64>("a").unwrap(), 9);
        let gone = table.update(("x", 1), record! { "v" => 1 }).await.unwrap_err();
        assert_eq!(gone.kind(), ErrorKind::NotFound);
        assert!(table.delete(("x", 2)).await.unwrap());
        assert!(!table.delete(("x", 2)).await.unwrap());
    }

    async fn patterns_lists_and_pages(test) {
        let db = test.with(&[
            "CREATE TABLE w (id INT PRIMARY KEY, t VARCHAR(50), l VARCHAR(50) CHARACTER SET latin1)",
            "INSERT INTO w VALUES (1, 'Apple', 'Apple'), (2, 'apple pie', 'apple pie'), (3, '50%', '50%'), \
             (4, 'a\\\\b', 'a\\\\b'), (5, NULL, NULL)",
        ]).await;
        let table = db.repository("w").unwrap();
        let ids = async |filter| {
            let found = table.query().filter(filter).order_by(["id"]).all().await.unwrap();
            found.iter().map(|r| r.get::<i64>("id").unwrap()).collect::<Vec<_>>()
        };
        for column in ["t", "l"] {
            assert_eq!(ids(col(column).contains("pple")).await, [1, 2]);
            assert_eq!(ids(col(column).starts_with("A")).await, [1]);
            assert_eq!(ids(col(column).ends_with("PIE")).await, Vec::<i64>::new());
            assert_eq!(ids(col(column).contains("%")).await, [3]);
            assert_eq!(ids(col(column).contains("\\")).await, [4]);
            assert_eq!(ids(col(column).like("a%")).await, [1, 2, 4]);
            assert_eq!(ids(col(column).in_list(["Apple", "50%"])).await, [1, 3]);
            assert_eq!(ids(!col(column).in_list(["Apple", "50%"])).await, [2, 4]);
        }
        assert_eq!(ids(col("id").contains("3")).await, [3]);
        assert_eq!(ids(col("id").in_list((0..5000).collect::<Vec<i64>>())).await, [1, 2, 3, 4, 5]);
        assert_eq!(ids(col("id").in_list(Vec::<i64>::new())).await, Vec::<i64>::new());
        let page = table.query().order_by(["id"]).offset(3).all().await.unwrap();
        assert_eq!(page.len(), 2);
        let page = table.query().order_by(["-id"]).limit(2).offset(1).all().await.unwrap();
        assert_eq!(page[0].get::<i64>("id").unwrap(), 4);
        assert_eq!(raw(&db, "SELECT COUNT(*) FROM w").await, [Value::I64(5)]);
    }
}

//! Rows that writes give back.

use noorm_core::statement::{Projection, Statement, Tree, col};
use noorm_core::{ErrorKind, Value, record, statement};

use crate::support::{scalar, with_database};

const TABLES: &str = "
CREATE TABLE item (id int IDENTITY(10, 5) PRIMARY KEY, name nvarchar(50) NOT NULL DEFAULT N'none',
    price money NULL, twice AS (price * 2))
GO
CREATE TABLE pair (a int NOT NULL, b int NOT NULL, note nvarchar(50), PRIMARY KEY (b, a))
GO
CREATE TABLE loud (id int IDENTITY PRIMARY KEY, name nvarchar(50))
GO
CREATE TRIGGER shout ON loud AFTER INSERT, UPDATE AS
    UPDATE loud SET name = UPPER(name) WHERE id IN (SELECT id FROM inserted)
GO
CREATE TABLE log (line nvarchar(50), cost money)
GO
CREATE TABLE guid (id uniqueidentifier PRIMARY KEY DEFAULT NEWID(), n int)
";

#[tokio::test]
async fn created_rows_come_back_whole() {
    with_database(TABLES, async |db, _| {
        let items = db.repository("item").unwrap();
        let made = items.create(record! { "price" => 1.25 }).await.unwrap();
        assert_eq!(made.get::<i64>("id").unwrap(), 10);
        assert_eq!(made.get::<String>("name").unwrap(), "none");
        assert_eq!(made.get::<f64>("twice").unwrap(), 2.5);
        let made = items
            .create(noorm_core::repository::Record::new())
            .await
            .unwrap();
        assert_eq!(made.get::<i64>("id").unwrap(), 15);
        let changed = items.update(15, record! { "price" => 2 }).await.unwrap();
        assert_eq!(changed.get::<f64>("twice").unwrap(), 4.0);
        let missing = items.update(99, record! { "price" => 2 }).await;
        assert_eq!(missing.unwrap_err().kind(), ErrorKind::NotFound);
        let refused = items.create(record! { "id" => 1 }).await.unwrap_err();
        assert_eq!(refused.problems()[0].code, "identity");
        assert!(items.delete(10).await.unwrap());
        assert!(!items.delete(10).await.unwrap());
        let log = db.repository("log").unwrap();
        let line = log
            .create(record! { "line" => "x", "cost" => 0.5 })
            .await
            .unwrap();
        assert_eq!(line.get::<f64>("cost").unwrap(), 0.5);
        let guid = db
            .repository("guid")
            .unwrap()
            .create(record! { "n" => 1 })
            .await
            .unwrap();
        assert!(!guid.get::<uuid::Uuid>("id").unwrap().is_nil());
    })
    .await;
}

#[tokio::test]
async fn many_rows_come_back_in_their_order() {
    with_database(TABLES, async |db, _| {
        let items = db.repository("item").unwrap();
        let names: Vec<String> = (0..2500).map(|n| format!("item {}", 9999 - n)).collect();
        let records = names.iter().map(|name| record! { "name" => name.as_str() });
        let made = items.create_many(records).await.unwrap();
        let read: Vec<String> = made.iter().map(|r| r.get("name").unwrap()).collect();
        assert_eq!(read, names);
        assert_eq!(made[2499].get::<i64>("id").unwrap(), 10 + 2499 * 5);
        let pairs = db.repository("pair").unwrap();
        let keys = [(3, 1), (1, 2), (2, 1), (1, 1)];
        let records = keys.map(|(a, b)| record! { "a" => a, "b" => b, "note" => "n" });
        let made = pairs.create_many(records).await.unwrap();
        let read = made
            .iter()
            .map(|r| (r.get("a").unwrap(), r.get("b").unwrap()));
        assert_eq!(read.collect::<Vec<(i32, i32)>>(), keys);
        let guids = db.repository("guid").unwrap();
        let made = guids
            .create_many((0..5).map(|n| record! { "n" => n }))
            .await
            .unwrap();
        let read: Vec<i64> = made.iter().map(|r| r.get("n").unwrap()).collect();
        assert_eq!(read, [0, 1, 2, 3, 4]);
        // All of them or none.
        let twice = [(7, 7), (8, 8), (7, 7)].map(|(a, b)| record! { "a" => a, "b" => b });
        let refused = pairs.create_many(twice).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::UniqueViolation);
        assert_eq!(pairs.count().await.unwrap(), 4);
    })
    .await;
}

#[tokio::test]
async fn what_triggers_change_is_seen() {
    with_database(TABLES, async |db, _| {
        let loud = db.repository("loud").unwrap();
        let made = loud.create(record! { "name" => "quiet" }).await.unwrap();
        assert_eq!(made.get::<String>("name").unwrap(), "QUIET");
        let made = loud
            .create_many(["a", "b"].map(|n| record! { "name" => n }))
            .await
            .unwrap();
        let names: Vec<String> = made.iter().map(|r| r.get("name").unwrap()).collect();
        assert_eq!(names, ["A", "B"]);
        let changed = loud.update(1, record! { "name" => "still" }).await.unwrap();
        assert_eq!(changed.get::<String>("name").unwrap(), "STILL");
        let mut delete = statement::Delete::new(loud.table_name().clone());
        delete.returning = Some(Projection::All);
        let (schema, flavor) = (db.schema(), db.flavor());
        let delete = Statement::new(Tree::Delete(delete), vec![], &schema, flavor).unwrap();
        let gone = db.run(delete).await.unwrap();
        assert_eq!(gone.rows.len(), 3);
        assert_eq!(gone.affected, 3);
        assert_eq!(loud.count().await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn pages_are_cut() {
    with_database(TABLES, async |db, _| {
        let items = db.repository("item").unwrap();
        let names = (0..10).map(|n| record! { "name" => format!("n{n}") });
        items.create_many(names).await.unwrap();
        let ids = async |query: noorm_core::repository::Query<noorm_core::repository::Record>| {
            let rows = query.all().await.unwrap();
            rows.iter()
                .map(|r| (r.get::<i64>("id").unwrap() - 10) / 5)
                .collect::<Vec<_>>()
        };
        let ordered = || items.query().order_by(["-name"]);
        assert_eq!(ids(ordered().limit(2)).await, [9, 8]);
        assert_eq!(ids(ordered().limit(2).offset(3)).await, [6, 5]);
        assert_eq!(ids(ordered().offset(8)).await, [1, 0]);
        assert_eq!(ids(ordered().limit(0)).await, [0_i64; 0]);
        assert_eq!(ids(ordered().limit(0).offset(1)).await, [0_i64; 0]);
        assert_eq!(ids(items.query().offset(8)).await, [8, 9]);
        assert_eq!(items.query().limit(3).offset(8).count().await.unwrap(), 2);
        assert_eq!(items.query().limit(3).count().await.unwrap(), 3);
        let sub = items
            .query()
            .filter(col("name").ge("n5"))
            .order_by(["name"])
            .limit(2);
        let within = items.query().filter(col("id").in_query(sub.select(["id"])));
        assert_eq!(ids(within.order_by(["id"])).await, [5, 6]);
        assert_eq!(
            scalar(&db, "SELECT COUNT(*) FROM item", vec![]).await,
            Value::from(10)
        );
    })
    .await;
}

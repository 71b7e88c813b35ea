use crate::support::*;
use noorm_core::statement::col;
use noorm_core::{Value, record};

const DDL: &str = "
CREATE TABLE artist (id int IDENTITY(10,5) PRIMARY KEY, name nvarchar(120) NOT NULL, code varchar(20) NULL, price money NULL, d decimal(38,10), at datetime2(3), b varbinary(max), raw datetime, dd date, u uniqueidentifier, f float, r real, yes bit, t time(7), o datetimeoffset, x xml)
GO
CREATE TABLE sales (a int NOT NULL, b int NOT NULL, artist_id int NULL CONSTRAINT fk_artist REFERENCES artist(id), total AS (a*b) PERSISTED, note varchar(max), CONSTRAINT ck CHECK (a > 0), CONSTRAINT pk_o PRIMARY KEY (b, a))
GO
CREATE TABLE loud (id int IDENTITY PRIMARY KEY, name nvarchar(20))
GO
CREATE TRIGGER tr ON loud AFTER INSERT, UPDATE AS UPDATE loud SET name = UPPER(name) WHERE id IN (SELECT id FROM inserted)
";

#[tokio::test]
async fn explore() {
    with_database(DDL, async |db, _| {
        for note in &db.schema().notes { println!("NOTE {} {}", note.object, note.message); }
        for t in &db.schema().tables { println!("{} {:?} trig {:?} pk {:?} fk {:?}", t.table_name(), t.columns.iter().map(|c| format!("{} {} {:?} {:?}", c.name, c.native_type, c.default, c.collation)).collect::<Vec<_>>(), t.triggers, t.primary_key, t.foreign_keys); }
        let artists = db.repository("artist").unwrap();
        macro_rules! show { ($e:expr) => { println!("{} => {:?}", stringify!($e), $e) } }
        show!(artists.create(record! {"name" => "Zoë", "code" => "abc", "price" => 1.5, "d" => "1234567890123456789012345678.0123456789"}).await);
        show!(artists.create(record! {"name" => "Nulls", "code" => None::<String>, "price" => None::<i64>, "d" => None::<i64>, "at" => None::<String>, "b" => None::<String>, "raw" => None::<String>, "dd" => None::<String>, "u" => None::<String>, "f" => None::<f64>, "r" => None::<f64>, "yes" => None::<bool>, "t" => None::<String>, "o" => None::<String>, "x" => None::<String>}).await);
        show!(artists.create(record! {"name" => "All", "at" => "2026-01-02T03:04:05.123", "b" => vec![0u8,255], "raw" => "2026-01-02T03:04:05.123", "dd" => "2026-01-02", "u" => "12345678-9abc-def0-1234-56789abcdef0", "f" => 0.1, "r" => 0.5, "yes" => true, "t" => "01:02:03.1234567", "o" => "2026-01-02T03:04:05.1234567+01:00", "x" => "<a/>"}).await);
        show!(artists.find(15).await);
        show!(artists.create_many((0..3).map(|n| record! {"name" => format!("many {n}"), "code" => "x"})).await.map(|r| r.len()));
        show!(artists.update(10, record!{"name" => "changed", "price" => None::<i64>}).await);
        show!(artists.query().filter(col("name").in_list(["changed", "Zoë"])).count().await);
        show!(artists.query().filter(col("id").in_list([10, 15])).all().await.map(|r| r.len()));
        show!(artists.query().filter(col("code").eq("ABC")).count().await);
        show!(artists.query().filter(col("name").contains("any")).order_by(["-id"]).limit(2).offset(1).all().await.map(|r| r.len()));
        show!(artists.query().limit(2).all().await.map(|r| r.len()));
        show!(artists.query().limit(0).all().await.map(|r| r.len()));
        show!(artists.query().offset(2).all().await.map(|r| r.len()));
        show!(artists.query().limit(0).offset(2).all().await.map(|r| r.len()));
        show!(artists.query().limit(2).offset(2).count().await);
        show!(artists.query().filter(col("name").like("%[%")).exists().await);
        show!(artists.exists(10).await);
        show!(artists.first().await.map(|r| r.is_some()));
        let sales = db.repository("sales").unwrap();
        show!(sales.create(record!{"a" => 1, "b" => 2, "artist_id" => 10, "note" => "n"}).await);
        show!(sales.create(record!{"a" => 1, "b" => 2}).await);
        show!(sales.create(record!{"a" => 0, "b" => 3}).await);
        show!(sales.create(record!{"a" => 1, "b" => 3, "artist_id" => 99}).await);
        show!(artists.delete(10).await);
        show!(sales.create_many([record!{"a" => 9, "b" => 9}, record!{"a" => 8, "b" => 8}, record!{"a" => 7, "b" => 10}]).await);
        show!(sales.update((2,1), record!{"note" => "m"}).await);
        let loud = db.repository("loud").unwrap();
        show!(loud.create(record!{"name" => "quiet"}).await);
        show!(loud.create_many([record!{"name" => "a"}, record!{"name" => "b"}]).await);
        show!(loud.update(1, record!{"name" => "still"}).await);
        show!(loud.delete(1).await);
        show!(db.raw("SELECT @P1 AS a, @P2 AS b", vec![Value::Null, Value::from("x")]).await);
        show!(db.raw("SELECT * FROM nope", vec![]).await);
        show!(db.raw("SELECT nope FROM artist", vec![]).await);
        show!(db.raw("SELECT CAST(N'abc' AS int)", vec![]).await);
        show!(db.raw("INSERT INTO artist (name) VALUES (NULL)", vec![]).await);
        show!(db.raw("SELEC", vec![]).await);
        show!(db.transaction(async |tx| { tx.raw("SELECT CAST(N'abc' AS int)", vec![]).await.ok(); let r = tx.raw("SELECT 1 AS one", vec![]).await?; Ok::<_, noorm_core::Error>(r.rows.len()) }).await);
    }).await;
}

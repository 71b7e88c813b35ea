//! What only newer versions of the servers have.

use noorm_core::statement::col;
use noorm_core::{Database, ErrorKind, record};

use crate::on_both;

/// Tells whether the server is a MariaDB of this version or a later one.
fn is_mariadb(db: &Database, least: (u32, u32)) -> bool {
    let version = db.schema().server_version.clone().unwrap_or_default();
    let mut numbers = version
        .split(|c: char| !c.is_ascii_digit())
        .map(|digits| digits.parse().unwrap_or(0));
    let own = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    version.contains("MariaDB") && own >= least
}

on_both! {
    async fn sequences_have_types(test) {
        if !is_mariadb(&test.connect(|builder| builder).await, (11, 5)) {
            return;
        }
        let db = test.with(&[
            "CREATE SEQUENCE large AS BIGINT UNSIGNED START WITH 7",
            "CREATE SEQUENCE small AS TINYINT START WITH -3 MINVALUE -5 INCREMENT BY 2",
            "ALTER SEQUENCE small MAXVALUE 50 CYCLE",
        ]).await;
        let schema = db.schema();
        let [large, small] = &schema.sequences[..] else {
            panic!("{:?}", schema.sequences);
        };
        assert_eq!(large.native_type, "bigint unsigned");
        assert_eq!((large.start, large.min, large.max, large.cycle), (7, 1, i64::MAX, false));
        assert_eq!(small.native_type, "tinyint");
        assert_eq!((small.start, small.min, small.max), (-3, -5, 50));
        assert_eq!((small.increment, small.cycle), (2, true));
        let notes: Vec<_> = schema.notes.iter().map(|n| (n.object.as_str(), n.message.as_str())).collect();
        let object = format!("sequence {}.large", test.name);
        assert_eq!(notes, [(object.as_str(), "its numbers go on beyond 9223372036854775807, which isn't expressed")]);
    }

    async fn vectors_and_addresses(test) {
        if !is_mariadb(&test.connect(|builder| builder).await, (11, 7)) {
            return;
        }
        let db = test.with(&[
            "CREATE TABLE place (id BIGINT AUTO_INCREMENT PRIMARY KEY, near VECTOR(3) NOT NULL, ip INET4, \
             UNIQUE (ip), VECTOR INDEX closest (near) M=8 DISTANCE=cosine)",
        ]).await;
        let schema = db.schema();
        let table = schema.table("place").unwrap();
        let near = table.column("near").unwrap();
        assert_eq!((near.native_type.as_str(), near.nullable), ("vector(3)", false));
        assert!(near.column_type.is_other() && table.column("ip").unwrap().column_type.is_other());
        let closest = table.indexes.iter().find(|i| i.name == "closest").unwrap();
        assert_eq!((closest.method.as_deref(), closest.unique), (Some("vector"), false));
        let places = db.repository("place").unwrap();
        let made = places.create(record! { "near" => "[1,2,-0.5]", "ip" => "192.0.2.1" }).await.unwrap();
        assert_eq!(made.get::<String>("near").unwrap(), "[1,2,-0.5]");
        let others = record! { "near" => "[0,0,1]", "ip" => "192.0.2.2" };
        places.create(others).await.unwrap();
        for filter in [
            col("near").eq("[1,2,-0.5]"),
            col("near").in_list(["[1,2,-0.5]", "[9,9,9]"]),
            col("ip").eq("192.0.2.1"),
            col("ip").in_list(["192.0.2.1", "192.0.2.9"]),
        ] {
            let found = places.query().filter(filter).all().await.unwrap();
            assert_eq!(found, std::slice::from_ref(&made));
        }
        let error = places.create(record! { "near" => "[1,2]" }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error}");
    }

    async fn texts_have_the_collation_of_the_server(test) {
        let db = test.with(&[
            "CREATE TABLE word (id BIGINT AUTO_INCREMENT PRIMARY KEY, it VARCHAR(20), kind ENUM('a', 'b'), \
             twice VARCHAR(40) AS (CONCAT(it, it)) VIRTUAL, UNIQUE (it))",
        ]).await;
        let default = crate::support::raw(&db, "SELECT @@collation_database").await;
        let schema = db.schema();
        let it = schema.table("word").unwrap().column("it").unwrap();
        assert_eq!(it.collation.as_deref(), default[0].as_str());
        let words = db.repository("word").unwrap();
        let made = words.create(record! { "it" => "Ünï", "kind" => "b" }).await.unwrap();
        assert_eq!(made.get::<String>("twice").unwrap(), "ÜnïÜnï");
        for filter in [
            col("it").eq("Ünï"),
            col("it").in_list(["Ünï", "x"]),
            col("it").like("Ü%"),
            col("kind").eq("b"),
            col("kind").in_list(["b"]),
            col("twice").contains("ïÜ"),
        ] {
            let found = words.query().filter(filter).all().await.unwrap();
            assert_eq!(found, std::slice::from_ref(&made));
        }
    }
}

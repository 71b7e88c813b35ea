//! What goes wrong has a kind, and says where.

use noorm_core::{Database, Error, ErrorKind, Value, record};

use crate::on_both;

const SHOP: &[&str] = &[
    "CREATE TABLE artist (id INT PRIMARY KEY, name VARCHAR(20) NOT NULL, email VARCHAR(50), CONSTRAINT artist_email UNIQUE (email))",
    "CREATE TABLE album (id INT PRIMARY KEY, artist_id INT, year INT, CONSTRAINT album_artist FOREIGN KEY (artist_id) \
     REFERENCES artist (id), CONSTRAINT album_year CHECK (year + 0 > 1900))",
    "INSERT INTO artist VALUES (1, 'Joni', 'j@example.org')",
    "INSERT INTO album VALUES (1, 1, 1971)",
];

async fn failed(db: &Database, sql: &str) -> Error {
    db.raw(sql).await.unwrap_err()
}

on_both! {
    async fn violations_name_table_columns_and_constraint(test) {
        let db = test.with(SHOP).await;
        let (artists, albums) = (db.repository("artist").unwrap(), db.repository("album").unwrap());
        let error = artists.create(record! { "id" => 2, "name" => "x", "email" => "j@example.org" }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        let violation = error.violation().unwrap();
        assert_eq!(violation.constraint.as_deref(), Some("artist_email"));
        assert_eq!(violation.columns, ["email"]);
        assert_eq!(violation.table.as_deref(), Some(format!("{}.artist", test.name).as_str()));
        assert!(!error.to_string().contains("j@example.org"), "{error}");

        let error = albums.create(record! { "id" => 2, "artist_id" => 99 }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
        let violation = error.violation().unwrap();
        assert_eq!(violation.constraint.as_deref(), Some("album_artist"));
        assert_eq!(violation.columns, ["artist_id"]);
        let error = artists.delete(1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
        assert_eq!(error.violation().unwrap().table.as_deref(), Some(format!("{}.album", test.name).as_str()));

        let error = albums.create(record! { "id" => 2, "year" => 1800 }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::CheckViolation);
        assert_eq!(error.violation().unwrap().constraint.as_deref(), Some("album_year"));

        let error = failed(&db, "INSERT INTO artist (id, name) VALUES (5, NULL)").await;
        assert_eq!(error.kind(), ErrorKind::NotNullViolation);
        assert_eq!(error.violation().unwrap().columns, ["name"]);
        let error = failed(&db, "INSERT INTO artist (id) VALUES (5)").await;
        assert_eq!(error.kind(), ErrorKind::NotNullViolation);
    }

    async fn statements_that_are_wrong(test) {
        let db = test.with(SHOP).await;
        for (sql, kind) in [
            ("SELEC 1", ErrorKind::InvalidStatement),
            ("SELECT * FROM nowhere", ErrorKind::UnknownTable),
            ("SELECT nothing FROM artist", ErrorKind::UnknownColumn),
            ("SELECT 1; SELECT 2", ErrorKind::InvalidStatement),
            ("INSERT INTO artist VALUES (7, REPEAT('x', 30), NULL)", ErrorKind::InvalidValue),
            ("INSERT INTO album VALUES (7, 1, 99999999999)", ErrorKind::InvalidValue),
            ("SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'", ErrorKind::Database),
        ] {
            assert_eq!(failed(&db, sql).await.kind(), kind, "{sql}");
        }
        let binds = db.raw("SELECT ?").await.unwrap_err();
        assert_eq!(binds.kind(), ErrorKind::InvalidStatement);
        // The connection is none the worse for it.
        assert_eq!(db.repository("artist").unwrap().count().await.unwrap(), 1);
    }

    async fn a_packet_that_is_too_large_is_not_sent(test) {
        let db = test.with(&["CREATE TABLE lump (id INT PRIMARY KEY, b LONGBLOB)"]).await;
        let max = crate::support::raw(&db, "SELECT @@max_allowed_packet").await;
        let [Value::I64(max)] = max.as_slice() else { panic!("{max:?}") };
        let lumps = db.repository("lump").unwrap();
        let large = vec![0_u8; usize::try_from(*max).unwrap()];
        let error = lumps.create(record! { "id" => 1, "b" => large }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidValue);
        assert!(error.help().unwrap().contains("`max_allowed_packet`"), "{error}");
        let fits = vec![7_u8; usize::try_from(*max).unwrap() - 4096];
        let made = lumps.create(record! { "id" => 2, "b" => fits.clone() }).await.unwrap();
        assert_eq!(made.value("b"), Some(&Value::from(fits)));
        assert_eq!(db.status().connections, 1);
    }

    async fn a_column_that_is_gone_is_noticed(test) {
        let db = test.with(SHOP).await;
        let artists = db.repository("artist").unwrap();
        assert!(artists.find(1).await.unwrap().is_some());
        let other = test.connect(|builder| builder).await;
        crate::support::raw(&other, "ALTER TABLE artist RENAME COLUMN name TO called").await;
        let row = artists.get(1).await.unwrap();
        assert_eq!(row.get::<String>("called").unwrap(), "Joni");
    }

    async fn reading_only(test) {
        test.with(SHOP).await;
        let db = test.connect(|builder| builder.read_only()).await;
        assert_eq!(db.repository("artist").unwrap().count().await.unwrap(), 1);
        let error = db.repository("artist").unwrap().delete(1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ReadOnly);
        assert_eq!(failed(&db, "CREATE TABLE x (a INT)").await.kind(), ErrorKind::ReadOnly);
    }
}

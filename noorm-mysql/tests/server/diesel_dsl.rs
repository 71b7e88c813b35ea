//! The same connection, for Diesel.

use diesel::{ExpressionMethods as _, Insertable, QueryDsl as _, Queryable};
use diesel_async::{AsyncConnection as _, RunQueryDsl as _, SimpleAsyncConnection as _};

use crate::on_both;

diesel::table! {
    album (id) {
        id -> Integer,
        title -> Text,
        price -> Nullable<Double>,
        made -> Nullable<Datetime>,
        small -> Nullable<Unsigned<Tinyint>>,
    }
}

#[derive(Debug, PartialEq, Queryable, Insertable)]
#[diesel(table_name = album)]
struct Album {
    id: i32,
    title: String,
    price: Option<f64>,
    made: Option<chrono::NaiveDateTime>,
    small: Option<u8>,
}

on_both! {
    async fn the_query_builder_and_nested_transactions(test) {
        let mut conn = noorm_mysql::Connection::establish(&test.url).await.unwrap();
        conn.batch_execute("CREATE TABLE album (id INT PRIMARY KEY, title VARCHAR(50) NOT NULL, price DOUBLE, \
            made DATETIME(6), small TINYINT UNSIGNED); SELECT 1").await.unwrap();
        let blue = || Album {
            id: 1,
            title: "Blue".into(),
            price: Some(9.5),
            made: Some("1971-06-22T01:02:03.000004".parse().unwrap()),
            small: Some(200),
        };
        let added = diesel::insert_into(album::table).values(blue()).execute(&mut conn).await.unwrap();
        assert_eq!(added, 1);
        let found: Vec<Album> = album::table.filter(album::made.eq(blue().made)).load(&mut conn).await.unwrap();
        assert_eq!(found, [blue()]);
        let failed = conn.transaction(async |conn: &mut noorm_mysql::Connection| {
            diesel::update(album::table).set(album::title.eq("Red")).execute(conn).await?;
            Err::<(), _>(diesel::result::Error::RollbackTransaction)
        }).await;
        assert!(failed.is_err());
        let title: String = album::table.select(album::title).first(&mut conn).await.unwrap();
        assert_eq!(title, "Blue");
        let twice = diesel::insert_into(album::table).values(blue()).execute(&mut conn).await.unwrap_err();
        let kind = diesel::result::DatabaseErrorKind::UniqueViolation;
        assert!(matches!(twice, diesel::result::Error::DatabaseError(found, _)
            if std::mem::discriminant(&found) == std::mem::discriminant(&kind)));
    }
}

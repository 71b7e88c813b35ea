//! Diesel's query builder on a connection of the pool's kind.

use diesel::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::{AsyncConnection as _, RunQueryDsl as _, SimpleAsyncConnection as _};
use noorm_core::executor::{Connection as _, Control, TransactionOptions};

use crate::Connection;
use crate::test_server::url;

diesel::table! {
    use diesel::sql_types::{Int8, Nullable, Text};
    noorm_album (id) {
        id -> Int8,
        title -> Text,
        note -> Nullable<Text>,
    }
}

async fn connection() -> Option<Connection> {
    let mut connection = Connection::establish(&url().await?).await.unwrap();
    let ddl =
        "CREATE TEMP TABLE noorm_album (id bigint PRIMARY KEY, title text NOT NULL, note text)";
    connection.batch_execute(ddl).await.unwrap();
    Some(connection)
}

#[tokio::test]
async fn diesel_reads_and_writes() {
    use self::noorm_album::dsl::{id, noorm_album, note, title};
    let Some(mut conn) = connection().await else {
        return;
    };
    for n in 1..=2_i64 {
        let row = (id.eq(n), title.eq("Blue"), note.eq(None::<String>));
        let count = diesel::insert_into(noorm_album)
            .values(row)
            .execute(&mut conn)
            .await;
        assert_eq!(count, Ok(1));
    }
    let rows = noorm_album
        .filter(id.gt(1))
        .load::<(i64, String, Option<String>)>(&mut conn);
    assert_eq!(rows.await, Ok(vec![(2, "Blue".to_owned(), None)]));
    let row = (id.eq(1), title.eq("Red"));
    let twin = diesel::insert_into(noorm_album)
        .values(row)
        .execute(&mut conn)
        .await;
    let Err(diesel::result::Error::DatabaseError(kind, told)) = twin else {
        panic!("{twin:?}")
    };
    assert!(matches!(
        kind,
        diesel::result::DatabaseErrorKind::UniqueViolation
    ));
    assert_eq!(told.table_name(), Some("noorm_album"));
}

#[tokio::test]
async fn diesel_nests_in_our_transaction() {
    use self::noorm_album::dsl::{id, noorm_album, title};
    let Some(mut conn) = connection().await else {
        return;
    };
    conn.control(Control::Begin(TransactionOptions::default()))
        .await
        .unwrap();
    let one = (id.eq(1), title.eq("kept"));
    diesel::insert_into(noorm_album)
        .values(one)
        .execute(&mut conn)
        .await
        .unwrap();
    let undone = conn
        .transaction(async |conn: &mut Connection| {
            let two = (id.eq(2), title.eq("undone"));
            diesel::insert_into(noorm_album)
                .values(two)
                .execute(conn)
                .await?;
            diesel::sql_query("SELECT 1/0").execute(conn).await
        })
        .await;
    assert!(undone.is_err());
    conn.control(Control::Commit).await.unwrap();
    assert_eq!(
        noorm_album.select(id).load::<i64>(&mut conn).await,
        Ok(vec![1])
    );
    assert!(!conn.is_broken());
}

//! What MySQL and MariaDB do to a transaction by themselves.

use diesel_async::RunQueryDsl;
use noorm::prelude::*;
use noorm_tests::run;

use super::support::{albums, insert, kept};
use super::{Connection, ENGINE};

#[test]
fn what_follows_ddl_is_in_a_transaction_again() {
    run(&ENGINE, albums, async |db| {
        let undone = db.transaction(async |tx| {
            tx.diesel(async |conn: &mut Connection| {
                insert(conn, 1, "committed by DDL").await?;
                let ddl = diesel::sql_query("CREATE TABLE other (id INTEGER)");
                ddl.execute(conn).await?;
                insert(conn, 2, "undone").await
            })
            .await?;
            Err::<(), _>(Error::new(ErrorKind::Refused, "stop"))
        });
        assert_eq!(undone.await.unwrap_err().kind(), ErrorKind::Refused);
        assert_eq!(kept(&db).await?, ["committed by DDL"]);
        Ok(())
    });
}

//! Keys that a new row leaves out.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use noorm::prelude::*;
use noorm_tests::{Engine, run};

use super::{Connection, ENGINE};

diesel::table! {
    list (id) {
        id -> Integer,
        name -> Text,
    }
}

#[derive(diesel::Insertable)]
#[diesel(table_name = list)]
struct NewList {
    id: Option<i32>,
    name: String,
}

fn lists(_: &Engine) -> String {
    "CREATE TABLE list (id INTEGER AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50) NOT NULL)".into()
}

#[test]
fn diesels_defaults_are_numbered_and_a_zero_of_ours_stays() {
    run(&ENGINE, lists, async |db| {
        let named = |name: &str, id: Option<i32>| NewList {
            id,
            name: name.into(),
        };
        let new = [
            named("Long", None),
            named("Short", Some(7)),
            named("None", None),
        ];
        let added = db
            .diesel(async |conn: &mut Connection| {
                let mut added = 0;
                for row in &new {
                    let insert = diesel::insert_into(list::table).values(row);
                    added += insert.execute(conn).await?;
                }
                let both = vec![named("One", None), named("Two", None)];
                let both = diesel::insert_into(list::table).values(both);
                QueryResult::Ok(added + both.execute(conn).await?)
            })
            .await?;
        assert_eq!(added, 5);
        let lists = db.repository("list")?;
        let zero = lists
            .create(record! { "id" => 0, "name" => "Zero" })
            .await?;
        assert_eq!(zero.get::<i64>("id")?, 0);
        let ids: Vec<i64> = lists.query().order_by(["id"]).pluck("id").await?;
        assert_eq!(ids, [0, 1, 7, 8, 9, 10]);
        Ok(())
    });
}

//! Columns that a trigger fills are left out of new rows.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use noorm_tests::{Engine, engines, run};

fn ddl(_: &Engine) -> String {
    include_str!("../../tests/generated/names_mysql.sql").to_owned()
}

macro_rules! filled {
    ($engine:ident $generated:ident) => {
        mod $generated {
            use super::*;
            use noorm_generated::with_diesel::$generated::names as for_diesel;
            use noorm_generated::with_diesel::$generated::names::schema::filled;
            use noorm_generated::$generated::names::{Filled, FilledId, NewFilled};

            #[test]
            fn a_new_row_may_come_without_them() {
                run(&engines::$engine, ddl, async |db| {
                    let rows = db.of::<Filled>()?;
                    let new = NewFilled {
                        id: Some(FilledId("1".to_owned())),
                        ..NewFilled::new("Blue")
                    };
                    // A trigger may give the row another key, by which MySQL would have to read it again.
                    rows.insert_many([new]).await?;
                    let made = rows.query().filter(Filled::TITLE.eq("Blue")).one().await?;
                    assert_eq!(
                        (&*made.id.0, &*made.slug, &*made.title),
                        ("1", "blue", "Blue")
                    );
                    let given = NewFilled {
                        slug: Some("Red".to_owned()),
                        ..NewFilled::new("Rouge")
                    };
                    rows.insert_many([given]).await?;
                    let found = rows.query().filter(Filled::TITLE.eq("Rouge"));
                    let found = found.one().await?;
                    assert_eq!((found.id.0.len(), &*found.slug), (36, "red"));
                    // Diesel writes `DEFAULT` for what is left, which is refused: it has to give them.
                    let new = for_diesel::NewFilled {
                        id: "3".to_owned(),
                        slug: "GREEN".to_owned(),
                        title: "Green".to_owned(),
                    };
                    let slug: String = db
                        .diesel(async move |conn: &mut noorm::mysql::Connection| {
                            diesel::insert_into(filled::table)
                                .values(&new)
                                .execute(conn)
                                .await?;
                            let green = filled::table.filter(filled::title.eq("Green"));
                            green.select(filled::slug).first(conn).await
                        })
                        .await?;
                    assert_eq!(slug, "green");
                    Ok(())
                });
            }
        }
    };
}
filled!(MARIADB mariadb);
filled!(MYSQL mysql);

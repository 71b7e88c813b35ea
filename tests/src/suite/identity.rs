//! Keys that the database numbers, and rows that bring their own.

use crate::{Engine, conformance};
use noorm::prelude::*;
use noorm::schema::Identity;

fn numbered(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE ticket (id $always, code $varchar(20) NOT NULL, twin $int);
         CREATE TABLE stub (id $always, ticket_id $int NOT NULL REFERENCES ticket (id));",
    )
}

conformance! {
    async fn rows_that_bring_their_numbers_are_taken_on_request(db) on numbered {
        let tickets = db.repository("ticket")?;
        let always = tickets.table().column("id").is_some_and(|c| c.identity == Some(Identity::Always));
        let plain = tickets.create(record! { "id" => 70, "code" => "a" }).await;
        if always {
            let problems = plain.unwrap_err().problems().to_vec();
            assert_eq!((problems[0].column.as_str(), problems[0].code), ("id", "identity"));
            assert!(problems[0].message.contains("with_identity_insert"), "{}", problems[0].message);
        } else {
            assert_eq!(plain?.get::<i64>("id")?, 70);
            assert!(tickets.delete(70).await?);
        }

        let given = tickets.clone().with_identity_insert();
        let made = given.create(record! { "id" => 500, "code" => "a" }).await?;
        assert_eq!((made.get::<i64>("id")?, made.get::<String>("code")?), (500, "a".into()));
        let rows = [502, 501].map(|id| record! { "code" => format!("n{id}"), "id" => id });
        let made = given.create_many(rows).await?;
        assert_eq!(made.iter().map(|r| r.get("id")).collect::<Result<Vec<i64>>>()?, [502, 501]);
        assert_eq!(made[0].get::<String>("code")?, "n502");
        assert_eq!(given.insert_many([record! { "id" => 503, "code" => "b" }]).await?, 1);
        let twice = given.create(record! { "id" => 500, "code" => "b" }).await.unwrap_err();
        assert_eq!(twice.kind(), ErrorKind::UniqueViolation);

        // Another table takes its turn, and rows without a number are numbered as ever.
        let stubs = db.repository("stub")?.with_identity_insert();
        assert_eq!(stubs.create(record! { "id" => 9, "ticket_id" => 500 }).await?.get::<i64>("id")?, 9);
        let next = given.create(record! { "code" => "c" }).await?.get::<i64>("id")?;
        assert!(![500, 501, 502, 503].contains(&next), "{next}");
        assert_eq!(tickets.count().await?, 5);
    }

    async fn a_number_stays_what_it_is(db) on numbered
    where (|engine| engine.ddl("$always").to_uppercase().contains("IDENTITY")) {
        let tickets = db.repository("ticket")?.with_identity_insert();
        tickets.create(record! { "id" => 500, "code" => "a" }).await?;
        let refused = tickets.update(500, record! { "id" => 501 }).await.unwrap_err();
        assert_eq!((refused.kind(), refused.problems()[0].code), (ErrorKind::Invalid, "identity"));
        let null = tickets.create(record! { "id" => None::<i64>, "code" => "a" }).await.unwrap_err();
        assert_eq!(null.problems()[0].code, "null");
    }
}

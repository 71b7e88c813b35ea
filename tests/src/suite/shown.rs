//! What `Debug` shows: names of tables and columns, never a value that somebody bound.

use std::fmt::Debug;

use crate::conformance;
use crate::library::library;
use noorm::prelude::*;
use noorm::repository::Changes;

const SECRET: &str = "xyzzyS3cr3t";

#[track_caller]
fn check(shown: &dyn Debug, names: &str) {
    for text in [format!("{shown:?}"), format!("{shown:#?}")] {
        assert!(!text.contains(SECRET), "{text}");
        assert!(text.contains(names), "{text}");
    }
}

conformance! {
    async fn whatever_is_bound_stays_out_of_it(db) on library {
        let authors = db.repository("author")?;
        check(&authors, "author");
        check(&*db, "in_transaction: false");
        let query = authors.query().filter(col("name").eq(SECRET)).order_by(["-name"]);
        check(&query, "limit");
        check(&query.clone().limit(3).to_statement()?, "author");
        check(&Changes::<Record>::new().set("name", SECRET), "name");
        let upsert = authors.on_conflict(["email"]).update(["name"]);
        check(&upsert, "email");
        check(&upsert.clone(), "email");
        check(&db.raw("SELECT 1 WHERE 'a' = :a").bind("a", SECRET), "RawQuery");
        check(&db.call("twice").arg("n", SECRET), "twice");
        let mut record = record! { "name" => SECRET };
        let error = authors.create(record.set("massage", SECRET).clone()).await.unwrap_err();
        check(&error, "create");
        let tx = db.begin().await?;
        check(&tx, "begin");
        check(&**tx, "in_transaction: true");
        tx.rollback().await?;
    }

    async fn a_record_is_what_json_says(db) on library {
        let author = db.repository("author")?.create(record! { "name" => "Ann" }).await?;
        let json = serde_json::to_value(&author).unwrap();
        let read: Record = json.clone().try_into()?;
        assert_eq!(read.get::<String>("name")?, "Ann");
        let text: Record = serde_json::from_value(json).unwrap();
        assert_eq!(text, read);
        let error = Record::try_from(serde_json::json!([1])).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TypeMismatch);
        let error = serde_json::from_str::<Record>("[1]").unwrap_err();
        assert!(error.to_string().contains("expected an object"), "{error}");
    }
}

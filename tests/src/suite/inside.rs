//! Looking into values: JSON documents, arrays, text with words.

use noorm::prelude::*;
use noorm::schema::ColumnType;
use noorm::statement::{JsonPath as _, count};

use crate::{Engine, conformance};

fn documents(engine: &Engine) -> String {
    engine.ddl("CREATE TABLE note (id $int NOT NULL PRIMARY KEY, data $document);")
}

fn tagged(engine: &Engine) -> String {
    match engine.lacks.contains(&"arrays") {
        true => engine.ddl("CREATE TABLE note (id $int NOT NULL PRIMARY KEY, tags $varchar(20));"),
        false => engine.ddl("CREATE TABLE note (id $int NOT NULL PRIMARY KEY, tags text[]);"),
    }
}

fn worded(engine: &Engine) -> String {
    engine.ddl("CREATE $searched;")
}

async fn fill(db: &Database) -> Result<()> {
    let documents = [
        r#"{"name": "Ann", "age": 30, "active": true, "address": {"city": "Rome"}, "tags": ["a", "b"]}"#,
        r#"{"name": "Bob", "age": 9, "active": false, "address": {"city": null}, "tags": []}"#,
        r#"{"na\"me": "odd", "age": 100.5}"#,
    ];
    for (id, document) in (1..).zip(documents) {
        let is_json = db
            .schema()
            .table("note")?
            .column("data")
            .is_some_and(|column| column.column_type == ColumnType::Json);
        let data = match is_json {
            true => Value::Json(document.into()),
            false => document.into(),
        };
        db.repository("note")?
            .insert_many([record! { "id" => id, "data" => data }])
            .await?;
    }
    db.repository("note")?
        .insert_many([record! { "id" => 4 }])
        .await?;
    Ok(())
}

conformance! {
    async fn documents_are_looked_into(db) on documents needs "json_paths" {
        fill(&db).await?;
        let ids = async |filter| {
            let notes = db.repository("note")?.query().filter(filter).order_by(["id"]);
            notes.pluck::<i64>("id").await
        };
        let data = col("data");
        assert_eq!(ids(data.json_text(["name"]).eq("Ann")).await?, [1]);
        assert_eq!(ids(data.json_text(["address", "city"]).eq("Rome")).await?, [1]);
        // As a number, not as text.
        assert_eq!(ids(data.json_int(["age"]).lt(20) & col("id").le(2)).await?, [2]);
        assert_eq!(ids(data.json_float(["age"]).gt(50.25)).await?, [3]);
        assert_eq!(ids(data.json_bool(["active"]).eq(true)).await?, [1]);
        assert_eq!(ids(data.json_bool(["active"]).eq(false)).await?, [2]);
        assert_eq!(ids(data.json_text(("tags", 1)).eq("b")).await?, [1]);
        assert_eq!(ids(data.json_text(["na\"me"]).eq("odd")).await?, [3]);
        // A JSON null is NULL, and so is what isn't there.
        assert_eq!(ids(data.json_text(["address", "city"]).is_null()).await?, [2, 3, 4]);
        let all: Vec<(i64, Option<String>, Option<String>)> = db
            .repository("note")?
            .query()
            .filter(col("id").le(2))
            .order_by(["id"])
            .values(("id", data.json_text(["active"]), data.json_text(["age"])))
            .await?;
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(all, [(1, text("true"), text("30")), (2, text("false"), text("9"))]);
        assert_eq!(("a", 0).into_path().len(), 2);
        let active = || data.json_text(["active"]).named("active");
        let by_place: Vec<(Option<String>, i64)> =
            db.repository("note")?.query().group_by((active(),)).order_by(["-count"]).values((active(), count())).await?;
        assert_eq!(by_place.first(), Some(&(None, 2)));
        assert_eq!(by_place.len(), 3);
        let wrong = ids(data.json_text(Vec::<&str>::new()).eq("x")).await.unwrap_err();
        assert_eq!(wrong.kind(), ErrorKind::InvalidStatement);
    }

    async fn arrays_are_looked_into(db) on tagged needs "arrays" {
        let notes = db.repository("note")?;
        if db.capabilities().arrays {
            for (id, tags) in [(1, vec!["new", "cheap"]), (2, vec!["new"]), (3, vec![])] {
                let tags: Vec<String> = tags.into_iter().map(Into::into).collect();
                notes.insert_many([record! { "id" => id, "tags" => tags }]).await?;
            }
            let error = notes.query().filter(col("id").has(1)).all().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TypeMismatch);
        }
        let ids = async |filter| notes.query().filter(filter).order_by(["id"]).pluck::<i64>("id").await;
        assert_eq!(ids(col("tags").has("new")).await?, [1, 2]);
        assert_eq!(ids(col("tags").has_all(["new", "cheap"])).await?, [1]);
        assert_eq!(ids(col("tags").has_any(["cheap", "old"])).await?, [1]);
        assert_eq!(ids(!col("tags").has("new")).await?, [3]);
    }

    async fn text_is_searched_for_words(db) on worded needs "full_text" {
        let notes = db.repository("note")?;
        let bodies = ["Our databases keep what you write", "Gardens need water", "He writes databases in gardens"];
        let records = (1..).zip(bodies).map(|(id, body)| record! { "id" => id, "body" => body });
        notes.insert_many(records).await?;
        let found = notes.query().filter(col("body").search("databases")).order_by(["id"]);
        assert_eq!(found.pluck::<i64>("id").await?, [1, 3]);
        assert_eq!(notes.query().filter(col("body").search("nothing")).count().await?, 0);
        // In natural language, one of the words will do.
        let found = if db.engine().name == "mysql" || db.engine().name == "mariadb" { 3 } else { 1 };
        let both = notes.query().filter(col("body").search("Gardens  databases"));
        assert_eq!(both.count().await?, found);
        // What means something in a language of searches is an error in none.
        let odd = ["", "\"", "water AND", "NEAR water", "*", "**", "body:water", "-water", "+-(water)*", "@5", "\"water", "~<>"];
        for odd in odd {
            assert!(notes.query().filter(col("body").search(odd)).count().await? <= 3, "{odd}");
        }
    }

    async fn only_what_is_made_for_it_is_searched(db) on documents where (|engine| engine.name == "sqlite") {
        let error = db.repository("note")?.query().filter(col("data").search("x")).all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().ends_with("the capability `full_text`"), "{error}");
    }
}

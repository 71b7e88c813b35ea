//! Values of every type in documents: what `json` loads is what `batch` loads.

use noorm::executor::Slot;
use noorm::prelude::*;
use noorm::relation::{Declaration, RelationConfig, rel};

use super::natives::{natives, written};
use crate::probe::Probe;
use crate::{Engine, TestDatabase, conformance};

/// Connects with a relation of the table to its own rows.
async fn mirrored(db: &TestDatabase, table: &str) -> (Database, Probe) {
    let itself = Declaration::new(table, "itself").columns(["id"]);
    let config = RelationConfig::new().declare(itself.has_many(table, ["id"]));
    let probe = Probe::new(Slot::Trace);
    let layer = probe.clone();
    let db = db.again(|builder| builder.relations(config).layer(layer));
    (db.await, probe)
}

/// The values of a column, in a way.
async fn values(db: &Database, table: &str, column: &str, way: &str) -> Result<String> {
    let rows = rel("itself").by(way.to_owned()).select([column]);
    let rows = db
        .repository(table)?
        .query()
        .order_by(["id"])
        .with(rows)
        .all()
        .await?;
    let rows = rows
        .iter()
        .map(|row| Ok(row.many("itself")?[0].value(column).cloned()));
    // Texts tell a zero below zero from one above it, and two that are no numbers aren't unlike.
    Ok(format!("{:?}", rows.collect::<Result<Vec<_>>>()?))
}

fn floats(engine: &Engine) -> String {
    engine.ddl("CREATE TABLE reading (id $int NOT NULL PRIMARY KEY, far $float, near $real);")
}

/// Truths that may be any number.
fn flags(engine: &Engine) -> String {
    engine.ddl("CREATE TABLE flag (id $int NOT NULL PRIMARY KEY, up $bool);")
}

/// Whether a column of truths keeps any number.
fn counts_truths(engine: &Engine) -> bool {
    let counts = matches!(engine.name, "sqlite" | "own" | "mysql" | "mariadb");
    counts && has_documents(engine)
}

/// Levels that are told by numbers of the type that stands for truths elsewhere.
fn levels(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE level (code tinyint(1) NOT NULL PRIMARY KEY, name $varchar(20) NOT NULL);
         CREATE TABLE step (id $int NOT NULL PRIMARY KEY, level_code tinyint(1) NOT NULL,
             FOREIGN KEY (level_code) REFERENCES level (code));",
    )
}

fn has_documents(engine: &Engine) -> bool {
    !engine.lacks.contains(&"json_rows")
}

conformance! {
    async fn every_type_travels_whole_or_in_another_way(db) on natives where (has_documents) {
        let types = db.engine().natives.values;
        for round in 0..types.iter().map(|(_, literals)| literals.len()).max().unwrap_or(0) {
            written(&db, round).await?;
        }
        let (mirror, probe) = mirrored(&db, "natives").await;
        let db = (mirror, db);
        let (mut wrong, mut travelled) = (Vec::new(), 0);
        for (at, (of, _)) in types.iter().enumerate() {
            let column = format!("c{at}");
            let expected = values(&db.0, "natives", &column, "batch").await?;
            let _ = probe.requests();
            match values(&db.0, "natives", &column, "json").await {
                Ok(found) if found == expected => travelled += usize::from(probe.requests().len() == 1),
                Ok(found) => wrong.push(format!("{of}: {found:?} was {expected:?}")),
                Err(error) => wrong.push(format!("{of}: {error}")),
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(travelled * 2 > types.len(), "{travelled} of {} types", types.len());
    }

    async fn floats_keep_every_bit(db) on floats where (has_documents) {
        let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
        let mut readings = Vec::new();
        while readings.len() < 500 {
            bits = bits.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            let far = f64::from_bits(bits);
            let near = f32::from_bits(u32::try_from(bits >> 32).unwrap_or(0));
            if far.is_normal() && near.is_normal() {
                let id = i64::try_from(readings.len()).unwrap_or(0);
                readings.push(record! { "id" => id, "far" => far, "near" => near });
            }
        }
        let db = (mirrored(&db, "reading").await.0, db);
        db.0.repository("reading")?.insert_many(readings).await?;
        for column in ["far", "near"] {
            let expected = values(&db.0, "reading", column, "batch").await?;
            assert_eq!(values(&db.0, "reading", column, "json").await?, expected);
        }
    }

    async fn a_number_among_truths_stays_one(db) on flags where (counts_truths) {
        for (id, up) in [(1, "0"), (2, "1"), (3, "2"), (4, "-1"), (5, "NULL")] {
            db.raw(format!("INSERT INTO flag (id, up) VALUES ({id}, {up})")).await?;
        }
        let db = (mirrored(&db, "flag").await.0, db);
        let expected = "[Some(Bool(false)), Some(Bool(true)), Some(I64(2)), Some(I64(-1)), Some(Null)]";
        for way in ["batch", "json"] {
            assert_eq!(values(&db.0, "flag", "up", way).await?, expected, "{way}");
        }
    }

    async fn keys_of_the_type_of_truths_are_numbers(db) on levels where (|engine| matches!(engine.name, "mysql" | "mariadb")) {
        let levels = db.repository("level")?;
        let codes = [0, 1, 2, -7].map(|code| record! { "code" => code, "name" => format!("l{code}") });
        levels.insert_many(codes).await?;
        let steps = [(1, 2), (2, 2), (3, 0), (4, -7)];
        let steps = steps.map(|(id, code)| record! { "id" => id, "level_code" => code });
        db.repository("step")?.insert_many(steps).await?;
        for way in ["batch", "json", "join"] {
            let steps = db.repository("step")?.query().order_by(["id"]).with(rel("level").by(way)).all().await?;
            let names = steps.iter().map(|step| step.one("level")?.map(|level| level.get("name")).transpose());
            let names: Vec<Option<String>> = names.collect::<Result<_>>()?;
            assert_eq!(names, ["l2", "l2", "l0", "l-7"].map(|name| Some(name.to_owned())), "{way}");
        }
        let many = levels.query().order_by(["code"]).with(rel("steps").by("batch")).all().await?;
        let counts: Vec<usize> = many.iter().map(|level| level.many("steps").map(<[_]>::len)).collect::<Result<_>>()?;
        assert_eq!(counts, [1, 1, 0, 2]);
        assert_eq!(levels.get(2).await?.value("code"), Some(&Value::I64(2)));
        assert_eq!(levels.holders(2).await?[0].count, 2);
        assert_eq!(levels.delete_cascade(2).await?.values().sum::<u64>(), 3);
        assert_eq!(db.repository("step")?.count().await?, 2);
    }
}

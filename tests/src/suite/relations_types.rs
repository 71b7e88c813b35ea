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
}

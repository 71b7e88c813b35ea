//! So many rows at once that dialects write them in ways of their own.

use noorm::prelude::*;

use crate::{Engine, conformance};

fn parcels(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE parcel (id $int NOT NULL PRIMARY KEY, label $varchar(40) NOT NULL, weight decimal(10, 2),
             CONSTRAINT parcel_label UNIQUE (label));
         CREATE TABLE node (id $int NOT NULL PRIMARY KEY, above $int, FOREIGN KEY (above) REFERENCES node (id));",
    )
}

fn parcel(id: i64, label: i64) -> Record {
    let weight = (id % 3 > 0).then(|| format!("-{id}.25"));
    record! { "id" => id, "label" => format!("parcel {label}"), "weight" => weight }
}

conformance! {
    async fn many_rows_are_added_and_given_back_in_their_order(db) on parcels {
        let parcels = db.repository("parcel")?;
        let created = parcels.create_many((1..=50).map(|id| parcel(id, id))).await?;
        let ids = created.iter().map(|row| row.get::<i64>("id"));
        assert_eq!(ids.collect::<Result<Vec<_>>>()?, (1..=50).collect::<Vec<_>>());
        // Of more rows than one statement takes.
        assert_eq!(parcels.insert_many((51..=2_050).map(|id| parcel(id, id))).await?, 2_000);
        assert_eq!(parcels.count().await?, 2_050);
        let found = parcels.get(1_999).await?;
        assert_eq!(found.get::<String>("label")?, "parcel 1999");
        assert_eq!(found.value("weight").and_then(Value::to_text).as_deref(), Some("-1999.25"));
        assert_eq!(parcels.get(3).await?.value("weight"), Some(&Value::Null));
    }

    async fn one_row_that_is_refused_undoes_all(db) on parcels {
        let parcels = db.repository("parcel")?;
        parcels.create(parcel(1, 1)).await?;
        // The last but one has the label of the row that is there.
        let clash = || (2..=41).map(|id| parcel(id, if id == 40 { 1 } else { id }));
        let error = parcels.insert_many(clash()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation, "{error}");
        assert_eq!(parcels.count().await?, 1);
        // In a transaction that goes on, a savepoint undoes them.
        let kept = db.transaction(async |tx| {
            let parcels = tx.repository("parcel")?;
            parcels.create(parcel(100, 100)).await?;
            let inner = tx.transaction(async |inner| inner.repository("parcel")?.insert_many(clash()).await).await;
            assert_eq!(inner.unwrap_err().kind(), ErrorKind::UniqueViolation);
            parcels.insert_many((101..=140).map(|id| parcel(id, id))).await
        });
        assert_eq!(kept.await?, 40);
        assert_eq!(parcels.count().await?, 42);
    }

    async fn rows_of_one_statement_may_refer_to_each_other(db) on parcels {
        let nodes = (1..=30).map(|id| record! { "id" => id, "above" => (id < 30).then_some(id + 1) });
        let added = db.repository("node")?.insert_many(nodes).await;
        // MySQL and MariaDB look at each row by itself.
        match db.dialect() {
            "mysql" => assert_eq!(added.unwrap_err().kind(), ErrorKind::ForeignKeyViolation),
            _ => assert_eq!(added?, 30),
        }
    }
}

//! Functions and procedures of the database, called by their names.

use noorm::executor::Row;
use noorm::prelude::*;

use crate::{Engine, conformance};

fn orders(engine: &Engine) -> String {
    let line = engine.ddl("CREATE TABLE order_line (order_id $int, quantity $int);\n");
    line + engine.sql.routines
}

struct Line {
    quantity: i64,
}

impl FromRow for Line {
    fn columns() -> Option<&'static [&'static str]> {
        Some(&["quantity"])
    }

    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            quantity: row.take(0)?,
        })
    }
}

conformance! {
    async fn routines_are_called_by_their_names(db) on orders needs "routines" {
        assert_eq!(db.call("twice").arg("n", 21).value::<i64>().await?, 42);
        assert_eq!(db.call("TWICE").args([4]).value::<Option<i64>>().await?, Some(8));
        assert_eq!(db.call("twice").arg("n", None::<i64>).value::<Option<i64>>().await?, None);
        for quantity in [3, 5] {
            db.call("add_line").arg("quantity", quantity).arg("order_id", 7).await?;
        }
        db.call("add_line").args([8, 9]).run().await?;
        assert_eq!(db.repository("order_line")?.count().await?, 3);
        let lines = db.call("lines_of").arg("wanted", 7).all().await?;
        let orders = lines.iter().map(|line| line.get::<i64>("order_id"));
        assert_eq!(orders.collect::<Result<Vec<_>>>()?, [7, 7]);
        let mut quantities: Vec<i64> = (db.call("lines_of").args([7]).of::<Line>().all().await?)
            .into_iter().map(|line| line.quantity).collect();
        quantities.sort_unstable();
        assert_eq!(quantities, [3, 5]);
        assert_eq!(db.call("lines_of").args([8]).of::<Line>().one().await?.quantity, 9);
        assert!(db.call("lines_of").args([9]).first().await?.is_none());
        // Calls take part in transactions.
        let undone: Result<()> = db.transaction(async |tx| {
            tx.call("add_line").args([10, 1]).await?;
            Err(Error::new(ErrorKind::Refused, "undone"))
        }).await;
        assert_eq!(undone.unwrap_err().kind(), ErrorKind::Refused);
        assert_eq!(db.repository("order_line")?.count().await?, 3);
    }

    async fn arguments_are_held_against_the_parameters(db) on orders needs "routines" {
        assert_eq!(db.call("twice").arg("n", 1).value::<i64>().await?, 2);
        let kinds = [
            (db.call("twise").args([1]), ErrorKind::UnknownRoutine, "twice"),
            (db.call("twice").arg("m", 1), ErrorKind::InvalidStatement, "`m`"),
            (db.call("add_line").arg("quantty", 1).arg("order_id", 1), ErrorKind::InvalidStatement, "did you mean `quantity`?"),
            (db.call("add_line").args([1, 2, 3]), ErrorKind::InvalidStatement, "takes 2 arguments, not 3"),
            (db.call("add_line").args([1]).arg("order_id", 2), ErrorKind::InvalidStatement, "`order_id` twice"),
        ];
        for (call, kind, words) in kinds {
            let error = call.await.unwrap_err();
            assert_eq!(error.kind(), kind, "{error}");
            assert!(error.to_string().contains(words), "{error}");
            assert!(error.help().is_some(), "{error}");
        }
        if db.capabilities().routine_defaults {
            let error = db.call("add_line").arg("order_id", 1).await.unwrap_err();
            assert!(error.message().contains("needs the argument `quantity`"), "{error}");
            assert!(error.help().is_some_and(|help| help.contains("add_line(order_id bigint")), "{error}");
        } else {
            // The server tells.
            assert!(db.call("add_line").arg("order_id", 1).await.is_err());
        }
        assert_eq!(db.repository("order_line")?.count().await?, 0);
    }

    async fn parameters_give_values(db) on orders where (|engine| !engine.lacks.contains(&"routines"))
    needs "output_parameters" {
        for quantity in [3, 5] {
            db.call("add_line").args([7, quantity]).await?;
        }
        assert_eq!(db.call("count_lines").arg("wanted", 7).value::<i64>().await?, 2);
        let counted = db.call("count_lines").args([8]).one().await?;
        assert_eq!(counted.get::<i64>("found")?, 0);
        assert_eq!(db.call("double_it").arg("n", 21).value::<i64>().await?, 42);
        assert_eq!(db.call("double_it").arg("n", None::<i64>).value::<Option<i64>>().await?, None);
    }
}

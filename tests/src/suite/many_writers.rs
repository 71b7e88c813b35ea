//! Thirty-two writers to one table, from two pools: nobody hears of a lock.

use futures_util::future::try_join_all;
use noorm::executor::PoolOptions;
use noorm::prelude::*;

use crate::conformance;
use crate::writers::write_much;

pub(super) use crate::writers::notes_and_sums;

conformance! {
    async fn nobody_is_turned_down(db) on notes_and_sums {
        let pool = || PoolOptions::default().max_size(16);
        let (one, two) = (db.again(|b| b.pool(pool())).await, db.again(|b| b.pool(pool())).await);
        db.repository("sum")?.create(record! { "id" => 1, "total" => 0 }).await?;
        let writers = (0..32).map(|writer| {
            let db = if writer % 2 == 0 { one.clone() } else { two.clone() };
            let work = tokio::spawn(async move { write_much(&db, writer).await });
            async { work.await.expect("no panic") }
        });
        let written: i64 = try_join_all(writers.collect::<Vec<_>>()).await?.into_iter().sum();
        assert_eq!(db.repository("note")?.count().await?, u64::try_from(written).expect("a count"));
        assert_eq!(db.repository("sum")?.get(1).await?.get::<i64>("total")?, written);
    }
}

//! What is loaded at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use noorm::BoxFuture;
use noorm::executor::{Layer, Next, Outcome, Request, Slot};
use noorm::prelude::*;

use super::relations_asked::{loose, loose_relations};
use crate::conformance;

/// A layer that counts how many statements are on their way at the same time. Clones share the count.
#[derive(Clone, Default)]
struct Crowd(Arc<[AtomicUsize; 2]>);

impl Crowd {
    /// The largest number so far, which is forgotten.
    fn largest(&self) -> usize {
        self.0[1].swap(0, Ordering::Relaxed)
    }
}

impl Layer for Crowd {
    fn name(&self) -> &str {
        "crowd"
    }

    fn slot(&self) -> Slot {
        Slot::Trace
    }

    fn run<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            let [now, largest] = &*self.0;
            largest.fetch_max(now.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
            // Whoever is to run beside it has been asked to by then.
            tokio::task::yield_now().await;
            let outcome = next.run(request).await;
            now.fetch_sub(1, Ordering::Relaxed);
            outcome
        })
    }
}

conformance! {
    async fn what_is_apart_runs_at_the_same_time_but_in_a_transaction(db) on loose {
        let cells = (0..1_200_i64).map(|n| record! { "room" => n / 40, "place" => n % 40, "weight" => n });
        db.repository("cell")?.insert_many(cells.collect::<Vec<_>>()).await?;
        let things = (0..1_200_i64).map(|n| record! { "id" => n, "room" => n / 40, "place" => n % 40 });
        db.repository("thing")?.insert_many(things.collect::<Vec<_>>()).await?;
        let nodes = [record! { "id" => 1, "code" => "a" }, record! { "id" => 2, "parent_id" => 1, "code" => "a" }];
        db.repository("node")?.insert_many(nodes).await?;
        let crowd = Crowd::default();
        let db = db.again(|builder| builder.layer(crowd.clone()).relations(loose_relations())).await;
        let is_remote = !matches!(db.dialect(), "sqlite" | "own");
        let wanted = |portions| if is_remote { portions } else { 1 };
        // Portions of the keys of one relation.
        let things = || db.repository("thing").map(|things| things.query().with("cell"));
        assert_eq!(things()?.all().await?.len(), 1_200);
        assert_eq!(crowd.largest(), wanted(3));
        // Relations beside each other.
        let nodes = || db.repository("node").map(|nodes| nodes.query().with("parent").with("children"));
        assert_eq!(nodes()?.all().await?.len(), 2);
        assert_eq!(crowd.largest(), wanted(2));
        // All on the connection of the transaction.
        db.transaction(async |tx| {
            tx.repository("thing")?.query().with("cell").all().await?;
            tx.repository("node")?.query().with("parent").with("children").all().await
        })
        .await?;
        assert_eq!(crowd.largest(), 1);
    }
}

//! The batch strategy: one statement for all parents.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::{Ask, Family};
use crate::BoxFuture;
use crate::error::Result;
use crate::plugin::RelationLoader;
use crate::relation::Keys;

/// Loads the rows at the other end of a relation in one statement for all parents, whatever their number: keys of one
/// column travel as one list, or as a range where they are whole numbers that leave none out between them, nothing else is
/// asked of the rows, and the database is quicker so
/// ([`Capabilities::keys_as_range`](crate::sql::Capabilities::keys_as_range)). Keys of several columns take a statement
/// for each 500 of them, some of which run at the same time, outside of a transaction.
///
/// It can load every relation, and is what is taken where nothing else is better.
#[derive(Debug, Clone, Copy, Default)]
pub struct Batch;

/// How many statements of one relation run at the same time, each on a connection of its own.
const AT_ONCE: usize = 4;

crate::register_relation_loader!("batch", Batch);

impl RelationLoader for Batch {
    fn name(&self) -> &'static str {
        "batch"
    }

    fn load<'a>(&'a self, ask: &'a Ask, parents: &'a Keys) -> BoxFuture<'a, Result<Family>> {
        Box::pin(async move {
            let at_once = match ask.runs_beside_others() {
                true => AT_ONCE,
                false => 1,
            };
            let runs = ask.portions(parents).into_iter();
            let runs = stream::iter(runs.map(|portion| ask.run(portion)));
            let found = runs.buffered(at_once).try_collect().await?;
            ask.family(found, parents).await
        })
    }
}

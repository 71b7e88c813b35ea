//! The batch strategy: one statement for all parents.

use super::{Ask, Family};
use crate::BoxFuture;
use crate::error::Result;
use crate::plugin::RelationLoader;
use crate::relation::Keys;

/// Loads the rows at the other end of a relation in one statement for all parents, whatever their number: keys of one
/// column travel as one list. Keys of several columns take a statement for each 500 of them.
///
/// It can load every relation, and is what is taken where nothing else is better.
#[derive(Debug, Clone, Copy, Default)]
pub struct Batch;

crate::register_relation_loader!("batch", Batch);

impl RelationLoader for Batch {
    fn name(&self) -> &'static str {
        "batch"
    }

    fn load<'a>(&'a self, ask: &'a Ask, parents: &'a Keys) -> BoxFuture<'a, Result<Family>> {
        Box::pin(async move {
            let mut found = Vec::new();
            for portion in ask.portions(parents) {
                found.push(ask.run(portion).await?);
            }
            ask.family(found, parents).await
        })
    }
}

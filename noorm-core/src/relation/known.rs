//! The relations of a database, worked out once for each schema.

use std::sync::Arc;

use arc_swap::ArcSwapOption;

use super::RelationGraph;
use crate::schema::Schema;

/// The graph of the schema that it was last asked for.
#[derive(Debug, Default)]
pub(crate) struct Relations {
    known: ArcSwapOption<Known>,
}

#[derive(Debug)]
struct Known {
    schema: Arc<Schema>,
    graph: Arc<RelationGraph>,
}

impl Relations {
    /// The relations in `schema`.
    pub(crate) fn of(&self, schema: &Arc<Schema>) -> Arc<RelationGraph> {
        if let Some(known) = &*self.known.load()
            && Arc::ptr_eq(&known.schema, schema)
        {
            return Arc::clone(&known.graph);
        }
        let graph = Arc::new(RelationGraph::of(schema));
        // Another task may have been first; the graphs are the same.
        self.known.store(Some(Arc::new(Known {
            schema: Arc::clone(schema),
            graph: Arc::clone(&graph),
        })));
        graph
    }
}

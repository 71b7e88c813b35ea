//! The relations of a database, worked out once for each schema.

use std::sync::Arc;

use arc_swap::ArcSwapOption;

use super::{RelationConfig, RelationGraph, RelationWarning};
use crate::error::Result;
use crate::schema::Schema;

/// The graph of the schema that it was last asked for.
#[derive(Debug, Default)]
pub(crate) struct Relations {
    config: RelationConfig,
    known: ArcSwapOption<Known>,
}

#[derive(Debug)]
struct Known {
    schema: Arc<Schema>,
    graph: Arc<RelationGraph>,
}

impl Relations {
    /// Those of `schema`, with what `config` says about them.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) lists every entry that doesn't fit.
    pub(crate) fn new(config: RelationConfig, schema: &Arc<Schema>) -> Result<Self> {
        let relations = Self {
            config,
            known: ArcSwapOption::empty(),
        };
        if relations.config != RelationConfig::default() {
            let graph = RelationGraph::with(schema, &relations.config)?;
            relations.keep(schema, &Arc::new(graph));
        }
        Ok(relations)
    }

    /// The relations in `schema`.
    pub(crate) fn of(&self, schema: &Arc<Schema>) -> Arc<RelationGraph> {
        if let Some(known) = &*self.known.load()
            && Arc::ptr_eq(&known.schema, schema)
        {
            return Arc::clone(&known.graph);
        }
        // Of a database that has changed meanwhile, what doesn't fit any more is left out and told.
        let (mut graph, misfits) = RelationGraph::build(schema, &self.config);
        graph
            .notes
            .extend(misfits.iter().map(RelationWarning::of_misfit));
        let graph = Arc::new(graph);
        // Another task may have been first; the graphs are the same.
        self.keep(schema, &graph);
        graph
    }

    fn keep(&self, schema: &Arc<Schema>, graph: &Arc<RelationGraph>) {
        self.known.store(Some(Arc::new(Known {
            schema: Arc::clone(schema),
            graph: Arc::clone(graph),
        })));
    }
}

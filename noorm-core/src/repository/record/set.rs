//! The records of one result set, which know each other.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use crate::database::Origin;
use crate::executor::Rows;
use crate::relation::Children;
use crate::repository::Record;

/// What is loaded of a relation when it is asked for, once.
pub(crate) type LazyChildren = Arc<OnceCell<Arc<Children<Record>>>>;

/// What was loaded of a relation by way of one database, or transaction.
struct LazyOf {
    relation: Arc<str>,
    origin: Origin,
    children: LazyChildren,
}

/// Rows, and what was loaded of their relations since.
#[derive(Default)]
pub(crate) struct RecordSet {
    pub(crate) rows: Rows,
    lazy: Mutex<Vec<LazyOf>>,
}

impl RecordSet {
    pub(crate) fn new(rows: Rows) -> Self {
        Self {
            rows,
            lazy: Mutex::default(),
        }
    }

    /// The place of a relation's rows, empty where nobody asked for them yet.
    ///
    /// What a transaction sees is its own, and what another database has is another's.
    pub(crate) fn lazy(&self, relation: &Arc<str>, origin: &Origin) -> LazyChildren {
        let mut lazy = self.lazy.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lazy
            .iter()
            .find(|known| known.relation == *relation && known.origin == *origin);
        if let Some(known) = known {
            return Arc::clone(&known.children);
        }
        let children = LazyChildren::default();
        lazy.push(LazyOf {
            relation: Arc::clone(relation),
            origin: origin.clone(),
            children: Arc::clone(&children),
        });
        children
    }
}

impl fmt::Debug for RecordSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rows.fmt(f)
    }
}

//! The records of one result set, which know each other.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use crate::executor::Rows;
use crate::relation::Children;
use crate::repository::Record;

/// What is loaded of a relation when it is asked for, once.
pub(crate) type LazyChildren = Arc<OnceCell<Arc<Children<Record>>>>;

/// Rows, and what was loaded of their relations since.
#[derive(Default)]
pub(crate) struct RecordSet {
    pub(crate) rows: Rows,
    lazy: Mutex<HashMap<Arc<str>, LazyChildren>>,
}

impl RecordSet {
    pub(crate) fn new(rows: Rows) -> Self {
        Self {
            rows,
            lazy: Mutex::default(),
        }
    }

    /// The place of a relation's rows, empty where nobody asked for them yet.
    pub(crate) fn lazy(&self, relation: &Arc<str>) -> LazyChildren {
        let mut lazy = self.lazy.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lazy.entry(Arc::clone(relation)).or_default())
    }
}

impl fmt::Debug for RecordSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rows.fmt(f)
    }
}

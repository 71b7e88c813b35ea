//! By way of what rows were read: what a transaction saw isn't what is there outside of it.

use std::sync::{Arc, Weak};

use super::{Database, Shared};
use crate::executor::TransactionExecutor;

/// Which database, or which transaction of it, something was read by way of; without holding it.
#[derive(Clone)]
pub(crate) struct Origin {
    database: Weak<Shared>,
    transaction: Option<Weak<dyn TransactionExecutor>>,
}

impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        let same = match (&self.transaction, &other.transaction) {
            (None, None) => true,
            (Some(one), Some(two)) => std::ptr::addr_eq(one.as_ptr(), two.as_ptr()),
            _ => false,
        };
        same && self.database.ptr_eq(&other.database)
    }
}

impl Database {
    /// Tells what is read by way of this from what is read by way of another.
    pub(crate) fn origin(&self) -> Origin {
        let transaction = self.transaction.as_ref();
        Origin {
            database: Arc::downgrade(&self.shared),
            transaction: transaction.map(|open| Arc::downgrade(&open.executor)),
        }
    }
}

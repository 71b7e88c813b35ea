//! Connections on loan from the pool.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bb8::PooledConnection;

use super::Pool;
use super::health::{Birth, copy};
use super::manager::Manager;
use crate::error::{Error, ErrorKind, Result};
use crate::executor::{Connection, Connector};

/// A connection, and what the engine knows of the state it is in.
pub(in crate::executor) struct Pooled<C> {
    pub(in crate::executor) connection: C,
    /// Set while a statement runs; still set afterwards, its future was dropped half-way.
    pub(in crate::executor) busy: bool,
    /// Whether a transaction is open on it.
    pub(in crate::executor) in_transaction: bool,
    /// Whether a cursor is open on it.
    pub(in crate::executor) cursor: bool,
    /// The pool's when it was made, or was last of use.
    pub(super) generation: u64,
    /// Dropped last: it says that the connection is gone.
    pub(super) _birth: Birth,
}

impl<C: Connection> Pooled<C> {
    pub(super) fn is_clean(&self) -> bool {
        !self.busy && !self.in_transaction && !self.cursor && !self.connection.is_broken()
    }
}

pub(super) type Idle<C> = PooledConnection<'static, Manager<C>>;

/// A connection on loan. Dropped, it goes back into the pool if it is clean, else it is closed.
pub(in crate::executor) struct Lease<C: Connector> {
    pub(super) pooled: Option<Idle<C>>,
    pub(super) pool: Arc<Pool<C>>,
}

impl<C: Connector> Lease<C> {
    pub(in crate::executor) fn get(&mut self) -> Result<&mut Pooled<C::Connection>> {
        self.pooled
            .as_deref_mut()
            .map(|pooled| &mut **pooled)
            .ok_or_else(|| Error::new(ErrorKind::Internal, "the connection was given back already"))
    }

    /// Notes that the connection broke, if this says so, and suspects everything that is as old.
    pub(in crate::executor) fn noted<T>(&mut self, done: Result<T>) -> Result<T> {
        if let (Err(error), Some(pooled)) = (&done, &self.pooled)
            && error.kind() == ErrorKind::ConnectionLost
        {
            self.pool.health.note(copy(error));
            let next = pooled.generation.saturating_add(1);
            self.pool.generation.fetch_max(next, Ordering::Relaxed);
        }
        done
    }

    fn give_back(&mut self) {
        let Some(mut pooled) = self.pooled.take() else {
            return;
        };
        let _runtime = self.pool.runtime.enter();
        if pooled.busy || pooled.cursor {
            pooled.connection.abort();
        }
        if pooled.is_clean() {
            pooled.generation = self.pool.generation.load(Ordering::Relaxed);
        }
        drop(pooled);
    }
}

impl<C: Connector> Drop for Lease<C> {
    fn drop(&mut self) {
        self.give_back();
        self.pool.turns.add_permits(1);
    }
}

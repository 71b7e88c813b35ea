//! Makes connections for bb8, and tells it which are to be kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bb8::ManageConnection;
use tokio::time::timeout;

use super::health::Health;
use super::lease::Pooled;
use crate::error::{Error, ErrorKind, Result};
use crate::executor::Connector;

pub(in crate::executor) struct Manager<C> {
    pub(super) connector: Arc<C>,
    pub(super) timeout: Duration,
    pub(super) generation: Arc<AtomicU64>,
    pub(super) health: Health,
}

impl<C: Connector> ManageConnection for Manager<C> {
    /// In a box: bb8 moves it about.
    type Connection = Box<Pooled<C::Connection>>;
    type Error = Error;

    async fn connect(&self) -> Result<Self::Connection> {
        let generation = self.generation.load(Ordering::Relaxed);
        self.health.check_open()?;
        let connection = match timeout(self.timeout, self.connector.connect()).await {
            Ok(connection) => connection?,
            Err(_) => {
                return Err(Error::new(
                    ErrorKind::ConnectTimeout,
                    format!("no connection was made within {:?}", self.timeout),
                )
                .with_help("check the host, the port and any firewall between"));
            }
        };
        let birth = self.health.born();
        // Whoever closes the pool either is seen here, or sees the birth.
        self.health.check_open()?;
        Ok(Box::new(Pooled {
            connection,
            busy: false,
            in_transaction: false,
            cursor: false,
            generation,
            _birth: birth,
        }))
    }

    async fn is_valid(&self, pooled: &mut Self::Connection) -> Result<()> {
        match pooled.is_clean() {
            true => Ok(()),
            false => Err(Error::new(
                ErrorKind::ConnectionLost,
                "the connection broke",
            )),
        }
    }

    fn has_broken(&self, pooled: &mut Self::Connection) -> bool {
        let is_old = pooled.generation < self.generation.load(Ordering::Relaxed);
        is_old || !pooled.is_clean() || self.health.is_closed()
    }
}

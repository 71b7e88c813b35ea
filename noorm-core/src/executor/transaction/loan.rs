//! A transaction's connection while code of the caller's own has it.

use super::shared::{Shared, Turn};
use crate::error::{Error, ErrorKind, Result};
use crate::executor::Lent;
use crate::executor::connection::Connector;
use crate::executor::lend::Lender;
use crate::executor::pool::Lease;

/// The connection on loan. It doesn't keep its turn: whoever comes meanwhile is told so, and doesn't
/// wait for a closure that may be waiting for it.
pub(super) struct OnLoan<'a, C: Connector> {
    shared: &'a Shared<C>,
    loan: u64,
    /// Gone once it went back.
    lease: Option<Lease<C>>,
}

impl<'a, C: Connector> OnLoan<'a, C> {
    pub(super) fn of(shared: &'a Shared<C>, turn: &mut Turn<'_, C>) -> Result<Self> {
        turn.usable()?.lent()?;
        let lease = turn.take();
        let loan = shared.desk().lent();
        Ok(Self {
            shared,
            loan,
            lease,
        })
    }
}

impl<C: Connector> Lender for OnLoan<'_, C> {
    fn lent(&mut self) -> Result<(Lent<'_>, &mut bool)> {
        let gone = || Error::new(ErrorKind::Internal, "a connection was lent that is gone");
        self.lease.as_mut().ok_or_else(gone)?.lent()
    }
}

impl<C: Connector> Drop for OnLoan<'_, C> {
    fn drop(&mut self) {
        if let Some(lease) = self.lease.take() {
            let unclean = self.shared.desk().back(self.loan, lease);
            drop(unclean);
        }
    }
}

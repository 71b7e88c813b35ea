//! Packets that a server would refuse: it hangs up on them, so that they aren't sent.

use mysql_async::Value as Param;
use noorm_core::{Error, ErrorKind, Result};

use crate::server::Server;
use crate::types::size;

/// From here on the driver sends each value in packets of its own.
const LONG: usize = (1 << 24) - 1;

/// Checks that a statement and its binds fit into the packets that the server takes.
///
/// # Errors
/// [`ErrorKind::InvalidValue`], which names the server's setting.
pub(super) fn check(server: &Server, sql: &str, params: &[Param]) -> Result<()> {
    let max = server.max_allowed_packet;
    let largest = params.iter().map(size).max().unwrap_or(0);
    let all: usize = params.iter().map(size).sum::<usize>() + 16;
    let together = if all < LONG { all } else { largest };
    let needed = together.max(sql.len() + 1);
    if needed < max {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidValue,
        format!("the statement takes a packet of {needed} bytes, and the server takes {max}"),
    )
    .with_help("raise the server's `max_allowed_packet`, or send less at a time"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(length: usize) -> Param {
        Param::Bytes(vec![0; length])
    }

    #[test]
    fn what_does_not_fit_is_refused_with_the_setting() {
        let server = Server {
            max_allowed_packet: 1024,
            ..Server::default()
        };
        assert!(check(&server, "SELECT ?", &[bytes(900)]).is_ok());
        let error = check(&server, "SELECT ?", &[bytes(500), bytes(600)]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidValue);
        assert!(error.help().unwrap().contains("`max_allowed_packet`"));
        assert!(check(&server, &"x".repeat(1024), &[]).is_err());
    }
}

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

/// Refuses raw SQL that the driver would change on its way: it looks for `:name` as a placeholder, and
/// takes the quote behind `\\\\` in a string for one that is escaped, so that it looks there in the next.
///
/// # Errors
/// [`ErrorKind::InvalidStatement`], which says how to write it.
pub(super) fn check_readable(sql: &str) -> Result<()> {
    let escapes = sql.contains(r"\\'") || sql.contains("\\\\\"");
    let names = sql
        .as_bytes()
        .windows(2)
        .any(|pair| matches!(pair, [b':', next] if next.is_ascii_lowercase() || *next == b'_'));
    if !(escapes && names) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidStatement,
        "the SQL has a string that ends with a backslash, and a colon before a letter, which the \
         driver would take for a placeholder",
    )
    .with_help("write the backslash as CHAR(92), or the string as a bind"))
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

    #[test]
    fn what_the_driver_would_change_is_refused() {
        assert!(check_readable(r"SELECT 'a\\', ':name'").is_err());
        assert!(check_readable(r"SELECT 'a\\', '12:30'").is_ok());
        assert!(check_readable("SELECT 'it''s :name', `a:b`").is_ok());
    }
}

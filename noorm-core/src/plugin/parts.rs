//! Reading the parts of a URL, for dialects whose URLs have an authority and options.
//!
//! Errors are [`InvalidUrl`](ErrorKind::InvalidUrl) and show nothing of what was read: it may be part
//! of a password.

use std::borrow::Cow;
use std::time::Duration;

use percent_encoding::percent_decode_str;

use crate::error::{Error, ErrorKind, Result};

/// The error of a URL that can't be understood.
///
/// ```
/// use noorm_core::{ErrorKind, plugin::parts};
///
/// assert_eq!(parts::invalid("the URL names no host").kind(), ErrorKind::InvalidUrl);
/// ```
pub fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidUrl, message)
}

/// The error of an option whose value can't be understood.
///
/// ```
/// use noorm_core::plugin::parts;
///
/// let error = parts::wrong("port", "is no number");
/// assert_eq!(error.message(), "the URL's option `port` is no number");
/// ```
#[must_use]
pub fn wrong(option: &str, reason: &str) -> Error {
    invalid(format!("the URL's option `{option}` {reason}"))
}

/// Decodes percent signs; a `+` is a plus. `what` is the option's name, for the error.
///
/// ```
/// use noorm_core::plugin::parts;
///
/// assert_eq!(parts::decode("a%40b+c", "user")?, "a@b+c");
/// assert!(parts::decode("%00", "user").is_err());
/// # Ok::<(), noorm_core::Error>(())
/// ```
///
/// # Errors
/// If it is no UTF-8 then, or holds a NUL character.
pub fn decode<'a>(text: &'a str, what: &str) -> Result<Cow<'a, str>> {
    percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| wrong(what, "is no UTF-8 once percent-decoded"))
        .and_then(|decoded| match decoded.contains('\0') {
            true => Err(wrong(what, "holds a NUL character")),
            false => Ok(decoded),
        })
}

/// Splits `host`, `host:port`, `[::1]:port`.
///
/// ```
/// use noorm_core::plugin::parts;
///
/// assert_eq!(parts::host_and_port("[::1]:5432")?, ("::1", Some("5432")));
/// assert_eq!(parts::host_and_port("db.example.org")?, ("db.example.org", None));
/// # Ok::<(), noorm_core::Error>(())
/// ```
///
/// # Errors
/// For brackets that aren't closed, and an IPv6 address without brackets.
pub fn host_and_port(text: &str) -> Result<(&str, Option<&str>)> {
    if let Some(rest) = text.strip_prefix('[') {
        let (host, after) = rest
            .split_once(']')
            .ok_or_else(|| invalid("an IPv6 address in the URL has no closing bracket"))?;
        return match (after, after.strip_prefix(':')) {
            ("", _) => Ok((host, None)),
            (_, Some(port)) => Ok((host, Some(port))),
            _ => Err(invalid(
                "an IPv6 address in the URL is followed by other than a port",
            )),
        };
    }
    match text.split_once(':') {
        Some((_, port)) if port.contains(':') => Err(invalid("a host in the URL has two colons")
            .with_help("write an IPv6 address in brackets: [::1]:port")),
        Some((host, port)) => Ok((host, Some(port))),
        None => Ok((text, None)),
    }
}

/// Reads a port; an empty text is the `usual` one.
///
/// ```
/// use noorm_core::plugin::parts;
///
/// assert_eq!(parts::port_number("", 3306)?, 3306);
/// assert!(parts::port_number("99999", 3306).is_err());
/// # Ok::<(), noorm_core::Error>(())
/// ```
///
/// # Errors
/// If it is no number from 1 to 65535.
pub fn port_number(text: &str, usual: u16) -> Result<u16> {
    match text.parse() {
        _ if text.is_empty() => Ok(usual),
        Ok(port) if port > 0 => Ok(port),
        _ => Err(invalid("a port in the URL is no number from 1 to 65535").with_help(
            "percent-encode a `/` in the password as %2F, a `?` as %3F, a `:` in the user as %3A",
        )),
    }
}

/// Reads a switch: `on`, `true`, `1`, `yes` or their opposites.
///
/// ```
/// use noorm_core::plugin::parts;
///
/// assert!(!parts::on_or_off("prepared_statements", "off")?);
/// # Ok::<(), noorm_core::Error>(())
/// ```
///
/// # Errors
/// For any other word.
pub fn on_or_off(name: &str, value: &str) -> Result<bool> {
    match value {
        "on" | "true" | "1" | "yes" => Ok(true),
        "off" | "false" | "0" | "no" => Ok(false),
        _ => Err(wrong(name, "is neither on nor off")),
    }
}

/// Reads a number with a unit (`500ms`, `5s`, `2min`, `1h`), or without one in `unit` milliseconds; 0
/// stands for no limit.
///
/// ```
/// use std::time::Duration;
/// use noorm_core::plugin::parts;
///
/// assert_eq!(parts::timeout("connect_timeout", "5", 1000)?, Some(Duration::from_secs(5)));
/// assert_eq!(parts::timeout("connect_timeout", "250ms", 1000)?, Some(Duration::from_millis(250)));
/// assert_eq!(parts::timeout("connect_timeout", "0", 1000)?, None);
/// # Ok::<(), noorm_core::Error>(())
/// ```
///
/// # Errors
/// If it is no span of time, or too long for milliseconds in 64 bits.
pub fn timeout(name: &str, value: &str, unit: u64) -> Result<Option<Duration>> {
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let (number, suffix) = value.split_at_checked(digits).unwrap_or((value, ""));
    let unit = match suffix {
        "" => Some(unit),
        "ms" => Some(1),
        "s" => Some(1000),
        "min" => Some(60_000),
        "h" => Some(3_600_000),
        _ => None,
    };
    let number = number.parse::<u64>().ok();
    let millis = number
        .zip(unit)
        .and_then(|(number, unit)| number.checked_mul(unit));
    match millis {
        Some(0) => Ok(None),
        Some(millis) => Ok(Some(Duration::from_millis(millis))),
        None => Err(wrong(name, "is no span of time, such as 500ms, 5s or 2min")),
    }
}

/// Tells whether `host` is this machine: a loopback name or address, or a socket's path.
///
/// ```
/// use noorm_core::plugin::parts;
///
/// assert!(parts::is_local("127.0.0.1") && parts::is_local("/run/postgresql"));
/// assert!(!parts::is_local("db.example.org"));
/// ```
#[must_use]
pub fn is_local(host: &str) -> bool {
    let address = host.parse::<std::net::IpAddr>();
    host == "localhost" || host.starts_with('/') || address.is_ok_and(|a| a.is_loopback())
}

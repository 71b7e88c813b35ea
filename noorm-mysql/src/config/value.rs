//! Reading the single parts of a URL.

use std::borrow::Cow;
use std::time::Duration;

use noorm_core::Result;
use percent_encoding::percent_decode_str;

use super::{SslMode, invalid};

pub(super) fn non_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

pub(super) fn wrong(option: &str, reason: &str) -> noorm_core::Error {
    invalid(format!("the URL's option `{option}` {reason}"))
}

/// Decodes percent signs; a `+` is a plus.
pub(super) fn decode<'a>(text: &'a str, what: &str) -> Result<Cow<'a, str>> {
    percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| wrong(what, "is no UTF-8 once percent-decoded"))
        .and_then(|decoded| match decoded.contains('\0') {
            true => Err(wrong(what, "holds a NUL character")),
            false => Ok(decoded),
        })
}

/// Splits `host`, `host:port`, `[::1]:port`; nothing of it is shown, it may be part of a password.
pub(super) fn host_and_port(text: &str) -> Result<(&str, Option<&str>)> {
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
            .with_help("write an IPv6 address in brackets: [::1]:3306")),
        Some((host, port)) => Ok((host, Some(port))),
        None => Ok((text, None)),
    }
}

pub(super) fn port_number(text: &str) -> Result<u16> {
    match text.parse() {
        _ if text.is_empty() => Ok(3306),
        Ok(port) if port > 0 => Ok(port),
        _ => Err(invalid("a port in the URL is no number from 1 to 65535").with_help(
            "percent-encode a `/` in the password as %2F, a `?` as %3F, a `:` in the user as %3A",
        )),
    }
}

/// MySQL's names, in either letter case, and those of other databases that mean the same.
pub(super) fn ssl_mode(name: &str, value: &str) -> Result<SslMode> {
    Ok(match &*value.to_ascii_lowercase().replace('-', "_") {
        "disabled" | "disable" => SslMode::Disabled,
        "preferred" | "prefer" => SslMode::Preferred,
        "required" | "require" => SslMode::Required,
        "verify_ca" => SslMode::VerifyCa,
        "verify_identity" | "verify_full" => SslMode::VerifyIdentity,
        _ => {
            let known = "is none of disabled, preferred, required, verify_ca, verify_identity";
            return Err(wrong(name, known));
        }
    })
}

/// A number with a unit, or without one in `unit` milliseconds; 0 stands for no limit.
pub(super) fn timeout(name: &str, value: &str, unit: u64) -> Result<Option<Duration>> {
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

/// Tells whether `host` is this machine: a loopback name or address.
pub(super) fn is_local(host: &str) -> bool {
    let address = host.parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|a| a.is_loopback())
}

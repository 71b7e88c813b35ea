//! Reading what only these URLs have.

use noorm_core::Result;
use noorm_core::plugin::parts::wrong;

use super::SslMode;

pub(super) fn non_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

pub(super) fn ssl_mode(name: &str, value: &str) -> Result<SslMode> {
    Ok(match value {
        "disable" => SslMode::Disable,
        "allow" => SslMode::Allow,
        "prefer" => SslMode::Prefer,
        "require" => SslMode::Require,
        "verify-ca" => SslMode::VerifyCa,
        "verify-full" => SslMode::VerifyFull,
        _ => {
            let known = "is none of disable, allow, prefer, require, verify-ca, verify-full";
            return Err(wrong(name, known));
        }
    })
}

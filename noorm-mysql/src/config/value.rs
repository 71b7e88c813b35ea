//! Reading what only these URLs have.

use noorm_core::Result;
use noorm_core::plugin::parts::wrong;

use super::SslMode;

pub(super) fn non_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
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

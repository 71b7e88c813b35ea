//! The options of a URL.

use std::time::Duration;

use noorm_core::{Error, Result};

use super::{Config, Mode, invalid};

const KNOWN: [&str; 7] = [
    "mode",
    "busy_timeout",
    "cache_size",
    "journal_mode",
    "synchronous",
    "foreign_keys",
    "immutable",
];

const JOURNAL_MODES: [&str; 6] = ["delete", "truncate", "persist", "memory", "wal", "off"];

const SYNCHRONOUS: [&str; 4] = ["off", "normal", "full", "extra"];

/// Sets one option.
pub(super) fn set(config: &mut Config, name: &str, value: &str) -> Result<()> {
    match name {
        "mode" => {
            config.mode = match value {
                "ro" => Mode::ReadOnly,
                "rw" => Mode::ReadWrite,
                "rwc" => Mode::Create,
                _ => return Err(not_one_of(name, value, &["ro", "rw", "rwc"])),
            };
        }
        "busy_timeout" => {
            config.busy_timeout = duration(value).ok_or_else(|| {
                invalid(format!("the option `{name}` can't be `{value}`"))
                    .with_help("it is a time such as 500ms or 5s")
            })?;
        }
        "cache_size" => {
            config.cache_kib = value.parse().map_err(|_| {
                invalid(format!("the option `{name}` can't be `{value}`"))
                    .with_help("it is a number of KiB, such as 8192")
            })?;
        }
        "journal_mode" => config.journal_mode = Some(word(name, value, &JOURNAL_MODES)?),
        "synchronous" => config.synchronous = Some(word(name, value, &SYNCHRONOUS)?),
        "foreign_keys" => config.foreign_keys = switch(name, value)?,
        "immutable" => config.immutable = switch(name, value)?,
        "cache" => {
            return Err(invalid(
                "SQLite's shared cache is not supported, since it ignores the busy time-out",
            )
            .with_help(
                "leave `cache` out: all connections of a pool see the same database, in memory too",
            ));
        }
        _ => {
            let known: Vec<_> = KNOWN.iter().map(|name| format!("`{name}`")).collect();
            return Err(invalid(format!("SQLite URLs have no option `{name}`"))
                .with_help(format!("known are {}", known.join(", "))));
        }
    }
    Ok(())
}

fn word(name: &str, value: &str, words: &[&'static str]) -> Result<&'static str> {
    let found = words.iter().find(|word| word.eq_ignore_ascii_case(value));
    found.copied().ok_or_else(|| not_one_of(name, value, words))
}

fn switch(name: &str, value: &str) -> Result<bool> {
    let words = ["on", "1", "true", "yes", "off", "0", "false", "no"];
    word(name, value, &words).map(|word| words.iter().take(4).any(|on| *on == word))
}

fn duration(text: &str) -> Option<Duration> {
    if let Some(millis) = text.strip_suffix("ms") {
        return millis.parse().ok().map(Duration::from_millis);
    }
    match text.strip_suffix('s') {
        Some(seconds) => seconds.parse().ok().map(Duration::from_secs),
        None => text.parse().ok().map(Duration::from_millis),
    }
}

fn not_one_of(name: &str, value: &str, words: &[&str]) -> Error {
    invalid(format!("the option `{name}` can't be `{value}`"))
        .with_help(format!("it is one of {}", words.join(", ")))
}

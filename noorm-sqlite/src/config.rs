//! What an SQLite URL asks for.
//!
//! | URL | file |
//! |---|---|
//! | `sqlite:shop.db`, `sqlite://shop.db` | `shop.db`, seen from the working directory |
//! | `sqlite:/srv/shop.db`, `sqlite:///srv/shop.db` | `/srv/shop.db` |
//! | `sqlite::memory:`, `sqlite://:memory:` | none: a database in memory, of this pool alone |
//!
//! The path may be percent-encoded, and has to be where it holds `?` or `%`. Options stand behind a `?`:
//!
//! | option | values | default |
//! |---|---|---|
//! | `mode` | `ro`, `rw`, `rwc` (makes a missing file) | `rw` |
//! | `busy_timeout` | `5000`, `5000ms`, `5s` | `5s` |
//! | `cache_size` | how many KiB of pages a connection keeps at most | `8192` |
//! | `journal_mode` | `delete`, `truncate`, `persist`, `memory`, `wal`, `off` | as the file has it; `wal` for a file that noorm makes |
//! | `synchronous` | `off`, `normal`, `full`, `extra` | SQLite's own |
//! | `foreign_keys` | `on`, `off` | `on` |
//! | `immutable` | `1`: nobody else writes the file, not even its directory need be writable | `0` |

mod options;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use noorm_core::plugin::DatabaseUrl;
use noorm_core::{Error, ErrorKind, Result};

/// What to open, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Config {
    pub(crate) place: Place,
    pub(crate) mode: Mode,
    pub(crate) busy_timeout: Duration,
    /// How many KiB of pages a connection keeps at most.
    ///
    /// SQLite's own default is 2 MB. As it is built here (`SQLITE_ENABLE_MEMORY_MANAGEMENT`), all connections of a process
    /// share the sum of what they may keep: where one is full, others read pages again for each row.
    pub(crate) cache_kib: u32,
    pub(crate) journal_mode: Option<&'static str>,
    pub(crate) synchronous: Option<&'static str>,
    pub(crate) foreign_keys: bool,
    pub(crate) immutable: bool,
}

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Memory,
    File(PathBuf),
}

/// What may be done with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    ReadOnly,
    ReadWrite,
    Create,
}

impl Config {
    /// Understands a URL.
    pub(crate) fn parse(url: &DatabaseUrl) -> Result<Self> {
        let rest = url.secret_rest();
        let (place, options) = rest.split_once('?').unwrap_or((rest, ""));
        let mut config = Self {
            place: place_of(place)?,
            mode: Mode::ReadWrite,
            busy_timeout: Duration::from_secs(5),
            cache_kib: 8192,
            journal_mode: None,
            synchronous: None,
            foreign_keys: true,
            immutable: false,
        };
        for pair in options.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            options::set(&mut config, name, &decode_text(value)?)?;
        }
        Ok(config)
    }

    /// Gives the URI that SQLite opens (<https://sqlite.org/uri.html>); `None` for memory.
    pub(crate) fn uri(&self) -> Option<String> {
        let Place::File(path) = &self.place else {
            return None;
        };
        let mut uri = String::from("file:");
        if path.is_absolute() {
            uri.push_str(if cfg!(windows) { "///" } else { "//" });
        }
        encode(&mut uri, path);
        uri.push_str(match self.mode {
            Mode::ReadOnly => "?mode=ro",
            Mode::ReadWrite => "?mode=rw",
            Mode::Create => "?mode=rwc",
        });
        if self.immutable {
            uri.push_str("&immutable=1");
        }
        Some(uri)
    }
}

fn place_of(text: &str) -> Result<Place> {
    let path = text.strip_prefix("//").unwrap_or(text);
    match path {
        ":memory:" => return Ok(Place::Memory),
        "" => {
            return Err(invalid("the URL names no file")
                .with_help("write it like `sqlite:shop.db`, or `sqlite::memory:`"));
        }
        _ => {}
    }
    // `sqlite:///C:/shop.db`
    let drive = |p: &&str| cfg!(windows) && p.as_bytes().get(1) == Some(&b':');
    let path = path.strip_prefix('/').filter(drive).unwrap_or(path);
    let bytes = decode(path)?;
    if bytes.contains(&0) {
        return Err(invalid("the URL's path holds a NUL byte"));
    }
    path_of(bytes).map(Place::File)
}

#[cfg(unix)]
fn path_of(bytes: Vec<u8>) -> Result<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    Ok(std::ffi::OsString::from_vec(bytes).into())
}

#[cfg(not(unix))]
fn path_of(bytes: Vec<u8>) -> Result<PathBuf> {
    String::from_utf8(bytes)
        .map(Into::into)
        .map_err(|_| invalid("the URL's path isn't UTF-8"))
}

fn decode_text(text: &str) -> Result<String> {
    String::from_utf8(decode(text)?).map_err(|_| invalid("an option of the URL isn't UTF-8"))
}

fn decode(text: &str) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        rest = others;
        if *first != b'%' {
            out.push(*first);
            continue;
        }
        let byte = others
            .get(..2)
            .and_then(|digits| str::from_utf8(digits).ok());
        let byte = byte.filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(byte) = byte.and_then(|digits| u8::from_str_radix(digits, 16).ok()) else {
            return Err(
                invalid("the URL holds a `%` without two hexadecimal digits behind it")
                    .with_help("write a percent sign as `%25`"),
            );
        };
        out.push(byte);
        rest = others.get(2..).unwrap_or_default();
    }
    Ok(out)
}

fn encode(out: &mut String, path: &Path) {
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' | b'~' | b':' => {
                out.push(char::from(*byte));
            }
            b'\\' if cfg!(windows) => out.push('/'),
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidUrl, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Config> {
        Config::parse(&DatabaseUrl::parse(url).unwrap())
    }

    #[track_caller]
    fn check(url: &str, uri: &str) {
        assert_eq!(
            parse(url).unwrap().uri().as_deref().unwrap_or("memory"),
            uri
        );
    }

    #[track_caller]
    fn check_error(url: &str, shown: &str) {
        let error = parse(url).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidUrl);
        assert_eq!(error.to_string(), shown);
    }

    #[test]
    fn places() {
        check("sqlite:shop.db", "file:shop.db?mode=rw");
        check("sqlite://data/shop.db", "file:data/shop.db?mode=rw");
        check("sqlite:/srv/shop.db", "file:///srv/shop.db?mode=rw");
        check(
            "sqlite:///srv/shop.db?mode=ro",
            "file:///srv/shop.db?mode=ro",
        );
        check(
            "sqlite:my%20%3f%25#1.db?mode=rwc",
            "file:my%20%3F%25%231.db?mode=rwc",
        );
        check(
            "sqlite:é.db?immutable=1",
            "file:%C3%A9.db?mode=rw&immutable=1",
        );
        check("sqlite::memory:", "memory");
        check("sqlite://:memory:", "memory");
    }

    #[test]
    fn options() {
        let config =
            parse("sqlite:a?busy_timeout=250ms&foreign_keys=off&journal_mode=WAL").unwrap();
        assert_eq!(config.busy_timeout, Duration::from_millis(250));
        assert_eq!(config.journal_mode, Some("wal"));
        assert!(!config.foreign_keys);
        let config = parse("sqlite:a?busy_timeout=7&synchronous=normal&immutable=0&").unwrap();
        assert_eq!(config.busy_timeout, Duration::from_millis(7));
        assert_eq!(config.synchronous, Some("normal"));
        assert!(!config.immutable);
        assert_eq!(config.cache_kib, 8192);
        assert_eq!(parse("sqlite:a?cache_size=500").unwrap().cache_kib, 500);
        assert_eq!(
            parse("sqlite:a?busy_timeout=2s")
                .unwrap()
                .busy_timeout
                .as_secs(),
            2
        );
    }

    #[test]
    fn what_is_wrong_is_told() {
        check_error(
            "sqlite:",
            "the URL names no file: write it like `sqlite:shop.db`, or `sqlite::memory:`",
        );
        check_error(
            "sqlite:50%.db",
            "the URL holds a `%` without two hexadecimal digits behind it: write a percent sign as `%25`",
        );
        check_error("sqlite:a%00b", "the URL's path holds a NUL byte");
        check_error(
            "sqlite:a?mod=ro",
            "SQLite URLs have no option `mod`: known are `mode`, `busy_timeout`, `cache_size`, \
             `journal_mode`, `synchronous`, `foreign_keys`, `immutable`",
        );
        check_error(
            "sqlite:a?mode=rx",
            "the option `mode` can't be `rx`: it is one of ro, rw, rwc",
        );
        check_error(
            "sqlite:a?busy_timeout=soon",
            "the option `busy_timeout` can't be `soon`: it is a time such as 500ms or 5s",
        );
        check_error(
            "sqlite:a?cache_size=-2000",
            "the option `cache_size` can't be `-2000`: it is a number of KiB, such as 8192",
        );
        check_error(
            "sqlite::memory:?cache=shared",
            "SQLite's shared cache is not supported, since it ignores the busy time-out: leave \
             `cache` out: all connections of a pool see the same database, in memory too",
        );
    }
}

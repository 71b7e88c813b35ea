//! Any text as a URL: no dialect panics over it, and no error tells its password.
//!
//! Without a runtime, a dialect reads its URL, and stops before it connects.

use futures_util::FutureExt as _;
use noorm::plugin::{ConnectOptions, DatabaseUrl, dialects};

const SECRET: &str = "xyzzyS3cr3t";

/// Gives a text to each dialect, as a URL and behind its schemes.
///
/// # Panics
/// If something is wrong.
pub fn check(text: &str) {
    read(text.to_owned(), false);
    // Elsewhere than in the password's place it is none.
    let is_password = !text.contains(SECRET);
    for dialect in dialects().expect("the built-in ones") {
        for scheme in dialect.schemes() {
            read(format!("{scheme}:{text}"), false);
            read(format!("{scheme}://u:{SECRET}@{text}"), is_password);
        }
    }
}

/// Reads a URL, in which the secret is the password or none.
fn read(url: String, secret: bool) {
    let parsed = match DatabaseUrl::parse(url) {
        Ok(parsed) => parsed,
        Err(error) => return assert!(!secret || is_kept(&error)),
    };
    assert!(!secret || is_kept(&parsed));
    let options = ConnectOptions::new(parsed);
    for dialect in dialects().expect("the built-in ones") {
        let takes = dialect.schemes().contains(&options.url.scheme());
        if let (true, Some(Err(error))) = (takes, dialect.connect(&options).now_or_never()) {
            assert!(
                !secret || (is_kept(&error) && !error.to_string().contains(SECRET)),
                "{error}"
            );
        }
    }
}

fn is_kept(shown: &impl std::fmt::Debug) -> bool {
    !format!("{shown:?}").contains(SECRET)
}

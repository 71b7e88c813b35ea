//! Servers, and databases in them.
//!
//! A server is found in this order: `NOORM_TEST_<ENGINE>_URL`, a container where
//! `NOORM_TEST_CONTAINERS=1` allows one, a server on its usual local port; else the test is skipped with
//! a line that says so, unless `NOORM_TEST_REQUIRE` names the engine.

pub mod mysql;
pub mod postgres;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use futures_util::future::BoxFuture;
use testcontainers::{ContainerAsync, GenericImage};

/// Drops a database when it is dropped itself.
pub struct Dropper {
    drop: Option<Box<dyn FnOnce() -> BoxFuture<'static, ()> + Send>>,
    _container: Option<Box<ContainerAsync<GenericImage>>>,
}

impl Dropper {
    /// Runs `drop` at its end, then stops the container.
    pub fn new<F>(
        drop: impl FnOnce() -> F + Send + 'static,
        container: Option<ContainerAsync<GenericImage>>,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self {
            drop: Some(Box::new(|| Box::pin(drop()))),
            _container: container.map(Box::new),
        }
    }
}

impl Drop for Dropper {
    fn drop(&mut self) {
        let Some(drop) = self.drop.take() else {
            return;
        };
        // The test's own runtime may be on its way out.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(drop());
            std::io::Result::Ok(())
        });
        let _ = dropped.join();
    }
}

/// A name that no other test gives its database.
fn unique_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| d.as_nanos());
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("noorm_test_{}_{now}_{count}", std::process::id())
}

/// The URL of a database on the server of another one; `url` may have options.
fn with_database(url: &str, database: &str) -> String {
    let (url, options) = url.split_once('?').unwrap_or((url, ""));
    let authority = url.find("://").map_or(0, |at| at + 3);
    let end = url[authority..]
        .find('/')
        .map_or(url.len(), |at| authority + at);
    let and = if options.is_empty() { "" } else { "?" };
    format!("{}/{database}{and}{options}", &url[..end])
}

/// What `NOORM_TEST_<ENGINE>_URL` names.
fn named(engine: &str) -> Option<String> {
    let variable = format!("NOORM_TEST_{}_URL", engine.to_uppercase());
    std::env::var(variable).ok().filter(|url| !url.is_empty())
}

fn may_start_containers() -> bool {
    std::env::var("NOORM_TEST_CONTAINERS").is_ok_and(|v| v == "1")
}

/// Says that an engine isn't here.
///
/// # Panics
/// If it is required.
fn missing(engine: &str) {
    let required = std::env::var("NOORM_TEST_REQUIRE").unwrap_or_default();
    let variable = format!("NOORM_TEST_{}_URL", engine.to_uppercase());
    assert!(
        !required.split(',').any(|name| name.trim() == engine),
        "{engine} is required, but no server was found: set {variable}"
    );
    eprintln!("skipped: no {engine} server (set {variable})");
}

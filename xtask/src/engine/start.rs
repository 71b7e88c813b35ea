//! A server in a container, for as long as the tests run.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::Engine;
use crate::container::{Docker, Running};

/// How a server is run in a container.
#[derive(Debug, Clone, Copy)]
pub struct Container {
    /// The port that it listens at inside.
    pub port: u16,
    /// The variables that it is given, and what they are set to.
    pub environment: &'static [(&'static str, &'static str)],
    /// What its URL is before and behind its address.
    pub url: (&'static str, &'static str),
    /// Tells whether the server at an address takes logins yet.
    pub ready: fn(SocketAddr) -> bool,
    /// The server's program, which tells its version.
    pub program: &'static str,
}

/// A server that was started; it ends when this is dropped.
#[derive(Debug)]
pub struct Started {
    /// The URL for the tests.
    pub url: String,
    running: Running,
}

impl Container {
    /// Starts a server of `image`, and waits until it takes logins.
    ///
    /// # Errors
    /// The image can't be started, or no server answers within two minutes.
    pub fn start(&self, docker: &Docker, engine: &Engine, image: &str) -> Result<Started> {
        let port = free_port()?;
        let running = docker.start(image, (port, self.port), self.environment)?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let start = Instant::now();
        while !(self.ready)(address) {
            if start.elapsed() > Duration::from_secs(120) {
                bail!(
                    "the {} of {image} does not answer on {address}",
                    engine.name
                );
            }
            thread::sleep(Duration::from_millis(100));
        }
        let (before, behind) = self.url;
        Ok(Started {
            url: format!("{before}{address}{behind}"),
            running,
        })
    }
}

impl Started {
    /// The server's own version, `18.6`.
    ///
    /// # Errors
    /// Its program doesn't tell.
    pub fn version(&self, container: &Container) -> Result<String> {
        let said = self.running.output(&[container.program, "--version"])?;
        number(&said).with_context(|| format!("no version in `{said}`"))
    }
}

/// The number in `postgres (PostgreSQL) 18.6 (Debian 18.6-3)`, without what packagers add.
fn number(said: &str) -> Option<String> {
    let word = said
        .split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let end = word.find(|c: char| !c.is_ascii_digit() && c != '.');
    word.get(..end.unwrap_or(word.len())).map(str::to_owned)
}

/// A port that nobody listens at. Another program may take it before the server does; then it fails to start.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free")?;
    Ok(listener.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn programs_tell_their_versions() {
        let check = |said, expected: Option<&str>| assert_eq!(number(said).as_deref(), expected);
        check("postgres (PostgreSQL) 18.6 (Debian 18.6-3)", Some("18.6"));
        check(
            "mariadbd  Ver 11.8.9-MariaDB-4 from Debian for debian-linux-gnu on x86_64",
            Some("11.8.9"),
        );
        check(
            "mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))",
            Some("9.7.4"),
        );
        check("no such program", None);
    }
}

//! Running the benchmarks, which are a workspace of their own.

use anyhow::Result;

use crate::command::{self, cargo};
use crate::engine::{self, ENGINES, Servers};

/// Runs `cargo bench` in `benches/` with these arguments, against the engines that are there.
///
/// # Errors
/// A benchmark doesn't build or fails.
pub fn run(arguments: &[String]) -> Result<()> {
    let engines = engine::find(ENGINES, &[], Servers::Start)?;
    command::run(
        cargo()
            .args(["bench", "--manifest-path", "benches/Cargo.toml"])
            .args(arguments)
            .envs(engines.variables),
    )
}

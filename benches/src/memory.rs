//! The resident memory of a process that holds a schema and an open pool.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use noorm::Database;

/// Tells a process that it is the one whose memory is measured, and of which database.
const URL: &str = "NOORM_BENCH_MEMORY_URL";

/// In a fresh process of this program, connects to `url` and reads the resident memory, in KiB.
///
/// # Errors
/// Where the process can't be started, or the system has no `/proc`.
pub fn resident(url: &str) -> Result<u64> {
    let program = std::env::current_exe()?;
    let output = Command::new(program).env(URL, url).output()?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// What that process does; false in any other.
///
/// # Errors
/// Where it can't.
pub fn is_measured() -> Result<bool> {
    let Ok(url) = std::env::var(URL) else {
        return Ok(false);
    };
    // As most programs have it.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let database = runtime.block_on(Database::connect(url))?;
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    println!(
        "{}",
        line.context("no VmRSS")?.trim().trim_end_matches(" kB")
    );
    drop(database);
    Ok(true)
}

//! The resident memory of a process that holds a schema and an open pool, and of one that moves many rows.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use futures_util::TryStreamExt as _;
use noorm::Database;

use crate::bulk::Noorm;

/// Tells a process that it is the one whose memory is measured, and of which database.
const URL: &str = "NOORM_BENCH_MEMORY_URL";

/// Tells it what to do, and to print how much its memory has grown at most.
const WORK: &str = "NOORM_BENCH_MEMORY_WORK";

/// What a process does whose memory is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Adds 100,000 rows at once.
    Insert,
    /// Streams the million rows of the view `million`.
    Stream,
}

impl Work {
    fn name(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Stream => "stream",
        }
    }

    async fn run(self, database: Database) -> Result<()> {
        match self {
            Self::Insert => Noorm(database).insert(100_000).await,
            Self::Stream => {
                let stream = database.repository("million")?.query().stream().await?;
                let (rows, length) = stream
                    .try_fold((0_u64, 0), async |(rows, length), row| {
                        Ok((rows + 1, length + row.get::<String>("name")?.len()))
                    })
                    .await?;
                ensure!(
                    rows == 1_000_000 && length > 1_000_000,
                    "{rows} rows of {length}"
                );
                Ok(())
            }
        }
    }
}

/// In a fresh process of this program, connects to `url`, does the work, and reads how much more memory was resident
/// on the way than before, in KiB.
///
/// # Errors
/// As [`resident`].
pub fn grown(url: &str, work: Work) -> Result<u64> {
    let program = std::env::current_exe()?;
    let output = Command::new(program)
        .env(URL, url)
        .env(WORK, work.name())
        .output()?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

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
    let idle = kib("VmRSS:")?;
    let work = std::env::var(WORK).ok();
    let work = [Work::Insert, Work::Stream]
        .into_iter()
        .find(|known| work.as_deref() == Some(known.name()));
    match work {
        None => println!("{idle}"),
        Some(work) => {
            // The peak begins anew.
            std::fs::write("/proc/self/clear_refs", "5")?;
            runtime.block_on(work.run(database))?;
            println!("{}", kib("VmHWM:")?.saturating_sub(idle));
        }
    }
    Ok(true)
}

/// Reads a line of this process's status.
fn kib(of: &str) -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(of));
    let line = line.with_context(|| format!("no {of}"))?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

//! Counting a contender's instructions, which repeat where times don't.
//!
//! The program runs itself under callgrind twice, with few and with many operations; what the second
//! needs more is the operations' alone. The kernel's instructions are not counted.

use std::env;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::{Contender, Operation, mysql, postgres, runtime};

/// Tells a process that it is the one that is counted: a URL, an operation, a contender, how often.
const TASK: &str = "NOORM_BENCH_INSTRUCTIONS";

const FEW: u64 = 200;
const MANY: u64 = 700;

/// Gives the instructions of one operation; `None` where the machine has no valgrind.
///
/// # Errors
/// Where the program can't be run under it.
pub fn count(url: &str, operation: Operation, contender: &str) -> Result<Option<u64>> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        return Ok(None);
    }
    let total = |times: u64| -> Result<u64> {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(env::current_exe()?)
            .env(TASK, format!("{url} {operation:?} {contender} {times}"))
            .output()?;
        let told = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{told}");
        let line = told
            .lines()
            .find_map(|line| line.split_once("Collected : "));
        Ok(line.context("callgrind tells no count")?.1.trim().parse()?)
    };
    Ok(Some((total(MANY)? - total(FEW)?) / (MANY - FEW)))
}

/// What that process does; false in any other.
///
/// # Errors
/// Where it can't.
pub fn is_counted() -> Result<bool> {
    let Ok(task) = env::var(TASK) else {
        return Ok(false);
    };
    let words: Vec<&str> = task.split(' ').collect();
    let [url, operation, contender, times] = words[..].try_into()?;
    let all = [
        Operation::Find,
        Operation::Load,
        Operation::Insert,
        Operation::Update,
    ];
    let operation = all.into_iter().find(|o| format!("{o:?}") == operation);
    let runtime = runtime()?;
    runtime.block_on(async {
        let all = match url.starts_with("mysql:") {
            true => mysql::contenders(url).await?,
            false => postgres::contenders(url).await?,
        };
        let mut contender = named(all, contender)?;
        contender
            .run(operation.context("no such operation")?, times.parse()?)
            .await
    })?;
    Ok(true)
}

fn named(
    all: Vec<Box<dyn Contender<Operation>>>,
    name: &str,
) -> Result<Box<dyn Contender<Operation>>> {
    all.into_iter()
        .find(|contender| contender.name() == name)
        .context("no such contender")
}

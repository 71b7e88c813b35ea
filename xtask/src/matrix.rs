//! What became of the conformance suite, engine by engine, read from the test runner's own lines.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::engine::{ENGINES, Engines};
use crate::table;

/// The counts of one engine.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    passed: u32,
    failed: u32,
    unsupported: u32,
}

/// A line of the matrix.
pub struct Row {
    name: String,
    counts: Counts,
    skipped: u32,
    /// Why nothing was run.
    why: String,
}

impl Row {
    /// What became of the tests of an engine that is there.
    pub fn of(name: String, counts: Counts) -> Self {
        Self {
            name,
            counts,
            skipped: 0,
            why: String::new(),
        }
    }

    /// One that isn't there.
    pub fn missing(name: &str, why: &str) -> Self {
        Self {
            name: name.to_owned(),
            counts: Counts::default(),
            skipped: 0,
            why: why.to_owned(),
        }
    }
}

/// Runs nextest, passing its lines on, and prints the matrix of engines and results behind them.
///
/// # Errors
/// A test fails, or the runner can't be started.
pub fn run(command: &mut Command, engines: &Engines) -> Result<()> {
    let (_, passed) = follow(command, |counts| {
        eprint!("\n{}\n", report(&rows(counts, engines)));
    })?;
    if !passed {
        bail!("tests failed");
    }
    Ok(())
}

/// Runs nextest, passing its lines on: the counts by engine, and whether all tests have passed. `ended` is
/// called with the counts before failures are told once more.
///
/// # Errors
/// The runner can't be started.
pub fn follow(
    command: &mut Command,
    ended: impl Fn(&BTreeMap<String, Counts>),
) -> Result<(BTreeMap<String, Counts>, bool)> {
    let mut child = command
        .args(["--status-level", "all", "--color", "never"])
        .stderr(Stdio::piped())
        .spawn()
        .context("cargo nextest")?;
    let mut counts = BTreeMap::new();
    let mut is_over = false;
    for line in BufReader::new(child.stderr.take().context("no output")?).lines() {
        let line = line.context("the runner's output")?;
        eprintln!("{line}");
        if line.trim_start().starts_with("Summary") {
            ended(&counts);
            // Failures are told once more behind the summary.
            is_over = true;
        } else if !is_over {
            count(&line, &mut counts);
        }
    }
    let status = child.wait().context("cargo nextest")?;
    Ok((counts, status.success()))
}

/// Counts a line such as `PASS [   0.1s] ( 3/99) noorm-tests::conformance mysql::smoke::…`.
fn count(line: &str, counts: &mut BTreeMap<String, Counts>) {
    let mut words = line.split_whitespace();
    let path = line.split(" noorm-tests::conformance ").nth(1);
    let (Some(first), Some(path)) = (words.next(), path) else {
        return;
    };
    // `TRY 2 PASS`: it failed before. A first try that fails is followed by a second.
    let state = match (first, words.next(), words.next()) {
        ("TRY", Some("1"), Some("FAIL")) => return,
        ("TRY", Some(_), Some(state)) => state,
        _ => first,
    };
    let Some((engine, behaviour)) = path.trim().split_once("::") else {
        return;
    };
    let counts: &mut Counts = counts.entry(engine.to_owned()).or_default();
    match state {
        "PASS" if behaviour.starts_with("unsupported::") => counts.unsupported += 1,
        "PASS" | "LEAK" => counts.passed += 1,
        "FAIL" | "TIMEOUT" | "ABORT" | "SIGSEGV" | "SIGABRT" => counts.failed += 1,
        _ => {}
    }
}

/// The rows of all engines. Tests of one that isn't there pass, because they do nothing: they count as skipped.
fn rows(counts: &BTreeMap<String, Counts>, engines: &Engines) -> Vec<Row> {
    let row = |(name, counts): (&String, &Counts)| {
        // `postgres_unprepared` is found as `postgres` is.
        let engine = ENGINES.iter().find(|engine| name.starts_with(engine.name));
        match engine.and_then(|engine| engines.missing(engine.name)) {
            Some(reason) => Row {
                skipped: counts.passed + counts.failed + counts.unsupported,
                ..Row::missing(name, reason)
            },
            None => Row::of(name.clone(), *counts),
        }
    };
    counts.iter().map(row).collect()
}

/// The matrix as text.
pub fn report(rows: &[Row]) -> String {
    let head = ["engine", "passed", "failed", "unsupported", "skipped", ""];
    let mut lines = vec![head.map(str::to_owned)];
    for row in rows {
        let Counts {
            passed,
            failed,
            unsupported,
        } = row.counts;
        let [passed, failed, unsupported, skipped] =
            [passed, failed, unsupported, row.skipped].map(|n| n.to_string());
        let (name, why) = (row.name.clone(), row.why.clone());
        lines.push([name, passed, failed, unsupported, skipped, why]);
    }
    table::lines(&lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn lines_of_the_runner_become_a_matrix() {
        let mut counts = BTreeMap::new();
        for line in [
            "        PASS [   0.136s] (  9/107) noorm-tests::conformance mysql::smoke::records",
            "        FAIL [   0.136s] ( 10/107) noorm-tests::conformance mysql::smoke::others",
            "        PASS [   0.136s] ( 11/107) noorm-tests::conformance mysql::unsupported::x::y",
            "        PASS [   0.136s] ( 12/107) noorm-tests::conformance mssql::smoke::records",
            "  TRY 1 FAIL [   0.136s] ( 12/107) noorm-tests::conformance mysql::smoke::flaky",
            "  TRY 2 PASS [   0.136s] ( 12/107) noorm-tests::conformance mysql::smoke::flaky",
            "        SLOW [> 30.000s] (───────) noorm-tests::conformance mysql::smoke::slow",
            "        PASS [   0.136s] ( 13/107) noorm-tests::pool fairness",
        ] {
            count(line, &mut counts);
        }
        let engines = Engines::without("mssql", "NOORM_TEST_MSSQL_URL is not set");
        expect![[r#"
            engine  passed  failed  unsupported  skipped
            mssql   0       0       0            1        NOORM_TEST_MSSQL_URL is not set
            mysql   2       1       1            0
        "#]]
        .assert_eq(&report(&rows(&counts, &engines)));
    }
}

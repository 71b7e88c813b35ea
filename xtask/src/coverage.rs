//! Measuring which lines of the library crates the tests reach.

mod lcov;
mod tools;

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{capture, cargo, cargo_has, root, run as run_command};
use crate::engine::{self, ENGINES, Engine, Servers};
use crate::table;
use lcov::{File, Lines};

/// The crates that are measured, each with the engine that it is of no use without.
const CRATES: [(&str, Option<&str>); 8] = [
    ("noorm-core", None),
    ("noorm-codegen", None),
    ("noorm-derive", None),
    ("noorm-diesel", None),
    ("noorm-sqlite", Some("sqlite")),
    ("noorm-postgres", Some("postgres")),
    ("noorm-mysql", Some("mariadb")),
    ("noorm-mssql", Some("mssql")),
];

/// Runs all tests of the workspace but the doc tests, instrumented, and prints the lines they cover.
///
/// # Errors
/// A tool is missing, a test fails, a required engine isn't there, or a crate stays below the threshold.
pub fn run(threshold: f64, required: &[&Engine]) -> Result<()> {
    if !cargo_has("llvm-cov") {
        bail!("cargo-llvm-cov is missing: cargo install cargo-llvm-cov --locked");
    }
    let llvm = tools::variables()?;
    let engines = engine::find(ENGINES, required, Servers::Start)?;
    // What earlier runs left would count: their profiles, and the programs of sources that have changed.
    run_command(cargo().args(["llvm-cov", "clean", "--workspace"]))?;
    run_command(
        instrumented()
            .envs(llvm.clone())
            .envs(engines.variables.clone())
            .env("NEXTEST_PROFILE", "coverage"),
    )?;
    let report = capture(cargo().args(["llvm-cov", "report", "--lcov"]).envs(llvm))?;
    let measured = |(name, engine): (&'static str, Option<&str>)| {
        let is_here = engine.is_none_or(|engine| engines.missing(engine).is_none());
        is_here.then_some(name)
    };
    let crates: Vec<_> = CRATES.into_iter().filter_map(measured).collect();
    judge(&files(&report, &crates)?, &crates, threshold)
}

fn instrumented() -> Command {
    let mut command = cargo();
    command.arg("llvm-cov");
    if cargo_has("nextest") {
        command.args(["nextest", "--no-report"]);
    } else {
        command.args(["--no-report", "--lib", "--bins", "--tests", "--examples"]);
    }
    command.args(["--workspace", "--all-features"]);
    command
}

/// The files of the measured crates, without the code that is there for tests only.
fn files(report: &str, crates: &[&'static str]) -> Result<Vec<File>> {
    let root = root();
    let mut files = lcov::read(report);
    for file in &mut files {
        if let Ok(path) = file.path.strip_prefix(&root) {
            file.path = path.to_path_buf();
        }
    }
    files.retain(|file| krate(file, crates).is_some() && !lcov::is_test_file(&file.path));
    for file in &mut files {
        let path = root.join(&file.path);
        let source = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        file.leave_out(&lcov::test_code(&source));
    }
    Ok(files)
}

/// The measured crate that a file is a source of.
fn krate(file: &File, crates: &[&'static str]) -> Option<&'static str> {
    let mut crates = crates.iter().copied();
    crates.find(|name| file.path.starts_with(format!("{name}/src")))
}

/// Prints the table, and fails if a crate is below the threshold.
fn judge(files: &[File], crates: &[&'static str], threshold: f64) -> Result<()> {
    let totals = crates.iter().map(|name| {
        let lines: Lines = files
            .iter()
            .filter(|file| krate(file, crates) == Some(*name))
            .map(File::lines)
            .sum();
        (*name, lines)
    });
    let totals: Vec<_> = totals.collect();
    print!("{}", totals_table(&totals));
    let worst = worst_table(files, threshold);
    if !worst.is_empty() {
        println!("files below {threshold} %, the most uncovered lines first:\n{worst}");
    }
    let below: Vec<_> = totals
        .iter()
        .filter(|(_, lines)| !lines.reach(threshold))
        .map(|(name, lines)| format!("{name} ({})", lines.percent()))
        .collect();
    if below.is_empty() {
        return Ok(());
    }
    bail!("below {threshold} % of the lines: {}", below.join(", "))
}

fn totals_table(totals: &[(&str, Lines)]) -> String {
    let mut rows = vec![["crate", "lines", "covered", ""].map(str::to_owned)];
    for (name, lines) in totals {
        rows.push([
            (*name).to_owned(),
            lines.all.to_string(),
            lines.covered.to_string(),
            lines.percent(),
        ]);
    }
    table::lines(&rows)
}

/// The files that would have to be tested first, ten at most.
fn worst_table(files: &[File], threshold: f64) -> String {
    let mut files: Vec<_> = files
        .iter()
        .map(|file| (file, file.lines()))
        .filter(|(_, lines)| lines.all > 0 && !lines.reach(threshold))
        .collect();
    files.sort_by_key(|(_, lines)| std::cmp::Reverse(lines.all - lines.covered));
    files.truncate(10);
    let rows: Vec<_> = files
        .into_iter()
        .map(|(file, lines)| {
            let missed = (lines.all - lines.covered).to_string();
            [file.path.display().to_string(), missed, lines.percent()]
        })
        .collect();
    table::lines(&rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    const MEASURED: [&str; 3] = ["noorm-core", "noorm-sqlite", "noorm-postgres"];

    fn file(path: &str, covered: u32, all: u32) -> File {
        let record: String = (1..=all)
            .map(|line| format!("DA:{line},{}\n", u32::from(line <= covered)))
            .collect();
        let mut files = lcov::read(&format!("SF:{path}\n{record}end_of_record\n"));
        files.remove(0)
    }

    #[test]
    fn a_crate_below_the_threshold_fails_and_is_named() {
        let files = [
            file("noorm-core/src/lib.rs", 9, 10),
            file("noorm-sqlite/src/lib.rs", 2, 3),
            file("noorm-postgres/src/lib.rs", 1, 1),
        ];
        assert!(judge(&files, &MEASURED, 60.0).is_ok());
        expect!["below 90 % of the lines: noorm-sqlite (66.6 %)"]
            .assert_eq(&judge(&files, &MEASURED, 90.0).unwrap_err().to_string());
    }

    #[test]
    fn a_crate_that_no_test_touched_fails() {
        let error = judge(&[file("noorm-core/src/lib.rs", 1, 1)], &MEASURED, 0.0).unwrap_err();
        assert!(error.to_string().contains("noorm-postgres (no lines)"));
    }

    #[test]
    fn the_file_with_the_most_left_to_test_comes_first() {
        let files = [
            file("noorm-core/src/few.rs", 0, 2),
            file("noorm-core/src/all.rs", 5, 5),
            file("noorm-core/src/many.rs", 40, 60),
        ];
        expect![[r#"
              noorm-core/src/many.rs  20  66.6 %
              noorm-core/src/few.rs   2   0.0 %
        "#]]
        .assert_eq(&worst_table(&files, 90.0));
    }
}

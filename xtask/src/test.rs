//! Running the tests.

use std::fs;
use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{cargo, cargo_has, root, run};
use crate::engine::{self, ENGINES, Engine, Servers};
use crate::matrix;

/// The package of the integration suite.
pub const SUITE: &str = "noorm-tests";

/// Runs the tests of all crates, then the doc tests; both, even if the first fail.
///
/// Doc tests have no part in a run that was given arguments for the runner, such as a filter.
///
/// # Errors
/// A test fails, or a required engine isn't there.
pub fn everything(required: &[&Engine], arguments: &[String]) -> Result<()> {
    let engines = engine::find(ENGINES, required, Servers::Start)?;
    let mut command = runner(&[], &[]);
    command.args(arguments).envs(engines.variables.clone());
    let tests = match cargo_has("nextest") {
        true => matrix::run(&mut command, &engines),
        false => run(&mut command),
    };
    if !arguments.is_empty() {
        return tests;
    }
    // The test runner leaves these out, whichever it is.
    let docs = run(cargo()
        .args(["test", "--doc", "--workspace", "--all-features"])
        .envs(engines.variables.clone()));
    match (tests, docs) {
        (Err(tests), Err(docs)) => bail!("{tests:#}; {docs:#}"),
        (tests, docs) => tests.and(docs),
    }
}

/// Runs the integration suite, for some engines only if any are named.
///
/// # Errors
/// A test fails, or a required engine isn't there.
pub fn integration(only: &[&Engine], required: &[&Engine], arguments: &[String]) -> Result<()> {
    let engines = engine::find(ENGINES, required, Servers::Start)?;
    let names: Vec<_> = only.iter().map(|engine| engine.name).collect();
    let mut command = runner(&[SUITE], &names);
    command.args(arguments).envs(engines.variables.clone());
    if cargo_has("nextest") {
        return matrix::run(&mut command, &engines);
    }
    run(&mut command)
}

/// The test runner for these packages, or for all: nextest, or the one that comes with cargo. Engines may be
/// named, whose tests alone are run.
pub fn runner(packages: &[&str], engines: &[&str]) -> Command {
    let mut command = cargo();
    let mut chosen: Vec<_> = packages.iter().flat_map(|p| ["--package", p]).collect();
    if chosen.is_empty() {
        chosen.push("--workspace");
    }
    if cargo_has("nextest") {
        command
            .args(["nextest", "run"])
            .args(chosen)
            .arg("--all-features");
        if !engines.is_empty() {
            command
                .arg("--filterset")
                .arg(filterset(engines, packages, &files()));
        }
        return command;
    }
    eprintln!("cargo-nextest is not installed; `cargo test` takes its place, more slowly");
    command
        .arg("test")
        .args(chosen)
        .args(["--all-features", "--all-targets", "--no-fail-fast"]);
    if !engines.is_empty() {
        // This one can choose by a test's path alone, not by its file.
        command.arg("--").args(engines);
    }
    command
}

/// The names of the files of the integration suite, and of its folders that are programs too.
fn files() -> Vec<String> {
    let entries = fs::read_dir(root().join("tests/tests"));
    entries
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension().is_some_and(|end| end == "rs") || path.join("main.rs").exists()
        })
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect()
}

/// The tests of these engines, in nextest's language: an engine's name is in the path of its tests, or
/// in the name of their file or crate. (A filter for files that matches none is an error to nextest.)
fn filterset(engines: &[&str], packages: &[&str], files: &[String]) -> String {
    let mut alternatives = Vec::new();
    for engine in engines {
        alternatives.push(format!("test(/{engine}/)"));
        if files.iter().any(|file| file.contains(engine)) {
            alternatives.push(format!("binary(/{engine}/)"));
        }
        let package = format!("noorm-{engine}");
        if packages.contains(&package.as_str()) {
            alternatives.push(format!("package(={package})"));
        }
    }
    alternatives.join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn engines_are_chosen_by_test_and_by_file() {
        let files = ["conformance", "postgres_types"].map(str::to_owned);
        expect!["test(/sqlite/) | test(/postgres/) | binary(/postgres/)"].assert_eq(&filterset(
            &["sqlite", "postgres"],
            &[SUITE],
            &files,
        ));
        expect!["test(/postgres/) | binary(/postgres/) | package(=noorm-postgres)"].assert_eq(
            &filterset(&["postgres"], &[SUITE, "noorm-postgres"], &files),
        );
        // The crate has the tests of both of its servers.
        expect!["test(/mariadb/)"].assert_eq(&filterset(
            &["mariadb"],
            &[SUITE, "noorm-mysql"],
            &files,
        ));
    }
}

//! The chores of the workspace, run as `cargo xtask <chore>`.
//!
//! ```text
//! test, integration ──► engine::find ──► variables ──► cargo nextest run, cargo test --doc
//! coverage          ──► engine::find ──► variables ──► cargo llvm-cov ──► lcov ──► table
//! integration --versions  ──► versions ──► a server of each, one after the other ──► cargo nextest run
//! images            ──► container::Docker ──► docker pull, or debootstrap and docker build
//! ```
//!
//! No chore installs anything or starts a daemon on the machine it runs on; what is missing is named,
//! with the way to get it. `.ci/run` is the one that installs.

mod bench;
mod command;
mod container;
mod coverage;
mod engine;
mod images;
mod matrix;
mod table;
mod test;
mod versions;

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::engine::{ENGINES, Engine, Servers};

/// The chores of the noorm workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Run all tests that this machine can run: unit, integration and doc tests.
    Test {
        #[command(flatten)]
        require: Require,
        /// Arguments for the test runner, such as a filter; the doc tests are then left out.
        #[arg(last = true)]
        runner: Vec<String>,
    },
    /// Run the integration suite alone.
    Integration {
        /// Run the tests of this engine only (may be repeated).
        #[arg(long = "engine", value_name = "ENGINE", value_parser = engine::named)]
        engines: Vec<&'static Engine>,
        /// Run on each version that there is an image of (`images --versions`), one after the other, and the
        /// dialect's own tests, too.
        #[arg(long)]
        versions: bool,
        #[command(flatten)]
        require: Require,
        /// Arguments for the test runner.
        #[arg(last = true)]
        runner: Vec<String>,
    },
    /// Show which engines this machine offers to the tests.
    Engines {
        #[command(flatten)]
        require: Require,
    },
    /// Build the container images of the engines, where no registry serves them.
    Images {
        /// Also those of further versions, for `integration --versions`.
        #[arg(long)]
        versions: bool,
    },
    /// Run the benchmarks.
    Bench {
        /// Arguments for `cargo bench`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Run all tests instrumented and print the lines they cover in the library crates.
    Coverage {
        /// The percentage of lines below which a crate fails the run.
        #[arg(long, value_name = "N", default_value_t = 90.0)]
        fail_under_lines: f64,
        #[command(flatten)]
        require: Require,
    },
}

/// The engines without which a run fails.
#[derive(Args)]
struct Require {
    /// Fail unless these engines are there, instead of skipping their tests (`sqlite,postgres`).
    #[arg(long, value_name = "ENGINE", value_delimiter = ',', value_parser = engine::named)]
    require: Vec<&'static Engine>,
}

fn main() -> ExitCode {
    let done = match Cli::parse().chore {
        Chore::Test { require, runner } => test::everything(&require.require, &runner),
        Chore::Integration {
            engines,
            versions,
            require,
            runner,
        } => match versions {
            true => versions::run(&engines, &require.require, &runner),
            false => test::integration(&engines, &require.require, &runner),
        },
        Chore::Engines { require } => {
            engine::find(ENGINES, &require.require, Servers::Look).map(drop)
        }
        Chore::Images { versions } => images::provide(versions),
        Chore::Bench { arguments } => bench::run(&arguments),
        Chore::Coverage {
            fail_under_lines,
            require,
        } => coverage::run(fail_under_lines, &require.require),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str) -> Result<Cli, String> {
        Cli::try_parse_from(line.split(' ')).map_err(|error| error.to_string())
    }

    #[test]
    fn engines_are_separated_by_commas() {
        let Ok(Cli {
            chore: Chore::Test { require, runner },
        }) = check("xtask test --require sqlite,postgres -- -E all()")
        else {
            panic!("not a test run");
        };
        let names: Vec<_> = require.require.iter().map(|engine| engine.name).collect();
        assert_eq!(names, ["sqlite", "postgres"]);
        assert_eq!(runner, ["-E", "all()"]);
    }

    #[test]
    fn an_unknown_engine_is_answered_with_the_known_ones() {
        let Err(message) = check("xtask test --require oracle") else {
            panic!("accepted");
        };
        assert!(message.contains("one of sqlite, postgres"), "{message}");
    }

    #[test]
    fn all_versions_of_an_engine() {
        let Ok(Cli {
            chore: Chore::Integration {
                engines, versions, ..
            },
        }) = check("xtask integration --versions --engine mariadb")
        else {
            panic!("not a run of the suite");
        };
        assert!(versions);
        assert_eq!(engines.first().map(|engine| engine.name), Some("mariadb"));
    }

    #[test]
    fn arguments_of_a_benchmark_pass_through() {
        let Ok(Cli {
            chore: Chore::Bench { arguments },
        }) = check("xtask bench --bench find -- --quick")
        else {
            panic!("not a benchmark run");
        };
        assert_eq!(arguments, ["--bench", "find", "--", "--quick"]);
    }
}

//! The command line of noorm.
//!
//! ```text
//! arguments ──► inspect   ──► Schema        ──► tree, table, json, mermaid, dot ──► stdout
//!          ├──► relations ──► RelationGraph ──► tree, json, mermaid             ──► stdout
//!          ├──► query     ──► records       ──► table, json, csv                ──► stdout
//!          ├──► snapshot  ──► Schema        ──► json                            ──► stdout or a file
//!          └──► generate  ──► Schema        ──► code                            ──► files, or a diff on stdout
//!                                                       spinner, notes, errors ──► stderr
//! ```
//!
//! Exit codes: 0, it went well; 1, the database or the request failed; 2, the command line can't be
//! understood.

mod arguments;
mod column;
mod failure;
mod filter;
mod generate;
mod inspect;
mod output;
mod query;
mod relations;
mod snapshot;
mod spinner;
mod text;

use std::process::ExitCode;

use arguments::Command;
use failure::Failure;

fn main() -> ExitCode {
    let command = match arguments::parse() {
        Ok(command) => command,
        Err(code) => return code,
    };
    match run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// One thread is enough for one statement at a time, and starts faster than many.
fn run(command: Command) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            noorm::Error::new(noorm::ErrorKind::Internal, "the runtime can't be started")
                .with_source(error)
        })?;
    runtime.block_on(async {
        match command {
            Command::Inspect(request) => inspect::run(request).await,
            Command::Relations(request) => relations::run(request).await,
            Command::Query(request) => query::run(request).await,
            Command::Snapshot(request) => snapshot::run(request).await,
            Command::Generate(request) => generate::run(request).await,
        }
    })
}

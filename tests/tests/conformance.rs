//! The conformance suite on every engine.

use std::process::ExitCode;

fn main() -> ExitCode {
    noorm_tests::suite::run(noorm_tests::engines::ALL)
}

//! What reads text from outside, given any text.
//!
//! libFuzzer runs these where there is one; `tests/seeds.rs` runs them over seeds and what becomes of them, on any compiler.

// The command line is a program: what it has is taken from its files, and not all of it is used here.
#[allow(dead_code)]
#[path = "../../noorm-cli/src"]
mod cli {
    pub mod column;
    pub mod filter;
    pub mod text;
}

pub mod cursor;
pub mod filter;
pub mod url;

// As the files of the command line name them.
use cli::{column, text};

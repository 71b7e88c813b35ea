//! What reads text from outside, given any text.
//!
//! libFuzzer runs these where there is one; `tests/seeds.rs` runs them over seeds and what becomes of them, on any compiler.

pub mod cursor;
pub mod filter;
pub mod url;

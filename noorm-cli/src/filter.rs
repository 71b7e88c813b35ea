//! The language of `--filter`.
//!
//! ```text
//! text ──► lexer ──► tokens ──► parser ──► Filter ──► resolve (with the table) ──► Expr<Record>
//!                                                └──► Located: what is wrong, and where
//! ```
//!
//! The grammar stands in the crate's README. No input makes it panic, and none makes it nest deeper
//! than [`parser::MAX_DEPTH`].

mod error;
mod lexer;
mod parser;
mod resolve;
#[cfg(test)]
mod tests;
mod value;

use std::ops::Range;

use noorm::prelude::{Expr, Record};
use noorm::schema::Table;
use noorm::statement::{Compare, Match};

pub use error::Located;

/// A piece of the filter's text, with the place that it was written at.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    /// What it says, without its quotes.
    text: String,
    /// The bytes of the filter that it takes.
    at: Range<usize>,
}

/// A condition, its columns and values still as they were written.
#[derive(Debug, PartialEq, Eq)]
enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Test(Word, Test),
}

/// What a column is tested for.
#[derive(Debug, PartialEq, Eq)]
enum Test {
    Compare(Compare, Word),
    Match(Match, Word),
    In(Vec<Word>),
    Between(Word, Word),
    IsNull,
}

/// A filter that was understood, and waits for the table it is about.
pub struct Parsed {
    text: String,
    filter: Filter,
}

/// Reads a filter.
pub fn parse(text: &str) -> Result<Parsed, Located> {
    let filter = parser::parse(text).map_err(|error| error.in_text(text))?;
    let text = text.to_owned();
    Ok(Parsed { text, filter })
}

impl Parsed {
    /// Makes a condition on records of `table`: finds its columns, and converts its values.
    pub fn resolve(self, table: &Table) -> Result<Expr<Record>, Located> {
        let Self { text, filter } = self;
        resolve::resolve(filter, table).map_err(|error| error.in_text(&text))
    }
}

//! What SQLite stores ↔ [`Value`](noorm_core::Value), both ways.
//!
//! | column type | written as | read from |
//! |---|---|---|
//! | bool | integer 0, 1 | integer 0, 1 |
//! | integer | integer | integer |
//! | float | real | real |
//! | decimal | text | text, integer; real by its shortest text |
//! | text, enum | text | text |
//! | bytes | blob | blob |
//! | UUID | text with hyphens | text, blob of 16 bytes |
//! | date, time, timestamp | text, ISO 8601 with a space | text in the forms that SQLite documents |
//! | timestamp with zone | the same in UTC with `+00:00` | the same; without a zone it is UTC |
//! | JSON | text | text |
//! | interval | text, ISO 8601 | text, as text |
//!
//! SQLite keeps any value in any column, unless the table is `STRICT`. What isn't of the form above is
//! read as what is stored: an integer, a float, text, or bytes (text that isn't UTF-8 among them).
//!
//! A value is bound in the one form on the left, and SQLite compares what is stored, byte for byte. So
//! a UUID stored as a blob or in upper case, or a timestamp stored with `T`, with another offset or
//! with more zeros, is read as what it means but not found by it: neither `find` nor a filter sees that
//! row, and an order is that of the stored text. Rewriting such values once makes them findable;
//! `UPDATE t SET at = datetime(at)` does that for timestamps without zone, of whole seconds.
//!
//! A column with numeric affinity (`DECIMAL`, `NUMERIC`) turns decimals into floats where 15 digits are
//! enough to tell them, and keeps the others as text: that is SQLite's rule, and costs digits beyond
//! the 15th. A column declared `TEXT` keeps them all.

mod bind;
mod clock;
pub(crate) mod document;
mod list;
mod read;

pub(crate) use bind::{Bound, bind, held};
pub(crate) use read::read;

/// A value in one of SQLite's five storage classes (<https://sqlite.org/datatype3.html>).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Stored<'a> {
    Null,
    Integer(i64),
    Real(f64),
    /// Text, which need not be UTF-8.
    Text(&'a [u8]),
    Blob(&'a [u8]),
}

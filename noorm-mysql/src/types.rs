//! Values to and from MySQL's wire.
//!
//! ```text
//! column ──► native ──► ColumnType      ──► limits: what would be changed in silence is refused
//!                │                 └──────► written: how a column is selected and a bind is written
//! Value  ──► param ──► the driver's value   row ──► Decoder of each column ──► Value
//! ```
//!
//! The native types, once: [`native`] says what each holds. One without a counterpart travels as the
//! text that the server prints for it, so that no column is unreadable or unwritable.
//!
//! `tinyint(1)` is a boolean, as `BOOL` and `BOOLEAN` are the servers' words for it; but an 8-bit integer in a primary key, at
//! either end of a foreign key and as a unique key of its own. Numbers other than 0 and 1 are read as what they are.

mod decode;
pub(crate) mod document;
mod encode;
mod limits;
mod native;
mod written;

pub(crate) use decode::Decoders;
pub(crate) use encode::{param, size};
pub(crate) use limits::{sorted_whole, too_long, would_change};
pub(crate) use native::Native;
pub(crate) use written::{bound, list_element, list_type, selected};

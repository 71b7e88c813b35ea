//! Values to and from PostgreSQL's wire.
//!
//! ```text
//! Value ──► Param ──► binary where that is cheap, else text: the server's input function judges it
//! row   ──► RowDecoder (one per result set) ──► Value
//! column ──► select_as ──► how the flavor writes it in a SELECT, so that RowDecoder can read it
//! ```
//!
//! The native types, once: what is not in [`decode`] is selected as text, what is not in [`encode`]
//! is bound as text, so that no type is unreadable or unwritable.

mod decode;
pub(crate) mod document;
mod encode;
mod limits;
mod network;
mod numeric;
mod select;
#[cfg(test)]
mod server_tests;
mod temporal;

pub(crate) use decode::RowDecoder;
pub(crate) use encode::{ColumnParam, Param};
pub(crate) use limits::{beyond, too_long, unsendable};
pub(crate) use select::select_as;

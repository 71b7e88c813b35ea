//! Results, on their way to stdout.

use std::io::{self, Write};

use crate::failure::Failure;

/// Writes a text with colours, where stdout shows them.
pub fn print_coloured(text: &str) -> Result<(), Failure> {
    write(anstream::AutoStream::auto(io::stdout().lock()), text)
}

/// Writes a text as it is: what looks like a colour in it belongs to a name.
pub fn print(text: &str) -> Result<(), Failure> {
    write(io::stdout().lock(), text)
}

fn write(mut out: impl Write, text: &str) -> Result<(), Failure> {
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

//! Telling people how relations are loaded, and why so.

use std::fmt::Write as _;

use super::Level;

impl Level {
    /// Writes a line for each relation, those of its rows below it.
    pub(crate) fn tell(&self, out: &mut String, depth: usize) {
        for ask in &self.asks {
            let _ = writeln!(
                out,
                "{:indent$}{} by {}: {}",
                "",
                ask.relation,
                ask.loader.name(),
                ask.why,
                indent = depth * 2
            );
            ask.level.tell(out, depth + 1);
        }
    }
}

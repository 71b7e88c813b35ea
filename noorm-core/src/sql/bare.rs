//! A dialect for tests that gives nothing back, and does upserts in one way.

use super::{Capabilities, SqlFlavor, Upsert, Writer};
use crate::statement::Node;

#[derive(Default)]
pub(crate) struct Bare(pub(crate) Upsert);

impl SqlFlavor for Bare {
    fn name(&self) -> &'static str {
        "bare"
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::minimal(100);
        capabilities.upsert = self.0;
        capabilities
    }

    fn placeholder(&self, out: &mut String, _: usize) {
        out.push('?');
    }

    fn in_list(&self, writer: &mut Writer<'_>, operand: &Node) {
        writer.operand(operand);
        writer.push(" IN ");
        writer.bind();
    }
}

//! What relations there are, and what they are called.

mod config;
mod graph;
mod grown;
mod guesses;
mod names;
mod notation;
mod property;
mod torture;
mod warnings;

use expect_test::Expect;

use super::RelationGraph;

/// The relations of the tables that are written so, a line each.
fn check(tables: &str, expected: Expect) {
    let graph = RelationGraph::of(&notation::schema(tables));
    expected.assert_eq(&listed(&graph));
}

fn listed(graph: &RelationGraph) -> String {
    let lines: Vec<String> = graph.relations().map(ToString::to_string).collect();
    lines.join("\n")
}

//! Relations as a tree for people.

use noorm::relation::{Relation, Step};

use super::Shown;
use crate::inspect::names::list;
use crate::inspect::tree::counted;
use crate::inspect::tree::line::{
    ASIDE, HEADING, KEY, Line, Node, PLAIN, TABLE, TYPE, WARNING, draw_all,
};
use crate::text::{visible, width};

/// Draws the relations, with colours.
pub fn draw(shown: &Shown) -> String {
    let tables: Vec<Node> = shown
        .by_table()
        .map(|relations| table(shown, relations))
        .collect();
    let counts = format!(
        "{} of {}",
        counted(shown.relations.len(), "relation"),
        counted(tables.len(), "table")
    );
    let mut roots = vec![Node::leaf(Line::new(HEADING, &counts))];
    roots.extend(tables);
    let warnings = shown.warnings.iter().map(|warning| {
        let table = warning.table.as_ref().map(|table| shown.name(table));
        let table = table.map_or(String::new(), |table| format!("{table}: "));
        Line::new(TABLE, &table).and(WARNING, &warning.message)
    });
    roots.extend(Node::group("warnings", warnings));
    draw_all(&roots)
}

fn table(shown: &Shown, relations: &[std::sync::Arc<Relation>]) -> Node {
    let widest = |text: fn(&Relation) -> String| {
        let widths = relations
            .iter()
            .map(|relation| width(&visible(&text(relation))));
        widths.max().unwrap_or(0)
    };
    let name_width = widest(|relation| relation.name.to_string());
    let kind_width = widest(kind);
    let node = |relation: &Relation| {
        let line = Line::new(KEY, &relation.name)
            .column(name_width)
            .and(TYPE, &kind(relation))
            .column(name_width + 2 + kind_width)
            .and(PLAIN, &way(shown, relation));
        Node::new(line, vec![Node::leaf(Line::new(ASIDE, &relation.reason))])
    };
    let name = relations
        .first()
        .map_or(String::new(), |relation| shown.name(&relation.table));
    let children = relations.iter().map(|relation| node(relation)).collect();
    Node::new(Line::new(TABLE, &name), children)
}

/// `belongs to, required`
fn kind(relation: &Relation) -> String {
    let kind = relation.kind.name().replace('_', " ");
    match relation.required {
        true => format!("{kind}, required"),
        false => kind,
    }
}

/// `(artist_id) → artist (artist_id)`
fn way(shown: &Shown, relation: &Relation) -> String {
    let step = |step: &Step| {
        let when = step.when.as_ref().map(condition).unwrap_or_default();
        let only = step.only.as_ref().map(condition).unwrap_or_default();
        let to = shown.name(&step.to);
        format!(
            "{}{when} → {to} {}{only}",
            list(&step.columns),
            list(&step.to_columns)
        )
    };
    let steps: Vec<String> = relation.steps.iter().map(step).collect();
    steps.join(", ")
}

fn condition((column, value): &(String, String)) -> String {
    format!(" where {column} is {value:?}")
}

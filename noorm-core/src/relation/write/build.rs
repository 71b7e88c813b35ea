//! Rows that were written, put under one another again.

use std::sync::Arc;

use super::create::Written;
use super::outline::{Child, Outline, Source};
use crate::executor::{Header, Rows};
use crate::relation::keys::Placed;
use crate::relation::loaded::{Beside, Children, Loaded, Side};
use crate::repository::{Record, RecordSet};

/// Gives the rows that the caller asked for, which are the first `count`, with those of their relations beside them.
pub(super) fn build(outline: Outline, written: &Written, count: usize) -> Vec<Loaded<Record>> {
    let mut pivots: Vec<Option<Arc<RecordSet>>> = vec![None; written.rows.len()];
    let branches = outline.rows.iter().flat_map(|row| &row.branches);
    for child in branches.flat_map(|branch| &branch.children) {
        if let Source::New(place) = child.row
            && let Some(slot) = pivots.get_mut(place)
        {
            *slot = pivot(child, written);
        }
    }
    let mut built: Vec<Option<Loaded<Record>>> = vec![None; written.rows.len()];
    let laid = outline.rows.into_iter().zip(&written.rows).zip(pivots);
    // A row stands behind the one that it is nested under.
    for (place, ((laid, row), pivots)) in laid.enumerate().collect::<Vec<_>>().into_iter().rev() {
        let mut beside = Beside {
            pivots,
            ..Beside::default()
        };
        for branch in laid.branches {
            let children = branch.children.iter().filter_map(|child| match child.row {
                Source::New(place) => built.get_mut(place)?.take(),
                Source::There(place) => Some(there(written.there.get(place)?, child, written)),
            });
            let children: Vec<_> = children.collect();
            let placed = Placed::in_turn([children.len()]);
            let children = Arc::new(Children::new(children, placed));
            beside.relations.push(Side {
                name: branch.relation,
                is_to_one: branch.is_to_one,
                children,
            });
        }
        if let Some(slot) = built.get_mut(place) {
            *slot = Some(Loaded::new(row.clone(), Some(Arc::new(beside)), 0));
        }
    }
    built.into_iter().take(count).flatten().collect()
}

fn there(row: &Record, child: &Child, written: &Written) -> Loaded<Record> {
    let beside = Beside {
        pivots: pivot(child, written),
        ..Beside::default()
    };
    Loaded::new(row.clone(), Some(Arc::new(beside)), 0)
}

/// The columns of the junction table's row that are more than its foreign keys.
fn pivot(child: &Child, written: &Written) -> Option<Arc<RecordSet>> {
    let junction = child.junction.as_ref()?;
    let row = written.rows.get(junction.row)?;
    let columns = junction
        .pivot
        .iter()
        .filter(|column| row.value(column).is_some());
    let columns: Vec<&str> = columns.map(String::as_str).collect();
    let values = columns
        .iter()
        .filter_map(|column| row.value(column).cloned());
    let values = values.collect();
    let header = Arc::new(Header::new(columns));
    (!header.is_empty()).then(|| Arc::new(RecordSet::new(Rows::new(header, values))))
}

//! The difference between two folders, for people.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use similar::TextDiff;

/// The files that differ, as one unified diff; `None` where all are equal.
pub(super) fn unified(
    held: &BTreeMap<String, String>,
    wanted: &BTreeMap<String, String>,
) -> Option<String> {
    let names: BTreeSet<_> = held.keys().chain(wanted.keys()).collect();
    let mut all = String::new();
    for name in names {
        let (old, new) = (held.get(name), wanted.get(name));
        if old == new {
            continue;
        }
        let side = |letter: char, text: Option<&String>| match text {
            Some(_) => format!("{letter}/{name}"),
            None => "/dev/null".to_owned(),
        };
        let (old_name, new_name) = (side('a', old), side('b', new));
        let text = |text: Option<&String>| text.map_or("", String::as_str).to_owned();
        let (old, new) = (text(old), text(new));
        let diff = TextDiff::from_lines(&old, &new);
        let diff = diff.unified_diff().header(&old_name, &new_name).to_string();
        // A String takes whatever is written to it.
        let _ = write!(all, "{diff}");
    }
    (!all.is_empty()).then_some(all)
}

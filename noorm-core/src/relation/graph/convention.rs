//! Guesses: columns that are called as if they pointed.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::comparable::comparable;
use super::link::{Link, Named};
use crate::relation::Origin;
use crate::relation::names::stem;
use crate::relation::warning::{RelationWarning, WarningKind};
use crate::schema::{Column, ForeignKey, References};

/// The tables that a word may mean.
pub(super) struct Convention<'a> {
    by_word: FxHashMap<&'a str, Vec<&'a Named<'a>>>,
}

impl<'a> Convention<'a> {
    pub(super) fn of(tables: &'a [Named<'a>]) -> Self {
        let mut by_word: FxHashMap<&str, Vec<&Named<'a>>> = FxHashMap::default();
        for table in tables
            .iter()
            .filter(|table| table.table.key_columns().len() == 1)
        {
            by_word.entry(&table.singular).or_default().push(table);
            if table.plural != table.singular {
                by_word.entry(&table.plural).or_default().push(table);
            }
        }
        Self { by_word }
    }

    /// Adds to the foreign keys of a table those that its other columns are called after.
    pub(super) fn guess(
        &self,
        child: &'a Named<'a>,
        links: &mut Vec<Link<'a>>,
        notes: &mut Vec<RelationWarning>,
    ) {
        for column in &child.table.columns {
            if links.iter().any(|link| link.covers(&column.name)) {
                continue;
            }
            let Some(stem) = stem(&column.name, "", "id").filter(|stem| !stem.is_empty()) else {
                continue;
            };
            let fitting = self.fitting(child, column, &stem);
            match fitting.as_slice() {
                [] => (),
                [parent] => links.extend(guessed(child, column, parent)),
                several => notes.push(ambiguous(child, column, several)),
            }
        }
    }

    /// The tables that `column` may point at: those that are called so, else the one that its last words are.
    fn fitting(&self, child: &'a Named<'a>, column: &Column, stem: &str) -> Vec<&'a Named<'a>> {
        if stem == "parent" && !self.by_word.contains_key(stem) {
            let is_own = |parent: &&Named<'_>| fits(column, parent);
            return Some(child).into_iter().filter(is_own).collect();
        }
        let mut words = stem;
        loop {
            let tables = self.by_word.get(words).map_or(&[][..], Vec::as_slice);
            let near = |parent: &&&Named<'_>| {
                parent.table.schema == child.table.schema && fits(column, parent)
            };
            let found: Vec<&Named<'a>> = tables.iter().filter(near).copied().collect();
            match words.split_once('_') {
                Some((_, rest)) if found.is_empty() => words = rest,
                _ => {
                    return found
                        .into_iter()
                        .filter(|parent| !is_key_of(child, column, parent))
                        .collect();
                }
            }
        }
    }
}

/// Whether it is the table's own key, which points nowhere: `artist.artist_id`.
fn is_key_of(child: &Named<'_>, column: &Column, parent: &Named<'_>) -> bool {
    child.at == parent.at && child.table.key_columns() == std::slice::from_ref(&column.name)
}

fn fits(column: &Column, parent: &Named<'_>) -> bool {
    let [key] = parent.table.key_columns() else {
        return false;
    };
    let key = parent.table.column(key);
    key.is_some_and(|key| comparable(&column.column_type, &key.column_type))
}

fn guessed<'a>(child: &'a Named<'a>, column: &Column, parent: &'a Named<'a>) -> Option<Link<'a>> {
    let table = parent.table;
    let target = References::new(
        table.schema.clone(),
        &table.name,
        table.key_columns().to_vec(),
    );
    let key = ForeignKey::new(None, vec![column.name.clone()], target);
    Link::new(child, parent, Cow::Owned(key), Origin::Convention)
}

fn ambiguous(child: &Named<'_>, column: &Column, several: &[&Named<'_>]) -> RelationWarning {
    let names = several
        .iter()
        .map(|parent| format!("`{}`", parent.table.table_name()));
    let names: Vec<String> = names.collect();
    RelationWarning::new(
        WarningKind::AmbiguousGuess,
        child.table,
        std::slice::from_ref(&column.name),
        format!(
            "`{}` may point at any of {}: declare which",
            column.name,
            names.join(", ")
        ),
    )
}

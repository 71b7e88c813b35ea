//! The sections of `noorm.toml` that are about relations.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::declaration::Way;
use super::{Declaration, Misfit, Place, Placed, RelationConfig};
use crate::error::{Error, ErrorKind, Result};
use crate::relation::relation::RelationKind;
use crate::schema::similar;

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    relations: Relations,
    #[serde(default)]
    relation: Vec<Spanned<Entry>>,
    /// The sections of others.
    #[serde(flatten)]
    others: BTreeMap<String, toml::Value>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Relations {
    rename: BTreeMap<Spanned<String>, String>,
    ignore: Vec<Spanned<String>>,
    plurals: BTreeMap<String, String>,
    by_convention: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    table: String,
    name: String,
    #[serde(default)]
    columns: Vec<String>,
    target: Option<String>,
    #[serde(default)]
    target_columns: Vec<String>,
    kind: Option<RelationKind>,
    through: Option<String>,
    type_column: Option<String>,
    #[serde(default)]
    targets: BTreeMap<String, String>,
    inverse: Option<String>,
}

/// The names of our sections.
const SECTIONS: [&str; 2] = ["relations", "relation"];

pub(super) fn read(text: &str, file: &str) -> Result<RelationConfig> {
    let name: Arc<str> = file.into();
    let place = |span: Range<usize>| Place {
        file: Arc::clone(&name),
        line: line(text, span.start),
    };
    let parsed: File = toml::from_str(text).map_err(|error| {
        let place = error.span().map(place);
        let error = Error::new(ErrorKind::InvalidConfig, error.message());
        Misfit::error(&[Misfit { place, error }])
    })?;
    check_sections(parsed.others.keys(), file)?;
    let relations = parsed.relations;
    let mut config = RelationConfig {
        plurals: relations.plurals.into_iter().collect(),
        by_convention: relations.by_convention,
        ..RelationConfig::default()
    };
    for (relation, new) in relations.rename {
        let place = Some(place(relation.span()));
        let entry = (relation.into_inner(), new);
        config.renamed.push(Placed { entry, place });
    }
    for relation in relations.ignore {
        let place = Some(place(relation.span()));
        let entry = relation.into_inner();
        config.ignored.push(Placed { entry, place });
    }
    let mut misfits = Vec::new();
    for entry in parsed.relation {
        let place = Some(place(entry.span()));
        match declaration(entry.into_inner()) {
            Ok(entry) => config.declared.push(Placed { entry, place }),
            Err(error) => misfits.push(Misfit { place, error }),
        }
    }
    match misfits.is_empty() {
        true => Ok(config),
        false => Err(Misfit::error(&misfits)),
    }
}

/// Refuses a section that is called nearly as ours are.
fn check_sections<'a>(others: impl Iterator<Item = &'a String>, file: &str) -> Result<()> {
    for other in others {
        let similar = similar(other, SECTIONS.into_iter().map(str::to_owned));
        if !similar.is_empty() {
            let message = format!("{file}: nobody knows the section `{other}`");
            let error = Error::new(ErrorKind::InvalidConfig, message);
            return Err(error.with_help(format!("did you mean {similar}?")));
        }
    }
    Ok(())
}

fn declaration(entry: Entry) -> Result<Declaration> {
    let (table, name) = (entry.table.clone(), entry.name.clone());
    let refused = |why: &str| {
        let message = format!("the relation `{table}.{name}` {why}");
        Err(Error::new(ErrorKind::InvalidConfig, message))
    };
    let takes_kind = entry.target.is_some();
    let takes_columns = entry.through.is_none();
    let way = match (entry.target, entry.through, entry.type_column) {
        (Some(table), None, None) => {
            let kind = entry.kind.unwrap_or(RelationKind::BelongsTo);
            if kind.is_through() {
                return refused(
                    "has a `target`: its `kind` is `belongs_to`, `has_one` or `has_many`",
                );
            }
            let columns = entry.target_columns;
            Way::Direct {
                kind,
                table,
                columns,
            }
        }
        (None, Some(path), None) => Way::Through(path),
        (None, None, Some(type_column)) if !entry.targets.is_empty() => Way::Polymorphic {
            type_column,
            targets: entry.targets.into_iter().collect(),
        },
        _ => return refused("needs one of `target`, `through`, and `type_column` with `targets`"),
    };
    if !takes_kind && entry.kind.is_some() {
        return refused("has a `kind`, which only one with a `target` takes");
    }
    if !takes_columns && (entry.inverse.is_some() || !entry.columns.is_empty()) {
        return refused("leads `through` others, and takes neither `columns` nor an `inverse`");
    }
    Ok(Declaration {
        table: entry.table,
        name: entry.name,
        columns: entry.columns,
        way,
        inverse: entry.inverse,
    })
}

/// The number of the line in which the byte `at` stands.
fn line(text: &str, at: usize) -> usize {
    let before = text.as_bytes().iter().take(at);
    before.filter(|byte| **byte == b'\n').count() + 1
}

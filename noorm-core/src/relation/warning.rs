//! What is worth knowing about the keys that relations go along.

mod cycle;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::RelationGraph;
use super::config::Misfit;
use super::graph::{comparable, has_index};
use crate::schema::keys::listed;
use crate::schema::{ColumnType, ForeignKey, Schema, Table, TableName};

/// Something that slows relations down or leads astray, found without looking at rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RelationWarning {
    /// What it is.
    pub kind: WarningKind,
    /// The table that it is about, where it is about one.
    pub table: Option<TableName>,
    /// The columns, as far as it is about some.
    pub columns: Vec<String>,
    /// What it is and what to do about it, for people.
    pub message: String,
}

impl fmt::Display for RelationWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.table {
            Some(table) => write!(f, "`{table}`: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// The kinds of [`RelationWarning`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WarningKind {
    /// A foreign key has no index that begins with its columns: has-many reads the whole table.
    MissingIndex,
    /// The two ends of a foreign key are of different types.
    TypeMismatch,
    /// Tables need rows of each other first, so that none can be added.
    RequiredCycle,
    /// A foreign key points at what wasn't discovered.
    UnknownTarget,
    /// A convention fits several tables, so that nothing was guessed.
    AmbiguousGuess,
    /// An entry of the configuration doesn't fit the database any more.
    Misfit,
}

impl RelationGraph {
    /// Tells what slows relations down or leads astray in `schema`, the one that the graph was made of.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// for warning in db.relations().warnings(&db.schema()) {
    ///     eprintln!("{warning}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn warnings(&self, schema: &Schema) -> Vec<RelationWarning> {
        let mut warnings = self.notes.clone();
        for table in &schema.tables {
            for key in &table.foreign_keys {
                warnings.extend(of_key(schema, table, key));
            }
        }
        warnings.extend(cycle::required_cycles(schema));
        warnings
    }
}

impl RelationWarning {
    pub(super) fn new(
        kind: WarningKind,
        table: &Table,
        columns: &[String],
        message: String,
    ) -> Self {
        Self {
            kind,
            table: Some(table.table_name()),
            columns: columns.to_vec(),
            message,
        }
    }
}

impl RelationWarning {
    pub(super) fn of_misfit(misfit: &Misfit) -> Self {
        Self {
            kind: WarningKind::Misfit,
            table: None,
            columns: Vec::new(),
            message: misfit.to_string(),
        }
    }
}

fn of_key(schema: &Schema, table: &Table, key: &ForeignKey) -> Vec<RelationWarning> {
    let warning = |kind, message| RelationWarning::new(kind, table, &key.columns, message);
    let columns = listed(&key.columns);
    let target = key.references.table_name();
    let Ok(parent) = schema.table_named(&target) else {
        let message =
            format!("its foreign key {columns} points at `{target}`, which wasn't discovered");
        return vec![warning(WarningKind::UnknownTarget, message)];
    };
    let there = &key.references.columns;
    let lacks = |names: &[String], table: &Table| {
        let mut names = names.iter();
        names.find(|name| table.column(name).is_none()).cloned()
    };
    if let Some(missing) = lacks(&key.columns, table) {
        let message = format!(
            "its foreign key {columns} is of a column `{missing}` that isn't there: it makes no relation"
        );
        return vec![warning(WarningKind::UnknownTarget, message)];
    }
    if let Some(missing) = lacks(there, parent) {
        let message = format!(
            "its foreign key {columns} points at `{target}` {}, where there is no column `{missing}`: it makes no relation",
            listed(there)
        );
        return vec![warning(WarningKind::UnknownTarget, message)];
    }
    if there.len() != key.columns.len() {
        let message = format!(
            "its foreign key {columns} points at the primary key of `{target}`, which has none of as many columns: it makes no relation"
        );
        return vec![warning(WarningKind::UnknownTarget, message)];
    }
    let mut warnings = Vec::new();
    // Partitions may have indexes of their own, which are not discovered.
    if table.partitions.is_empty() && !has_index(table, &key.columns) {
        let message = format!(
            "no index begins with its foreign key {columns}: add one, or the way back from `{target}`, and what deletes its rows, is slow"
        );
        warnings.push(warning(WarningKind::MissingIndex, message));
    }
    for (column, there) in key.columns.iter().zip(&key.references.columns) {
        let (Some(ours), Some(theirs)) = (table.column(column), parent.column(there)) else {
            continue;
        };
        let (a, b) = (&ours.column_type, &theirs.column_type);
        if !comparable(a, b) || differ(a, b) {
            let message =
                format!("`{column}` is {a}, and `{target}.{there}`, which it points at, is {b}");
            warnings.push(RelationWarning::new(
                WarningKind::TypeMismatch,
                table,
                std::slice::from_ref(column),
                message,
            ));
        }
    }
    warnings
}

/// Whether one holds numbers that the other doesn't.
fn differ(a: &ColumnType, b: &ColumnType) -> bool {
    match (a, b) {
        (ColumnType::Integer { .. }, ColumnType::Integer { .. } | ColumnType::Decimal { .. })
        | (ColumnType::Decimal { .. }, ColumnType::Integer { .. }) => a != b,
        _ => false,
    }
}

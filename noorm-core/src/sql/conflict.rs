//! Upserts: what they may be aimed at, and how they are written.

use super::read_back::sets;
use super::write::Write;
use super::writer::Writer;
use super::{SqlFlavor, Upsert};
use crate::error::{Error, Result};
use crate::schema::{IndexKey, Table};
use crate::statement::{Conflict, Insert};

/// Checks that the dialect can do what `insert` asks for.
pub(super) fn check(
    table: &Table,
    insert: &Insert,
    conflict: &Conflict,
    flavor: &dyn SqlFlavor,
) -> Result<()> {
    let name = flavor.name();
    match flavor.capabilities().upsert {
        Upsert::Targeted => Ok(()),
        Upsert::Stepwise if insert.rows == 1 || conflict.update.is_empty() => Ok(()),
        Upsert::Stepwise => Err(Error::unsupported(
            name,
            "upsert",
            "insert or update several rows in one statement",
        )),
        Upsert::AnyKey if conflict.update.is_empty() => Err(Error::unsupported(
            name,
            "upsert",
            "leave the rows that are there as they are",
        )),
        Upsert::AnyKey => match other_key(table, insert, conflict) {
            None => Ok(()),
            Some(other) => {
                let target = conflict.target.join(", ");
                let message = format!(
                    "can't aim an upsert of `{}` at its key ({target}): the row that is changed could be \
                     one with the same {other}",
                    table.table_name()
                );
                Err(Error::unsupported_because(name, "upsert", &message)
                    .with_help("use `update_or_create`, which looks for the row first"))
            }
        },
        Upsert::None => Err(Error::unsupported(
            name,
            "upsert",
            "insert or update in one statement",
        )),
    }
}

/// Another unique key that could fire, in words; a key with all the target's columns can't fire for any
/// other row.
fn other_key(table: &Table, insert: &Insert, conflict: &Conflict) -> Option<String> {
    let covers = |key: &[String]| {
        conflict
            .target
            .iter()
            .all(|c| key.iter().any(|k| **k == **c))
    };
    let fires = |key: &[String]| !covers(key) && key.iter().all(|c| is_filled(table, insert, c));
    let primary = table.primary_key.iter().map(|key| &key.columns);
    let unique = table.unique.iter().map(|unique| &unique.columns);
    let mut constraints = primary.chain(unique).filter(|key| fires(key));
    if let Some(columns) = constraints.next() {
        return Some(columns.join(", "));
    }
    let unique = table.indexes.iter().filter(|index| index.unique);
    let mut indexes = unique.filter(|index| match index.is_plain() {
        true => fires(&index.columns),
        // A part of the target is less than the target.
        false => index.parts.iter().all(|part| match &part.key {
            IndexKey::Column(column) => is_filled(table, insert, column),
            IndexKey::Expression(_) => true,
        }),
    });
    indexes.next().map(|index| index.columns.join(", "))
}

/// Tells whether a new row may have something in the column that another row has.
fn is_filled(table: &Table, insert: &Insert, name: &str) -> bool {
    insert.columns.iter().any(|column| **column == *name)
        || sets(table, name)
        || table.column(name).is_none_or(|column| {
            column.generated.is_some() || (column.default.is_some() && !column.auto_increment)
        })
}

impl Writer<'_> {
    /// Writes the standard databases' `ON CONFLICT` of an upsert.
    ///
    /// ```
    /// use noorm_core::sql::{Write, Writer};
    /// use noorm_core::statement::Conflict;
    ///
    /// fn on_conflict(writer: &mut Writer<'_>, write: &Write<'_>, conflict: &Conflict) {
    ///     writer.on_conflict(write.table, conflict);
    /// }
    /// ```
    pub fn on_conflict(&mut self, table: &Table, conflict: &Conflict) {
        self.push(" ON CONFLICT (");
        self.names(&conflict.target);
        self.push(") DO ");
        if conflict.update.is_empty() {
            return self.push("NOTHING");
        }
        self.push("UPDATE SET");
        self.assigned(table, conflict, |writer, column| {
            writer.push("excluded.");
            writer.identifier(column);
        });
    }

    /// Writes what each column that a conflict changes becomes.
    ///
    /// ```
    /// use noorm_core::sql::{Write, Writer};
    /// use noorm_core::statement::Conflict;
    ///
    /// /// MariaDB's.
    /// fn on_conflict(writer: &mut Writer<'_>, write: &Write<'_>, conflict: &Conflict) {
    ///     writer.push(" ON DUPLICATE KEY UPDATE");
    ///     writer.assigned(write.table, conflict, |writer, column| {
    ///         writer.push("VALUES(");
    ///         writer.identifier(column);
    ///         writer.push(")");
    ///     });
    /// }
    /// ```
    pub fn assigned(
        &mut self,
        table: &Table,
        conflict: &Conflict,
        value: impl Fn(&mut Self, &str),
    ) {
        for (at, column) in conflict.update.iter().enumerate() {
            self.push(if at == 0 { " " } else { ", " });
            self.identifier(column);
            self.push(" = ");
            value(self, column);
        }
        if let Some(column) = &conflict.counts {
            self.push(if conflict.update.is_empty() {
                " "
            } else {
                ", "
            });
            self.counted_up(column, |writer| {
                // By itself, it could be the new row's.
                writer.identifier(&table.name);
                writer.push(".");
                writer.identifier(column);
            });
        }
    }

    /// Writes that a column becomes one more than what `place` writes.
    ///
    /// ```
    /// use noorm_core::sql::{Write, Writer};
    /// use noorm_core::statement::Conflict;
    ///
    /// fn set(writer: &mut Writer<'_>, _: &Write<'_>, conflict: &Conflict) {
    ///     if let Some(column) = &conflict.counts {
    ///         writer.push(", ");
    ///         writer.counted_up(column, |writer| writer.identifier(column));
    ///     }
    /// }
    /// ```
    pub fn counted_up(&mut self, column: &str, place: impl Fn(&mut Self)) {
        self.identifier(column);
        self.push(" = COALESCE(");
        place(self);
        self.push(", 0) + 1");
    }

    pub(super) fn conflict(&mut self, write: &Write<'_>) -> Result<()> {
        match write.on_conflict {
            Some(conflict) => self.flavor.on_conflict(self, write, conflict),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;

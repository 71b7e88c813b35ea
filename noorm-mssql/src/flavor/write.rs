//! Writes that give their rows back.
//!
//! | | when | how |
//! |---|---|---|
//! | [`Output`](Back::Output) | nothing fires on the write | `OUTPUT inserted.[c]` in the middle of it |
//! | [`Again`](Back::Again) | it is an upsert; or something fires, a column must be cast, or there are several rows, and the key is among the binds | the rows are selected by it, in its order |
//! | [`Key`](Back::Key) | the same, and it is not; or changed columns are computed | `OUTPUT` of the key `INTO` a table variable, which the rows are selected by |
//! | [`Number`](Back::Number) | the key is numbered, and the row all defaults | the row is selected by `SCOPE_IDENTITY()` |
//! | [`Rows`](Back::Rows) | a column must be cast and there is no key, or rows go | `OUTPUT` of the rows `INTO` a table variable, which is selected |
//!
//! Casts stand in a `SELECT` of their own because Babelfish knows no `inserted` inside of them. A table with
//! triggers refuses an `OUTPUT` without `INTO` (error 334), and what a trigger changes isn't in it. What comes
//! behind an `OUTPUT`, as the end of an identity insert does, hides its rows on Babelfish. The order of an
//! `OUTPUT` is not the order of the rows
//! (<https://learn.microsoft.com/sql/t-sql/queries/output-clause-transact-sql>); identities are given in
//! the order of a `SELECT … ORDER BY` that is inserted.

use std::sync::Arc;

use noorm_core::schema::{Column, Table, TriggerEvent, TriggerTiming};
use noorm_core::sql::{Write, WriteKind, Writer};
use noorm_core::statement::Conflict;
use noorm_core::{Error, ErrorKind, Result};

use crate::types::{SelectAs, select_as, variable_type};

/// How rows are given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Back {
    Nothing,
    Output,
    Again,
    Key,
    Number,
    Rows,
}

impl Back {
    fn of(write: &Write<'_>) -> Self {
        let Some(columns) = &write.returning else {
            return Self::Nothing;
        };
        let fires = fires(write.table, write.kind, |_| true);
        let apart = columns.iter().any(|column| is_cast(column)) || write.names_identity();
        let keyed = !write.table.key_columns().is_empty();
        match write.kind {
            WriteKind::Insert if write.on_conflict.is_some() => Self::Again,
            WriteKind::Insert
                if write.columns.is_empty() && numbered_key(write.table).is_some() =>
            {
                Self::Number
            }
            WriteKind::Insert
                if (fires || write.rows > 1) && names_key(write.table, write.columns) =>
            {
                Self::Again
            }
            WriteKind::Insert if write.rows > 1 && numbered_key(write.table).is_some() => Self::Key,
            WriteKind::Insert | WriteKind::Update if fires => Self::Key,
            WriteKind::Delete if fires => Self::Rows,
            // Babelfish gives what a column was computed to before.
            WriteKind::Update if keyed && columns.iter().any(|c| c.generated.is_some()) => {
                Self::Key
            }
            // Large values are better not copied; Babelfish hangs over them in a table variable.
            WriteKind::Insert if apart && names_key(write.table, write.columns) => Self::Again,
            WriteKind::Insert | WriteKind::Update if apart && keyed => Self::Key,
            _ if apart => Self::Rows,
            _ => Self::Output,
        }
    }

    fn keeps(self) -> bool {
        matches!(self, Self::Key | Self::Rows)
    }
}

fn is_cast(column: &Column) -> bool {
    select_as(column) != SelectAs::Itself
}

fn fires(table: &Table, kind: WriteKind, when: impl Fn(TriggerTiming) -> bool) -> bool {
    let event = match kind {
        WriteKind::Insert => TriggerEvent::Insert,
        WriteKind::Update => TriggerEvent::Update,
        WriteKind::Delete => TriggerEvent::Delete,
    };
    let mut triggers = table.triggers.iter();
    triggers.any(|t| t.enabled && t.events.contains(&event) && when(t.timing))
}

fn names_key(table: &Table, columns: &[Arc<str>]) -> bool {
    let key = table.key_columns();
    !key.is_empty() && key.iter().all(|name| columns.iter().any(|c| **c == **name))
}

/// The key, if it is one column that the database numbers.
fn numbered_key(table: &Table) -> Option<&Column> {
    let [name] = table.key_columns() else {
        return None;
    };
    table
        .column(name)
        .filter(|column| column.identity.is_some())
}

/// Rows whose key is neither named nor numbered couldn't be told apart: each goes alone.
pub(super) fn rows_per_insert(table: &Table, columns: &[Arc<str>], max: usize) -> usize {
    match names_key(table, columns) || numbered_key(table).is_some() {
        true => max,
        false => 1,
    }
}

/// Writes the declaration of the table variable, and lets identities in.
pub(super) fn before(writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
    declare(writer, write)?;
    if let Some(conflict) = write.on_conflict.filter(|_| !adds_missing(write)) {
        update_or(writer, write, conflict);
    }
    identity_insert(writer, write, "ON; ");
    Ok(())
}

/// Writes the update of an upsert, and when its insert follows. The row that is there, or the gap where it
/// would be, is locked until the transaction ends, so that no other comes in between; `MERGE` would need the
/// same lock, and has bugs that this hasn't.
fn update_or(writer: &mut Writer<'_>, write: &Write<'_>, conflict: &Conflict) {
    let table = write.table.table_name();
    let place = |column: &str| write.columns.iter().position(|c| **c == *column);
    let is = |writer: &mut Writer<'_>, column: &str| {
        writer.identifier(column);
        writer.push(" = ");
        // The binds of the one row, which the insert counts.
        writer.placeholder(place(column).unwrap_or_default() + 1);
    };
    let filter = |writer: &mut Writer<'_>| {
        for (at, column) in conflict.target.iter().enumerate() {
            writer.push(if at == 0 { " WHERE " } else { " AND " });
            is(writer, column);
        }
    };
    if conflict.update.is_empty() {
        writer.push("IF NOT EXISTS (SELECT 1 FROM ");
        writer.table_name(&table);
        writer.push(LOCKED);
        filter(writer);
        return writer.push(") BEGIN ");
    }
    writer.push("UPDATE ");
    writer.table_name(&table);
    writer.push(LOCKED);
    writer.push(" SET ");
    for (at, column) in conflict.update.iter().enumerate() {
        writer.push(if at == 0 { "" } else { ", " });
        is(writer, column);
    }
    if let Some(column) = &conflict.counts {
        writer.push(", ");
        writer.counted_up(column, |writer| writer.identifier(column));
    }
    filter(writer);
    writer.push("; IF @@ROWCOUNT = 0 BEGIN ");
}

/// Whether several rows are added of which some may be there: the insert asks for them itself then.
fn adds_missing(write: &Write<'_>) -> bool {
    write.rows > 1
        && write
            .on_conflict
            .is_some_and(|conflict| conflict.update.is_empty())
}

/// Writes the rows of such an insert.
fn missing_rows(writer: &mut Writer<'_>, write: &Write<'_>, conflict: &Conflict) {
    writer.push(" SELECT ");
    writer.names(write.columns);
    writer.push(" FROM (");
    writer.values(write);
    writer.push(") AS v (");
    writer.names(write.columns);
    writer.push(") WHERE NOT EXISTS (SELECT 1 FROM ");
    writer.table_name(&write.table.table_name());
    writer.push(" AS t");
    writer.push(LOCKED);
    for (at, column) in conflict.target.iter().enumerate() {
        writer.push(if at == 0 { " WHERE t." } else { " AND t." });
        is_as_kept(writer, write.table, column, " = v.");
    }
    writer.push(")");
}

/// Compares a column with that of the same name of some rows of binds. Those have the collation of the database, and
/// two of different ones can't be compared (error 468), so that the column's is named.
fn is_as_kept(writer: &mut Writer<'_>, table: &Table, column: &str, equals: &str) {
    writer.identifier(column);
    writer.push(equals);
    writer.identifier(column);
    if let Some(collation) = table.column(column).and_then(|c| c.collation.as_deref()) {
        writer.push(" COLLATE ");
        writer.push(collation);
    }
}

/// How an upsert looks for its row.
const LOCKED: &str = " WITH (UPDLOCK, SERIALIZABLE)";

/// Lets identities be written or not, for one table of a session at a time. The end of `sp_executesql` takes
/// it back, too, should the insert fail.
fn identity_insert(writer: &mut Writer<'_>, write: &Write<'_>, on_or_off: &str) {
    if write.names_identity() {
        writer.push("SET IDENTITY_INSERT ");
        writer.table_name(&write.table.table_name());
        writer.push(" ");
        writer.push(on_or_off);
    }
}

fn declare(writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
    let back = Back::of(write);
    if matches!(back, Back::Nothing | Back::Output | Back::Again) {
        return Ok(());
    }
    let instead = |timing| timing == TriggerTiming::InsteadOf;
    let lost = write.kind == WriteKind::Insert && fires(write.table, write.kind, instead);
    if lost || (back == Back::Key && write.table.key_columns().is_empty()) {
        let name = write.table.table_name();
        return Err(Error::new(
            ErrorKind::Unsupported,
            format!(
                "a trigger of `{name}` may change what is written, and the rows can't be found again"
            ),
        )
        .with_help("name the values of the primary key, or write with SQL of your own"));
    }
    if back == Back::Number {
        return Ok(());
    }
    writer.push("DECLARE @noorm TABLE (");
    for (at, column) in kept(back, write).into_iter().enumerate() {
        writer.push(if at == 0 { "" } else { ", " });
        writer.identifier(&column.name);
        writer.push(" ");
        writer.push(variable_type(column));
        if let Some(collation) = column.collation.as_deref() {
            writer.push(" COLLATE ");
            writer.push(collation);
        }
    }
    writer.push("); ");
    Ok(())
}

/// What the table variable keeps.
fn kept<'a>(back: Back, write: &Write<'a>) -> Vec<&'a Column> {
    if back == Back::Rows {
        return write.returning.clone().unwrap_or_default();
    }
    let key = write.table.key_columns().iter();
    key.filter_map(|name| write.table.column(name)).collect()
}

/// Writes the `OUTPUT`.
pub(super) fn inside(writer: &mut Writer<'_>, write: &Write<'_>) {
    let from = match write.kind {
        WriteKind::Delete => "deleted.",
        WriteKind::Insert | WriteKind::Update => "inserted.",
    };
    let back = Back::of(write);
    if back == Back::Output {
        writer.push(" OUTPUT ");
        writer.selected(write.returning.as_deref().unwrap_or_default(), from);
    } else if back.keeps() {
        let kept = kept(back, write);
        writer.push(" OUTPUT ");
        prefixed(writer, &kept, from);
        writer.push(" INTO @noorm (");
        prefixed(writer, &kept, "");
        writer.push(")");
    }
}

fn prefixed(writer: &mut Writer<'_>, columns: &[&Column], prefix: &str) {
    for (at, column) in columns.iter().enumerate() {
        writer.push(if at == 0 { "" } else { ", " });
        writer.push(prefix);
        writer.identifier(&column.name);
    }
}

/// Writes the rows of an insert.
pub(super) fn rows(writer: &mut Writer<'_>, write: &Write<'_>) {
    if let Some(conflict) = write.on_conflict.filter(|_| adds_missing(write)) {
        return missing_rows(writer, write, conflict);
    }
    if Back::of(write) != Back::Key || write.rows < 2 {
        return writer.values(write);
    }
    writer.push(" SELECT ");
    writer.names(write.columns);
    writer.push(" FROM (VALUES ");
    for row in 0..write.rows {
        writer.push(if row == 0 { "(" } else { ", (" });
        writer.push(&row.to_string());
        for name in write.columns {
            writer.push(", ");
            let number = writer.take_bind(Some(name));
            writer.placeholder(number);
        }
        writer.push(")");
    }
    writer.push(") AS v ([noorm number], ");
    writer.names(write.columns);
    writer.push(") ORDER BY [noorm number]");
}

/// Whether a trigger's statements may tell of rows, too: of a write that finds none, the driver tells no more than theirs.
fn must_count(write: &Write<'_>) -> bool {
    let is_one = write.on_conflict.is_none() || adds_missing(write);
    write.returning.is_none() && is_one && fires(write.table, write.kind, |_| true)
}

/// Writes the select that reads the rows as they are now.
pub(super) fn after(writer: &mut Writer<'_>, write: &Write<'_>) {
    if must_count(write) {
        writer.push("; SELECT @@ROWCOUNT AS [affected]");
    }
    if write.names_identity() {
        writer.push("; ");
        identity_insert(writer, write, "OFF");
    }
    writer.push(if write.on_conflict.is_some() && !adds_missing(write) {
        " END"
    } else {
        ""
    });
    let Some(columns) = &write.returning else {
        return;
    };
    match Back::of(write) {
        Back::Nothing | Back::Output => {}
        Back::Number => {
            writer.push("; SELECT ");
            writer.selected(columns, "t.");
            writer.push(" FROM ");
            writer.table_name(&write.table.table_name());
            writer.push(" AS t WHERE t.");
            if let Some(key) = numbered_key(write.table) {
                writer.identifier(&key.name);
                // It is a decimal, to which every row's key would be converted.
                writer.push(" = CAST(SCOPE_IDENTITY() AS ");
                writer.push(variable_type(key));
                writer.push(")");
            }
        }
        Back::Rows => {
            writer.push("; SELECT ");
            writer.selected(columns, "t.");
            writer.push(" FROM @noorm AS t");
        }
        Back::Key => {
            select_joined(writer, write, columns);
            writer.push("@noorm AS w");
            join_key(writer, write.table, &sought(write));
            if let (true, Some(key)) = (write.rows > 1, numbered_key(write.table)) {
                writer.push(" ORDER BY w.");
                writer.identifier(&key.name);
                writer.push(if counts_down(writer, write.table, key) {
                    " DESC"
                } else {
                    ""
                });
            }
        }
        Back::Again => {
            select_joined(writer, write, columns);
            writer.push("(VALUES ");
            let key = sought(write);
            let width = write.columns.len();
            for row in 0..write.rows {
                writer.push(if row == 0 { "(" } else { ", (" });
                writer.push(&row.to_string());
                for name in &key {
                    let place = write.columns.iter().position(|c| **c == **name);
                    writer.push(", ");
                    writer.placeholder(row * width + place.unwrap_or_default() + 1);
                }
                writer.push(")");
            }
            writer.push(") AS w ([noorm number]");
            for name in &key {
                writer.push(", ");
                writer.identifier(name);
            }
            writer.push(")");
            join_key(writer, write.table, &key);
            writer.push(if write.rows > 1 {
                " ORDER BY w.[noorm number]"
            } else {
                ""
            });
        }
    }
}

fn select_joined(writer: &mut Writer<'_>, write: &Write<'_>, columns: &[&Column]) {
    writer.push("; SELECT ");
    writer.selected(columns, "t.");
    writer.push(" FROM ");
    writer.table_name(&write.table.table_name());
    writer.push(" AS t INNER JOIN ");
}

/// The key by which what was written is read: an upsert's is what it is aimed at.
fn sought<'a>(write: &Write<'a>) -> Vec<&'a str> {
    match write.on_conflict {
        Some(conflict) => conflict.target.iter().map(|c| &**c).collect(),
        None => write
            .table
            .key_columns()
            .iter()
            .map(String::as_str)
            .collect(),
    }
}

fn join_key(writer: &mut Writer<'_>, table: &Table, key: &[&str]) {
    for (at, name) in key.iter().enumerate() {
        writer.push(if at == 0 { " ON t." } else { " AND t." });
        is_as_kept(writer, table, name, " = w.");
    }
}

/// Tells whether an identity's numbers go down.
fn counts_down(writer: &Writer<'_>, table: &Table, column: &Column) -> bool {
    let name = format!("{}.{}", table.table_name(), column.name);
    let mut sequences = writer.schema().sequences.iter();
    let own = sequences.find(|sequence| sequence.owned_by.as_ref() == Some(&name));
    own.is_some_and(|sequence| sequence.increment < 0)
}

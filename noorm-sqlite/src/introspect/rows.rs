//! The rows of the catalog statements, one struct for each.

use std::collections::HashMap;

use noorm_core::executor::{Row, Rows};
use noorm_core::{Result, Value};

/// A struct that one row of a catalog statement becomes.
pub(super) trait FromCatalogRow: Sized {
    fn from_row(row: &mut Row<'_>) -> Result<Self>;
}

pub(super) fn collect<T: FromCatalogRow>(mut rows: Rows) -> Result<Vec<T>> {
    rows.rows_mut()
        .map(|mut row| T::from_row(&mut row))
        .collect()
}

/// A row of `objects.sql`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    /// `table`, `view`, `index` or `trigger`.
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) table: String,
    pub(super) sql: Option<String>,
}

impl FromCatalogRow for Object {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            kind: text(row, "type")?,
            name: text(row, "name")?,
            table: text(row, "table_name")?,
            sql: optional_text(row, "sql")?,
        })
    }
}

/// A row of `tables.sql`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ListedTable {
    pub(super) name: String,
    /// `table`, `view`, `virtual` or `shadow`.
    pub(super) kind: String,
    pub(super) without_rowid: bool,
}

impl FromCatalogRow for ListedTable {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            name: text(row, "name")?,
            kind: text(row, "type")?,
            without_rowid: flag(row, "without_rowid")?,
        })
    }
}

/// A row of `columns.sql`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundColumn {
    pub(super) table: String,
    /// Its place, counted from 0.
    pub(super) cid: i64,
    pub(super) name: String,
    pub(super) native_type: String,
    pub(super) not_null: bool,
    pub(super) default: Option<String>,
    /// Its place in the primary key, counted from 1; 0 if it isn't in it.
    pub(super) key_place: i64,
    /// 1: hidden; 2: generated on each read; 3: generated and stored.
    pub(super) hidden: i64,
}

impl FromCatalogRow for FoundColumn {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            table: text(row, "table_name")?,
            cid: row.take_named("cid")?,
            name: text(row, "name")?,
            native_type: text(row, "type")?,
            not_null: flag(row, "not_null")?,
            default: optional_text(row, "default_value")?,
            key_place: row.take_named("pk")?,
            hidden: row.take_named("hidden")?,
        })
    }
}

/// A row of `indexes.sql`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundIndexPart {
    pub(super) table: String,
    pub(super) name: String,
    pub(super) unique: bool,
    /// `c`, `u` or `pk`.
    pub(super) origin: String,
    pub(super) partial: bool,
    pub(super) position: i64,
    /// `None` for an expression.
    pub(super) column: Option<String>,
    pub(super) descending: bool,
    pub(super) collation: Option<String>,
}

impl FromCatalogRow for FoundIndexPart {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            table: text(row, "table_name")?,
            name: text(row, "name")?,
            unique: flag(row, "is_unique")?,
            origin: text(row, "origin")?,
            partial: flag(row, "partial")?,
            position: row.take_named("position")?,
            column: optional_text(row, "column_name")?,
            descending: flag(row, "descending")?,
            collation: optional_text(row, "collation")?,
        })
    }
}

/// A row of `foreign_keys.sql`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundForeignKeyPart {
    pub(super) table: String,
    /// Counted from the table's last foreign key to its first.
    pub(super) id: i64,
    pub(super) seq: i64,
    pub(super) target: String,
    pub(super) from: String,
    pub(super) to: Option<String>,
    pub(super) on_update: String,
    pub(super) on_delete: String,
}

impl FromCatalogRow for FoundForeignKeyPart {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            table: text(row, "table_name")?,
            id: row.take_named("id")?,
            seq: row.take_named("seq")?,
            target: text(row, "target")?,
            from: text(row, "from_column")?,
            to: optional_text(row, "to_column")?,
            on_update: text(row, "on_update")?,
            on_delete: text(row, "on_delete")?,
        })
    }
}

/// Chooses what to ask the pragmas about: all but shadow tables, which are part of their virtual table.
///
/// Only views and virtual tables can be broken. They come last, so that halving a list that fails
/// soon leaves the tables behind.
pub(super) fn names_to_read<'a>(objects: &'a [Object], listed: &[ListedTable]) -> Vec<&'a str> {
    let kinds: HashMap<&str, &str> = listed.iter().map(|t| (&*t.name, &*t.kind)).collect();
    let kind = |object: &Object| kinds.get(&*object.name).copied().unwrap_or_default();
    let is_table = |o: &&Object| o.kind == "table" || o.kind == "view";
    let mut names: Vec<(bool, &str)> = (objects.iter().filter(is_table))
        .filter(|object| kind(object) != "shadow")
        .map(|object| (kind(object) != "table", &*object.name))
        .collect();
    names.sort_unstable();
    names.into_iter().map(|(_, name)| name).collect()
}

fn text(row: &mut Row<'_>, column: &str) -> Result<String> {
    Ok(optional_text(row, column)?.unwrap_or_default())
}

/// Takes text in whatever form: a database file may hold bytes that are no UTF-8, and a hand-edited
/// catalog anything at all.
fn optional_text(row: &mut Row<'_>, column: &str) -> Result<Option<String>> {
    match row.take_named(column)? {
        Value::Null => Ok(None),
        Value::Bytes(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Value::I64(n) => Ok(Some(n.to_string())),
        Value::F64(n) => Ok(Some(n.to_string())),
        Value::Text(text) => Ok(Some(text)),
        other => Err(noorm_core::value::Mismatch::of("text", &other).in_column(column)),
    }
}

fn flag(row: &mut Row<'_>, column: &str) -> Result<bool> {
    Ok(row.take_named::<i64>(column)? != 0)
}

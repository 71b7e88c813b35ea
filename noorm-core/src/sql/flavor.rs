//! What dialects do differently when they write SQL.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Write, Writer};
use crate::error::Result;
use crate::schema::{Column, Table};
use crate::statement::{Match, Node, Select};
use crate::value::Value;

/// What a dialect can do: plain facts, to be asked before, not found out by failing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// Whether tables stand in schemas.
    pub schemas: bool,
    /// Which writes can give their rows back (`RETURNING`, `OUTPUT`).
    pub returning: Returning,
    /// Whether columns can hold arrays.
    pub arrays: bool,
    /// Whether DDL takes part in transactions.
    pub transactional_ddl: bool,
    /// Whether two connections can write at the same time.
    pub concurrent_writers: bool,
    /// The most binds that one statement takes.
    pub max_binds: usize,
    /// The most rows that one `INSERT` takes.
    pub max_rows: usize,
}

impl Capabilities {
    /// The least that a dialect can do; `max_binds` is the most binds of one statement.
    #[must_use]
    pub const fn minimal(max_binds: usize) -> Self {
        Self {
            schemas: false,
            returning: Returning::NONE,
            arrays: false,
            transactional_ddl: false,
            concurrent_writers: false,
            max_binds,
            max_rows: usize::MAX,
        }
    }
}

/// Which writes can give their rows back by themselves.
///
/// New and changed rows that a write can't give back are read again by their key
/// ([`ReadBack`](super::ReadBack)).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Returning {
    /// Whether an `INSERT` can.
    pub insert: bool,
    /// Whether an `UPDATE` can.
    pub update: bool,
    /// Whether a `DELETE` can.
    pub delete: bool,
}

impl Returning {
    /// Every write can.
    pub const ALL: Self = Self::of(true, true, true);

    /// No write can.
    pub const NONE: Self = Self::of(false, false, false);

    /// An `INSERT`, an `UPDATE`, a `DELETE` can, or can't.
    #[must_use]
    pub const fn of(insert: bool, update: bool, delete: bool) -> Self {
        Self {
            insert,
            update,
            delete,
        }
    }
}

/// How a dialect writes SQL, where it differs from the standard.
pub trait SqlFlavor: Send + Sync {
    /// The flavor's name; SQL rendered by one is never taken for another's.
    fn name(&self) -> &'static str;

    /// What the dialect can do.
    fn capabilities(&self) -> Capabilities;

    /// Writes an identifier with its quotes, doubling those inside.
    fn identifier(&self, out: &mut String, name: &str) {
        out.push('"');
        for c in name.chars() {
            if c == '"' {
                out.push('"');
            }
            out.push(c);
        }
        out.push('"');
    }

    /// Writes the placeholder of the bind of this number, counted from 1.
    fn placeholder(&self, out: &mut String, number: usize);

    /// Writes the placeholder of a bind that is written to `column`, or compared with it: with a cast
    /// where the column wouldn't take the bind as it stands.
    fn bound(&self, out: &mut String, column: &Column, number: usize) {
        let _ = column;
        self.placeholder(out, number);
    }

    /// Writes what stands behind `INSERT INTO table` where every column takes its default.
    fn row_of_defaults(&self, out: &mut String) {
        out.push_str(" DEFAULT VALUES");
    }

    /// Writes what selects a column so that its value arrives in a form the driver reads; `quoted` is
    /// the column's name with its quotes.
    fn selected(&self, out: &mut String, column: &Column, quoted: &str) {
        let _ = column;
        out.push_str(quoted);
    }

    /// Writes a column where it stands in a condition or an order; `quoted` is its name with its quotes.
    fn compared(&self, out: &mut String, column: &Column, quoted: &str) {
        let _ = column;
        out.push_str(quoted);
    }

    /// Writes the test whether `operand` is in the list that the next bind is.
    fn in_list(&self, writer: &mut Writer<'_>, operand: &Node);

    /// Gives the pattern that matches `text` the way `how` says.
    ///
    /// By default a `LIKE` pattern with `\` before wildcards; [`Match::Like`] is a pattern already.
    fn pattern(&self, how: Match, text: &str) -> String {
        let mut escaped = String::with_capacity(text.len() + 2);
        if matches!(how, Match::Contains | Match::EndsWith) {
            escaped.push('%');
        }
        for c in text.chars() {
            if how != Match::Like && matches!(c, '%' | '_' | '\\') {
                escaped.push('\\');
            }
            escaped.push(c);
        }
        if matches!(how, Match::Contains | Match::StartsWith) {
            escaped.push('%');
        }
        escaped
    }

    /// Writes the test whether `operand` matches the pattern that the next bind is.
    fn matches(&self, writer: &mut Writer<'_>, how: Match, operand: &Node) {
        let _ = how;
        writer.operand_as_text(operand);
        writer.push(" LIKE ");
        writer.bind();
        writer.push(" ESCAPE '\\'");
    }

    /// Says why a value that fits the column's type would be changed in silence when it is written, or
    /// is out of the column's range (and names the range); `None` if neither is so.
    fn would_change(&self, column: &Column, value: &Value) -> Option<Cow<'static, str>> {
        let _ = (column, value);
        None
    }

    /// Says why a value that fits the column's type can't be compared with the column; `None` if it can.
    /// By default what would be changed in a write would be changed in a comparison, too.
    fn would_change_compared(&self, column: &Column, value: &Value) -> Option<Cow<'static, str>> {
        self.would_change(column, value)
    }

    /// Writes the type that text is cast to.
    fn text_type(&self) -> &'static str {
        "text"
    }

    /// Gives how many rows of `columns` one `INSERT` into `table` may add, so that it can give them back
    /// in their order.
    fn rows_per_insert(&self, table: &Table, columns: &[Arc<str>]) -> usize {
        let _ = (table, columns);
        self.capabilities().max_rows
    }

    /// Writes what comes before a write.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) where the write can't be done.
    fn before_write(&self, writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
        let _ = (writer, write);
        Ok(())
    }

    /// Writes what gives rows back where it stands in the middle of a write: before `VALUES`, or before
    /// `WHERE` (T-SQL's `OUTPUT`).
    ///
    /// # Errors
    /// As [`before_write`](SqlFlavor::before_write).
    fn inside_write(&self, writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
        let _ = (writer, write);
        Ok(())
    }

    /// Writes the rows of an `INSERT`: `VALUES`, or `DEFAULT VALUES` where it names no columns.
    ///
    /// # Errors
    /// As [`before_write`](SqlFlavor::before_write).
    fn rows(&self, writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
        writer.values(write);
        Ok(())
    }

    /// Writes what comes after a write, by default the `RETURNING` of what it gives back.
    ///
    /// # Errors
    /// As [`before_write`](SqlFlavor::before_write).
    fn after_write(&self, writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
        if let Some(columns) = &write.returning {
            writer.push(" RETURNING ");
            writer.selected(columns, "");
        }
        Ok(())
    }

    /// Writes what cuts a page out of a select, behind its order; by default
    /// [`limit`](SqlFlavor::limit) does.
    fn page(&self, writer: &mut Writer<'_>, select: &Select) {
        self.limit(writer, select.limit, select.offset);
    }

    /// Writes the limit and offset, each of which is the next bind where it is wanted.
    fn limit(&self, writer: &mut Writer<'_>, limit: bool, offset: bool) {
        if limit {
            writer.push(" LIMIT ");
            writer.bind();
        }
        if offset {
            writer.push(" OFFSET ");
            writer.bind();
        }
    }
}

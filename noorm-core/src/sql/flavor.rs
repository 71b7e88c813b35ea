//! What dialects do differently when they write SQL.

use super::Writer;
use crate::schema::Column;
use crate::statement::{Match, Node};
use crate::value::Value;

/// What a dialect can do: plain facts, to be asked before, not found out by failing.
///
/// ```
/// use noorm_core::{Database, Result};
///
/// /// What an insert gives back, where the database can.
/// async fn add(db: &Database) -> Result<u64> {
///     let sql = match db.capabilities().returning {
///         true => "INSERT INTO visit DEFAULT VALUES RETURNING *",
///         false => "INSERT INTO visit DEFAULT VALUES",
///     };
///     Ok(db.raw(sql, vec![]).await?.affected)
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// Whether tables stand in schemas.
    pub schemas: bool,
    /// Whether a write can give its rows back (`RETURNING`).
    pub returning: bool,
    /// Whether columns can hold arrays.
    pub arrays: bool,
    /// Whether DDL takes part in transactions.
    pub transactional_ddl: bool,
    /// Whether two connections can write at the same time.
    pub concurrent_writers: bool,
    /// The most binds that one statement takes.
    pub max_binds: usize,
}

impl Capabilities {
    /// The least that a dialect can do; `max_binds` is the most binds of one statement.
    ///
    /// ```
    /// use noorm_core::sql::Capabilities;
    ///
    /// let mut capabilities = Capabilities::minimal(999);
    /// capabilities.returning = true;
    /// assert!(!capabilities.schemas);
    /// assert_eq!(capabilities.max_binds, 999);
    /// ```
    #[must_use]
    pub const fn minimal(max_binds: usize) -> Self {
        Self {
            schemas: false,
            returning: false,
            arrays: false,
            transactional_ddl: false,
            concurrent_writers: false,
            max_binds,
        }
    }
}

/// How a dialect writes SQL, where it differs from the standard.
///
/// ```
/// use noorm_core::sql::{Capabilities, SqlFlavor, Writer};
/// use noorm_core::statement::{Match, Node};
///
/// struct Duck;
///
/// impl SqlFlavor for Duck {
///     fn name(&self) -> &'static str {
///         "duck"
///     }
///     fn capabilities(&self) -> Capabilities {
///         Capabilities::minimal(999)
///     }
///     fn placeholder(&self, out: &mut String, _number: usize) {
///         out.push('?');
///     }
///     fn in_list(&self, writer: &mut Writer<'_>, operand: &Node) {
///         writer.operand(operand);
///         writer.push(" = ANY(");
///         writer.bind();
///         writer.push(")");
///     }
/// }
///
/// let mut sql = String::new();
/// Duck.identifier(&mut sql, r#"the "album""#);
/// assert_eq!(sql, r#""the ""album""""#);
/// assert_eq!(Duck.pattern(Match::Contains, "100%"), r"%100\%%");
/// ```
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

    /// Writes what selects a column so that its value arrives in a form the driver reads; `quoted` is
    /// the column's name with its quotes.
    fn selected(&self, out: &mut String, column: &Column, quoted: &str) {
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

    /// Says why a value that fits the column's type would be changed in silence when it is written;
    /// `None` if it wouldn't be.
    fn would_change(&self, column: &Column, value: &Value) -> Option<&'static str> {
        let _ = (column, value);
        None
    }

    /// Writes the type that text is cast to.
    fn text_type(&self) -> &'static str {
        "text"
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

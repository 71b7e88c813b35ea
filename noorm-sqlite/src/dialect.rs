//! SQLite as a dialect: its name, what it can do, how it writes SQL.

use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};
use std::sync::Arc;

use bigdecimal::BigDecimal;
use noorm_core::executor::{Driver, PooledDriver, Rows};
use noorm_core::plugin::{ConnectOptions, Dialect, Introspector};
use noorm_core::schema::{Column, ColumnType, Table, TableKind};
use noorm_core::sql::{
    Capabilities, CheckSyntax, JsonCell, JsonRows, JsonSyntax, Quoting, Refusal, Returning,
    SqlFlavor, TextEquality, Upsert, Write, Writer, like_pattern,
};
use noorm_core::statement::{JsonAs, Match, Node, Select};
use noorm_core::value::{FromValue as _, plainly_fits};
use noorm_core::{BoxFuture, Error, Result, Value};

use crate::connection::SqliteConnector;
use crate::introspect::SqliteIntrospector;
use crate::types::document;

/// SQLite, as a dialect of noorm. Registered as `sqlite` for URLs such as `sqlite:shop.db`.
///
/// ```
/// use noorm_core::plugin::Dialect as _;
/// use noorm_sqlite::SqliteDialect;
///
/// assert_eq!(SqliteDialect::default().schemes(), ["sqlite"]);
/// ```
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct SqliteDialect;

impl Dialect for SqliteDialect {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn schemes(&self) -> &'static [&'static str] {
        &["sqlite"]
    }

    fn flavor(&self) -> Arc<dyn SqlFlavor> {
        Arc::new(SqliteFlavor)
    }

    fn introspector(&self) -> Arc<dyn Introspector> {
        Arc::new(SqliteIntrospector)
    }

    fn connect<'a>(
        &'a self,
        options: &'a ConnectOptions,
    ) -> BoxFuture<'a, Result<Arc<dyn Driver>>> {
        Box::pin(async move {
            let connector = SqliteConnector::new(options)?;
            let (pool, timeout) = (options.pool.clone(), options.statement_timeout);
            let driver = PooledDriver::connect(connector, self.flavor(), pool, timeout).await?;
            Ok(Arc::new(driver) as Arc<dyn Driver>)
        })
    }
}

/// From how many rows on these are written one by one. Fewer may be added without a hop to another thread.
const LOOPED: usize = 16;

/// How SQLite writes SQL.
///
/// Identifiers stand in backticks: in double quotes SQLite would take a column that doesn't exist for
/// a string (<https://sqlite.org/quirks.html>, section 8), and a vanished column would go unnoticed.
///
/// ```
/// use noorm_core::{plugin::Dialect as _, sql::SqlFlavor as _};
/// use noorm_sqlite::SqliteDialect;
///
/// let flavor = SqliteDialect::default().flavor();
/// let mut sql = String::new();
/// flavor.identifier(&mut sql, "order");
/// assert_eq!(sql, "`order`");
/// assert!(flavor.capabilities().returning.insert && !flavor.capabilities().schemas);
/// ```
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct SqliteFlavor;

impl SqlFlavor for SqliteFlavor {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::minimal(32_766);
        // They are run some at a time, and should still be in the processor's cache then.
        capabilities.rows_at_once = 256;
        capabilities.keys_as_range = 16;
        capabilities.returning = Returning::ALL;
        capabilities.returns_before_triggers = true;
        capabilities.transactional_ddl = true;
        capabilities.upsert = Upsert::Targeted;
        capabilities.orders_nulls = true;
        capabilities.compares_rows = true;
        capabilities.dynamic_types = true;
        capabilities.explain = true;
        capabilities.full_text = true;
        capabilities.json_paths = true;
        capabilities.json_rows = JsonRows::Ordered;
        capabilities.json_limits = true;
        // The arguments of a function (SQLITE_MAX_FUNCTION_ARG), of the library that is built in; older ones took 127.
        capabilities.max_json_values = 1000;
        capabilities.diesel = true;
        capabilities
    }

    fn identifier(&self, out: &mut String, name: &str) {
        out.push('`');
        out.push_str(&name.replace('`', "``"));
        out.push('`');
    }

    /// A column of NUMERIC affinity keeps a fraction as a double (<https://sqlite.org/datatype3.html>,
    /// section 3): of an exact decimal, 15 digits are sure to come back.
    /// For a NaN it would store NULL.
    fn would_change(&self, column: &Column, value: &Value) -> Option<Refusal> {
        match value {
            Value::F32(number) if number.is_nan() => Some(no_number()),
            Value::F64(number) if number.is_nan() => Some(no_number()),
            Value::Decimal(number) => loses_digits(column, number),
            _ => None,
        }
    }

    /// What has a length, or is a NaN, is looked at.
    fn keeps_every(&self, column: &Column) -> Option<Discriminant<Value>> {
        match &column.column_type {
            ColumnType::Integer {
                bits: 64,
                unsigned: false,
            } => Some(discriminant(&Value::I64(0))),
            ColumnType::Bool => Some(discriminant(&Value::Bool(true))),
            ColumnType::Text { max_length: None } => Some(discriminant(&Value::from(""))),
            _ => None,
        }
    }

    /// Many rows are written block by block, by a statement that is prepared once however many they are: one of a
    /// thousand rows would keep a program of ten thousand steps.
    fn rows(&self, writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
        let own = write.table.table_name();
        let mut keys = write.table.foreign_keys.iter();
        // One statement's rows may refer to each other in any order.
        let refers_to_itself = keys.any(|key| key.references.table_name() == own);
        if write.rows < LOOPED || refers_to_itself {
            writer.values(write);
            return Ok(());
        }
        writer.push(" VALUES (");
        writer.values_as_arrays(write, |writer, _, number| writer.placeholder(number));
        writer.push(")");
        Ok(())
    }

    fn check_syntax(&self) -> Option<CheckSyntax> {
        Some(CheckSyntax::new("sqlite", &["LENGTH"]))
    }

    /// A collation may be anything that a program has registered. A column of another affinity than text makes
    /// numbers of what reads like one (<https://sqlite.org/datatype3.html>, section 3.1).
    fn text_equality(&self, column: &Column) -> Option<TextEquality> {
        let declared = column.native_type.to_ascii_uppercase();
        let is_text = ["CHAR", "CLOB", "TEXT"]
            .iter()
            .any(|word| declared.contains(word));
        if !is_text || declared.contains("INT") {
            return None;
        }
        match column
            .collation
            .as_deref()
            .map(str::to_ascii_uppercase)
            .as_deref()
        {
            None => Some(TextEquality::Exact),
            Some("NOCASE" | "RTRIM") => Some(TextEquality::Folded),
            Some(_) => None,
        }
    }

    fn quoting(&self) -> Quoting {
        let mut quoting = Quoting::STANDARD;
        quoting.backticks = true;
        quoting.brackets = true;
        quoting
    }

    fn placeholder(&self, out: &mut String, number: usize) {
        out.push('?');
        out.push_str(&number.to_string());
    }

    /// Decimals travel as text, which is larger than any number.
    fn calculated(&self, out: &mut String, column: &Column, number: usize) {
        let is_decimal = matches!(column.column_type, ColumnType::Decimal { .. });
        out.push_str(if is_decimal { "CAST(" } else { "" });
        self.placeholder(out, number);
        out.push_str(if is_decimal { " AS NUMERIC)" } else { "" });
    }

    fn json_rows(&self, writer: &mut Writer<'_>, select: &Select) {
        const SYNTAX: JsonSyntax = JsonSyntax {
            before: "json_group_array(json_array(",
            after_row: ")",
            after: ")",
            behind: "",
            orders_inside: true,
            names_values: false,
        };
        writer.json_rows(select, &SYNTAX);
    }

    fn json_value(&self, out: &mut String, column: &Column, quoted: &str) -> bool {
        document::write(out, &column.column_type, quoted)
    }

    fn json_read(&self, column: &Column, cell: JsonCell<'_>) -> Value {
        document::read(&column.column_type, cell)
    }

    fn in_list(&self, writer: &mut Writer<'_>, operand: &Node) {
        let column = writer.column_of(operand).map(|column| &column.column_type);
        let bytes = matches!(column, Some(ColumnType::Bytes { .. }));
        writer.node(operand);
        writer.push(if bytes {
            " IN (SELECT unhex(value)"
        } else {
            " IN (SELECT value"
        });
        writer.push(" FROM json_each(");
        writer.bind();
        writer.push("))");
    }

    fn pattern(&self, how: Match, text: &str) -> String {
        if how == Match::Like {
            return text.to_owned();
        }
        let mut pattern = String::with_capacity(text.len() + 2);
        if matches!(how, Match::Contains | Match::EndsWith) {
            pattern.push('*');
        }
        for c in text.chars() {
            match c {
                '*' | '?' | '[' => pattern.extend(['[', c, ']']),
                c => pattern.push(c),
            }
        }
        if matches!(how, Match::Contains | Match::StartsWith) {
            pattern.push('*');
        }
        pattern
    }

    /// `LIKE` and `GLOB` read their pattern up to the first NUL: what is cut off would match far more.
    fn cannot_match(&self, text: &str) -> Option<&'static str> {
        text.contains('\0')
            .then_some("holds a NUL, at which SQLite's patterns end: compare it with `eq`")
    }

    /// `LIKE` ignores the case of ASCII letters, `GLOB` doesn't.
    /// `LIKE` doesn't tell the letter cases of ASCII apart (<https://sqlite.org/lang_expr.html#like>).
    fn matches_any_case(&self, writer: &mut Writer<'_>, _: Match, operand: &Node) {
        self.matches(writer, Match::Like, operand);
    }

    fn pattern_any_case(&self, how: Match, text: &str) -> String {
        like_pattern(how, text)
    }

    fn length(&self) -> &'static str {
        "LENGTH("
    }

    fn float_type(&self) -> &'static str {
        "REAL"
    }

    fn json(&self, writer: &mut Writer<'_>, how: JsonAs, operand: &Node) {
        // `->>` gives booleans as numbers: their text is told by their type.
        match how {
            JsonAs::Text => {
                let path = writer.take_bind(None);
                let place = |writer: &mut Writer<'_>, function: &str| {
                    writer.push(function);
                    writer.push("(");
                    writer.node(operand);
                    writer.push(", ");
                    writer.placeholder(path);
                    writer.push(")");
                };
                writer.push("CASE ");
                place(writer, "json_type");
                writer.push(" WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(");
                place(writer, "json_extract");
                writer.push(" AS TEXT) END");
            }
            how => {
                writer.push("CAST(json_extract(");
                writer.node(operand);
                writer.push(", ");
                writer.bind();
                writer.push(match how {
                    JsonAs::Float => ") AS REAL)",
                    _ => ") AS INTEGER)",
                });
            }
        }
    }

    fn matches(&self, writer: &mut Writer<'_>, how: Match, operand: &Node) {
        writer.operand_as_text(operand);
        writer.push(if how == Match::Like {
            " LIKE "
        } else {
            " GLOB "
        });
        writer.bind();
        if how == Match::Like {
            writer.push(" ESCAPE '\\'");
        }
    }

    /// FTS5 searches the tables that are its own (<https://sqlite.org/fts5.html>). Each word is quoted, so that none
    /// is an operator of its language.
    fn search(&self, writer: &mut Writer<'_>, operand: &Node) {
        let is_virtual = |table: &Arc<Table>| table.kind == TableKind::VirtualTable;
        if !writer.table().is_some_and(is_virtual) {
            let what = "search a table for words that is none of FTS5";
            return writer.refuse(Error::unsupported(self.name(), "full_text", what));
        }
        writer.operand(operand);
        writer.push(r#" MATCH '"' || replace(replace("#);
        writer.bind();
        writer.push(r#", '"', '""'), ' ', '" "') || '"'"#);
    }

    /// A query of no table doesn't touch the file.
    fn ping(&self) -> &'static str {
        "SELECT 1 FROM sqlite_schema LIMIT 1"
    }

    fn explain(&self) -> &'static str {
        "EXPLAIN QUERY PLAN "
    }

    /// Steps under the steps that they belong to.
    fn plan(&self, rows: &Rows) -> String {
        let (mut lines, mut depths) = (Vec::new(), HashMap::from([(Value::I64(0).to_text(), 0)]));
        for row in rows.values().chunks(rows.header().len().max(1)) {
            if let [id, parent, .., detail] = row {
                let depth = depths.get(&parent.to_text()).copied().unwrap_or(0);
                depths.insert(id.to_text(), depth + 1);
                let detail = detail.to_text().unwrap_or_default();
                lines.push(format!("{:1$}{detail}", "", depth * 2));
            }
        }
        lines.join("\n")
    }

    /// An offset needs a limit before it; -1 is none.
    fn limit(&self, writer: &mut Writer<'_>, limit: bool, offset: bool) {
        match limit {
            true => {
                writer.push(" LIMIT ");
                writer.bind();
            }
            false => writer.push(" LIMIT -1"),
        }
        if offset {
            writer.push(" OFFSET ");
            writer.bind();
        }
    }
}

#[cold]
fn no_number() -> Refusal {
    "is no number (NaN), which SQLite can't store: declare the column as text".into()
}

#[inline(never)]
fn loses_digits(column: &Column, number: &BigDecimal) -> Option<Refusal> {
    if !matches!(column.column_type, ColumnType::Decimal { .. }) {
        return None;
    }
    let scale = i32::try_from(number.fractional_digit_count());
    if scale.is_ok_and(|scale| plainly_fits(number, 15, scale)) {
        return None;
    }
    let number = number.normalized();
    let whole = number.is_integer() && i64::from_value(number.clone().into()).is_ok();
    let lost = number.digits() > 15 && !whole;
    let reason =
        "has more than the 15 digits that SQLite keeps of a decimal: declare the column as text";
    lost.then(|| Refusal::precision(reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(how: Match, text: &str, pattern: &str) {
        assert_eq!(SqliteFlavor.pattern(how, text), pattern);
    }

    #[test]
    fn patterns_take_the_text_as_it_is() {
        check(Match::Contains, "a*b", "*a[*]b*");
        check(Match::StartsWith, "[x]?", "[[]x][?]*");
        check(Match::EndsWith, "%_", "*%_");
        check(Match::Like, "a%", "a%");
    }

    #[test]
    fn identifiers_double_the_quote_inside() {
        let mut out = String::new();
        SqliteFlavor.identifier(&mut out, "or`der\"");
        assert_eq!(out, "`or``der\"`");
    }
}

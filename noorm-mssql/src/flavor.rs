//! How T-SQL is written.

mod call;
mod page;
#[cfg(test)]
mod tests;
mod write;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use noorm_core::schema::{Column, ColumnType, Routine, Table};
use noorm_core::sql::{
    Capabilities, CheckSyntax, JsonRows, JsonSyntax, Quoting, Refusal, Returning, SqlFlavor,
    TextEquality, Upsert, Write, Writer,
};
use noorm_core::statement::{
    Aggregate, Conflict, JsonAs, Lock, LockStrength, LockWait, Match, Node, Select,
};
use noorm_core::{Error, Result, Value};

use crate::connection::SHOW;
use crate::types::{self, Base, ListOf, SelectAs, list_of, select_as};

/// What SQL Server can do. A statement takes 2,100 parameters, of which `sp_executesql` takes two, and
/// Babelfish one more; a `VALUES` list 1,000 rows
/// (<https://learn.microsoft.com/sql/sql-server/maximum-capacity-specifications-for-sql-server>).
const CAPABILITIES: Capabilities = {
    let mut capabilities = Capabilities::minimal(2_097);
    capabilities.schemas = true;
    capabilities.returning = Returning::ALL;
    capabilities.transactional_ddl = true;
    capabilities.concurrent_writers = true;
    capabilities.max_rows = 1_000;
    capabilities.upsert = Upsert::Stepwise;
    capabilities.groups_by_place = false;
    capabilities.row_locks = true;
    capabilities.explain = true;
    capabilities.json_paths = true;
    capabilities.json_rows = JsonRows::Ordered;
    capabilities.full_text = true;
    capabilities.routines = true;
    capabilities
};

/// Letter case counts in it, and accents do.
const EXACT: &str = " COLLATE Latin1_General_100_BIN2";

pub(crate) struct MssqlFlavor;

impl SqlFlavor for MssqlFlavor {
    fn name(&self) -> &'static str {
        "mssql"
    }

    fn system(&self) -> &'static str {
        "microsoft.sql_server"
    }

    fn capabilities(&self) -> Capabilities {
        CAPABILITIES
    }

    /// In brackets; in quotes, which every session takes for such, where a bracket would have to be doubled:
    /// Babelfish doesn't read that.
    fn identifier(&self, out: &mut String, name: &str) {
        let (open, close, quoted) = match name.contains(']') {
            true => ('"', '"', Cow::Owned(name.replace('"', "\"\""))),
            false => ('[', ']', Cow::Borrowed(name)),
        };
        out.push(open);
        out.push_str(&quoted);
        out.push(close);
    }

    fn quoting(&self) -> Quoting {
        let mut quoting = Quoting::STANDARD;
        quoting.brackets = true;
        quoting.nested_comments = true;
        quoting
    }

    fn call(&self, out: &mut String, routine: &Routine, arguments: &[Option<usize>]) -> Result<()> {
        call::write(self, out, routine, arguments)
    }

    fn placeholder(&self, out: &mut String, number: usize) {
        // A write to a string can't fail.
        let _ = write!(out, "@P{number}");
    }

    fn selected(&self, out: &mut String, column: &Column, quoted: &str) {
        let _ = match select_as(column) {
            SelectAs::Itself => write!(out, "{quoted}"),
            // The result has the column's name all the same.
            SelectAs::Cast(to) => write!(out, "CAST({quoted} AS {to})"),
            SelectAs::Text => write!(out, "{quoted}.ToString()"),
        };
    }

    /// The old large types and XML are not to be compared as they are (errors 402 and 305).
    fn compared(&self, out: &mut String, column: &Column, quoted: &str) {
        let to = match Base::of(&column.native_type) {
            Base::Text => "varchar(max)",
            Base::NText | Base::Xml => "nvarchar(max)",
            Base::Image => "varbinary(max)",
            Base::Clr => {
                let _ = write!(out, "{quoted}.ToString()");
                return;
            }
            _ => return out.push_str(quoted),
        };
        let _ = write!(out, "CAST({quoted} AS {to})");
    }

    fn recursive(&self) -> &'static str {
        "WITH "
    }

    /// A hundred steps are the default (<https://learn.microsoft.com/sql/t-sql/queries/hints-transact-sql-query>).
    fn recursive_end(&self) -> &'static str {
        " OPTION (MAXRECURSION 32767)"
    }

    fn json_rows(&self, writer: &mut Writer<'_>, select: &Select) {
        const SYNTAX: JsonSyntax = JsonSyntax {
            before: "",
            after_row: "",
            after: "",
            behind: " FOR JSON PATH, INCLUDE_NULL_VALUES",
            orders_inside: false,
            names_values: true,
        };
        writer.json_rows(select, &SYNTAX);
    }

    /// Numbers with a fraction go as text, that nobody rounds them; dates, bytes and the like have no form in a document
    /// that says all there is.
    fn json_value(&self, out: &mut String, column: &Column, quoted: &str) -> bool {
        match column.column_type {
            ColumnType::Bool | ColumnType::Integer { .. } => out.push_str(quoted),
            ColumnType::Text { .. } => out.push_str(&format!("CAST({quoted} AS nvarchar(max))")),
            ColumnType::Decimal { .. } if !column.native_type.contains("money") => {
                out.push_str(&format!("CAST({quoted} AS nvarchar(50))"));
            }
            _ => return false,
        }
        true
    }

    fn in_list(&self, writer: &mut Writer<'_>, operand: &Node) {
        let column = writer.column_of(operand);
        let of = column.map(|c| list_of(Base::of(&c.native_type), &c.native_type));
        // A list has a collation of its own, which is not to be compared with another (error 468).
        let collation = column.and_then(|column| column.collation.as_deref());
        let collate = format!("COLLATE {}", collation.unwrap_or("DATABASE_DEFAULT"));
        let (before, after) = match of.unwrap_or(ListOf::Text) {
            ListOf::Typed(native) => (
                "SELECT [v] FROM OPENJSON(".to_owned(),
                format!(") WITH ([v] {native} '$')"),
            ),
            ListOf::Text => (
                format!(
                    "SELECT CASE [type] WHEN 3 THEN [key] {collate} ELSE [value] {collate} END \
                     FROM OPENJSON("
                ),
                ")".to_owned(),
            ),
            ListOf::Bytes => {
                writer.operand(operand);
                let list = writer.take_bind_like(operand);
                return writer.push(&format!(
                    " IN (SELECT SUBSTRING(@P{list}, [place], [length]) FROM OPENJSON(\
                     CAST(SUBSTRING(@P{list}, 5, CAST(SUBSTRING(@P{list}, 1, 4) AS int)) AS varchar(max))) \
                     WITH ([place] int '$[0]', [length] int '$[1]'))"
                ));
            }
        };
        writer.operand(operand);
        writer.push(" IN (");
        writer.push(&before);
        writer.bind_like(operand);
        writer.push(&after);
        writer.push(")");
    }

    /// A wildcard stands in brackets where it is none, and `[` is a wildcard, too.
    fn pattern(&self, how: Match, text: &str) -> String {
        let mut pattern = String::with_capacity(text.len() + 2);
        if matches!(how, Match::Contains | Match::EndsWith) {
            pattern.push('%');
        }
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match c {
                '[' => pattern.push_str("[[]"),
                '\\' if how == Match::Like => match chars.next() {
                    Some(c @ ('%' | '_' | '[')) => pattern.extend(['[', c, ']']),
                    other => pattern.extend(other),
                },
                '%' | '_' if how != Match::Like => pattern.extend(['[', c, ']']),
                c => pattern.push(c),
            }
        }
        if matches!(how, Match::Contains | Match::StartsWith) {
            pattern.push('%');
        }
        pattern
    }

    fn matches(&self, writer: &mut Writer<'_>, how: Match, operand: &Node) {
        let base = writer.column_of(operand).map(|c| Base::of(&c.native_type));
        match (how, base) {
            (Match::Like, Some(Base::Char | Base::NChar)) => {
                writer.operand(operand);
                writer.push(" LIKE ");
                return writer.bind_like(operand);
            }
            (Match::Like, _) => writer.operand_as_text(operand),
            (_, Some(Base::NChar)) => writer.operand(operand),
            // A collation of another code page would change what stands in this one.
            _ => {
                writer.push("CAST(");
                writer.node(operand);
                writer.push(" AS nvarchar(max))");
            }
        }
        writer.push(if how == Match::Like { "" } else { EXACT });
        writer.push(" LIKE ");
        writer.bind();
    }

    fn matches_any_case(&self, writer: &mut Writer<'_>, _: Match, operand: &Node) {
        writer.push("LOWER(CAST(");
        writer.node(operand);
        writer.push(" AS nvarchar(max))");
        writer.push(EXACT);
        writer.push(") LIKE LOWER(");
        writer.bind();
        writer.push(")");
    }

    fn aggregate(&self, writer: &mut Writer<'_>, how: Aggregate, operand: &Node) {
        // A sum is of the type of what is summed up, and a count of 32 bits.
        let column = writer.kind_of(operand);
        let sum = match column.map(|column| &column.column_type) {
            Some(ColumnType::Integer { bits: 64, .. }) => Some("decimal(38, 0)"),
            Some(ColumnType::Integer { .. }) => Some("bigint"),
            _ => None,
        };
        writer.aggregate(how, operand, sum.filter(|_| how == Aggregate::Sum));
    }

    /// Not sent as it stands: the connection takes the two apart.
    fn explain(&self) -> &'static str {
        SHOW
    }

    fn length(&self) -> &'static str {
        "LEN("
    }

    fn float_type(&self) -> &'static str {
        "float"
    }

    fn json(&self, writer: &mut Writer<'_>, how: JsonAs, operand: &Node) {
        writer.push(match how {
            JsonAs::Text => "",
            JsonAs::Bool => "CASE ",
            _ => "CAST(",
        });
        writer.push("JSON_VALUE(");
        writer.node(operand);
        writer.push(", ");
        writer.bind();
        writer.push(match how {
            JsonAs::Integer => ") AS bigint)",
            JsonAs::Float => ") AS float)",
            JsonAs::Bool => {
                ") WHEN 'true' THEN CAST(1 AS bit) WHEN 'false' THEN CAST(0 AS bit) END"
            }
            _ => ")",
        });
    }

    /// <https://learn.microsoft.com/sql/t-sql/queries/hints-transact-sql-table>
    fn lock_hint(&self, writer: &mut Writer<'_>, lock: Lock) {
        writer.push(match lock.strength {
            LockStrength::Share => " WITH (REPEATABLEREAD, ROWLOCK",
            _ => " WITH (UPDLOCK, ROWLOCK",
        });
        writer.push(match lock.wait {
            LockWait::NoWait => ", NOWAIT)",
            LockWait::SkipLocked => ", READPAST)",
            _ => ")",
        });
    }

    fn lock(&self, _: &mut Writer<'_>, _: Lock, _: Option<&str>) {}

    fn too_long(&self, column: &Column, value: &Value) -> Option<Refusal> {
        types::too_long(column, value)
    }

    fn check_syntax(&self) -> Option<CheckSyntax> {
        Some(CheckSyntax::new("mssql", &["LEN"]))
    }

    fn text_equality(&self, _: &Column) -> Option<TextEquality> {
        Some(TextEquality::Folded)
    }

    fn pads(&self, column: &Column) -> bool {
        let native = column.native_type.as_str();
        native.starts_with("char") || native.starts_with("nchar")
    }

    fn would_change(&self, column: &Column, value: &Value) -> Option<Refusal> {
        types::would_change(column, value)
    }

    /// Parameters have types that keep all of them.
    fn would_change_compared(&self, _: &Column, _: &Value) -> Option<Refusal> {
        None
    }

    /// The collations of old sort what is in a code page by other rules than Unicode, which is what letters
    /// beyond ASCII are sent as
    /// (<https://learn.microsoft.com/sql/relational-databases/collations/collation-and-unicode-support>).
    fn sorted_whole(&self, column: &Column, value: &Value) -> bool {
        let is_old = |name: &str| name.starts_with("SQL_");
        let in_code_page = matches!(Base::of(&column.native_type), Base::Char | Base::Text);
        !(in_code_page
            && column.collation.as_deref().is_some_and(is_old)
            && value.as_str().is_some_and(|text| !text.is_ascii()))
    }

    fn text_type(&self) -> &'static str {
        "nvarchar(max)"
    }

    fn rows_per_insert(&self, table: &Table, columns: &[Arc<str>]) -> usize {
        write::rows_per_insert(table, columns, CAPABILITIES.max_rows)
    }

    fn before_write(&self, writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
        write::before(writer, write)
    }

    fn inside_write(&self, writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
        write::inside(writer, write);
        Ok(())
    }

    fn rows(&self, writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
        write::rows(writer, write);
        Ok(())
    }

    /// An upsert's update stands before it.
    fn on_conflict(&self, _: &mut Writer<'_>, _: &Write<'_>, _: &Conflict) -> Result<()> {
        Ok(())
    }

    fn after_write(&self, writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
        write::after(writer, write);
        Ok(())
    }

    /// Takes a full-text index of the column
    /// (<https://learn.microsoft.com/sql/t-sql/queries/freetext-transact-sql>).
    fn search(&self, writer: &mut Writer<'_>, operand: &Node) {
        if writer.column_of(operand).is_none() {
            let what = "search what is no column for words";
            return writer.refuse(Error::unsupported(self.name(), "full_text", what));
        }
        writer.push("FREETEXT(");
        writer.stored_column(operand);
        writer.push(", ");
        writer.bind();
        writer.push(")");
    }

    /// What stands in quotes is a phrase.
    fn words(&self, text: &str) -> String {
        text.replace('"', " ")
    }

    fn page(&self, writer: &mut Writer<'_>, select: &Select) {
        page::page(writer, select);
    }
}

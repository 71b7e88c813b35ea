//! The dialect: what it can do, and how it writes SQL.

mod arrays;
mod call;

use std::fmt::Write as _;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use noorm_core::executor::{Driver, PooledDriver};
use noorm_core::plugin::{ConnectOptions, Dialect, Introspector};
use noorm_core::schema::{Column, Routine};
use noorm_core::sql::{
    Capabilities, CheckSyntax, JsonCell, JsonRows, JsonSyntax, Quoting, Refusal, Returning,
    SqlFlavor, TextEquality, Upsert, Write, Writer,
};
use noorm_core::statement::{ArrayTest, JsonAs, Match, Node, Select};
use noorm_core::{Result, Value};

use crate::config::Config;
use crate::connection::PostgresConnector;
use crate::introspect::PostgresIntrospector;
use crate::types::{beyond, document, select_as, too_long, unsendable};

/// What PostgreSQL can do. The protocol counts binds in 16 bits (manual, section 55.7, Bind).
const CAPABILITIES: Capabilities = {
    let mut capabilities = Capabilities::minimal(65_535);
    capabilities.schemas = true;
    capabilities.returning = Returning::ALL;
    capabilities.arrays = true;
    capabilities.transactional_ddl = true;
    capabilities.upsert = Upsert::Targeted;
    capabilities.concurrent_writers = true;
    // A range of a large table is planned each time, which takes as long as to search for so many keys one by one.
    capabilities.keys_as_range = 200;
    capabilities.nulls_highest = true;
    capabilities.orders_nulls = true;
    capabilities.compares_rows = true;
    capabilities.explain = true;
    capabilities.row_locks = true;
    capabilities.json_paths = true;
    capabilities.json_rows = JsonRows::Ordered;
    capabilities.json_limits = true;
    // The arguments of a function (FUNC_MAX_ARGS).
    capabilities.max_json_values = 100;
    capabilities.full_text = true;
    capabilities.deferrable = true;
    capabilities.diesel = true;
    capabilities.routines = true;
    capabilities.routine_defaults = true;
    capabilities
};

/// PostgreSQL: `postgres://user:password@host:port/database?sslmode=verify-full`.
///
/// ```
/// use noorm_core::plugin::Dialect as _;
///
/// assert_eq!(noorm_postgres::PostgresDialect::default().schemes(), ["postgres", "postgresql"]);
/// ```
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct PostgresDialect;

impl Dialect for PostgresDialect {
    fn name(&self) -> &'static str {
        "postgres"
    }

    fn schemes(&self) -> &'static [&'static str] {
        &["postgres", "postgresql"]
    }

    fn flavor(&self) -> Arc<dyn SqlFlavor> {
        Arc::new(PostgresFlavor)
    }

    fn introspector(&self) -> Arc<dyn Introspector> {
        Arc::new(PostgresIntrospector::default())
    }

    fn connect<'a>(
        &'a self,
        options: &'a ConnectOptions,
    ) -> BoxFuture<'a, Result<Arc<dyn Driver>>> {
        Box::pin(async move {
            let config = Config::parse(options.url.secret())?;
            let timeouts = [options.statement_timeout, config.statement_timeout];
            let statement_timeout = timeouts.into_iter().flatten().min();
            let mut pool = options.pool.clone();
            if let Some(timeout) = config.connect_timeout {
                pool.connect_timeout = timeout;
            }
            let connector = PostgresConnector::new(config, options.read_only)?;
            let flavor = self.flavor();
            let driver = PooledDriver::connect(connector, flavor, pool, statement_timeout).await?;
            Ok(Arc::new(driver) as Arc<dyn Driver>)
        })
    }
}

struct PostgresFlavor;

impl SqlFlavor for PostgresFlavor {
    fn name(&self) -> &'static str {
        "postgres"
    }

    fn system(&self) -> &'static str {
        "postgresql"
    }

    fn capabilities(&self) -> Capabilities {
        CAPABILITIES
    }

    fn quoting(&self) -> Quoting {
        let mut quoting = Quoting::STANDARD;
        quoting.escape_strings = true;
        quoting.dollars = true;
        quoting.nested_comments = true;
        quoting
    }

    fn call(&self, out: &mut String, routine: &Routine, arguments: &[Option<usize>]) -> Result<()> {
        call::write(self, out, routine, arguments)
    }

    fn placeholder(&self, out: &mut String, number: usize) {
        // A write to a string can't fail.
        let _ = write!(out, "${number}");
    }

    fn selected(&self, out: &mut String, column: &Column, quoted: &str) {
        out.push_str(quoted);
        out.push_str(select_as(column).cast());
    }

    fn would_change(&self, column: &Column, value: &Value) -> Option<Refusal> {
        beyond(column, value)
    }

    /// No row has what is beyond the range; asking for it is no error.
    fn would_change_compared(&self, _: &Column, value: &Value) -> Option<Refusal> {
        unsendable(value)
    }

    fn too_long(&self, column: &Column, value: &Value) -> Option<Refusal> {
        too_long(column, value)
    }

    fn check_syntax(&self) -> Option<CheckSyntax> {
        const LENGTHS: &[&str] = &["LENGTH", "CHAR_LENGTH", "CHARACTER_LENGTH"];
        Some(CheckSyntax::new("postgres", LENGTHS))
    }

    /// A collation of one's own may be nondeterministic (manual, section 24.2.2.4), that of a database can't.
    fn text_equality(&self, column: &Column) -> Option<TextEquality> {
        let native = column.native_type.as_str();
        match column.collation.as_deref() {
            None | Some("C" | "POSIX" | "ucs_basic") => {}
            Some(_) => return None,
        }
        if native == "text" || native.starts_with("character varying") {
            Some(TextEquality::Exact)
        } else {
            // Filled up with blanks, which don't count.
            native
                .starts_with("character")
                .then_some(TextEquality::Folded)
        }
    }

    fn pads(&self, column: &Column) -> bool {
        let native = column.native_type.as_str();
        let is_fixed = native.starts_with("character") && !native.starts_with("character varying");
        is_fixed || native == "bpchar"
    }

    fn in_list(&self, writer: &mut Writer<'_>, operand: &Node) {
        writer.operand(operand);
        writer.push(" = ANY(");
        writer.bind();
        writer.push(")");
    }

    fn matches_any_case(&self, writer: &mut Writer<'_>, _: Match, operand: &Node) {
        writer.operand_as_text(operand);
        writer.push(" ILIKE ");
        writer.bind();
    }

    fn json_path(&self, path: &[Value]) -> Value {
        let parts = path.iter().filter_map(Value::to_text);
        Value::Array(parts.map(|part| Value::Text(part.into())).collect())
    }

    fn json_rows(&self, writer: &mut Writer<'_>, select: &Select) {
        const SYNTAX: JsonSyntax = JsonSyntax {
            before: "COALESCE(json_agg(json_build_array(",
            after_row: ")",
            after: "), '[]'::json)",
            behind: "",
            orders_inside: true,
            names_values: false,
        };
        writer.json_rows(select, &SYNTAX);
    }

    fn json_value(&self, out: &mut String, column: &Column, quoted: &str) -> bool {
        document::write(out, column, quoted)
    }

    fn json_read(&self, column: &Column, cell: JsonCell<'_>) -> Value {
        document::read(&column.column_type, cell)
    }

    fn json(&self, writer: &mut Writer<'_>, how: JsonAs, operand: &Node) {
        writer.push(if how == JsonAs::Text { "" } else { "CAST(" });
        writer.operand(operand);
        writer.push(" #>> ");
        writer.bind();
        writer.push(match how {
            JsonAs::Integer => " AS bigint)",
            JsonAs::Float => " AS double precision)",
            JsonAs::Bool => " AS boolean)",
            _ => "",
        });
    }

    fn array(&self, writer: &mut Writer<'_>, test: ArrayTest, operand: &Node) {
        match test {
            ArrayTest::HasAll => {
                writer.operand(operand);
                writer.push(" @> ");
                writer.bind();
            }
            ArrayTest::HasAny => {
                writer.operand(operand);
                writer.push(" && ");
                writer.bind();
            }
            _ => {
                writer.bind();
                writer.push(" = ANY(");
                writer.node(operand);
                writer.push(")");
            }
        }
    }

    fn search(&self, writer: &mut Writer<'_>, operand: &Node) {
        let is_vector = |column: &Column| column.native_type == "tsvector";
        let has_words = writer.column_of(operand).is_some_and(is_vector);
        writer.push(if has_words { "" } else { "to_tsvector(" });
        writer.node(operand);
        writer.push(if has_words { "" } else { ")" });
        writer.push(" @@ websearch_to_tsquery(");
        writer.bind();
        writer.push(")");
    }

    fn rows(&self, writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
        if write.names_identity() {
            writer.push(" OVERRIDING SYSTEM VALUE");
        }
        arrays::rows(writer, write);
        Ok(())
    }
}

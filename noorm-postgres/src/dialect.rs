//! The dialect: what it can do, and how it writes SQL.

mod call;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use noorm_core::executor::{Driver, PooledDriver};
use noorm_core::plugin::{ConnectOptions, Dialect, Introspector};
use noorm_core::schema::{Column, Routine};
use noorm_core::sql::{Capabilities, Quoting, Returning, SqlFlavor, Upsert, Write, Writer};
use noorm_core::statement::Node;
use noorm_core::{Result, Value};

use crate::config::Config;
use crate::connection::PostgresConnector;
use crate::introspect::PostgresIntrospector;
use crate::types::{beyond, select_as, unsendable};

/// What PostgreSQL can do. The protocol counts binds in 16 bits (manual, section 55.7, Bind).
const CAPABILITIES: Capabilities = {
    let mut capabilities = Capabilities::minimal(65_535);
    capabilities.schemas = true;
    capabilities.returning = Returning::ALL;
    capabilities.arrays = true;
    capabilities.transactional_ddl = true;
    capabilities.upsert = Upsert::Targeted;
    capabilities.concurrent_writers = true;
    capabilities.nulls_highest = true;
    capabilities.orders_nulls = true;
    capabilities.compares_rows = true;
    capabilities.explain = true;
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

    fn would_change(&self, column: &Column, value: &Value) -> Option<Cow<'static, str>> {
        beyond(column, value)
    }

    /// No row has what is beyond the range; asking for it is no error.
    fn would_change_compared(&self, _: &Column, value: &Value) -> Option<Cow<'static, str>> {
        unsendable(value)
    }

    fn in_list(&self, writer: &mut Writer<'_>, operand: &Node) {
        writer.operand(operand);
        writer.push(" = ANY(");
        writer.bind();
        writer.push(")");
    }

    fn rows(&self, writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
        if write.names_identity() {
            writer.push(" OVERRIDING SYSTEM VALUE");
        }
        writer.values(write);
        Ok(())
    }
}

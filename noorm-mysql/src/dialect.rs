//! The dialect: what it can do, and how it writes SQL.

mod call;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use noorm_core::executor::{Driver, PooledDriver};
use noorm_core::plugin::{ConnectOptions, Dialect, Introspector};
use noorm_core::schema::{Column, ColumnType, Routine};
use noorm_core::sql::{
    Capabilities, CheckSyntax, JsonCell, Quoting, Refusal, SqlFlavor, TextEquality, Upsert, Write,
    Writer,
};
use noorm_core::statement::{Conflict, JsonAs, Lock, LockStrength, LockWait, Match, Node, Select};
use noorm_core::{Result, Value};

use crate::config::Config;
use crate::connection::MysqlConnector;
use crate::introspect::MysqlIntrospector;
use crate::server::{Product, Server};
use crate::types::{
    Native, bound, document, list_element, list_type, selected, sorted_whole, too_long,
    would_change,
};

/// MySQL and MariaDB: `mysql://user:password@host:port/database?ssl-mode=verify_identity`.
///
/// ```
/// use noorm_core::plugin::Dialect as _;
///
/// assert_eq!(noorm_mysql::MysqlDialect::default().schemes(), ["mysql", "mariadb"]);
/// ```
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct MysqlDialect;

impl Dialect for MysqlDialect {
    fn name(&self) -> &'static str {
        "mysql"
    }

    fn schemes(&self) -> &'static [&'static str] {
        &["mysql", "mariadb"]
    }

    /// As MySQL writes it; a [`Driver`] that has connected knows whether its server is a MariaDB.
    fn flavor(&self) -> Arc<dyn SqlFlavor> {
        Arc::new(MysqlFlavor(Server::default()))
    }

    fn introspector(&self) -> Arc<dyn Introspector> {
        Arc::new(MysqlIntrospector::default())
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
            let connector = MysqlConnector::new(config, options.read_only);
            let met = connector.met();
            let flavor = self.flavor();
            let driver = PooledDriver::connect(connector, flavor, pool, statement_timeout).await?;
            let server = met.get().copied().unwrap_or_default();
            let driver = driver.with_flavor(Arc::new(MysqlFlavor(server)));
            Ok(Arc::new(driver) as Arc<dyn Driver>)
        })
    }
}

struct MysqlFlavor(Server);

impl SqlFlavor for MysqlFlavor {
    fn name(&self) -> &'static str {
        self.0.product.flavor()
    }

    /// The protocol counts binds in 16 bits (COM_STMT_PREPARE's `num_params`). DDL commits what is open.
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::minimal(65_535);
        capabilities.schemas = true;
        capabilities.returning = self.0.product.returning();
        capabilities.concurrent_writers = true;
        // Each statement is planned when it runs, for what is bound.
        capabilities.keys_as_range = 2;
        capabilities.assigns_in_turn = true;
        capabilities.upsert = Upsert::AnyKey;
        capabilities.explain = true;
        capabilities.row_locks = true;
        // ER_NOT_SUPPORTED_YET, and ER_UPDATE_TABLE_USED.
        capabilities.limits_lists = false;
        capabilities.reads_what_it_writes = self.0.product == Product::Mariadb;
        capabilities.json_paths = true;
        capabilities.json_rows = self.0.product.json_rows();
        capabilities.full_text = true;
        capabilities.diesel = true;
        capabilities.routines = true;
        capabilities.routine_defaults = true;
        capabilities
    }

    fn identifier(&self, out: &mut String, name: &str) {
        out.push('`');
        for c in name.chars() {
            if c == '`' {
                out.push('`');
            }
            out.push(c);
        }
        out.push('`');
    }

    fn quoting(&self) -> Quoting {
        let mut quoting = Quoting::STANDARD;
        quoting.backslashes = true;
        quoting.backticks = true;
        quoting.hashes = true;
        quoting.spaced_dashes = true;
        quoting
    }

    fn call(&self, out: &mut String, routine: &Routine, arguments: &[Option<usize>]) -> Result<()> {
        call::write(self, out, routine, arguments)
    }

    fn placeholder(&self, out: &mut String, _: usize) {
        out.push('?');
    }

    fn bound(&self, out: &mut String, column: &Column, _: usize) {
        bound(self.0.product, out, column);
    }

    /// Text beside a decimal would make a double of both.
    fn calculated(&self, out: &mut String, column: &Column, _: usize) {
        out.push_str(match column.column_type {
            ColumnType::Decimal { .. } => "CAST(? AS DECIMAL(65, 30))",
            _ => "?",
        });
    }

    fn row_of_defaults(&self, out: &mut String) {
        out.push_str(" () VALUES ()");
    }

    fn selected(&self, out: &mut String, column: &Column, quoted: &str) {
        selected(self.0.product, out, column, quoted);
    }

    fn too_long(&self, column: &Column, value: &Value) -> Option<Refusal> {
        too_long(column, value)
    }

    /// `LENGTH` counts bytes.
    fn check_syntax(&self) -> Option<CheckSyntax> {
        Some(CheckSyntax::new(
            "mysql",
            &["CHAR_LENGTH", "CHARACTER_LENGTH"],
        ))
    }

    /// Even `_bin` leaves out blanks at the end, but for those collations that say otherwise.
    fn text_equality(&self, column: &Column) -> Option<TextEquality> {
        let collation = column.collation.as_deref().unwrap_or_default();
        let is_exact = collation.ends_with("_nopad_bin") || collation.ends_with("_0900_bin");
        Some(match is_exact {
            true => TextEquality::Exact,
            false => TextEquality::Folded,
        })
    }

    fn would_change(&self, column: &Column, value: &Value) -> Option<Refusal> {
        would_change(&self.0, column, value)
    }

    /// One bind whatever the list's length: `JSON_TABLE` makes rows of it, by which indexes are used.
    fn json_rows(&self, writer: &mut Writer<'_>, select: &Select) {
        writer.json_rows(select, &self.0.product.json_syntax());
    }

    fn json_value(&self, out: &mut String, column: &Column, quoted: &str) -> bool {
        document::write(self.0.product, out, column, quoted)
    }

    fn json_read(&self, column: &Column, cell: JsonCell<'_>) -> Value {
        document::read(column, cell)
    }

    fn in_list(&self, writer: &mut Writer<'_>, operand: &Node) {
        let column = writer.column_of(operand);
        let element = list_element(self.0.product, column);
        let list_type = list_type(column);
        writer.operand(operand);
        writer.push(" IN (SELECT ");
        writer.push(&element);
        writer.push(" FROM JSON_TABLE(");
        writer.bind();
        writer.push(", '$[*]' COLUMNS (`v` ");
        writer.push(&list_type);
        writer.push(" PATH '$')) AS `list`)");
    }

    /// `\` is the escape character where none is named. Where letter case counts, so do accents: the
    /// pattern's collation wins over the column's.
    fn matches(&self, writer: &mut Writer<'_>, how: Match, operand: &Node) {
        let is_word = |column: &Column| {
            matches!(
                column.column_type,
                ColumnType::Enum { .. } | ColumnType::Set { .. }
            )
        };
        if writer.column_of(operand).is_some_and(is_word) {
            writer.operand(operand);
        } else {
            writer.operand_as_text(operand);
        }
        writer.push(" LIKE ");
        writer.bind();
        if how != Match::Like {
            writer.push(" COLLATE utf8mb4_bin");
        }
    }

    fn matches_any_case(&self, writer: &mut Writer<'_>, _: Match, operand: &Node) {
        writer.push("LOWER(");
        writer.operand_as_text(operand);
        writer.push(") LIKE LOWER(");
        writer.bind();
        writer.push(") COLLATE utf8mb4_bin");
    }

    fn float_type(&self) -> &'static str {
        "DOUBLE"
    }

    fn json(&self, writer: &mut Writer<'_>, how: JsonAs, operand: &Node) {
        writer.push(match how {
            JsonAs::Text => "",
            JsonAs::Bool => "(",
            _ => "CAST(",
        });
        // Of a JSON null, which would be the text `null`, there is NULL.
        writer.push("JSON_UNQUOTE(NULLIF(JSON_EXTRACT(");
        writer.node(operand);
        writer.push(", ");
        writer.bind();
        writer.push(match self.0.product {
            Product::Mysql => "), CAST('null' AS JSON)))",
            Product::Mariadb => "), 'null'))",
        });
        writer.push(match how {
            JsonAs::Integer => " AS SIGNED)",
            JsonAs::Float => " AS DOUBLE)",
            JsonAs::Bool => " = 'true')",
            _ => "",
        });
    }

    fn search(&self, writer: &mut Writer<'_>, operand: &Node) {
        writer.push("MATCH (");
        writer.node(operand);
        writer.push(") AGAINST (");
        writer.bind();
        writer.push(")");
    }

    /// InnoDB reads operators in natural language, too, and fails over stray ones (error 1064). Words are made of letters,
    /// digits, `_` and `'` (<https://dev.mysql.com/doc/refman/9.4/en/fulltext-natural-language.html>).
    fn words(&self, text: &str) -> String {
        let is_sign = |sign: char| sign.is_ascii_punctuation() && sign != '_' && sign != '\'';
        text.replace(is_sign, " ")
    }

    fn lock(&self, writer: &mut Writer<'_>, lock: Lock, of: Option<&str>) {
        let mariadb = self.0.product == Product::Mariadb;
        writer.push(match lock.strength {
            LockStrength::Share if mariadb => " LOCK IN SHARE MODE",
            LockStrength::Share => " FOR SHARE",
            _ => " FOR UPDATE",
        });
        // MariaDB locks the rows of all tables.
        if let Some(of) = of.filter(|_| !mariadb) {
            writer.push(" OF ");
            writer.identifier(of);
        }
        writer.push(match lock.wait {
            LockWait::NoWait => " NOWAIT",
            LockWait::SkipLocked => " SKIP LOCKED",
            _ => "",
        });
    }

    fn rows(&self, writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
        writer.values(write);
        if write.on_conflict.is_some() && self.0.product == Product::Mysql {
            writer.push(" AS `noorm new`");
        }
        Ok(())
    }

    /// What an upsert takes from the new rows, it takes from a name of theirs; MariaDB has `VALUES()`, which
    /// MySQL is about to lose.
    fn on_conflict(
        &self,
        writer: &mut Writer<'_>,
        write: &Write<'_>,
        conflict: &Conflict,
    ) -> Result<()> {
        let product = self.0.product;
        writer.push(" ON DUPLICATE KEY UPDATE");
        writer.assigned(write.table, conflict, |writer, column| match product {
            Product::Mysql => {
                writer.push("`noorm new`.");
                writer.identifier(column);
            }
            Product::Mariadb => {
                writer.push("VALUES(");
                writer.identifier(column);
                writer.push(")");
            }
        });
        Ok(())
    }

    fn sorted_as_compared(&self, column: &Column) -> bool {
        // Words are sorted by their place in the type, and compared as text. MySQL doesn't sort documents,
        // and doesn't compare shapes.
        match column.column_type {
            ColumnType::Enum { .. } | ColumnType::Set { .. } => false,
            ColumnType::Json => self.0.product == Product::Mariadb,
            ColumnType::Other { .. } => {
                self.0.product == Product::Mariadb
                    || !Native::parse(&column.native_type).is_spatial()
            }
            _ => true,
        }
    }

    fn sorted_whole(&self, column: &Column, value: &Value) -> bool {
        sorted_whole(column, value)
    }

    fn explain(&self) -> &'static str {
        match self.0.product {
            Product::Mysql => "EXPLAIN FORMAT=TREE ",
            Product::Mariadb => "EXPLAIN ",
        }
    }

    fn text_type(&self) -> &'static str {
        "CHAR"
    }

    /// There is no offset without a limit.
    fn limit(&self, writer: &mut Writer<'_>, limit: bool, offset: bool) {
        if limit {
            writer.push(" LIMIT ");
            writer.bind();
        } else if offset {
            writer.push(" LIMIT 18446744073709551615");
        }
        if offset {
            writer.push(" OFFSET ");
            writer.bind();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_double_their_quotes() {
        let mut out = String::new();
        MysqlFlavor(Server::default()).identifier(&mut out, "a`b\"c");
        assert_eq!(out, "`a``b\"c`");
    }

    #[test]
    fn only_words_are_searched_for() {
        let words = |text: &str| {
            let words = MysqlFlavor(Server::default()).words(text);
            let words = words.split_whitespace().map(str::to_owned);
            words.collect::<Vec<_>>()
        };
        let text = "+rust -(c++)* \"it's\" a_b größe@x";
        assert_eq!(words(text), ["rust", "c", "it's", "a_b", "größe", "x"]);
        assert!(words("*").is_empty());
    }

    #[test]
    fn what_each_server_gives_back() {
        let returning = |product| {
            let server = Server {
                product,
                ..Server::default()
            };
            MysqlFlavor(server).capabilities().returning
        };
        assert!(!returning(Product::Mysql).insert);
        assert!(returning(Product::Mariadb).insert);
        assert!(returning(Product::Mariadb).delete);
        assert!(!returning(Product::Mariadb).update);
    }
}

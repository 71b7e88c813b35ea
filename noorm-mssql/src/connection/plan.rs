//! The plan of a query.
//!
//! A session shows plans instead of running what it is sent, from `SET SHOWPLAN_TEXT ON` to `OFF`, and each of the two
//! must stand alone (<https://learn.microsoft.com/sql/t-sql/statements/set-showplan-text-transact-sql>).

use noorm_core::executor::{Header, Outcome, Rows};
use noorm_core::sql::Rendered;
use noorm_core::{ErrorKind, Result, Value};

use super::{MssqlConnection, Product, call};
use crate::error;

/// What the select stands behind whose plan is asked for.
pub(crate) const SHOW: &str = "SET SHOWPLAN_TEXT ON; ";

impl MssqlConnection {
    /// Gives the plan of `select`, a line for each row.
    pub(super) async fn plan(
        &mut self,
        statement: &Rendered,
        select: &str,
        binds: &[Value],
    ) -> Result<Outcome> {
        let option = match self.product {
            Product::SqlServer => "SHOWPLAN_TEXT",
            Product::Babelfish => "BABELFISH_SHOWPLAN_ALL",
        };
        // As variables without a value the parameters are as unknown as they are to the plan that is kept for all.
        let sql = match call::declarations(statement, binds)? {
            declared if declared.is_empty() => select.to_owned(),
            declared => format!("DECLARE {declared}; {select}"),
        };
        self.batch(&format!("SET {option} ON")).await?;
        let shown = self.lines(&sql).await;
        let hidden = self.batch(&format!("SET {option} OFF")).await;
        // It would go on to show plans instead of running statements.
        self.broken |= hidden.is_err();
        let lines = shown?;
        hidden?;
        let affected = lines.len() as u64;
        let header = Header::new(["plan"]);
        Ok(Outcome {
            rows: Rows::new(header.into(), lines),
            affected,
        })
    }

    async fn lines(&mut self, sql: &str) -> Result<Vec<Value>> {
        let client = self.client()?;
        let results = async { client.simple_query(sql).await?.into_results().await };
        let results = match results.await.map_err(error::statement) {
            Ok(results) => results,
            Err(error) => {
                self.broken |= error.kind() == ErrorKind::ConnectionLost;
                return Err(error);
            }
        };
        let mut lines = Vec::new();
        for row in results.iter().flatten() {
            let line: Option<&str> = row.try_get(0).map_err(error::statement)?;
            let line = line.map_or("", str::trim_end);
            lines.extend((!line.is_empty()).then(|| Value::from(line)));
        }
        Ok(lines)
    }
}

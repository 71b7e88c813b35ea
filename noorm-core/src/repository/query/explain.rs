//! The server's plan of a query.

use futures_util::TryFutureExt as _;

use super::Query;
use crate::error::{Result, called};
use crate::executor::CachePolicy;
use crate::repository::FromRow;
use crate::statement::{Statement, Tree};

impl<T: FromRow> Query<T> {
    /// Gives the plan by which the database would find the rows, in its own words. Nothing is run.
    ///
    /// PostgreSQL and MariaDB answer `EXPLAIN`, MySQL `EXPLAIN FORMAT=TREE`, SQLite `EXPLAIN QUERY PLAN`, and
    /// SQL Server shows the plan under `SET SHOWPLAN_TEXT ON`, for which the login needs the permission `SHOWPLAN`. The
    /// text is for people: it differs between servers and their versions.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::col;
    ///
    /// let albums = db.repository("album")?.query().filter(col("title").eq("Blue"));
    /// // `SEARCH album USING INDEX album_title (title=?)`, say.
    /// println!("{}", albums.explain().await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without the capability
    /// [`explain`](crate::sql::Capabilities::explain). Else as [`all`](Query::all).
    pub async fn explain(self) -> Result<String> {
        let table = self.repository.table_name().clone();
        let work = async move {
            let plan = self.repository.plan()?;
            // A plan changes with the indexes and the rows, of which a cache isn't told.
            let database = self.repository.database();
            let database = database.with_context(|context| context.cache(CachePolicy::Bypass));
            let (select, binds) = self.into_select();
            let flavor = database.flavor();
            let statement = Statement::new(Tree::Explain(select), binds, &plan.schema, flavor)?;
            let rows = database.run(statement).await?.rows;
            Ok(database.flavor().plan(&rows))
        };
        work.map_err(called("explain", &table)).await
    }
}

//! Joins.

use std::sync::Arc;

use super::Query;
use crate::database::Database;
use crate::error::Result;
use crate::repository::{FromRow, Record};
use crate::schema::{Schema, TableName};
use crate::statement::{Expr, JoinKey, JoinKind, Joined, Node, of_joined};
use crate::value::Value;

/// A table beside the one that is asked about: by default, along the one foreign key between them, and without
/// the rows that have no match.
///
/// ```
/// use noorm_core::repository::Join;
/// use noorm_core::statement::{col, outer};
///
/// // Rows without an artist stay.
/// let artist = Join::left("artist");
/// // Which of several foreign keys it is.
/// let billed = Join::to("address").named("billed").by("billing_address_id");
/// // From another joined table.
/// let country = Join::to("country").from("billed");
/// // Along none.
/// let same_year = Join::to("concert").on(col("concert.year").eq(col("year")));
/// ```
#[derive(Debug, Clone)]
pub struct Join {
    kind: JoinKind,
    table: String,
    name: Option<Arc<str>>,
    key: JoinKey,
    on: Option<Expr<Record>>,
    along: bool,
}

impl Join {
    /// Joins a table; rows that have no match are left out.
    #[must_use]
    pub fn to(table: impl Into<String>) -> Self {
        Self {
            kind: JoinKind::Inner,
            table: table.into(),
            name: None,
            key: JoinKey::default(),
            on: None,
            along: true,
        }
    }

    /// Joins a table; rows that have no match stay, with NULLs for its columns.
    #[must_use]
    pub fn left(table: impl Into<String>) -> Self {
        Self {
            kind: JoinKind::Left,
            ..Self::to(table)
        }
    }

    /// Gives it a name of its own; it is called as the table is otherwise.
    #[must_use]
    pub fn named(mut self, name: impl Into<Arc<str>>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Says which table of the query the foreign key goes to, or comes from: by the name that it has there.
    #[must_use]
    pub fn from(mut self, name: impl Into<Arc<str>>) -> Self {
        self.key.from = Some(name.into());
        self
    }

    /// Says which foreign key it is, by a column of it.
    #[must_use]
    pub fn by(mut self, column: impl Into<Arc<str>>) -> Self {
        self.key.column = Some(column.into());
        self
    }

    /// Joins the rows for which a condition holds, whatever the foreign keys.
    #[must_use]
    pub fn on(mut self, condition: Expr<Record>) -> Self {
        self.along = false;
        self.and(condition)
    }

    /// Joins only those rows for which a condition holds besides.
    ///
    /// ```
    /// use noorm_core::repository::Join;
    /// use noorm_core::statement::col;
    ///
    /// // Albums without long tracks stay.
    /// let long = Join::left("track").and(col("track.milliseconds").gt(600_000));
    /// ```
    #[must_use]
    pub fn and(mut self, condition: Expr<Record>) -> Self {
        self.on = Some(match self.on.take() {
            Some(first) => first & condition,
            None => condition,
        });
        self
    }

    fn resolved(self, schema: &Schema) -> (Joined, Vec<Value>) {
        // What isn't there is told when the statement is checked.
        let table = match schema.table(&self.table) {
            Ok(table) => table.table_name(),
            Err(_) => TableName::new(None, &self.table),
        };
        let (on, binds) = self.on.map(Expr::into_parts).unzip();
        let joined = Joined {
            kind: self.kind,
            name: self.name.unwrap_or_else(|| (&*table.name).into()),
            table,
            key: self.along.then_some(self.key),
            on,
        };
        (joined, binds.unwrap_or_default())
    }
}

impl From<&str> for Join {
    fn from(table: &str) -> Self {
        Self::to(table)
    }
}

impl<T: FromRow> Query<T> {
    /// Joins a table. Its columns are called `table.column`; rows with several matches are given as often.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::repository::Join;
    /// use noorm_core::statement::col;
    ///
    /// let albums = db.repository("album")?.query();
    /// let of_joni = albums.join("artist").filter(col("artist.name").eq("Joni")).all().await?;
    ///
    /// let staff = db.repository("employee")?.query();
    /// let staff = staff.join(Join::left("employee").named("boss"));
    /// let pairs: Vec<(String, Option<String>)> = staff.values(["name", "boss.name"]).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When it is asked: [`InvalidStatement`](crate::ErrorKind::InvalidStatement) where no foreign key, or
    /// several, are between the tables, or two tables have one name.
    pub fn join(mut self, join: impl Into<Join>) -> Self {
        let database = self.repository.database();
        let schema = database.schema();
        let (mut joined, mut binds) = join.into().resolved(&schema);
        alive(database, &schema, &mut joined, &mut binds);
        self.joins.push((joined, binds));
        self
    }

    /// Whether a row may be given more than once.
    pub(super) fn repeats_rows(&self) -> Result<bool> {
        let plan = self.repository.plan()?;
        let leads_to_one = |(join, _): &(Joined, Vec<Value>)| {
            let Some(key) = &join.key else {
                return false;
            };
            let asked = |column: &String| key.column.as_ref().is_none_or(|by| **by == **column);
            let mut keys = plan.table.foreign_keys.iter();
            key.from.is_none()
                && keys.any(|key| {
                    key.references.table_name() == join.table && key.columns.iter().any(asked)
                })
        };
        Ok(!self.joins.iter().all(leads_to_one))
    }
}

/// Adds to a join that rows which are marked as deleted are as good as gone.
pub(crate) fn alive(
    database: &Database,
    schema: &Arc<Schema>,
    joined: &mut Joined,
    binds: &mut Vec<Value>,
) {
    let Ok(plan) = database.plans().get(schema, &joined.table) else {
        return;
    };
    if let Some((alive, values)) = plan.visible() {
        let alive = of_joined(&alive, &joined.name);
        let both = joined.on.take().into_iter().chain([alive]).collect();
        joined.on = Some(Node::And(both));
        binds.extend(values);
    }
}

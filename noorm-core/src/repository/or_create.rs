//! Rows that are looked for, and created where they aren't found.

use futures_util::TryFutureExt as _;

use super::{Changeset, FromRow, Key, Record, Repository};
use crate::error::{Error, ErrorKind, Result, called};
use crate::statement::{Expr, col};
use crate::value::Value;

/// How often a row is looked for that others create and remove meanwhile.
const TRIES: usize = 3;

impl<T: FromRow> Repository<T> {
    /// Gives the row with these values, or creates it with them and `with`.
    ///
    /// Where the values are a unique key, no two callers create the same row: the slower one finds the
    /// faster one's.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let by = record! { "email" => "ann@example.com" };
    /// let ann = db.repository("user")?.find_or_create(by, record! { "name" => "Ann" }).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidStatement`] if `by` names nothing; where a column isn't there, or a value doesn't
    /// fit; as [`create`](Repository::create). In a transaction that sees the rows as they once were
    /// (`REPEATABLE READ`, MySQL's default) a row that was added since is a [`ErrorKind::UniqueViolation`].
    pub async fn find_or_create(
        &self,
        by: impl Changeset<T>,
        with: impl Changeset<T>,
    ) -> Result<T> {
        let work = async move {
            let (by, with): (Record, Record) = (by.into(), with.into());
            self.named(&by)?;
            let mut tries = 0;
            loop {
                if let Some(found) = self.query().filter(matching(&by)).first().await? {
                    return Ok(found);
                }
                tries += 1;
                match self.create_apart(merged(&by, &with)).await {
                    Err(error) if error.kind() == ErrorKind::UniqueViolation && tries < TRIES => {}
                    answer => return answer,
                }
            }
        };
        work.map_err(called("find_or_create", &self.plan.name))
            .await
    }

    /// Changes the row with these values to `with`, or creates it with them and `with`; gives the row as the
    /// database has it then.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let by = record! { "email" => "ann@example.com" };
    /// let ann = db.repository("user")?.update_or_create(by, record! { "name" => "Ann" }).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidStatement`] if several rows have the values, or the table has no primary key, before
    /// anything is written; else as [`find_or_create`](Repository::find_or_create) and
    /// [`update`](Repository::update).
    pub async fn update_or_create(
        &self,
        by: impl Changeset<T>,
        with: impl Changeset<T>,
    ) -> Result<T> {
        let work = async move {
            let (by, with): (Record, Record) = (by.into(), with.into());
            self.named(&by)?;
            let plan = self.plan()?;
            let key = plan.table.key_columns();
            if key.is_empty() {
                let message = format!(
                    "`{}` has no primary key by which a row could be changed",
                    plan.name
                );
                return Err(Error::new(ErrorKind::InvalidStatement, message)
                    .with_help("use `query().filter(…).update(…)`"));
            }
            let keys = self.records().query();
            let keys = keys
                .select(key.iter().map(String::as_str).collect::<Vec<_>>())
                .filter(matching(&by))
                .limit(2);
            let mut tries = 0;
            loop {
                // Without the hooks of rows that are loaded, which expect more than a key.
                let keys = self.database.run(keys.clone().statement(None)?).await?;
                let found = Record::from_rows(keys.rows)?;
                tries += 1;
                let answer = match found.as_slice() {
                    [] => self.create_apart(merged(&by, &with)).await,
                    [found] => {
                        let key = Key::Named(found.clone()).values(&plan)?;
                        // It may be another's by now.
                        self.update_if(&plan, key, with.clone(), Some(matching(&by)))
                            .await
                    }
                    _ => {
                        let name = self.table_name();
                        let message =
                            format!("several rows of `{name}` have the values that were given");
                        return Err(Error::new(ErrorKind::InvalidStatement, message)
                            .with_help("look for the row by a unique key"));
                    }
                };
                let wanted = match found.is_empty() {
                    true => ErrorKind::UniqueViolation,
                    false => ErrorKind::NotFound,
                };
                match answer {
                    Err(error) if error.kind() == wanted && tries < TRIES => {}
                    answer => return answer,
                }
            }
        };
        work.map_err(called("update_or_create", &self.plan.name))
            .await
    }

    fn named(&self, by: &Record) -> Result<()> {
        if !by.is_empty() {
            return Ok(());
        }
        let message = format!("nothing says which row of `{}` is meant", self.table_name());
        Err(Error::new(ErrorKind::InvalidStatement, message)
            .with_help("name the columns that tell it from others"))
    }

    /// Creates a row so that a violation leaves an open transaction usable.
    async fn create_apart(&self, record: Record) -> Result<T> {
        let inside = self.database.is_transaction();
        self.together(inside, async |inside| inside.create_record(record).await)
            .await
    }
}

/// The condition that a row has these values.
fn matching<T>(by: &Record) -> Expr<T> {
    let equal = |(column, value): (&str, &Value)| col(column).eq(value.clone());
    let (node, values) = Expr::all(by.iter().map(equal)).into_parts();
    Expr::new(node, values)
}

fn merged(by: &Record, with: &Record) -> Record {
    let mut record = by.clone();
    for (column, value) in with.iter() {
        record.set(column, value.clone());
    }
    record
}

//! Methods that are named after columns: `find_by_email_and_name`.

use std::collections::BTreeMap;

use futures_util::TryFutureExt as _;

use super::{Arguments, FromRow, Query, Repository};
use crate::error::{Error, ErrorKind, Result, called};
use crate::schema::Table;
use crate::statement::{Expr, NamedColumn, col};
use crate::value::Value;

/// What a method gave that was [called by its name](Repository::call).
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// use noorm_core::repository::Answer;
///
/// match db.repository("user")?.call("find_by_email", ["ann@example.com"]).await? {
///     Answer::Row(Some(user)) => println!("{}", user.get::<String>("name")?),
///     Answer::Row(None) => println!("nobody"),
///     Answer::Rows(users) => println!("{} users", users.len()),
///     Answer::Count(count) => println!("{count}"),
///     Answer::Is(is) => println!("{is}"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Answer<T> {
    /// Of `find_by_…`: the first row, by primary key.
    Row(Option<T>),
    /// Of `find_many_by_…`, and of what [`Database::method`](crate::Database::method) registered: all rows.
    Rows(Vec<T>),
    /// Of `count_by_…`, and of `delete_by_…`: how many rows there are, or were.
    Count(u64),
    /// Of `exists_by_…`.
    Is(bool),
}

/// What a method does with the rows.
#[derive(Debug, Clone, Copy)]
enum Verb {
    Find,
    FindMany,
    Count,
    Exists,
    Delete,
}

const VERBS: [(&str, Verb); 5] = [
    ("find_by_", Verb::Find),
    ("find_many_by_", Verb::FindMany),
    ("count_by_", Verb::Count),
    ("exists_by_", Verb::Exists),
    ("delete_by_", Verb::Delete),
];

impl<T: FromRow> Repository<T> {
    /// Calls a method by its name: `find_by_…`, `find_many_by_…`, `count_by_…`, `exists_by_…` or `delete_by_…`, with
    /// names of columns behind it, `_and_` between them, and a value for each; or one that
    /// [`Database::method`](crate::Database::method) registered, which comes first. For scripts and the like, where the
    /// name isn't known before; NULL finds NULLs.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::{ErrorKind, Value, repository::Answer};
    ///
    /// let albums = db.repository("album")?;
    /// let values = [Value::from("Blue"), Value::from(1971)];
    /// let Answer::Row(blue) = albums.call("find_by_title_and_year", values).await? else { unreachable!() };
    /// assert_eq!(albums.call("count_by_year", [1971]).await?, Answer::Count(2));
    /// let error = albums.call("find_by_titel", ["Blue"]).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::UnknownColumn);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidStatement`] where there is no such method, it can be read in several ways because columns
    /// have `_and_` in their names, or the number of values is another; [`ErrorKind::UnknownColumn`]; else as
    /// [`find_by`](Repository::find_by) and [`Query::delete`].
    pub async fn call(
        &self,
        method: &str,
        values: impl IntoIterator<Item = impl Into<Value>>,
    ) -> Result<Answer<T>> {
        let work = async move {
            let plan = self.plan()?;
            let values: Vec<Value> = values.into_iter().map(Into::into).collect();
            let registered = self.database.scopes();
            if let Some(own) = registered.find(&plan.schema, &plan.name, method) {
                let arguments = Arguments::new(method, &values);
                let query = self.query().extended(method, &own, &arguments)?;
                return Ok(Answer::Rows(query.all().await?));
            }
            let invalid = |message: String| Error::new(ErrorKind::InvalidStatement, message);
            let mut verbs = VERBS.iter();
            let told = verbs.find_map(|(prefix, verb)| Some((*verb, method.strip_prefix(prefix)?)));
            let (verb, names) = told.ok_or_else(|| {
                let forms = VERBS.map(|(prefix, _)| format!("`{prefix}…`")).join(", ");
                let message = format!("a repository of `{}` has no method `{method}`", plan.name);
                invalid(message).with_help(format!(
                    "there are {forms}, and what `Database::method` registers"
                ))
            })?;
            let columns = columns(&plan.table, method, names)?;
            if values.len() != columns.len() {
                let (wanted, given) = (columns.len(), values.len());
                let message = format!(
                    "`{method}` takes a value for each of its {wanted} columns, not {given}"
                );
                return Err(invalid(message));
            }
            let equal = |(column, value): (&str, Value)| {
                let (node, binds) = NamedColumn::eq(&col(column), value).into_parts();
                Expr::new(node, binds)
            };
            let query: Query<T> = self.query();
            let filters = columns.into_iter().zip(values).map(equal);
            let query = filters.fold(query, Query::filter);
            Ok(match verb {
                Verb::Find => Answer::Row(query.first().await?),
                Verb::FindMany => Answer::Rows(query.all().await?),
                Verb::Count => Answer::Count(query.count().await?),
                Verb::Exists => Answer::Is(query.exists().await?),
                Verb::Delete => Answer::Count(query.delete().await?),
            })
        };
        work.map_err(called("call", &self.plan.name)).await
    }
}

const AND: &str = "_and_";

/// Reads `names` as columns with `_and_` between them.
fn columns<'a>(table: &'a Table, method: &str, names: &str) -> Result<Vec<&'a str>> {
    // From each place on where a column may begin: the columns that lead to the end, and where the next one begins.
    let mut ways: BTreeMap<usize, Vec<(&'a str, Option<usize>)>> = BTreeMap::new();
    let all = names.len();
    let starts = (0..all)
        .rev()
        .filter(|at| *at == 0 || names.get(..*at).is_some_and(|before| before.ends_with(AND)));
    for start in starts {
        let rest = names.get(start..).unwrap_or("");
        let mut from_here = Vec::new();
        for column in &table.columns {
            let Some(behind) = rest.strip_prefix(column.name.as_str()) else {
                continue;
            };
            let next = start + column.name.len() + AND.len();
            if behind.is_empty() {
                from_here.push((column.name.as_str(), None));
            } else if behind.starts_with(AND) && ways.contains_key(&next) {
                from_here.push((column.name.as_str(), Some(next)));
            }
        }
        if !from_here.is_empty() {
            ways.insert(start, from_here);
        }
    }
    let mut read = Vec::new();
    let mut place = Some(0);
    while let Some(start) = place {
        let (column, next) = match ways.get(&start).map(Vec::as_slice) {
            Some([way]) => *way,
            Some([one, other, ..]) => {
                let message = format!(
                    "`{method}` can be read in several ways: by `{}`, or by `{}` and more",
                    one.0, other.0
                );
                return Err(Error::new(ErrorKind::InvalidStatement, message)
                    .with_help("use a query, which names each column"));
            }
            _ => {
                let mut pieces = names.split(AND);
                let unknown = pieces.find(|piece| table.column(piece).is_none());
                return Err(table.unknown_column(unknown.unwrap_or(names)));
            }
        };
        read.push(column);
        place = next;
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Column, ColumnType, TableKind};

    fn read(names: &str) -> String {
        let mut table = Table::new(None, "t", TableKind::Table);
        for name in ["a", "b", "c", "b_and_c", "x_and_y", "p_and"] {
            table
                .columns
                .push(Column::new(name, 1, "text", ColumnType::text()));
        }
        match columns(&table, "find_by_…", names) {
            Ok(columns) => columns.join("|"),
            Err(error) => format!("{:?}: {error}", error.kind()),
        }
    }

    #[test]
    fn columns_are_told_apart_by_the_schema() {
        assert_eq!(read("a"), "a");
        assert_eq!(read("a_and_b"), "a|b");
        assert_eq!(read("a_and_x_and_y_and_b"), "a|x_and_y|b");
        assert_eq!(read("p_and_and_a"), "p_and|a");
        assert!(
            read("a_and_b_and_c")
                .starts_with("InvalidStatement: `find_by_…` can be read in several ways")
        );
        assert!(read("x_and_b").starts_with("UnknownColumn: `t` has no column `x`"));
        assert!(read("").starts_with("UnknownColumn"));
        assert!(read(&"a_and_".repeat(2000)).starts_with("UnknownColumn"));
        assert_eq!(read(&format!("{}c", "a_and_".repeat(2000))).len(), 4001);
    }
}

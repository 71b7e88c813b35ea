//! New rows on their way: checked, gathered into statements, sent together.

use std::collections::HashSet;
use std::sync::Arc;

use super::plan::{Action, Pattern, Plan};
use super::write::{Checked, Purpose, check};
use super::{FromRow, Record, Repository, projection};
use crate::database::Transaction;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::TableName;
use crate::sql::{Upsert, binds_added};
use crate::statement::{Conflict, Insert, Statement, Tree};
use crate::value::Value;

/// A new row that was checked.
pub(super) struct Row {
    pub(super) checked: Checked,
    /// What is done if it is there already.
    pub(super) conflict: Option<Conflict>,
}

/// Rows that go in one statement.
#[derive(Clone)]
pub(super) struct Chunk {
    pub(super) columns: Vec<Arc<str>>,
    pub(super) conflict: Option<Conflict>,
    pub(super) rows: usize,
    pub(super) values: Vec<Value>,
}

/// What is wanted of rows that are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    Read,
    Counted,
}

impl Row {
    /// What an upsert is aimed at: the same for rows that the database may take for one.
    fn target(&self) -> Vec<String> {
        let names = self.conflict.iter().flat_map(|conflict| &conflict.target);
        let values = names.filter_map(|name| self.checked.value(name));
        values.map(alike).collect()
    }
}

/// Equal for values that are equal to a database: `1.0` and `1.00`, and to some `a` and `A `. That others are
/// called equal, too, only costs a statement.
fn alike(value: &Value) -> String {
    match value {
        Value::Text(text) => text.trim_end().to_lowercase(),
        Value::Decimal(number) => number.normalized().to_string(),
        Value::F32(number) => (number + 0.0).to_string(),
        Value::F64(number) => (number + 0.0).to_string(),
        other => format!("{other:?}"),
    }
}

impl Chunk {
    pub(super) fn of(row: Row) -> Self {
        Self {
            columns: row.checked.columns,
            conflict: row.conflict,
            rows: 1,
            values: row.checked.values,
        }
    }

    /// Its rows, each alone.
    pub(super) fn split(self) -> impl Iterator<Item = Self> {
        let width = self.columns.len();
        let mut values = self.values.into_iter();
        let (columns, conflict) = (self.columns, self.conflict);
        (0..self.rows).map(move |_| Self {
            columns: columns.clone(),
            conflict: conflict.clone(),
            rows: 1,
            values: values.by_ref().take(width).collect(),
        })
    }

    fn tree(&self, plan: &Plan) -> Insert {
        Insert {
            table: plan.name.clone(),
            columns: self.columns.clone(),
            rows: self.rows,
            on_conflict: self.conflict.clone(),
            returning: None,
        }
    }
}

impl<T: FromRow> Repository<T> {
    pub(super) fn row(&self, plan: &Plan, record: impl Into<Record>) -> Result<Row> {
        let identity = self.identity_insert;
        self.row_for(plan, record, Purpose::Create { identity })
    }

    pub(super) fn row_for(
        &self,
        plan: &Plan,
        record: impl Into<Record>,
        purpose: Purpose,
    ) -> Result<Row> {
        Ok(Row {
            checked: check(plan, record.into(), purpose, self.database.flavor())?,
            conflict: None,
        })
    }

    pub(super) fn rows(
        &self,
        plan: &Plan,
        records: impl IntoIterator<Item = impl Into<Record>>,
    ) -> Result<Vec<Row>> {
        numbered(records, |record| self.row(plan, record))
    }

    /// Runs of rows that are written alike, none longer than a statement takes.
    pub(super) fn chunks(&self, plan: &Plan, rows: Vec<Row>, wanted: Rows) -> Vec<Chunk> {
        let flavor = self.database.flavor();
        let capabilities = flavor.capabilities();
        let max = capabilities.max_binds;
        let alone =
            |chunk: &Chunk| chunk.conflict.is_some() && capabilities.upsert == Upsert::Stepwise;
        let mut chunks: Vec<Chunk> = Vec::new();
        let most = |columns: &[Arc<str>]| match wanted {
            Rows::Read => flavor.rows_per_insert(&plan.table, columns),
            Rows::Counted => capabilities.max_rows,
        };
        // Of the last chunk: the binds of a row, and what its upserts are aimed at.
        let (mut width, mut targets) = (0, HashSet::new());
        for row in rows {
            let target = row.conflict.as_ref().map(|_| row.target());
            match chunks.last_mut() {
                // A row of defaults stands alone: SQL has no way to say several. And one statement
                // changes no row twice.
                Some(chunk)
                    if chunk.columns == row.checked.columns
                        && chunk.conflict == row.conflict
                        && !chunk.columns.is_empty()
                        && !alone(chunk)
                        && chunk.rows < most(&chunk.columns)
                        && (chunk.rows + 1) * width <= max
                        && target.as_ref().is_none_or(|t| !targets.contains(t)) =>
                {
                    chunk.rows += 1;
                    chunk.values.extend(row.checked.values);
                }
                _ => {
                    let columns = &row.checked.columns;
                    width = columns.len()
                        + match wanted {
                            Rows::Read => binds_added(&plan.table, columns, flavor),
                            Rows::Counted => 0,
                        };
                    targets.clear();
                    chunks.push(Chunk::of(row));
                }
            }
            targets.extend(target);
        }
        chunks
    }

    /// Does `work` in one transaction (a savepoint of the one that is open), if that is `needed` for all
    /// of it to take effect or nothing.
    pub(super) async fn together<R>(
        &self,
        needed: bool,
        work: impl AsyncFnOnce(&Self) -> Result<R>,
    ) -> Result<R> {
        if !needed {
            return work(self).await;
        }
        let inside = async |tx: Transaction| {
            let inside = Self {
                database: (*tx).clone(),
                ..self.clone()
            };
            work(&inside).await
        };
        self.database.transaction(inside).await
    }

    /// Adds rows, and gives them as the database has them.
    pub(super) async fn insert(&self, plan: &Plan, chunk: Chunk) -> Result<Vec<T>> {
        let tree = |chunk: &Chunk| {
            Tree::Insert(Insert {
                returning: Some(projection::<T>()),
                ..chunk.tree(plan)
            })
        };
        let flavor = self.database.flavor();
        let statement = match chunk.rows {
            1 => {
                let mut chunk = chunk;
                let values = std::mem::take(&mut chunk.values);
                let pattern = Pattern {
                    action: Action::Insert,
                    written: &chunk.columns,
                    read: T::columns(),
                    conflict: chunk.conflict.as_ref(),
                };
                plan.statement(pattern, values, flavor, || tree(&chunk))?
            }
            _ => Statement::new(tree(&chunk), chunk.values, &plan.schema, flavor)?,
        };
        T::from_rows(self.database.run(statement).await?.rows)
    }

    /// Adds rows, and gives their number.
    pub(super) async fn count_inserted(&self, plan: &Plan, chunk: Chunk) -> Result<u64> {
        let tree = Tree::Insert(chunk.tree(plan));
        let flavor = self.database.flavor();
        let statement = Statement::new(tree, chunk.values, &plan.schema, flavor)?;
        Ok(self.database.run(statement).await?.affected)
    }
}

/// The one row that a write gave.
pub(super) fn accepted<T>(rows: Vec<T>, table: &TableName) -> Result<T> {
    rows.into_iter().next().ok_or_else(|| {
        let message = format!("the database accepted the row of `{table}` but gave none back");
        Error::new(ErrorKind::NotFound, message)
            .with_help("a trigger or rule may have put it elsewhere")
    })
}

/// Makes a row of each record; an error says of which one it is.
pub(super) fn numbered<R>(
    records: impl IntoIterator<Item = R>,
    row: impl Fn(R) -> Result<Row>,
) -> Result<Vec<Row>> {
    let records = records.into_iter().enumerate();
    let each = records
        .map(|(at, record)| row(record).map_err(|error| error.context(format!("record {at}"))));
    each.collect()
}

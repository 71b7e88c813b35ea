//! New rows on their way: checked, gathered into statements, sent together.

mod binds;
mod gather;

use std::sync::Arc;

pub(super) use self::gather::Gathered;
use super::plan::{Action, Pattern, Plan};
use super::write::{Checked, Purpose, check};
use super::{FromRow, Record, Repository, projection};
use crate::database::Transaction;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{TableName, TriggerEvent};
use crate::sql::SqlFlavor;
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
    pub(super) columns: Arc<[Arc<str>]>,
    pub(super) conflict: Option<Conflict>,
    pub(super) rows: usize,
    pub(super) values: Arc<[Value]>,
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
            values: row.checked.values.into(),
        }
    }

    /// Its rows, each alone.
    pub(super) fn split(self) -> impl Iterator<Item = Self> {
        let width = self.columns.len();
        let values = self.values;
        let (columns, conflict) = (self.columns, self.conflict);
        (0..self.rows).map(move |row| Self {
            columns: Arc::clone(&columns),
            conflict: conflict.clone(),
            rows: 1,
            values: values
                .iter()
                .skip(row * width)
                .take(width)
                .cloned()
                .collect(),
        })
    }

    fn tree(&self, plan: &Plan) -> Insert {
        Insert {
            table: plan.name.clone(),
            columns: self.columns.to_vec(),
            rows: self.rows,
            on_conflict: self.conflict.clone(),
            returning: None,
        }
    }

    /// The statement that adds the rows: a large one, too, is checked and rendered once for all that are alike.
    pub(super) fn statement<T: FromRow>(
        mut self,
        plan: &Plan,
        wanted: Rows,
        flavor: &dyn SqlFlavor,
    ) -> Result<Statement> {
        let values = std::mem::take(&mut self.values);
        let counted = wanted == Rows::Counted;
        let pattern = Pattern {
            action: match (self.rows, counted) {
                (1, false) => Action::Insert,
                (rows, counted) => Action::InsertMany { rows, counted },
            },
            written: &self.columns,
            read: T::columns().filter(|_| !counted),
            conflict: self.conflict.as_ref(),
        };
        plan.statement(pattern, values, flavor, || {
            Tree::Insert(Insert {
                returning: (!counted).then(|| projection::<T>()),
                ..self.tree(plan)
            })
        })
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
        numbered(records.into_iter(), |record| self.row(plan, record)).collect()
    }

    /// Runs of rows that are written alike, none longer than a statement takes.
    pub(super) fn chunks(&self, plan: &Plan, rows: Vec<Row>, wanted: Rows) -> Result<Vec<Chunk>> {
        let rows = rows.into_iter().map(Ok);
        Gathered::new(rows, plan, self.database.flavor(), wanted).collect()
    }

    /// The same of records that are read as they are wanted: no more than a few statements' are held at a time.
    pub(super) fn chunks_of<'a, R: Into<Record> + 'a>(
        &'a self,
        plan: &'a Plan,
        records: impl Iterator<Item = R> + 'a,
        wanted: Rows,
    ) -> Gathered<'a, impl Iterator<Item = Result<Row>> + 'a> {
        let rows = numbered(records, |record| self.row(plan, record));
        Gathered::new(rows, plan, self.database.flavor(), wanted)
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
        let may_update = chunk.conflict.is_some() && self.gives_early(plan, TriggerEvent::Update);
        if may_update || self.gives_early(plan, TriggerEvent::Insert) {
            return Box::pin(self.insert_and_read(plan, chunk)).await;
        }
        let statement = chunk.statement::<T>(plan, Rows::Read, self.database.flavor())?;
        T::from_rows(self.database.run(statement).await?.rows)
    }

    /// Adds rows, and gives their number.
    pub(super) async fn count_inserted(&self, plan: &Plan, chunk: Chunk) -> Result<u64> {
        let statement = chunk.statement::<T>(plan, Rows::Counted, self.database.flavor())?;
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

/// The rows that a write of so many gave.
pub(super) fn all_accepted<T>(rows: Vec<T>, wanted: usize, table: &TableName) -> Result<Vec<T>> {
    if rows.len() == wanted {
        return Ok(rows);
    }
    let found = rows.len();
    let message = format!("the database gave back {found} of {wanted} rows of `{table}`");
    Err(Error::new(ErrorKind::NotFound, message)
        .with_help("a trigger or rule may have put the others elsewhere"))
}

/// Makes a row of each record; an error says of which one it is.
pub(super) fn numbered<R>(
    records: impl Iterator<Item = R>,
    row: impl Fn(R) -> Result<Row>,
) -> impl Iterator<Item = Result<Row>> {
    let records = records.enumerate();
    records
        .map(move |(at, record)| row(record).map_err(|error| error.context(format!("record {at}"))))
}

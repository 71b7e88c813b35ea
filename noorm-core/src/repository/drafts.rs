//! New rows that are checked first, and written once the keys of other rows are known.

use std::sync::Arc;

use super::chunks::{Row, Rows, all_accepted};
use super::plan::Plan;
use super::write::{Checked, Purpose, check_but};
use super::{Key, Record, Repository};
use crate::database::Database;
use crate::error::{Error, Problem, Result};
use crate::relation::KeyColumn;
use crate::value::Value;

/// A new row, some of whose columns are still to come.
pub(crate) struct Draft(State);

enum State {
    Checked(Checked),
    /// Of a table with hooks: these see the whole record, and may mend it.
    Raw(Record),
}

impl Repository<Record> {
    /// The same rows, seen by way of `database`.
    pub(crate) fn by_way_of(&self, database: &Database) -> Self {
        Self {
            database: database.clone(),
            ..self.clone()
        }
    }

    /// The rows of another table, under the same circumstances.
    pub(crate) fn beside(&self, plan: Arc<Plan>) -> Self {
        Self {
            plan,
            ..self.clone()
        }
    }

    /// Whether hooks run around writes of its rows.
    pub(crate) fn is_hooked(&self) -> bool {
        self.plan.hooks.is_some()
    }

    /// Whether its rows are marked as deleted, instead of being removed.
    pub(crate) fn marks(&self) -> bool {
        self.plan.unmark().is_some()
    }

    /// The changes by which rows that are marked as deleted come back.
    pub(crate) fn unmarked(&self) -> Option<Record> {
        let (column, value) = self.plan.unmark()?;
        Some(Record::from_pairs([(column, value)]))
    }

    /// The values of a key, in its order, each fitting its column.
    pub(crate) fn key_values(&self, key: Key) -> Result<Vec<Value>> {
        key.values(&*self.plan()?)
    }

    /// Checks a new row, of which the columns that are `awaited` come later.
    ///
    /// A table's hooks, and the checks with them, are left to when it is written.
    pub(crate) fn draft(
        &self,
        record: Record,
        awaited: impl Fn(&str) -> bool,
    ) -> Result<Draft, Vec<Problem>> {
        if self.plan.hooks.is_some() {
            return Ok(Draft(State::Raw(record)));
        }
        let identity = self.identity_insert;
        let purpose = Purpose::Create { identity };
        let flavor = self.database.flavor();
        let checked = check_but(
            &self.plan,
            in_order(&self.plan, record),
            purpose,
            flavor,
            awaited,
        );
        checked.map(|checked| Draft(State::Checked(checked)))
    }

    /// Gives a draft the value of a column that it awaits.
    ///
    /// # Errors
    /// Where the column can't hold it, or was given another value already.
    pub(crate) fn complete(
        &self,
        draft: &mut Draft,
        column: &str,
        value: Value,
    ) -> Result<(), Problem> {
        let table = &self.plan.table;
        let fit = |value: Value| match table.column(column) {
            Some(column) => KeyColumn::of(self.database.flavor(), None, column).taken(&value),
            None => Ok(value),
        };
        let value = fit(value).map_err(|m| Problem::new(column, m.code(), m.to_string()))?;
        let known = match &draft.0 {
            State::Checked(checked) => checked.value(column),
            State::Raw(record) => record.value(column),
        };
        match known {
            Some(known) if fit(known.clone()).as_ref() != Ok(&value) => {
                let message = "has a value, but takes another one from a relation: leave it out";
                return Err(Problem::new(column, "relation", message));
            }
            Some(_) => {}
            None => match &mut draft.0 {
                State::Checked(checked) => {
                    let columns = checked.columns.iter().cloned();
                    checked.columns = columns.chain([column.into()]).collect();
                    checked.values.push(value);
                }
                State::Raw(record) => {
                    record.set(column, value);
                }
            },
        }
        Ok(())
    }

    /// Adds rows, in as few statements as they have different columns, and gives them in their order.
    ///
    /// # Errors
    /// With the place of the row, where it is of one row that is refused.
    pub(crate) async fn insert_drafts(
        &self,
        drafts: Vec<Draft>,
    ) -> Result<Vec<Record>, (Option<usize>, Error)> {
        let all = |error: Error| (None, error);
        let mut rows: Vec<(usize, Row)> = Vec::with_capacity(drafts.len());
        for (place, draft) in drafts.into_iter().enumerate() {
            let row = self.row_of(draft).await;
            rows.push((place, row.map_err(|error| (Some(place), error))?));
        }
        rows.sort_by(|(_, a), (_, b)| a.checked.columns.cmp(&b.checked.columns));
        let (places, rows): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let mut written = Vec::with_capacity(places.len());
        for chunk in self.chunks(&self.plan, rows, Rows::Read).map_err(all)? {
            let wanted = chunk.rows;
            let records = self.insert(&self.plan, chunk).await;
            let records =
                records.and_then(|records| all_accepted(records, wanted, &self.plan.name));
            written.extend(records.map_err(all)?);
        }
        let mut sorted: Vec<_> = places.into_iter().zip(written).collect();
        sorted.sort_by_key(|(place, _)| *place);
        let mut created: Vec<Record> = sorted.into_iter().map(|(_, row)| row).collect();
        if let Some(hooks) = &self.plan.hooks {
            for (place, record) in created.iter_mut().enumerate() {
                let after = hooks.after_create(&self.database, record).await;
                after.map_err(|error| (Some(place), error))?;
            }
        }
        Ok(created)
    }

    async fn row_of(&self, draft: Draft) -> Result<Row> {
        match (draft.0, &self.plan.hooks) {
            (State::Checked(checked), _) => Ok(Row {
                checked,
                conflict: None,
            }),
            (State::Raw(record), None) => self.row(&self.plan, in_order(&self.plan, record)),
            (State::Raw(mut record), Some(hooks)) => {
                hooks.before_create(&self.database, &mut record).await?;
                self.row(&self.plan, in_order(&self.plan, record))
            }
        }
    }
}

/// A record in the order of the table's columns, so that rows which have the same ones go in one statement.
fn in_order(plan: &Plan, record: Record) -> Record {
    let (header, values) = record.into_parts();
    let mut pairs: Vec<_> = header.names().iter().cloned().zip(values).collect();
    let columns = &plan.table.columns;
    let place = |name: &str| columns.iter().position(|column| column.name == name);
    pairs.sort_by_key(|(name, _)| place(name).unwrap_or(usize::MAX));
    Record::from_pairs(pairs)
}

//! Links that are the foreign keys of the other rows.

use super::{LinkChange, Links, Other, not_there};
use crate::error::{Error, ErrorKind, Result};
use crate::relation::Step;
use crate::relation::write::wanted::Wanted;
use crate::repository::{Query, Record, Repository};
use crate::schema::keys::listed;
use crate::statement::col;
use crate::value::Value;

/// The other table, and the step to it.
pub(super) struct Children {
    pub(super) rows: Repository<Record>,
    pub(super) step: Step,
}

impl Children {
    pub(super) async fn link(&self, links: &Links, others: &[Other]) -> Result<u64> {
        let ours = links.ours(&self.step).await?;
        self.add(&ours, keys(others)).await
    }

    pub(super) async fn unlink(&self, links: &Links, others: &[Other]) -> Result<u64> {
        let ours = links.ours(&self.step).await?;
        self.remove(&ours, keys(others)).await
    }

    pub(super) async fn set(&self, links: &Links, others: &[Other]) -> Result<LinkChange> {
        let ours = links.ours(&self.step).await?;
        let wanted = self.wanted(keys(others))?;
        let mut unwanted = Vec::new();
        let linked = self.of(&ours);
        let there = linked.clone().all().await?;
        let numbers = wanted.numbers_among(&there, &linked, self.rows.database());
        let numbers = numbers.await?;
        for (row, number) in there.iter().zip(numbers) {
            if number.is_none() {
                unwanted.push(self.rows.key_values(row.into())?);
            }
        }
        // First, so that the one row of has-one makes room.
        let removed = self.remove(&ours, unwanted).await?;
        Ok(LinkChange {
            added: self.add(&ours, keys(others)).await?,
            removed,
            ..LinkChange::default()
        })
    }

    fn wanted(&self, keys: Vec<Vec<Value>>) -> Result<Wanted> {
        Wanted::new(&self.rows, self.rows.table().key_columns(), keys)
    }

    /// The rows that are linked to one.
    fn of(&self, ours: &[Value]) -> Query<Record> {
        let equal = self.step.to_columns.iter().zip(ours);
        let equal = equal.map(|(column, value)| col(column.as_str()).eq(value));
        let only = self.step.only.iter();
        let only = only.map(|(column, text)| col(column.as_str()).eq(text.as_str()));
        equal.chain(only).fold(self.rows.query(), Query::filter)
    }

    async fn add(&self, ours: &[Value], keys: Vec<Vec<Value>>) -> Result<u64> {
        let linked = self
            .step
            .to_columns
            .iter()
            .cloned()
            .zip(ours.iter().cloned());
        let only = self.step.only.iter().cloned();
        let only = only.map(|(column, text)| (column, Value::from(text)));
        let linked = Record::from_pairs(linked.chain(only).collect::<Vec<_>>());
        let wanted = self.wanted(keys)?;
        let found = wanted.read(&self.rows).await?;
        let mut new = Vec::new();
        for row in found {
            let row = row.ok_or_else(|| not_there(&self.rows))?;
            let is_linked = linked
                .iter()
                .all(|(column, value)| row.value(column) == Some(value));
            if !is_linked {
                new.push(self.rows.key_values(row.into())?);
            }
        }
        let mut added = 0;
        for filter in self.wanted(new)?.filters(self.rows.database()) {
            let query = self.rows.query().filter(filter);
            added += query.update(linked.clone()).await?;
        }
        Ok(added)
    }

    async fn remove(&self, ours: &[Value], keys: Vec<Vec<Value>>) -> Result<u64> {
        if keys.is_empty() {
            return Ok(0);
        }
        let nulls = self.nulls()?;
        let mut removed = 0;
        for filter in self.wanted(keys)?.filters(self.rows.database()) {
            let query = self.of(ours).filter(filter);
            removed += query.update(nulls.clone()).await?;
        }
        Ok(removed)
    }

    /// What a row becomes that is linked no more. Columns that other keys need, too, stay, if any is left to tell it.
    fn nulls(&self) -> Result<Record> {
        let table = self.rows.table();
        let columns = &self.step.to_columns;
        let nullable = |name: &&String| table.column(name).is_some_and(|column| column.nullable);
        let is_shared = |name: &String| {
            let others = table
                .foreign_keys
                .iter()
                .filter(|key| key.columns != *columns);
            let mut others = others.flat_map(|key| &key.columns);
            others.any(|other| other == name)
        };
        let nullable: Vec<&String> = columns.iter().filter(nullable).collect();
        let own: Vec<&String> = nullable
            .iter()
            .copied()
            .filter(|name| !is_shared(name))
            .collect();
        let nulls = if own.is_empty() { nullable } else { own };
        if nulls.is_empty() {
            let message = format!(
                "rows of `{}` can't be without a link: {} takes no NULL",
                table.table_name(),
                listed(columns)
            );
            return Err(Error::new(ErrorKind::InvalidStatement, message)
                .with_help("delete them, or link them to another row"));
        }
        let nulls = nulls.into_iter().map(|name| (name.clone(), Value::Null));
        Ok(Record::from_pairs(nulls.collect::<Vec<_>>()))
    }
}

fn keys(others: &[Other]) -> Vec<Vec<Value>> {
    others.iter().map(|other| other.key.clone()).collect()
}

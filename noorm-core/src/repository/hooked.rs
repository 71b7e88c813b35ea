//! Writes of a table that has hooks: each with its hooks in one transaction.

use super::chunks::{Chunk, Rows, accepted};
use super::conventions::Gone;
use super::hook::{Hooks, become_rows};
use super::plan::Plan;
use super::{FromRow, Key, Record, Repository};
use crate::error::{Error, Result};
use crate::statement::Expr;
use crate::value::Value;

impl<T: FromRow> Repository<T> {
    /// The same rows as records: a hook reads all columns, whatever the caller does.
    pub(crate) fn records(&self) -> Repository<Record> {
        let mut records = Repository::new(self.database.clone(), self.plan.clone());
        records.identity_insert = self.identity_insert;
        records.deleted = self.deleted;
        records
    }

    pub(super) async fn create_hooked(
        &self,
        plan: &Plan,
        hooks: &Hooks,
        mut record: Record,
    ) -> Result<T> {
        self.together(true, async |inside| {
            let records = inside.records();
            hooks.before_create(&inside.database, &mut record).await?;
            let row = records.row(plan, record)?;
            let rows = records.insert(plan, Chunk::of(row)).await?;
            let mut created = accepted(rows, &plan.name)?;
            hooks.after_create(&inside.database, &mut created).await?;
            one(created)
        })
        .await
    }

    pub(super) async fn create_many_hooked(
        &self,
        plan: &Plan,
        hooks: &Hooks,
        new: Vec<Record>,
    ) -> Result<Vec<T>> {
        self.together(true, async |inside| {
            let records = inside.records();
            let mut created = Vec::new();
            for chunk in inside.prepared(plan, hooks, new, Rows::Read).await? {
                created.extend(records.insert(plan, chunk).await?);
            }
            for record in &mut created {
                hooks.after_create(&inside.database, record).await?;
            }
            become_rows(created)
        })
        .await
    }

    pub(super) async fn insert_many_hooked(
        &self,
        plan: &Plan,
        hooks: &Hooks,
        new: Vec<Record>,
    ) -> Result<u64> {
        self.together(true, async |inside| {
            let mut added = 0;
            for chunk in inside.prepared(plan, hooks, new, Rows::Counted).await? {
                added += inside.count_inserted(plan, chunk).await?;
            }
            Ok(added)
        })
        .await
    }

    /// New records after their hooks and checks.
    async fn prepared(
        &self,
        plan: &Plan,
        hooks: &Hooks,
        mut new: Vec<Record>,
        wanted: Rows,
    ) -> Result<Vec<Chunk>> {
        for (at, record) in new.iter_mut().enumerate() {
            let before = hooks.before_create(&self.database, record).await;
            before.map_err(|error: Error| error.context(format!("record {at}")))?;
        }
        let records = self.records();
        let chunks = records.chunks_of(plan, new.into_iter(), wanted);
        chunks.collect()
    }

    pub(super) async fn update_hooked(
        &self,
        plan: &Plan,
        hooks: &Hooks,
        key: Vec<Value>,
        mut changes: Record,
        also: Option<Expr<T>>,
    ) -> Result<T> {
        let also = also.map(|also| {
            let (node, binds) = also.into_parts();
            Expr::new(node, binds)
        });
        let named = named(plan, &key);
        self.together(true, async |inside| {
            let db = &inside.database;
            hooks.before_update(db, &named, &mut changes).await?;
            let mut changed = inside
                .records()
                .update_row(plan, key, changes, also)
                .await?;
            hooks.after_update(db, &mut changed).await?;
            one(changed)
        })
        .await
    }

    pub(super) async fn delete_hooked(
        &self,
        plan: &Plan,
        hooks: &Hooks,
        key: Key,
        how: Gone,
    ) -> Result<bool> {
        let named = named(plan, &key.clone().values(plan)?);
        self.together(true, async |inside| {
            hooks.before_delete(&inside.database, &named).await?;
            let removed = inside.delete_unhooked(plan, key, how).await?;
            if removed {
                hooks.after_delete(&inside.database, &named).await?;
            }
            Ok(removed)
        })
        .await
    }
}

/// A key with the names of its columns.
fn named(plan: &Plan, key: &[Value]) -> Record {
    let names = plan.table.key_columns().iter().map(String::as_str);
    Record::from_pairs(names.zip(key.iter().cloned()))
}

fn one<T: FromRow>(record: Record) -> Result<T> {
    let rows = become_rows(vec![record])?;
    let missing = || Error::new(crate::ErrorKind::NotFound, "a row was read as none");
    rows.into_iter().next().ok_or_else(missing)
}

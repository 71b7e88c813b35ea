//! Rows that a write gives back too early: before the triggers that change them once more.
//!
//! SQLite's `RETURNING` does (<https://sqlite.org/lang_returning.html>, section 3): such rows are read again by their key.

use super::chunks::{Chunk, Rows};
use super::conventions::Deleted;
use super::hook::become_rows;
use super::plan::{Action, Plan};
use super::{FromRow, Record, Repository, key_filter, projection};
use crate::error::Result;
use crate::schema::{Trigger, TriggerEvent, TriggerTiming};
use crate::statement::Tree;
use crate::value::Value;

impl<T: FromRow> Repository<T> {
    /// Whether what a write of this kind gives back may not be what is there then, and can be read again.
    pub(super) fn gives_early(&self, plan: &Plan, event: TriggerEvent) -> bool {
        let table = &plan.table;
        if table.triggers.is_empty() || table.key_columns().is_empty() {
            return false;
        }
        let capabilities = self.database.flavor().capabilities();
        capabilities.returns_before_triggers
            && table.triggers.iter().any(|trigger| {
                trigger.enabled
                    && trigger.events.contains(&event)
                    && trigger.timing == TriggerTiming::After
                    && may_change(trigger, &table.name)
            })
    }

    /// Adds rows, and reads them again.
    pub(super) async fn insert_and_read(&self, plan: &Plan, chunk: Chunk) -> Result<Vec<T>> {
        self.together(true, async |inside| {
            let flavor = inside.database.flavor();
            let statement = chunk.statement::<Record>(plan, Rows::Read, flavor)?;
            let given = Record::from_rows(inside.database.run(statement).await?.rows)?;
            let mut rows = Vec::with_capacity(given.len());
            for row in given {
                let key = plan.table.key_columns().iter();
                let key: Option<Vec<Value>> = key.map(|name| row.value(name).cloned()).collect();
                let again = match key {
                    Some(key) => inside.read_again(plan, key).await?,
                    None => None,
                };
                match again {
                    Some(row) => rows.push(row),
                    // A trigger has taken it away, or given it another key.
                    None => rows.extend(become_rows::<T>(vec![row])?),
                }
            }
            Ok(rows)
        })
        .await
    }

    /// The row with this primary key, without asking hooks, and be it marked as deleted.
    pub(super) async fn read_again(&self, plan: &Plan, key: Vec<Value>) -> Result<Option<T>> {
        let statement = self.planned(plan, Action::Find(Deleted::Shown), &[], key, || {
            let mut select = plan.select();
            select.projection = projection::<T>();
            select.filter = Some(key_filter(plan));
            Tree::Select(select)
        })?;
        let rows = self.database.run(statement).await?.rows;
        Ok(T::from_rows(rows)?.into_iter().next())
    }
}

/// Whether a trigger's body may change rows of the table that it belongs to.
fn may_change(trigger: &Trigger, table: &str) -> bool {
    let Some(definition) = trigger.definition.as_deref() else {
        return true;
    };
    let definition = definition.to_lowercase();
    let body = definition.split_once("begin").map_or("", |(_, body)| body);
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = body.split(|c| !is_word(c));
    words.any(|word| matches!(word, "update" | "replace" | "delete"))
        && body.contains(&table.to_lowercase())
}

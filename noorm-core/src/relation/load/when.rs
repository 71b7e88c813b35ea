//! For which of the parents a polymorphic relation is.

use std::collections::HashMap;

use super::Ask;
use crate::error::Result;
use crate::executor::Rows;
use crate::relation::keys::{KeyColumn, Keys};
use crate::statement::col;
use crate::value::Value;

/// A column of the parents that must hold a text.
#[derive(Debug, Clone)]
pub(crate) struct When {
    /// Where it stands in their rows.
    pub(crate) place: usize,
    pub(crate) name: String,
    pub(crate) text: String,
    /// How it is compared.
    pub(crate) column: KeyColumn,
}

impl Ask {
    /// The keys of the parents in their rows.
    pub(crate) async fn keys_of(&self, parents: &Rows) -> Result<Keys> {
        let Some(when) = &self.when else {
            return Keys::sought(parents, &self.parent_keys, &self.key_columns, |_| true);
        };
        let mut is_named: HashMap<&str, bool> = HashMap::new();
        for row in parents.values().chunks_exact(parents.header().len().max(1)) {
            let Some(Value::Text(found)) = row.get(when.place) else {
                continue;
            };
            if !is_named.contains_key(found.as_str()) {
                let is = self.names(when, found).await?;
                is_named.insert(found, is);
            }
        }
        let counts = |row: &[Value]| match row.get(when.place) {
            Some(Value::Text(found)) => is_named.get(found.as_str()) == Some(&true),
            Some(other) => other.to_text().is_some_and(|found| *found == *when.text),
            None => false,
        };
        Keys::sought(parents, &self.parent_keys, &self.key_columns, counts)
    }

    /// Whether what stands in the column is the text that names the target, as the database compares.
    async fn names(&self, when: &When, found: &str) -> Result<bool> {
        if let Some(is) = when.column.equal(found, &when.text) {
            return Ok(is);
        }
        let rows = self
            .database
            .repository(&self.relation.table)?
            .with_deleted()
            .query();
        let column = || col(when.name.as_str());
        let both = rows
            .filter(column().eq(when.text.as_str()))
            .filter(column().eq(found));
        both.exists().await
    }
}

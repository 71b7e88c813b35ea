//! Deleting rows that point at one another.

use super::{Behind, Cascade, key_of};
use crate::error::Result;
use crate::relation::write::delete::holders::told_by;
use crate::relation::write::order::batches;
use crate::relation::write::wanted::Wanted;
use crate::repository::{Key, Record};
use crate::value::Value;

impl Cascade<'_> {
    /// Deletes rows that point at one another: first, they are made to point at nothing, where they can.
    pub(super) async fn delete_circles(&mut self, mut key: Key, mut left: Vec<bool>) -> Result<()> {
        if !self.marks {
            self.cut(&mut key, &left).await?;
        }
        let is_held = |behind: &Behind| behind.nulls.is_none();
        let order = batches(&self.dependents(is_held));
        // What is held still is up to the database: it may look at the whole statement.
        let rest = (0..self.tables.len()).map(|table| {
            let rows = self.rows.iter().enumerate();
            let rows = rows.filter(|(_, doomed)| doomed.table == table);
            rows.map(|(place, _)| place).collect::<Vec<_>>()
        });
        for batch in order.into_iter().chain(rest.collect::<Vec<_>>()) {
            let is_left = |place: &usize| left.get(*place).is_some_and(|left| *left);
            let batch: Vec<usize> = batch.into_iter().filter(is_left).collect();
            self.delete_batch(&batch, &key, &mut left).await?;
        }
        Ok(())
    }

    /// The first row is cut by the caller's key, whose version is compared, and has another one then: from there on, it
    /// goes by its values.
    async fn cut(&self, key: &mut Key, left: &[bool]) -> Result<()> {
        let is_left = |place: usize| left.get(place).is_some_and(|left| *left);
        let mut cuts: Vec<(usize, &Record, Vec<Vec<Value>>)> = Vec::new();
        let held = self.rows.iter().enumerate();
        for (_, held) in held.filter(|(place, _)| is_left(*place)) {
            for behind in held.behind.iter().filter(|behind| is_left(behind.row)) {
                let Some((nulls, doomed)) = behind.nulls.as_ref().zip(self.rows.get(behind.row))
                else {
                    continue;
                };
                let Some(table) = self.tables.get(doomed.table) else {
                    continue;
                };
                if behind.row == 0 {
                    let named = std::mem::replace(key, Key::Values(Vec::new()));
                    *key = Key::Values(self.root.key_values(named.clone())?);
                    self.root.update(named, nulls.clone()).await?;
                    continue;
                }
                let doomed_key = key_of(&doomed.row, told_by(&table.table())?)?;
                let known = cuts.iter_mut();
                let same = |cut: &&mut (usize, &Record, _)| cut.0 == doomed.table && cut.1 == nulls;
                match known.into_iter().find(same) {
                    Some((.., keys)) => keys.push(doomed_key),
                    None => cuts.push((doomed.table, nulls, vec![doomed_key])),
                }
            }
        }
        for (table, nulls, keys) in cuts {
            let Some(table) = self.tables.get(table) else {
                continue;
            };
            let described = table.table();
            let wanted = Wanted::new(table, told_by(&described)?, keys)?;
            for filter in wanted.filters(self.database) {
                let query = table.query().filter(filter);
                query.update(nulls.clone()).await?;
            }
        }
        Ok(())
    }
}

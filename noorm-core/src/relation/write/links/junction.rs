//! Links that are rows of a junction table.

use super::{LinkChange, Links, Other, no_value, taken, values_of};
use crate::error::Result;
use crate::relation::Step;
use crate::relation::write::wanted::Wanted;
use crate::repository::{Query, Record, Repository};
use crate::statement::{Expr, col};
use crate::value::Value;

/// The junction table, and the steps to it and from it.
pub(super) struct Junction {
    pub(super) rows: Repository<Record>,
    pub(super) near: Step,
    pub(super) far: Step,
}

impl Junction {
    pub(super) async fn link(&self, links: &Links, others: &[Other]) -> Result<u64> {
        let ours = links.ours(&self.near).await?;
        let theirs = self.theirs(links, others).await?;
        self.add(&ours, others, &theirs).await
    }

    pub(super) async fn unlink(&self, links: &Links, others: &[Other]) -> Result<u64> {
        let ours = links.ours(&self.near).await?;
        let theirs = self.theirs(links, others).await?;
        self.remove(&ours, theirs).await
    }

    pub(super) async fn set(&self, links: &Links, others: &[Other]) -> Result<LinkChange> {
        let ours = links.ours(&self.near).await?;
        let theirs = self.theirs(links, others).await?;
        let linked = self.of(&ours);
        let there = linked.clone().all().await?;
        let wanted = Wanted::new(&self.rows, &self.far.columns, theirs.clone())?;
        let mut known: Vec<Option<&Record>> = vec![None; wanted.len()];
        let mut unwanted = Vec::new();
        let database = self.rows.database();
        let numbers = wanted.numbers_among(&there, &linked, database).await?;
        for (row, number) in there.iter().zip(numbers) {
            match number {
                Some(number) => {
                    if let Some(slot) = known.get_mut(number) {
                        *slot = Some(row);
                    }
                }
                None => unwanted.push(self.theirs_of(row)?),
            }
        }
        let mut change = LinkChange {
            removed: self.remove(&ours, unwanted).await?,
            ..LinkChange::default()
        };
        let (mut new, mut new_theirs) = (Vec::new(), Vec::new());
        for (place, (other, theirs)) in others.iter().zip(theirs).enumerate() {
            let link = wanted.number(place).and_then(|number| *known.get(number)?);
            match link {
                None => {
                    new.push(other);
                    new_theirs.push(theirs);
                }
                Some(link) if differs(link, &other.pivot) => {
                    let link = self.of(&ours).filter(equal(&self.far.columns, &theirs));
                    change.changed += link.update(other.pivot.clone()).await?;
                }
                Some(_) => {}
            }
        }
        change.added = self.add(&ours, new, &new_theirs).await?;
        Ok(change)
    }

    async fn theirs(&self, links: &Links, others: &[Other]) -> Result<Vec<Vec<Value>>> {
        let targets = links.rows.database().repository(&self.far.to)?;
        let keys = others.iter().map(|other| other.key.clone()).collect();
        let values = values_of(&targets, keys, &self.far.to_columns).await?;
        let one = |values: Vec<Value>| {
            let mut parts = self.far.to_columns.iter().zip(&values);
            if let Some((column, _)) = parts.find(|(_, value)| value.is_null()) {
                return Err(no_value(&targets, column, "it can't be linked"));
            }
            let here = (&self.rows, self.far.columns.as_slice());
            taken(&values, (&targets, &self.far.to_columns), here)
        };
        values.into_iter().map(one).collect()
    }

    fn theirs_of(&self, row: &Record) -> Result<Vec<Value>> {
        let columns = self.far.columns.iter();
        columns.map(|column| row.get::<Value>(column)).collect()
    }

    /// The junction table's rows of one row.
    fn of(&self, ours: &[Value]) -> Query<Record> {
        let mut query = self.rows.query().filter(equal(&self.near.to_columns, ours));
        for (column, text) in self.constants() {
            query = query.filter(col(column.as_str()).eq(text.as_str()));
        }
        query
    }

    /// The columns that say which table a polymorphic reference is about.
    fn constants(&self) -> impl Iterator<Item = &(String, String)> {
        self.near.only.iter().chain(&self.far.when)
    }

    async fn remove(&self, ours: &[Value], theirs: Vec<Vec<Value>>) -> Result<u64> {
        let wanted = Wanted::new(&self.rows, &self.far.columns, theirs)?;
        let mut removed = 0;
        for filter in wanted.filters(self.rows.database()) {
            removed += self.of(ours).filter(filter).delete().await?;
        }
        Ok(removed)
    }

    /// Adds the links that aren't there.
    async fn add<'a>(
        &self,
        ours: &[Value],
        others: impl IntoIterator<Item = &'a Other>,
        theirs: &[Vec<Value>],
    ) -> Result<u64> {
        let wanted = Wanted::new(&self.rows, &self.far.columns, theirs.to_vec())?;
        let others: Vec<&Other> = others.into_iter().collect();
        let revived = self.revive(ours, &others, theirs).await?;
        let mut known = vec![false; wanted.len()];
        let key = self.key();
        if key.is_none() {
            // Nothing but a look tells what is there.
            for filter in wanted.filters(self.rows.database()) {
                let found = self.of(ours).filter(filter).all().await?;
                for number in wanted.numbers_of(&found)?.into_iter().flatten() {
                    if let Some(known) = known.get_mut(number) {
                        *known = true;
                    }
                }
            }
        }
        let mut new = Vec::new();
        for (place, (other, theirs)) in others.into_iter().zip(theirs).enumerate() {
            let number = wanted
                .number(place)
                .and_then(|number| known.get_mut(number));
            if number.is_some_and(|known| !std::mem::replace(known, true)) {
                new.push(self.link_row(ours, theirs, &other.pivot));
            }
        }
        let added = match key {
            _ if new.is_empty() => 0,
            Some(key) => self.rows.on_conflict(key).insert_missing(new).await?,
            None => self.rows.insert_many(new).await?,
        };
        Ok(added + revived)
    }

    /// Brings links back that are marked as deleted, with the values that they are given now.
    async fn revive(
        &self,
        ours: &[Value],
        others: &[&Other],
        theirs: &[Vec<Value>],
    ) -> Result<u64> {
        let Some(unmarked) = self.rows.unmarked() else {
            return Ok(0);
        };
        let mut revived = 0;
        let mut plain = Vec::new();
        for (other, theirs) in others.iter().zip(theirs) {
            if other.pivot.is_empty() {
                plain.push(theirs.clone());
                continue;
            }
            let marked = self
                .of(ours)
                .only_deleted()
                .filter(equal(&self.far.columns, theirs));
            let values = other.pivot.iter().chain(unmarked.iter());
            let values = values.map(|(column, value)| (column.to_owned(), value.clone()));
            revived += marked
                .update(Record::from_pairs(values.collect::<Vec<_>>()))
                .await?;
        }
        let plain = Wanted::new(&self.rows, &self.far.columns, plain)?;
        for filter in plain.filters(self.rows.database()) {
            let marked = self.of(ours).only_deleted().filter(filter);
            revived += marked.update(unmarked.clone()).await?;
        }
        Ok(revived)
    }

    /// The key by which the database itself leaves out what is there; none where hooks must see what is new.
    fn key(&self) -> Option<Vec<String>> {
        let table = self.rows.table();
        let is_ours = |column: &String| {
            self.near.to_columns.contains(column)
                || self.far.columns.contains(column)
                || self.constants().any(|(constant, _)| constant == column)
        };
        let mut keys = table.conflict_keys().filter(|key| key.iter().all(is_ours));
        let key = keys.next().map(<[String]>::to_vec);
        key.filter(|_| !self.rows.is_hooked())
    }

    fn link_row(&self, ours: &[Value], theirs: &[Value], pivot: &Record) -> Record {
        let near = self.near.to_columns.iter().zip(ours);
        let far = self.far.columns.iter().zip(theirs);
        let keys = near.chain(far);
        let keys = keys.map(|(column, value)| (column.clone(), value.clone()));
        let constants = self.constants().cloned();
        let constants = constants.map(|(column, text)| (column, Value::from(text)));
        let pivot = pivot.iter();
        let pivot = pivot.map(|(column, value)| (column.to_owned(), value.clone()));
        Record::from_pairs(pivot.chain(keys).chain(constants).collect::<Vec<_>>())
    }
}

/// Whether a link has other values than these.
fn differs(link: &Record, pivot: &Record) -> bool {
    pivot
        .iter()
        .any(|(column, value)| link.value(column) != Some(value))
}

fn equal(columns: &[String], values: &[Value]) -> Expr<Record> {
    let equal = columns.iter().zip(values);
    Expr::all(equal.map(|(column, value)| col(column.as_str()).eq(value)))
}

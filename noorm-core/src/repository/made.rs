//! Entities that are made of rows while others arrive.

use std::fmt;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::FromRow;
use crate::database::Database;
use crate::error::Result;
use crate::executor::{RowSink, Rows};
use crate::statement::Statement;

/// What became of the rows so far, or what was wrong with one of them.
struct Made<T>(Mutex<Result<Vec<T>>>);

impl<T> Made<T> {
    fn made(&self) -> MutexGuard<'_, Result<Vec<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> fmt::Debug for Made<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Made").finish_non_exhaustive()
    }
}

impl<T: FromRow> RowSink for Made<T> {
    fn restart(&self) {
        *self.made() = Ok(Vec::new());
    }

    fn take(&self, rows: Rows) {
        let mut made = self.made();
        if let Ok(all) = &mut *made
            && let Err(error) = read_into(all, rows)
        {
            *made = Err(error);
        }
    }
}

fn read_into<T: FromRow>(all: &mut Vec<T>, mut rows: Rows) -> Result<()> {
    all.reserve(rows.len());
    for mut row in rows.rows_mut() {
        all.push(T::from_row(&mut row)?);
    }
    rows.leave();
    Ok(())
}

/// Runs a statement and reads its rows, while others arrive where their type allows that.
pub(super) async fn run_and_read<T: FromRow>(
    database: &Database,
    statement: Statement,
) -> Result<Vec<T>> {
    if !T::ONE_BY_ONE {
        return T::from_rows(database.run(statement).await?.rows);
    }
    let made = Arc::new(Made(Mutex::new(Ok(Vec::new()))));
    let sink = Arc::clone(&made) as Arc<dyn RowSink>;
    let rest = database.run_into(statement, sink).await?.rows;
    let mut all = mem::replace(&mut *made.made(), Ok(Vec::new()))?;
    read_into(&mut all, rest)?;
    Ok(all)
}

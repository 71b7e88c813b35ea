//! The columns at the two ends of a declared relation.

use super::comparable::comparable;
use crate::error::{Error, ErrorKind, Result};
use crate::relation::relation::Step;
use crate::schema::keys::listed;
use crate::schema::{Column, Table};

/// The two ends of a step.
pub(super) struct Ends<'a> {
    pub(super) table: &'a Table,
    columns: Vec<String>,
    pub(super) target: &'a Table,
    target_columns: Vec<String>,
}

impl<'a> Ends<'a> {
    /// Two tables and the names of their columns; where there are none, those of the primary key.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`]; [`ErrorKind::InvalidConfig`] where they can't be compared.
    pub(super) fn of(
        (table, ours): (&'a Table, &[String]),
        (target, theirs): (&'a Table, &[String]),
    ) -> Result<Self> {
        let (ours, theirs) = (fields(table, ours)?, fields(target, theirs)?);
        let refused = |message| Error::new(ErrorKind::InvalidConfig, message);
        let ends = Self {
            table,
            columns: names(&ours),
            target,
            target_columns: names(&theirs),
        };
        if ours.is_empty() || ours.len() != theirs.len() {
            let (ours, theirs) = (listed(&ends.columns), listed(&ends.target_columns));
            let (table, target) = (table.table_name(), target.table_name());
            let error = refused(format!(
                "{ours} of `{table}` can't equal {theirs} of `{target}`"
            ));
            return Err(error.with_help("name as many columns at either end"));
        }
        for (ours, theirs) in ours.into_iter().zip(theirs) {
            if !comparable(&ours.column_type, &theirs.column_type) {
                let told = |table: &Table, column: &Column| {
                    format!(
                        "`{}.{}`, {}",
                        table.table_name(),
                        column.name,
                        column.column_type
                    )
                };
                let (ours, theirs) = (told(table, ours), told(target, theirs));
                return Err(refused(format!("{ours}, can't equal {theirs}")));
            }
        }
        Ok(ends)
    }

    /// Sees to it that there is one row at most. Of views nobody knows.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidConfig`].
    pub(super) fn check_key(&self) -> Result<()> {
        if self.target.kind.is_view() || covers_key(self.target, &self.target_columns) {
            return Ok(());
        }
        let (columns, target) = (listed(&self.target_columns), self.target.table_name());
        let message = format!("{columns} is no unique key of `{target}`");
        let error = Error::new(ErrorKind::InvalidConfig, message);
        Err(error.with_help("name the columns of one, or declare that it has many"))
    }

    /// Whether no two rows have the same values at this end.
    pub(super) fn is_unique(&self) -> bool {
        covers_key(self.table, &self.columns)
    }

    /// From this end to the other.
    pub(super) fn there(&self) -> Step {
        let columns = self.columns.iter().map(String::as_str);
        let target_columns = self.target_columns.iter().map(String::as_str);
        let step = Step::new(columns, self.target.table_name(), target_columns);
        step.led_to_by_many(!self.is_unique())
    }

    /// From the other end to this one.
    pub(super) fn back(&self) -> Step {
        let columns = self.columns.iter().map(String::as_str);
        let target_columns = self.target_columns.iter().map(String::as_str);
        let step = Step::new(target_columns, self.table.table_name(), columns);
        step.led_to_by_many(!covers_key(self.target, &self.target_columns))
    }
}

/// The columns of these names, or those of the primary key.
fn fields<'a>(table: &'a Table, written: &[String]) -> Result<Vec<&'a Column>> {
    let written = match written.is_empty() {
        true => table.key_columns(),
        false => written,
    };
    written.iter().map(|name| column(table, name)).collect()
}

pub(super) fn column<'a>(table: &'a Table, name: &str) -> Result<&'a Column> {
    table.column(name).ok_or_else(|| table.unknown_column(name))
}

fn names(columns: &[&Column]) -> Vec<String> {
    columns.iter().map(|column| column.name.clone()).collect()
}

fn covers_key(table: &Table, columns: &[String]) -> bool {
    table
        .unique_keys()
        .any(|key| key.iter().all(|column| columns.contains(column)))
}

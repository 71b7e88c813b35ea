//! A statement that can run on any thread.

use std::sync::Arc;

use noorm_core::executor::Header;
use noorm_core::sql::{Rendered, ResultColumn};
use noorm_core::{Error, ErrorKind, Result, Value};

use super::pace::Mark;
use super::session::Stop;
use super::statement::Statement;
use crate::error::Origin;
use crate::types;

/// SQL and binds beyond this many bytes take longer to prepare and to copy than a hop takes.
const HEAVY: usize = 16 * 1024;

/// What is needed of a statement to run it on any thread.
pub(super) struct Job {
    pub(super) sql: Arc<str>,
    columns: Option<Arc<[ResultColumn]>>,
    header: Arc<Header>,
    pub(super) cacheable: bool,
    /// Whether it writes no more than a row, whatever the tables hold.
    pub(super) bounded: bool,
    pub(super) mark: Mark,
}

impl Job {
    pub(super) fn of(statement: &Rendered) -> Self {
        Self {
            sql: Arc::clone(&statement.sql),
            columns: statement.columns.clone(),
            header: Arc::clone(&statement.header),
            cacheable: statement.cacheable,
            bounded: statement.bounded,
            mark: Mark::of(&statement.sql),
        }
    }

    pub(super) fn origin(&self) -> Origin {
        if self.columns.is_some() {
            Origin::Rendered
        } else {
            Origin::Raw
        }
    }

    pub(super) fn is_heavy(&self, binds: &[Value]) -> bool {
        let size = |bind: &Value| match bind {
            Value::Text(text) => text.len(),
            Value::Bytes(bytes) => bytes.len(),
            Value::Json(json) => json.len(),
            Value::Array(elements) => elements.len() * 32,
            _ => 0,
        };
        self.sql.len() + binds.iter().map(size).sum::<usize>() > HEAVY
    }

    /// Gives the names of the statement's columns.
    pub(super) fn header(&self, statement: &Statement<'_>) -> Result<Arc<Header>, Stop> {
        let width = statement.width();
        match &self.columns {
            None if width == 0 => Ok(Arc::clone(&self.header)),
            None => Ok(Arc::new(Header::new(statement.names()))),
            // Rendered for no column at all, it selects a NULL that nobody reads.
            Some(columns) if columns.is_empty() || usize::try_from(width) == Ok(columns.len()) => {
                Ok(Arc::clone(&self.header))
            }
            Some(_) => Err(Stop::Refused(Error::new(
                ErrorKind::SchemaChanged,
                format!(
                    "the statement gives {width} columns, not {}",
                    self.header.len()
                ),
            ))),
        }
    }

    /// Reads the current row behind those that are in `values` already.
    pub(super) fn read(&self, statement: &Statement<'_>, width: i32, values: &mut Vec<Value>) {
        match &self.columns {
            None => {
                for at in 0..width {
                    values.push(types::read(&statement.value(at), None));
                }
            }
            Some(columns) => {
                for (at, column) in (0..).zip(columns.iter()) {
                    values.push(types::read(
                        &statement.value(at),
                        column.column_type.as_ref(),
                    ));
                }
            }
        }
    }
}

pub(super) fn bind_all(statement: &mut Statement<'_>, binds: &[Value]) -> Result<(), Stop> {
    let wanted = statement.placeholders();
    if wanted != binds.len() {
        return Err(Stop::Refused(Error::new(
            ErrorKind::InvalidStatement,
            format!(
                "the SQL has {wanted} placeholders, but {} binds were given",
                binds.len()
            ),
        )));
    }
    for (number, value) in (1..).zip(binds) {
        statement.bind(number, &types::bind(value)?.stored())?;
    }
    Ok(())
}

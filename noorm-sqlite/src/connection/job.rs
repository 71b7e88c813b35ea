//! A statement that can run on any thread.

use std::sync::Arc;

use noorm_core::executor::Header;
use noorm_core::sql::Rendered;
use noorm_core::{Error, ErrorKind, Result, Value};

use super::pace::Mark;
use super::session::Stop;
use super::statement::Statement;
use crate::error::Origin;
use crate::types::{self, Bound};

/// SQL and binds beyond this many bytes take longer to prepare and to copy than a hop takes.
const HEAVY: usize = 16 * 1024;

/// A statement, and what stands for its text.
#[derive(Clone, Copy)]
pub(super) struct Job<'a> {
    pub(super) statement: &'a Rendered,
    pub(super) mark: Mark,
}

impl<'a> Job<'a> {
    pub(super) fn of(statement: &'a Rendered) -> Self {
        Self {
            statement,
            mark: Mark::of(&statement.sql),
        }
    }

    pub(super) fn origin(&self) -> Origin {
        if self.statement.columns.is_some() {
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
        self.statement.sql.len() + binds.iter().map(size).sum::<usize>() > HEAVY
    }

    /// Gives the names of the statement's columns.
    pub(super) fn header(&self, statement: &Statement<'_>) -> Result<Arc<Header>, Stop> {
        let width = statement.width();
        let header = &self.statement.header;
        match &self.statement.columns {
            None if width == 0 => Ok(Arc::clone(header)),
            None => Ok(Arc::new(Header::new(statement.names()))),
            // Rendered for no column at all, it selects a NULL that nobody reads.
            Some(columns) if columns.is_empty() || usize::try_from(width) == Ok(columns.len()) => {
                Ok(Arc::clone(header))
            }
            Some(_) => Err(Stop::Refused(Error::new(
                ErrorKind::SchemaChanged,
                format!("the statement gives {width} columns, not {}", header.len()),
            ))),
        }
    }

    /// Reads the current row behind those that are in `values` already.
    pub(super) fn read(&self, statement: &Statement<'_>, width: i32, values: &mut Vec<Value>) {
        if values.is_empty() {
            // Most often there is one row; of several, the list grows by itself.
            values.reserve_exact(usize::try_from(width).unwrap_or(0));
        }
        match &self.statement.columns {
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

pub(super) fn bind_all<'a>(statement: &mut Statement<'a>, binds: &'a [Value]) -> Result<(), Stop> {
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
        match types::held(value) {
            Some(stored) => statement.bind(number, &stored)?,
            None => match types::bind(value)? {
                Bound::Held(stored) => statement.bind(number, &stored)?,
                written => statement.bind_copy(number, &written.stored())?,
            },
        }
    }
    Ok(())
}

//! Writes whose rows are read again by their key, on the same connection.

use std::sync::Arc;

use noorm_core::executor::{Outcome, Rows};
use noorm_core::sql::{KeySource, ReadBack, Rendered};
use noorm_core::{Error, ErrorKind, Result, Value};

use super::MysqlConnection;

impl MysqlConnection {
    pub(super) async fn write_and_read(
        &mut self,
        statement: &Rendered,
        read_back: &ReadBack,
        binds: &[Value],
    ) -> Result<Outcome> {
        // Futures of their own: in this one, they would make it larger than an allocator has at hand.
        let evaluated = match &read_back.defaults {
            Some(defaults) => Some(Box::pin(self.evaluate(defaults, read_back, binds)).await?),
            None => None,
        };
        let binds = evaluated.as_deref().unwrap_or(binds);
        let width = binds.len().checked_div(read_back.rows).unwrap_or(0);
        let rows: Vec<&[Value]> = match width {
            0 => vec![&[]; read_back.rows],
            width => binds.chunks_exact(width).collect(),
        };
        is_plain(read_back, &rows)?;

        let written = Box::pin(self.execute(statement, binds, None)).await?;
        if written.affected == 0 {
            return Ok(written);
        }
        let first = self.conn()?.last_insert_id();
        let mut values = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let number = || generated(first, at, self.server.increment);
            let key: Vec<_> = read_back
                .key
                .iter()
                .map(|source| match source {
                    KeySource::Bind(place) => row.get(*place).cloned().unwrap_or_default(),
                    KeySource::BindOrGenerated(place) => match row.get(*place) {
                        Some(Value::Null) | None => number(),
                        Some(given) => given.clone(),
                    },
                    KeySource::Generated => number(),
                })
                .collect();
            let read = Box::pin(self.execute(&read_back.select, &key, None)).await;
            let (_, read) = read.map_err(unread)?.rows.into_parts();
            match values.is_empty() {
                true => values = read,
                false => values.extend(read),
            }
        }
        let rows = Rows::new(Arc::clone(&statement.header), values);
        Ok(Outcome {
            rows,
            affected: written.affected,
        })
    }

    /// The binds with, behind each row's own, the defaults that make its key.
    async fn evaluate(
        &mut self,
        defaults: &Rendered,
        read_back: &ReadBack,
        binds: &[Value],
    ) -> Result<Vec<Value>> {
        let mut all = Vec::with_capacity(binds.len() + read_back.rows);
        let mut given = binds.chunks_exact(read_back.width.max(1));
        for _ in 0..read_back.rows {
            all.extend_from_slice(given.next().unwrap_or_default());
            let made = self.execute(defaults, &[], None).await?;
            all.extend(made.rows.into_parts().1);
        }
        Ok(all)
    }
}

/// The numbers of one statement's rows follow each other only where it makes all of them.
fn is_plain(read_back: &ReadBack, rows: &[&[Value]]) -> Result<()> {
    let mixed = read_back.key.iter().any(|source| match source {
        KeySource::BindOrGenerated(place) => {
            let is_null = |row: &&[Value]| row.get(*place).is_none_or(Value::is_null);
            let nulls = rows.iter().filter(|row| is_null(row)).count();
            nulls != 0 && nulls != rows.len()
        }
        KeySource::Bind(_) | KeySource::Generated => false,
    });
    if !mixed {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Unsupported,
        "some of the rows have a number and others ask the database for one, so that it isn't known \
         which they get",
    )
    .with_help("give a number to all of them or to none, or use `insert_many`"))
}

fn generated(first: Option<u64>, at: usize, increment: u64) -> Value {
    let at = u64::try_from(at).unwrap_or(u64::MAX);
    let number = first.map(|first| first.saturating_add(at.saturating_mul(increment)));
    number.map_or(Value::Null, Value::from)
}

/// The write has taken effect: it must not be run again, whatever the reading says.
fn unread(error: Error) -> Error {
    let kind = match error.kind() {
        ErrorKind::ConnectionLost => ErrorKind::ConnectionLost,
        _ => ErrorKind::Database,
    };
    let message = format!("the rows were written, but can't be read back: {error}");
    Error::new(kind, message).with_source(error)
}

#[cfg(test)]
mod tests;

//! Primary keys, as callers write them.

use super::Record;
use super::plan::Plan;
use crate::error::{Error, ErrorKind, Result};
use crate::value::Value;

/// The value of a primary key: one value, a tuple in the key's order, or a record that has its
/// columns.
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// use noorm_core::record;
///
/// db.repository("album")?.find(1).await?;
/// db.repository("playlist_track")?.find((1, 3402)).await?;
/// db.repository("playlist_track")?.find(record! { "track_id" => 3402, "playlist_id" => 1 }).await?;
/// db.repository("user")?.find("ann").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub enum Key {
    /// Values in the key's order.
    Values(Vec<Value>),
    /// Values by column.
    Named(Record),
}

impl<T: Into<Value>> From<T> for Key {
    fn from(value: T) -> Self {
        Self::Values(vec![value.into()])
    }
}

impl From<Record> for Key {
    fn from(record: Record) -> Self {
        Self::Named(record)
    }
}

impl From<&Record> for Key {
    fn from(record: &Record) -> Self {
        Self::Named(record.clone())
    }
}

macro_rules! tuples {
    ($(($($t:ident),+);)*) => {$(
        impl<$($t: Into<Value>),+> From<($($t,)+)> for Key {
            #[allow(non_snake_case, reason = "type parameters name the fields")]
            fn from(($($t,)+): ($($t,)+)) -> Self {
                Self::Values(vec![$($t.into()),+])
            }
        }
    )*};
}
tuples! {
    (A);
    (A, B);
    (A, B, C);
    (A, B, C, D);
    (A, B, C, D, E);
    (A, B, C, D, E, F);
    (A, B, C, D, E, F, G);
    (A, B, C, D, E, F, G, H);
    (A, B, C, D, E, F, G, H, I);
    (A, B, C, D, E, F, G, H, I, J);
    (A, B, C, D, E, F, G, H, I, J, K);
    (A, B, C, D, E, F, G, H, I, J, K, L);
    (A, B, C, D, E, F, G, H, I, J, K, L, M);
    (A, B, C, D, E, F, G, H, I, J, K, L, M, N);
    (A, B, C, D, E, F, G, H, I, J, K, L, M, N, O);
    (A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P);
}

impl Key {
    /// The values in the key's order, each fitting its column.
    pub(crate) fn values(self, plan: &Plan) -> Result<Vec<Value>> {
        let columns = plan.table.key_columns();
        if columns.is_empty() {
            return Err(no_key(plan));
        }
        let mut values = match self {
            Self::Values(values) => values,
            Self::Named(record) => columns
                .iter()
                .map(|name| record.get::<Value>(name))
                .collect::<Result<_>>()?,
        };
        if values.len() != columns.len() {
            return Err(Error::new(
                ErrorKind::InvalidStatement,
                format!(
                    "the primary key of `{}` is ({}), but {} values were given",
                    plan.name,
                    columns.join(", "),
                    values.len()
                ),
            ));
        }
        for (name, value) in columns.iter().zip(&mut values) {
            let column = plan
                .table
                .column(name)
                .ok_or_else(|| plan.table.unknown_column(name))?;
            let fitted = column.column_type.fit(std::mem::take(value));
            *value = fitted.map_err(|mismatch| {
                let message = format!("the value for `{}.{name}` {mismatch}", plan.name);
                Error::new(ErrorKind::TypeMismatch, message)
                    .of_table(&plan.name)
                    .of_column(name)
            })?;
        }
        Ok(values)
    }
}

pub(super) fn no_key(plan: &Plan) -> Error {
    Error::new(
        ErrorKind::InvalidStatement,
        format!("`{}` has no primary key", plan.name),
    )
    .with_help("look rows up with `find_by` or a query")
}

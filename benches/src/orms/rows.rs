//! What is read and inserted.

use anyhow::Result;
use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};

/// A row; what three of its columns are isn't the same on every engine.
#[allow(dead_code, reason = "decoding is what is measured")]
#[derive(diesel::Queryable)]
#[cfg_attr(feature = "peers", derive(sqlx::FromRow))]
pub(crate) struct Reading<Quantity, Price, Created> {
    id: i64,
    name: String,
    note: Option<String>,
    quantity: Quantity,
    price: Price,
    weight: f64,
    active: bool,
    created: Created,
}

/// What is inserted into the three columns of a server, as number `n`.
pub(super) fn on_server(n: i64) -> Result<(i32, BigDecimal, DateTime<Utc>)> {
    let price = BigDecimal::new(12_345.into(), 2);
    Ok((i32::try_from(n)?, price, crate::moment()))
}

/// The same on SQLite: the price is a number of cents, the moment text.
pub(super) fn on_sqlite(n: i64) -> Result<(i64, i64, &'static str)> {
    Ok((n, 12_345, "1970-01-01 00:00:00"))
}

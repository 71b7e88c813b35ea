//! `noorm query`: the records of a table.
//!
//! ```text
//! Database ──► Query<Record> ──► stream ──► table (held until its end), json, csv (written as they come)
//! ```

mod csv;
mod json;
mod table;

use std::io::{self, BufWriter};
use std::sync::Arc;

use futures_util::{Stream, TryStreamExt as _};
use noorm::prelude::{Database, Record};
use noorm::schema::Table;
use noorm::statement::{Order, col};
use noorm::{Error, ErrorKind};

use crate::arguments::{self, RecordFormat};
use crate::failure::{Failure, note};
use crate::spinner::Spinner;
use crate::{column, filter, text};

/// How many records a table has unless `--limit` says otherwise.
const TABLE_LIMIT: u64 = 50;

/// What takes records, one after the other.
trait Sink {
    /// Takes a record.
    fn record(&mut self, record: &Record) -> Result<(), Failure>;

    /// Ends the output.
    fn end(&mut self) -> Result<(), Failure>;
}

/// Reads records, and writes them to stdout.
pub async fn run(request: arguments::Query) -> Result<(), Failure> {
    // A filter that can't be understood is told before anything is connected to.
    let filters = request.filters.iter().map(|text| filter::parse(text));
    let filters = filters.collect::<Result<Vec<_>, _>>()?;

    let spinner = Spinner::start("reading");
    let database = Database::builder(request.url.as_str())
        .read_only()
        .connect()
        .await?;
    let repository = database.repository(&request.table)?;
    let table = repository.table();
    let columns = columns(&table, &request.columns)?;

    let mut query = repository.query();
    for filter in filters {
        query = query.filter(filter.resolve(&table)?);
    }
    query = query.order_by(order(&table, &request.order)?);
    if !request.columns.is_empty() {
        query = query.select(columns.to_vec());
    }
    let cut = matches!((request.limit, request.format), (None, RecordFormat::Table));
    // One more than is shown tells whether there are more.
    if let Some(limit) = request.limit.or(cut.then_some(TABLE_LIMIT + 1)) {
        query = query.limit(limit);
    }
    if let Some(offset) = request.offset {
        query = query.offset(offset);
    }

    let records = query.stream().await?;
    let out = BufWriter::new(io::stdout().lock());
    match request.format {
        RecordFormat::Json => write(records, json::Json::new(out), spinner).await,
        RecordFormat::Csv => write(records, csv::Csv::new(out, columns), spinner).await,
        RecordFormat::Table => {
            let (cut, width) = (cut.then_some(TABLE_LIMIT), text::terminal_width());
            let sink = table::Table::new(out, &table, &columns, cut, width);
            write(records, sink, spinner).await
        }
    }
}

async fn write(
    mut records: impl Stream<Item = noorm::Result<Record>> + Unpin,
    mut sink: impl Sink,
    spinner: Spinner,
) -> Result<(), Failure> {
    let mut next = records.try_next().await?;
    // From here on stdout, which may be the same terminal, is written to.
    drop(spinner);
    while let Some(record) = next {
        sink.record(&record)?;
        next = records.try_next().await?;
    }
    sink.end()
}

/// The columns of the output: those asked for, or all.
fn columns(table: &Table, lists: &[String]) -> noorm::Result<Vec<Arc<str>>> {
    if lists.is_empty() {
        let all = table.visible_columns();
        return Ok(all.map(|column| column.name.as_str().into()).collect());
    }
    let mut columns: Vec<Arc<str>> = Vec::new();
    for list in lists {
        for name in column::split(list)? {
            let name = &column::find(table, &name)?.name;
            if columns.iter().any(|column| **column == **name) {
                let message = format!("the column `{name}` is asked for twice");
                return Err(Error::new(ErrorKind::InvalidStatement, message));
            }
            columns.push(name.as_str().into());
        }
    }
    Ok(columns)
}

/// The order of `-title`, or of `title,-"odd name"`.
fn order(table: &Table, lists: &[String]) -> noorm::Result<Vec<Order<Record>>> {
    let mut order = Vec::new();
    for list in lists {
        for name in column::split(list)? {
            // A column may be called `-title`; then that is what is meant.
            let (name, descending) = match name.strip_prefix('-') {
                Some(rest) if table.column(&name).is_none() => (rest, true),
                _ => (name.as_str(), false),
            };
            let column = col(column::find(table, name)?.name.as_str());
            order.push(if descending {
                column.desc()
            } else {
                column.asc()
            });
        }
    }
    Ok(order)
}

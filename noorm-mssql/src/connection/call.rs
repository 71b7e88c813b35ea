//! Calls of `sp_executesql`.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use futures_util::{Stream, TryStreamExt as _};
use noorm_core::executor::{Header, Outcome, Rows};
use noorm_core::sql::Rendered;
use noorm_core::{Error, Result, Value};
use tiberius::{
    ColumnData, ColumnType, Command, CommandItem, CommandStream, Query, QueryItem, Row,
};

use super::Client;
use crate::error;
use crate::types::{decode, param};

/// Sends a statement.
///
/// NULLs are variables that are declared in the text: the driver would send them without a type, which
/// some servers refuse.
///
/// # Errors
/// A value that SQL Server has no type for, and what breaks while sending.
pub(super) async fn send<'c>(
    client: &'c mut Client,
    statement: &Rendered,
    binds: &[Value],
) -> Result<CommandStream<'c>> {
    let (mut nulls, mut declared) = (String::new(), String::new());
    let mut sent: Vec<(String, ColumnData<'_>)> = Vec::with_capacity(binds.len());
    for (at, value) in binds.iter().enumerate() {
        let name = format!("@P{}", at + 1);
        let param = param(value, statement.bound_column(at))?;
        let (list, separator) = match &param.data {
            Some(_) => (&mut declared, ","),
            None => (&mut nulls, ","),
        };
        if !list.is_empty() {
            list.push_str(separator);
        }
        list.push_str(&name);
        list.push(' ');
        list.push_str(&param.declared);
        if let Some(data) = param.data {
            sent.push((name, data));
        }
    }
    let sql: Cow<'_, str> = match nulls.is_empty() {
        true => Cow::Borrowed(&*statement.sql),
        false => format!("DECLARE {nulls}; {}", statement.sql).into(),
    };
    let mut command = Command::new("sp_executesql");
    command.bind_param("@stmt", sql);
    if !sent.is_empty() {
        command.bind_param("@params", declared);
    }
    for (name, data) in sent {
        command.bind_param(name, data);
    }
    command.exec(client).await.map_err(error::statement)
}

/// The names and types of a statement's parameters.
pub(super) fn declarations(statement: &Rendered, binds: &[Value]) -> Result<String> {
    let mut declared = String::new();
    for (at, value) in binds.iter().enumerate() {
        let param = param(value, statement.bound_column(at))?;
        let separator = if at == 0 { "" } else { ", " };
        // A write to a string can't fail.
        let _ = write!(declared, "{separator}@P{} {}", at + 1, param.declared);
    }
    Ok(declared)
}

/// Runs a statement to its end. The outer error is the server's or the connection's; the inner one is a row
/// that can't be decoded, with nothing left unread.
pub(super) async fn run(
    client: &mut Client,
    statement: &Rendered,
    binds: &[Value],
) -> Result<Result<Outcome>> {
    if let Some(query) = query(statement, binds)? {
        let stream = query.query(client).await.map_err(error::statement)?;
        let items = stream.map_ok(|item| match item {
            QueryItem::Row(row) => CommandItem::Row(row),
            QueryItem::Metadata(metadata) => CommandItem::Metadata(metadata),
        });
        return read(items, statement).await;
    }
    read(send(client, statement, binds).await?, statement).await
}

async fn read(
    mut items: impl Stream<Item = tiberius::Result<CommandItem>> + Unpin,
    statement: &Rendered,
) -> Result<Result<Outcome>> {
    let mut reader = Reader::new(statement);
    let mut values = Ok(Vec::new());
    while let Some(item) = items.try_next().await.map_err(error::statement)? {
        if let Ok(so_far) = &mut values
            && let Err(error) = reader.take(item, so_far)
        {
            values = Err(error);
        }
    }
    Ok(values.map(|values| reader.outcome(statement, values)))
}

/// The call as the driver makes it by itself, with `sp_executesql`'s number instead of its name: Babelfish
/// answers a third faster then. It tells nothing of affected rows, and declares its own types.
fn query<'a>(statement: &'a Rendered, binds: &'a [Value]) -> Result<Option<Query<'a>>> {
    if !statement.read_only || statement.columns.is_none() {
        return Ok(None);
    }
    let mut query = Query::new(&*statement.sql);
    for (at, value) in binds.iter().enumerate() {
        let param = param(value, statement.bound_column(at))?;
        match param.data {
            Some(data) if declares(&data) == Some(&param.declared) => query.bind(data),
            _ => return Ok(None),
        }
    }
    Ok(Some(query))
}

/// The type that the driver declares, where it is one of ours.
fn declares(data: &ColumnData<'_>) -> Option<&'static str> {
    Some(match data {
        ColumnData::Bit(_) => "bit",
        ColumnData::U8(_) => "tinyint",
        ColumnData::I16(_) => "smallint",
        ColumnData::I32(_) => "int",
        ColumnData::I64(_) => "bigint",
        ColumnData::F64(_) => "float(53)",
        ColumnData::Guid(_) => "uniqueidentifier",
        ColumnData::String(Some(text)) if text.len() <= 4000 => "nvarchar(4000)",
        _ => return None,
    })
}

/// Reads the one result set of a statement; of several, the first.
pub(super) struct Reader {
    header: Arc<Header>,
    /// The types of the columns, once they are known.
    types: Option<Vec<ColumnType>>,
    /// Whether it is a write that gives no rows back, but may tell how many it matched.
    counts: bool,
    /// The result set that is read.
    result: Option<usize>,
    affected: u64,
    rows: u64,
}

impl Reader {
    pub(super) fn new(statement: &Rendered) -> Self {
        Self {
            header: Arc::clone(&statement.header),
            counts: statement.columns.is_some() && !statement.returns_rows && !statement.read_only,
            types: None,
            result: None,
            affected: 0,
            rows: 0,
        }
    }

    pub(super) fn header(&self) -> &Arc<Header> {
        &self.header
    }

    /// Takes what has arrived; tells whether it was a row of the result.
    pub(super) fn take(&mut self, item: CommandItem, values: &mut Vec<Value>) -> Result<bool> {
        match item {
            // What a trigger selects comes before the count that is asked for.
            CommandItem::Metadata(metadata) if self.counts => {
                let names: Vec<_> = metadata.columns().iter().map(|c| c.name()).collect();
                values.clear();
                self.types = Some(metadata.columns().iter().map(|c| c.column_type()).collect());
                self.result = (names == ["affected"]).then(|| metadata.result_index());
                Ok(false)
            }
            CommandItem::Metadata(metadata) if self.result.is_none() => {
                let columns = metadata.columns();
                self.result = Some(metadata.result_index());
                self.types = Some(columns.iter().map(|c| c.column_type()).collect());
                if self.header.is_empty() {
                    self.header = Arc::new(Header::new(columns.iter().map(|c| c.name())));
                }
                Ok(false)
            }
            CommandItem::Row(row) if self.result == Some(row.result_index()) => {
                self.rows += 1;
                self.row(row, values)?;
                Ok(true)
            }
            CommandItem::RowsAffected(count) => {
                // A trigger's come before the statement's own; the call's is 0.
                if count > 0 {
                    self.affected = count;
                }
                Ok(false)
            }
            _ => Ok(false),
        }
    }

    fn row(&self, row: Row, values: &mut Vec<Value>) -> Result<()> {
        let types = self.types.as_deref().unwrap_or_default();
        for (place, (data, of)) in row.into_iter().zip(types).enumerate() {
            let value = decode(data, *of).map_err(|error: Error| {
                let name = self.header.names().get(place).cloned().unwrap_or_default();
                error.context(format!("column `{name}`"))
            })?;
            values.push(value);
        }
        Ok(())
    }

    fn outcome(self, statement: &Rendered, values: Vec<Value>) -> Outcome {
        let rendered = statement.columns.is_some();
        let affected = match (rendered && !statement.returns_rows, values.as_slice()) {
            // A write that gives no rows back asked how many it matched: a trigger's count isn't its own.
            (true, [Value::I64(count)]) => {
                return Outcome {
                    rows: Rows::default(),
                    affected: u64::try_from(*count).unwrap_or_default(),
                };
            }
            _ if rendered && statement.returns_rows => self.rows,
            _ => self.affected,
        };
        let rows = Rows::new(self.header, values);
        Outcome { rows, affected }
    }
}

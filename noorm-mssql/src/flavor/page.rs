//! Pages: `TOP`, and `OFFSET … FETCH`.

use noorm_core::sql::Writer;
use noorm_core::statement::{Node, Projection, Select};

/// Writes `TOP` behind the `SELECT` for a limit alone, else `OFFSET`, which takes an order.
pub(super) fn page(writer: &mut Writer<'_>, select: &Select) {
    let limit = select.limit.then(|| writer.take_bind(None));
    if !select.offset {
        if let Some(limit) = limit {
            writer.behind_select(&format!("TOP (@P{limit}) "));
        }
        return;
    }
    let offset = writer.take_bind(None);
    if select.order.is_empty() {
        order_by_key(writer, select);
    }
    match limit {
        None => writer.push(&format!(" OFFSET @P{offset} ROWS")),
        // To fetch no row is an error (10744): then all are skipped.
        Some(limit) => writer.push(&format!(
            " OFFSET (CASE @P{limit} WHEN 0 THEN CAST(9223372036854775807 AS bigint) ELSE @P{offset} END) \
             ROWS FETCH NEXT (CASE @P{limit} WHEN 0 THEN 1 ELSE @P{limit} END) ROWS ONLY"
        )),
    }
}

fn order_by_key(writer: &mut Writer<'_>, select: &Select) {
    writer.push(" ORDER BY ");
    if select.distinct {
        return writer.push("1");
    }
    let is_computed = !select.group.is_empty()
        || select.having.is_some()
        || matches!(select.projection, Projection::Values(_));
    let key: Vec<_> = writer.table().map_or(Vec::new(), |table| {
        let columns = table.key_columns().iter();
        columns
            .map(|column| Node::Column(column.as_str().into()))
            .collect()
    });
    if is_computed || select.derived.is_some() || key.is_empty() {
        return writer.push("(SELECT NULL)");
    }
    for (at, column) in key.iter().enumerate() {
        writer.push(if at == 0 { "" } else { ", " });
        writer.node(column);
    }
}

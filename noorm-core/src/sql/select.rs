//! Selects, counts and subqueries.

use std::sync::Arc;

use super::render::{ResultColumn, result_columns};
use super::writer::Writer;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Column, ColumnType, Table};
use crate::statement::{Node, OrderBy, Projection, Select};

impl Writer<'_> {
    pub(super) fn select(&mut self, select: &Select) -> Result<Vec<ResultColumn>> {
        match &select.projection {
            Projection::Count if select.limit || select.offset => {
                self.push("SELECT COUNT(*) AS ");
                self.identifier("count");
                self.push(" FROM (");
                self.begin_select();
                self.push("1 AS ");
                self.identifier("one");
                self.rest_of_select(select)?;
                self.push(") AS ");
                self.identifier("counted");
                Ok(vec![computed("count", ColumnType::int(64))])
            }
            Projection::Count => {
                self.begin_select();
                self.push("COUNT(*) AS ");
                self.identifier("count");
                // An order would be refused beside an aggregate, and means nothing.
                let unordered = Select {
                    order: Vec::new(),
                    ..select.clone()
                };
                self.rest_of_select(&unordered)?;
                Ok(vec![computed("count", ColumnType::int(64))])
            }
            Projection::Exists => {
                self.push("SELECT CASE WHEN EXISTS (");
                self.begin_select();
                self.push("1");
                self.rest_of_subquery(select)?;
                self.push(") THEN 1 ELSE 0 END AS ");
                self.identifier("exists");
                Ok(vec![computed("exists", ColumnType::int(64))])
            }
            projection => {
                let table = self.written(&select.from)?;
                let columns = columns_of(&table, projection)?;
                self.begin_select();
                self.selected(&columns, "");
                self.rest_of_select(select)?;
                Ok(result_columns(&columns))
            }
        }
    }

    /// A subquery's columns are compared, not read: they are selected as they stand.
    pub(super) fn select_plain(&mut self, select: &Select) -> Result<()> {
        self.begin_select();
        if let Projection::Columns(names) = &select.projection {
            self.names(names);
        }
        self.rest_of_subquery(select)
    }

    pub(super) fn begin_select(&mut self) {
        self.push("SELECT ");
        self.select = self.sql.len();
    }

    /// Without a limit, the order of a subquery means nothing, and some databases refuse it.
    pub(super) fn rest_of_subquery(&mut self, select: &Select) -> Result<()> {
        let plain = |order: &OrderBy| matches!(order.by, Node::Column(_));
        if select.limit || select.offset || !select.order.iter().all(plain) {
            return self.rest_of_select(select);
        }
        self.rest_of_select(&Select {
            order: Vec::new(),
            ..select.clone()
        })
    }

    pub(super) fn rest_of_select(&mut self, select: &Select) -> Result<()> {
        self.table = Some(Arc::clone(self.schema.table_named(&select.from)?));
        self.push(" FROM ");
        self.table_name(&select.from);
        self.filter(select.filter.as_ref());
        for (i, order) in select.order.iter().enumerate() {
            self.push(if i == 0 { " ORDER BY " } else { ", " });
            self.node(&order.by);
            self.push(if order.descending { " DESC" } else { "" });
        }
        if select.limit || select.offset {
            self.flavor.page(self, select);
        }
        Ok(())
    }
}

/// The columns that `projection` names.
pub(super) fn columns_of<'t>(table: &'t Table, projection: &Projection) -> Result<Vec<&'t Column>> {
    match projection {
        Projection::All => Ok(table.visible_columns().collect()),
        Projection::Columns(names) => names
            .iter()
            .map(|name| table.column(name).ok_or_else(|| table.unknown_column(name)))
            .collect(),
        Projection::Count | Projection::Exists => Err(Error::new(
            ErrorKind::InvalidStatement,
            "a write gives back columns, not a count",
        )),
    }
}

fn computed(name: &str, column_type: ColumnType) -> ResultColumn {
    ResultColumn {
        name: name.into(),
        column_type: Some(column_type),
    }
}

//! Selects, counts and subqueries.

use std::sync::Arc;

use super::render::{ResultColumn, result_columns};
use super::writer::Writer;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Column, ColumnType, Table};
use crate::statement::{Projection, Select};

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
                self.rest_of_select(select)?;
                Ok(vec![computed("count", ColumnType::int(64))])
            }
            Projection::Exists => {
                self.push("SELECT CASE WHEN EXISTS (");
                self.begin_select();
                self.push("1");
                self.rest_of_select(select)?;
                self.push(") THEN 1 ELSE 0 END AS ");
                self.identifier("exists");
                Ok(vec![computed("exists", ColumnType::int(64))])
            }
            projection => {
                let table = self.written(&select.from)?;
                let columns = columns_of(&table, projection)?;
                self.begin_select();
                let mut result = result_columns(&columns);
                if !columns.is_empty() || select.position.is_empty() {
                    self.selected(&columns, "");
                }
                self.position(&table, &select.position, &mut result)?;
                self.rest_of_select(select)?;
                Ok(result)
            }
        }
    }

    /// Writes the columns that a row's place is told by, behind others.
    fn position(
        &mut self,
        table: &Table,
        names: &[Arc<str>],
        result: &mut Vec<ResultColumn>,
    ) -> Result<()> {
        let as_stored = self.flavor.capabilities().dynamic_types;
        for name in names {
            let column = table.column(name);
            let column = column.ok_or_else(|| table.unknown_column(name))?;
            if !result.is_empty() {
                self.push(", ");
            }
            match as_stored {
                true => self.identifier(name),
                false => self.selected(&[column], ""),
            }
            result.push(ResultColumn {
                name: Arc::clone(name),
                column_type: (!as_stored).then(|| column.column_type.clone()),
            });
        }
        Ok(())
    }

    /// A subquery's columns are compared, not read: they are selected as they stand.
    pub(super) fn select_plain(&mut self, select: &Select) -> Result<()> {
        self.begin_select();
        if let Projection::Columns(names) = &select.projection {
            self.names(names);
        }
        self.rest_of_select(select)
    }

    pub(super) fn begin_select(&mut self) {
        self.push("SELECT ");
        self.select = self.sql.len();
    }

    pub(super) fn rest_of_select(&mut self, select: &Select) -> Result<()> {
        self.table = Some(Arc::clone(self.schema.table_named(&select.from)?));
        self.push(" FROM ");
        self.table_name(&select.from);
        self.filter(select.filter.as_ref());
        self.order_by(select);
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

//! Selects, counts and subqueries.

use std::sync::Arc;

use super::render::{ResultColumn, result_columns};
use super::writer::Writer;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Column, ColumnType, Table};
use crate::statement::{Node, Nulls, OrderBy, Projection, Select};

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
            self.order(order);
        }
        if select.limit || select.offset {
            self.flavor.page(self, select);
        }
        Ok(())
    }
}

impl Writer<'_> {
    /// An order in which NULLs stand where the database puts them anyway is written as if nothing were
    /// said: then an index serves it.
    fn order(&mut self, order: &OrderBy) {
        let OrderBy {
            by,
            descending,
            nulls,
        } = order;
        let capabilities = self.flavor.capabilities();
        let natural = match capabilities.nulls_highest == *descending {
            true => Nulls::First,
            false => Nulls::Last,
        };
        let is_required = self.column_of(by).is_some_and(|column| !column.nullable);
        let asked = nulls.filter(|nulls| *nulls != natural && !is_required);
        if let (Some(nulls), false) = (asked, capabilities.orders_nulls) {
            self.nulls(by, nulls);
        }
        self.ordered(by);
        self.push(if *descending { " DESC" } else { "" });
        if let (Some(nulls), true) = (asked, capabilities.orders_nulls) {
            self.push(match nulls {
                Nulls::First => " NULLS FIRST",
                Nulls::Last => " NULLS LAST",
            });
        }
    }

    /// A bare name may mean what is selected under it: the text of an enum, which is sorted otherwise. With
    /// its table's name, a column is meant.
    fn ordered(&mut self, by: &Node) {
        if let (Some(table), Some(column)) = (self.table.clone(), self.column_of(by).cloned()) {
            let (mut quoted, mut selected) = (String::new(), String::new());
            self.flavor.identifier(&mut quoted, &column.name);
            self.flavor.selected(&mut selected, &column, &quoted);
            if selected != quoted {
                let mut whole = String::new();
                self.flavor.identifier(&mut whole, &table.name);
                whole.push('.');
                whole.push_str(&quoted);
                return self.flavor.compared(&mut self.sql, &column, &whole);
            }
        }
        self.node(by);
    }

    /// Orders by whether there is a value, before the order by the value.
    fn nulls(&mut self, by: &Node, nulls: Nulls) {
        let before = self.bound.len();
        self.push("CASE WHEN ");
        self.operand(by);
        self.push(match nulls {
            Nulls::First => " IS NULL THEN 0 ELSE 1 END, ",
            Nulls::Last => " IS NULL THEN 1 ELSE 0 END, ",
        });
        if self.bound.len() > before {
            // It would be written twice, and there is one value.
            let name = self.flavor.name();
            let what = "put NULLs first or last in an order by an expression with values in it";
            let error = Error::unsupported(name, "orders_nulls", what);
            self.error.get_or_insert(error);
        }
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

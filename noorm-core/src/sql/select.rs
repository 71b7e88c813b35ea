//! Selects, counts and subqueries.

use std::sync::Arc;

use super::render::{ResultColumn, result_columns};
use super::writer::Writer;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Column, ColumnType, Table};
use crate::statement::{
    Aggregate, Compare, Derived, Function, JoinKind, JsonAs, Node, Projection, Select, SetOperation,
};

impl Writer<'_> {
    pub(super) fn select(&mut self, select: &Select) -> Result<Vec<ResultColumn>> {
        if let Some(walk) = &select.walk {
            self.walk(walk, &select.from)?;
        }
        self.scopes.enter(select, self.schema)?;
        let result = self.select_inside(select);
        self.scopes.leave();
        result
    }

    fn select_inside(&mut self, select: &Select) -> Result<Vec<ResultColumn>> {
        if !select.limit_by.is_empty() || !select.repeats.is_empty() {
            return self.select_by_group(select);
        }
        let grouped = !select.group.is_empty() || select.having.is_some();
        match &select.projection {
            Projection::Count if select.limit || select.offset || grouped => {
                self.push("SELECT COUNT(*) AS ");
                self.identifier("count");
                self.push(" FROM (");
                self.begin_select(select);
                self.push("1 AS ");
                self.identifier("one");
                self.rest_of_select(select)?;
                self.push(") AS ");
                self.identifier("counted");
                Ok(vec![computed("count", ColumnType::int(64))])
            }
            Projection::Count => {
                self.begin_select(select);
                self.push("COUNT(*) AS ");
                self.identifier("count");
                self.rest_of_select(select)?;
                Ok(vec![computed("count", ColumnType::int(64))])
            }
            Projection::Exists => {
                self.push("SELECT CASE WHEN EXISTS (");
                self.begin_select(select);
                self.push("1");
                self.rest_of_select(select)?;
                self.push(") THEN 1 ELSE 0 END AS ");
                self.identifier("exists");
                Ok(vec![computed("exists", ColumnType::int(64))])
            }
            Projection::Values(values) => {
                self.begin_select(select);
                let mut result = Vec::with_capacity(values.len());
                let mut before = Vec::with_capacity(values.len());
                for (at, (node, name)) in values.iter().enumerate() {
                    before.push(self.bound.len());
                    self.push(if at == 0 { "" } else { ", " });
                    let column_type = self.value(node);
                    self.push(" AS ");
                    self.identifier(name);
                    let name = Arc::clone(name);
                    result.push(ResultColumn { name, column_type });
                }
                if !select.position.is_empty() {
                    let table = Arc::clone(self.schema.table_named(&select.from)?);
                    self.position(&table, &select.position, &mut result)?;
                }
                self.rest_behind(select, &before)?;
                Ok(result)
            }
            projection => {
                let table = Arc::clone(self.schema.table_named(&select.from)?);
                let columns = self.columns_of_base(&table, projection, select)?;
                self.begin_select(select);
                let mut result = result_columns(&columns);
                let prefix = self.prefix();
                if !columns.is_empty() || select.position.is_empty() {
                    self.selected(&columns, &prefix);
                }
                self.position(&table, &select.position, &mut result)?;
                self.rest_of_select(select)?;
                Ok(result)
            }
        }
    }

    /// The columns that are selected of the table, or of what stands in its place.
    pub(super) fn columns_of_base<'t>(
        &self,
        table: &'t Table,
        projection: &Projection,
        select: &Select,
    ) -> Result<Vec<&'t Column>> {
        let mut columns = columns_of(table, projection)?;
        if select.derived.is_some()
            && let Some(base) = self.scopes.base()
        {
            columns.retain(|column| base.column(&column.name).is_ok());
        }
        Ok(columns)
    }

    /// What stands before a column of the table, where other tables have columns, too.
    pub(super) fn prefix(&self) -> String {
        let mut prefix = String::new();
        if self.scopes.is_joined()
            && let Some(base) = self.scopes.base()
        {
            self.flavor.identifier(&mut prefix, &base.name);
            prefix.push('.');
        }
        prefix
    }

    /// Writes a value as it is selected, and gives its type where that isn't as the database says.
    pub(super) fn value(&mut self, node: &Node) -> Option<ColumnType> {
        match node {
            Node::Scalar(select) => return self.scalar(select),
            Node::Nested(_) => {
                self.push("CAST(");
                self.node(node);
                self.push(" AS ");
                self.push(self.flavor.text_type());
                self.push(")");
                return Some(ColumnType::text());
            }
            _ => {}
        }
        let of_column = match node {
            Node::Aggregate(Aggregate::Min | Aggregate::Max, inner) => inner,
            Node::Call(Function::Coalesce, all) => all.first().unwrap_or(node),
            node => node,
        };
        if let Some(column) = self.column_of(of_column).cloned() {
            // As the driver reads the column.
            let outside = std::mem::take(&mut self.sql);
            self.node(node);
            let plain = std::mem::replace(&mut self.sql, outside);
            self.flavor.selected(&mut self.sql, &column, &plain);
            return Some(column.column_type);
        }
        self.node(node);
        let kind = self.kind_of(node);
        let kind = kind.map(|column| &column.column_type);
        let decimal = || ColumnType::Decimal {
            precision: None,
            scale: None,
        };
        match (node, kind) {
            (
                Node::CountRows | Node::Aggregate(Aggregate::Count | Aggregate::CountDistinct, _),
                _,
            )
            | (Node::Call(Function::Length, _) | Node::Json(JsonAs::Integer, _), _) => {
                Some(ColumnType::int(64))
            }
            (Node::Aggregate(Aggregate::Sum, _), Some(ColumnType::Integer { bits, .. })) => {
                Some(match bits {
                    64 => decimal(),
                    _ => ColumnType::int(64),
                })
            }
            (Node::Aggregate(Aggregate::Average, inner), _) => {
                let column = self.kind_of(inner);
                let is_decimal =
                    |column: &Column| matches!(column.column_type, ColumnType::Decimal { .. });
                column.is_some_and(is_decimal).then(decimal)
            }
            (_, Some(ColumnType::Decimal { .. })) => Some(decimal()),
            (Node::Json(JsonAs::Bool, _), _) => Some(ColumnType::Bool),
            (Node::Json(JsonAs::Text, _), _)
            | (Node::Call(Function::Lower | Function::Upper, _), _) => Some(ColumnType::text()),
            _ => None,
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
        let prefix = self.prefix();
        for name in names {
            let column = table.column(name);
            let column = column.ok_or_else(|| table.unknown_column(name))?;
            if !result.is_empty() {
                self.push(", ");
            }
            match as_stored {
                true => {
                    self.push(&prefix);
                    self.identifier(name);
                }
                false => self.selected(&[column], &prefix),
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
        self.scopes.enter(select, self.schema)?;
        let result = self.plain_inside(select);
        self.scopes.leave();
        result
    }

    fn plain_inside(&mut self, select: &Select) -> Result<()> {
        self.begin_select(select);
        let prefix = self.prefix();
        let mut before = Vec::new();
        match &select.projection {
            Projection::Count | Projection::Exists => self.push("1"),
            Projection::Values(values) => {
                for (at, (node, name)) in values.iter().enumerate() {
                    before.push(self.bound.len());
                    self.push(if at == 0 { "" } else { ", " });
                    self.node(node);
                    self.push(" AS ");
                    self.identifier(name);
                }
            }
            projection => {
                let table = Arc::clone(self.schema.table_named(&select.from)?);
                let columns = self.columns_of_base(&table, projection, select)?;
                for (at, column) in columns.iter().enumerate() {
                    self.push(if at == 0 { "" } else { ", " });
                    self.push(&prefix);
                    self.identifier(&column.name);
                }
            }
        }
        self.rest_behind(select, &before)
    }

    pub(super) fn begin_select(&mut self, select: &Select) {
        self.push(match select.distinct {
            true => "SELECT DISTINCT ",
            false => "SELECT ",
        });
        self.select = self.sql.len();
    }

    pub(super) fn rest_of_select(&mut self, select: &Select) -> Result<()> {
        self.rest_behind(select, &[])
    }

    /// The same behind values, of each of which is known how many binds stand before it.
    fn rest_behind(&mut self, select: &Select, before: &[usize]) -> Result<()> {
        self.push(" FROM ");
        self.source(select)?;
        if let Some(lock) = select.lock {
            self.flavor.lock_hint(self, lock);
        }
        if let Some(walk) = &select.walk {
            self.walked(walk);
        }
        for (at, join) in select.joins.iter().enumerate() {
            self.push(match join.kind {
                JoinKind::Inner => " INNER JOIN ",
                JoinKind::Left => " LEFT JOIN ",
            });
            self.table_name(&join.table);
            if join.table.schema.is_some() || *join.table.name != *join.name {
                self.push(" AS ");
                self.identifier(&join.name);
            }
            self.push(" ON ");
            let equal = |(a, b)| Node::Compare(Compare::Eq, Box::new(a), Box::new(b));
            let key = join.key.as_ref().map(|key| self.scopes.matched(at, key));
            let pairs = key.transpose()?.unwrap_or_default().into_iter();
            let all: Vec<_> = pairs.map(equal).chain(join.on.clone()).collect();
            self.junction(&all, " AND ", "1 = 1");
        }
        self.filter(select.filter.as_ref());
        for (at, node) in select.group.iter().enumerate() {
            self.push(if at == 0 { " GROUP BY " } else { ", " });
            match node {
                Node::Place(place) => self.group_by_place(*place, select, before),
                node => self.node(node),
            }
        }
        if let Some(having) = &select.having {
            self.push(" HAVING ");
            self.node(having);
        }
        self.order_by(select);
        if select.limit || select.offset {
            self.flavor.page(self, select);
        }
        if select.walk.is_some() {
            self.push(self.flavor.recursive_end());
        }
        if let Some(lock) = select.lock {
            let of = select.joins.first().and(self.scopes.base());
            let of = of.map(|base| Arc::clone(&base.name));
            self.flavor.lock(self, lock, of.as_deref());
        }
        Ok(())
    }

    /// Groups by what is selected at a place: by its number, or by the same expression with the same binds.
    fn group_by_place(&mut self, place: usize, select: &Select, before: &[usize]) {
        let at = place.saturating_sub(1);
        let value = match &select.projection {
            Projection::Values(values) => values.get(at).zip(before.get(at)),
            _ => None,
        };
        match value {
            Some(((node, _), before)) if !self.flavor.capabilities().groups_by_place => {
                let bound = self.bound.clone();
                self.bound.truncate(*before);
                self.node(node);
                self.bound = bound;
            }
            _ => self.push(&place.to_string()),
        }
    }

    /// Writes the table that is selected from, or what stands in its place.
    fn source(&mut self, select: &Select) -> Result<()> {
        let name = self.scopes.base().map(|base| Arc::clone(&base.name));
        let Some(derived) = &select.derived else {
            self.table_name(&select.from);
            if let Some(name) = name.filter(|name| **name != *select.from.name) {
                self.push(" AS ");
                self.identifier(&name);
            }
            return Ok(());
        };
        self.push("(");
        let (own, behind) = (self.scopes.leave(), self.select);
        let written = match derived {
            Derived::Rows(rows) => self.select_plain(rows),
            Derived::Set(how, a, b) => self.set(*how, a, b),
        };
        self.scopes.put_back(own);
        self.select = behind;
        written?;
        self.push(") AS ");
        self.identifier(&name.unwrap_or_default());
        Ok(())
    }

    fn set(&mut self, how: SetOperation, a: &Select, b: &Select) -> Result<()> {
        self.part(a)?;
        self.push(match how {
            SetOperation::Union => " UNION ",
            SetOperation::UnionAll => " UNION ALL ",
            SetOperation::Intersect => " INTERSECT ",
            SetOperation::Except => " EXCEPT ",
        });
        self.part(b)
    }

    /// Writes one side of a set operation. A limit isn't taken there without another query around it.
    fn part(&mut self, select: &Select) -> Result<()> {
        if !select.limit && !select.offset {
            return self.select_plain(select);
        }
        self.push("SELECT * FROM (");
        self.select_plain(select)?;
        self.push(") AS ");
        self.identifier("part");
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
        Projection::Count | Projection::Exists | Projection::Values(_) => Err(Error::new(
            ErrorKind::InvalidStatement,
            "a write gives back columns, not what is worked out of them",
        )),
    }
}

fn computed(name: &str, column_type: ColumnType) -> ResultColumn {
    ResultColumn {
        name: name.into(),
        column_type: Some(column_type),
    }
}

//! The same query, of rows that are read as another type.

use super::Query;
use crate::repository::Repository;
use crate::statement::{Expr, Order, Selected};

impl<T> Query<T> {
    /// Has the rows read as `U`s. Its expressions hold names of columns, which are the table's.
    pub(in crate::repository) fn retyped<U>(self) -> Query<U> {
        let expr = |expr: Expr<T>| {
            let (node, binds) = expr.into_parts();
            Expr::new(node, binds)
        };
        let order = |order: Order<T>| {
            let (by, binds) = order.into_parts();
            Order::with_binds(by, binds)
        };
        let selected = |selected: Selected<T>| {
            let (node, binds, name) = selected.into_parts();
            Selected::of(node, binds, name)
        };
        Query {
            repository: self.repository.retyped(),
            filters: self.filters.into_iter().map(expr).collect(),
            order: self.order.into_iter().map(order).collect(),
            columns: self.columns,
            values: (self.values).map(|values| values.into_iter().map(selected).collect()),
            distinct: self.distinct,
            joins: self.joins,
            group: self.group,
            having: self.having.into_iter().map(expr).collect(),
            derived: self.derived,
            lock: self.lock,
            beside: self.beside.into_iter().map(selected).collect(),
            limit_by: self.limit_by,
            repeats: self.repeats,
            walk: self.walk,
            limit: self.limit,
            offset: self.offset,
            all_rows: self.all_rows,
        }
    }

    /// Whether other columns are read than the rows' type asks for.
    pub(in crate::repository) fn selects(&self) -> bool {
        self.columns.is_some() || self.values.is_some()
    }
}

impl<T> Repository<T> {
    fn retyped<U>(self) -> Repository<U> {
        Repository {
            database: self.database,
            plan: self.plan,
            identity_insert: self.identity_insert,
            deleted: self.deleted,
            of: std::marker::PhantomData,
        }
    }
}

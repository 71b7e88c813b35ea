//! Walks over rows that refer to rows of their own table, by recursive common table expressions.

use std::sync::Arc;

use super::writer::Writer;
use crate::error::Result;
use crate::schema::TableName;
use crate::statement::{Node, Walk, of_joined};

/// What the next row of a step is called.
const NEXT: &str = "noorm_next";

impl Writer<'_> {
    /// Writes what stands before a select whose rows a walk reaches.
    pub(super) fn walk(&mut self, walk: &Walk, table: &TableName) -> Result<()> {
        let found = Arc::clone(self.schema.table_named(table)?);
        self.push(self.flavor.recursive());
        self.identifier(Walk::NAME);
        self.push(" (");
        self.told(walk);
        self.push(") AS (SELECT ");
        let columns = walk.key.iter().chain(&walk.from);
        for column in columns.clone() {
            self.identifier(column);
            self.push(", ");
        }
        self.push("0 FROM ");
        self.table_name(table);
        self.push(" WHERE ");
        self.scopes.enter_table(Arc::clone(&found));
        for (at, column) in walk.key.iter().enumerate() {
            self.push(if at == 0 { "" } else { " AND " });
            let node = Node::Column(Arc::clone(column));
            self.node(&node);
            self.push(" = ");
            self.bind_like(&node);
        }
        if let Some(only) = &walk.only {
            self.push(" AND ");
            self.node(only);
        }
        self.scopes.leave();
        self.push(" UNION ALL SELECT ");
        for column in columns {
            self.of(NEXT, column);
            self.push(", ");
        }
        self.of(Walk::NAME, Walk::DEPTH);
        self.push(" + 1 FROM ");
        self.table_name(table);
        self.push(" AS ");
        self.identifier(NEXT);
        self.push(" INNER JOIN ");
        self.identifier(Walk::NAME);
        self.push(" ON ");
        for (at, to) in walk.to.iter().enumerate() {
            self.push(if at == 0 { "" } else { " AND " });
            self.of(NEXT, to);
            self.push(" = ");
            self.of(Walk::NAME, &from_name(at));
        }
        self.push(" WHERE ");
        if let Some(only) = &walk.only {
            let next = Arc::from(NEXT);
            self.scopes.enter_named(found, Arc::clone(&next));
            self.node(&of_joined(only, &next));
            self.scopes.leave();
            self.push(" AND ");
        }
        self.of(Walk::NAME, Walk::DEPTH);
        self.push(" < ");
        self.bind();
        self.push(") ");
        Ok(())
    }

    /// Joins what the walk tells of the rows. What it reaches several times, in a circle, is told with the fewest steps.
    pub(super) fn walked(&mut self, walk: &Walk) {
        self.push(" INNER JOIN (SELECT ");
        for at in 0..walk.key.len() {
            self.identifier(&Walk::key_name(at));
            self.push(", ");
        }
        self.push("MIN(");
        self.identifier(Walk::DEPTH);
        self.push(") AS ");
        self.identifier(Walk::DEPTH);
        self.push(" FROM ");
        self.identifier(Walk::NAME);
        self.push(" GROUP BY ");
        for at in 0..walk.key.len() {
            self.push(if at == 0 { "" } else { ", " });
            self.identifier(&Walk::key_name(at));
        }
        self.push(") AS ");
        self.identifier(Walk::NAME);
        self.push(" ON ");
        let base = self.scopes.base().map(|base| Arc::clone(&base.name));
        for (at, column) in walk.key.iter().enumerate() {
            self.push(if at == 0 { "" } else { " AND " });
            self.of(base.as_deref().unwrap_or_default(), column);
            self.push(" = ");
            self.of(Walk::NAME, &Walk::key_name(at));
        }
    }

    /// The names of what the walk tells.
    fn told(&mut self, walk: &Walk) {
        for at in 0..walk.key.len() {
            self.identifier(&Walk::key_name(at));
            self.push(", ");
        }
        for at in 0..walk.from.len() {
            self.identifier(&from_name(at));
            self.push(", ");
        }
        self.identifier(Walk::DEPTH);
    }

    fn of(&mut self, source: &str, column: &str) {
        self.identifier(source);
        self.push(".");
        self.identifier(column);
    }
}

fn from_name(at: usize) -> String {
    format!("from_{at}")
}

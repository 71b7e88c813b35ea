//! What writes SQL: text, names, binds, expressions.

use std::sync::Arc;

use super::read_back::ReadBack;
use super::{Arrays, SqlFlavor};
use crate::error::Error;
use crate::schema::{Column, Schema, Table, TableName};
use crate::statement::{Node, Scopes};

/// A column that a bind is for.
#[derive(Debug, Clone)]
pub struct BoundColumn {
    table: Arc<Table>,
    column: usize,
}

impl BoundColumn {
    fn new(table: &Arc<Table>, column: &str) -> Option<Self> {
        Some(Self {
            column: table.column_index(column)?,
            table: Arc::clone(table),
        })
    }

    pub(crate) fn table(&self) -> &Table {
        &self.table
    }

    pub(crate) fn column(&self) -> Option<&Column> {
        self.table.columns.get(self.column)
    }
}

/// Writes SQL for one table at a time, counting binds.
///
/// ```
/// use noorm_core::sql::Writer;
/// use noorm_core::statement::Node;
///
/// /// What a `SqlFlavor` whose lists travel as JSON writes for `operand IN (…)`.
/// fn in_list(writer: &mut Writer<'_>, operand: &Node) {
///     writer.operand(operand);
///     writer.push(" IN (SELECT ");
///     writer.identifier("value");
///     writer.push(" FROM json_each(");
///     writer.bind();
///     writer.push("))");
/// }
/// ```
pub struct Writer<'a> {
    pub(super) flavor: &'a dyn SqlFlavor,
    pub(super) schema: &'a Schema,
    pub(super) scopes: Scopes,
    pub(super) sql: String,
    /// The columns of the binds that were written.
    pub(super) bound: Vec<Option<BoundColumn>>,
    /// Where the text behind the innermost `SELECT` begins.
    pub(super) select: usize,
    pub(super) error: Option<Error>,
    pub(super) arrays: Option<Arrays>,
    pub(super) read_back: Option<ReadBack>,
}

impl Writer<'_> {
    /// Writes SQL as it stands.
    pub fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Writes the next bind's placeholder.
    pub fn bind(&mut self) {
        self.bind_for(None);
    }

    /// Writes the next bind's placeholder; the bind is for what the column `node` holds, if it is one.
    ///
    /// ```
    /// use noorm_core::{sql::Writer, statement::Node};
    ///
    /// fn is_distinct(writer: &mut Writer<'_>, column: &Node) {
    ///     writer.operand(column);
    ///     writer.push(" IS DISTINCT FROM ");
    ///     writer.bind_like(column);
    /// }
    /// ```
    pub fn bind_like(&mut self, node: &Node) {
        let number = self.take_bind_like(node);
        self.bound_at(number);
    }

    pub(super) fn bind_for(&mut self, column: Option<&str>) {
        let number = self.take_bind(column);
        self.bound_at(number);
    }

    /// Writes the placeholder of the bind that was just counted.
    fn bound_at(&mut self, number: usize) {
        let bound = self.bound.last().and_then(Option::as_ref);
        match bound.and_then(BoundColumn::column) {
            Some(column) => self.flavor.bound(&mut self.sql, column, number),
            None => self.flavor.placeholder(&mut self.sql, number),
        }
    }

    /// Counts the next bind without writing it, and gives its number. It is for a column of the table, if
    /// one is named.
    ///
    /// ```
    /// use noorm_core::sql::Writer;
    ///
    /// /// Two binds whose SQL stands the other way round.
    /// fn limit(writer: &mut Writer<'_>) {
    ///     let (limit, offset) = (writer.take_bind(None), writer.take_bind(None));
    ///     writer.push(" OFFSET ");
    ///     writer.placeholder(offset);
    ///     writer.push(" LIMIT ");
    ///     writer.placeholder(limit);
    /// }
    /// ```
    pub fn take_bind(&mut self, column: Option<&str>) -> usize {
        let bound = self.table().zip(column);
        let bound = bound.and_then(|(table, name)| BoundColumn::new(table, name));
        self.bound.push(bound);
        self.bound.len()
    }

    /// The same; the bind is for what the column `node` holds, if it is one.
    pub fn take_bind_like(&mut self, node: &Node) -> usize {
        let found = self.scopes.source(node).ok().flatten();
        let bound = found.and_then(|(source, name)| BoundColumn::new(&source.table, name));
        self.bound.push(bound);
        self.bound.len()
    }

    /// Writes the placeholder of a bind that was counted already.
    ///
    /// ```
    /// use noorm_core::sql::Writer;
    ///
    /// fn twice(writer: &mut Writer<'_>) {
    ///     let number = writer.take_bind(None);
    ///     writer.placeholder(number);
    ///     writer.push(" + ");
    ///     writer.placeholder(number);
    /// }
    /// ```
    pub fn placeholder(&mut self, number: usize) {
        self.flavor.placeholder(&mut self.sql, number);
    }

    /// Inserts SQL right behind the `SELECT` that is being written.
    ///
    /// ```
    /// use noorm_core::sql::Writer;
    ///
    /// /// T-SQL's limit.
    /// fn top(writer: &mut Writer<'_>) {
    ///     let number = writer.take_bind(None);
    ///     writer.behind_select(&format!(" TOP (@P{number})"));
    /// }
    /// ```
    pub fn behind_select(&mut self, sql: &str) {
        if self.sql.is_char_boundary(self.select) {
            self.sql.insert_str(self.select, sql);
        }
    }

    /// Gives the table that is written about.
    #[must_use]
    pub fn table(&self) -> Option<&Arc<Table>> {
        self.scopes.base().map(|base| &base.table)
    }

    /// Gives the schema that the names were checked against.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        self.schema
    }

    /// Writes an identifier with its quotes.
    pub fn identifier(&mut self, name: &str) {
        self.flavor.identifier(&mut self.sql, name);
    }

    /// Gives the column that `node` is, if it is one.
    ///
    /// ```
    /// use noorm_core::{schema::ColumnType, sql::Writer, statement::Node};
    ///
    /// fn is_json(writer: &Writer<'_>, node: &Node) -> bool {
    ///     writer.column_of(node).is_some_and(|column| column.column_type == ColumnType::Json)
    /// }
    /// ```
    #[must_use]
    pub fn column_of(&self, node: &Node) -> Option<&Column> {
        let (_, column) = self.scopes.column(node).ok()??;
        Some(column)
    }

    /// Gives the column whose kind of values `node` has: itself, or of a calculation the one of the widest kind.
    #[must_use]
    pub fn kind_of(&self, node: &Node) -> Option<&Column> {
        let (_, column) = self.scopes.kind(node).ok()??;
        Some(column)
    }

    /// Refuses the statement: the flavor lacks what it asks for.
    ///
    /// ```
    /// use noorm_core::{Error, sql::Writer, statement::Node};
    ///
    /// fn search(writer: &mut Writer<'_>, _: &Node) {
    ///     writer.refuse(Error::unsupported("duck", "full_text", "search text for words"));
    /// }
    /// ```
    pub fn refuse(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }

    /// Writes columns as they are selected, each behind `prefix`: `inserted.`.
    ///
    /// ```
    /// use noorm_core::sql::{Write, Writer};
    ///
    /// fn output(writer: &mut Writer<'_>, write: &Write<'_>) {
    ///     if let Some(columns) = &write.returning {
    ///         writer.push(" OUTPUT ");
    ///         writer.selected(columns, "inserted.");
    ///     }
    /// }
    /// ```
    pub fn selected(&mut self, columns: &[&Column], prefix: &str) {
        for (i, column) in columns.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            let mut quoted = prefix.to_owned();
            self.flavor.identifier(&mut quoted, &column.name);
            self.flavor.selected(&mut self.sql, column, &quoted);
        }
        if columns.is_empty() {
            self.push("NULL");
        }
    }

    pub(super) fn filter(&mut self, filter: Option<&Node>) {
        if let Some(node) = filter {
            self.push(" WHERE ");
            self.node(node);
        }
    }

    /// Writes names with their quotes, with commas between them.
    ///
    /// ```
    /// use noorm_core::sql::{Write, Writer};
    ///
    /// fn target(writer: &mut Writer<'_>, write: &Write<'_>) {
    ///     writer.table_name(&write.table.table_name());
    ///     writer.push(" (");
    ///     writer.names(write.columns);
    ///     writer.push(")");
    /// }
    /// ```
    pub fn names(&mut self, names: &[Arc<str>]) {
        for (i, name) in names.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.identifier(name);
        }
    }

    /// Writes a table's name with its quotes, behind its schema's where it has one.
    pub fn table_name(&mut self, table: &TableName) {
        if let Some(schema) = &table.schema {
            self.identifier(schema);
            self.push(".");
        }
        self.identifier(&table.name);
    }
}

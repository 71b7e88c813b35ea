//! Writes: inserts, updates, deletes, and what a flavor is told of them.

use std::sync::Arc;

use super::conflict;
use super::read_back::{self, Lookup};
use super::render::{Arrays, ResultColumn, result_columns};
use super::select::columns_of;
use super::writer::Writer;
use crate::error::{Error, Result};
use crate::schema::{Column, Identity, Table, TableName};
use crate::statement::{Conflict, Delete, Insert, Node, Projection, Update};

/// What a write does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteKind {
    /// It adds rows.
    Insert,
    /// It changes rows.
    Update,
    /// It removes rows.
    Delete,
}

/// A write, as the hooks of a [`SqlFlavor`](super::SqlFlavor) see it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Write<'a> {
    /// What it does.
    pub kind: WriteKind,
    /// The table.
    pub table: &'a Table,
    /// The columns that it writes.
    pub columns: &'a [Arc<str>],
    /// The number of rows that an `INSERT` adds.
    pub rows: usize,
    /// What an `INSERT` does about rows that have the same key.
    pub on_conflict: Option<&'a Conflict>,
    /// The columns that it gives back; `None` if it gives nothing back.
    pub returning: Option<Vec<&'a Column>>,
}

impl Write<'_> {
    /// Tells whether it is an `INSERT` that names an identity column which takes no value unless it is told to
    /// (`OVERRIDING SYSTEM VALUE`, `IDENTITY_INSERT`). A repository refuses it where nobody asked for it.
    ///
    /// ```
    /// use noorm_core::sql::{Write, Writer};
    ///
    /// fn rows(writer: &mut Writer<'_>, write: &Write<'_>) {
    ///     if write.names_identity() {
    ///         writer.push(" OVERRIDING SYSTEM VALUE");
    ///     }
    ///     writer.values(write);
    /// }
    /// ```
    #[must_use]
    pub fn names_identity(&self) -> bool {
        let always = |column: &Column| column.identity == Some(Identity::Always);
        let mut named = self.columns.iter();
        self.kind == WriteKind::Insert
            && named.any(|name| self.table.column(name).is_some_and(always))
    }

    /// The columns of its result.
    pub(super) fn result(&self) -> Vec<ResultColumn> {
        self.returning
            .as_deref()
            .map_or_else(Vec::new, result_columns)
    }
}

impl Writer<'_> {
    pub(super) fn insert(&mut self, insert: &Insert) -> Result<Vec<ResultColumn>> {
        let table = self.written(&insert.table)?;
        if let Some(conflict) = &insert.on_conflict {
            conflict::check(&table, insert, conflict, self.flavor)?;
        }
        let can = self.flavor.capabilities().returning;
        let lookup = match insert.returning {
            Some(_) if !can.insert => Some(read_back::of_insert(&table, insert, self.flavor)?),
            _ => None,
        };
        let added = lookup.iter().flat_map(|lookup| &lookup.defaults);
        let columns: Vec<_> = insert.columns.iter().chain(added).cloned().collect();
        let write = Write {
            kind: WriteKind::Insert,
            table: &table,
            columns: &columns,
            rows: insert.rows,
            on_conflict: insert.on_conflict.as_ref(),
            returning: self.returning(&table, insert.returning.as_ref(), can.insert)?,
        };
        self.flavor.before_write(self, &write)?;
        self.push("INSERT INTO ");
        self.table_name(&insert.table);
        if !columns.is_empty() {
            self.push(" (");
            self.names(&columns);
            self.push(")");
        }
        self.flavor.inside_write(self, &write)?;
        self.flavor.rows(self, &write)?;
        self.conflict(&write)?;
        self.flavor.after_write(self, &write)?;
        self.read_again(lookup, insert.returning.as_ref())?;
        Ok(self.result(&write))
    }

    /// Writes `VALUES` and the rows of an `INSERT`, each cell a bind; a row of defaults where it names
    /// no columns.
    ///
    /// ```
    /// use noorm_core::sql::{Write, Writer};
    ///
    /// fn rows(writer: &mut Writer<'_>, write: &Write<'_>) {
    ///     writer.values(write);
    ///     writer.push(" AS new");
    /// }
    /// ```
    pub fn values(&mut self, write: &Write<'_>) {
        if write.columns.is_empty() {
            return self.flavor.row_of_defaults(&mut self.sql);
        }
        self.push(" VALUES ");
        for row in 0..write.rows {
            self.push(if row == 0 { "(" } else { ", (" });
            for (at, name) in write.columns.iter().enumerate() {
                self.push(if at == 0 { "" } else { ", " });
                self.bind_for(Some(name));
            }
            self.push(")");
        }
    }

    /// Writes the rows of an `INSERT` as arrays, one of each column, for a function that makes rows of them again;
    /// `array` writes one, given its column and the number of its parameter. [`Rendered::arrays`](super::Rendered::arrays)
    /// tells the driver to send the binds so.
    ///
    /// ```
    /// use noorm_core::sql::{Write, Writer};
    ///
    /// fn rows(writer: &mut Writer<'_>, write: &Write<'_>) {
    ///     writer.push(" SELECT * FROM UNNEST(");
    ///     writer.values_as_arrays(write, |writer, column, number| {
    ///         writer.placeholder(number);
    ///         writer.push("::");
    ///         writer.push(&column.native_type);
    ///         writer.push("[]");
    ///     });
    ///     writer.push(")");
    /// }
    /// ```
    pub fn values_as_arrays(
        &mut self,
        write: &Write<'_>,
        array: impl Fn(&mut Self, &Column, usize),
    ) {
        for name in (0..write.rows).flat_map(|_| write.columns) {
            self.take_bind(Some(name));
        }
        let start = self.sql.len();
        let columns = write.columns.iter();
        let columns = columns.filter_map(|name| write.table.column(name));
        for (at, column) in columns.enumerate() {
            self.push(if at == 0 { "" } else { ", " });
            array(self, column, at + 1);
        }
        self.arrays = Some(Arrays::new(write.columns.len(), start, self.sql.len()));
    }

    pub(super) fn update(&mut self, update: &Update) -> Result<Vec<ResultColumn>> {
        let table = self.written(&update.table)?;
        let can = self.flavor.capabilities().returning.update;
        let lookup = match update.returning {
            Some(_) if !can => Some(read_back::of_update(&table, update, self.flavor)?),
            _ => None,
        };
        let returning = self.returning(&table, update.returning.as_ref(), can)?;
        let columns: Vec<_> = update.assignments.iter().map(|(c, _)| c.clone()).collect();
        let write = Write {
            kind: WriteKind::Update,
            table: &table,
            columns: &columns,
            rows: 0,
            on_conflict: None,
            returning,
        };
        self.flavor.before_write(self, &write)?;
        self.push("UPDATE ");
        self.table_name(&update.table);
        for (i, (name, node)) in update.assignments.iter().enumerate() {
            self.push(if i == 0 { " SET " } else { ", " });
            self.identifier(name);
            self.push(" = ");
            match node {
                Node::Bind => self.bind_for(Some(name)),
                node => self.node(node),
            }
        }
        self.flavor.inside_write(self, &write)?;
        self.filter_of_write(&table, update.filter.as_ref());
        self.flavor.after_write(self, &write)?;
        self.read_again(lookup, update.returning.as_ref())?;
        Ok(self.result(&write))
    }

    pub(super) fn delete(&mut self, delete: &Delete) -> Result<Vec<ResultColumn>> {
        let table = self.written(&delete.table)?;
        let can = self.flavor.capabilities().returning.delete;
        if delete.returning.is_some() && !can {
            let name = self.flavor.name();
            let what = "give back the rows that it removes";
            return Err(Error::unsupported(name, "returning", what));
        }
        let returning = self.returning(&table, delete.returning.as_ref(), can)?;
        let write = Write {
            kind: WriteKind::Delete,
            table: &table,
            columns: &[],
            rows: 0,
            on_conflict: None,
            returning,
        };
        self.flavor.before_write(self, &write)?;
        self.push("DELETE FROM ");
        self.table_name(&delete.table);
        self.flavor.inside_write(self, &write)?;
        self.filter_of_write(&table, delete.filter.as_ref());
        self.flavor.after_write(self, &write)?;
        Ok(write.result())
    }

    pub(super) fn written(&mut self, name: &TableName) -> Result<Arc<Table>> {
        let table = Arc::clone(self.schema.table_named(name)?);
        self.scopes.enter_table(Arc::clone(&table));
        Ok(table)
    }

    /// The columns that the write itself gives back, if it `can`.
    pub(super) fn returning<'t>(
        &self,
        table: &'t Table,
        projection: Option<&Projection>,
        can: bool,
    ) -> Result<Option<Vec<&'t Column>>> {
        let projection = projection.filter(|_| can);
        projection
            .map(|wanted| columns_of(table, wanted))
            .transpose()
    }

    /// Has the rows that the write can't give back read by their key.
    pub(super) fn read_again(
        &mut self,
        lookup: Option<Lookup>,
        wanted: Option<&Projection>,
    ) -> Result<()> {
        if let (Some(lookup), Some(projection)) = (lookup, wanted) {
            self.read_back = Some(lookup.finish(projection, self.schema, self.flavor)?);
        }
        Ok(())
    }

    /// The columns of what a write gives, itself or read back.
    pub(super) fn result(&self, write: &Write<'_>) -> Vec<ResultColumn> {
        match &self.read_back {
            Some(read_back) => read_back
                .select
                .columns
                .as_deref()
                .unwrap_or_default()
                .to_vec(),
            None => write.result(),
        }
    }
}

//! Tables, views, and what they are called.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::{Check, Column, ForeignKey, Index, PrimaryKey, Trigger, Unique};

/// A table's name, with its schema in databases that have schemas.
///
/// ```
/// use noorm_core::schema::TableName;
///
/// assert_eq!(TableName::new(Some("sales"), "order").to_string(), "sales.order");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TableName {
    /// The schema; `None` in databases without schemas.
    pub schema: Option<Arc<str>>,
    /// The name itself, without quotes.
    pub name: Arc<str>,
}

impl TableName {
    /// Makes a name. Neither part is parsed: a dot in `name` belongs to the name.
    ///
    /// ```
    /// use noorm_core::schema::TableName;
    ///
    /// let dotted = TableName::new(None, "album.old");
    /// assert_eq!((dotted.schema, &*dotted.name), (None, "album.old"));
    /// ```
    #[must_use]
    pub fn new(schema: Option<&str>, name: &str) -> Self {
        Self {
            schema: schema.map(Arc::from),
            name: Arc::from(name),
        }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// What a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TableKind {
    /// A table.
    Table,
    /// A table whose rows stand in its partitions.
    PartitionedTable,
    /// A view.
    View,
    /// A view whose rows are kept.
    MaterializedView,
    /// A table that stands in another database.
    ForeignTable,
    /// A table that an extension answers for (SQLite's `CREATE VIRTUAL TABLE`).
    VirtualTable,
}

impl TableKind {
    /// Tells whether its rows are computed from other tables' rows.
    ///
    /// ```
    /// use noorm_core::schema::TableKind;
    ///
    /// assert!(TableKind::MaterializedView.is_view());
    /// assert!(!TableKind::PartitionedTable.is_view());
    /// ```
    #[must_use]
    pub fn is_view(self) -> bool {
        matches!(self, Self::View | Self::MaterializedView)
    }
}

/// A partition of a partitioned table. On PostgreSQL, one that a foreign key points at is one of the schema's tables, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Partition {
    /// Its schema.
    pub schema: Option<String>,
    /// Its name.
    pub name: String,
    /// Which rows it holds, as the database tells it: `FOR VALUES IN ('eu')`.
    pub bound: Option<String>,
}

impl Partition {
    /// Makes a partition that holds the rows that `bound` tells.
    ///
    /// ```
    /// use noorm_core::schema::Partition;
    ///
    /// let bound = Some("FOR VALUES IN ('eu')".into());
    /// let europe = Partition::new(Some("sales".into()), "order_eu", bound);
    /// assert_eq!(europe.name, "order_eu");
    /// ```
    #[must_use]
    pub fn new(schema: Option<String>, name: impl Into<String>, bound: Option<String>) -> Self {
        Self {
            schema,
            name: name.into(),
            bound,
        }
    }
}

/// A table or view, with everything that was discovered about it.
///
/// ```
/// use noorm_core::schema::{Column, ColumnType, PrimaryKey, Table, TableKind};
///
/// let mut album = Table::new(Some("music"), "album", TableKind::Table);
/// album.columns = vec![
///     Column::new("album_id", 1, "bigint", ColumnType::int(64)),
///     Column::new("title", 2, "text", ColumnType::text()),
/// ];
/// album.primary_key = Some(PrimaryKey::new(None, vec!["album_id".into()]));
///
/// assert_eq!(album.table_name().to_string(), "music.album");
/// assert_eq!(album.key_columns(), ["album_id"]);
/// assert_eq!(album.visible_columns().count(), 2);
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Table {
    /// Its schema, in databases that have schemas.
    pub schema: Option<String>,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: TableKind,
    /// Its comment.
    pub comment: Option<String>,
    /// Its columns, by position.
    pub columns: Vec<Column>,
    /// Its primary key.
    pub primary_key: Option<PrimaryKey>,
    /// Its foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// Its unique constraints, the primary key not among them.
    pub unique: Vec<Unique>,
    /// Its indexes.
    pub indexes: Vec<Index>,
    /// Its check constraints.
    pub checks: Vec<Check>,
    /// Its triggers.
    pub triggers: Vec<Trigger>,
    /// How it is partitioned: `LIST (region)`.
    pub partition_key: Option<String>,
    /// Its partitions, nested ones included.
    pub partitions: Vec<Partition>,
    /// A view's query.
    pub definition: Option<String>,
    #[serde(skip)]
    by_name: OnceLock<HashMap<String, usize>>,
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        (&self.schema, &self.name, self.kind, &self.comment)
            == (&other.schema, &other.name, other.kind, &other.comment)
            && self.columns == other.columns
            && self.primary_key == other.primary_key
            && self.foreign_keys == other.foreign_keys
            && self.unique == other.unique
            && self.indexes == other.indexes
            && self.checks == other.checks
            && self.triggers == other.triggers
            && self.partition_key == other.partition_key
            && self.partitions == other.partitions
            && self.definition == other.definition
    }
}

impl Table {
    /// Makes a table without columns; the public fields take the rest.
    ///
    /// ```
    /// use noorm_core::schema::{Column, ColumnType, Table, TableKind};
    ///
    /// let mut album = Table::new(None, "album", TableKind::Table);
    /// album.columns.push(Column::new("title", 1, "text", ColumnType::text()));
    /// assert!(album.column("title").is_some());
    /// ```
    #[must_use]
    pub fn new(schema: Option<&str>, name: impl Into<String>, kind: TableKind) -> Self {
        Self {
            schema: schema.map(str::to_owned),
            name: name.into(),
            kind,
            comment: None,
            columns: Vec::new(),
            primary_key: None,
            foreign_keys: Vec::new(),
            unique: Vec::new(),
            indexes: Vec::new(),
            checks: Vec::new(),
            triggers: Vec::new(),
            partition_key: None,
            partitions: Vec::new(),
            definition: None,
            by_name: OnceLock::new(),
        }
    }

    /// Gives its name with its schema.
    #[must_use]
    pub fn table_name(&self) -> TableName {
        TableName::new(self.schema.as_deref(), &self.name)
    }

    /// Finds a column by its exact name.
    ///
    /// ```
    /// use noorm_core::schema::{Column, ColumnType, Table, TableKind};
    ///
    /// let mut album = Table::new(None, "album", TableKind::Table);
    /// album.columns.push(Column::new("title", 1, "text", ColumnType::text()));
    /// assert_eq!(album.column("title").map(|c| c.position), Some(1));
    /// assert_eq!(album.column("Title"), None);
    /// ```
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.column_index(name).and_then(|i| self.columns.get(i))
    }

    /// Finds a column's place in [`columns`](Table::columns) by its exact name.
    ///
    /// ```
    /// use noorm_core::schema::{Column, ColumnType, Table, TableKind};
    ///
    /// let mut album = Table::new(None, "album", TableKind::Table);
    /// album.columns.push(Column::new("title", 1, "text", ColumnType::text()));
    /// assert_eq!(album.column_index("title"), Some(0));
    /// ```
    #[must_use]
    pub fn column_index(&self, name: &str) -> Option<usize> {
        if self.columns.len() <= 8 {
            return self.columns.iter().position(|c| c.name == name);
        }
        let by_name = self.by_name.get_or_init(|| {
            let named = self.columns.iter().enumerate();
            named.map(|(i, c)| (c.name.clone(), i)).collect()
        });
        let index = by_name.get(name).copied()?;
        // The fields are public: a table that is still being put together may have moved on.
        match self.columns.get(index) {
            Some(column) if column.name == name => Some(index),
            _ => self.columns.iter().position(|c| c.name == name),
        }
    }

    /// Gives the primary key's columns, none if there is no key.
    #[must_use]
    pub fn key_columns(&self) -> &[String] {
        self.primary_key.as_ref().map_or(&[], |key| &key.columns)
    }

    /// Gives the columns that `SELECT *` would give.
    ///
    /// ```
    /// use noorm_core::schema::{Column, ColumnType, Table, TableKind};
    ///
    /// let mut page = Table::new(None, "page", TableKind::VirtualTable);
    /// page.columns.push(Column::new("text", 1, "", ColumnType::text()));
    /// page.columns.push(Column::new("rank", 2, "", ColumnType::text()));
    /// page.columns[1].hidden = true;
    /// let visible: Vec<&str> = page.visible_columns().map(|c| c.name.as_str()).collect();
    /// assert_eq!(visible, ["text"]);
    /// ```
    pub fn visible_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|c| !c.hidden)
    }
}

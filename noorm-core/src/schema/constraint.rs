//! Keys, constraints and indexes.

use serde::{Deserialize, Serialize};

use super::TableName;

/// A primary key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PrimaryKey {
    /// The constraint's name, where it has one.
    pub name: Option<String>,
    /// Its columns, in the key's order (not the table's).
    pub columns: Vec<String>,
    /// When it is checked: where that may be put off, no upsert can be aimed at it.
    #[serde(default, skip_serializing_if = "is_at_once")]
    pub deferrability: Deferrability,
}

impl PrimaryKey {
    /// Makes a primary key over `columns`, in the key's order.
    ///
    /// ```
    /// use noorm_core::schema::{PrimaryKey, Table, TableKind};
    ///
    /// let mut entry = Table::new(None, "playlist_track", TableKind::Table);
    /// entry.primary_key = Some(PrimaryKey::new(None, vec!["playlist_id".into(), "track_id".into()]));
    /// assert_eq!(entry.key_columns(), ["playlist_id", "track_id"]);
    /// ```
    #[must_use]
    pub fn new(name: Option<String>, columns: Vec<String>) -> Self {
        Self {
            name,
            columns,
            deferrability: Deferrability::default(),
        }
    }
}

/// A foreign key.
///
/// ```
/// use noorm_core::schema::{Action, ForeignKey, References};
///
/// let artist = References::new(None, "artist", vec!["artist_id".into()]);
/// let key = ForeignKey::new(None, vec!["artist_id".into()], artist);
/// assert_eq!(key.references.table, "artist");
/// assert_eq!(key.on_delete, Action::NoAction);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ForeignKey {
    /// The constraint's name, where it has one.
    pub name: Option<String>,
    /// The columns that point, in the constraint's order.
    pub columns: Vec<String>,
    /// What they point at, column by column.
    pub references: References,
    /// What happens to the row when the one it points at is deleted.
    pub on_delete: Action,
    /// What happens to the row when the key it points at changes.
    pub on_update: Action,
    /// When it is checked.
    pub deferrability: Deferrability,
    /// Whether all rows satisfy it: one that is `NOT VALID`, or not trusted, was never checked against older ones.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub validated: bool,
}

impl ForeignKey {
    /// Makes a foreign key that takes no action and is checked with each statement; the public fields
    /// take the rest.
    ///
    /// ```
    /// use noorm_core::schema::{Action, ForeignKey, References};
    ///
    /// let artist = References::new(None, "artist", vec!["id".into()]);
    /// let mut key = ForeignKey::new(Some("album_artist".into()), vec!["artist_id".into()], artist);
    /// key.on_delete = Action::Cascade;
    /// ```
    #[must_use]
    pub fn new(name: Option<String>, columns: Vec<String>, references: References) -> Self {
        Self {
            name,
            columns,
            references,
            on_delete: Action::default(),
            on_update: Action::default(),
            deferrability: Deferrability::default(),
            validated: true,
        }
    }
}

/// What a foreign key points at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct References {
    /// The table's schema, in databases that have schemas.
    pub schema: Option<String>,
    /// The table.
    pub table: String,
    /// Its columns: a primary key or a unique constraint.
    pub columns: Vec<String>,
}

impl References {
    /// Points at `columns` of a table.
    ///
    /// ```
    /// use noorm_core::schema::References;
    ///
    /// let order = References::new(Some("sales".into()), "order", vec!["id".into()]);
    /// assert_eq!(order.table_name().to_string(), "sales.order");
    /// ```
    #[must_use]
    pub fn new(schema: Option<String>, table: impl Into<String>, columns: Vec<String>) -> Self {
        Self {
            schema,
            table: table.into(),
            columns,
        }
    }

    /// Gives the table that is pointed at.
    ///
    /// ```
    /// use noorm_core::schema::{References, TableName};
    ///
    /// let artist = References::new(None, "artist", vec!["artist_id".into()]);
    /// assert_eq!(artist.table_name(), TableName::new(None, "artist"));
    /// ```
    #[must_use]
    pub fn table_name(&self) -> TableName {
        TableName::new(self.schema.as_deref(), &self.table)
    }
}

/// What a foreign key does when the row it points at goes or changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Refuse, at the end of the statement or transaction.
    #[default]
    NoAction,
    /// Refuse at once.
    Restrict,
    /// Follow: delete, or take the new key.
    Cascade,
    /// Become NULL.
    SetNull,
    /// Take the column's default.
    SetDefault,
}

/// When a constraint is checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deferrability {
    /// With each statement, always.
    #[default]
    NotDeferrable,
    /// With each statement, unless the transaction puts it off.
    InitiallyImmediate,
    /// At the end of the transaction.
    InitiallyDeferred,
}

/// A unique constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Unique {
    /// The constraint's name, where it has one.
    pub name: Option<String>,
    /// Its columns, in the constraint's order.
    pub columns: Vec<String>,
    /// Whether two NULLs count as equal.
    #[serde(default)]
    pub nulls_not_distinct: bool,
    /// When it is checked: where that may be put off, no upsert can be aimed at it.
    #[serde(default, skip_serializing_if = "is_at_once")]
    pub deferrability: Deferrability,
}

impl Unique {
    /// Makes a unique constraint in which NULLs are different from each other.
    ///
    /// ```
    /// use noorm_core::schema::Unique;
    ///
    /// let unique = Unique::new(Some("album_title_key".into()), vec!["title".into()]);
    /// assert!(!unique.nulls_not_distinct);
    /// ```
    #[must_use]
    pub fn new(name: Option<String>, columns: Vec<String>) -> Self {
        Self {
            name,
            columns,
            nulls_not_distinct: false,
            deferrability: Deferrability::default(),
        }
    }
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Whether it allows no two rows with the same values.
    pub unique: bool,
    /// What it is made over, in order: names of columns, or the SQL of expressions.
    pub columns: Vec<String>,
    /// The same in full: what is a column, what an expression, and which way each is ordered.
    pub parts: Vec<IndexPart>,
    /// The condition of a partial index.
    pub predicate: Option<String>,
    /// The access method: `btree`, `gin`, ….
    pub method: Option<String>,
    /// Columns that it carries but does not order by.
    pub include: Vec<String>,
    /// Whether it exists because a primary key or unique constraint does.
    pub from_constraint: bool,
}

impl Index {
    /// Makes an index over `parts`; the public fields take the rest.
    ///
    /// ```
    /// use noorm_core::schema::{Index, IndexPart};
    ///
    /// let parts = vec![IndexPart::column("artist_id"), IndexPart::expression("lower(title)")];
    /// let index = Index::new("album_by_artist", false, parts);
    /// assert_eq!(index.columns, ["artist_id", "lower(title)"]);
    /// ```
    #[must_use]
    pub fn new(name: impl Into<String>, unique: bool, parts: Vec<IndexPart>) -> Self {
        Self {
            name: name.into(),
            unique,
            columns: parts.iter().map(|part| part.text().to_owned()).collect(),
            parts,
            predicate: None,
            method: None,
            include: Vec::new(),
            from_constraint: false,
        }
    }
}

/// One part of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IndexPart {
    /// What is ordered.
    #[serde(flatten)]
    pub key: IndexKey,
    /// Whether it is ordered from high to low.
    pub descending: bool,
    /// How many characters (of a binary column, bytes) from the start are kept; `None` means all.
    #[serde(default)]
    pub length: Option<u32>,
}

/// What a part of an index is made over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexKey {
    /// A column.
    Column(String),
    /// An SQL expression.
    Expression(String),
}

impl IndexPart {
    /// Makes a part that is ordered from low to high.
    ///
    /// ```
    /// use noorm_core::schema::{IndexKey, IndexPart};
    ///
    /// let part = IndexPart::new(IndexKey::Column("title".into()));
    /// assert_eq!(part, IndexPart::column("title"));
    /// ```
    #[must_use]
    pub fn new(key: IndexKey) -> Self {
        Self {
            key,
            descending: false,
            length: None,
        }
    }

    /// A plain column, ascending.
    ///
    /// ```
    /// use noorm_core::schema::{IndexKey, IndexPart};
    ///
    /// assert_eq!(IndexPart::column("title").key, IndexKey::Column("title".into()));
    /// ```
    #[must_use]
    pub fn column(name: impl Into<String>) -> Self {
        Self::new(IndexKey::Column(name.into()))
    }

    /// An expression, ascending.
    ///
    /// ```
    /// use noorm_core::schema::IndexPart;
    ///
    /// assert_eq!(IndexPart::expression("lower(title)").text(), "lower(title)");
    /// ```
    #[must_use]
    pub fn expression(sql: impl Into<String>) -> Self {
        Self::new(IndexKey::Expression(sql.into()))
    }

    /// The same, from high to low.
    ///
    /// ```
    /// use noorm_core::schema::IndexPart;
    ///
    /// assert!(IndexPart::column("added").descending().descending);
    /// ```
    #[must_use]
    pub fn descending(self) -> Self {
        Self {
            descending: true,
            ..self
        }
    }

    /// The same, over the first `length` characters only.
    ///
    /// ```
    /// use noorm_core::schema::IndexPart;
    ///
    /// // MySQL's `KEY (title(20))`.
    /// assert_eq!(IndexPart::column("title").prefix(20).length, Some(20));
    /// ```
    #[must_use]
    pub fn prefix(self, length: u32) -> Self {
        Self {
            length: Some(length),
            ..self
        }
    }

    /// The column's name, or the expression's SQL.
    ///
    /// ```
    /// use noorm_core::schema::IndexPart;
    ///
    /// assert_eq!(IndexPart::column("title").text(), "title");
    /// ```
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.key {
            IndexKey::Column(text) | IndexKey::Expression(text) => text,
        }
    }
}

/// A check constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Check {
    /// The constraint's name, where it has one.
    pub name: Option<String>,
    /// The SQL condition, without the outer `CHECK (…)`.
    pub expression: String,
    /// Whether new rows must satisfy it; where not, it is `NOT ENFORCED` or disabled.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub enforced: bool,
}

fn is_at_once(when: &Deferrability) -> bool {
    *when == Deferrability::NotDeferrable
}

fn yes() -> bool {
    true
}

fn is_true(value: &bool) -> bool {
    *value
}

impl Check {
    /// Makes a check of a condition.
    ///
    /// ```
    /// use noorm_core::schema::Check;
    ///
    /// let check = Check::new(Some("price_is_positive".into()), "price > 0");
    /// assert_eq!(check.expression, "price > 0");
    /// ```
    #[must_use]
    pub fn new(name: Option<String>, expression: impl Into<String>) -> Self {
        Self {
            name,
            expression: expression.into(),
            enforced: true,
        }
    }
}

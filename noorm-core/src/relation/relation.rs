//! What a relation is: a way from the rows of one table to those of another.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::schema::TableName;

/// A way from the rows of a table to rows of another, under a name.
///
/// It is made of [steps](Step): one along a foreign key, in either direction; two through a junction table; more
/// through other tables. Whatever its kind, it is followed in the same way.
///
/// ```
/// use noorm_core::relation::{Origin, Relation, RelationKind, Step};
/// use noorm_core::schema::TableName;
///
/// let step = Step::new(["artist_id"], TableName::new(None, "artist"), ["id"]).to_one();
/// let table = TableName::new(None, "album");
/// let artist = Relation::new("artist", table, RelationKind::BelongsTo, vec![step], Origin::ForeignKey);
/// assert_eq!(artist.to_string(), "album.artist: belongs_to artist");
/// assert!(artist.is_to_one());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Relation {
    /// What it is called; no other relation and no column of the table is called so.
    pub name: Arc<str>,
    /// The table from whose rows it leads.
    pub table: TableName,
    /// How the two belong together.
    pub kind: RelationKind,
    /// The way, from `table` to [`target`](Self::target): one step at least.
    pub steps: Vec<Step>,
    /// Whether each row of `table` is sure to have one at the other end: the foreign key is enforced, and none of its
    /// columns is nullable.
    pub required: bool,
    /// The name of the constraint, or of the constraint of the first step, where it has one.
    pub foreign_key: Option<String>,
    /// Where it is known from.
    pub origin: Origin,
    /// The polymorphic relation of which it is the way to one target: by its name, the rows of all targets are loaded
    /// together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_of: Option<Arc<str>>,
    /// Why it is there and why it is called so, for people.
    pub reason: String,
}

impl Relation {
    /// Makes a relation that isn't required, without the name of a constraint and without a reason.
    #[must_use]
    pub fn new(
        name: impl Into<Arc<str>>,
        table: TableName,
        kind: RelationKind,
        steps: Vec<Step>,
        origin: Origin,
    ) -> Self {
        Self {
            name: name.into(),
            table,
            kind,
            steps,
            required: false,
            foreign_key: None,
            origin,
            one_of: None,
            reason: String::new(),
        }
    }

    /// The table at the other end.
    #[must_use]
    pub fn target(&self) -> &TableName {
        self.steps.last().map_or(&self.table, |step| &step.to)
    }

    /// The columns of [`table`](Self::table) that the way begins at.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        self.steps.first().map_or(&[], |step| &step.columns)
    }

    /// The columns of the [target](Self::target) that the way ends at.
    #[must_use]
    pub fn target_columns(&self) -> &[String] {
        self.steps.last().map_or(&[], |step| &step.to_columns)
    }

    /// The tables between the two ends, in order: the junction table of a many-to-many relation.
    pub fn through(&self) -> impl Iterator<Item = &TableName> {
        let between = self.steps.len().saturating_sub(1);
        self.steps.iter().take(between).map(|step| &step.to)
    }

    /// Whether there is one row at the other end at most.
    #[must_use]
    pub fn is_to_one(&self) -> bool {
        self.kind.is_to_one()
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name, table, kind, ..
        } = self;
        write!(f, "{table}.{name}: {kind} {}", self.target())?;
        for (at, between) in self.through().enumerate() {
            write!(f, "{}{between}", if at == 0 { " through " } else { ", " })?;
        }
        Ok(())
    }
}

/// How the rows at the two ends of a [`Relation`] belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RelationKind {
    /// The row has a foreign key that names the other one.
    BelongsTo,
    /// One row at most has a foreign key that names this one: its columns are unique.
    HasOne,
    /// Other rows have a foreign key that names this one.
    HasMany,
    /// Rows of a junction table have two foreign keys, one for either end.
    ManyToMany,
    /// Several steps, through other tables, to any number of rows.
    HasManyThrough,
    /// Several steps, through other tables, to one row at most.
    HasOneThrough,
}

impl RelationKind {
    /// Whether there is one row at the other end at most.
    ///
    /// ```
    /// use noorm_core::relation::RelationKind;
    ///
    /// assert!(RelationKind::HasOne.is_to_one() && !RelationKind::ManyToMany.is_to_one());
    /// ```
    #[must_use]
    pub const fn is_to_one(self) -> bool {
        matches!(self, Self::BelongsTo | Self::HasOne | Self::HasOneThrough)
    }

    /// Whether it leads through other tables.
    ///
    /// ```
    /// use noorm_core::relation::RelationKind;
    ///
    /// assert!(RelationKind::ManyToMany.is_through() && !RelationKind::HasMany.is_through());
    /// ```
    #[must_use]
    pub const fn is_through(self) -> bool {
        matches!(
            self,
            Self::ManyToMany | Self::HasManyThrough | Self::HasOneThrough
        )
    }

    /// Its name in JSON: `belongs_to`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BelongsTo => "belongs_to",
            Self::HasOne => "has_one",
            Self::HasMany => "has_many",
            Self::ManyToMany => "many_to_many",
            Self::HasManyThrough => "has_many_through",
            Self::HasOneThrough => "has_one_through",
        }
    }
}

impl fmt::Display for RelationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One step of a [`Relation`]'s way: the rows of another table whose columns equal ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Step {
    /// The columns of the table where the step begins.
    pub columns: Vec<String>,
    /// The table where it ends.
    pub to: TableName,
    /// The columns there that equal `columns`, in the same order.
    pub to_columns: Vec<String>,
    /// A column of `to` that must hold this text: the type of a polymorphic reference.
    pub only: Option<(String, String)>,
    /// A column of the table where the step begins that must hold this text: likewise, from the other side.
    pub when: Option<(String, String)>,
    /// Whether it ends at one row at most.
    pub to_one: bool,
    /// Whether several rows, where it begins, may lead to one row where it ends, though it leads to many: the columns where
    /// it begins are no key.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub from_many: bool,
}

impl Step {
    /// Makes a step to any number of rows.
    #[must_use]
    pub fn new<'a>(
        columns: impl IntoIterator<Item = &'a str>,
        to: TableName,
        to_columns: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Self {
            columns: columns.into_iter().map(str::to_owned).collect(),
            to,
            to_columns: to_columns.into_iter().map(str::to_owned).collect(),
            only: None,
            when: None,
            to_one: false,
            from_many: false,
        }
    }

    /// Says whether several rows may lead to one.
    pub(super) fn led_to_by_many(mut self, from_many: bool) -> Self {
        self.from_many = from_many;
        self
    }

    /// Says that it ends at one row at most.
    #[must_use]
    pub fn to_one(mut self) -> Self {
        self.to_one = true;
        self
    }
}

/// Where a [`Relation`] is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Origin {
    /// The database's foreign keys.
    ForeignKey,
    /// The names of columns, as far as a convention is followed.
    Convention,
    /// Somebody declared it.
    Declared,
}

impl Origin {
    /// Whether the database sees to it that there is a row at the other end.
    pub(crate) const fn is_enforced(self) -> bool {
        matches!(self, Self::ForeignKey)
    }
}

//! What is given to be written: rows with rows under their relations.

use crate::error::{Error, ErrorKind, Result};
use crate::repository::{Key, Record};

/// A new row, with what is to stand at the other ends of its relations: new rows, and rows that are there already.
/// [`nested`] makes one of a record.
///
/// ```
/// use noorm_core::record;
/// use noorm_core::relation::nested;
///
/// let album = nested(record! { "title" => "Blue" })
///     .with("artist", record! { "name" => "Joni Mitchell" })
///     .with("tracks", ["All I Want", "My Old Man"].map(|name| record! { "name" => name }))
///     .link("tags", [1, 2]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Nested {
    pub(super) record: Record,
    pub(super) pivot: Record,
    pub(super) branches: Vec<Branch>,
    /// Members of a JSON object of which only the table tells whether they are columns or relations.
    pub(super) undecided: Vec<(String, serde_json::Value)>,
}

/// What stands at the other end of a relation.
#[derive(Debug, Clone)]
pub(super) struct Branch {
    pub(super) relation: String,
    pub(super) entries: Vec<Given>,
}

/// One row at the other end of a relation.
#[derive(Debug, Clone)]
pub(super) enum Given {
    New(Nested),
    There { key: Key, pivot: Record },
}

/// Makes a new row that can have others under its relations.
///
/// ```
/// use noorm_core::record;
/// use noorm_core::relation::nested;
///
/// let track = nested(record! { "name" => "Carey" }).with("genre", record! { "name" => "Folk" });
/// ```
#[must_use]
pub fn nested(record: impl Into<Record>) -> Nested {
    Nested {
        record: record.into(),
        ..Nested::default()
    }
}

impl Nested {
    /// Puts new rows at the other end of a relation: one, or several where it leads to many.
    ///
    /// ```
    /// use noorm_core::record;
    /// use noorm_core::relation::nested;
    ///
    /// let carey = nested(record! { "name" => "Carey" }).with("genre", record! { "name" => "Folk" });
    /// let album = nested(record! { "title" => "Blue" }).with("tracks", [carey, nested(record! { "name" => "River" })]);
    /// ```
    #[must_use]
    pub fn with(mut self, relation: impl Into<String>, rows: impl Into<NewRows>) -> Self {
        let rows = rows.into().0.into_iter().map(Given::New);
        self.add(relation.into(), rows);
        self
    }

    /// Links rows that are there already, by their primary keys: this row will point at them, they at it, or a row of the
    /// junction table at both, as the relation has it.
    ///
    /// ```
    /// use noorm_core::record;
    /// use noorm_core::relation::nested;
    ///
    /// let album = nested(record! { "title" => "Blue" }).link("artist", [7]).link("tags", [1, 2]);
    /// ```
    #[must_use]
    pub fn link(
        mut self,
        relation: impl Into<String>,
        keys: impl IntoIterator<Item = impl Into<Key>>,
    ) -> Self {
        let there = |key: Key| Given::There {
            key,
            pivot: Record::new(),
        };
        let keys = keys.into_iter().map(Into::into).map(there);
        self.add(relation.into(), keys);
        self
    }

    /// Links rows that are there already, each with other columns of the junction table's row.
    ///
    /// ```
    /// use noorm_core::record;
    /// use noorm_core::relation::nested;
    ///
    /// let list = nested(record! { "name" => "Winter" })
    ///     .link_with("tracks", [(17, record! { "position" => 1 }), (4, record! { "position" => 2 })]);
    /// ```
    #[must_use]
    pub fn link_with(
        mut self,
        relation: impl Into<String>,
        keys: impl IntoIterator<Item = (impl Into<Key>, Record)>,
    ) -> Self {
        let there = |(key, pivot): (_, Record)| Given::There {
            key: Into::into(key),
            pivot,
        };
        let keys = keys.into_iter().map(there);
        self.add(relation.into(), keys);
        self
    }

    /// Gives the other columns of the row of the junction table by which this one will be linked.
    ///
    /// ```
    /// use noorm_core::record;
    /// use noorm_core::relation::nested;
    ///
    /// let first = nested(record! { "name" => "Carey" }).pivot(record! { "position" => 1 });
    /// let list = nested(record! { "name" => "Summer" }).with("tracks", first);
    /// ```
    #[must_use]
    pub fn pivot(mut self, pivot: impl Into<Record>) -> Self {
        self.pivot = pivot.into();
        self
    }

    /// Makes a new row of a JSON object. Under the name of a relation stand
    ///
    /// - objects: new rows, which may have relations of their own;
    /// - the value of a primary key, or, where the relation is belongs-to or many-to-many, an object that has the
    ///   columns of the primary key and no others: the row that is there;
    /// - an array of these, where the relation leads to many; null where it leads to one, for none.
    ///
    /// A member that is called as a column is a column, whatever it holds.
    ///
    /// ```
    /// use noorm_core::{ErrorKind, relation::Nested};
    /// use serde_json::json;
    ///
    /// let album = Nested::from_json(json!({
    ///     "title": "Blue",
    ///     "artist": { "artist_id": 7 },
    ///     "tracks": [{ "name": "Carey", "genre": { "name": "Folk" } }, { "name": "River" }],
    ///     "tags": [1, 2],
    /// }))?;
    /// assert_eq!(Nested::from_json(json!([])).unwrap_err().kind(), ErrorKind::TypeMismatch);
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::TypeMismatch`] if it isn't an object.
    pub fn from_json(json: serde_json::Value) -> Result<Self> {
        match json {
            serde_json::Value::Object(members) => Ok(Self::of_members(members)),
            _ => Err(Error::new(
                ErrorKind::TypeMismatch,
                "a row is a JSON object, with rows under its relations",
            )),
        }
    }

    pub(super) fn of_members(members: serde_json::Map<String, serde_json::Value>) -> Self {
        let (undecided, plain): (Vec<_>, Vec<_>) = members
            .into_iter()
            .partition(|(_, value)| value.is_object() || value.is_array());
        Self {
            undecided,
            ..nested(Record::from_pairs(plain))
        }
    }

    fn add(&mut self, relation: String, entries: impl Iterator<Item = Given>) {
        let known = self.branches.iter_mut();
        match known.into_iter().find(|branch| branch.relation == relation) {
            Some(branch) => branch.entries.extend(entries),
            None => self.branches.push(Branch {
                relation,
                entries: entries.collect(),
            }),
        }
    }
}

impl TryFrom<serde_json::Value> for Nested {
    type Error = Error;

    fn try_from(json: serde_json::Value) -> Result<Self> {
        Self::from_json(json)
    }
}

impl From<Record> for Nested {
    fn from(record: Record) -> Self {
        nested(record)
    }
}

/// New rows at the other end of a relation: what [`Nested::with`] takes.
///
/// ```
/// use noorm_core::record;
/// use noorm_core::relation::{NewRows, nested};
///
/// let one = NewRows::from(record! { "name" => "Carey" });
/// let many = NewRows::from(vec![nested(record! { "name" => "Carey" }), nested(record! { "name" => "River" })]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct NewRows(Vec<Nested>);

impl From<Record> for NewRows {
    fn from(record: Record) -> Self {
        Self(vec![record.into()])
    }
}

impl From<Nested> for NewRows {
    fn from(row: Nested) -> Self {
        Self(vec![row])
    }
}

impl<R: Into<Nested>> From<Vec<R>> for NewRows {
    fn from(rows: Vec<R>) -> Self {
        Self(rows.into_iter().map(Into::into).collect())
    }
}

impl<R: Into<Nested>, const N: usize> From<[R; N]> for NewRows {
    fn from(rows: [R; N]) -> Self {
        Self(rows.into_iter().map(Into::into).collect())
    }
}

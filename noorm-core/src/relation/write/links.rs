//! Linking rows that are there along a relation.
//!
//! ```text
//! Links ──► many-to-many: rows of the junction table come and go
//!       └─► has-many, has-one: the foreign key of the other rows changes
//! ```

mod children;
mod junction;

use std::sync::Arc;

use futures_util::TryFutureExt as _;

use self::children::Children;
use self::junction::Junction;
use super::wanted::Wanted;
use crate::database::Transaction;
use crate::error::{Error, ErrorKind, Result, called};
use crate::relation::keys::KeyColumn;
use crate::relation::{Relation, RelationKind, RelationOf, Step};
use crate::repository::{FromRow, Key, KeyOf, Record, Repository};
use crate::value::Value;

/// The links of one row along one of its relations; [`Repository::links`] makes it.
///
/// Along many-to-many, links are rows of the junction table, and can have values of their own: pivot data. Along has-many
/// and has-one, they are the foreign keys of the other rows.
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// let tags = db.repository("album")?.links(1, "tags")?;
/// tags.link([1, 2]).await?;
/// tags.unlink([2]).await?;
/// let change = tags.set([1, 3]).await?;
/// assert_eq!((change.added, change.removed), (1, 0));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Links {
    rows: Repository<Record>,
    key: Vec<Value>,
    relation: Arc<Relation>,
}

/// What [`Links::set`] has changed.
///
/// ```
/// use noorm_core::relation::LinkChange;
///
/// assert_eq!(LinkChange::default().added, 0);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LinkChange {
    /// How many links were added.
    pub added: u64,
    /// How many were removed.
    pub removed: u64,
    /// How many stayed, but have other pivot data now.
    pub changed: u64,
}

/// A row that is to be linked.
struct Other {
    key: Vec<Value>,
    pivot: Record,
}

impl<T: FromRow> Repository<T> {
    /// Gives the links of the row with this primary key along a relation: many-to-many, has-many or has-one.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::{ErrorKind, record};
    ///
    /// let lists = db.repository("playlist")?;
    /// let tracks = lists.links(1, "tracks")?;
    /// tracks.link_with([(17, record! { "position" => 1 })]).await?;
    /// assert_eq!(lists.links(1, "trakcs").unwrap_err().kind(), ErrorKind::UnknownRelation);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::UnknownRelation`] with the table's relations; [`ErrorKind::InvalidStatement`] if the relation is of
    /// another kind, or the key has another number of columns.
    pub fn links(&self, key: impl KeyOf<T>, relation: impl RelationOf<T>) -> Result<Links> {
        let graph = self.database().relations();
        let relation = graph.relation(self.table_name(), relation.relation())?;
        let rows = self.records();
        match relation.kind {
            RelationKind::ManyToMany | RelationKind::HasMany | RelationKind::HasOne => Ok(Links {
                key: rows.key_values(key.into())?,
                rows,
                relation: Arc::clone(relation),
            }),
            _ => Err(no_links(relation)),
        }
    }
}

impl Links {
    /// Links rows, by their primary keys; gives how many weren't linked already.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let tags = db.repository("album")?.links(1, "tags")?;
    /// tags.link([1, 2]).await?;
    /// assert_eq!(tags.link([1, 2, 3]).await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::ForeignKeyViolation`] or [`ErrorKind::NotFound`] if a row isn't there; [`ErrorKind::Invalid`] where the
    /// junction table needs more values; [`ErrorKind::InvalidStatement`] where this row has NULL in the column that the others
    /// refer to; whatever the database answers.
    pub async fn link(&self, keys: impl IntoIterator<Item = impl Into<Key>>) -> Result<u64> {
        self.link_others("link", self.others(keys)).await
    }

    /// Links rows, each with other columns of the junction table's row; gives how many weren't linked already. Those that
    /// were keep the values that they have.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let tracks = db.repository("playlist")?.links(1, "tracks")?;
    /// tracks.link_with([(17, record! { "position" => 1 }), (4, record! { "position" => 2 })]).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`link`](Links::link); [`ErrorKind::InvalidStatement`] where there is no junction table.
    pub async fn link_with(
        &self,
        keys: impl IntoIterator<Item = (impl Into<Key>, Record)>,
    ) -> Result<u64> {
        self.link_others("link_with", self.others_with(keys)).await
    }

    /// Removes the links to rows, by their primary keys; gives how many there were. The rows themselves stay: along
    /// has-many and has-one, their foreign key becomes NULL.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let tags = db.repository("album")?.links(1, "tags")?;
    /// println!("{} were linked", tags.unlink([1, 2]).await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidStatement`] where the foreign key takes no NULL; whatever the database answers.
    pub async fn unlink(&self, keys: impl IntoIterator<Item = impl Into<Key>>) -> Result<u64> {
        let others = self.others(keys);
        let others = others.map_err(called("unlink", self.rows.table_name()))?;
        let unlink = async |inside: Self| match inside.way()? {
            Way::Junction(way) => way.unlink(&inside, &others).await,
            Way::Children(way) => way.unlink(&inside, &others).await,
        };
        self.together("unlink", unlink).await
    }

    /// Has exactly these rows linked: removes the other links, adds those that are missing, and leaves what stays as it
    /// is, with its pivot data.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let tags = db.repository("album")?.links(1, "tags")?;
    /// tags.set([1, 2]).await?;
    /// let change = tags.set([2, 3]).await?;
    /// assert_eq!((change.added, change.removed), (1, 1));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`link`](Links::link) and [`unlink`](Links::unlink).
    pub async fn set(&self, keys: impl IntoIterator<Item = impl Into<Key>>) -> Result<LinkChange> {
        self.set_others("set", self.others(keys)).await
    }

    /// Has exactly these rows linked, with these columns of the junction table's rows; links that stay take them, too.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let order = [4, 17, 8].into_iter().zip(1..);
    /// let order = order.map(|(track, position)| (track, record! { "position" => position }));
    /// db.repository("playlist")?.links(1, "tracks")?.set_with(order).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`set`](Links::set); [`ErrorKind::InvalidStatement`] where there is no junction table.
    pub async fn set_with(
        &self,
        keys: impl IntoIterator<Item = (impl Into<Key>, Record)>,
    ) -> Result<LinkChange> {
        self.set_others("set_with", self.others_with(keys)).await
    }

    async fn link_others(&self, method: &'static str, others: Result<Vec<Other>>) -> Result<u64> {
        let others = others.map_err(called(method, self.rows.table_name()))?;
        let link = async |inside: Self| match inside.way()? {
            Way::Junction(way) => way.link(&inside, &others).await,
            Way::Children(way) => way.link(&inside, &others).await,
        };
        self.together(method, link).await
    }

    async fn set_others(
        &self,
        method: &'static str,
        others: Result<Vec<Other>>,
    ) -> Result<LinkChange> {
        let others = others.map_err(called(method, self.rows.table_name()))?;
        let set = async |inside: Self| match inside.way()? {
            Way::Junction(way) => way.set(&inside, &others).await,
            Way::Children(way) => way.set(&inside, &others).await,
        };
        self.together(method, set).await
    }

    async fn together<R>(
        &self,
        method: &'static str,
        work: impl AsyncFnOnce(Self) -> Result<R>,
    ) -> Result<R> {
        let inside = async |tx: Transaction| {
            let rows = self.rows.by_way_of(&tx);
            work(Self {
                rows,
                key: self.key.clone(),
                relation: Arc::clone(&self.relation),
            })
            .await
        };
        let work = self.rows.database().transaction(inside);
        work.map_err(called(method, self.rows.table_name())).await
    }

    fn way(&self) -> Result<Way> {
        match self.relation.steps.as_slice() {
            [near, far] => Ok(Way::Junction(Junction {
                rows: self.rows.database().repository(&near.to)?,
                near: near.clone(),
                far: far.clone(),
            })),
            [step] => Ok(Way::Children(Children {
                rows: self.rows.database().repository(&step.to)?,
                step: step.clone(),
            })),
            _ => Err(no_links(&self.relation)),
        }
    }

    fn others(&self, keys: impl IntoIterator<Item = impl Into<Key>>) -> Result<Vec<Other>> {
        let plain = keys.into_iter().map(|key| (key, Record::new()));
        self.others_with(plain)
    }

    fn others_with(
        &self,
        keys: impl IntoIterator<Item = (impl Into<Key>, Record)>,
    ) -> Result<Vec<Other>> {
        let targets = self.rows.database().repository(self.relation.target())?;
        let mut others: Vec<Other> = Vec::new();
        for (key, pivot) in keys {
            if !pivot.is_empty() && self.relation.kind != RelationKind::ManyToMany {
                return Err(no_pivot(&self.relation));
            }
            others.push(Other {
                key: targets.key_values(key.into())?,
                pivot,
            });
        }
        Ok(others)
    }

    /// The values by which rows at the other end of a step belong to this one, as the columns there have them.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidStatement`] where one is NULL, by which no row belongs to another.
    async fn ours(&self, step: &Step) -> Result<Vec<Value>> {
        let values = values_of(&self.rows, vec![self.key.clone()], &step.columns).await?;
        let values = values.into_iter().next().unwrap_or_default();
        if let Some((column, _)) = step
            .columns
            .iter()
            .zip(&values)
            .find(|(_, value)| value.is_null())
        {
            return Err(no_value(&self.rows, column, "no row can be linked to it"));
        }
        let there = self.rows.database().repository(&step.to)?;
        taken(
            &values,
            (&self.rows, &step.columns),
            (&there, &step.to_columns),
        )
    }
}

enum Way {
    Junction(Junction),
    Children(Children),
}

/// The values of columns of the rows with these primary keys. Where they are parts of the key, nothing is read.
async fn values_of(
    rows: &Repository<Record>,
    keys: Vec<Vec<Value>>,
    columns: &[String],
) -> Result<Vec<Vec<Value>>> {
    let table = rows.table();
    let key = table.key_columns();
    let places = columns
        .iter()
        .map(|column| key.iter().position(|part| part == column));
    if let Some(places) = places.collect::<Option<Vec<_>>>() {
        let part = |key: &Vec<Value>| {
            places
                .iter()
                .filter_map(|place| key.get(*place).cloned())
                .collect()
        };
        return Ok(keys.iter().map(part).collect());
    }
    let wanted = Wanted::new(rows, key, keys)?;
    let found = wanted.read(rows).await?;
    let values = found.into_iter().map(|row| {
        let row = row.ok_or_else(|| not_there(rows))?;
        columns
            .iter()
            .map(|column| row.get::<Value>(column))
            .collect()
    });
    values.collect()
}

fn not_there(rows: &Repository<Record>) -> Error {
    let message = format!("no row of `{}` has that key", rows.table_name());
    Error::new(ErrorKind::NotFound, message)
}

/// Values of a row's columns as those of another table have them that refer to it.
fn taken(
    values: &[Value],
    (rows, columns): (&Repository<Record>, &[String]),
    (there, to_columns): (&Repository<Record>, &[String]),
) -> Result<Vec<Value>> {
    let (ours, theirs) = (rows.table(), there.table());
    let flavor = rows.database().flavor();
    let pairs = KeyColumn::pairs(flavor, (&ours, columns), (&theirs, to_columns))?;
    let taken = pairs.iter().zip(to_columns).zip(values);
    let taken = taken.map(|((pair, column), value)| {
        pair.taken(value).map_err(|mismatch| {
            let message = format!("the value for `{}.{column}` {mismatch}", there.table_name());
            Error::new(ErrorKind::TypeMismatch, message)
                .of_table(there.table_name())
                .of_column(column)
        })
    });
    taken.collect()
}

/// A row that has no value of a column that others refer to.
fn no_value(rows: &Repository<Record>, column: &str, so: &str) -> Error {
    let message = format!("a row of `{}` has no `{column}`: {so}", rows.table_name());
    Error::new(ErrorKind::InvalidStatement, message)
        .with_help(format!("give it a `{column}` first"))
}

fn no_pivot(relation: &Relation) -> Error {
    let message = format!(
        "`{}` of `{}` goes through no junction table that could have values",
        relation.name, relation.table
    );
    Error::new(ErrorKind::InvalidStatement, message).with_help("link without values")
}

fn no_links(relation: &Relation) -> Error {
    let Relation {
        name, table, kind, ..
    } = relation;
    let message = format!("`{name}` of `{table}` is {kind}: rows can't be linked along it");
    let help = match kind {
        RelationKind::BelongsTo => {
            let columns = relation.columns().join("`, `");
            format!("update `{columns}` of the row itself")
        }
        _ => "link them along the relations that it is made of".to_owned(),
    };
    Error::new(ErrorKind::InvalidStatement, message).with_help(help)
}

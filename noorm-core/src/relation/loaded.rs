//! Rows with what was loaded of their relations.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::ops::{Deref, DerefMut, Range};
use std::sync::Arc;

use super::keys::Placed;
use super::names::same_name;
use super::{ReadTotal, RelationOf};
use crate::error::{Error, ErrorKind, Result};
use crate::executor::Rows;
use crate::repository::{Record, RecordSet};
use crate::value::FromValue;

/// A row, and beside it the rows of its relations that were loaded with it.
///
/// It derefs to the row. Relations are read by their names where the row is a [`Record`], and by the constants of an
/// entity else. What two parents share was read once, and is shared.
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// let albums = db.repository("album")?.query().with("artist").with("tracks.genre").all().await?;
/// for album in &albums {
///     let artist = album.one("artist")?.map(|artist| artist.get::<String>("name")).transpose()?;
///     println!("{} by {artist:?}", album.get::<String>("title")?);
///     for track in album.many("tracks")? {
///         println!("  {}", track.get::<String>("name")?);
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Loaded<T> {
    row: T,
    beside: Option<Arc<Beside>>,
    place: usize,
}

/// What was loaded with the rows of one result set.
#[derive(Default)]
pub(crate) struct Beside {
    pub(crate) relations: Vec<Side>,
    /// The columns of the junction table, where the rows came through one.
    pub(crate) pivots: Option<Arc<RecordSet>>,
    /// Whether the rows have something else that is called `pivot`.
    pub(crate) has_pivot: bool,
    /// What related rows come to, under names.
    pub(crate) totals: Option<Arc<Rows>>,
    /// What was loaded with each of the rows before, and its place there.
    pub(crate) before: Vec<(Option<Arc<Beside>>, usize)>,
}

/// The rows at the other end of one relation, of all rows of a result set.
#[derive(Clone)]
pub(crate) struct Side {
    pub(crate) name: Arc<str>,
    pub(crate) is_to_one: bool,
    pub(crate) children: Arc<dyn Kin>,
}

impl Beside {
    /// What the columns of the junction table are called in JSON.
    pub(crate) fn pivot_name(&self) -> &'static str {
        let mut relations = self.relations.iter();
        match self.has_pivot || relations.any(|side| &*side.name == "pivot") {
            true => "pivot_row",
            false => "pivot",
        }
    }

    /// The same without some relations. What it becomes is kept in `known`: rows share what stands beside them.
    pub(crate) fn without(self: &Arc<Self>, names: &[Arc<str>], known: &mut Without) -> Arc<Self> {
        if let Some((_, less)) = known.get(&Arc::as_ptr(self)) {
            return Arc::clone(less);
        }
        let relations = self
            .relations
            .iter()
            .filter(|side| !names.contains(&side.name));
        let before = self.before.iter().map(|(before, place)| {
            let before = before.as_ref().map(|before| before.without(names, known));
            (before, *place)
        });
        let less = Arc::new(Self {
            relations: relations.cloned().collect(),
            pivots: self.pivots.clone(),
            has_pivot: self.has_pivot,
            totals: self.totals.clone(),
            before: before.collect(),
        });
        known.insert(Arc::as_ptr(self), (Arc::clone(self), Arc::clone(&less)));
        less
    }
}

/// What became of what stood beside rows, by its address, as long as it is there.
pub(crate) type Without = HashMap<*const Beside, (Arc<Beside>, Arc<Beside>)>;

/// [`Children`] of a type known only where they were asked for.
pub(crate) trait Kin: Any + Send + Sync {
    /// Those of one parent, to be serialized.
    fn json(&self, parent: usize, is_to_one: bool) -> Box<dyn erased_serde::Serialize + '_>;
}

/// The rows at the other end of a relation, of all parents.
pub(crate) struct Children<U> {
    rows: Vec<Loaded<U>>,
    placed: Placed,
}

impl<U> Children<U> {
    pub(crate) fn new(rows: Vec<Loaded<U>>, placed: Placed) -> Self {
        Self { rows, placed }
    }

    /// Those of several tables, of which each parent has some of one.
    pub(crate) fn gathered(all: impl IntoIterator<Item = Self>) -> Self {
        let mut gathered = Self::new(Vec::new(), Placed::default());
        for (at, children) in all.into_iter().enumerate() {
            gathered.placed = match at {
                0 => children.placed,
                _ => gathered.placed.and(&children.placed),
            };
            gathered.rows.extend(children.rows);
        }
        gathered
    }

    pub(crate) fn of(&self, parent: usize) -> &[Loaded<U>] {
        self.rows.get(self.placed.of(parent)).unwrap_or_default()
    }

    pub(crate) fn range(&self, parent: usize) -> Range<usize> {
        self.placed.of(parent)
    }
}

impl<T> Loaded<T> {
    pub(crate) fn new(row: T, beside: Option<Arc<Beside>>, place: usize) -> Self {
        Self { row, beside, place }
    }

    /// Puts rows beside what was loaded with them, in order.
    pub(crate) fn all(rows: Vec<T>, beside: Option<Arc<Beside>>) -> Vec<Self> {
        let rows = rows.into_iter().enumerate();
        rows.map(|(place, row)| Self::new(row, beside.clone(), place))
            .collect()
    }

    /// Gives the row alone.
    ///
    /// ```
    /// use noorm_core::{record, relation::Loaded};
    ///
    /// let album = Loaded::from(record! { "title" => "Blue" });
    /// assert_eq!(album.into_row(), record! { "title" => "Blue" });
    /// ```
    #[must_use]
    pub fn into_row(self) -> T {
        self.row
    }

    /// Gives the names of the relations that were loaded.
    pub fn relations(&self) -> impl Iterator<Item = &str> {
        self.sides().map(|(side, _)| &*side.name)
    }

    /// What was loaded with the row, the last first, and its place in each.
    pub(crate) fn besides(&self) -> impl Iterator<Item = (&Arc<Beside>, usize)> {
        let first = self.beside.as_ref().map(|beside| (beside, self.place));
        std::iter::successors(first, |(beside, place)| {
            let (before, place) = beside.before.get(*place)?;
            before.as_ref().map(|before| (before, *place))
        })
    }

    fn sides(&self) -> impl Iterator<Item = (&Side, usize)> {
        self.besides()
            .flat_map(|(beside, place)| beside.relations.iter().map(move |side| (side, place)))
    }

    /// What was loaded of a relation: by its name, else by what is its name in another style.
    fn named<'s, 'n>(
        &'s self,
        relation: &'n str,
    ) -> impl Iterator<Item = (&'s Side, usize)> + use<'s, 'n, T> {
        let exact = self
            .sides()
            .filter(move |(side, _)| *side.name == *relation);
        let alike = self
            .sides()
            .filter(move |(side, _)| same_name(&side.name, relation));
        exact.chain(alike)
    }

    /// Puts what was loaded later before what is there.
    pub(crate) fn put_beside(&mut self, beside: Arc<Beside>, place: usize) {
        (self.beside, self.place) = (Some(beside), place);
    }

    /// What is there, for [`Beside::before`].
    pub(crate) fn beside(&self) -> (Option<Arc<Beside>>, usize) {
        (self.beside.clone(), self.place)
    }

    /// Gives the other columns of the junction table's row by which it was reached; `None` where it wasn't reached
    /// through one, or it has no others.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let lists = db.repository("playlist")?.query().with("tracks").all().await?;
    /// for track in lists[0].many("tracks")? {
    ///     if let Some(pivot) = track.pivot() {
    ///         println!("at {}", pivot.get::<i64>("position")?);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn pivot(&self) -> Option<Record> {
        let mut besides = self.besides();
        besides.find_map(|(beside, place)| Some(Record::at(beside.pivots.as_ref()?, place)))
    }

    /// Reads what related rows come to, by the name under which it was asked for.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::relation::rel;
    ///
    /// let albums = db.repository("album")?.query();
    /// for album in albums.with_total("longest", rel("tracks").max("milliseconds")).all().await? {
    ///     println!("{:?}", album.total::<Option<i64>>("longest")?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotLoaded`] where it wasn't asked for; [`ErrorKind::TypeMismatch`] if it is of another type.
    pub fn total<V: FromValue>(&self, name: impl ReadTotal<T, V>) -> Result<V> {
        self.totalled(name.read())
    }

    fn totalled<V: FromValue>(&self, name: &str) -> Result<V> {
        let found = self.besides().find_map(|(beside, place)| {
            let totals = beside.totals.as_ref()?;
            totals.value(place, totals.header().position(name)?)
        });
        let Some(value) = found else {
            let message = format!("nothing was asked for under the name `{name}`");
            return Err(Error::new(ErrorKind::NotLoaded, message)
                .with_help("ask for it with the rows: `with_count`, `with_total`"));
        };
        V::from_value(value.clone()).map_err(|mismatch| mismatch.in_column(name))
    }

    /// Gives how many rows are at the other end of a relation; it was asked for by
    /// [`with_count`](crate::relation::Eager::with_count).
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let albums = db.repository("album")?.query().with_count("tracks").all().await?;
    /// assert_eq!(albums[0].count_of("tracks")?, 10);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotLoaded`] where it wasn't asked for.
    pub fn count_of(&self, relation: impl RelationOf<T>) -> Result<u64> {
        self.totalled(&count_name(relation.relation()))
    }

    /// The rows at the other end of a relation that was loaded as `U`s.
    pub(crate) fn children<U: 'static>(&self, relation: &str) -> Result<&[Loaded<U>]> {
        let found = self.named(relation).find_map(|(side, place)| {
            let children: &dyn Any = &*side.children;
            let children = children.downcast_ref::<Children<U>>()?;
            Some(children.of(place))
        });
        found.ok_or_else(|| self.not_loaded(relation))
    }

    /// The same, to be kept without the row.
    pub(crate) fn many_of<U: Send + Sync + 'static>(&self, relation: &str) -> Option<Many<U>> {
        self.named(relation).find_map(|(side, place)| {
            let children: Arc<dyn Any + Send + Sync> = Arc::clone(&side.children) as _;
            Some(Many::of(children.downcast().ok()?, place))
        })
    }

    fn not_loaded(&self, relation: &str) -> Error {
        let loaded: Vec<_> = self.relations().collect();
        let message = format!("the relation `{relation}` was not loaded with the row");
        let help = match loaded.is_empty() {
            true => format!("ask for it with the rows: `.with(\"{relation}\")`"),
            false => format!("`{}` were; ask for this one, too", loaded.join("`, `")),
        };
        Error::new(ErrorKind::NotLoaded, message).with_help(help)
    }
}

/// The name under which a count is kept.
pub(crate) fn count_name(relation: &str) -> String {
    format!("{relation}_count")
}

impl Loaded<Record> {
    /// Gives the rows at the other end of a relation; of a to-one relation, none or one.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let artists = db.repository("artist")?.query().with("albums").all().await?;
    /// println!("{}", artists[0].many("albums")?.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotLoaded`] where it wasn't loaded.
    pub fn many(&self, relation: &str) -> Result<&[Loaded<Record>]> {
        self.children(relation)
    }

    /// Gives the row at the other end of a to-one relation.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let albums = db.repository("album")?.query().with("artist").all().await?;
    /// if let Some(artist) = albums[0].one("artist")? {
    ///     println!("{}", artist.get::<String>("name")?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotLoaded`] where it wasn't loaded; [`ErrorKind::SeveralRows`] where there are several.
    pub fn one(&self, relation: &str) -> Result<Option<&Loaded<Record>>> {
        match self.children(relation)? {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            several => {
                let message = format!("`{relation}` has {} rows, not one", several.len());
                Err(Error::new(ErrorKind::SeveralRows, message)
                    .with_help(format!("read them with `many(\"{relation}\")`")))
            }
        }
    }
}

impl<T> From<T> for Loaded<T> {
    fn from(row: T) -> Self {
        Self::new(row, None, 0)
    }
}

impl<T> Deref for Loaded<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.row
    }
}

impl<T> DerefMut for Loaded<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.row
    }
}

impl<T: fmt::Debug> fmt::Debug for Loaded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loaded")
            .field("row", &self.row)
            .field("relations", &self.relations().collect::<Vec<_>>())
            .finish()
    }
}

/// The rows are equal; what was loaded with them isn't compared.
impl<T: PartialEq> PartialEq for Loaded<T> {
    fn eq(&self, other: &Self) -> bool {
        self.row == other.row
    }
}

/// The rows at the other end of a relation of one row, kept on their own: a slice of [`Loaded`] rows.
pub struct Many<U> {
    children: Arc<Children<U>>,
    range: Range<usize>,
}

impl<U> Many<U> {
    pub(crate) fn of(children: Arc<Children<U>>, parent: usize) -> Self {
        let range = children.range(parent);
        Self { children, range }
    }
}

impl<U> Deref for Many<U> {
    type Target = [Loaded<U>];

    fn deref(&self) -> &[Loaded<U>] {
        let rows = self.children.rows.get(self.range.clone());
        rows.unwrap_or_default()
    }
}

impl<U> Clone for Many<U> {
    fn clone(&self) -> Self {
        Self {
            children: Arc::clone(&self.children),
            range: self.range.clone(),
        }
    }
}

impl<U: fmt::Debug> fmt::Debug for Many<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

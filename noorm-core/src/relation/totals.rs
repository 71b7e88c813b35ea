//! What names a relation whose rows are counted, and what related rows come to: a text with records, a constant with
//! entities.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::{ToMany, ToOne, ToOptional};
use crate::repository::Record;

/// What names a relation of `T`: the name itself of records, a constant of an entity.
///
/// ```no_run
/// # use noorm_core::{Database, Result, executor::Row, relation::ToMany, repository::{Entity, FromRow}};
/// # struct Album;
/// # struct Track;
/// # impl FromRow for Album { fn from_row(_: &mut Row<'_>) -> Result<Self> { Ok(Self) } }
/// # impl FromRow for Track { fn from_row(_: &mut Row<'_>) -> Result<Self> { Ok(Self) } }
/// # impl Entity for Album { const TABLE: &'static str = "album"; }
/// impl Album {
///     const TRACKS: ToMany<Album, Track> = ToMany::new("tracks");
/// }
///
/// # async fn example(db: Database) -> Result<()> {
/// for album in db.of::<Album>()?.query().with_count(Album::TRACKS).all().await? {
///     println!("{} tracks", album.count_of(Album::TRACKS)?);
/// }
/// # Ok(())
/// # }
/// ```
pub trait RelationOf<T> {
    /// Its name.
    fn relation(&self) -> &str;
}

macro_rules! texts {
    ($($text:ty)*) => {
        $(impl RelationOf<Record> for $text {
            fn relation(&self) -> &str {
                self
            }
        })*
    };
}

texts! { &str &String &Arc<str> }

macro_rules! relation_of {
    ($($constant:ident)*) => {
        $(impl<T, U> RelationOf<T> for $constant<T, U> {
            fn relation(&self) -> &str {
                self.name()
            }
        })*
    };
}

relation_of! { ToMany ToOne ToOptional }

/// The name of what related rows of an entity come to, and its type.
///
/// ```no_run
/// # use noorm_core::{Database, Result, executor::Row, repository::{Entity, FromRow}};
/// # use noorm_core::statement::Column;
/// # struct Album;
/// # struct Track;
/// # impl FromRow for Album { fn from_row(_: &mut Row<'_>) -> Result<Self> { Ok(Self) } }
/// # impl FromRow for Track { fn from_row(_: &mut Row<'_>) -> Result<Self> { Ok(Self) } }
/// # impl Entity for Album { const TABLE: &'static str = "album"; }
/// # impl Entity for Track { const TABLE: &'static str = "track"; }
/// # impl Track { const SECONDS: Column<Track, i32> = Column::new("seconds"); }
/// use noorm_core::relation::{ToMany, TotalOf};
///
/// impl Album {
///     const TRACKS: ToMany<Album, Track> = ToMany::new("tracks");
///     const LONGEST: TotalOf<Album, Option<i32>> = TotalOf::new("longest");
/// }
///
/// # async fn example(db: Database) -> Result<()> {
/// let longest = Album::TRACKS.rel().max(Track::SECONDS);
/// for album in db.of::<Album>()?.query().with_total(Album::LONGEST, longest).all().await? {
///     println!("{:?}", album.total(Album::LONGEST)?);
/// }
/// # Ok(())
/// # }
/// ```
pub struct TotalOf<T, V> {
    name: &'static str,
    of: PhantomData<fn() -> (T, V)>,
}

impl<T, V> TotalOf<T, V> {
    /// Makes the constant of that name: see [`TotalOf`].
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            of: PhantomData,
        }
    }
}

impl<T, V> Clone for TotalOf<T, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, V> Copy for TotalOf<T, V> {}

impl<T, V> fmt::Debug for TotalOf<T, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TotalOf({:?})", self.name)
    }
}

/// What names a total that is asked for, worked out as a `V`: a text of records, a [`TotalOf`] of entities, which may be of
/// an option, since of no rows there is no greatest one.
pub trait AskTotal<T, V> {
    /// The name.
    fn asked(self) -> Arc<str>;
}

/// What names a total that is read back as a `V`: a text of records, a [`TotalOf`] of entities.
pub trait ReadTotal<T, V> {
    /// The name.
    fn read(&self) -> &str;
}

impl<T, V> AskTotal<T, V> for TotalOf<T, V> {
    fn asked(self) -> Arc<str> {
        self.name.into()
    }
}

impl<T, V> AskTotal<T, V> for TotalOf<T, Option<V>> {
    fn asked(self) -> Arc<str> {
        self.name.into()
    }
}

impl<T, V> ReadTotal<T, V> for TotalOf<T, V> {
    fn read(&self) -> &str {
        self.name
    }
}

macro_rules! of_records {
    ($($text:ty)*) => {
        $(
            impl<V> AskTotal<Record, V> for $text {
                fn asked(self) -> Arc<str> {
                    self.into()
                }
            }

            impl<V> ReadTotal<Record, V> for $text {
                fn read(&self) -> &str {
                    self
                }
            }
        )*
    };
}

of_records! { &str String Arc<str> }

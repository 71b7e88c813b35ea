//! Relations of entities, as constants that the compiler checks.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::{Include, Loaded, Rel};
use crate::error::{Error, ErrorKind, Result};
use crate::repository::{ColumnOf, Entity, FromRow};
use crate::statement::{Expr, Order, Term};

/// How a relation's constant is read back of a row.
///
/// `Ok` holds a slice for a to-many relation, a row for one that is sure to have one, an option else.
pub trait ReadRelation<T> {
    /// What reading it gives.
    type Output<'a>
    where
        T: 'a;

    /// Reads it.
    ///
    /// # Errors
    /// As [`Loaded::get`].
    fn read<'a>(&self, row: &'a Loaded<T>) -> Result<Self::Output<'a>>;
}

macro_rules! relation {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub struct $name<T, U> {
            name: &'static str,
            of: PhantomData<fn() -> (T, U)>,
        }

        impl<T, U> $name<T, U> {
            /// Makes the constant of the relation of that name.
            #[must_use]
            pub const fn new(name: &'static str) -> Self {
                Self {
                    name,
                    of: PhantomData,
                }
            }

            /// The relation's name.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                self.name
            }
        }

        impl<T, U: FromRow + Sync> $name<T, U> {
            /// The relation itself, to be narrowed, ordered, asked.
            pub fn rel(self) -> Rel<T, U> {
                Rel::named(self.name)
            }

            /// As [`Rel::filter`].
            pub fn filter(self, expr: Expr<U>) -> Rel<T, U> {
                self.rel().filter(expr)
            }

            /// As [`Rel::order_by`].
            pub fn order_by(self, order: impl IntoIterator<Item = impl Into<Order<U>>>) -> Rel<T, U> {
                self.rel().order_by(order)
            }

            /// As [`Rel::limit`].
            pub fn limit(self, limit: u64) -> Rel<T, U> {
                self.rel().limit(limit)
            }

            /// As [`Rel::with`].
            pub fn with(self, include: impl Into<Include<U>>) -> Rel<T, U> {
                self.rel().with(include)
            }

            /// As [`Rel::by`].
            pub fn by(self, strategy: impl Into<Arc<str>>) -> Rel<T, U> {
                self.rel().by(strategy)
            }

            /// As [`Rel::exists`].
            #[must_use]
            pub fn exists(self) -> Expr<T> {
                self.rel().exists()
            }

            /// As [`Rel::count`].
            #[must_use]
            pub fn count(self) -> Term<T, i64> {
                self.rel().count()
            }

            /// As [`Rel::value`].
            #[must_use]
            pub fn value<C: ColumnOf<U>>(self, column: C) -> Term<T, C::Value> {
                self.rel().value(column)
            }
        }

        impl<T, U: FromRow + Sync> From<$name<T, U>> for Include<T> {
            fn from(relation: $name<T, U>) -> Self {
                relation.rel().into()
            }
        }

        impl<T, U> Clone for $name<T, U> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T, U> Copy for $name<T, U> {}

        impl<T, U> fmt::Debug for $name<T, U> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), self.name)
            }
        }
    };
}

relation! {
    /// A relation from an entity `T` to any number of `U`s; read back as a slice.
    ///
    /// ```
    /// use noorm_core::repository::Record;
    /// use noorm_core::relation::ToMany;
    ///
    /// const TRACKS: ToMany<Record, Record> = ToMany::new("tracks");
    /// assert_eq!(TRACKS.name(), "tracks");
    /// ```
    ToMany
}

relation! {
    /// A relation from an entity `T` to a `U` that is sure to be there; read back as a reference.
    ///
    /// ```
    /// use noorm_core::repository::Record;
    /// use noorm_core::relation::ToOne;
    ///
    /// const ARTIST: ToOne<Record, Record> = ToOne::new("artist");
    /// ```
    ToOne
}

relation! {
    /// A relation from an entity `T` to a `U` or none; read back as an option.
    ///
    /// ```
    /// use noorm_core::repository::Record;
    /// use noorm_core::relation::ToOptional;
    ///
    /// const GENRE: ToOptional<Record, Record> = ToOptional::new("genre");
    /// ```
    ToOptional
}

impl<T, U: 'static> ReadRelation<T> for ToMany<T, U> {
    type Output<'a>
        = &'a [Loaded<U>]
    where
        T: 'a;

    fn read<'a>(&self, row: &'a Loaded<T>) -> Result<&'a [Loaded<U>]> {
        row.children(self.name)
    }
}

impl<T, U: 'static> ReadRelation<T> for ToOptional<T, U> {
    type Output<'a>
        = Option<&'a Loaded<U>>
    where
        T: 'a;

    fn read<'a>(&self, row: &'a Loaded<T>) -> Result<Option<&'a Loaded<U>>> {
        Ok(row.children(self.name)?.first())
    }
}

impl<T, U: 'static> ReadRelation<T> for ToOne<T, U> {
    type Output<'a>
        = &'a Loaded<U>
    where
        T: 'a;

    fn read<'a>(&self, row: &'a Loaded<T>) -> Result<&'a Loaded<U>> {
        row.children(self.name)?.first().ok_or_else(|| {
            let message = format!("no row is at the other end of `{}`", self.name);
            Error::new(ErrorKind::NotFound, message)
                .with_help("it was filtered out, or the foreign key isn't enforced")
        })
    }
}

impl<T: Entity> Loaded<T> {
    /// Reads a relation that was loaded with the row: a slice, a reference or an option, as the relation is.
    ///
    /// Whether it was loaded is told when it is read, not by the compiler: so a `Loaded<Album>` has one type whatever
    /// was loaded with it, and can be named in signatures and kept in structs.
    ///
    /// ```no_run
    /// # use noorm_core::repository::{Entity, FromRow};
    /// # use noorm_core::executor::Row;
    /// use noorm_core::relation::ToMany;
    /// # struct Track { name: String }
    /// # struct Album { id: i64 }
    /// # impl FromRow for Track {
    /// #     fn columns() -> Option<&'static [&'static str]> { Some(&["name"]) }
    /// #     fn from_row(row: &mut Row<'_>) -> noorm_core::Result<Self> { Ok(Self { name: row.take(0)? }) }
    /// # }
    /// # impl FromRow for Album {
    /// #     fn columns() -> Option<&'static [&'static str]> { Some(&["id"]) }
    /// #     fn from_row(row: &mut Row<'_>) -> noorm_core::Result<Self> { Ok(Self { id: row.take(0)? }) }
    /// # }
    /// # impl Entity for Album { const TABLE: &'static str = "album"; }
    /// impl Album {
    ///     const TRACKS: ToMany<Album, Track> = ToMany::new("tracks");
    /// }
    ///
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// for album in db.of::<Album>()?.query().with(Album::TRACKS).all().await? {
    ///     for track in album.get(Album::TRACKS)? {
    ///         println!("{}: {}", album.id, track.name);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotLoaded`] where it wasn't loaded; [`ErrorKind::NotFound`] where the row of a [`ToOne`] is missing.
    pub fn get<R: ReadRelation<T>>(&self, relation: R) -> Result<R::Output<'_>> {
        relation.read(self)
    }
}

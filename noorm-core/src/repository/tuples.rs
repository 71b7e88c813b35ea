//! Some columns of an entity, as tuples whose types the compiler knows.

use std::marker::PhantomData;

use super::{Entity, FromRow, Query, exactly_one};
use crate::error::{Result, called};
use crate::statement::{Column, Expr, Order, Selected, Term};
use crate::value::ColumnValue;

/// What is selected of `T`, and the type that it has in Rust.
///
/// ```
/// use noorm_core::repository::Typed;
/// use noorm_core::statement::Column;
///
/// struct Album;
/// const TITLE: Column<Album, String> = Column::new("title");
/// assert_eq!(TITLE.selected().name(), "title");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be selected of `{T}`",
    label = "expected a column of `{T}`, or what is worked out of one"
)]
pub trait Typed<T> {
    /// The type of its values.
    type Value: ColumnValue;

    /// Gives what is selected.
    fn selected(self) -> Selected<T>;
}

impl<T, V: ColumnValue> Typed<T> for Column<T, V> {
    type Value = V;

    fn selected(self) -> Selected<T> {
        self.into()
    }
}

impl<T, V: ColumnValue> Typed<T> for Term<T, V> {
    type Value = V;

    fn selected(self) -> Selected<T> {
        self.into()
    }
}

/// A tuple of what is selected of `T`, and the tuple of their types.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be selected of `{T}`",
    label = "expected a tuple of columns of `{T}`: `(Album::ID, Album::TITLE)`"
)]
pub trait Tuple<T> {
    /// What a row becomes.
    type Row: FromRow;

    /// Gives what is selected.
    fn selected(self) -> Vec<Selected<T>>;
}

macro_rules! tuples {
    ($(($($s:ident),+))+) => {$(
        impl<T, $($s: Typed<T>),+> Tuple<T> for ($($s,)+) {
            type Row = ($($s::Value,)+);

            #[expect(non_snake_case, reason = "one name for a type and its value")]
            fn selected(self) -> Vec<Selected<T>> {
                let ($($s,)+) = self;
                vec![$($s.selected()),+]
            }
        }
    )+};
}
tuples! {
    (A)
    (A, B)
    (A, B, C)
    (A, B, C, D)
    (A, B, C, D, E)
    (A, B, C, D, E, F)
    (A, B, C, D, E, F, G)
    (A, B, C, D, E, F, G, H)
}

/// A query of some columns of an entity; [`Query::select`] makes one.
#[must_use = "a query does nothing until it is asked: call `all`, `first` or `one`"]
pub struct Tuples<T, R> {
    query: Query<T>,
    selected: Vec<Selected<T>>,
    of: PhantomData<fn() -> R>,
}

impl<T: Entity> Query<T> {
    /// Selects these columns only, or what is worked out of them, as tuples.
    ///
    /// ```no_run
    /// # use noorm_core::{Result, executor::Row, repository::{Entity, FromRow}, statement::Column};
    /// # struct Album;
    /// # impl Album {
    /// #     const TITLE: Column<Album, String> = Column::new("title");
    /// #     const YEAR: Column<Album, Option<i32>> = Column::new("year");
    /// # }
    /// # impl FromRow for Album {
    /// #     fn from_row(_: &mut Row<'_>) -> Result<Self> { Ok(Self) }
    /// # }
    /// # impl Entity for Album {
    /// #     const TABLE: &'static str = "album";
    /// # }
    /// # async fn example(db: noorm_core::Database) -> Result<()> {
    /// let albums = db.of::<Album>()?.query().filter(Album::YEAR.gt(1970));
    /// for (title, year) in albums.select((Album::TITLE, Album::YEAR)).all().await? {
    ///     println!("{title}: {}", year.unwrap_or(0));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn select<S: Tuple<T>>(self, selection: S) -> Tuples<T, S::Row> {
        Tuples {
            query: self,
            selected: selection.selected(),
            of: PhantomData,
        }
    }
}

impl<T: Entity, R: FromRow> Tuples<T, R> {
    /// Keeps rows for which this holds, too.
    pub fn filter(mut self, expr: Expr<T>) -> Self {
        self.query = self.query.filter(expr);
        self
    }

    /// Orders them.
    pub fn order_by(mut self, order: impl IntoIterator<Item = impl Into<Order<T>>>) -> Self {
        self.query = self.query.order_by(order);
        self
    }

    /// Gives at most so many.
    pub fn limit(mut self, limit: u64) -> Self {
        self.query = self.query.limit(limit);
        self
    }

    /// Gives all of them.
    ///
    /// # Errors
    /// As [`Query::all`].
    pub async fn all(self) -> Result<Vec<R>> {
        self.found("all").await
    }

    /// Gives the first one.
    ///
    /// # Errors
    /// As [`Query::all`].
    pub async fn first(self) -> Result<Option<R>> {
        Ok(self.limit(1).found("first").await?.into_iter().next())
    }

    /// Gives the only one.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if there is none, [`ErrorKind::SeveralRows`](crate::ErrorKind::SeveralRows) if there is another; else as
    /// [`Query::all`].
    pub async fn one(self) -> Result<R> {
        let table = self.query.repository.table_name().clone();
        let rows = self.limit(2).found("one").await?;
        exactly_one(rows, &table).map_err(called("one", &table))
    }

    async fn found(self, method: &'static str) -> Result<Vec<R>> {
        let table = self.query.repository.table_name().clone();
        let found = self.query.values(self.selected).await;
        found.map_err(called(method, &table))
    }
}

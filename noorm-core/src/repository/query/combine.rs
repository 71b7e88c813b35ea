//! Rows once each, and rows of several queries.

use super::Query;
use crate::error::{Error, ErrorKind, Result};
use crate::repository::FromRow;
use crate::statement::{Derived, Select, SetOperation};

/// What a query selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Selects {
    /// What its rows are read of.
    Rows,
    /// More, beside that.
    More,
}

impl<T: FromRow> Query<T> {
    /// Gives rows that are equal once. They are equal in what is selected of them.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let countries = db.repository("customer")?.query().select(["country"]).distinct();
    /// println!("{} countries", countries.clone().count().await?);
    /// let countries = countries.order_by(["country"]).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn distinct(mut self) -> Self {
        self.distinct = true;
        self
    }

    /// Gives the rows of both queries, once each. What is asked of the result, a filter, an order, a limit, is
    /// asked of all of them.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::col;
    ///
    /// let albums = db.repository("album")?;
    /// let newest = albums.query().order_by(["-year"]).limit(5);
    /// let of_seven = albums.query().filter(col("artist_id").eq(7));
    /// let both = newest.union(of_seven).order_by(["title"]).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When it is asked: [`ErrorKind::InvalidStatement`] where the queries select different columns.
    pub fn union(self, other: Self) -> Self {
        self.set(SetOperation::Union, other)
    }

    /// Gives the rows of both queries, as often as they are there.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::col;
    ///
    /// let albums = db.repository("album")?;
    /// let (old, new) = (col("year").lt(1970), col("year").gt(2020));
    /// let both = albums.query().filter(old).union_all(albums.query().filter(new)).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`union`](Query::union).
    pub fn union_all(self, other: Self) -> Self {
        self.set(SetOperation::UnionAll, other)
    }

    /// Gives the rows that both queries have, once each.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::col;
    ///
    /// let tracks = db.repository("track")?;
    /// let longest = tracks.query().order_by(["-milliseconds"]).limit(100);
    /// let long_rock = longest.intersect(tracks.query().filter(col("genre_id").eq(1))).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`union`](Query::union).
    pub fn intersect(self, other: Self) -> Self {
        self.set(SetOperation::Intersect, other)
    }

    /// Gives the rows that the other query hasn't, once each.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let albums = db.repository("album")?;
    /// let newest = albums.query().order_by(["-year"]).limit(5);
    /// let others = albums.query().except(newest).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`union`](Query::union).
    pub fn except(self, other: Self) -> Self {
        self.set(SetOperation::Except, other)
    }

    fn set(self, how: SetOperation, other: Self) -> Self {
        let whole = Self::new(self.repository.clone());
        let columns = self.columns.clone();
        let (a, mut binds) = self.unordered().into_select();
        let (b, more) = other.unordered().into_select();
        binds.extend(more);
        Self {
            columns,
            derived: Some((Derived::Set(how, Box::new(a), Box::new(b)), binds)),
            ..whole
        }
    }

    /// Makes a query about the rows that this one gives, where it doesn't give all that it is about.
    pub(super) fn within(self) -> Self {
        if !self.distinct && self.limit.is_none() && self.offset.is_none() {
            return self;
        }
        let whole = Self::new(self.repository.clone());
        let columns = self.columns.clone();
        let (rows, binds) = self.unordered().into_select();
        Self {
            columns,
            derived: Some((Derived::Rows(Box::new(rows)), binds)),
            ..whole
        }
    }

    /// What makes the query one about something else than rows as they stand in the table.
    pub(super) fn computed(&self) -> Option<&'static str> {
        let grouped = !self.group.is_empty() || !self.having.is_empty();
        let computed = [
            (self.values.is_some(), "computes values"),
            (self.distinct, "gives rows once"),
            (grouped, "makes groups"),
            (self.derived.is_some(), "has the rows of several"),
        ];
        computed
            .iter()
            .find(|(is_so, _)| *is_so)
            .map(|(_, why)| *why)
    }

    /// Checks that rows are asked about, not what is worked out of them.
    /// Refuses to load relations of what isn't rows; where more is selected beside them, of rows that are compared.
    pub(crate) fn reads_rows(&self, selects: Selects) -> Result<()> {
        let is_fine = match selects {
            Selects::Rows => self.values.is_none() && self.group.is_empty(),
            Selects::More => self.computed().is_none(),
        };
        match (is_fine, self.computed()) {
            (false, Some(why)) => {
                let name = self.repository.table_name();
                let message =
                    format!("relations of rows of `{name}` can't be loaded by a query that {why}");
                Err(Error::new(ErrorKind::InvalidStatement, message))
            }
            _ => Ok(()),
        }
    }

    pub(in crate::repository) fn of_rows(&self, what: &str) -> Result<()> {
        let locks = self.lock.map(|_| "locks rows");
        let Some(why) = self.computed().or(locks) else {
            return Ok(());
        };
        let name = self.repository.table_name();
        let message = format!("{what} of rows of `{name}` can't be had of a query that {why}");
        Err(Error::new(ErrorKind::InvalidStatement, message))
    }
}

/// Puts `select` into the place of the table that it is about.
pub(super) fn around(select: Select) -> Select {
    let mut whole = Select::all(select.from.clone());
    whole.projection = select.projection.clone();
    whole.derived = Some(Derived::Rows(Box::new(select)));
    whole
}

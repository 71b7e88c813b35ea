//! What loading relations adds to a query.

use std::sync::Arc;

use super::{Query, order};
use crate::error::{Result, called};
use crate::relation::{AskTotal, Eager, Include, Loaded, RelationOf};
use crate::repository::{FromRow, Key, KeyOf, Repository, key_filter};
use crate::statement::{Expr, Joined, Node, Order, OrderBy, Selected, Term, Walk};
use crate::value::Value;

impl<T: FromRow + Sync> Query<T> {
    /// Loads a relation with the rows, and relations of these, in a number of statements that doesn't depend on the
    /// number of rows.
    ///
    /// `"tracks.genre"` names the relation `tracks` and that one's relation `genre`; [`rel`](crate::relation::rel) says
    /// more: which rows, in which order, how many of each parent. An entity's relations are its constants.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::relation::rel;
    ///
    /// let albums = db.repository("album")?.query()
    ///     .with("artist")
    ///     .with(rel("tracks").order_by(["-milliseconds"]).limit(3).with("genre"))
    ///     .all()
    ///     .await?;
    /// for track in albums[0].many("tracks")? {
    ///     println!("{}", track.get::<String>("name")?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Nothing here; an unknown relation is told when the rows are asked for.
    pub fn with(self, include: impl Into<Include<T>>) -> Eager<T> {
        Eager::new(self).with(include)
    }

    /// Tells with each row how many rows a relation has: [`Loaded::count_of`](crate::relation::Loaded::count_of).
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// for album in db.repository("album")?.query().with_count("tracks").all().await? {
    ///     println!("{}: {}", album.get::<String>("title")?, album.count_of("tracks")?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_count(self, relation: impl RelationOf<T>) -> Eager<T> {
        Eager::new(self).with_count(relation)
    }

    /// Tells with each row what related rows come to, under a name: [`Loaded::total`](crate::relation::Loaded::total).
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::relation::rel;
    ///
    /// let albums = db.repository("album")?.query();
    /// for album in albums.with_total("length", rel("tracks").sum("milliseconds")).all().await? {
    ///     println!("{:?}", album.total::<Option<i64>>("length")?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_total<V>(self, name: impl AskTotal<T, V>, total: Term<T, V>) -> Eager<T> {
        Eager::new(self).with_total(name, total)
    }
}

impl<T: FromRow + Sync> Repository<T> {
    /// Loads a relation with rows, as [`Query::with`].
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let album = db.repository("album")?.with("artist").with("tracks").find(7).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn with(&self, include: impl Into<Include<T>>) -> Eager<T> {
        self.query().with(include)
    }

    /// Finds a row by its primary key, with relations.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let albums = db.repository("album")?;
    /// if let Some(album) = albums.find_with_relations(7, ["artist", "tracks.genre"]).await? {
    ///     println!("{} tracks", album.many("tracks")?.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`find`](Repository::find) and [`Eager::all`].
    pub async fn find_with_relations<I: Into<Include<T>>>(
        &self,
        key: impl KeyOf<T>,
        includes: impl IntoIterator<Item = I>,
    ) -> Result<Option<Loaded<T>>> {
        let eager = Eager::new(self.query());
        let eager = includes
            .into_iter()
            .fold(eager, |eager, include| eager.with(include));
        let found = eager.find(key).await;
        found.map_err(called("find_with_relations", self.table_name()))
    }
}

impl<T: FromRow> Query<T> {
    /// Keeps the row of a primary key.
    pub(crate) fn of_key(self, key: Key) -> Result<Self> {
        let plan = self.repository.plan()?;
        let values = key.values(&plan)?;
        Ok(self.filter(Expr::new(key_filter(&plan), values)))
    }

    /// Keeps the rows that a walk reaches.
    pub(crate) fn walked(mut self, walk: Walk, binds: Vec<Value>) -> Self {
        self.walk = Some((walk, binds));
        self
    }

    /// Joins a table under a name and a condition of its own.
    pub(crate) fn joined(mut self, mut joined: Joined, mut binds: Vec<Value>) -> Self {
        let database = self.repository.database();
        super::join::alive(database, &database.schema(), &mut joined, &mut binds);
        self.joins.push((joined, binds));
        self
    }

    /// Keeps rows for which this holds, before anything else that is asked of them.
    pub(crate) fn filter_first(mut self, expr: Expr<T>) -> Self {
        self.filters.insert(0, expr);
        self
    }

    /// Orders by what was taken out of orders.
    pub(crate) fn ordered(
        mut self,
        order: impl IntoIterator<Item = (OrderBy, Vec<Value>)>,
    ) -> Self {
        let order = order.into_iter();
        self.order
            .extend(order.map(|(by, binds)| Order::with_binds(by, binds)));
        self
    }

    /// Orders further, by the key, so that no two rows are equal in the order.
    pub(crate) fn ordered_to_the_end(mut self) -> Self {
        if let Ok(plan) = self.repository.plan() {
            let asked: Vec<_> = self.order.iter().map(|order| order.by.clone()).collect();
            let missing = order::tie_break(&plan.table, &asked).unwrap_or_default();
            self.order.extend(missing.into_iter().map(Order::of));
        }
        self
    }

    /// Makes the limit and the offset ones of rows that are alike in these; where joins repeat rows, which differ in
    /// `repeats`, each counts once.
    pub(crate) fn limited_by(mut self, by: Vec<Node>, repeats: Vec<Node>) -> Self {
        (self.limit_by, self.repeats) = (by, repeats);
        self
    }

    /// Reads these columns.
    pub(crate) fn of_columns(mut self, columns: Vec<Arc<str>>) -> Self {
        self.columns = Some(columns);
        self
    }

    /// Selects more, behind what the rows are read of.
    pub(crate) fn beside(mut self, selected: Vec<Selected<T>>) -> Self {
        self.beside = selected;
        self
    }

    /// The columns that the rows are read of.
    pub(crate) fn own_columns(&self) -> Result<Vec<Arc<str>>> {
        let plan = self.repository.plan()?;
        let of_entity = T::columns();
        let of_entity = of_entity.map(|names| names.iter().map(|name| Arc::from(*name)).collect());
        let all = || {
            let columns = plan.table.visible_columns();
            columns.map(|column| column.name.as_str().into()).collect()
        };
        Ok(self.columns.clone().or(of_entity).unwrap_or_else(all))
    }
}

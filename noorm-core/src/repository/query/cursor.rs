//! Pages by a cursor: keyset pagination.

mod code;
mod condition;
pub(super) mod keyset;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use futures_util::TryFutureExt as _;

use serde::Serialize;

use self::keyset::{Keyset, Toward};
use super::Query;
use crate::error::{Error, ErrorKind, Result, called};
use crate::executor::{Header, Rows};
use crate::repository::{FromRow, hook};
use crate::statement::{Expr, Node, Order};
use crate::value::Value;

/// A page of rows, and where those before and behind it are found.
///
/// [`Query::cursor_page`] gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CursorPage<T> {
    /// The rows, in the order of the query.
    pub items: Vec<T>,
    /// The cursor behind which the next page is; `None` where no row follows. A page that ends before a
    /// cursor has one always, and an empty page none: read on from [`Seek::Start`] or [`Seek::End`].
    pub next: Option<String>,
    /// The cursor before which the previous page is, as [`next`](Self::next) is the one behind: a page that
    /// begins behind a cursor has one always.
    pub previous: Option<String>,
}

/// Where a page by a cursor begins or ends.
///
/// ```
/// use noorm_core::repository::Seek;
///
/// // What a reader sent: no cursor at first.
/// assert_eq!(Seek::from(None::<&str>), Seek::Start);
/// assert_eq!(Seek::from(Some("AY8")), Seek::After("AY8"));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Seek<'a> {
    /// It begins with the first row.
    #[default]
    Start,
    /// It begins behind the row of this cursor.
    After(&'a str),
    /// It ends before the row of this cursor.
    Before(&'a str),
    /// It ends with the last row.
    End,
}

impl<'a> From<Option<&'a str>> for Seek<'a> {
    fn from(cursor: Option<&'a str>) -> Self {
        cursor.map_or(Self::Start, Self::After)
    }
}

impl CursorPage<()> {
    /// The page with its items.
    pub(crate) fn of<R>(self, items: Vec<R>) -> CursorPage<R> {
        let Self { next, previous, .. } = self;
        CursorPage {
            items,
            next,
            previous,
        }
    }
}

impl<T: FromRow> Query<T> {
    /// Gives the page of `size` rows that begins, or ends, where `seek` says: keyset pagination. It takes one
    /// statement, and a second one where rows with and without a value in the first column meet.
    ///
    /// A page begins behind a row, not behind a number of rows: rows that are added or removed meanwhile
    /// shift nothing, none comes twice, and a page far behind costs no more than the first one, where an
    /// index serves the order.
    ///
    /// Rows may be ordered by any columns, in any directions, NULLs among them. Behind them, the primary key (or
    /// another key that is never NULL) tells apart what is equal. A cursor holds the values of these columns in
    /// the row that it stands at, and a checksum: readers can decode it, though not change it by mistake. It
    /// belongs to the table and the order, not to the filters.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::repository::Seek;
    /// use noorm_core::statement::col;
    ///
    /// let albums = db.repository("album")?.query().order_by([-col("released")]);
    /// let first = albums.clone().cursor_page(20, Seek::Start).await?;
    /// if let Some(cursor) = &first.next {
    ///     let second = albums.clone().cursor_page(20, Seek::After(cursor)).await?;
    ///     let back = second.previous.as_deref().unwrap_or_default();
    ///     assert_eq!(albums.cursor_page(20, Seek::Before(back)).await?.items, first.items);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidCursor`] if the cursor was cut or changed, or belongs to another table or order;
    /// [`ErrorKind::InvalidStatement`] if `size` is 0 or beyond `i64`, the query has a limit or offset of its
    /// own or an order by expressions, or no key tells the table's rows apart;
    /// [`ErrorKind::Unsupported`] if the values of a column are sorted otherwise than they are compared
    /// (MySQL's sets, JSON and, where the page ends at one, texts of more than some hundred letters); else as [`all`](Query::all).
    ///
    /// [`ErrorKind::InvalidCursor`]: crate::ErrorKind::InvalidCursor
    /// [`ErrorKind::InvalidStatement`]: crate::ErrorKind::InvalidStatement
    /// [`ErrorKind::Unsupported`]: crate::ErrorKind::Unsupported
    pub async fn cursor_page<'a>(
        self,
        size: u64,
        seek: impl Into<Seek<'a>>,
    ) -> Result<CursorPage<T>> {
        let hooks = self.repository.plan.hooks.clone();
        let database = self.repository.database().clone();
        let table = self.repository.table_name().clone();
        let work = async move {
            let (rows, page) = self.sought(size, seek.into()).await?;
            Ok(page.of(hook::load(hooks.as_deref(), &database, rows).await?))
        };
        work.map_err(called("cursor_page", &table)).await
    }

    /// Finds the rows of a page, and the cursors around it.
    pub(crate) async fn sought(self, size: u64, seek: Seek<'_>) -> Result<(Rows, CursorPage<()>)> {
        self.unlimited("a page")?;
        let size = super::page::size(size)?;
        let database = self.repository.database().clone();
        let keyset = self.keyset()?;
        let (toward, cursor) = match seek {
            Seek::Start => (Toward::Next, None),
            Seek::After(cursor) => (Toward::Next, Some(cursor)),
            Seek::Before(cursor) => (Toward::Previous, Some(cursor)),
            Seek::End => (Toward::Previous, None),
        };
        let place = cursor.map(|cursor| keyset.place(cursor, database.flavor()));
        let place = place.transpose()?;
        // One row more tells whether there is another page.
        let mut found = self
            .found(&keyset, place.as_deref(), toward, size.saturating_add(1))
            .await?;
        let more = found.cut(usize::try_from(size).unwrap_or(usize::MAX));
        let mut page = CursorPage {
            items: Vec::new(),
            next: None,
            previous: None,
        };
        let (Some(first), Some(last)) = (found.first(), found.last()) else {
            return Ok((found.rows(), page));
        };
        let cursor_at = |place| keyset.cursor(place, database.flavor());
        let ahead = more.then(|| cursor_at(last)).transpose()?;
        let behind = cursor.is_some().then(|| cursor_at(first)).transpose()?;
        let rows = match toward {
            Toward::Next => {
                (page.next, page.previous) = (ahead, behind);
                found.rows()
            }
            Toward::Previous => {
                (page.next, page.previous) = (behind, ahead);
                found.rows().reversed()
            }
        };
        Ok((rows, page))
    }

    /// The order of this query, as one in which no two rows are equal.
    pub(super) fn keyset(&self) -> Result<Keyset> {
        self.of_rows("places")?;
        if self.repeats_rows()? {
            let name = self.repository.table_name();
            let message =
                format!("rows of `{name}` that a join gives several times have no places");
            return Err(Error::new(ErrorKind::InvalidStatement, message)
                .with_help("filter by `exists(…)` instead of joining"));
        }
        let plan = self.repository.plan()?;
        let is_others = |by: &Node| match by {
            Node::Column(name) => plan.table.column(name).is_none(),
            by => matches!(by, Node::Of(..)),
        };
        if !self.joins.is_empty() && self.order.iter().any(|order| is_others(&order.by.by)) {
            let message = format!(
                "places in the order of a joined table's column can't be told of rows of `{}`",
                plan.name
            );
            return Err(Error::new(ErrorKind::InvalidStatement, message)
                .with_help("order by columns of the table itself, or ask for `page`"));
        }
        let order: Vec<_> = self.order.iter().map(|order| order.by.clone()).collect();
        Keyset::new(plan, &order, self.repository.database().flavor())
    }

    /// Reads at most `limit` rows that stand behind `place`, and their places.
    pub(super) async fn found(
        mut self,
        keyset: &Keyset,
        place: Option<&[Value]>,
        toward: Toward,
        limit: u64,
    ) -> Result<Found> {
        self.order = keyset.order(toward).into_iter().map(Order::of).collect();
        let columns = keyset.columns();
        let Some(place) = place else {
            return self.stretch(columns, limit).await;
        };
        keyset.sorted(place, self.repository.database().flavor())?;
        let mut found = Found::default();
        for (node, values) in keyset.behind(place, toward) {
            let left = limit.saturating_sub(u64::try_from(found.len()).unwrap_or(u64::MAX));
            if left > 0 {
                let stretch = self.clone().filter(Expr::new(node, values));
                found.append(stretch.stretch(columns.clone(), left).await?)?;
            }
        }
        Ok(found)
    }

    async fn stretch(mut self, columns: Vec<Arc<str>>, limit: u64) -> Result<Found> {
        self.limit = Some(limit);
        let (database, width) = (self.repository.database().clone(), columns.len());
        let statement = self.statement_with(|mut select| {
            select.position = columns;
            select
        })?;
        Ok(Found::new(database.run(statement).await?.rows, width))
    }
}

/// Rows and their places.
#[derive(Default)]
pub(super) struct Found {
    header: Arc<Header>,
    values: Vec<Value>,
    places: Vec<Value>,
    /// How many values a place has.
    width: usize,
}

impl Found {
    /// Splits rows whose last `width` columns are their places.
    fn new(rows: Rows, width: usize) -> Self {
        let (header, all) = rows.into_parts();
        let own = header.len().saturating_sub(width);
        let count = all.len().checked_div(header.len()).unwrap_or(0);
        let mut values = Vec::with_capacity(count.saturating_mul(own));
        let mut places = Vec::with_capacity(count.saturating_mul(width));
        let mut all = all.into_iter();
        for _ in 0..count {
            values.extend(all.by_ref().take(own));
            places.extend(all.by_ref().take(width));
        }
        let names = header.names().iter().take(own).cloned();
        Self {
            header: Arc::new(Header::new(names).of_table(header.table().cloned())),
            values,
            places,
            width,
        }
    }

    fn append(&mut self, mut more: Self) -> Result<()> {
        if self.len() == 0 {
            *self = more;
            return Ok(());
        }
        if self.header.names() != more.header.names() {
            let message = "the database has changed between two statements of one page";
            return Err(Error::new(ErrorKind::SchemaChanged, message).with_help("ask for it again"));
        }
        self.values.append(&mut more.values);
        self.places.append(&mut more.places);
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.places.len().checked_div(self.width).unwrap_or(0)
    }

    /// Drops what is beyond `count` rows; tells whether that was any.
    fn cut(&mut self, count: usize) -> bool {
        let more = self.len() > count;
        self.values
            .truncate(self.header.len().saturating_mul(count));
        self.places.truncate(self.width.saturating_mul(count));
        more
    }

    fn first(&self) -> Option<&[Value]> {
        self.places.chunks_exact(self.width.max(1)).next()
    }

    pub(super) fn last(&self) -> Option<&[Value]> {
        self.places.chunks_exact(self.width.max(1)).next_back()
    }

    pub(super) fn rows(self) -> Rows {
        Rows::new(self.header, self.values)
    }
}

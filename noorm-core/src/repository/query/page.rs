//! Pages by number, with totals.

use futures_util::TryFutureExt as _;

use serde::Serialize;

use super::{Query, order};
use crate::error::{Error, ErrorKind, Result, called};
use crate::repository::FromRow;
use crate::statement::Order;

/// A page of rows, by its number. [`Query::page`] gives it.
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// let page = db.repository("album")?.query().order_by(["title"]).page(3, 20).await?;
/// println!("page {} of {}, {} albums in all", page.number, page.pages(), page.total);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The number of this page; the first one is 1.
    pub number: u64,
    /// How many rows a page has.
    pub size: u64,
    /// How many rows there are on all pages.
    pub total: u64,
}

impl<T> Page<T> {
    /// Gives the number of pages.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let page = db.repository("album")?.query().page(1, 20).await?;
    /// assert_eq!(page.pages(), page.total.div_ceil(20));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn pages(&self) -> u64 {
        self.total.div_ceil(self.size.max(1))
    }

    /// Tells whether there is a page behind this one.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let page = db.repository("album")?.query().page(1, 20).await?;
    /// assert_eq!(page.has_next(), page.total > 20);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn has_next(&self) -> bool {
        self.number < self.pages()
    }

    /// Tells whether there is a page before this one.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let page = db.repository("album")?.query().page(1, 20).await?;
    /// assert!(!page.has_previous());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn has_previous(&self) -> bool {
        self.number > 1 && self.total > 0
    }
}

impl Page<()> {
    /// The page with its items.
    pub(crate) fn of<R>(self, items: Vec<R>) -> Page<R> {
        let Self {
            number,
            size,
            total,
            ..
        } = self;
        Page {
            items,
            number,
            size,
            total,
        }
    }
}

impl<T: FromRow> Query<T> {
    /// Gives a page by its number, counted from 1, and how many rows there are in all.
    ///
    /// That takes two statements: one counts, and unless the page is beyond the last, the other reads. A row that
    /// is added or removed between them, or between two pages, shifts what is behind it; and the database walks
    /// over all rows of the pages before. [`cursor_page`](Query::cursor_page) has neither flaw, and no numbers.
    ///
    /// Behind the order that was asked for, rows are ordered by the primary key (or another key that is never
    /// NULL), so that equal ones stand on one page alone.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::col;
    ///
    /// let albums = db.repository("album")?.query().filter(col("artist_id").eq(7));
    /// let page = albums.order_by(["-year", "title"]).page(2, 20).await?;
    /// assert!(page.items.len() <= 20);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidStatement`] if `number` or `size` is 0, the rows before the page are more than an
    /// `i64` counts, the query has a limit or offset of its own, or no order is given and the table has no key;
    /// else as [`all`](Query::all).
    pub async fn page(self, number: u64, size: u64) -> Result<Page<T>> {
        let table = self.repository.table_name().clone();
        let work = async move {
            let (query, page) = self.numbered(number, size).await?;
            let items = match query {
                Some(query) => query.all().await?,
                None => Vec::new(),
            };
            Ok(page.of(items))
        };
        work.map_err(called("page", &table)).await
    }

    /// Counts the rows, and gives the query of a page of them; none where it is empty.
    pub(crate) async fn numbered(
        mut self,
        number: u64,
        size: u64,
    ) -> Result<(Option<Self>, Page<()>)> {
        self.unlimited("a page")?;
        let size = self::size(size)?;
        let skipped = number.checked_sub(1).ok_or_else(|| {
            let error = Error::new(ErrorKind::InvalidStatement, "there is no page 0");
            error.with_help("the first page is 1")
        })?;
        let skipped = skipped.checked_mul(size).filter(|rows| is_countable(*rows));
        let skipped = skipped.ok_or_else(|| {
            let message =
                format!("page {number} of {size} rows each is beyond what can be counted");
            Error::new(ErrorKind::InvalidStatement, message)
        })?;
        let plan = self.repository.plan()?;
        let asked: Vec<_> = self.order.iter().map(|order| order.by.clone()).collect();
        let key = match self.of_rows("a page") {
            Ok(()) => order::tie_break(&plan.table, &asked),
            Err(_) => None,
        };
        let missing = match key {
            Some(missing) => missing,
            None if asked.is_empty() => {
                let message = format!("`{}` has no key to order its pages by", plan.name);
                return Err(Error::new(ErrorKind::InvalidStatement, message)
                    .with_help("call `order_by` before"));
            }
            None => Vec::new(),
        };
        self.order.extend(missing.into_iter().map(Order::of));
        order::dedup(&mut self.order, |order| &order.by);
        let total = self.clone().count().await?;
        let page = Page {
            items: Vec::new(),
            number,
            size,
            total,
        };
        let query = (skipped < total).then(|| self.limit(size).offset(skipped));
        Ok((query, page))
    }

    /// A limit or an offset of the query's own would be taken for a part of the page.
    pub(super) fn unlimited(&self, what: &str) -> Result<()> {
        let has = match (self.limit, self.offset) {
            (None, None) => return Ok(()),
            (Some(_), _) => "a limit",
            (None, Some(_)) => "an offset",
        };
        let message = format!("{has} was set, and {what} of that can't be given");
        Err(Error::new(ErrorKind::InvalidStatement, message)
            .with_help("leave out `limit` and `offset`"))
    }
}

/// The number of rows of a page or a batch.
pub(super) fn size(size: u64) -> Result<u64> {
    let wrong = match size {
        0 => "without rows",
        size if !is_countable(size) => "of more rows than a database counts",
        _ => return Ok(size),
    };
    let message = format!("a page or batch {wrong} can't be given");
    Err(Error::new(ErrorKind::InvalidStatement, message)
        .with_help(format!("its size is a number from 1 to {}", i64::MAX - 1)))
}

/// Databases count in `i64`, and one row more than a page is asked for.
fn is_countable(rows: u64) -> bool {
    i64::try_from(rows).is_ok_and(|rows| rows < i64::MAX)
}

//! Walking over many rows, a statement for each batch.

use futures_util::stream::try_unfold;
use futures_util::{Stream, TryStreamExt as _};

use super::Query;
use super::cursor::keyset::{Keyset, Toward};
use crate::error::{Result, called};
use crate::executor::Rows;
use crate::repository::{FromRow, hook};
use crate::value::Value;

impl<T: FromRow> Query<T> {
    /// Gives the rows in batches of `size`, each by a statement of its own that begins behind the last row of
    /// the batch before: in the order of the primary key, unless another was asked for.
    ///
    /// Between two batches no connection is held and no result is open, so that rows may be written meanwhile,
    /// in the same transaction too. In the order of the key, every row that is there all the time comes exactly
    /// once, whatever is added, changed and removed. In the order of a column that changes, a row can come
    /// twice, or not at all. [`batches`](Query::batches) gives what one statement saw.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use futures_util::TryStreamExt as _;
    /// use noorm_core::record;
    /// use noorm_core::statement::col;
    ///
    /// let users = db.repository("user")?;
    /// let mut batches = users.query().filter(col("slug").is_null()).in_batches(500)?;
    /// while let Some(batch) = batches.try_next().await? {
    ///     for user in batch {
    ///         let slug = user.get::<String>("name")?.to_lowercase();
    ///         users.update(user.get::<i64>("user_id")?, record! { "slug" => slug }).await?;
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// At once as [`cursor_page`](Query::cursor_page), but that a limit is kept to; from the stream as
    /// [`all`](Query::all).
    pub fn in_batches(
        self,
        size: u64,
    ) -> Result<impl Stream<Item = Result<Vec<T>>> + Send + Unpin> {
        let repository = self.repository.clone();
        let table = repository.table_name().clone();
        let walk = self.walk(size).map_err(called("in_batches", &table))?;
        let read = move |rows| {
            let repository = repository.clone();
            async move {
                let hooks = repository.plan.hooks.as_deref();
                hook::load(hooks, repository.database(), rows).await
            }
        };
        let named = move |error| called("in_batches", &table)(error);
        Ok(Box::pin(walk.and_then(read).map_err(named)))
    }

    /// Walks over the rows, a batch at a time.
    pub(crate) fn walk(
        self,
        size: u64,
    ) -> Result<impl Stream<Item = Result<Rows>> + Send + Unpin + use<T>> {
        let left = self.limit;
        let query = Self {
            limit: None,
            ..self
        };
        query.unlimited("batches")?;
        let walk = Walk {
            keyset: query.keyset()?,
            query,
            size: super::page::size(size)?,
            place: None,
            left,
            is_over: false,
        };
        Ok(Box::pin(try_unfold(walk, Walk::step)))
    }
}

struct Walk<T> {
    query: Query<T>,
    keyset: Keyset,
    size: u64,
    /// Where the last row stood.
    place: Option<Vec<Value>>,
    /// How many rows may still be given.
    left: Option<u64>,
    is_over: bool,
}

impl<T: FromRow> Walk<T> {
    async fn step(mut self) -> Result<Option<(Rows, Self)>> {
        let size = self.left.map_or(self.size, |left| left.min(self.size));
        if self.is_over || size == 0 {
            return Ok(None);
        }
        let query = self.query.clone();
        let place = self.place.as_deref();
        let found = query.found(&self.keyset, place, Toward::Next, size).await?;
        let count = u64::try_from(found.len()).unwrap_or(u64::MAX);
        let Some(last) = found.last() else {
            return Ok(None);
        };
        self.place = Some(last.to_vec());
        self.left = self.left.map(|left| left.saturating_sub(count));
        self.is_over = count < size;
        Ok(Some((found.rows(), self)))
    }
}

//! What an `INSERT` does about a row that is there already.

use std::sync::Arc;

/// What an [`Insert`](super::Insert) does where the table has a row with the same key: an upsert.
///
/// ```
#[doc = include_str!("../../doc/shop.txt")]
/// use noorm_core::schema::{TableName, Unique};
/// use noorm_core::statement::{Conflict, Insert, Statement, Tree};
///
/// let mut insert = Insert::new(TableName::new(None, "album"), ["album_id", "title"], 1);
/// insert.on_conflict = Some(Conflict::new(["album_id"], ["title"]));
/// let binds = vec![1.into(), "Blue".into()];
/// let statement = Statement::new(Tree::Insert(insert), binds, &schema, flavor)?;
/// assert_eq!(
///     &*statement.rendered(flavor)?.sql,
///     r#"INSERT INTO "album" ("album_id", "title") VALUES ($1, $2) ON CONFLICT ("album_id") DO UPDATE SET "title" = excluded."title""#
/// );
/// # Ok::<(), noorm_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Conflict {
    /// The columns of the key: the primary key's, or those of a unique one, in any order.
    pub target: Vec<Arc<str>>,
    /// The columns that the row there takes from the new one; none leaves it as it is.
    pub update: Vec<Arc<str>>,
    /// A number of the row there that goes up by 1 if it is changed, NULL being 0.
    pub counts: Option<Arc<str>>,
}

impl Conflict {
    /// Has the row with the same `target` take `update` from the new one.
    ///
    /// ```
    /// use noorm_core::statement::Conflict;
    ///
    /// let ignore = Conflict::new(["email"], []);
    /// assert!(ignore.update.is_empty());
    /// ```
    #[must_use]
    pub fn new<'a>(
        target: impl IntoIterator<Item = &'a str>,
        update: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Self {
            target: target.into_iter().map(Arc::from).collect(),
            update: update.into_iter().map(Arc::from).collect(),
            counts: None,
        }
    }
}

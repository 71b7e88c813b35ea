//! What isn't asked of a column: the number of rows, subqueries, raw SQL, columns of enclosing queries.

use std::sync::Arc;

use super::{Any, Column, Expr, NamedColumn, SubQuery, Term};
use crate::repository::Record;
use crate::statement::Node;
use crate::value::Value;

/// The number of rows of a group, or of all.
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// use noorm_core::statement::{col, count};
///
/// let albums = db.repository("album")?.query().group_by(["artist_id"]).having(count().gt(10));
/// let many: Vec<(i64, i64)> = albums.values((col("artist_id"), count())).await?;
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn count<T>() -> Term<T, i64> {
    Term::new(Node::CountRows, Vec::new())
}

/// Holds where a query has rows. It may speak of columns of the query around it by [`outer`].
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// use noorm_core::statement::{col, exists, outer};
///
/// let tracks = db.repository("track")?.query();
/// let long = tracks.filter(col("album_id").eq(outer("album_id")) & col("milliseconds").gt(600_000));
/// let albums = db.repository("album")?.query().filter(exists(long)).all().await?;
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn exists<T, U>(query: impl Into<SubQuery<U>>) -> Expr<T> {
    let SubQuery { select, binds, .. } = query.into();
    Expr::new(Node::Exists(Box::new(select)), binds)
}

/// A column of the query around a subquery; twice, of the one around that.
///
/// ```
/// use noorm_core::repository::Record;
/// use noorm_core::statement::{Expr, col, outer};
///
/// let same: Expr<Record> = col("album_id").eq(outer("album_id"));
/// let of_joined: Expr<Record> = col("artist_id").eq(outer(col("artist_id").of("artist")));
/// ```
#[must_use]
pub fn outer<T, V>(column: impl OuterColumn<V>) -> Term<T, V> {
    let (node, binds) = column.into_node();
    Term::new(Node::Outer(Box::new(node)), binds)
}

/// A column that a subquery speaks of, of the query around it.
pub trait OuterColumn<V> {
    #[doc(hidden)]
    fn into_node(self) -> (Node, Vec<Value>);
}

impl OuterColumn<Any> for &str {
    fn into_node(self) -> (Node, Vec<Value>) {
        (Node::Column(self.into()), Vec::new())
    }
}

impl OuterColumn<Any> for NamedColumn {
    fn into_node(self) -> (Node, Vec<Value>) {
        (Node::Column(self.0), Vec::new())
    }
}

impl<U, V> OuterColumn<V> for Column<U, V> {
    fn into_node(self) -> (Node, Vec<Value>) {
        (Node::Column(self.name().into()), Vec::new())
    }
}

impl<U, V> OuterColumn<V> for Term<U, V> {
    fn into_node(self) -> (Node, Vec<Value>) {
        self.into_parts()
    }
}

/// A condition in SQL of your own, which `?` has values put into, in their order; `??` is a question mark.
///
/// It is sent as it stands: put nothing into it that comes from outside. Caches don't keep what it gives, since
/// nobody knows what it reads.
///
/// ```
/// use noorm_core::repository::Record;
/// use noorm_core::statement::{Expr, raw_expr};
///
/// let of_july: Expr<Record> = raw_expr("EXTRACT(MONTH FROM invoice_date) = ?", [7.into()]);
/// ```
#[must_use]
pub fn raw_expr<T>(sql: impl AsRef<str>, binds: impl IntoIterator<Item = Value>) -> Expr<T> {
    let (node, binds) = raw(sql.as_ref(), binds);
    Expr::new(node, binds)
}

/// A value in SQL of your own; as [`raw_expr`].
///
/// ```
/// use noorm_core::repository::Record;
/// use noorm_core::statement::{Term, raw_value};
///
/// let year: Term<Record, i64> = raw_value("EXTRACT(YEAR FROM invoice_date)", []);
/// let year = year.named("year");
/// ```
#[must_use]
pub fn raw_value<T, V>(sql: impl AsRef<str>, binds: impl IntoIterator<Item = Value>) -> Term<T, V> {
    let (node, binds) = raw(sql.as_ref(), binds);
    Term::new(node, binds)
}

fn raw(sql: &str, binds: impl IntoIterator<Item = Value>) -> (Node, Vec<Value>) {
    let mut pieces = vec![String::from("(")];
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        let is_place = c == '?' && chars.next_if_eq(&'?').is_none();
        match pieces.last_mut() {
            Some(piece) if !is_place => piece.push(c),
            _ => pieces.push(String::new()),
        }
    }
    if let Some(last) = pieces.last_mut() {
        last.push(')');
    }
    let pieces: Arc<[Arc<str>]> = pieces.into_iter().map(Arc::from).collect();
    (Node::Raw(pieces), binds.into_iter().collect())
}

impl NamedColumn {
    /// The column of a joined table, by the name that the join gives it; `col("artist.name")` says the same.
    ///
    /// ```
    /// use noorm_core::repository::Record;
    /// use noorm_core::statement::{Expr, col};
    ///
    /// let of_joni: Expr<Record> = col("name").of("artist").eq("Joni");
    /// ```
    #[must_use]
    pub fn of(&self, joined: impl Into<Arc<str>>) -> Term<Record, Any> {
        let node = Node::Of(joined.into(), Arc::clone(&self.0));
        Term::new(node, Vec::new())
    }
}

impl<U, V> Column<U, V> {
    /// The column of a joined table, by the name that the join gives it.
    ///
    /// ```
    /// use noorm_core::statement::{Column, Expr};
    ///
    /// struct Album;
    /// struct Artist;
    ///
    /// const NAME: Column<Artist, String> = Column::new("name");
    /// let of_joni: Expr<Album> = NAME.of("artist").eq("Joni");
    /// ```
    #[must_use]
    pub fn of<T>(&self, joined: impl Into<Arc<str>>) -> Term<T, V> {
        let node = Node::Of(joined.into(), self.name().into());
        Term::new(node, Vec::new())
    }
}

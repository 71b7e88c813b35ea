//! Relations over other relations.

use super::RelationGraph;
use crate::error::Result;
use crate::relation::relation::{Origin, Relation, RelationKind};
use crate::schema::TableName;

impl RelationGraph {
    /// Makes one relation of a path of them: `albums.tracks` leads from an artist to all tracks of the albums.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::relation::RelationKind;
    ///
    /// let artist = db.schema().table("artist")?.table_name();
    /// let tracks = db.relations().through(&artist, "albums.tracks")?;
    /// assert_eq!(tracks.kind, RelationKind::HasManyThrough);
    /// assert_eq!(tracks.to_string(), "artist.albums.tracks: has_many_through track through album");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::UnknownRelation`](crate::ErrorKind::UnknownRelation), of the part that isn't there.
    pub fn through(&self, table: &TableName, path: &str) -> Result<Relation> {
        let mut parts = path.split('.');
        let first = parts.next().unwrap_or_default();
        let mut whole = Relation::clone(self.relation(table, first)?);
        if first == path {
            return Ok(whole);
        }
        for part in parts {
            let next = self.relation(whole.target(), part)?;
            whole.kind = match whole.is_to_one() && next.is_to_one() {
                true => RelationKind::HasOneThrough,
                false => RelationKind::HasManyThrough,
            };
            whole.required &= next.required;
            whole.origin = weaker(whole.origin, next.origin);
            whole.steps.extend(next.steps.iter().cloned());
        }
        whole.name = path.into();
        whole.reason = format!("along {}", path.replace('.', ", then "));
        Ok(whole)
    }
}

/// What a chain of the two is known from.
fn weaker(one: Origin, other: Origin) -> Origin {
    match (one, other) {
        (Origin::Convention, _) | (_, Origin::Convention) => Origin::Convention,
        (Origin::Declared, _) | (_, Origin::Declared) => Origin::Declared,
        (Origin::ForeignKey, Origin::ForeignKey) => Origin::ForeignKey,
    }
}

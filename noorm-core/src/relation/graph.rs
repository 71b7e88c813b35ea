//! All relations of a schema.

mod adjust;
mod comparable;
mod convention;
mod declare;
mod direct;
mod ends;
mod infer;
mod junction;
mod link;
mod path;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

pub(super) use self::comparable::{comparable, has_index, is_hashed};
use self::infer::{Guessing, infer};
use super::config::{Misfit, RelationConfig};
use super::names::{Inflection, same_name};
use super::relation::Relation;
use super::warning::RelationWarning;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Schema, TableName, similar};

/// The relations of all tables of a schema, by table and name. It never changes.
///
/// They come from the foreign keys: each is two relations, belongs-to on the table that has it, and has-many or
/// has-one on the other; a junction table makes two many-to-many relations. [`names`](super::names) tells what they are
/// called.
///
/// ```
/// use noorm_core::relation::RelationGraph;
/// use noorm_core::schema::{Column, ColumnType, ForeignKey, References, Schema, Table, TableKind};
///
/// let id = |name: &str| Column::new(name, 1, "integer", ColumnType::int(32));
/// let mut artist = Table::new(None, "Artist", TableKind::Table);
/// artist.columns = vec![id("ArtistId")];
/// let mut album = Table::new(None, "Album", TableKind::Table);
/// album.columns = vec![id("AlbumId"), id("ArtistId")];
/// let target = References::new(None, "Artist", vec!["ArtistId".into()]);
/// album.foreign_keys = vec![ForeignKey::new(None, vec!["ArtistId".into()], target)];
/// let (album_name, artist_name) = (album.table_name(), artist.table_name());
/// let mut schema = Schema::new("sqlite");
/// schema.tables = vec![album.into(), artist.into()];
///
/// let graph = RelationGraph::of(&schema);
/// assert_eq!(graph.relation(&album_name, "artist")?.to_string(), "Album.artist: belongs_to Artist");
/// assert_eq!(graph.relation(&artist_name, "Albums")?.to_string(), "Artist.albums: has_many Album");
/// # Ok::<(), noorm_core::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct RelationGraph {
    by_table: FxHashMap<TableName, Vec<Arc<Relation>>>,
    /// The tables that have any, in the schema's order.
    tables: Vec<TableName>,
    /// What was found wrong while it was made.
    pub(super) notes: Vec<RelationWarning>,
}

/// The serialized form.
#[derive(Serialize, Deserialize)]
struct Stored {
    relations: Vec<Arc<Relation>>,
    #[serde(default)]
    notes: Vec<RelationWarning>,
}

impl RelationGraph {
    /// Infers the relations of `schema` from its foreign keys. Those whose table or columns weren't discovered make none.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::relation::RelationGraph;
    ///
    /// for relation in RelationGraph::of(&db.schema()).relations() {
    ///     println!("{relation}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn of(schema: &Schema) -> Self {
        let (graph, _) = Self::build(schema, &RelationConfig::default());
        graph
    }

    /// Infers the relations of `schema`, and does with them what `config` says.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::relation::{RelationConfig, RelationGraph};
    ///
    /// let config = RelationConfig::new().rename("album.artist", "band");
    /// let graph = RelationGraph::with(&db.schema(), &config)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidConfig`] lists every entry that doesn't fit.
    pub fn with(schema: &Schema, config: &RelationConfig) -> Result<Self> {
        let (graph, misfits) = Self::build(schema, config);
        match misfits.is_empty() {
            true => Ok(graph),
            false => Err(Misfit::error(&misfits)),
        }
    }

    /// The same, without the entries that don't fit.
    pub(super) fn build(schema: &Schema, config: &RelationConfig) -> (Self, Vec<Misfit>) {
        let plurals = config.plurals.iter().map(|(one, many)| (&**one, &**many));
        let inflection = Inflection::with(plurals);
        let guessing = match config.by_convention {
            true => Guessing::On,
            false => Guessing::Off,
        };
        let inferred = infer(schema, &inflection, guessing);
        let mut graph = Self::default();
        for (table, relations) in schema.tables.iter().zip(inferred.relations) {
            if !relations.is_empty() {
                let relations = relations.into_iter().map(Arc::new).collect();
                graph.by_table.insert(table.table_name(), relations);
            }
        }
        let misfits = adjust::apply(&mut graph, config, schema, &inflection);
        // A table that had none may have some now, and the other way round.
        let tables = schema.tables.iter().map(|table| table.table_name());
        graph.tables = tables
            .filter(|table| !graph.of_table(table).is_empty())
            .collect();
        graph.by_table.retain(|_, relations| !relations.is_empty());
        graph.notes = inferred.notes;
        (graph, misfits)
    }

    fn from_relations(relations: impl IntoIterator<Item = Arc<Relation>>) -> Self {
        let mut graph = Self::default();
        for relation in relations {
            graph.push(relation);
        }
        graph
    }

    fn push(&mut self, relation: Arc<Relation>) {
        let known = self.by_table.entry(relation.table.clone()).or_default();
        if known.is_empty() {
            self.tables.push(relation.table.clone());
        }
        known.push(relation);
    }

    /// Gives the relations of a table, belongs-to first.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let album = db.schema().table("album")?.table_name();
    /// for relation in db.relations().of_table(&album) {
    ///     println!("{}: {}", relation.name, relation.reason);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn of_table(&self, table: &TableName) -> &[Arc<Relation>] {
        self.by_table.get(table).map_or(&[], Vec::as_slice)
    }

    /// Gives every relation, table by table.
    ///
    /// ```
    /// use noorm_core::relation::RelationGraph;
    ///
    /// assert_eq!(RelationGraph::default().relations().count(), 0);
    /// ```
    pub fn relations(&self) -> impl Iterator<Item = &Arc<Relation>> {
        self.tables.iter().flat_map(|table| self.of_table(table))
    }

    /// Finds a relation of a table by its name. One that fits exactly wins over one in another style: `InvoiceLines` finds
    /// `invoice_lines`.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let album = db.schema().table("album")?.table_name();
    /// let tracks = db.relations().relation(&album, "tracks")?.clone();
    /// assert!(!tracks.is_to_one());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::UnknownRelation`] lists the table's relations, and the nearest name.
    pub fn relation(&self, table: &TableName, name: &str) -> Result<&Arc<Relation>> {
        let relations = self.of_table(table);
        let exact = relations.iter().find(|relation| &*relation.name == name);
        let alike = || {
            relations
                .iter()
                .find(|relation| same_name(&relation.name, name))
        };
        exact
            .or_else(alike)
            .ok_or_else(|| self.unknown(table, name))
    }

    /// Gives the relations to the targets of a polymorphic one, which was declared under this name; none, where none
    /// was.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let comment = db.schema().table("comment")?.table_name();
    /// for relation in db.relations().polymorphic(&comment, "commentable") {
    ///     println!("{}", relation.target()); // post, video
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn polymorphic<'a>(
        &'a self,
        table: &TableName,
        name: &'a str,
    ) -> impl Iterator<Item = &'a Arc<Relation>> {
        let is_one = move |relation: &&Arc<Relation>| {
            let of = relation.one_of.as_deref();
            of.is_some_and(|of| same_name(of, name))
        };
        self.of_table(table).iter().filter(is_one)
    }

    fn unknown(&self, table: &TableName, name: &str) -> Error {
        let targets = self.polymorphic(table, name);
        let targets: Vec<_> = targets.map(|target| format!("`{}`", target.name)).collect();
        if !targets.is_empty() {
            let message = format!("`{table}.{name}` leads to rows of several tables");
            let error = Error::new(ErrorKind::UnknownRelation, message);
            return error.with_help(format!("name one of {}", targets.join(", ")));
        }
        let relations = self.of_table(table);
        let names = || {
            let mut all = Vec::with_capacity(relations.len());
            for relation in relations {
                all.push(relation.name.to_string());
                all.extend(relation.one_of.as_deref().map(str::to_owned));
            }
            let mut seen = FxHashSet::default();
            all.retain(|name| seen.insert(name.clone()));
            all.into_iter()
        };
        let similar = similar(name, names());
        let all = match relations {
            [] => "it has none: no foreign key leads from it or to it".to_owned(),
            _ => {
                let names: Vec<String> = names().map(|name| format!("`{name}`")).collect();
                format!("its relations are {}", names.join(", "))
            }
        };
        let message = format!("`{table}` has no relation `{name}`");
        Error::new(ErrorKind::UnknownRelation, message).with_help(match similar.is_empty() {
            true => all,
            false => format!("did you mean {similar}? {all}"),
        })
    }
}

impl From<Stored> for RelationGraph {
    fn from(stored: Stored) -> Self {
        Self {
            notes: stored.notes,
            ..Self::from_relations(stored.relations)
        }
    }
}

impl From<RelationGraph> for Stored {
    fn from(graph: RelationGraph) -> Self {
        Self {
            relations: graph.relations().cloned().collect(),
            notes: graph.notes,
        }
    }
}

//! What is said about relations beside the foreign keys: in `noorm.toml`, or to the builder.

mod declaration;
mod file;

use std::fmt;
use std::sync::Arc;

pub use declaration::Declaration;
pub(super) use declaration::Way;

use crate::error::{Error, ErrorKind, Result};

/// Relations that are called otherwise, left out, declared or guessed.
///
/// Tables are written as [`Schema::table`](crate::schema::Schema::table) finds them, relations with their table before
/// them: `album.artist`, `sales.order.lines`.
///
/// ```
/// use noorm_core::relation::{Declaration, RelationConfig};
///
/// let config = RelationConfig::new()
///     .rename("message.sender", "author")
///     .ignore("message.draft_of")
///     .plural("criterion", "criterions")
///     .declare(Declaration::new("sales_by_day", "shop").columns(["shop_id"]).belongs_to("shop"));
///
/// // The same, in `noorm.toml`:
/// let same = RelationConfig::from_toml(
///     r#"
///     [relations]
///     ignore = ["message.draft_of"]
///     rename = { "message.sender" = "author" }
///     plurals = { criterion = "criterions" }
///
///     [[relation]]
///     table = "sales_by_day"
///     name = "shop"
///     columns = ["shop_id"]
///     target = "shop"
///     "#,
///     "noorm.toml",
/// )?;
/// assert_eq!(same, config);
/// # Ok::<(), noorm_core::Error>(())
/// ```
///
/// A table, relation or column that isn't there, columns whose values can't be compared, and a name that is taken are
/// refused at connect, all at once, each with the file and line where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RelationConfig {
    pub(super) renamed: Vec<Placed<(String, String)>>,
    pub(super) ignored: Vec<Placed<String>>,
    pub(super) plurals: Vec<(String, String)>,
    pub(super) by_convention: bool,
    pub(super) declared: Vec<Placed<Declaration>>,
}

/// What somebody wrote, and where. Two are equal that say the same.
#[derive(Debug, Clone)]
pub(super) struct Placed<T> {
    pub(super) entry: T,
    /// `None` where it was given to the builder.
    pub(super) place: Option<Place>,
}

impl<T: PartialEq> PartialEq for Placed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.entry == other.entry
    }
}

impl<T: Eq> Eq for Placed<T> {}

impl<T> From<T> for Placed<T> {
    fn from(entry: T) -> Self {
        Self { entry, place: None }
    }
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: Arc<str>,
    pub(super) line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl RelationConfig {
    /// Says nothing yet: relations are those of the foreign keys.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the sections `[relations]` and `[[relation]]` of a `noorm.toml`. `file` is its name, for errors. Other sections are
    /// left to others.
    ///
    /// ```
    /// use noorm_core::{ErrorKind, relation::RelationConfig};
    ///
    /// let error = RelationConfig::from_toml("[[relation]]\ntabel = \"post\"", "noorm.toml").unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::InvalidConfig);
    /// assert!(error.message().starts_with("noorm.toml:2: unknown field `tabel`"));
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidConfig`], with the line, where it isn't TOML, or has a key that nobody knows.
    pub fn from_toml(text: &str, file: &str) -> Result<Self> {
        file::read(text, file)
    }

    /// Gives the relation that is called `table.relation` another name.
    #[must_use]
    pub fn rename(mut self, relation: impl Into<String>, name: impl Into<String>) -> Self {
        self.renamed.push((relation.into(), name.into()).into());
        self
    }

    /// Leaves out the relation that is called `table.relation`.
    #[must_use]
    pub fn ignore(mut self, relation: impl Into<String>) -> Self {
        self.ignored.push(relation.into().into());
        self
    }

    /// Says what the plural of an English (or other) word is, in lower case, before anything is named.
    #[must_use]
    pub fn plural(mut self, singular: impl Into<String>, plural: impl Into<String>) -> Self {
        self.plurals.push((singular.into(), plural.into()));
        self
    }

    /// Guesses relations from the names of columns that have no foreign key: `customer_id`, where there is a table `customer`
    /// or `customers` whose key is one column of a like type. Each tells its reason. Off by default: a guess may be wrong,
    /// and nothing keeps the rows together.
    #[must_use]
    pub fn by_convention(mut self) -> Self {
        self.by_convention = true;
        self
    }

    /// Adds a relation.
    #[must_use]
    pub fn declare(mut self, declaration: Declaration) -> Self {
        self.declared.push(declaration.into());
        self
    }

    /// Adds what another one says.
    ///
    /// ```
    /// use noorm_core::relation::RelationConfig;
    ///
    /// let both = RelationConfig::new().ignore("post.draft").and(RelationConfig::new().by_convention());
    /// assert_eq!(both, RelationConfig::new().by_convention().ignore("post.draft"));
    /// ```
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.renamed.extend(other.renamed);
        self.ignored.extend(other.ignored);
        self.plurals.extend(other.plurals);
        self.by_convention |= other.by_convention;
        self.declared.extend(other.declared);
        self
    }
}

/// What is wrong with an entry.
#[derive(Debug)]
pub(super) struct Misfit {
    pub(super) place: Option<Place>,
    pub(super) error: Error,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.error),
            None => write!(f, "{}", self.error),
        }
    }
}

impl Misfit {
    /// One error of them all, a line each.
    pub(super) fn error(misfits: &[Self]) -> Error {
        let lines: Vec<String> = misfits.iter().map(ToString::to_string).collect();
        Error::new(ErrorKind::InvalidConfig, lines.join("\n"))
    }
}

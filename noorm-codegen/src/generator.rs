//! What a language is to noorm: a generator, found by its name in a registry.

use std::sync::Arc;

use noorm_core::relation::RelationGraph;
use noorm_core::schema::Schema;
use noorm_core::{Error, ErrorKind, Result, inventory};

use crate::config::Config;
use crate::output::Folder;

/// What a generator makes code of.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Input<'a> {
    /// What the database holds: of its tables only those that were asked for, by schema and name.
    pub schema: &'a Schema,
    /// How rows belong to each other, by every table of the database.
    pub relations: &'a RelationGraph,
    /// What `noorm.toml` says.
    pub config: &'a Config,
}

/// A file that was generated, without its header.
///
/// ```
/// use noorm_codegen::{Comment, File};
///
/// let file = File::new("album.kt", Comment::Line("//"), "class Album(val title: String)\n");
/// assert_eq!(file.name, "album.kt");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// Its name in the output folder, without a path.
    pub name: String,
    /// How its language writes the comment in which the header stands.
    pub comment: Comment,
    /// What stands in it behind the header.
    pub content: String,
}

/// How a header is written into a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Comment {
    /// Lines that begin with this: `//`, `#`.
    Line(&'static str),
    /// As the member `$comment` of a JSON object.
    Json,
}

impl File {
    /// Makes a file.
    #[must_use]
    pub fn new(name: impl Into<String>, comment: Comment, content: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            comment,
            content: content.into(),
        }
    }
}

/// A language that code can be generated in.
///
/// ```
/// use noorm_codegen::{Comment, File, Generator, Input, generate};
/// use noorm_core::{Result, schema::{Schema, Table, TableKind}};
///
/// /// The names of the tables, for a shell.
/// struct Names;
///
/// impl Generator for Names {
///     fn name(&self) -> &'static str {
///         "names"
///     }
///     fn generate(&self, input: &Input<'_>) -> Result<Vec<File>> {
///         let names = input.schema.tables.iter().map(|table| format!("{}\n", table.table_name()));
///         Ok(vec![File::new("tables.sh", Comment::Line("#"), names.collect::<String>())])
///     }
/// }
/// noorm_codegen::register_generator!("names", Names);
///
/// let mut schema = Schema::new("sqlite");
/// schema.tables.push(Table::new(None, "album", TableKind::Table).into());
/// let folder = generate("names", &schema, &Default::default())?;
/// assert!(folder.text("tables.sh").unwrap().ends_with("\nalbum\n"));
/// # Ok::<(), noorm_core::Error>(())
/// ```
pub trait Generator: Send + Sync {
    /// Names it, as the command line does: `rust`.
    fn name(&self) -> &'static str;

    /// Makes the files of a folder. The same input gives the same files.
    ///
    /// # Errors
    /// Where a name can't be made valid, or the configuration asks for what there isn't.
    fn generate(&self, input: &Input<'_>) -> Result<Vec<File>>;
}

/// A generator in the registry.
#[derive(Clone, Copy)]
pub struct Registration {
    /// Its name.
    pub name: &'static str,
    /// Makes it.
    pub make: fn() -> Arc<dyn Generator>,
}

inventory::collect!(Registration);

/// Registers a [`Generator`] under its name. A name of noorm's own can be taken: yours wins.
#[macro_export]
macro_rules! register_generator {
    ($name:expr, $make:expr) => {
        $crate::inventory::submit! {
            $crate::Registration {
                name: $name,
                make: || ::std::sync::Arc::new($make),
            }
        }
    };
}

/// Names the generators that there are, noorm's own first.
///
/// ```
/// assert!(noorm_codegen::generators().contains(&"rust"));
/// ```
#[must_use]
pub fn generators() -> Vec<&'static str> {
    let mut names: Vec<_> = BUILT_IN.iter().map(|built_in| built_in.name).collect();
    let mut registered: Vec<_> = inventory::iter::<Registration>().map(|r| r.name).collect();
    registered.sort_unstable();
    registered.dedup();
    registered.retain(|name| !names.contains(name));
    names.extend(registered);
    names
}

const BUILT_IN: [Registration; 4] = [
    Registration {
        name: "rust",
        make: || Arc::new(crate::rust::Rust),
    },
    Registration {
        name: "diesel",
        make: || Arc::new(crate::diesel::Diesel),
    },
    Registration {
        name: "typescript",
        make: || Arc::new(crate::typescript::TypeScript),
    },
    Registration {
        name: "json-schema",
        make: || Arc::new(crate::json_schema::JsonSchema),
    },
];

/// Generates code in the language of that name.
///
/// ```
/// use noorm_codegen::generate;
/// use noorm_core::schema::{Column, ColumnType, Schema, Table, TableKind};
///
/// let mut album = Table::new(None, "album", TableKind::Table);
/// album.columns.push(Column::new("title", 1, "text", ColumnType::text()));
/// let mut schema = Schema::new("sqlite");
/// schema.tables.push(album.into());
/// let folder = generate("rust", &schema, &Default::default())?;
/// assert!(folder.text("album.rs").unwrap().contains("pub struct Album"));
/// # Ok::<(), noorm_core::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Plugin`] where there is no such generator; what the generator answers.
pub fn generate(language: &str, schema: &Schema, config: &Config) -> Result<Folder> {
    let generator = find(language)?;
    config.check(schema)?;
    // Of the whole schema, so that no relation is called otherwise because fewer tables are asked for.
    let relations = config.relations(schema)?;
    let schema = config.chosen(schema)?;
    let input = Input {
        schema: &schema,
        relations: &relations,
        config,
    };
    let files = generator.generate(&input)?;
    Folder::new(generator.name(), files, &config.asked())
}

fn find(language: &str) -> Result<Arc<dyn Generator>> {
    let mut registered = inventory::iter::<Registration>().filter(|r| r.name == language);
    let own = BUILT_IN.iter().find(|built_in| built_in.name == language);
    match (registered.next(), registered.next(), own) {
        (Some(_), Some(_), _) => Err(Error::new(
            ErrorKind::Plugin,
            format!("two generators are registered under the name `{language}`"),
        )),
        (Some(one), None, _) | (None, _, Some(one)) => Ok((one.make)()),
        (None, _, None) => Err(Error::new(
            ErrorKind::Plugin,
            format!("no generator is named `{language}`"),
        )
        .with_help(format!("there are {}", generators().join(", ")))),
    }
}

//! The command line.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use noorm::plugin::DatabaseUrl;

use crate::failure::USAGE;

/// Point it at a database that already exists: see what it holds, read its records.
#[derive(Debug, Parser)]
#[command(name = "noorm", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// What is asked for.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Shows what a database holds: tables, columns, keys, indexes, enums, …
    Inspect(Inspect),
    /// Shows the relations between tables, what they are called, and why.
    Relations(Relations),
    /// Reads the records of a table or view.
    Query(Query),
    /// Writes the schema as JSON, for those who have no database at hand.
    Snapshot(Snapshot),
    /// Writes code that knows the tables: entities, interfaces, schemas.
    Generate(Generate),
}

/// The arguments of `noorm snapshot`.
#[derive(Debug, Args)]
pub struct Snapshot {
    /// The database: sqlite:shop.db, postgres://user@host/database, mysql://…
    pub url: String,
    /// Looks at this schema only; may be given several times
    #[arg(long = "schema", value_name = "SCHEMA")]
    pub schemas: Vec<String>,
    /// Writes to this file, not to the terminal
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// The arguments of `noorm generate`.
#[derive(Debug, Args)]
pub struct Generate {
    /// The language: rust, diesel, typescript or json-schema
    pub language: String,
    /// A database, or a file that `noorm snapshot` wrote
    pub source: String,
    /// The folder for the files: it is noorm's as a whole
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// What names, types and tables are chosen in; noorm.toml, where there is one
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Looks at this schema only; may be given several times
    #[arg(long = "schema", value_name = "SCHEMA")]
    pub schemas: Vec<String>,
    /// For these tables only: album,sales.order
    #[arg(long, value_name = "TABLE,…", value_delimiter = ',')]
    pub tables: Vec<String>,
    /// Writes nothing: shows how the folder differs from what would be written, and exits with 1 if it does
    #[arg(long)]
    pub check: bool,
}

/// The arguments of `noorm inspect`.
#[derive(Debug, Args)]
pub struct Inspect {
    /// The database: sqlite:shop.db, postgres://user@host/database, mysql://…
    pub url: String,
    /// Looks at this schema only; may be given several times
    #[arg(long = "schema", value_name = "SCHEMA")]
    pub schemas: Vec<String>,
    /// Shows this table only: album, sales.order; may be given several times
    #[arg(long = "table", value_name = "TABLE")]
    pub tables: Vec<String>,
    /// How the schema is written
    #[arg(long, value_enum, default_value_t = SchemaFormat::Tree)]
    pub format: SchemaFormat,
}

/// How a schema is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaFormat {
    /// Everything, for people
    Tree,
    /// A row for each column
    Table,
    /// Everything, for programs
    Json,
    /// An entity relationship diagram for Mermaid
    Mermaid,
    /// A diagram for Graphviz
    Dot,
}

/// The arguments of `noorm relations`.
#[derive(Debug, Args)]
pub struct Relations {
    /// The database: sqlite:shop.db, postgres://user@host/database, mysql://…
    pub url: String,
    /// Looks at this schema only; may be given several times
    #[arg(long = "schema", value_name = "SCHEMA")]
    pub schemas: Vec<String>,
    /// Shows the relations of this table only: album, sales.order; may be given several times
    #[arg(long = "table", value_name = "TABLE")]
    pub tables: Vec<String>,
    /// Reads other names, and relations that are declared, from this noorm.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How the relations are written
    #[arg(long, value_enum, default_value_t = RelationFormat::Tree)]
    pub format: RelationFormat,
}

/// How relations are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RelationFormat {
    /// Everything, for people
    Tree,
    /// Everything, for programs
    Json,
    /// A diagram for Mermaid
    Mermaid,
}

/// The arguments of `noorm query`.
#[derive(Debug, Args)]
#[command(after_help = "\
Filters:
  title~rock                      has the text in it; !~ has not
  year >= 1990 and rating = 4.5   also != < <= > and between 1990 and 1999
  title like 'The %'              also not like
  genre in (Rock, 'Hip Hop')      also not in
  released is null                also is not null
  not (a = 1 or \"odd name\" = 'it''s')")]
pub struct Query {
    /// The database: sqlite:shop.db, postgres://user@host/database, mysql://…
    pub url: String,
    /// The table or view: album, sales.order
    pub table: String,
    /// Gives records for which this holds: 'title~rock and year > 1990'; several must all hold
    #[arg(long = "filter", value_name = "FILTER", allow_hyphen_values = true)]
    pub filters: Vec<String>,
    /// Orders by this column, from high to low with a minus before it: -title
    #[arg(long, value_name = "[-]COLUMN,…", allow_hyphen_values = true)]
    pub order: Vec<String>,
    /// Gives at most so many records; a table has 50 unless told otherwise
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Skips so many records first
    #[arg(long, value_name = "N")]
    pub offset: Option<u64>,
    /// Gives these columns only, in this order
    #[arg(long, value_name = "COLUMN,…", allow_hyphen_values = true)]
    pub columns: Vec<String>,
    /// How the records are written
    #[arg(long, value_enum, default_value_t = RecordFormat::Table)]
    pub format: RecordFormat,
}

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RecordFormat {
    /// A table, for people
    Table,
    /// An array of objects
    Json,
    /// Comma-separated values, with a header
    Csv,
}

/// Reads the command line; an exit code, where help was asked for or it can't be understood.
pub fn parse() -> Result<Command, ExitCode> {
    let error = match Arguments::try_parse() {
        Ok(arguments) => return Ok(arguments.command),
        Err(error) => error,
    };
    let text = without_secrets(error.render().ansi().to_string(), std::env::args());
    // Nothing is left to tell it to when the terminal is gone.
    if error.use_stderr() {
        let _ = write!(anstream::stderr(), "{text}");
        Err(ExitCode::from(USAGE))
    } else {
        let _ = write!(anstream::stdout(), "{text}");
        Err(ExitCode::SUCCESS)
    }
}

/// Hides the passwords of URLs that a message about the command line repeats.
fn without_secrets(mut text: String, arguments: impl Iterator<Item = String>) -> String {
    for argument in arguments {
        let value = argument.split_once('=').map(|(_, value)| value.to_owned());
        for secret in [Some(argument), value].into_iter().flatten() {
            match DatabaseUrl::parse(secret.as_str()) {
                Ok(url) if url.to_string() != secret => {
                    text = text.replace(&secret, &url.to_string());
                }
                _ => {}
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn an_order_may_begin_with_a_minus() {
        let words = "noorm query sqlite:a.db album --order -title --order year --filter -1<2";
        let parsed = Arguments::try_parse_from(words.split(' ')).unwrap();
        let Command::Query(query) = parsed.command else {
            panic!("not a query");
        };
        assert_eq!(query.order, ["-title", "year"]);
        assert_eq!(query.filters, ["-1<2"]);
    }

    #[test]
    fn passwords_are_hidden() {
        let arguments = [
            "postgres://u:secret@h/d",
            "--url=postgres://u:other@h/d",
            "a:b",
        ];
        let text = "what is 'postgres://u:secret@h/d' and postgres://u:other@h/d and a:b";
        assert_eq!(
            without_secrets(text.to_owned(), arguments.map(str::to_owned).into_iter()),
            "what is 'postgres://u:***@h/d' and postgres://u:***@h/d and a:b"
        );
    }
}

//! `noorm generate`: code that knows the tables.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use noorm::schema::Schema;
use noorm::{Error, ErrorKind};
use noorm_codegen::Config;

use crate::arguments::Generate;
use crate::failure::{Failure, note};
use crate::inspect::discover;

/// Where choices are looked for when no file is named.
const CONFIG: &str = "noorm.toml";

/// Generates code, and writes it or tells how the folder differs from it.
pub async fn run(request: Generate) -> Result<(), Failure> {
    let config = match &request.config {
        Some(path) => Config::read(path)?,
        None if Path::new(CONFIG).is_file() => Config::read(Path::new(CONFIG))?,
        None => Config::default(),
    };
    let config = config
        .tables(request.tables)
        .schemas(request.schemas.iter().cloned());
    // A language that there isn't is told before anybody waits for a database.
    if !noorm_codegen::generators().contains(&request.language.as_str()) {
        noorm_codegen::generate(&request.language, &Schema::new(""), &Config::default())?;
    }
    let schema = read(request.source, request.schemas).await?;
    let folder = noorm_codegen::generate(&request.language, &schema, &config)?;
    if request.check {
        return match folder.diff(&request.out)? {
            None => Ok(()),
            Some(diff) => differs(&diff, &request.out),
        };
    }
    let done = folder.write(&request.out)?;
    let (written, removed) = (done.written.len(), done.removed.len());
    let of = folder.names().count();
    note(&format!(
        "{written} of {of} files written, {removed} removed"
    ));
    Ok(())
}

fn differs(diff: &str, folder: &Path) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(diff.as_bytes())?;
    out.flush()?;
    let what = format!("`{}` is not what would be generated", folder.display());
    Err(Failure::Differs(what))
}

/// A schema out of a snapshot, or of a database.
async fn read(source: String, schemas: Vec<String>) -> Result<Arc<Schema>, Failure> {
    let path = Path::new(&source);
    // No URL ends like that, unless it is that of a database whose file does.
    let is_snapshot = path.is_file() || (!source.contains(':') && source.ends_with(".json"));
    if !is_snapshot {
        return discover(source, schemas).await;
    }
    let text = fs::read_to_string(path).map_err(|error| {
        let message = format!("`{source}` can't be read: {error}");
        Error::new(ErrorKind::File, message).with_source(error)
    })?;
    Ok(Arc::new(Schema::from_snapshot(&text)?))
}

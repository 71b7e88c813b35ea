//! `noorm snapshot`: the schema as a file.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use noorm::{Error, ErrorKind};

use crate::arguments::Snapshot;
use crate::failure::Failure;
use crate::inspect::discover;

/// Discovers a database, and writes what it found as JSON.
pub async fn run(request: Snapshot) -> Result<(), Failure> {
    let text = discover(request.url, request.schemas)
        .await?
        .to_snapshot()?;
    match request.out {
        Some(path) => Ok(save(&path, &text)?),
        None => {
            let mut out = io::stdout().lock();
            out.write_all(text.as_bytes())?;
            Ok(out.flush()?)
        }
    }
}

fn save(path: &Path, text: &str) -> noorm::Result<()> {
    fs::write(path, text).map_err(|error| {
        let message = format!("`{}` can't be written: {error}", path.display());
        Error::new(ErrorKind::File, message).with_source(error)
    })
}

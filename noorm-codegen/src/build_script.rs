//! Generating from a `build.rs`: no database, no command line.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use noorm_core::schema::Schema;
use noorm_core::{Error, ErrorKind, Result};

use crate::{Config, Folder, generate};

/// Entities that a `build.rs` makes of a snapshot, each time that it or the configuration changes.
///
/// ```no_run
/// // build.rs
/// fn main() -> noorm_codegen::Result<()> {
///     noorm_codegen::Build::new("schema.json").config("noorm.toml").run()
/// }
/// ```
///
/// and in the program, for a module `entities`:
///
/// ```text
/// include!(concat!(env!("OUT_DIR"), "/entities.rs"));
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is generated until `run`"]
pub struct Build {
    snapshot: PathBuf,
    config: Option<PathBuf>,
    module: String,
}

impl Build {
    /// Generates of this snapshot, which `noorm snapshot` wrote.
    pub fn new(snapshot: impl Into<PathBuf>) -> Self {
        Self {
            snapshot: snapshot.into(),
            config: None,
            module: "entities".to_owned(),
        }
    }

    /// Reads a `noorm.toml`.
    pub fn config(mut self, path: impl Into<PathBuf>) -> Self {
        self.config = Some(path.into());
        self
    }

    /// Calls module and file otherwise than `entities`: a name that needs no `r#`.
    pub fn module(mut self, name: impl Into<String>) -> Self {
        self.module = name.into();
        self
    }

    /// Writes the file into the folder that Cargo has for it, and tells Cargo what it depends on.
    ///
    /// # Errors
    /// [`ErrorKind::File`] outside a build script; [`ErrorKind::InvalidConfig`] if there can be no module of that name;
    /// else as [`generate`].
    pub fn run(self) -> Result<()> {
        let folder = env::var_os("OUT_DIR").ok_or_else(|| {
            Error::new(
                ErrorKind::File,
                "`OUT_DIR` isn't set: this is for a `build.rs`",
            )
        })?;
        let mut told = String::new();
        for path in [Some(&self.snapshot), self.config.as_ref()]
            .into_iter()
            .flatten()
        {
            // A String takes whatever is written to it.
            let _ = writeln!(told, "cargo::rerun-if-changed={}", path.display());
        }
        std::io::stdout()
            .write_all(told.as_bytes())
            .map_err(|error| {
                Error::new(ErrorKind::File, "Cargo can't be told anything").with_source(error)
            })?;
        self.write(Path::new(&folder))
    }

    fn write(&self, folder: &Path) -> Result<()> {
        if crate::rust::ident(&self.module).is_none_or(|ident| ident != self.module) {
            let message = format!("`{}` can't be the name of a module", self.module);
            return Err(Error::new(ErrorKind::InvalidConfig, message)
                .with_help("it is a file's name, too: letters, digits and underscores"));
        }
        let read = |path: &Path| {
            fs::read_to_string(path).map_err(|error| {
                let message = format!("`{}` can't be read: {error}", path.display());
                Error::new(ErrorKind::File, message).with_source(error)
            })
        };
        let schema = Schema::from_snapshot(&read(&self.snapshot)?)?;
        let config = match &self.config {
            Some(path) => Config::read(path)?,
            None => Config::default(),
        };
        let text = in_one(&generate("rust", &schema, &config)?, &self.module);
        let path = folder.join(format!("{}.rs", self.module));
        fs::write(&path, text).map_err(|error| {
            let message = format!("`{}` can't be written: {error}", path.display());
            Error::new(ErrorKind::File, message).with_source(error)
        })
    }
}

/// A module with its files inside: one that is included has no files beside it.
fn in_one(folder: &Folder, module: &str) -> String {
    let mut text = format!("/// Made of a snapshot by the build script.\npub mod {module} {{\n");
    for line in folder.text("mod.rs").unwrap_or_default().lines() {
        let name = line
            .strip_prefix("mod ")
            .and_then(|rest| rest.strip_suffix(';'));
        match name.and_then(|name| Some((name, folder.text(&format!("{name}.rs"))?))) {
            Some((name, content)) => {
                let _ = writeln!(text, "mod {name} {{\n{content}}}");
            }
            None if line.starts_with("#[path") || line.starts_with("#[rustfmt") => {}
            None => {
                let _ = writeln!(text, "{line}");
            }
        }
    }
    text + "}\n"
}

#[cfg(test)]
mod tests {
    use noorm_core::schema::{Column, ColumnType, Table, TableKind};

    use super::*;

    #[test]
    fn one_file_holds_everything() {
        let place = tempfile::tempdir().unwrap();
        let mut schema = Schema::new("sqlite");
        let mut album = Table::new(None, "größen", TableKind::Table);
        album
            .columns
            .push(Column::new("title", 1, "text", ColumnType::text()));
        schema.tables.push(album.into());
        let snapshot = place.path().join("schema.json");
        fs::write(&snapshot, schema.to_snapshot().unwrap()).unwrap();
        Build::new(snapshot)
            .module("shop")
            .write(place.path())
            .unwrap();
        let text = fs::read_to_string(place.path().join("shop.rs")).unwrap();
        let file = syn::parse_file(&text).unwrap();
        assert_eq!(file.items.len(), 1);
        assert!(text.contains("mod größen {"), "{text}");
        assert!(!text.contains("#[path"), "{text}");
    }

    #[test]
    fn a_module_has_a_name_of_rusts() {
        let place = tempfile::tempdir().unwrap();
        for name in ["type", "my-shop", "../shop", "", "self"] {
            let build = Build::new("schema.json").module(name);
            let error = build.write(place.path()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidConfig, "{name}");
            let told = format!("`{name}` can't be the name of a module");
            assert_eq!(error.message(), told);
        }
    }
}

//! Generated files on their way to a folder.
//!
//! ```text
//! files of a generator ──► headers with checksums ──► compared with the folder ──► written, or a diff
//! ```
//!
//! A file is noorm's own if its header says so and its checksum is right. Nothing else is ever touched: neither
//! what somebody else wrote, nor what somebody changed.

mod diff;
mod header;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use noorm_core::{Error, ErrorKind, Result};

use crate::generator::File;

/// What was generated: the files of one folder, with their headers.
///
/// ```
/// use noorm_codegen::generate;
/// use noorm_core::schema::Schema;
///
/// # let place = tempfile::tempdir().unwrap();
/// # let entities = place.path().join("entities");
/// let folder = generate("rust", &Schema::new("sqlite"), &Default::default())?;
/// assert_eq!(folder.write(&entities)?.written, ["mod.rs"]);
/// assert_eq!(folder.write(&entities)?.written, [""; 0]);
/// assert_eq!(folder.diff(&entities)?, None);
/// # Ok::<(), noorm_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    generator: &'static str,
    files: BTreeMap<String, String>,
}

/// What writing a folder changed in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// The names of the files that are new, or other than they were.
    pub written: Vec<String>,
    /// The names of the files that are gone, because their tables are.
    pub removed: Vec<String>,
}

/// What a folder holds of noorm's own.
struct Found {
    own: BTreeMap<String, String>,
}

impl Folder {
    /// Puts files into a folder; `asked` is what was asked for beside the language: ` --tables album`.
    ///
    /// # Errors
    /// [`ErrorKind::Plugin`] for two files of one name, and for names that are no files of the folder.
    pub(crate) fn new(generator: &'static str, files: Vec<File>, asked: &str) -> Result<Self> {
        let refused = |name: &str, why: &str| {
            let message = format!("the generator `{generator}` writes a file `{name}`, {why}");
            Error::new(ErrorKind::Plugin, message)
        };
        let mut texts = BTreeMap::new();
        for file in files {
            let name = file.name;
            if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\']) {
                return Err(refused(&name, "which is hidden, or no name in the folder"));
            }
            let text = header::with_header(generator, file.comment, &file.content, asked);
            if texts.insert(name.clone(), text).is_some() {
                return Err(refused(&name, "twice"));
            }
        }
        Ok(Self {
            generator,
            files: texts,
        })
    }

    /// Names the files, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Gives what a file holds, header and all.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(String::as_str)
    }

    /// Writes what differs, and removes what noorm wrote before and isn't any more. Files that are as they should
    /// be, if with other line ends, are left alone, so that nothing is compiled again because of them.
    ///
    /// # Errors
    /// [`ErrorKind::File`], before anything is written, where the folder holds files that noorm didn't write, or
    /// that were changed since; where a file can't be read or written.
    pub fn write(&self, folder: &Path) -> Result<Written> {
        let found = self.look(folder)?;
        fs::create_dir_all(folder).map_err(|error| failed("made", folder, error))?;
        let mut done = Written::default();
        for (name, text) in &self.files {
            let held = found.own.get(name).map(|held| with_plain_ends(held));
            if held != Some(with_plain_ends(text)) {
                let path = folder.join(name);
                fs::write(&path, text).map_err(|error| failed("written", &path, error))?;
                done.written.push(name.clone());
            }
        }
        for name in found
            .own
            .keys()
            .filter(|name| !self.files.contains_key(*name))
        {
            let path = folder.join(name);
            fs::remove_file(&path).map_err(|error| failed("removed", &path, error))?;
            done.removed.push(name.clone());
        }
        Ok(done)
    }

    /// Gives the difference between what the folder holds and what it should, as a unified diff; `None` where
    /// there is none. Line ends are no difference, and neither is how the command was spelled that a header tells.
    /// Nothing is written.
    ///
    /// # Errors
    /// As [`write`](Folder::write), but that files which were changed by hand are a difference.
    pub fn diff(&self, folder: &Path) -> Result<Option<String>> {
        let (mut held, mut foreign) = (BTreeMap::new(), Vec::new());
        for (name, path) in entries(folder)? {
            match self.files.contains_key(&name) || is_own(&path)? {
                true => _ = held.insert(name.clone(), self.seen(&name, &read(&path)?)),
                false => foreign.push(name),
            }
        }
        match foreign.is_empty() {
            true => Ok(diff::unified(&held, &self.files)),
            false => Err(not_ours(folder, &foreign)),
        }
    }

    /// What a file holds, as it is compared: what it should hold, where nothing else differs than line ends and the
    /// command.
    fn seen(&self, name: &str, held: &str) -> String {
        let wanted = self.files.get(name);
        let same =
            wanted.filter(|text| header::without_command(text) == header::without_command(held));
        match same {
            Some(text) => text.clone(),
            None => with_plain_ends(held),
        }
    }

    /// Tells noorm's files in a folder from others.
    fn look(&self, folder: &Path) -> Result<Found> {
        let (mut own, mut foreign, mut changed) = (BTreeMap::new(), Vec::new(), Vec::new());
        for (name, path) in entries(folder)? {
            let text = match path.is_file() {
                true => String::from_utf8(bytes(&path)?).ok(),
                false => None,
            };
            let owner = text.as_deref().map(header::judge);
            match (owner, text) {
                (Some(header::Owner::Ours { generator }), Some(text))
                    if generator == self.generator =>
                {
                    own.insert(name, text);
                }
                (Some(header::Owner::Changed), _) => changed.push(name),
                _ => foreign.push(name),
            }
        }
        match (foreign.is_empty(), changed.is_empty()) {
            (true, true) => Ok(Found { own }),
            (false, _) => Err(not_ours(folder, &foreign)),
            (true, false) => Err(refused(
                folder,
                "holds generated files that were changed since",
                &changed,
                "move what was changed elsewhere, or remove the files: they are made again then",
            )),
        }
    }
}

/// A text whose lines end in one character.
fn with_plain_ends(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn not_ours(folder: &Path, foreign: &[String]) -> Error {
    refused(
        folder,
        "holds what `noorm generate` of this language didn't write",
        foreign,
        "choose a folder of its own for generated code: it is kept as a whole, and what \
         is stale in it is removed",
    )
}

fn refused(folder: &Path, why: &str, names: &[String], help: &str) -> Error {
    let few: Vec<_> = names.iter().take(10).map(String::as_str).collect();
    let more = match names.len().saturating_sub(few.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!(
        "nothing was written: `{}` {why}: {}{more}",
        folder.display(),
        few.join(", ")
    );
    Error::new(ErrorKind::File, message).with_help(help)
}

/// What stands in a folder, by name; nothing, where there is no such folder. Hidden files are nobody's code.
fn entries(folder: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(failed("read", folder, error)),
    };
    let mut found = BTreeMap::new();
    for entry in entries {
        let entry = entry.map_err(|error| failed("read", folder, error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            found.insert(name, entry.path());
        }
    }
    Ok(found)
}

fn is_own(path: &Path) -> Result<bool> {
    if !path.is_file() {
        return Ok(false);
    }
    let text = String::from_utf8(bytes(path)?).unwrap_or_default();
    Ok(!matches!(header::judge(&text), header::Owner::Foreign))
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| failed("read", path, error))
}

fn read(path: &Path) -> Result<String> {
    Ok(String::from_utf8_lossy(&bytes(path)?).into_owned())
}

fn failed(done: &str, path: &Path, error: io::Error) -> Error {
    let message = format!("`{}` can't be {done}: {error}", path.display());
    Error::new(ErrorKind::File, message).with_source(error)
}

#[cfg(test)]
mod tests;

//! Opening a database, and telling why it can't be opened.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use diesel::{Connection as _, SqliteConnection};
use noorm_core::{Error, ErrorKind, Result};

use super::handle::Handle;
use super::pace::Pace;
use super::pages::Pages;
use super::session::Session;
use crate::config::{Config, Mode, Place};
use crate::error::{Failure, Origin};
use crate::types::Stored;

/// A database in memory: it lives as long as one connection is open to it, and this one is.
pub(super) struct Anchor {
    uri: String,
    _connection: Mutex<SqliteConnection>,
}

impl Anchor {
    /// Makes a database in memory that no other pool sees.
    pub(super) fn new() -> Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        // The shared cache would ignore the busy time-out. A name that begins with a slash is one that
        // connections share (<https://sqlite.org/src/file/src/memdb.c>).
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let uri = format!("file:/noorm-{number}?vfs=memdb");
        let connection = SqliteConnection::establish(&uri);
        let connection = connection.map_err(|error| refused(None, &error.to_string()))?;
        Ok(Self {
            uri,
            _connection: Mutex::new(connection),
        })
    }
}

/// Opens a connection. Blocks.
pub(super) fn open(config: &Config, memory: Option<&Anchor>, pace: &Arc<Pace>) -> Result<Session> {
    let (place, memory) = match (&config.place, memory) {
        (Place::File(path), _) => (Some(path.as_path()), None),
        (Place::Memory, Some(anchor)) => (None, Some(anchor)),
        (Place::Memory, None) => return Err(refused(None, "it has no database in memory")),
    };
    // Between the look and the opening, another connection may make the file: then it chooses how.
    static MAKING: Mutex<()> = Mutex::new(());
    let making = config.mode == Mode::Create && place.is_some_and(|path| !path.exists());
    let _making = making.then(|| MAKING.lock().unwrap_or_else(PoisonError::into_inner));
    let made = making && place.is_some_and(|path| !path.exists());
    if let Some(path) = place {
        look_at(path, config.mode)?;
    }
    let uri = config
        .uri()
        .or_else(|| memory.map(|anchor| anchor.uri.clone()))
        .unwrap_or_default();
    let handle = Handle::open(&uri).map_err(|message| refused(place, &message))?;
    let session = Session {
        handle,
        pace: Arc::clone(pace),
        pages: Pages::new(config.cache_kib),
        busy_timeout: config.busy_timeout,
        on_disk: place.is_some(),
        query_only: config.mode == Mode::ReadOnly && place.is_none(),
        begun: None,
    };
    let ready = session.patiently(|| set_up(&session, config, made));
    ready.map_err(|failure| explain(failure, place, config))?;
    Ok(session)
}

/// Sets what holds for this connection alone; what lasts in the file only where that is asked for.
fn set_up(session: &Session, config: &Config, made: bool) -> Result<(), Failure> {
    let handle = &session.handle;
    handle.command(match config.foreign_keys {
        true => "PRAGMA foreign_keys = 1",
        false => "PRAGMA foreign_keys = 0",
    })?;
    handle.command(&format!("PRAGMA cache_size = -{}", config.cache_kib))?;
    if session.query_only {
        handle.command("PRAGMA query_only = 1")?;
    }
    // SQLite looks into the file only now; reading the schema here keeps that off the async thread.
    handle.command("SELECT count(*) FROM sqlite_schema")?;
    if let Some(wanted) = config.journal_mode.or(made.then_some("wal")) {
        let mut is = handle.prepare("PRAGMA journal_mode")?;
        if !(is.step()? && is.value(0) == Stored::Text(wanted.as_bytes())) {
            drop(is);
            handle.command(&format!("PRAGMA journal_mode = {wanted}"))?;
        }
    }
    if let Some(synchronous) = config.synchronous {
        handle.command(&format!("PRAGMA synchronous = {synchronous}"))?;
    }
    Ok(())
}

/// Looks at a file before SQLite does, which has one code for most of what can be wrong.
fn look_at(path: &Path, mode: Mode) -> Result<()> {
    let shown = path.display();
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(Error::new(
            ErrorKind::NotADatabase,
            format!("`{shown}` is a directory, not a database"),
        )),
        Ok(_) => match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                Err(denied(&format!("`{shown}` may not be read"), error))
            }
            _ => Ok(()),
        },
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(denied(
            &format!("the directory of `{shown}` may not be entered"),
            error,
        )),
        Err(error) if mode != Mode::Create => {
            let help = match mode {
                Mode::ReadOnly => "is the path right?",
                _ => "is the path right? `?mode=rwc` makes a file that is missing",
            };
            let missing = Error::new(
                ErrorKind::FileNotFound,
                format!("there is no file `{shown}`"),
            );
            Err(missing.with_help(help).with_source(error))
        }
        Err(error) => match path
            .parent()
            .filter(|p| !p.as_os_str().is_empty() && !p.is_dir())
        {
            Some(parent) => Err(Error::new(
                ErrorKind::FileNotFound,
                format!(
                    "`{shown}` can't be made: there is no directory `{}`",
                    parent.display()
                ),
            )
            .with_source(error)),
            None => Ok(()),
        },
    }
}

fn denied(message: &str, error: io::Error) -> Error {
    Error::new(ErrorKind::PermissionDenied, message)
        .with_help("ask for the right to, or run as another user")
        .with_source(error)
}

fn refused(place: Option<&Path>, message: &str) -> Error {
    let shown = place.map_or("a database in memory".into(), |path| {
        format!("`{}`", path.display())
    });
    Error::new(
        ErrorKind::Storage,
        format!("{shown} can't be opened: {message}"),
    )
}

/// Names the file, and what may be the matter with it.
fn explain(failure: Failure, place: Option<&Path>, config: &Config) -> Error {
    let error = failure.into_error(Origin::Raw);
    let Some(path) = place else {
        return error;
    };
    let shown = path.display();
    match error.kind() {
        ErrorKind::NotADatabase => error.with_message(format!("`{shown}` is not an SQLite database")),
        ErrorKind::Storage | ErrorKind::ReadOnly if is_wal(path) && !config.immutable => error
            .context(format!("`{shown}` can't be opened"))
            .with_help(
                "it is in WAL mode, and the files beside it (`-wal`, `-shm`) can't be made or read: \
                 make its directory writable, or add `?immutable=1` if nobody writes to it",
            ),
        ErrorKind::Storage if config.mode == Mode::Create => {
            let denied = Error::new(ErrorKind::PermissionDenied, format!("`{shown}` can't be made"));
            denied.with_help("may its directory be written?").with_source(error)
        }
        ErrorKind::Storage => error.context(format!("`{shown}` can't be opened")),
        ErrorKind::ReadOnly => error.context(format!("`{shown}` can't be set up as the URL asks")),
        _ => error.context(format!("`{shown}`")),
    }
}

/// Tells whether a file's header says WAL (<https://sqlite.org/fileformat.html>, section 1.3.3).
fn is_wal(path: &Path) -> bool {
    let mut header = [0; 20];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
    read.is_ok() && header.ends_with(&[2, 2])
}

#[cfg(test)]
mod tests;

//! Prepared statements, on SQLite's own interface.
//!
//! rusqlite's would do, but for speed: Diesel opens connections in serialized mode, where each look at
//! a column locks the connection, three or four times a value. A [`Statement`] holds that lock from
//! its preparation to its end, and asks for each value once.

use std::borrow::Cow;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::{self, NonNull};
use std::slice;
use std::sync::Arc;

use libsqlite3_sys as ffi;
use rustc_hash::FxHashMap;

use super::given::{self, Given};
use super::handle::Handle;
use super::pace::Mark;
use crate::error::Failure;
use crate::types::Stored;

/// How many prepared statements a connection keeps.
const KEPT: usize = 256;

/// `SQLITE_UTF8`, in the width that binding wants.
const UTF8: u8 = 1;

/// The statements that a connection keeps, by the mark of their SQL. One whose mark is that of another
/// takes its place.
#[derive(Default)]
pub(super) struct Statements {
    kept: FxHashMap<Mark, Kept>,
    uses: u64,
}

struct Kept {
    sql: Arc<str>,
    prepared: Prepared,
    used: u64,
}

impl Statements {
    fn take(&mut self, sql: &Arc<str>, mark: Mark) -> Option<Kept> {
        let kept = self.kept.remove(&mark)?;
        (Arc::ptr_eq(&kept.sql, sql) || kept.sql == *sql).then_some(kept)
    }

    fn keep(&mut self, sql: Arc<str>, mark: Mark, prepared: Prepared) {
        if self.kept.len() >= KEPT {
            let oldest = self.kept.iter().min_by_key(|(_, kept)| kept.used);
            if let Some(oldest) = oldest.map(|(mark, _)| *mark) {
                self.kept.remove(&oldest);
            }
        }
        self.uses += 1;
        let used = self.uses;
        let kept = Kept {
            sql,
            prepared,
            used,
        };
        self.kept.insert(mark, kept);
    }
}

/// A prepared statement, finalized when dropped. Its connection outlives it.
struct Prepared(NonNull<ffi::sqlite3_stmt>);

impl Drop for Prepared {
    fn drop(&mut self) {
        // SAFETY: the statement was prepared and not finalized yet, and its connection is open: a
        // `Prepared` is owned by its `Handle`, or by a `Statement` that borrows it.
        unsafe { ffi::sqlite3_finalize(self.0.as_ptr()) };
    }
}

/// A statement at work. It holds its connection's lock, and is kept for the next time when dropped.
///
/// What is lent to it by [`bind`](Statement::bind) lives longer than it does, as its handle.
pub(super) struct Statement<'a> {
    prepared: Option<Prepared>,
    /// The statement in `prepared`. A pointer isn't `Send`: who entered the lock is who leaves it.
    raw: *mut ffi::sqlite3_stmt,
    handle: &'a Handle,
    /// What it is kept by.
    key: Option<(Arc<str>, Mark)>,
    /// Whether SQLite holds on to text or bytes that were bound.
    holds: bool,
}

impl Handle {
    /// Prepares one SQL command, not to be kept.
    pub(super) fn prepare(&self, sql: &str) -> Result<Statement<'_>, Failure> {
        self.enter(|| self.compile(sql, 0), None)
    }

    /// Prepares one SQL command, or takes it from those that were kept.
    pub(super) fn prepare_kept(
        &self,
        sql: &Arc<str>,
        mark: Mark,
    ) -> Result<Statement<'_>, Failure> {
        self.prepare_kept_as(sql, mark, || Cow::Borrowed(&**sql))
    }

    /// The same of a command that is made of `sql`, which it is kept by together with a mark of its own.
    pub(super) fn prepare_kept_as<'s>(
        &self,
        sql: &Arc<str>,
        mark: Mark,
        command: impl FnOnce() -> Cow<'s, str>,
    ) -> Result<Statement<'_>, Failure> {
        let kept = self.statements.borrow_mut().take(sql, mark);
        if let Some(Kept { sql, prepared, .. }) = kept {
            return self.enter(|| Ok(prepared), Some((sql, mark)));
        }
        let compile = || self.compile(&command(), ffi::SQLITE_PREPARE_PERSISTENT);
        self.enter(compile, Some((Arc::clone(sql), mark)))
    }

    /// Runs an SQL command without binds, and leaves its rows.
    pub(super) fn command(&self, sql: &str) -> Result<(), Failure> {
        let mut statement = self.prepare_kept(&sql.into(), Mark::of(sql))?;
        while statement.step()? {}
        Ok(())
    }

    fn enter(
        &self,
        prepared: impl FnOnce() -> Result<Prepared, Failure>,
        key: Option<(Arc<str>, Mark)>,
    ) -> Result<Statement<'_>, Failure> {
        // SAFETY: the handle is open, and its mutex lives as long; it is recursive, and left again
        // below or in the drop of the statement, which stays on this thread.
        unsafe { ffi::sqlite3_mutex_enter(ffi::sqlite3_db_mutex(self.raw())) };
        match prepared() {
            Ok(prepared) => {
                let raw = prepared.0.as_ptr();
                Ok(Statement {
                    prepared: Some(prepared),
                    raw,
                    handle: self,
                    key,
                    holds: false,
                })
            }
            Err(failure) => {
                leave(self);
                Err(failure)
            }
        }
    }

    fn compile(&self, sql: &str, flags: u32) -> Result<Prepared, Failure> {
        if sql.contains('\0') {
            return Err(Failure::refused(
                "the SQL holds a NUL byte, where SQLite would stop reading",
            ));
        }
        let (first, mut rest) = self.compile_first(sql, flags)?;
        let first = first.ok_or_else(|| Failure::refused("there is no SQL command in it"))?;
        while !rest.trim_start().is_empty() {
            match self.compile_first(rest, 0) {
                Ok((None, tail)) if tail.len() < rest.len() => rest = tail,
                Ok((None, _)) => break,
                Ok((Some(_), _)) | Err(_) => {
                    return Err(Failure::refused(
                        "the SQL holds several commands: run them one after the other",
                    ));
                }
            }
        }
        Ok(first)
    }

    /// Prepares the first command, if there is one, and gives what stands behind it.
    fn compile_first<'s>(
        &self,
        sql: &'s str,
        flags: u32,
    ) -> Result<(Option<Prepared>, &'s str), Failure> {
        let length = c_int::try_from(sql.len()).map_err(|_| self.failure(ffi::SQLITE_TOOBIG))?;
        let start = sql.as_ptr().cast::<c_char>();
        let (mut raw, mut tail) = (ptr::null_mut(), ptr::null());
        // SAFETY: the handle is open; `start` and `length` are those of a living string; the other
        // two point at variables of this function.
        let code = unsafe {
            ffi::sqlite3_prepare_v3(
                self.raw(),
                start,
                length,
                flags,
                &raw mut raw,
                &raw mut tail,
            )
        };
        if code != ffi::SQLITE_OK {
            return Err(self.failure(code));
        }
        // The tail points into the SQL, or at its end.
        let read = tail.addr().saturating_sub(start.addr());
        Ok((
            NonNull::new(raw).map(Prepared),
            sql.get(read..).unwrap_or_default(),
        ))
    }
}

fn leave(handle: &Handle) {
    // SAFETY: the handle is open, and this thread has entered its mutex.
    unsafe { ffi::sqlite3_mutex_leave(ffi::sqlite3_db_mutex(handle.raw())) };
}

impl<'a> Statement<'a> {
    /// Tells whether it can't change the database by itself.
    pub(super) fn is_read_only(&self) -> bool {
        // SAFETY: the statement is prepared as long as `self` lives; so below.
        unsafe { ffi::sqlite3_stmt_readonly(self.raw) != 0 }
    }

    /// Gives the number of its placeholders.
    pub(super) fn placeholders(&self) -> usize {
        // SAFETY: the statement is prepared.
        usize::try_from(unsafe { ffi::sqlite3_bind_parameter_count(self.raw) }).unwrap_or(0)
    }

    /// Gives the number of columns of its result. It may change when the statement begins to run.
    pub(super) fn width(&self) -> c_int {
        // SAFETY: the statement is prepared.
        unsafe { ffi::sqlite3_column_count(self.raw) }
    }

    /// Gives the names of its columns.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        (0..self.width()).map(|at| {
            // SAFETY: the statement is prepared; the name ends with a NUL, and is copied before the
            // next call, which could change it.
            unsafe {
                let name = ffi::sqlite3_column_name(self.raw, at);
                let name = if name.is_null() {
                    c""
                } else {
                    CStr::from_ptr(name)
                };
                name.to_string_lossy().into_owned()
            }
        })
    }

    /// Binds a value to the placeholder of this number, counted from 1. SQLite reads it where it is.
    #[inline]
    pub(super) fn bind(&mut self, number: c_int, value: &Stored<'a>) -> Result<(), Failure> {
        // SAFETY: `'a` doesn't end before `self` is dropped, which takes the binding away.
        unsafe { self.bind_by(number, value, ffi::SQLITE_STATIC()) }
    }

    /// The same of a value that doesn't live long: SQLite copies it.
    pub(super) fn bind_copy(&mut self, number: c_int, value: &Stored<'_>) -> Result<(), Failure> {
        // SAFETY: SQLite copies it before it returns.
        unsafe { self.bind_by(number, value, ffi::SQLITE_TRANSIENT()) }
    }

    /// # Safety
    /// Unless `keeping` has SQLite copy it, `value` lives until it is taken away again.
    #[inline]
    unsafe fn bind_by(
        &mut self,
        number: c_int,
        value: &Stored<'_>,
        keeping: ffi::sqlite3_destructor_type,
    ) -> Result<(), Failure> {
        let raw = self.raw;
        self.holds |= matches!(value, Stored::Text(_) | Stored::Blob(_));
        // SAFETY: the statement is prepared and not running; pointers and lengths are those of
        // slices that live as long as the caller vouches.
        let code = unsafe {
            match *value {
                Stored::Null => ffi::sqlite3_bind_null(raw, number),
                Stored::Integer(n) => ffi::sqlite3_bind_int64(raw, number, n),
                Stored::Real(n) => ffi::sqlite3_bind_double(raw, number, n),
                Stored::Text(text) => {
                    let (start, length) = (text.as_ptr().cast(), text.len() as u64);
                    ffi::sqlite3_bind_text64(raw, number, start, length, keeping, UTF8)
                }
                Stored::Blob([]) => ffi::sqlite3_bind_zeroblob(raw, number, 0),
                Stored::Blob(bytes) => {
                    let (start, length) = (bytes.as_ptr().cast(), bytes.len() as u64);
                    ffi::sqlite3_bind_blob64(raw, number, start, length, keeping)
                }
            }
        };
        if code == ffi::SQLITE_OK {
            Ok(())
        } else {
            Err(self.handle.failure(code))
        }
    }

    /// Runs it to its end with rows for its only parameter, an argument of [`TABLE`](super::given::TABLE).
    pub(super) fn add(&mut self, rows: &Given<'_>) -> Result<(), Failure> {
        let pointer = ptr::from_ref(rows).cast_mut().cast::<c_void>();
        // SAFETY: the statement is prepared and not running. It has let go of the rows before this function ends:
        // reset, it reads nothing more, and the parameter is a NULL again.
        unsafe {
            let mut code =
                ffi::sqlite3_bind_pointer(self.raw, 1, pointer, given::POINTER.as_ptr(), None);
            if code == ffi::SQLITE_OK {
                code = ffi::sqlite3_step(self.raw);
            }
            let done = match code {
                ffi::SQLITE_DONE => Ok(()),
                code => Err(self.handle.failure(code)),
            };
            ffi::sqlite3_reset(self.raw);
            ffi::sqlite3_bind_null(self.raw, 1);
            done
        }
    }

    /// Goes to the next row; `false` means that there is none, and that the statement is done.
    pub(super) fn step(&mut self) -> Result<bool, Failure> {
        // SAFETY: the statement is prepared. What `value` lent out is no longer borrowed.
        match unsafe { ffi::sqlite3_step(self.raw) } {
            ffi::SQLITE_ROW => Ok(true),
            ffi::SQLITE_DONE => Ok(false),
            code => Err(self.handle.failure(code)),
        }
    }

    /// Goes back to before the first row, so that other values can be bound.
    pub(super) fn rewind(&mut self) {
        // SAFETY: the statement is prepared. The error that it gives is that of the last step, which is known.
        unsafe { ffi::sqlite3_reset(self.raw) };
    }

    /// Gives a value of the current row; NULL beyond the last column, and where there is no row.
    #[inline]
    pub(super) fn value(&self, column: c_int) -> Stored<'_> {
        // SAFETY: the statement is prepared. A value belongs to it until the next step, which needs
        // `&mut self`. It may be looked at directly since this thread holds the connection's mutex.
        // Text is asked for before its length, which a conversion from UTF-16 changes.
        unsafe {
            let value = ffi::sqlite3_column_value(self.raw, column);
            match ffi::sqlite3_value_type(value) {
                ffi::SQLITE_INTEGER => Stored::Integer(ffi::sqlite3_value_int64(value)),
                ffi::SQLITE_FLOAT => Stored::Real(ffi::sqlite3_value_double(value)),
                ffi::SQLITE_TEXT => {
                    let start = ffi::sqlite3_value_text(value);
                    Stored::Text(bytes(start, ffi::sqlite3_value_bytes(value)))
                }
                ffi::SQLITE_BLOB => {
                    let start = ffi::sqlite3_value_blob(value);
                    Stored::Blob(bytes(start.cast(), ffi::sqlite3_value_bytes(value)))
                }
                _ => Stored::Null,
            }
        }
    }
}

/// # Safety
/// Unless it is null, `start` points at so many bytes, which live as long as the result is used.
unsafe fn bytes<'a>(start: *const u8, length: c_int) -> &'a [u8] {
    match usize::try_from(length) {
        // SAFETY: as the caller vouches.
        Ok(length) if !start.is_null() => unsafe { slice::from_raw_parts(start, length) },
        // An empty blob, or memory ran out.
        _ => &[],
    }
}

impl Drop for Statement<'_> {
    fn drop(&mut self) {
        // SAFETY: the statement is prepared. Reset ends it, and gives again the error that it ended
        // with, which is known. Clearing lets go of what was lent, and of large binds.
        unsafe {
            ffi::sqlite3_reset(self.raw);
            if self.holds {
                ffi::sqlite3_clear_bindings(self.raw);
            }
        }
        match (self.prepared.take(), self.key.take()) {
            (Some(prepared), Some((sql, mark))) => {
                self.handle
                    .statements
                    .borrow_mut()
                    .keep(sql, mark, prepared);
            }
            (prepared, _) => drop(prepared),
        }
        leave(self.handle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_one_mark_are_not_taken_for_each_other() {
        let handle = Handle::open(":memory:").unwrap();
        let mark = Mark::of("a text");
        for (sql, given) in [
            ("SELECT 1", 1),
            ("SELECT 2", 2),
            ("SELECT 2", 2),
            ("SELECT 1", 1),
        ] {
            let mut statement = handle.prepare_kept(&sql.into(), mark).unwrap();
            assert!(statement.step().unwrap());
            assert_eq!(statement.value(0), Stored::Integer(given));
        }
    }

    #[test]
    fn what_was_lent_is_forgotten_with_the_statement() {
        let handle = Handle::open(":memory:").unwrap();
        let sql: Arc<str> = "SELECT ?1, ?2".into();
        let mark = Mark::of(&sql);
        {
            let lent = String::from("lent");
            let mut statement = handle.prepare_kept(&sql, mark).unwrap();
            statement.bind(1, &Stored::Text(lent.as_bytes())).unwrap();
            statement.bind_copy(2, &Stored::Blob(b"copied")).unwrap();
            assert!(statement.step().unwrap());
            assert_eq!(statement.value(0), Stored::Text(b"lent"));
            assert_eq!(statement.value(1), Stored::Blob(b"copied"));
        }
        let mut statement = handle.prepare_kept(&sql, mark).unwrap();
        assert!(statement.step().unwrap());
        assert_eq!(statement.value(0), Stored::Null);
        assert_eq!(statement.value(1), Stored::Null);
    }
}

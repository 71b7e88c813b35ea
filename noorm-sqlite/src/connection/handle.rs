//! An SQLite connection that Diesel opened, used beside it.
//!
//! Diesel 2.3 keeps its handle to itself, so it is caught while the connection opens: SQLite calls an
//! automatic extension with every new handle, on the thread that opens it. This file,
//! [`statement`](super::statement) and [`given`](super::given) hold all unsafe code of this crate.

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::{self, NonNull};
use std::sync::{Arc, Mutex, PoisonError};

use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel::{Connection as _, SqliteConnection};
use libsqlite3_sys as ffi;

use super::given;
use super::signals::Signals;
use super::statement::Statements;
use crate::error::Failure;

/// How many operations SQLite's machine runs between two looks at the signals: a few microseconds.
const OPERATIONS: c_int = 200;

/// A connection, the statements prepared on it, and what its callbacks look at.
pub(super) struct Handle {
    // Declared first, so dropped first: what is prepared is finalized before Diesel closes.
    pub(super) statements: RefCell<Statements>,
    diesel: SqliteConnection,
    raw: NonNull<ffi::sqlite3>,
    signals: Arc<Signals>,
}

// SAFETY: SQLite is built in serialized mode, and Diesel opens connections in it: a handle and its
// statements may be used by any thread. `Handle` isn't `Sync`, so it is one thread at a time.
unsafe impl Send for Handle {}

impl Handle {
    /// Opens `uri`; flags such as `mode` are part of it. An error is as much as Diesel kept of it.
    pub(super) fn open(uri: &str) -> Result<Self, String> {
        let (diesel, raw) = establish(uri)?;
        let mut this = Self {
            statements: RefCell::default(),
            diesel,
            raw,
            signals: Arc::default(),
        };
        this.install()?;
        this.diesel.set_instrumentation(Codes {
            raw,
            signals: Arc::clone(&this.signals),
        });
        Ok(this)
    }

    /// Gives the handle, which is open as long as `self` lives.
    pub(super) fn raw(&self) -> *mut ffi::sqlite3 {
        self.raw.as_ptr()
    }

    pub(super) fn diesel(&mut self) -> &mut SqliteConnection {
        &mut self.diesel
    }

    pub(super) fn signals(&self) -> &Arc<Signals> {
        &self.signals
    }

    /// Tells whether no transaction is open.
    pub(super) fn is_autocommit(&self) -> bool {
        // SAFETY: the handle is open.
        unsafe { ffi::sqlite3_get_autocommit(self.raw()) != 0 }
    }

    /// Tells whether the transaction that is open has written, or holds the right to.
    pub(super) fn is_writing(&self) -> bool {
        // SAFETY: the handle is open; a null name means every database.
        unsafe { ffi::sqlite3_txn_state(self.raw(), ptr::null()) == ffi::SQLITE_TXN_WRITE }
    }

    /// Tells whether the database can only be read.
    pub(super) fn is_read_only(&self) -> bool {
        // SAFETY: the handle is open; the name ends with a NUL.
        unsafe { ffi::sqlite3_db_readonly(self.raw(), c"main".as_ptr()) == 1 }
    }

    /// Gives the rows that the last INSERT, UPDATE or DELETE changed by itself.
    pub(super) fn changes(&self) -> u64 {
        // SAFETY: the handle is open.
        u64::try_from(unsafe { ffi::sqlite3_changes64(self.raw()) }).unwrap_or(0)
    }

    /// Gives all rows that were changed since the connection was opened.
    pub(super) fn total_changes(&self) -> u64 {
        // SAFETY: the handle is open.
        u64::try_from(unsafe { ffi::sqlite3_total_changes64(self.raw()) }).unwrap_or(0)
    }

    /// Gives a figure of the connection (`SQLITE_DBSTATUS_…`).
    pub(super) fn status(&self, figure: c_int) -> u64 {
        let (mut current, mut highest) = (0, 0);
        // SAFETY: the handle is open; the two point at variables of this function. An unknown figure leaves them.
        unsafe {
            ffi::sqlite3_db_status(self.raw(), figure, &raw mut current, &raw mut highest, 0);
        }
        u64::try_from(current).unwrap_or(0)
    }

    /// Lets go of the pages that no statement uses.
    pub(super) fn release_memory(&self) {
        // SAFETY: the handle is open.
        unsafe { ffi::sqlite3_db_release_memory(self.raw()) };
    }

    /// Tells what a result code meant that the last call on this connection gave.
    #[cold]
    pub(super) fn failure(&self, code: c_int) -> Failure {
        // SAFETY: the handle is open. Both texts end with a NUL, and are copied before SQLite is
        // called again on this connection, which could change them.
        let message = unsafe {
            let last = ffi::sqlite3_extended_errcode(self.raw());
            let text = if last == code {
                ffi::sqlite3_errmsg(self.raw())
            } else {
                ffi::sqlite3_errstr(code)
            };
            if text.is_null() {
                "".into()
            } else {
                CStr::from_ptr(text).to_string_lossy()
            }
        };
        Failure {
            code,
            message: message.into_owned(),
        }
    }

    fn install(&self) -> Result<(), String> {
        let data = Arc::as_ptr(&self.signals).cast_mut().cast::<c_void>();
        // SAFETY: the handle is open. `data` points at signals that `self` keeps alive until `drop`
        // has taken the callbacks away; they are only ever read through a shared reference, and are
        // atomics, so that another thread may change them meanwhile.
        unsafe {
            let handle = self.raw();
            ffi::sqlite3_extended_result_codes(handle, 1);
            ffi::sqlite3_progress_handler(handle, OPERATIONS, Some(progress), data);
            ffi::sqlite3_busy_handler(handle, Some(busy), data);
            ffi::sqlite3_commit_hook(handle, Some(committing), data);
            // This takes the place of automatic checkpoints.
            ffi::sqlite3_wal_hook(handle, Some(wal_grew), data);
        }
        // SAFETY: the handle is open.
        match unsafe { given::install(self.raw()) } {
            ffi::SQLITE_OK => Ok(()),
            code => Err(self.failure(code).message),
        }
    }
}

/// Notes the code of what fails for Diesel, which keeps the message only and goes on using the handle.
struct Codes {
    raw: NonNull<ffi::sqlite3>,
    signals: Arc<Signals>,
}

// SAFETY: Diesel's connection owns it, and calls it while it is in use itself: on one thread at a time.
unsafe impl Send for Codes {}

impl Instrumentation for Codes {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::FinishQuery { error: Some(_), .. } = event {
            // SAFETY: the handle is open: the connection that calls has it.
            let code = unsafe { ffi::sqlite3_extended_errcode(self.raw.as_ptr()) };
            self.signals.note_failure(code);
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the handle is still open: fields are dropped after this. No statement is running,
        // since each borrows `self`; so no callback is under way, and none comes after this.
        unsafe {
            let handle = self.raw();
            ffi::sqlite3_progress_handler(handle, 0, None, ptr::null_mut());
            ffi::sqlite3_busy_handler(handle, None, ptr::null_mut());
            ffi::sqlite3_commit_hook(handle, None, ptr::null_mut());
            ffi::sqlite3_wal_hook(handle, None, ptr::null_mut());
        }
    }
}

thread_local! {
    /// The handle that this thread opened last, while [`establish`] runs on it.
    static OPENED: Cell<*mut ffi::sqlite3> = const { Cell::new(ptr::null_mut()) };
}

/// Only one thread at a time has the extension registered; whatever else the process opens meanwhile
/// is noted on its own thread, where nobody asks for it.
static OPENING: Mutex<()> = Mutex::new(());

fn establish(uri: &str) -> Result<(SqliteConnection, NonNull<ffi::sqlite3>), String> {
    let _turn = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    OPENED.set(ptr::null_mut());
    // SAFETY: `note` has the signature of an extension's entry point, and is a function of this
    // program, which is never unloaded.
    unsafe { ffi::sqlite3_auto_extension(Some(note)) };
    let connection = SqliteConnection::establish(uri);
    // SAFETY: as above; taking away what isn't registered does nothing.
    unsafe { ffi::sqlite3_cancel_auto_extension(Some(note)) };
    let handle = NonNull::new(OPENED.replace(ptr::null_mut()));
    let connection = connection.map_err(|error| error.to_string())?;
    match handle {
        // It was noted on this thread since `OPENED` was emptied, where only this connection opened.
        Some(handle) => Ok((connection, handle)),
        None => Err("SQLite did not tell the connection's handle".to_owned()),
    }
}

unsafe extern "C" fn note(
    handle: *mut ffi::sqlite3,
    _message: *mut *mut c_char,
    _routines: *const ffi::sqlite3_api_routines,
) -> c_int {
    // A thread that is ending has no such cell any more, and nobody who waits for it.
    let _ = OPENED.try_with(|opened| opened.set(handle));
    ffi::SQLITE_OK
}

/// Gives what a callback was installed with.
///
/// # Safety
/// `data` comes from [`Handle::install`], and that handle still lives.
unsafe fn signals<'a>(data: *mut c_void) -> &'a Signals {
    // SAFETY: the caller vouches that it points at living signals, which are never changed but
    // through their atomics.
    unsafe { &*data.cast::<Signals>() }
}

unsafe extern "C" fn progress(data: *mut c_void) -> c_int {
    // SAFETY: SQLite gives back what `install` gave it, while the handle lives.
    c_int::from(unsafe { signals(data) }.must_stop())
}

unsafe extern "C" fn busy(data: *mut c_void, tries: c_int) -> c_int {
    // SAFETY: as in `progress`.
    c_int::from(unsafe { signals(data) }.wait_for_lock(tries))
}

unsafe extern "C" fn committing(data: *mut c_void) -> c_int {
    // SAFETY: as in `progress`.
    unsafe { signals(data) }.note_commit();
    0
}

unsafe extern "C" fn wal_grew(
    data: *mut c_void,
    _handle: *mut ffi::sqlite3,
    _database: *const c_char,
    pages: c_int,
) -> c_int {
    // SAFETY: as in `progress`.
    unsafe { signals(data) }.note_wal(u32::try_from(pages).unwrap_or(0));
    ffi::SQLITE_OK
}

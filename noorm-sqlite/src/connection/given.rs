//! Rows in memory as a table that SQLite reads, so that one statement adds any number of them.
//!
//! It is a table-valued function of the connection (<https://sqlite.org/vtab.html#tabfunc2>). Its argument is a
//! pointer, which no SQL can make (<https://sqlite.org/bindptr.html>); so nobody else can call it. Against a
//! statement with a parameter for each value, SQLite is spared two calls a value, and the way into the statement and
//! out of it.
//!
//! Besides [`handle`](super::handle) and [`statement`](super::statement), this file holds unsafe code.

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::time::Instant;
use std::{mem, ptr};

use libsqlite3_sys as ffi;
use noorm_core::{Error, Value};

use crate::types::{self, Bound, Stored};

/// The function's name.
pub(super) const TABLE: &str = "noorm:given";
const NAME: &CStr = c"noorm:given";

/// What marks a pointer as one to [`Given`].
pub(super) const POINTER: &CStr = c"noorm:given";

/// How many columns the table has: they stand for the first values of each row.
pub(super) const COLUMNS: usize = 256;

/// How many rows are given between two looks at the clock.
const STRIDE: usize = 16;

/// `SQLITE_UTF8`, in the width that results want.
const UTF8: u8 = 1;

/// Rows to be read by a statement, one behind another.
pub(super) struct Given<'a> {
    width: usize,
    /// The row that is read now; empty where there is none.
    row: Cell<&'a [Value]>,
    /// Those behind it.
    rest: Cell<&'a [Value]>,
    /// How many were given.
    count: Cell<usize>,
    /// When no more are given, even if some are left. A table with triggers has been given all before the first is added.
    until: Option<Instant>,
    /// Why a value couldn't be given.
    refused: RefCell<Option<Error>>,
}

impl<'a> Given<'a> {
    /// Rows of so many values; at least one, and [`COLUMNS`] at most.
    pub(super) fn new(values: &'a [Value], width: usize, until: Option<Instant>) -> Self {
        Self {
            width,
            row: Cell::default(),
            rest: Cell::new(values),
            count: Cell::default(),
            until,
            refused: RefCell::default(),
        }
    }

    /// How many rows were read.
    pub(super) fn count(&self) -> usize {
        self.count.get()
    }

    /// Gives why a value of the last statement couldn't be given.
    pub(super) fn refused(&self) -> Option<Error> {
        self.refused.borrow_mut().take()
    }

    fn advance(&self) {
        let count = self.count.get();
        let is_late = || self.until.is_some_and(|until| Instant::now() > until);
        let is_over = count > 0 && count.is_multiple_of(STRIDE) && is_late();
        match self.rest.get().split_at_checked(self.width) {
            Some((row, rest)) if !is_over => {
                self.row.set(row);
                self.rest.set(rest);
                self.count.set(count + 1);
            }
            _ => self.row.set(&[]),
        }
    }
}

/// What SQLite keeps of the table.
#[repr(C)]
struct Table {
    base: ffi::sqlite3_vtab,
}

/// What SQLite keeps of a scan.
#[repr(C)]
struct Cursor {
    base: ffi::sqlite3_vtab_cursor,
    given: *const Given<'static>,
}

struct Module(ffi::sqlite3_module);

// SAFETY: it holds pointers to functions only, and is never changed.
unsafe impl Sync for Module {}

/// Without `xCreate`, the table is there under the module's name, and no other can be made of it.
static MODULE: Module = Module(ffi::sqlite3_module {
    xConnect: Some(connect),
    xBestIndex: Some(plan),
    xDisconnect: Some(disconnect),
    xOpen: Some(open),
    xClose: Some(close),
    xFilter: Some(filter),
    xNext: Some(next),
    xEof: Some(is_at_end),
    xColumn: Some(column),
    xRowid: Some(row_id),
    // SAFETY: of all zeros, it has no functions, and version 0.
    ..unsafe { mem::zeroed() }
});

/// Lets statements of a connection read [`Given`].
///
/// # Safety
/// The handle is open.
pub(super) unsafe fn install(handle: *mut ffi::sqlite3) -> c_int {
    // SAFETY: as the caller vouches; the module and its name are never dropped.
    unsafe {
        let module = &raw const MODULE.0;
        ffi::sqlite3_create_module_v2(handle, NAME.as_ptr(), module, ptr::null_mut(), None)
    }
}

unsafe extern "C" fn connect(
    handle: *mut ffi::sqlite3,
    _data: *mut c_void,
    _count: c_int,
    _arguments: *const *const c_char,
    table: *mut *mut ffi::sqlite3_vtab,
    _message: *mut *mut c_char,
) -> c_int {
    let columns: String = (0..COLUMNS).map(|at| format!("c{at}, ")).collect();
    let Ok(sql) = CString::new(format!("CREATE TABLE given ({columns} given HIDDEN)")) else {
        return ffi::SQLITE_INTERNAL;
    };
    // SAFETY: SQLite gives a handle that is open, and a place for the table, which it gives back to `disconnect`. All
    // zeros are what it wants of the table's beginning.
    unsafe {
        ffi::sqlite3_vtab_config(handle, ffi::SQLITE_VTAB_DIRECTONLY);
        let declared = ffi::sqlite3_declare_vtab(handle, sql.as_ptr());
        if declared == ffi::SQLITE_OK {
            let base = mem::zeroed();
            *table = Box::into_raw(Box::new(Table { base })).cast();
        }
        declared
    }
}

unsafe extern "C" fn disconnect(table: *mut ffi::sqlite3_vtab) -> c_int {
    // SAFETY: it is what `connect` made, and SQLite gives it back once.
    drop(unsafe { Box::from_raw(table.cast::<Table>()) });
    ffi::SQLITE_OK
}

/// There is one way to read it: with its argument, from the first row to the last.
unsafe extern "C" fn plan(
    _table: *mut ffi::sqlite3_vtab,
    info: *mut ffi::sqlite3_index_info,
) -> c_int {
    // SAFETY: SQLite gives as many constraints, and as many places for their use, as it says.
    unsafe {
        let info = &mut *info;
        for at in 0..usize::try_from(info.nConstraint).unwrap_or(0) {
            let constraint = &*info.aConstraint.add(at);
            // Its argument stands behind all others.
            let is_argument = usize::try_from(constraint.iColumn) == Ok(COLUMNS)
                && i32::from(constraint.op) == ffi::SQLITE_INDEX_CONSTRAINT_EQ;
            if is_argument && constraint.usable != 0 {
                let usage = &mut *info.aConstraintUsage.add(at);
                usage.argvIndex = 1;
                usage.omit = 1;
                return ffi::SQLITE_OK;
            }
        }
    }
    ffi::SQLITE_CONSTRAINT
}

unsafe extern "C" fn open(
    _table: *mut ffi::sqlite3_vtab,
    cursor: *mut *mut ffi::sqlite3_vtab_cursor,
) -> c_int {
    // SAFETY: SQLite gives a place for the cursor, which it gives back to `close`, and sets its beginning.
    unsafe {
        let (base, given) = (mem::zeroed(), ptr::null());
        *cursor = Box::into_raw(Box::new(Cursor { base, given })).cast();
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn close(cursor: *mut ffi::sqlite3_vtab_cursor) -> c_int {
    // SAFETY: it is what `open` made, and SQLite gives it back once.
    drop(unsafe { Box::from_raw(cursor.cast::<Cursor>()) });
    ffi::SQLITE_OK
}

unsafe extern "C" fn filter(
    cursor: *mut ffi::sqlite3_vtab_cursor,
    _plan: c_int,
    _name: *const c_char,
    count: c_int,
    arguments: *mut *mut ffi::sqlite3_value,
) -> c_int {
    if count != 1 {
        return ffi::SQLITE_MISUSE;
    }
    // SAFETY: the cursor is what `open` made; there is one argument. It is null unless it was bound with this mark,
    // which only `Statement::add` does: it points at `Given` until the statement is reset.
    unsafe {
        let given = ffi::sqlite3_value_pointer(*arguments, POINTER.as_ptr());
        let given = given.cast_const().cast::<Given<'static>>();
        let Some(rows) = given.as_ref() else {
            return ffi::SQLITE_MISUSE;
        };
        rows.advance();
        (*cursor.cast::<Cursor>()).given = given;
    }
    ffi::SQLITE_OK
}

/// Gives the rows of a scan that has begun.
///
/// # Safety
/// The cursor is what `open` made, `filter` was called with it, and the statement is still running.
unsafe fn given<'a>(cursor: *mut ffi::sqlite3_vtab_cursor) -> &'a Given<'a> {
    // SAFETY: as the caller vouches; `filter` has seen that it isn't null.
    unsafe { &*(*cursor.cast::<Cursor>()).given.cast::<Given<'a>>() }
}

unsafe extern "C" fn next(cursor: *mut ffi::sqlite3_vtab_cursor) -> c_int {
    // SAFETY: SQLite goes on only with a scan that has begun.
    unsafe { given(cursor) }.advance();
    ffi::SQLITE_OK
}

unsafe extern "C" fn is_at_end(cursor: *mut ffi::sqlite3_vtab_cursor) -> c_int {
    // SAFETY: as in `next`.
    c_int::from(unsafe { given(cursor) }.row.get().is_empty())
}

unsafe extern "C" fn column(
    cursor: *mut ffi::sqlite3_vtab_cursor,
    context: *mut ffi::sqlite3_context,
    number: c_int,
) -> c_int {
    // SAFETY: as in `next`.
    let given = unsafe { given(cursor) };
    let at = usize::try_from(number).unwrap_or(COLUMNS);
    let Some(value) = given.row.get().get(at) else {
        return ffi::SQLITE_OK;
    };
    // SAFETY: the context is SQLite's, for this value. What is held lives until the statement has been reset.
    unsafe {
        match types::held(value) {
            Some(stored) => give(context, &stored, ffi::SQLITE_STATIC()),
            None => match types::bind(value) {
                Ok(Bound::Held(stored)) => give(context, &stored, ffi::SQLITE_STATIC()),
                Ok(written) => give(context, &written.stored(), ffi::SQLITE_TRANSIENT()),
                Err(error) => {
                    given.refused.replace(Some(error));
                    return ffi::SQLITE_ERROR;
                }
            },
        }
    }
    ffi::SQLITE_OK
}

/// # Safety
/// The context is one that SQLite waits on for a value. Unless `keeping` has SQLite copy it, `value` lives until the
/// statement is reset.
#[inline]
unsafe fn give(
    context: *mut ffi::sqlite3_context,
    value: &Stored<'_>,
    keeping: ffi::sqlite3_destructor_type,
) {
    // SAFETY: as the caller vouches; pointers and lengths are those of slices.
    unsafe {
        match *value {
            // What isn't set is NULL.
            Stored::Null => {}
            Stored::Integer(n) => ffi::sqlite3_result_int64(context, n),
            Stored::Real(n) => ffi::sqlite3_result_double(context, n),
            Stored::Text(text) => {
                let (start, length) = (text.as_ptr().cast(), text.len() as u64);
                ffi::sqlite3_result_text64(context, start, length, keeping, UTF8);
            }
            Stored::Blob([]) => ffi::sqlite3_result_zeroblob(context, 0),
            Stored::Blob(bytes) => {
                let (start, length) = (bytes.as_ptr().cast(), bytes.len() as u64);
                ffi::sqlite3_result_blob64(context, start, length, keeping);
            }
        }
    }
}

unsafe extern "C" fn row_id(
    cursor: *mut ffi::sqlite3_vtab_cursor,
    number: *mut ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: as in `next`; SQLite gives a place for the number.
    unsafe { *number = i64::try_from(given(cursor).count()).unwrap_or(i64::MAX) };
    ffi::SQLITE_OK
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use uuid::Uuid;

    use super::super::handle::Handle;
    use super::super::pace::Mark;
    use super::*;

    fn table() -> Handle {
        let handle = Handle::open(":memory:").unwrap();
        handle
            .command("CREATE TABLE entry (id INTEGER PRIMARY KEY, note TEXT UNIQUE)")
            .unwrap();
        handle
    }

    fn add(handle: &Handle, rows: &Given<'_>) -> Result<(), String> {
        let sql = format!("INSERT INTO entry SELECT c0, c1 FROM \"{TABLE}\"(?1) WHERE true");
        let mut statement = handle
            .prepare_kept(&sql.as_str().into(), Mark::of(&sql))
            .unwrap();
        statement.add(rows).map_err(|failure| failure.message)
    }

    fn entries(handle: &Handle) -> Vec<(i64, Option<String>)> {
        let mut statement = handle
            .prepare("SELECT id, note FROM entry ORDER BY id")
            .unwrap();
        let mut found = Vec::new();
        while statement.step().unwrap() {
            let Stored::Integer(id) = statement.value(0) else {
                panic!("no number")
            };
            let note = match statement.value(1) {
                Stored::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
                _ => None,
            };
            found.push((id, note));
        }
        found
    }

    #[test]
    fn rows_are_read_to_the_last() {
        let handle = table();
        // Not all rows are there: the last value belongs to none.
        let values = [1.into(), "a".into(), Value::Null, Value::Null, 7.into()];
        let rows = Given::new(&values, 2, None);
        assert_eq!((add(&handle, &rows), rows.count()), (Ok(()), 2));
        let written: Uuid = "67e55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap();
        let values = [3.into(), Value::Uuid(written)];
        assert_eq!(add(&handle, &Given::new(&values, 2, None)), Ok(()));
        let added = [Some("a".to_owned()), None, Some(written.to_string())];
        assert_eq!(entries(&handle), (1..).zip(added).collect::<Vec<_>>());
    }

    #[test]
    fn time_that_is_up_leaves_rows() {
        let handle = table();
        let values: Vec<Value> = (0..200).flat_map(|n| [n.into(), Value::Null]).collect();
        let over = Instant::now() - Duration::from_millis(1);
        let rows = Given::new(&values, 2, Some(over));
        assert_eq!((add(&handle, &rows), rows.count()), (Ok(()), STRIDE));
        let rows = Given::new(values.get(2 * STRIDE..).unwrap(), 2, None);
        assert_eq!((add(&handle, &rows), rows.count()), (Ok(()), 200 - STRIDE));
        assert_eq!(entries(&handle).len(), 200);
    }

    #[test]
    fn all_of_them_are_added_or_none() {
        let handle = table();
        let values = [1.into(), "a".into(), 2.into(), "a".into()];
        let refused = add(&handle, &Given::new(&values, 2, None)).unwrap_err();
        assert_eq!(refused, "UNIQUE constraint failed: entry.note");
        let values = [1.into(), "a".into(), 2.into(), u64::MAX.into()];
        let rows = Given::new(&values, 2, None);
        assert!(add(&handle, &rows).is_err());
        let refused = rows.refused().unwrap().to_string();
        assert!(refused.contains("an integer beyond"), "{refused}");
        assert_eq!(entries(&handle), []);
        let values = [1.into(), "a".into()];
        assert_eq!(add(&handle, &Given::new(&values, 2, None)), Ok(()));
    }

    #[test]
    fn no_sql_can_read_what_it_was_not_given() {
        let handle = table();
        for (sql, refused) in [
            ("SELECT * FROM \"noorm:given\"", "no query solution"),
            (
                "SELECT * FROM \"noorm:given\"(7)",
                "bad parameter or other API misuse",
            ),
            (
                "SELECT * FROM \"noorm:given\"(NULL)",
                "bad parameter or other API misuse",
            ),
            (
                "CREATE VIRTUAL TABLE mine USING \"noorm:given\"",
                "no such module: noorm:given",
            ),
        ] {
            let failure = handle.command(sql).unwrap_err();
            assert_eq!(failure.message, refused, "{sql}");
        }
        handle
            .command("CREATE VIEW sly AS SELECT c0 FROM \"noorm:given\"(7)")
            .unwrap();
        let failure = handle.command("SELECT * FROM sly").unwrap_err();
        assert_eq!(
            failure.message,
            "unsafe use of virtual table \"noorm:given\""
        );
    }
}

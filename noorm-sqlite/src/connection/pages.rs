//! Pages that a connection has to read again and again.
//!
//! SQLite as `libsqlite3-sys` builds it (`SQLITE_ENABLE_MEMORY_MANAGEMENT`) counts the pages that the connections of a
//! process keep together. One that keeps as many as it may takes the places of others' pages, and the others don't get
//! them back: whatever they read is dropped as soon as it isn't in use, so that adding a thousand rows reads a thousand
//! pages, for as long as the connections are open (`pcache1Unpin` in `pcache1.c`). Letting all unused pages go, once,
//! ends it.

use std::cell::Cell;
use std::ops::RangeInclusive;

use libsqlite3_sys as ffi;

use super::handle::Handle;

/// How many statements are run between two looks.
const STATEMENTS: u32 = 8;

/// How many pages must have been read before it counts, and how many are enough to wait for.
const MISSES: RangeInclusive<u64> = 512..=16_384;

/// Less than a page takes in memory: the smallest has 512 bytes.
const PAGE: u64 = 256;

/// What was seen of a connection's pages.
#[derive(Debug)]
pub(super) struct Pages {
    /// How many bytes of them it may keep.
    room: u64,
    statements: Cell<u32>,
    /// At the last look that counted: how many had been read, and how many bytes were kept.
    misses: Cell<u64>,
    kept: Cell<u64>,
    /// How many misses the next look waits for: others of the process pay, too, and it may have another reason.
    patience: Cell<u64>,
}

impl Pages {
    /// Of a connection that keeps so many KiB at most.
    pub(super) fn new(kib: u32) -> Self {
        Self {
            room: u64::from(kib) * 1024,
            statements: Cell::new(0),
            misses: Cell::new(0),
            kept: Cell::new(0),
            patience: Cell::new(*MISSES.start()),
        }
    }

    /// Lets unused pages go where there is room, and many were read and not kept. Called after each statement.
    pub(super) fn look(&self, handle: &Handle) {
        let statements = self.statements.get() + 1;
        self.statements.set(statements % STATEMENTS);
        if statements < STATEMENTS {
            return;
        }
        let misses = handle.status(ffi::SQLITE_DBSTATUS_CACHE_MISS);
        let read = misses.saturating_sub(self.misses.get());
        if read < self.patience.get() {
            return;
        }
        self.misses.set(misses);
        let kept = handle.status(ffi::SQLITE_DBSTATUS_CACHE_USED);
        let more = kept.saturating_sub(self.kept.replace(kept));
        if kept < self.room / 4 * 3 && more < read * PAGE {
            handle.release_memory();
            self.kept.set(0);
            self.patience.set((2 * read).min(*MISSES.end()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with a table of `rows` rows, and how many pages its connection may keep.
    fn open(path: &std::path::Path, pages: u32, rows: u32) -> Handle {
        let handle = Handle::open(&format!("file:{}?mode=rwc", path.display())).unwrap();
        for command in [
            format!("PRAGMA cache_size = {pages}"),
            "PRAGMA journal_mode = WAL".into(),
            "CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)".into(),
            format!(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
                 INSERT INTO t SELECT i, printf('%500d', i) FROM n"
            ),
        ] {
            handle.command(&command).unwrap();
        }
        handle
    }

    /// How many pages a thousand lookups of the same ten rows read.
    fn misses(handle: &Handle, watched: Option<&Pages>) -> u64 {
        let before = handle.status(ffi::SQLITE_DBSTATUS_CACHE_MISS);
        for at in 0..1_000 {
            let find = format!("SELECT text FROM t WHERE id = {}", at % 10 * 300 + 1);
            handle.command(&find).unwrap();
            if let Some(pages) = watched {
                pages.look(handle);
            }
        }
        handle.status(ffi::SQLITE_DBSTATUS_CACHE_MISS) - before
    }

    #[test]
    fn pages_that_were_taken_by_another_connection_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let ours = open(&folder.path().join("ours.db"), 500, 4_000);
        let other = open(&folder.path().join("other.db"), 100, 8_000);
        let pages = Pages::new(2_000);
        misses(&ours, None);
        // Has its own full, and takes ours.
        other.command("SELECT sum(length(text)) FROM t").unwrap();
        let lost = misses(&ours, None);
        misses(&ours, Some(&pages));
        let found = misses(&ours, Some(&pages));
        assert!(found < 20 && found <= lost, "{lost}, then {found} misses");
    }

    #[test]
    fn pages_that_find_no_room_are_no_reason() {
        let folder = tempfile::tempdir().unwrap();
        let handle = open(&folder.path().join("large.db"), 100, 8_000);
        let pages = Pages::new(400);
        for _ in 0..2 * STATEMENTS {
            handle.command("SELECT sum(length(text)) FROM t").unwrap();
            pages.look(&handle);
        }
        assert_eq!(pages.patience.get(), *MISSES.start());
    }
}

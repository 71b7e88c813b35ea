//! Any text as a cursor: it is refused, or it is a place in the order; it never panics, and gives no row
//! that the query wouldn't give.

use std::cell::OnceCell;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as ALPHABET;
use noorm::prelude::*;
use noorm::repository::Seek;
use tokio::runtime::Runtime;

/// Asks for the pages at a cursor of these bytes: as they are, and under a right checksum.
///
/// # Panics
/// If something is wrong.
pub fn check(bytes: &[u8]) {
    thread_local!(static SHELF: OnceCell<Shelf> = const { OnceCell::new() });
    SHELF.with(|shelf| {
        let shelf = shelf.get_or_init(Shelf::new);
        if let Ok(text) = std::str::from_utf8(bytes) {
            shelf.check(text);
        }
        shelf.check(&shelf.sealed(bytes));
    });
}

/// A table with a column of every kind that a cursor can hold.
struct Shelf {
    runtime: Runtime,
    query: Query<Record>,
    /// Version and order, as every cursor of the query begins.
    head: Vec<u8>,
}

impl Shelf {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let made = runtime.block_on(async {
            let db = Database::connect("sqlite::memory:").await?;
            db.raw(
                "CREATE TABLE item (id INTEGER PRIMARY KEY, i INTEGER, t TEXT, f REAL, b BLOB, \
                 n DECIMAL(20, 5), d DATE, at TIMESTAMP, u UUID, ok BOOLEAN)",
            )
            .await?;
            db.refresh().await?;
            let items = db.repository("item")?;
            items
                .create_many((0..5).map(|i| record! { "i" => i, "t" => "x", "f" => 0.5 }))
                .await?;
            let query = items
                .query()
                .order_by(["i", "t", "f", "b", "n", "d", "at", "u", "ok"]);
            let page = query.clone().cursor_page(2, Seek::Start).await?;
            let cursor = page.next.expect("more pages");
            let head = ALPHABET.decode(cursor).expect("the alphabet")[..5].to_vec();
            Ok::<_, Error>((query, head))
        });
        let (query, head) = made.expect("a table");
        Self {
            runtime,
            query,
            head,
        }
    }

    /// A cursor of these bytes that is whole, as far as its checksum tells.
    fn sealed(&self, bytes: &[u8]) -> String {
        let mut whole = self.head.clone();
        whole.extend_from_slice(bytes);
        whole.extend(crc32fast::hash(&whole).to_be_bytes());
        ALPHABET.encode(whole)
    }

    fn check(&self, cursor: &str) {
        for seek in [Seek::After(cursor), Seek::Before(cursor)] {
            let page = self
                .runtime
                .block_on(self.query.clone().cursor_page(10, seek));
            match page {
                Ok(page) => assert!(page.items.len() <= 5),
                Err(error) => assert_ne!(error.kind(), ErrorKind::Internal, "{error:?}"),
            }
        }
    }
}

//! Many writers at once, who count what they were told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use noorm::prelude::*;
use noorm::repository::Changes;

use crate::Engine;
use crate::probe::eventually;

/// The table that they write to.
#[must_use]
pub fn notes(engine: &Engine) -> String {
    engine.ddl("CREATE TABLE note (id $key, writer $int NOT NULL, n $int NOT NULL);")
}

const WRITERS: u32 = 16;

/// Has 16 writers at work while the server is restarted, so many times.
///
/// Then every write that was acknowledged is there once, every other one at most once, a transaction whole
/// or not at all, and everyone writes again.
///
/// # Errors
/// What the library says when it shouldn't.
///
/// # Panics
/// If it isn't so.
pub async fn check_restarts(
    db: &Database,
    times: u32,
    mut restart: impl AsyncFnMut(),
) -> Result<()> {
    let told = Arc::new(AtomicU32::new(0));
    let over = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            tokio::spawn(write(
                db.clone(),
                writer,
                Arc::clone(&told),
                Arc::clone(&over),
            ))
        })
        .collect();
    for _ in 0..times {
        let before = told.load(Ordering::Relaxed);
        eventually("they write", async || {
            told.load(Ordering::Relaxed) > before + 3 * WRITERS
        })
        .await;
        restart().await;
    }
    over.store(true, Ordering::Relaxed);
    let (mut acknowledged, mut unknown) = (Vec::new(), Vec::new());
    for writer in writers {
        let (kept, lost) = writer.await.expect("no panic");
        acknowledged.extend(kept);
        unknown.extend(lost);
    }
    let mut found = std::collections::HashMap::new();
    for note in db.repository("note")?.all().await? {
        let note: (i64, i64) = (note.get("writer")?, note.get("n")?);
        *found.entry(note).or_insert(0) += 1;
    }
    for (writer, n) in &acknowledged {
        let written = found.remove(&(*writer, *n));
        assert_eq!(written, Some(rows(*n)), "{n} of {writer} was acknowledged");
    }
    for (writer, n) in &unknown {
        let written = found.remove(&(*writer, *n));
        assert!(
            written.is_none_or(|w| w == rows(*n)),
            "{n} of {writer}: {written:?}"
        );
    }
    assert!(found.is_empty(), "{found:?}");
    println!(
        "{} writes acknowledged, {} not",
        acknowledged.len(),
        unknown.len()
    );
    Ok(())
}

/// Every third write is a transaction of two rows.
fn rows(n: i64) -> i32 {
    if n % 3 == 0 { 2 } else { 1 }
}

type Told = Vec<(i64, i64)>;

/// Writes until it is over, and ten times more without an error; gives what was acknowledged, and what not.
async fn write(
    db: Database,
    writer: u32,
    told: Arc<AtomicU32>,
    over: Arc<AtomicBool>,
) -> (Told, Told) {
    let (mut kept, mut lost) = (Vec::new(), Vec::new());
    let writer = i64::from(writer);
    let mut behind = 0;
    for n in 0.. {
        let done = match rows(n) {
            1 => note(&db, writer, n).await,
            _ => {
                let both = async |tx: Transaction| {
                    note(&tx, writer, n).await?;
                    note(&tx, writer, n).await
                };
                db.transaction(both).await
            }
        };
        let is_over = over.load(Ordering::Relaxed);
        match done {
            Ok(()) => {
                kept.push((writer, n));
                told.fetch_add(1, Ordering::Relaxed);
                behind += u32::from(is_over);
            }
            Err(error) => {
                let outage =
                    error.kind().is_transient() || error.kind() == ErrorKind::CommitUnknown;
                assert!(outage, "{error:?}");
                lost.push((writer, n));
                // The end of the last restart may be noticed late, but only once for each connection.
                assert!(lost.len() < 1000, "{error:?}");
            }
        }
        if behind == 10 {
            break;
        }
        tokio::time::sleep(Duration::from_micros(500)).await;
    }
    (kept, lost)
}

async fn note(db: &Database, writer: i64, n: i64) -> Result<()> {
    let note = record! { "writer" => writer, "n" => n };
    db.repository("note")?.create(note).await.map(|_| ())
}

/// The tables that [`write_much`] writes to; `sum` has to have its row 1.
#[must_use]
pub fn notes_and_sums(engine: &Engine) -> String {
    let sum = engine.ddl("CREATE TABLE sum (id $int NOT NULL PRIMARY KEY, total $int NOT NULL);");
    format!("{}\n{sum}", notes(engine))
}

/// Writes notes, and counts them in a row that everybody writes to; gives how many they were.
///
/// # Errors
/// What the library says.
pub async fn write_much(db: &Database, writer: i64) -> Result<i64> {
    let mut written = 0;
    for n in 0..8 {
        if n % 2 == 0 {
            note(db, writer, n).await?;
            add(db, 1).await?;
            written += 1;
            continue;
        }
        let both = async |tx: Transaction| {
            // The row that everybody wants comes first: two who met in it would have to go on apart.
            add(&tx, 2).await?;
            note(&tx, writer, n).await?;
            note(&tx, writer, n).await
        };
        db.transaction(both).await?;
        written += 2;
    }
    Ok(written)
}

async fn add(db: &Database, count: i64) -> Result<()> {
    let total = Changes::new().set("total", col("total").plus(count));
    let row = db.repository("sum")?.query().filter(col("id").eq(1));
    assert_eq!(row.update(total).await?, 1);
    Ok(())
}

//! A layer of one's own: it counts statements, and refuses to delete.
//!
//! ```text
//! cargo run --example own_layer
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use noorm::BoxFuture;
use noorm::executor::{Layer, Next, Outcome, Request, Slot};
use noorm::prelude::*;
use noorm::statement::Tree;

/// Counts the statements that pass.
#[derive(Debug, Default, Clone)]
struct Counter(Arc<AtomicU64>);

impl Layer for Counter {
    fn name(&self) -> &str {
        "counter"
    }

    fn slot(&self) -> Slot {
        Slot::Trace
    }

    fn run<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Outcome>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        next.run(request)
    }
}

/// Refuses to delete, so that nothing is lost.
#[derive(Debug)]
struct NoDeletes {
    except: String,
}

impl Layer for NoDeletes {
    fn name(&self) -> &str {
        "no-deletes"
    }

    fn slot(&self) -> Slot {
        Slot::Validation
    }

    fn run<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Outcome>> {
        match request.statement.shape().tree() {
            Tree::Delete(delete) if *delete.table.name != *self.except => {
                let message = format!("rows of `{}` are kept for ever", delete.table);
                Box::pin(async move { Err(Error::new(ErrorKind::Refused, message)) })
            }
            _ => next.run(request),
        }
    }
}

// Registered, it can be chosen by its name, with its configuration.
noorm::register_layer!("no-deletes", |config| {
    let except = config["except"].as_str().unwrap_or_default().to_owned();
    Ok(Arc::new(NoDeletes { except }))
});

#[tokio::main]
async fn main() -> Result<()> {
    let counter = Counter::default();
    let config = r#"{"except": "draft"}"#.parse().unwrap_or_default();
    let db = Database::builder("sqlite::memory:")
        .layer(counter.clone())
        .layer_named("no-deletes", config)
        .connect()
        .await?;
    for table in ["note", "draft"] {
        db.raw(format!(
            "CREATE TABLE {table} (id INTEGER PRIMARY KEY, text TEXT)"
        ))
        .await?;
    }
    db.refresh().await?;

    let notes = db.repository("note")?;
    notes.create(record! { "text" => "keep me" }).await?;
    let refused = notes.delete(1).await.map_err(|error| error.to_string());
    assert_eq!(
        refused,
        Err("`delete` on `note`: rows of `note` are kept for ever".to_owned())
    );
    assert_eq!(notes.count().await?, 1);
    assert!(!db.repository("draft")?.delete(1).await?);

    println!("{} statements passed", counter.0.load(Ordering::Relaxed));
    assert_eq!(counter.0.load(Ordering::Relaxed), 6);
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn runs() {
        super::main().unwrap();
    }
}

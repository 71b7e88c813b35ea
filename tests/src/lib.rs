//! The conformance suite, and what it stands on: engines, a database of a test's own in each.

pub mod chinook;
pub mod codes;
pub mod database;
pub mod engine;
pub mod engines;
pub mod library;
pub mod music;
pub mod probe;
pub mod proxy;
pub mod servers;
pub mod suite;
pub mod writers;

pub use codes::check_code;
pub use database::TestDatabase;
pub use engine::Engine;
#[doc(hidden)]
pub use inventory;

/// Runs a test of one engine.
pub fn run<F>(
    engine: &'static Engine,
    schema: fn(&Engine) -> String,
    test: impl FnOnce(TestDatabase) -> F,
) where
    F: Future<Output = noorm::Result<()>>,
{
    run_on(&runtime(), engine, schema, test);
}

/// Runs a test of one engine on one runtime.
pub fn run_on<F>(
    runtime: &tokio::runtime::Runtime,
    engine: &'static Engine,
    schema: fn(&Engine) -> String,
    test: impl FnOnce(TestDatabase) -> F,
) where
    F: Future<Output = noorm::Result<()>>,
{
    runtime.block_on(async {
        if let Some(db) = engine.database(&schema(engine)).await {
            test(db).await.unwrap_or_else(|error| panic!("{error:?}"));
        }
    });
}

/// Makes the runtime that tests run on.
#[must_use]
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
}

/// Makes a runtime of one thread.
#[must_use]
pub fn current_thread() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

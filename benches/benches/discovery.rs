//! Criterion's statistics of discovering a PostgreSQL database of 1,000 tables.

use anyhow::Result;
use noorm_benches::discovery::{self, Discover};
use noorm_benches::runtime;
use noorm_benches::server::Scratch;

fn main() -> Result<()> {
    let runtime = runtime()?;
    let Some(database) = Scratch::create(&runtime, "discovery")? else {
        return Ok(());
    };
    runtime.block_on(discovery::fill(database.url()))?;
    let mut contenders = runtime.block_on(discovery::contenders(database.url()))?;
    let mut criterion = noorm_benches::configured();
    noorm_benches::criterion(
        &mut criterion,
        &runtime,
        "discovery",
        Discover,
        &mut contenders,
    );
    criterion.final_summary();
    Ok(())
}

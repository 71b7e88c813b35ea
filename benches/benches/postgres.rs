//! Criterion's statistics of single operations on PostgreSQL.

use anyhow::Result;
use noorm_benches::server::Scratch;
use noorm_benches::{Operation, postgres, runtime};

fn main() -> Result<()> {
    let runtime = runtime()?;
    let Some(database) = Scratch::create(&runtime, "postgres")? else {
        return Ok(());
    };
    runtime.block_on(postgres::fill(database.url()))?;
    let mut contenders = runtime.block_on(postgres::contenders(database.url()))?;
    let mut criterion = noorm_benches::configured();
    for operation in [
        Operation::Find,
        Operation::Load,
        Operation::Insert,
        Operation::Update,
    ] {
        let group = format!("postgres/{operation:?}").to_lowercase();
        noorm_benches::criterion(&mut criterion, &runtime, &group, operation, &mut contenders);
    }
    criterion.final_summary();
    Ok(())
}

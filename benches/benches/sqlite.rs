//! Criterion's statistics of single operations on SQLite.

use anyhow::Result;
use noorm_benches::{Operation, runtime, sqlite};

fn main() -> Result<()> {
    let runtime = runtime()?;
    let folder = tempfile::tempdir()?;
    let mut contenders = runtime.block_on(sqlite::contenders(folder.path()))?;
    let mut criterion = noorm_benches::configured();
    for operation in [
        Operation::Find,
        Operation::Load,
        Operation::Insert,
        Operation::Update,
    ] {
        let group = format!("sqlite/{operation:?}").to_lowercase();
        noorm_benches::criterion(&mut criterion, &runtime, &group, operation, &mut contenders);
    }
    criterion.final_summary();
    Ok(())
}

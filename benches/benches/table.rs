//! Every target beside what is measured now, as one table of ratios.
//!
//! Arguments choose parts of it: `sqlite`, `postgres`, `discovery`.

use std::time::Duration;

use anyhow::Result;
use noorm_benches::discovery::{self, Discover};
use noorm_benches::report::{Measure, Report, time};
use noorm_benches::rounds::{interleave, reconnecting};
use noorm_benches::server::Scratch;
use noorm_benches::sqlite::{noorm, raw};
use noorm_benches::{Operation, instructions, memory, postgres, runtime, sqlite, ticker};
use tokio::runtime::Runtime;

fn main() -> Result<()> {
    if memory::is_measured()? || instructions::is_counted()? {
        return Ok(());
    }
    let runtime = runtime()?;
    let mut report = Report::default();
    // `cargo bench` adds an option of its own.
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with('-'))
        .collect();
    let wanted = |section: &str| asked.is_empty() || asked.iter().any(|a| a == section);
    if wanted("sqlite") {
        on_sqlite(&runtime, &mut report)?;
        beside_a_ticker(&mut report)?;
    }
    if wanted("postgres") {
        on_postgres(&runtime, &mut report)?;
    }
    if wanted("discovery") {
        of_discovery(&runtime, &mut report)?;
    }
    println!("\n{report}");
    Ok(())
}

fn on_sqlite(runtime: &Runtime, report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut all = runtime.block_on(sqlite::contenders(folder.path()))?;
    for (what, operation, target, often) in [
        ("SQLite: find by key", Operation::Find, 0.3, (100, 200)),
        ("SQLite: load 10,000 rows", Operation::Load, 1.2, (40, 3)),
        ("SQLite: insert", Operation::Insert, 0.6, (100, 100)),
        ("SQLite: update by key", Operation::Update, 0.6, (100, 100)),
    ] {
        let series = interleave(runtime, &mut all, operation, often)?;
        report.compare(what, &series, Measure::Wall, Some(target));
        report.compare(what, &series, Measure::Cpu, None);
    }
    Ok(())
}

/// A slow query, and commits that wait for the disk.
fn beside_a_ticker(report: &mut Report) -> Result<()> {
    let limit = Duration::from_millis(20);
    let show = |late: &Duration| time(*late);
    let rows = (1e6 * 0.2 / raw::seconds_to_count(1_000_000)?) as u64;
    for (name, runtime) in ticker::runtimes()? {
        let late = ticker::latest(&runtime, async |path| noorm::slow_scan(&path, rows).await)?;
        let raw = ticker::latest(&runtime, async |path| raw::slow_scan(&path, rows).await)?;
        let what = format!("Tick beside a 200 ms query, {name}: late by");
        report.bound(&what, late, Some(raw), limit, show);
        let late = ticker::latest(&runtime, async |path| {
            noorm::synced_inserts(&path, 100).await
        })?;
        let raw = ticker::latest(&runtime, async |path| raw::synced_inserts(&path, 100).await)?;
        let what = format!("Tick beside synced inserts, {name}: late by");
        report.bound(&what, late, Some(raw), limit, show);
    }
    Ok(())
}

fn on_postgres(runtime: &Runtime, report: &mut Report) -> Result<()> {
    let Some(database) = Scratch::create(runtime, "table")? else {
        return Ok(());
    };
    runtime.block_on(postgres::fill(database.url()))?;
    let url = database.url();
    for (what, operation, target) in [
        ("PostgreSQL: find by key", Operation::Find, Some(1.2)),
        ("PostgreSQL: update by key", Operation::Update, Some(1.2)),
        ("PostgreSQL: insert", Operation::Insert, None),
    ] {
        let connect = async || postgres::contenders(url).await;
        let series = reconnecting(runtime, connect, operation, (12, 10, 200))?;
        report.compare(what, &series, Measure::CpuAtBest, target);
        report.compare(what, &series, Measure::WallAtBest, None);
        instructions(report, url, what, operation)?;
    }
    let what = "PostgreSQL: load 10,000 rows";
    let mut all = runtime.block_on(postgres::contenders(url))?;
    let load = interleave(runtime, &mut all, Operation::Load, (40, 3))?;
    report.compare(what, &load, Measure::Wall, Some(1.25));
    report.compare(what, &load, Measure::Cpu, None);
    Ok(())
}

fn instructions(report: &mut Report, url: &str, what: &str, operation: Operation) -> Result<()> {
    let names = ["noorm", "tokio-postgres", "diesel-async"];
    let [noorm, raw, diesel] = names.map(|name| instructions::count(url, operation, name));
    if let (Some(noorm), Some(raw), Some(diesel)) = (noorm?, raw?, diesel?) {
        report.instructions(what, [noorm, raw], &[("diesel-async", diesel)]);
    }
    Ok(())
}

fn of_discovery(runtime: &Runtime, report: &mut Report) -> Result<()> {
    let Some(database) = Scratch::create(runtime, "discovery")? else {
        return Ok(());
    };
    let url = database.url();
    runtime.block_on(discovery::fill(url))?;
    let mut all = runtime.block_on(discovery::contenders(url))?;
    let times = interleave(runtime, &mut all, Discover, (15, 2))?;
    report.compare(
        "Discovery of 1,000 tables",
        &times,
        Measure::Wall,
        Some(1.5),
    );
    let sent = runtime.block_on(discovery::statements(url))?;
    report.bound(
        "Discovery: catalog statements",
        sent,
        None,
        10,
        usize::to_string,
    );
    let resident = memory::resident(url)?;
    let in_mib = |kib: &u64| format!("{} MiB", kib.div_ceil(1024));
    report.bound(
        "Memory: 1,000 tables and a pool",
        resident,
        None,
        50 * 1024,
        in_mib,
    );
    Ok(())
}

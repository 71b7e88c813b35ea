//! Every target beside what is measured now, as one table of ratios.
//!
//! Arguments choose parts of it: `sqlite`, `postgres`, `discovery`, `mysql`, `mariadb`, `mssql`, and `many` (many rows, or
//! many tasks, on every engine), and `eager` (relations, on every engine).
//!
//! Beside noorm and the raw driver, `sqlite`, `postgres`, `mysql` and `mariadb` find, load, insert and update with entities
//! and diesel-async, and with the feature `peers` sqlx and SeaORM, all in one run.

use std::time::Duration;

use ::noorm::mssql::MssqlIntrospector;
use ::noorm::mysql::MysqlIntrospector;
use ::noorm::postgres::PostgresIntrospector;
use anyhow::Result;
use noorm_benches::bulk::{self, Bulk};
use noorm_benches::discovery::{self, Discover};
use noorm_benches::eager::{self, Eager};
use noorm_benches::memory::Work;
use noorm_benches::mysql::{self, Plain, Product};
use noorm_benches::pooled::{self, Find, Finds};
use noorm_benches::report::{Measure, Report, time};
use noorm_benches::rounds::{interleave, reconnecting};
use noorm_benches::server::Scratch;
use noorm_benches::sqlite::{noorm, raw};
use noorm_benches::{
    Contender, Operation, instructions, memory, mssql, postgres, runtime, sqlite, ticker,
};
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
    for product in [Product::Mysql, Product::Mariadb] {
        if wanted(&product.names().0.to_lowercase()) {
            on_mysql(&runtime, &mut report, product)?;
        }
    }
    if wanted("mssql") {
        on_mssql(&runtime, &mut report)?;
    }
    if wanted("many") {
        many_on_sqlite(&runtime, &mut report)?;
        many_on_postgres(&runtime, &mut report)?;
        for product in [Product::Mysql, Product::Mariadb] {
            many_on_mysql(&runtime, &mut report, product)?;
        }
    }
    if wanted("eager") {
        eagerly(&runtime, &mut report)?;
    }
    println!("\n{report}");
    Ok(())
}

fn eagerly(runtime: &Runtime, report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = runtime.block_on(eager::file(folder.path()))?;
    let connect = async || eager::on_sqlite(&file).await;
    eagerly_on(runtime, report, "SQLite", connect)?;
    if let Some(database) = Scratch::create(runtime, "eager")? {
        runtime.block_on(eager::fill(database.url()))?;
        let connect = async || eager::on_postgres(database.url()).await;
        eagerly_on(runtime, report, "PostgreSQL", connect)?;
    }
    for product in [Product::Mysql, Product::Mariadb] {
        if let Some(database) = mysql::Scratch::create(runtime, product, "eager")? {
            runtime.block_on(eager::fill(database.url()))?;
            let connect = async || eager::on_mysql(database.url()).await;
            eagerly_on(runtime, report, product.names().0, connect)?;
        }
    }
    Ok(())
}

fn eagerly_on(
    runtime: &Runtime,
    report: &mut Report,
    engine: &str,
    connect: impl AsyncFn() -> Result<Vec<Box<dyn Contender<Eager>>>>,
) -> Result<()> {
    for (what, name) in eager::ALL {
        let series = reconnecting(runtime, &connect, what, (8, 10, 3))?;
        let name = format!("{engine}: {name}");
        report.compare(&name, &series, Measure::Wall, Some(1.15));
        report.compare(&name, &series, Measure::Cpu, None);
    }
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

fn many_on_sqlite(runtime: &Runtime, report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut all = runtime.block_on(bulk::on_sqlite(folder.path()))?;
    let series = interleave(runtime, &mut all, Bulk, (40, 2))?;
    report.compare(
        "SQLite: insert 1,000 rows",
        &series,
        Measure::Wall,
        Some(1.15),
    );
    let url = format!("sqlite:{}", folder.path().join("bulk_noorm.db").display());
    runtime.block_on(async {
        let view = "CREATE VIEW million AS WITH RECURSIVE numbers (n) AS
            (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000000)
            SELECT n, 'a row with the number ' || n AS name FROM numbers";
        ::noorm::Database::connect(url.as_str())
            .await?
            .raw(view)
            .await
    })?;
    of_memory(report, "SQLite", &url)
}

fn many_on_postgres(runtime: &Runtime, report: &mut Report) -> Result<()> {
    let Some(database) = Scratch::create(runtime, "many")? else {
        return Ok(());
    };
    let url = database.url();
    runtime.block_on(postgres::fill(url))?;
    let mut all = runtime.block_on(bulk::on_postgres(url))?;
    let series = interleave(runtime, &mut all, Bulk, (40, 2))?;
    report.compare(
        "PostgreSQL: insert 1,000 rows",
        &series,
        Measure::Wall,
        Some(1.15),
    );
    report.compare("PostgreSQL: insert 1,000 rows", &series, Measure::Cpu, None);
    let mut all = runtime.block_on(pooled::on_postgres(url))?;
    let series = interleave(runtime, &mut all, Finds, (40, 20))?;
    report.compare(
        "PostgreSQL: 16 tasks over 8 connections",
        &series,
        Measure::Wall,
        Some(1.2),
    );
    report.compare(
        "PostgreSQL: 16 tasks over 8 connections",
        &series,
        Measure::Cpu,
        None,
    );
    let connect = async || pooled::unused(url).await;
    let series = reconnecting(runtime, connect, Find, (12, 10, 200))?;
    let what = "PostgreSQL: find beside unused hooks and marks";
    report.compare(what, &series, Measure::CpuAtBest, Some(1.1));
    runtime.block_on(async {
        let view = "CREATE VIEW million AS
            SELECT n, 'a row with the number ' || n AS name FROM generate_series(1, 1000000) AS n";
        ::noorm::Database::connect(url).await?.raw(view).await
    })?;
    of_memory(report, "PostgreSQL", url)
}

fn many_on_mysql(runtime: &Runtime, report: &mut Report, product: Product) -> Result<()> {
    let Some(database) = mysql::Scratch::create(runtime, product, "many")? else {
        return Ok(());
    };
    let url = database.url();
    let (engine, _) = product.names();
    runtime.block_on(mysql::fill(url))?;
    let mut all = runtime.block_on(bulk::on_mysql(url))?;
    let series = interleave(runtime, &mut all, Bulk, (40, 2))?;
    let what = format!("{engine}: insert 1,000 rows");
    report.compare(&what, &series, Measure::Wall, Some(1.15));
    report.compare(&what, &series, Measure::Cpu, None);
    let mut all = runtime.block_on(pooled::on_mysql(url))?;
    let series = interleave(runtime, &mut all, Finds, (40, 20))?;
    let what = format!("{engine}: 16 tasks over 8 connections");
    report.compare(&what, &series, Measure::Wall, Some(1.2));
    report.compare(&what, &series, Measure::Cpu, None);
    runtime.block_on(async {
        let view = "CREATE VIEW million AS
            SELECT a.id + 10000 * b.id AS n, CONCAT('a row with the number ', a.id) AS name
            FROM reading AS a CROSS JOIN reading AS b WHERE b.id <= 100";
        ::noorm::Database::connect(url).await?.raw(view).await
    })?;
    of_memory(report, engine, url)
}

/// How much more memory many rows take than none.
fn of_memory(report: &mut Report, engine: &str, url: &str) -> Result<()> {
    let in_mib = |kib: &u64| format!("{} MiB", kib.div_ceil(1024));
    let grown = memory::grown(url, Work::Insert)?;
    let what = format!("{engine}: memory for inserting 100,000 rows");
    report.bound(&what, grown, None, 20 * 1024, in_mib);
    let grown = memory::grown(url, Work::Stream)?;
    let what = format!("{engine}: memory for streaming a million rows");
    report.bound(&what, grown, None, 20 * 1024, in_mib);
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
        ("PostgreSQL: insert", Operation::Insert, Some(1.25)),
    ] {
        let connect = async || postgres::contenders(url).await;
        let series = reconnecting(runtime, connect, operation, (12, 10, 200))?;
        report.compare(what, &series, Measure::CpuAtBest, target);
        report.compare(what, &series, Measure::WallAtBest, None);
        let names = ["noorm", "tokio-postgres", "diesel-async"];
        instructions(report, url, what, operation, &names)?;
    }
    let what = "PostgreSQL: load 10,000 rows";
    let mut all = runtime.block_on(postgres::contenders(url))?;
    let load = interleave(runtime, &mut all, Operation::Load, (40, 3))?;
    report.compare(what, &load, Measure::Wall, Some(1.25));
    report.compare(what, &load, Measure::Cpu, None);
    Ok(())
}

fn on_mysql(runtime: &Runtime, report: &mut Report, product: Product) -> Result<()> {
    let Some(database) = mysql::Scratch::create(runtime, product, "table")? else {
        return Ok(());
    };
    let url = database.url();
    runtime.block_on(mysql::fill(url))?;
    let (engine, _) = product.names();
    let often = (12, 10, 200);
    // Each insert waits for the disk.
    let seldom = (12, 10, 50);
    for (what, operation, target, often) in [
        ("find by key", Operation::Find, Some(1.15), often),
        ("update and read", Operation::Update, Some(1.15), often),
        ("insert and read", Operation::Insert, Some(1.25), seldom),
    ] {
        let what = format!("{engine}: {what}");
        let connect = async || mysql::contenders(url).await;
        let series = reconnecting(runtime, connect, operation, often)?;
        report.compare(&what, &series, Measure::CpuAtBest, target);
        report.compare(&what, &series, Measure::WallAtBest, None);
        let names = ["noorm", "mysql_async", "diesel-async"];
        instructions(report, url, &what, operation, &names)?;
    }
    let what = format!("{engine}: update by key");
    let connect = async || mysql::plain(url).await;
    let series = reconnecting(runtime, connect, Plain, often)?;
    report.compare(&what, &series, Measure::CpuAtBest, Some(1.15));
    report.compare(&what, &series, Measure::WallAtBest, None);
    let what = format!("{engine}: load 10,000 rows");
    let mut all = runtime.block_on(mysql::contenders(url))?;
    let load = interleave(runtime, &mut all, Operation::Load, (40, 3))?;
    report.compare(&what, &load, Measure::Wall, Some(1.2));
    report.compare(&what, &load, Measure::Cpu, None);
    let Some(database) = mysql::Scratch::create(runtime, product, "discovery")? else {
        return Ok(());
    };
    let url = database.url();
    runtime.block_on(mysql::discovery::fill(url))?;
    let mut all = runtime.block_on(mysql::discovery::contenders(url))?;
    let times = interleave(runtime, &mut all, Discover, (10, 1))?;
    let what = format!("{engine}: discovery of 1,000 tables");
    report.compare(&what, &times, Measure::Wall, Some(2.0));
    let sent = runtime.block_on(discovery::statements(url, MysqlIntrospector::new()))?;
    let what = format!("{engine}: discovery, catalog statements");
    report.bound(&what, sent, None, 10, usize::to_string);
    Ok(())
}

fn on_mssql(runtime: &Runtime, report: &mut Report) -> Result<()> {
    let Some(database) = mssql::Scratch::create(runtime, "table")? else {
        return Ok(());
    };
    runtime.block_on(mssql::fill(database.url()))?;
    let connect = async || mssql::contenders(database.url()).await;
    let series = reconnecting(runtime, connect, Operation::Find, (12, 10, 100))?;
    let what = "SQL Server: find by key";
    report.compare(what, &series, Measure::CpuAtBest, Some(1.25));
    report.compare(what, &series, Measure::WallAtBest, None);
    let Some(database) = mssql::Scratch::create(runtime, "discovery")? else {
        return Ok(());
    };
    let url = database.url();
    runtime.block_on(mssql::discovery::fill(url))?;
    let mut all = runtime.block_on(mssql::discovery::contenders(url))?;
    let times = interleave(runtime, &mut all, Discover, (10, 1))?;
    let what = "SQL Server: discovery of 1,000 tables";
    report.compare(what, &times, Measure::Wall, Some(2.0));
    let sent = runtime.block_on(discovery::statements(url, MssqlIntrospector::new()))?;
    let what = "SQL Server: discovery, catalog statements";
    report.bound(what, sent, None, 10, usize::to_string);
    Ok(())
}

/// The first of the names is noorm's, the second the raw driver's.
fn instructions(
    report: &mut Report,
    url: &str,
    what: &str,
    operation: Operation,
    names: &[&'static str],
) -> Result<()> {
    let mut counts = Vec::new();
    for name in names {
        match instructions::count(url, operation, name)? {
            Some(count) => counts.push((*name, count)),
            None => return Ok(()),
        }
    }
    if let [(_, noorm), (_, raw), others @ ..] = &counts[..] {
        report.instructions(what, [*noorm, *raw], others);
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
    let introspector = PostgresIntrospector::new();
    let sent = runtime.block_on(discovery::statements(url, introspector))?;
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

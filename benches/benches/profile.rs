//! One work of one contender, again and again, for a profiler: `profile tags noorm 500`.
//!
//! | work | of |
//! |---|---|
//! | `posts`, `comments`, `tags` | rows with their relations, on PostgreSQL |
//! | `find`, `load`, `insert`, `update` | one row, or ten thousand, on PostgreSQL |
//! | `finds` | sixteen tasks over eight connections, on PostgreSQL |
//! | `postgres`, `sqlite`, `mariadb` | a thousand new rows |
//! | `mysql:find`, `mariadb:find`, `sqlite:find`, … | the same as `find` and its like, on another engine |
//!
//! Without a contender it names those that there are. Two runs of different length, one subtracted from the other, leave
//! what one turn takes without what making ready takes.

use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use noorm_benches::bulk::{self, Bulk};
use noorm_benches::eager::{self, Eager};
use noorm_benches::mysql::{self, Product};
use noorm_benches::pooled::{self, Finds};

use noorm_benches::server::Scratch;
use noorm_benches::{Contender, Operation, postgres, runtime, sqlite};
use tokio::runtime::Runtime;

fn main() -> Result<()> {
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let [work, who @ ..] = asked.as_slice() else {
        eprintln!("say which work: `profile tags noorm 500`");
        return Ok(());
    };
    let runtime = runtime()?;
    let folder = tempfile::tempdir()?;
    if work == "sqlite" {
        let all = runtime.block_on(bulk::on_sqlite(folder.path()))?;
        return drive(&runtime, all, Bulk, who);
    }
    if work == "mariadb" {
        let Some(database) = mysql::Scratch::create(&runtime, Product::Mariadb, "profile")? else {
            return Ok(());
        };
        runtime.block_on(mysql::fill(database.url()))?;
        let all = runtime.block_on(bulk::on_mysql(database.url()))?;
        return drive(&runtime, all, Bulk, who);
    }
    if let Some((engine, operation)) = work.split_once(':') {
        let what = named(operation).with_context(|| format!("`{operation}` is no work"))?;
        let product = match engine {
            "mysql" => Product::Mysql,
            "mariadb" => Product::Mariadb,
            "sqlite" => {
                let all = runtime.block_on(sqlite::contenders(folder.path()))?;
                return drive(&runtime, all, what, who);
            }
            other => bail!("`{other}` is no engine"),
        };
        let Some(database) = mysql::Scratch::create(&runtime, product, "profile")? else {
            return Ok(());
        };
        runtime.block_on(mysql::fill(database.url()))?;
        let all = runtime.block_on(mysql::contenders(database.url()))?;
        return drive(&runtime, all, what, who);
    }
    let Some(database) = Scratch::create(&runtime, "profile")? else {
        return Ok(());
    };
    let url = database.url();
    let relations = [
        ("posts", Eager::Posts),
        ("comments", Eager::Comments),
        ("tags", Eager::Tags),
    ];
    if let Some((_, what)) = relations.into_iter().find(|(name, _)| name == work) {
        runtime.block_on(eager::fill(url))?;
        let all = runtime.block_on(eager::on_postgres(url))?;
        return drive(&runtime, all, what, who);
    }
    runtime.block_on(postgres::fill(url))?;
    if let Some(what) = named(work) {
        let all = runtime.block_on(postgres::contenders(url))?;
        return drive(&runtime, all, what, who);
    }
    match work.as_str() {
        "finds" => {
            let all = runtime.block_on(pooled::on_postgres(url))?;
            drive(&runtime, all, Finds, who)
        }
        "postgres" => {
            let all = runtime.block_on(bulk::on_postgres(url))?;
            drive(&runtime, all, Bulk, who)
        }
        other => bail!("`{other}` is no work"),
    }
}

/// What is done to single rows.
fn named(operation: &str) -> Option<Operation> {
    match operation {
        "find" => Some(Operation::Find),
        "load" => Some(Operation::Load),
        "insert" => Some(Operation::Insert),
        "update" => Some(Operation::Update),
        _ => None,
    }
}

#[inline(never)]
fn drive<O: Copy>(
    runtime: &Runtime,
    mut all: Vec<Box<dyn Contender<O>>>,
    what: O,
    who: &[String],
) -> Result<()> {
    let names: Vec<_> = all.iter().map(|one| one.name()).collect();
    let [name, times] = who else {
        bail!("say who, and how often; there are {}", names.join(", "));
    };
    let times = times.parse().context("how often is a number")?;
    let one = all.iter_mut().find(|one| one.name() == name);
    let one = one.with_context(|| format!("there are {}", names.join(", ")))?;
    let start = Instant::now();
    runtime.block_on(one.run(what, times))?;
    println!("{name}: {:?} a turn", start.elapsed() / times as u32);
    Ok(())
}

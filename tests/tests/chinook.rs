//! Real input: the Chinook music store on every engine, row by row the same.
//!
//! The data isn't part of the project; without it beside the checkout the test is skipped.

use std::collections::BTreeMap;

use futures_util::TryStreamExt as _;
use noorm::prelude::*;
use noorm_tests::engines::{MARIADB, MSSQL, MYSQL, POSTGRES};
use noorm_tests::{Engine, chinook, runtime};

/// `PlaylistTrack` and `playlist_track` are the same.
fn plain(name: &str) -> String {
    name.replace('_', "").to_lowercase()
}

/// A value as all engines would print it.
///
/// The script writes `N'…'`, which PostgreSQL reads as `character`: blanks at the end are lost on the
/// way in.
fn text(value: &Value) -> String {
    match value {
        Value::Decimal(n) => n.normalized().to_plain_string(),
        other => other
            .to_text()
            .unwrap_or("NULL".into())
            .trim_end()
            .to_owned(),
    }
}

/// Every row of every table, read through its repository's stream.
async fn everything(db: &Database) -> Result<BTreeMap<String, Vec<String>>> {
    let mut all = BTreeMap::new();
    for table in &db.schema().tables {
        let mut rows = Vec::new();
        let mut stream = db.repository(&table.name)?.query().stream().await?;
        while let Some(record) = stream.try_next().await? {
            let cells = record
                .iter()
                .map(|(name, value)| format!("{}={}", plain(name), text(value)));
            rows.push(cells.collect::<Vec<_>>().join(","));
        }
        rows.sort();
        all.insert(plain(&table.name), rows);
    }
    Ok(all)
}

/// The value of a column, in whichever style it is written.
fn value(row: &Record, column: &str) -> String {
    let mut cells = row.iter();
    let cell = cells.find(|(name, _)| plain(name) == plain(column));
    text(cell.unwrap_or_else(|| panic!("no column {column}")).1)
}

/// The rows of a table by their first column.
async fn by_key(db: &Database, table: &str) -> Result<BTreeMap<String, Record>> {
    let rows = db.repository(&plain_table(db, table)?)?.all().await?;
    let keyed = rows.into_iter().map(|row| (text(&row.values()[0]), row));
    Ok(keyed.collect())
}

fn plain_table(db: &Database, table: &str) -> Result<String> {
    let schema = db.schema();
    let found = schema
        .tables
        .iter()
        .find(|known| plain(&known.name) == plain(table));
    Ok(found
        .unwrap_or_else(|| panic!("no table {table}"))
        .name
        .clone())
}

/// What a customer bought, along five relations; who reports to whom; what is on the playlists. Each is compared with
/// what the flat tables say.
async fn relations(db: &Database) -> Result<Vec<String>> {
    let mut told = Vec::new();
    let lines = by_key(db, "invoice_line").await?;
    let invoices = by_key(db, "invoice").await?;
    let tracks = by_key(db, "track").await?;
    let (albums, artists) = (by_key(db, "album").await?, by_key(db, "artist").await?);
    let customers = by_key(db, "customer").await?;

    let bought = db.repository(&plain_table(db, "customer")?)?;
    let bought = bought
        .query()
        .with("invoices.invoice_lines.track.album.artist")
        .all()
        .await?;
    assert_eq!(bought.len(), customers.len());
    let mut seen = 0;
    for customer in &bought {
        for invoice in customer.many("invoices")? {
            for line in invoice.many("invoice_lines")? {
                let track = line.one("track")?.expect("a track");
                let album = track.one("album")?.expect("an album");
                let artist = album.one("artist")?.expect("an artist");
                let flat = &lines[&value(line, "invoice_line_id")];
                let of = |rows: &BTreeMap<String, Record>, row: &Record, key| {
                    rows[&value(row, key)].clone()
                };
                let flat_track = of(&tracks, flat, "track_id");
                let flat_artist = of(&artists, &of(&albums, &flat_track, "album_id"), "artist_id");
                let flat_invoice = of(&invoices, flat, "invoice_id");
                assert_eq!(value(artist, "name"), value(&flat_artist, "name"));
                assert_eq!(
                    value(&flat_invoice, "customer_id"),
                    value(customer, "customer_id")
                );
                told.push(format!(
                    "{} bought {} of {} by {}",
                    value(customer, "email"),
                    value(track, "name"),
                    value(album, "title"),
                    value(artist, "name")
                ));
                seen += 1;
            }
        }
    }
    assert_eq!(seen, lines.len());

    let lists = db
        .repository(&plain_table(db, "playlist")?)?
        .query()
        .with("tracks")
        .with_count("tracks");
    let lists = lists.all().await?;
    let mut pairs = 0;
    for list in &lists {
        assert_eq!(list.count_of("tracks")?, list.many("tracks")?.len() as u64);
        pairs += list.many("tracks")?.len();
        let names = list
            .many("tracks")?
            .iter()
            .map(|track| value(track, "name"));
        told.extend(names.map(|name| format!("{} has {name}", value(list, "name"))));
    }
    assert_eq!(pairs, 8_715);

    let employees = db.repository(&plain_table(db, "employee")?)?;
    let boss = db.relations();
    let boss = boss.of_table(employees.table_name());
    let boss = boss
        .iter()
        .find(|relation| relation.is_to_one() && relation.target() == employees.table_name());
    let boss = boss.expect("a relation to the own table").name.clone();
    let below = employees.tree(&boss)?.descendants(1)?.all().await?;
    assert_eq!(below.len(), 7, "everybody but the one at the top");
    for employee in below {
        told.push(format!(
            "{} at {}",
            value(&employee, "last_name"),
            employee.total::<i64>("depth")?
        ));
    }
    told.sort();
    Ok(told)
}

async fn check(db: &Database) -> Result<BTreeMap<String, Vec<String>>> {
    let schema = db.schema();
    assert_eq!(schema.notes, []);
    assert_eq!(schema.tables.len(), 11);
    assert_eq!(
        schema
            .tables
            .iter()
            .map(|t| t.foreign_keys.len())
            .sum::<usize>(),
        11
    );
    assert!(schema.tables.iter().all(|t| t.primary_key.is_some()));
    let all = everything(db).await?;
    assert_eq!(all.values().map(Vec::len).sum::<usize>(), 15_607);
    Ok(all)
}

async fn sqlite(folder: &std::path::Path) -> Result<Database> {
    let url = format!(
        "sqlite:{}?mode=ro",
        folder.join("Chinook_Sqlite.sqlite").display()
    );
    Database::connect(url).await
}

#[test]
fn sqlite_reads_all_of_it() {
    let Some(folder) = chinook::folder() else {
        return;
    };
    let all = runtime().block_on(async { check(&sqlite(&folder).await?).await });
    let all = all.unwrap();
    assert_eq!(
        all["album"][0],
        "albumid=1,title=For Those About To Rock We Salute You,artistid=1"
    );
}

/// Compares what an engine has with what SQLite has.
fn compare(engine: &'static Engine) {
    runtime().block_on(async {
        let Some(db) = chinook::database(engine).await else {
            return;
        };
        let Some(folder) = chinook::folder() else {
            return;
        };
        let sqlite = sqlite(&folder).await.unwrap();
        let (ours, theirs) = (check(&db).await.unwrap(), check(&sqlite).await.unwrap());
        for (table, rows) in &ours {
            for (mine, other) in rows.iter().zip(&theirs[table]) {
                assert_eq!(mine, other, "{table}");
            }
            assert_eq!(rows.len(), theirs[table].len(), "{table}");
        }
        let (ours, theirs) = (
            relations(&db).await.unwrap(),
            relations(&sqlite).await.unwrap(),
        );
        assert_eq!(ours, theirs);
        assert_eq!(ours.len(), 2_240 + 8_715 + 7);
    });
}

#[test]
fn postgres_reads_the_same() {
    compare(&POSTGRES);
}

#[test]
fn mariadb_reads_the_same() {
    compare(&MARIADB);
}

#[test]
fn mysql_reads_the_same() {
    compare(&MYSQL);
}

#[test]
fn mssql_reads_the_same() {
    compare(&MSSQL);
}

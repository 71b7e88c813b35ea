//! noorm in five minutes: a database that exists, and records out of it.
//!
//! Without arguments it makes a sample in a temporary SQLite file and works with it. With a URL it
//! looks at a database of your own, and changes nothing there:
//!
//! ```text
//! cargo run --example quickstart
//! cargo run --example quickstart -- postgres://me@localhost/shop
//! ```

use futures_util::TryStreamExt as _;
use noorm::prelude::*;

#[tokio::main]
async fn main() -> Result<()> {
    match std::env::args()
        .nth(1)
        .filter(|argument| argument.contains(':'))
    {
        Some(url) => look_at(Database::builder(url).read_only().connect().await?).await,
        None => {
            let folder = tempfile::tempdir().map_err(|cause| {
                Error::new(ErrorKind::Storage, "no temporary folder can be made").with_source(cause)
            })?;
            let url = noorm_examples::make(folder.path()).await?;
            tour(Database::connect(url).await?).await
        }
    }
}

/// Shows what is in any database: tables, relations, some records.
async fn look_at(db: Database) -> Result<()> {
    discovery(&db);
    let schema = db.schema();
    let tables = schema
        .tables
        .iter()
        .filter(|table| !table.columns.is_empty());
    for table in tables.take(5) {
        println!("\nthe first records of {}", table.table_name());
        let repository = db.repository(table.table_name())?;
        for record in repository.query().limit(3).all().await? {
            println!("  {}", json(&record));
        }
    }
    Ok(())
}

/// Goes through everything, on the sample.
async fn tour(db: Database) -> Result<()> {
    discovery(&db);
    queries(&db).await?;
    transaction(&db).await?;
    errors(&db).await
}

fn discovery(db: &Database) {
    let schema = db.schema();
    println!(
        "{} tables and views, discovered from the database alone",
        schema.tables.len()
    );
    for table in &schema.tables {
        let key = match table.key_columns() {
            [] => String::new(),
            columns => format!(", key ({})", columns.join(", ")),
        };
        println!(
            "  {}: {} columns{key}",
            table.table_name(),
            table.columns.len()
        );
        for key in &table.foreign_keys {
            let (from, to) = (key.columns.join(", "), key.references.columns.join(", "));
            println!("    ({from}) -> {} ({to})", key.references.table_name());
        }
    }
}

async fn queries(db: &Database) -> Result<()> {
    println!("\na record by its key, composite keys too");
    let copy = db.repository("copy")?.get((42, 1)).await?;
    println!("  {}", json(&copy));

    println!("\nthe three dearest books about glass");
    let books = db.repository("book")?;
    let dearest = books
        .query()
        .filter(col("title").contains("Glass") & col("price").gt("20"))
        .order_by(["-price", "title"])
        .limit(3)
        .all()
        .await?;
    for book in &dearest {
        println!(
            "  {} for {}",
            book.get::<String>("title")?,
            json(book.value("price"))
        );
    }

    println!("\na subquery, a count, a stream");
    let paused = db
        .repository("member")?
        .query()
        .filter(col("status").eq("paused"));
    let loans = db.repository("loan")?;
    let theirs = || col("member_id").in_query(paused_ids(db));
    println!("  {} members are paused", paused.count().await?);
    println!(
        "  {} of their loans",
        loans.query().filter(theirs()).count().await?
    );
    let mut open = 0;
    let mut stream = loans
        .query()
        .filter(col("returned_at").is_null())
        .stream()
        .await?;
    while stream.try_next().await?.is_some() {
        open += 1;
    }
    println!("  {open} loans are open");
    Ok(())
}

fn paused_ids(db: &Database) -> Query<Record> {
    let members = db.repository("member").map(|m| m.query());
    let members = members.unwrap_or_else(|error| unreachable!("the sample has members: {error}"));
    members
        .filter(col("status").eq("paused"))
        .select(["member_id"])
}

async fn transaction(db: &Database) -> Result<()> {
    println!("\na transaction with a savepoint that fails");
    let book = db
        .transaction(async |tx| {
            let books = tx.repository("book")?;
            let book = books
                .create(record! {
                    "category_id" => 2, "isbn" => "9780000000000", "title" => "New", "price" => "9.90",
                })
                .await?;
            let id = book.get::<i64>("book_id")?;
            let failed = tx
                .transaction(async |savepoint| {
                    let copies = savepoint.repository("copy")?;
                    copies.create(record! { "book_id" => id, "number" => 1, "acquired" => "2026-01-01" }).await?;
                    copies.create(record! { "book_id" => -1, "number" => 1, "acquired" => "2026-01-01" }).await
                })
                .await;
            if let Err(error) = failed {
                println!("  undone: {error}");
            }
            Ok::<_, Error>(book)
        })
        .await?;
    println!("  kept: {}", json(&book));
    let copies = db
        .repository("copy")?
        .find_many_by("book_id", book.get::<i64>("book_id")?)
        .await?;
    println!("  its copies: {}", copies.len());
    Ok(())
}

async fn errors(db: &Database) -> Result<()> {
    println!("\nerrors say what, where, and what to do");
    let members = db.repository("member")?;
    let bad = record! { "emial" => "x@example.org", "name" => None::<String>, "status" => 7 };
    if let Err(error) = members.create(bad).await {
        for problem in error.problems() {
            println!("  {}: {}", problem.column, problem.message);
        }
    }
    let twin = record! { "email" => "READER1@example.org", "name" => "Twin" };
    if let Err(error) = members.create(twin).await {
        println!("  {:?}: {error}", error.kind());
    }
    if let Err(error) = db.repository("membr") {
        println!("  {error}");
    }
    Ok(())
}

fn json(value: impl serde::Serialize) -> String {
    serde_json::to_string(&value).unwrap_or_else(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    #[test]
    fn runs() {
        super::main().unwrap();
    }
}

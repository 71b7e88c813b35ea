//! The sample database that the examples share: a lending library with some thousands of rows.

use std::path::Path;

use noorm::prelude::*;

/// The sample's schema.
pub const SCHEMA: &str = include_str!("sample.sql");

/// Makes the sample in a new SQLite file, and gives its URL.
///
/// # Errors
/// Where the file can't be made.
pub async fn make(folder: &Path) -> Result<String> {
    let url = format!("sqlite:{}", folder.join("library.db").display());
    let db = Database::connect(format!("{url}?mode=rwc")).await?;
    for command in SCHEMA
        .split_inclusive(";\n")
        .filter(|command| !command.trim().is_empty())
    {
        db.raw(command).await?;
    }
    db.refresh().await?;
    fill(&db).await?;
    Ok(url)
}

/// Fills the sample with rows that are the same each time.
async fn fill(db: &Database) -> Result<()> {
    db.transaction(async |tx| {
        tx.repository("category")?
            .create_many((1..=12).map(category))
            .await?;
        tx.repository("author")?
            .create_many((1..=300).map(author))
            .await?;
        tx.repository("book")?
            .create_many((1..=1000).map(book))
            .await?;
        tx.repository("book_author")?
            .create_many((1..=1000).flat_map(written_by))
            .await?;
        tx.repository("copy")?
            .create_many((1..=1000).flat_map(copies))
            .await?;
        tx.repository("member")?
            .create_many((1..=400).map(member))
            .await?;
        tx.repository("loan")?
            .create_many((1..=3000).map(loan))
            .await?;
        Ok(())
    })
    .await
}

fn category(n: i64) -> Record {
    const NAMES: [&str; 12] = [
        "Fiction", "Novels", "Stories", "Poetry", "Science", "Physics", "Biology", "History",
        "Rome", "Travel", "Cooking", "Music",
    ];
    let name = NAMES
        .iter()
        .cycle()
        .nth(usize::try_from(n - 1).unwrap_or(0))
        .copied();
    let parent = match n {
        2..=4 => Some(1),
        6 | 7 => Some(5),
        9 => Some(8),
        _ => None,
    };
    record! { "category_id" => n, "parent_id" => parent, "name" => name }
}

fn author(n: i64) -> Record {
    const FIRST: [&str; 10] = [
        "Ada", "Ben", "Chloé", "Dai", "Eva", "Finn", "Güney", "Hana", "Ilse", "João",
    ];
    const LAST: [&str; 7] = [
        "Adler", "Brook", "Ćosić", "Dunn", "Eriksen", "Fuchs", "Góra",
    ];
    let pick = |words: &[&'static str], at: i64| {
        words
            .iter()
            .cycle()
            .nth(usize::try_from(at).unwrap_or(0))
            .copied()
            .unwrap_or("")
    };
    let name = format!("{} {}", pick(&FIRST, n % 10), pick(&LAST, n % 7));
    record! { "author_id" => n, "name" => name, "born" => 1900 + n % 100 }
}

fn book(n: i64) -> Record {
    const WORDS: [&str; 9] = [
        "River", "Glass", "Garden", "Winter", "Letters", "Rock", "Silence", "Maps", "Salt",
    ];
    let word = |at: i64| {
        WORDS
            .iter()
            .cycle()
            .nth(usize::try_from(at % 9).unwrap_or(0))
            .copied()
            .unwrap_or("")
    };
    record! {
        "book_id" => n,
        "category_id" => 1 + n % 12,
        "isbn" => format!("978{n:010}"),
        "title" => format!("{} and {}", word(n), word(n / 9 + 1)),
        "price" => format!("{}.{:02}", 5 + n % 40, n * 7 % 100),
        "published" => format!("{}-{:02}-{:02}", 1950 + n % 75, 1 + n % 12, 1 + n % 28),
    }
}

fn written_by(book: i64) -> Vec<Record> {
    let first = record! { "book_id" => book, "author_id" => 1 + book % 300 };
    let mut second = record! { "book_id" => book, "author_id" => 1 + (book + 7) % 300 };
    second.set(
        "role",
        if book % 2 == 0 {
            "editor"
        } else {
            "translator"
        },
    );
    if book % 3 == 0 {
        vec![first, second]
    } else {
        vec![first]
    }
}

fn copies(book: i64) -> Vec<Record> {
    let copy = |number: i64| {
        record! { "book_id" => book, "number" => number, "acquired" => "2020-05-04" }
    };
    (1..=1 + book % 3).map(copy).collect()
}

fn member(n: i64) -> Record {
    let status = match n % 20 {
        0 => "left",
        1..=3 => "paused",
        _ => "active",
    };
    record! {
        "member_id" => n,
        "email" => format!("reader{n}@example.org"),
        "name" => format!("Reader {n}"),
        "status" => status,
        "invited_by" => (n > 10).then_some(n / 10),
    }
}

fn loan(n: i64) -> Record {
    let lent = format!("2025-{:02}-{:02} 10:00:00", 1 + n % 12, 1 + n % 28);
    let returned = format!("2026-{:02}-{:02} 16:30:00", 1 + n % 12, 1 + n % 28);
    record! {
        "loan_id" => n,
        "book_id" => 1 + n % 1000,
        "number" => 1,
        "member_id" => 1 + n % 400,
        "lent_at" => lent,
        "returned_at" => (n % 5 != 0).then_some(returned),
    }
}

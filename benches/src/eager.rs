//! Rows with their relations: a blog of [`USERS`] users, on every engine.
//!
//! | | how |
//! |---|---|
//! | noorm | `with("posts.comments")`, records |
//! | noorm, typed | the same into entities |
//! | raw | the driver, prepared statements, structs, children put beside their parents by a map |
//! | diesel-async | its query DSL, `Queryable` structs, `eq_any`, children as for raw |
//! | sqlx | SQL by hand, `FromRow` structs, children as for raw |
//! | SeaORM | `load_many`, level by level; `load_many_to_many` |
//! | toasty | `include` |
//!
//! On MySQL, MariaDB and SQLite a list of keys is `IN (?, …)`, on PostgreSQL `= ANY($1)`. On SQLite, raw is rusqlite, and
//! each operation one `spawn_blocking`.

mod diesel;
mod mysql;
mod noorm;
mod postgres;
mod rows;
#[cfg(feature = "peers")]
mod sea_orm;
mod sqlite;
#[cfg(feature = "peers")]
mod sqlx;
#[cfg(feature = "peers")]
mod toasty;

use std::hint::black_box;
use std::path::{Path, PathBuf};

use ::noorm::prelude::*;
use anyhow::{Result, ensure};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;

use crate::Contender;

/// How many users there are.
pub const USERS: i64 = 1_000;
const POSTS: i64 = 10_000;
const COMMENTS: i64 = 50_000;
const TAGS: i64 = 100;
const LINKS: i64 = 30_000;

/// What is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eager {
    /// A hundred users with their posts.
    Posts,
    /// Fifty users with their posts, and these with their comments.
    Comments,
    /// Two hundred posts with their tags, through a junction table.
    Tags,
}

/// All of them, and how they are called.
pub const ALL: [(Eager, &str); 3] = [
    (Eager::Posts, "100 users, posts"),
    (Eager::Comments, "50 users, posts, comments"),
    (Eager::Tags, "200 posts, tags"),
];

/// A library's way to load each; gives how many rows stand at the outer ends.
#[allow(async_fn_in_trait, reason = "one thread drives it")]
trait Client {
    const NAME: &'static str;

    async fn posts(&mut self, users: i64) -> Result<usize>;
    async fn comments(&mut self, users: i64) -> Result<usize>;
    async fn tags(&mut self, posts: i64) -> Result<usize>;
}

impl<C: Client> Contender<Eager> for C {
    fn name(&self) -> &'static str {
        C::NAME
    }

    fn run(&mut self, what: Eager, times: u64) -> LocalBoxFuture<'_, Result<()>> {
        async move {
            for _ in 0..times {
                let (rows, right) = match what {
                    Eager::Posts => (self.posts(100).await?, 100 * POSTS / USERS),
                    Eager::Comments => (self.comments(50).await?, 50 * COMMENTS / USERS),
                    Eager::Tags => (self.tags(200).await?, 200 * LINKS / POSTS),
                };
                ensure!(black_box(rows) as i64 == right, "{rows} rows, not {right}");
            }
            Ok(())
        }
        .boxed_local()
    }
}

const TABLES: [&str; 6] = [
    "CREATE TABLE users (id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL,
        email VARCHAR(100) NOT NULL, age INT NOT NULL)",
    "CREATE TABLE posts (id BIGINT NOT NULL PRIMARY KEY, user_id BIGINT NOT NULL,
        title VARCHAR(200) NOT NULL, body VARCHAR(500) NOT NULL, views INT NOT NULL,
        FOREIGN KEY (user_id) REFERENCES users (id))",
    "CREATE TABLE comments (id BIGINT NOT NULL PRIMARY KEY, post_id BIGINT NOT NULL,
        author VARCHAR(100) NOT NULL, body VARCHAR(500) NOT NULL,
        FOREIGN KEY (post_id) REFERENCES posts (id))",
    "CREATE TABLE tags (id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL)",
    "CREATE TABLE post_tags (post_id BIGINT NOT NULL, tag_id BIGINT NOT NULL, PRIMARY KEY (post_id, tag_id),
        FOREIGN KEY (post_id) REFERENCES posts (id), FOREIGN KEY (tag_id) REFERENCES tags (id))",
    "CREATE INDEX posts_of_user ON posts (user_id)",
];

/// Makes the tables and their rows.
///
/// # Errors
/// Where the database refuses.
pub async fn fill(url: &str) -> Result<()> {
    let db = Database::connect(url).await?;
    for sql in TABLES {
        db.raw(sql).await?;
    }
    db.raw("CREATE INDEX comments_of_post ON comments (post_id)")
        .await?;
    db.refresh().await?;
    let users = (1..=USERS).map(|id| {
        record! { "id" => id, "name" => format!("user number {id}"), "email" => format!("user{id}@example.com"), "age" => id % 80 }
    });
    db.repository("users")?.insert_many(users).await?;
    let posts = (1..=POSTS).map(|id| {
        record! {
            "id" => id, "user_id" => (id - 1) % USERS + 1, "title" => format!("what user said as number {id}"),
            "body" => format!("a text that is somewhat longer, as the body of post number {id} would be"), "views" => id % 1000,
        }
    });
    db.repository("posts")?.insert_many(posts).await?;
    let comments = (1..=COMMENTS).map(|id| {
        record! {
            "id" => id, "post_id" => (id - 1) % POSTS + 1, "author" => format!("reader {}", id % 700),
            "body" => format!("what one has to say about it, number {id}"),
        }
    });
    db.repository("comments")?.insert_many(comments).await?;
    let tags = (1..=TAGS).map(|id| record! { "id" => id, "name" => format!("tag {id}") });
    db.repository("tags")?.insert_many(tags).await?;
    let links = (0..LINKS).map(|n| {
        let (post, nth) = (n % POSTS, n / POSTS);
        record! { "post_id" => post + 1, "tag_id" => (post * 7 + nth * 13) % TAGS + 1 }
    });
    db.repository("post_tags")?.insert_many(links).await?;
    let analyze = match db.dialect() {
        "mysql" => "ANALYZE TABLE users, posts, comments, tags, post_tags",
        "sqlite" => "ANALYZE",
        _ => "VACUUM ANALYZE",
    };
    db.raw(analyze).await?;
    Ok(())
}

type All = Vec<Box<dyn Contender<Eager>>>;

/// Connects everybody on PostgreSQL; noorm is the first, the raw driver the second.
///
/// # Errors
/// Where a connection can't be made.
pub async fn on_postgres(url: &str) -> Result<All> {
    #[allow(unused_mut, reason = "without the peers nothing is added")]
    let mut all: All = vec![
        Box::new(noorm::Records::connect(url).await?),
        Box::new(postgres::Raw::connect(url).await?),
        Box::new(noorm::Typed::connect(url).await?),
        Box::new(diesel::Postgres::connect(url).await?),
    ];
    #[cfg(feature = "peers")]
    {
        all.push(Box::new(sqlx::Postgres::connect(url).await?));
        all.push(Box::new(sea_orm::SeaOrm::connect(url).await?));
        all.push(Box::new(toasty::Toasty::connect(url).await?));
    }
    Ok(all)
}

/// Connects everybody on MySQL or MariaDB.
///
/// # Errors
/// Where a connection can't be made.
pub async fn on_mysql(url: &str) -> Result<All> {
    #[allow(unused_mut, reason = "without the peers nothing is added")]
    let mut all: All = vec![
        Box::new(noorm::Records::connect(url).await?),
        Box::new(mysql::Raw::connect(url).await?),
        Box::new(noorm::Typed::connect(url).await?),
        Box::new(diesel::Mysql::connect(url).await?),
    ];
    #[cfg(feature = "peers")]
    {
        all.push(Box::new(sqlx::Mysql::connect(url).await?));
        all.push(Box::new(sea_orm::SeaOrm::connect(url).await?));
        // It takes none of the parameters, and writes what MariaDB doesn't read.
        let version = Database::connect(url)
            .await?
            .schema()
            .server_version
            .clone();
        if version.is_none_or(|version| !version.contains("MariaDB")) {
            let bare = url.split('?').next().unwrap_or(url);
            all.push(Box::new(toasty::Toasty::connect(bare).await?));
        }
    }
    Ok(all)
}

/// Makes a file in `folder`, with the rows.
///
/// # Errors
/// Where it can't be made.
pub async fn file(folder: &Path) -> Result<PathBuf> {
    let path = folder.join("blog.db");
    rusqlite::Connection::open(&path)?.execute_batch(crate::sqlite::SETTINGS)?;
    fill(&format!("sqlite:{}", path.display())).await?;
    Ok(path)
}

/// Connects everybody to a file.
///
/// # Errors
/// Where it can't be opened.
pub async fn on_sqlite(path: &Path) -> Result<All> {
    let url = format!("sqlite:{}", path.display());
    #[allow(unused_mut, reason = "without the peers nothing is added")]
    let mut all: All = vec![
        Box::new(noorm::Records::connect(&url).await?),
        Box::new(sqlite::Raw::open(path)?),
        Box::new(noorm::Typed::connect(&url).await?),
        Box::new(diesel::Sqlite::open(path).await?),
    ];
    #[cfg(feature = "peers")]
    {
        all.push(Box::new(sqlx::Sqlite::connect(&url).await?));
        all.push(Box::new(sea_orm::SeaOrm::connect(&url).await?));
        all.push(Box::new(toasty::Toasty::connect(&url).await?));
    }
    Ok(all)
}

//! rusqlite with cached statements, each operation in one `spawn_blocking`.

use std::path::Path;
use std::sync::{Arc, Mutex};

use anyhow::Result;
use rusqlite::{Connection, Row, params_from_iter};

use super::Client;
use super::rows::{self, Comment, Post, Tag, User};
use crate::sqlite::SETTINGS;

pub(super) struct Raw(Arc<Mutex<Connection>>);

impl Raw {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(SETTINGS)?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    async fn blocking(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<usize> + Send + 'static,
    ) -> Result<usize> {
        let connection = Arc::clone(&self.0);
        let work = move || work(&connection.lock().expect("nobody panics"));
        Ok(tokio::task::spawn_blocking(work).await??)
    }
}

fn read<T>(
    connection: &Connection,
    sql: &str,
    keys: &[i64],
    of: fn(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map(params_from_iter(keys), of)?.collect()
}

fn users(connection: &Connection, upto: i64) -> rusqlite::Result<Vec<User>> {
    read(connection, &format!("{} ?", rows::USERS), &[upto], user)
}

fn posts(connection: &Connection, users: &[User]) -> rusqlite::Result<Vec<Post>> {
    let keys: Vec<i64> = users.iter().map(|user| user.id).collect();
    let sql = format!("{} user_id {}", rows::POSTS, rows::within(keys.len()));
    read(connection, &sql, &keys, post)
}

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        age: row.get(3)?,
        posts: Vec::new(),
    })
}

fn post(row: &Row<'_>) -> rusqlite::Result<Post> {
    Ok(Post {
        id: row.get(0)?,
        user_id: row.get(1)?,
        title: row.get(2)?,
        body: row.get(3)?,
        views: row.get(4)?,
        comments: Vec::new(),
        tags: Vec::new(),
    })
}

fn comment(row: &Row<'_>) -> rusqlite::Result<Comment> {
    Ok(Comment {
        id: row.get(0)?,
        post_id: row.get(1)?,
        author: row.get(2)?,
        body: row.get(3)?,
    })
}

fn tag(row: &Row<'_>) -> rusqlite::Result<(i64, Tag)> {
    let tag = Tag {
        id: row.get(1)?,
        name: row.get(2)?,
    };
    Ok((row.get(0)?, tag))
}

impl Client for Raw {
    const NAME: &'static str = "rusqlite";

    async fn posts(&mut self, upto: i64) -> Result<usize> {
        self.blocking(move |connection| {
            let mut users = users(connection, upto)?;
            let posts = posts(connection, &users)?;
            rows::posts(&mut users, posts);
            Ok(rows::count_posts(&users))
        })
        .await
    }

    async fn comments(&mut self, upto: i64) -> Result<usize> {
        self.blocking(move |connection| {
            let mut users = users(connection, upto)?;
            let mut posts = posts(connection, &users)?;
            let keys: Vec<i64> = posts.iter().map(|post| post.id).collect();
            let sql = format!("{} {}", rows::COMMENTS, rows::within(keys.len()));
            let comments = read(connection, &sql, &keys, comment)?;
            rows::comments(&mut posts, comments);
            rows::posts(&mut users, posts);
            Ok(rows::count_comments(&users))
        })
        .await
    }

    async fn tags(&mut self, upto: i64) -> Result<usize> {
        self.blocking(move |connection| {
            let sql = format!("{} id <= ?", rows::POSTS);
            let mut posts = read(connection, &sql, &[upto], post)?;
            let keys: Vec<i64> = posts.iter().map(|post| post.id).collect();
            let sql = format!("{} {}", rows::TAGS, rows::within(keys.len()));
            let tags = read(connection, &sql, &keys, tag)?;
            rows::tags(&mut posts, tags);
            Ok(rows::count_tags(&posts))
        })
        .await
    }
}

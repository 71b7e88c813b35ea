//! mysql_async, which keeps prepared statements by their texts.

use anyhow::Result;
use mysql_async::prelude::{FromRow, Queryable as _};
use mysql_async::{Conn, Params, Value};

use super::Client;
use super::rows::{self, Comment, Post, Tag, User};
use crate::mysql::connect;

pub(super) struct Raw(Conn);

impl Raw {
    pub(super) async fn connect(url: &str) -> Result<Self> {
        Ok(Self(connect(url).await?))
    }

    async fn read<R: FromRow + Send + 'static, T>(
        &mut self,
        sql: String,
        keys: Vec<i64>,
        of: fn(R) -> T,
    ) -> Result<Vec<T>> {
        let binds = Params::Positional(keys.into_iter().map(Value::from).collect());
        let found = self.0.exec_iter(sql, binds).await?;
        let mut all = Vec::new();
        found
            .for_each_and_drop(|row| all.push(of(mysql_async::from_row(row))))
            .await?;
        Ok(all)
    }

    async fn users(&mut self, upto: i64) -> Result<Vec<User>> {
        self.read(format!("{} ?", rows::USERS), vec![upto], user)
            .await
    }
}

fn user((id, name, email, age): (i64, String, String, i32)) -> User {
    User {
        id,
        name,
        email,
        age,
        posts: Vec::new(),
    }
}

fn post((id, user_id, title, body, views): (i64, i64, String, String, i32)) -> Post {
    Post {
        id,
        user_id,
        title,
        body,
        views,
        comments: Vec::new(),
        tags: Vec::new(),
    }
}

fn comment((id, post_id, author, body): (i64, i64, String, String)) -> Comment {
    Comment {
        id,
        post_id,
        author,
        body,
    }
}

fn tag((post, id, name): (i64, i64, String)) -> (i64, Tag) {
    (post, Tag { id, name })
}

impl Client for Raw {
    const NAME: &'static str = "mysql_async";

    async fn posts(&mut self, users: i64) -> Result<usize> {
        let mut users = self.users(users).await?;
        let keys: Vec<i64> = users.iter().map(|user| user.id).collect();
        let sql = format!("{} user_id {}", rows::POSTS, rows::within(keys.len()));
        let posts = self.read(sql, keys, post).await?;
        rows::posts(&mut users, posts);
        Ok(rows::count_posts(&users))
    }

    async fn comments(&mut self, users: i64) -> Result<usize> {
        let mut users = self.users(users).await?;
        let keys: Vec<i64> = users.iter().map(|user| user.id).collect();
        let sql = format!("{} user_id {}", rows::POSTS, rows::within(keys.len()));
        let mut posts = self.read(sql, keys, post).await?;
        let keys: Vec<i64> = posts.iter().map(|post| post.id).collect();
        let sql = format!("{} {}", rows::COMMENTS, rows::within(keys.len()));
        let comments = self.read(sql, keys, comment).await?;
        rows::comments(&mut posts, comments);
        rows::posts(&mut users, posts);
        Ok(rows::count_comments(&users))
    }

    async fn tags(&mut self, posts: i64) -> Result<usize> {
        let sql = format!("{} id <= ?", rows::POSTS);
        let mut posts = self.read(sql, vec![posts], post).await?;
        let keys: Vec<i64> = posts.iter().map(|post| post.id).collect();
        let sql = format!("{} {}", rows::TAGS, rows::within(keys.len()));
        let tags = self.read(sql, keys, tag).await?;
        rows::tags(&mut posts, tags);
        Ok(rows::count_tags(&posts))
    }
}

//! tokio-postgres.

use std::pin::pin;

use anyhow::Result;
use futures_util::TryStreamExt as _;
use tokio_postgres::{Client as Connection, Row, Statement};

use super::Client;
use super::rows::{self, Comment, Post, Tag, User};
use crate::server::connect;

pub(super) struct Raw {
    client: Connection,
    users: Statement,
    first_posts: Statement,
    posts: Statement,
    comments: Statement,
    tags: Statement,
}

impl Raw {
    pub(super) async fn connect(url: &str) -> Result<Self> {
        let client = connect(url).await?;
        Ok(Self {
            users: client.prepare(&format!("{} $1", rows::USERS)).await?,
            first_posts: client.prepare(&format!("{} id <= $1", rows::POSTS)).await?,
            posts: client
                .prepare(&format!("{} user_id = ANY($1)", rows::POSTS))
                .await?,
            comments: client
                .prepare(&format!("{} = ANY($1)", rows::COMMENTS))
                .await?,
            tags: client.prepare(&format!("{} = ANY($1)", rows::TAGS)).await?,
            client,
        })
    }

    async fn read<P, T>(
        &self,
        statement: &Statement,
        bind: P,
        of: fn(&Row) -> Result<T>,
    ) -> Result<Vec<T>>
    where
        P: tokio_postgres::types::BorrowToSql,
    {
        let mut found = pin!(self.client.query_raw(statement, [bind]).await?);
        let mut all = Vec::new();
        while let Some(row) = found.try_next().await? {
            all.push(of(&row)?);
        }
        Ok(all)
    }

    async fn users(&self, upto: i64) -> Result<Vec<User>> {
        self.read(&self.users, upto, user).await
    }
}

fn user(row: &Row) -> Result<User> {
    Ok(User {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        email: row.try_get(2)?,
        age: row.try_get(3)?,
        posts: Vec::new(),
    })
}

fn post(row: &Row) -> Result<Post> {
    Ok(Post {
        id: row.try_get(0)?,
        user_id: row.try_get(1)?,
        title: row.try_get(2)?,
        body: row.try_get(3)?,
        views: row.try_get(4)?,
        comments: Vec::new(),
        tags: Vec::new(),
    })
}

fn comment(row: &Row) -> Result<Comment> {
    Ok(Comment {
        id: row.try_get(0)?,
        post_id: row.try_get(1)?,
        author: row.try_get(2)?,
        body: row.try_get(3)?,
    })
}

fn tag(row: &Row) -> Result<(i64, Tag)> {
    let tag = Tag {
        id: row.try_get(1)?,
        name: row.try_get(2)?,
    };
    Ok((row.try_get(0)?, tag))
}

impl Client for Raw {
    const NAME: &'static str = "tokio-postgres";

    async fn posts(&mut self, users: i64) -> Result<usize> {
        let mut users = self.users(users).await?;
        let keys: Vec<i64> = users.iter().map(|user| user.id).collect();
        let posts = self.read(&self.posts, keys, post).await?;
        rows::posts(&mut users, posts);
        Ok(rows::count_posts(&users))
    }

    async fn comments(&mut self, users: i64) -> Result<usize> {
        let mut users = self.users(users).await?;
        let keys: Vec<i64> = users.iter().map(|user| user.id).collect();
        let mut posts = self.read(&self.posts, keys, post).await?;
        let keys: Vec<i64> = posts.iter().map(|post| post.id).collect();
        let comments = self.read(&self.comments, keys, comment).await?;
        rows::comments(&mut posts, comments);
        rows::posts(&mut users, posts);
        Ok(rows::count_comments(&users))
    }

    async fn tags(&mut self, posts: i64) -> Result<usize> {
        let mut posts = self.read(&self.first_posts, posts, post).await?;
        let keys: Vec<i64> = posts.iter().map(|post| post.id).collect();
        let tags = self.read(&self.tags, keys, tag).await?;
        rows::tags(&mut posts, tags);
        Ok(rows::count_tags(&posts))
    }
}

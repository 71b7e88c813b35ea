//! noorm: records, and entities.

use anyhow::Result;
use noorm::executor::PoolOptions;
use noorm::prelude::*;
use noorm::relation::ToMany;
use noorm::{Database, Entity};

use super::Client;

async fn connect(url: &str) -> Result<Database> {
    let one = PoolOptions::default().max_size(1);
    Ok(Database::builder(url).pool(one).connect().await?)
}

pub(super) struct Records(Database);

impl Records {
    pub(super) async fn connect(url: &str) -> Result<Self> {
        Ok(Self(connect(url).await?))
    }
}

impl Client for Records {
    const NAME: &'static str = "noorm";

    async fn posts(&mut self, users: i64) -> Result<usize> {
        let query = self.0.repository("users")?.query();
        let users = query
            .filter(col("id").le(users))
            .with("posts")
            .all()
            .await?;
        let mut rows = 0;
        for user in &users {
            rows += user.many("posts")?.len();
        }
        Ok(rows)
    }

    async fn comments(&mut self, users: i64) -> Result<usize> {
        let query = self.0.repository("users")?.query();
        let query = query.filter(col("id").le(users)).with("posts.comments");
        let users = query.all().await?;
        let mut rows = 0;
        for user in &users {
            for post in user.many("posts")? {
                rows += post.many("comments")?.len();
            }
        }
        Ok(rows)
    }

    async fn tags(&mut self, posts: i64) -> Result<usize> {
        let query = self.0.repository("posts")?.query();
        let posts = query.filter(col("id").le(posts)).with("tags").all().await?;
        let mut rows = 0;
        for post in &posts {
            rows += post.many("tags")?.len();
        }
        Ok(rows)
    }
}

#[derive(Debug, Entity)]
#[noorm(table = "users", key(id))]
#[allow(dead_code, reason = "decoding is what is measured")]
struct User {
    id: i64,
    name: String,
    email: String,
    age: i32,
}

impl User {
    const POSTS: ToMany<Self, Post> = ToMany::new("posts");
}

#[derive(Debug, Entity)]
#[noorm(table = "posts", key(id))]
#[allow(dead_code, reason = "decoding is what is measured")]
struct Post {
    id: i64,
    user_id: i64,
    title: String,
    body: String,
    views: i32,
}

impl Post {
    const COMMENTS: ToMany<Self, Comment> = ToMany::new("comments");
    const TAGS: ToMany<Self, Tag> = ToMany::new("tags");
}

#[derive(Debug, Entity)]
#[noorm(table = "comments", key(id))]
#[allow(dead_code, reason = "decoding is what is measured")]
struct Comment {
    id: i64,
    post_id: i64,
    author: String,
    body: String,
}

#[derive(Debug, Entity)]
#[noorm(table = "tags", key(id))]
#[allow(dead_code, reason = "decoding is what is measured")]
struct Tag {
    id: i64,
    name: String,
}

pub(super) struct Typed(Database);

impl Typed {
    pub(super) async fn connect(url: &str) -> Result<Self> {
        Ok(Self(connect(url).await?))
    }
}

impl Client for Typed {
    const NAME: &'static str = "noorm, typed";

    async fn posts(&mut self, users: i64) -> Result<usize> {
        let query = self.0.of::<User>()?.query();
        let query = query.filter(User::ID.le(users)).with(User::POSTS);
        let users = query.all().await?;
        let mut rows = 0;
        for user in &users {
            rows += user.get(User::POSTS)?.len();
        }
        Ok(rows)
    }

    async fn comments(&mut self, users: i64) -> Result<usize> {
        let query = self.0.of::<User>()?.query().filter(User::ID.le(users));
        let query = query.with(User::POSTS.with(Post::COMMENTS));
        let users = query.all().await?;
        let mut rows = 0;
        for user in &users {
            for post in user.get(User::POSTS)? {
                rows += post.get(Post::COMMENTS)?.len();
            }
        }
        Ok(rows)
    }

    async fn tags(&mut self, posts: i64) -> Result<usize> {
        let query = self.0.of::<Post>()?.query().filter(Post::ID.le(posts));
        let posts = query.with(Post::TAGS).all().await?;
        let mut rows = 0;
        for post in &posts {
            rows += post.get(Post::TAGS)?.len();
        }
        Ok(rows)
    }
}

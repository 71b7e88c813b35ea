//! diesel-async, typed, on each of its backends.

use std::path::Path;

use anyhow::Result;
use diesel::{ExpressionMethods as _, QueryDsl as _, Queryable, SqliteConnection};
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncMysqlConnection, AsyncPgConnection, RunQueryDsl as _};

use super::Client;
use super::rows;
use crate::orms::diesel::{connect_mysql, connect_postgres, open_sqlite};

diesel::table! {
    users (id) {
        id -> BigInt,
        name -> Text,
        email -> Text,
        age -> Integer,
    }
}

diesel::table! {
    posts (id) {
        id -> BigInt,
        user_id -> BigInt,
        title -> Text,
        body -> Text,
        views -> Integer,
    }
}

diesel::table! {
    comments (id) {
        id -> BigInt,
        post_id -> BigInt,
        author -> Text,
        body -> Text,
    }
}

diesel::table! {
    tags (id) {
        id -> BigInt,
        name -> Text,
    }
}

diesel::table! {
    post_tags (post_id, tag_id) {
        post_id -> BigInt,
        tag_id -> BigInt,
    }
}

diesel::joinable!(post_tags -> tags (tag_id));
diesel::allow_tables_to_appear_in_same_query!(post_tags, tags);

#[derive(Queryable)]
struct User {
    id: i64,
    name: String,
    email: String,
    age: i32,
}

#[derive(Queryable)]
struct Post {
    id: i64,
    user_id: i64,
    title: String,
    body: String,
    views: i32,
}

#[derive(Queryable)]
struct Comment {
    id: i64,
    post_id: i64,
    author: String,
    body: String,
}

#[derive(Queryable)]
struct Tag {
    id: i64,
    name: String,
}

impl From<User> for rows::User {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            name: user.name,
            email: user.email,
            age: user.age,
            posts: Vec::new(),
        }
    }
}

impl From<Post> for rows::Post {
    fn from(post: Post) -> Self {
        Self {
            id: post.id,
            user_id: post.user_id,
            title: post.title,
            body: post.body,
            views: post.views,
            comments: Vec::new(),
            tags: Vec::new(),
        }
    }
}

impl From<Comment> for rows::Comment {
    fn from(comment: Comment) -> Self {
        Self {
            id: comment.id,
            post_id: comment.post_id,
            author: comment.author,
            body: comment.body,
        }
    }
}

fn all<A, B: From<A>>(rows: Vec<A>) -> Vec<B> {
    rows.into_iter().map(B::from).collect()
}

/// The same on a connection of each type.
macro_rules! client {
    ($name:ident, $connection:ty) => {
        pub(super) struct $name($connection);

        impl Client for $name {
            const NAME: &'static str = "diesel-async";

            async fn posts(&mut self, upto: i64) -> Result<usize> {
                let found: Vec<User> = users::table
                    .filter(users::id.le(upto))
                    .load(&mut self.0)
                    .await?;
                let mut users: Vec<rows::User> = all(found);
                let keys: Vec<i64> = users.iter().map(|user| user.id).collect();
                let found: Vec<Post> = posts::table
                    .filter(posts::user_id.eq_any(keys))
                    .load(&mut self.0)
                    .await?;
                rows::posts(&mut users, all(found));
                Ok(rows::count_posts(&users))
            }

            async fn comments(&mut self, upto: i64) -> Result<usize> {
                let found: Vec<User> = users::table
                    .filter(users::id.le(upto))
                    .load(&mut self.0)
                    .await?;
                let mut users: Vec<rows::User> = all(found);
                let keys: Vec<i64> = users.iter().map(|user| user.id).collect();
                let found: Vec<Post> = posts::table
                    .filter(posts::user_id.eq_any(keys))
                    .load(&mut self.0)
                    .await?;
                let mut posts: Vec<rows::Post> = all(found);
                let keys: Vec<i64> = posts.iter().map(|post| post.id).collect();
                let found: Vec<Comment> = comments::table
                    .filter(comments::post_id.eq_any(keys))
                    .load(&mut self.0)
                    .await?;
                rows::comments(&mut posts, all(found));
                rows::posts(&mut users, posts);
                Ok(rows::count_comments(&users))
            }

            async fn tags(&mut self, upto: i64) -> Result<usize> {
                let found: Vec<Post> = posts::table
                    .filter(posts::id.le(upto))
                    .load(&mut self.0)
                    .await?;
                let mut posts: Vec<rows::Post> = all(found);
                let keys: Vec<i64> = posts.iter().map(|post| post.id).collect();
                let found: Vec<(i64, Tag)> = post_tags::table
                    .inner_join(tags::table)
                    .filter(post_tags::post_id.eq_any(keys))
                    .select((post_tags::post_id, tags::all_columns))
                    .load(&mut self.0)
                    .await?;
                let tag = |(post, tag): (i64, Tag)| {
                    let (id, name) = (tag.id, tag.name);
                    (post, rows::Tag { id, name })
                };
                rows::tags(&mut posts, found.into_iter().map(tag).collect());
                Ok(rows::count_tags(&posts))
            }
        }
    };
}

client!(Postgres, AsyncPgConnection);
client!(Mysql, AsyncMysqlConnection);
client!(Sqlite, SyncConnectionWrapper<SqliteConnection>);

impl Postgres {
    pub(super) async fn connect(url: &str) -> Result<Self> {
        Ok(Self(connect_postgres(url).await?))
    }
}

impl Mysql {
    pub(super) async fn connect(url: &str) -> Result<Self> {
        Ok(Self(connect_mysql(url).await?))
    }
}

impl Sqlite {
    pub(super) async fn open(path: &Path) -> Result<Self> {
        Ok(Self(open_sqlite(path).await?))
    }
}

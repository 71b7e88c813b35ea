//! sqlx: SQL by hand.

use anyhow::Result;
use sqlx::{
    AssertSqlSafe, Connection as _, MySqlConnection, PgConnection, Row as _, SqliteConnection,
};

use super::Client;
use super::rows::{self, Tag};

#[derive(sqlx::FromRow)]
struct User {
    id: i64,
    name: String,
    email: String,
    age: i32,
}

#[derive(sqlx::FromRow)]
struct Post {
    id: i64,
    user_id: i64,
    title: String,
    body: String,
    views: i32,
}

#[derive(sqlx::FromRow)]
struct Comment {
    id: i64,
    post_id: i64,
    author: String,
    body: String,
}

fn user(user: User) -> rows::User {
    rows::User {
        id: user.id,
        name: user.name,
        email: user.email,
        age: user.age,
        posts: Vec::new(),
    }
}

fn post(post: Post) -> rows::Post {
    rows::Post {
        id: post.id,
        user_id: post.user_id,
        title: post.title,
        body: post.body,
        views: post.views,
        comments: Vec::new(),
        tags: Vec::new(),
    }
}

fn comment(comment: Comment) -> rows::Comment {
    rows::Comment {
        id: comment.id,
        post_id: comment.post_id,
        author: comment.author,
        body: comment.body,
    }
}

/// The same on each engine but for how a list of keys is sent: as one array, or as a placeholder for each.
macro_rules! client {
    ($name:ident, $connection:ty, $first:literal, $list:expr, $bind:ident) => {
        pub(super) struct $name($connection);

        impl $name {
            pub(super) async fn connect(url: &str) -> Result<Self> {
                Ok(Self(<$connection>::connect(url).await?))
            }

            async fn users(&mut self, upto: i64) -> Result<Vec<rows::User>> {
                let sql = format!("{} {}", rows::USERS, $first);
                let query = sqlx::query_as(AssertSqlSafe(sql)).bind(upto);
                let found = query.fetch_all(&mut self.0).await?;
                Ok(found.into_iter().map(user).collect())
            }

            async fn posts_of(&mut self, users: &[rows::User]) -> Result<Vec<rows::Post>> {
                let keys: Vec<i64> = users.iter().map(|user| user.id).collect();
                let sql = format!("{} user_id {}", rows::POSTS, $list(keys.len()));
                let query = $bind!(sqlx::query_as(AssertSqlSafe(sql)), keys);
                let found = query.fetch_all(&mut self.0).await?;
                Ok(found.into_iter().map(post).collect())
            }
        }

        impl Client for $name {
            const NAME: &'static str = "sqlx";

            async fn posts(&mut self, upto: i64) -> Result<usize> {
                let mut users = self.users(upto).await?;
                let posts = self.posts_of(&users).await?;
                rows::posts(&mut users, posts);
                Ok(rows::count_posts(&users))
            }

            async fn comments(&mut self, upto: i64) -> Result<usize> {
                let mut users = self.users(upto).await?;
                let mut posts = self.posts_of(&users).await?;
                let keys: Vec<i64> = posts.iter().map(|post| post.id).collect();
                let sql = format!("{} {}", rows::COMMENTS, $list(keys.len()));
                let query = $bind!(sqlx::query_as(AssertSqlSafe(sql)), keys);
                let found = query.fetch_all(&mut self.0).await?;
                rows::comments(&mut posts, found.into_iter().map(comment).collect());
                rows::posts(&mut users, posts);
                Ok(rows::count_comments(&users))
            }

            async fn tags(&mut self, upto: i64) -> Result<usize> {
                let sql = format!("{} id <= {}", rows::POSTS, $first);
                let query = sqlx::query_as(AssertSqlSafe(sql)).bind(upto);
                let found = query.fetch_all(&mut self.0).await?;
                let mut posts: Vec<_> = found.into_iter().map(post).collect();
                let keys: Vec<i64> = posts.iter().map(|post| post.id).collect();
                let sql = format!("{} {}", rows::TAGS, $list(keys.len()));
                let query = $bind!(sqlx::query(AssertSqlSafe(sql)), keys);
                let mut tags = Vec::new();
                for row in query.fetch_all(&mut self.0).await? {
                    let tag = Tag {
                        id: row.try_get(1)?,
                        name: row.try_get(2)?,
                    };
                    tags.push((row.try_get(0)?, tag));
                }
                rows::tags(&mut posts, tags);
                Ok(rows::count_tags(&posts))
            }
        }
    };
}

macro_rules! as_one {
    ($query:expr, $keys:expr) => {
        $query.bind($keys)
    };
}

macro_rules! each {
    ($query:expr, $keys:expr) => {
        $keys.into_iter().fold($query, |query, key| query.bind(key))
    };
}

fn any(_: usize) -> &'static str {
    "= ANY($1)"
}

client!(Postgres, PgConnection, "$1", any, as_one);
client!(Mysql, MySqlConnection, "?", rows::within, each);
client!(Sqlite, SqliteConnection, "?", rows::within, each);

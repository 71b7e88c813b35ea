//! sqlx: SQL by hand.

use anyhow::Result;
use sqlx::{Connection as _, PgConnection, Row as _};

use super::Client;
use super::rows::{self, Tag};

pub(super) struct Sqlx {
    connection: PgConnection,
    users: &'static str,
    first_posts: &'static str,
    posts: &'static str,
    comments: &'static str,
    tags: &'static str,
}

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

impl Sqlx {
    pub(super) async fn connect(url: &str) -> Result<Self> {
        Ok(Self {
            connection: PgConnection::connect(url).await?,
            // It takes no SQL that was put together, unless one vouches for it.
            users: format!("{} $1", rows::USERS).leak(),
            first_posts: format!("{} id <= $1", rows::POSTS).leak(),
            posts: format!("{} user_id = ANY($1)", rows::POSTS).leak(),
            comments: format!("{} = ANY($1)", rows::COMMENTS).leak(),
            tags: format!("{} = ANY($1)", rows::TAGS).leak(),
        })
    }

    async fn users(&mut self, upto: i64) -> Result<Vec<rows::User>> {
        let query = sqlx::query_as(self.users).bind(upto);
        let found = query.fetch_all(&mut self.connection).await?;
        Ok(found.into_iter().map(user).collect())
    }

    async fn posts_of(&mut self, users: &[rows::User]) -> Result<Vec<rows::Post>> {
        let keys: Vec<i64> = users.iter().map(|user| user.id).collect();
        let query = sqlx::query_as(self.posts).bind(keys);
        let found = query.fetch_all(&mut self.connection).await?;
        Ok(found.into_iter().map(post).collect())
    }
}

impl Client for Sqlx {
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
        let query = sqlx::query_as(self.comments).bind(keys);
        let found = query.fetch_all(&mut self.connection).await?;
        rows::comments(&mut posts, found.into_iter().map(comment).collect());
        rows::posts(&mut users, posts);
        Ok(rows::count_comments(&users))
    }

    async fn tags(&mut self, upto: i64) -> Result<usize> {
        let query = sqlx::query_as(self.first_posts).bind(upto);
        let found = query.fetch_all(&mut self.connection).await?;
        let mut posts: Vec<_> = found.into_iter().map(post).collect();
        let keys: Vec<i64> = posts.iter().map(|post| post.id).collect();
        let query = sqlx::query(self.tags).bind(keys);
        let mut tags = Vec::new();
        for row in query.fetch_all(&mut self.connection).await? {
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

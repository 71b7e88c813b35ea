//! toasty: models, and `include`. It has no relation through a junction table: the links are included, and their tags.

use anyhow::Result;
use toasty::Db;

use super::Client;

#[derive(Debug, toasty::Model)]
#[table = "users"]
struct User {
    #[key]
    id: i64,
    name: String,
    email: String,
    age: i32,
    #[has_many]
    posts: toasty::Deferred<Vec<Post>>,
}

#[derive(Debug, toasty::Model)]
#[table = "posts"]
struct Post {
    #[key]
    id: i64,
    #[index]
    user_id: i64,
    #[belongs_to(key = user_id, references = id)]
    user: toasty::Deferred<User>,
    title: String,
    body: String,
    views: i32,
    #[has_many]
    comments: toasty::Deferred<Vec<Comment>>,
    #[has_many]
    links: toasty::Deferred<Vec<PostTag>>,
}

#[derive(Debug, toasty::Model)]
#[table = "comments"]
struct Comment {
    #[key]
    id: i64,
    #[index]
    post_id: i64,
    #[belongs_to(key = post_id, references = id)]
    post: toasty::Deferred<Post>,
    author: String,
    body: String,
}

#[derive(Debug, toasty::Model)]
#[table = "tags"]
struct Tag {
    #[key]
    id: i64,
    name: String,
    #[has_many]
    links: toasty::Deferred<Vec<PostTag>>,
}

#[derive(Debug, toasty::Model)]
#[table = "post_tags"]
#[key(post_id, tag_id)]
struct PostTag {
    #[index]
    post_id: i64,
    #[belongs_to(key = post_id, references = id)]
    post: toasty::Deferred<Post>,
    #[index]
    tag_id: i64,
    #[belongs_to(key = tag_id, references = id)]
    tag: toasty::Deferred<Tag>,
}

pub(super) struct Toasty(Db);

impl Toasty {
    pub(super) async fn connect(url: &str) -> Result<Self> {
        let mut builder = Db::builder();
        builder.models(toasty::models!(User, Post, Comment, Tag, PostTag));
        builder.max_pool_size(1);
        Ok(Self(builder.connect(url).await?))
    }
}

impl Client for Toasty {
    const NAME: &'static str = "toasty";

    async fn posts(&mut self, upto: i64) -> Result<usize> {
        let users = User::filter(User::fields().id().le(upto)).include(User::fields().posts());
        let users = users.exec(&mut self.0).await?;
        Ok(users.iter().map(|user| user.posts.get().len()).sum())
    }

    async fn comments(&mut self, upto: i64) -> Result<usize> {
        let users =
            User::filter(User::fields().id().le(upto)).include(User::fields().posts().comments());
        let users = users.exec(&mut self.0).await?;
        let posts = users.iter().flat_map(|user| user.posts.get());
        Ok(posts.map(|post| post.comments.get().len()).sum())
    }

    async fn tags(&mut self, upto: i64) -> Result<usize> {
        let posts =
            Post::filter(Post::fields().id().le(upto)).include(Post::fields().links().tag());
        let posts = posts.exec(&mut self.0).await?;
        let links = posts.iter().flat_map(|post| post.links.get());
        Ok(links.map(|link| link.tag.get()).count())
    }
}

//! What somebody would write by hand: structs, and children put beside their parents.

use std::collections::HashMap;

#[derive(Debug)]
#[allow(dead_code, reason = "decoding is what is measured")]
pub(super) struct User {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) age: i32,
    pub(super) posts: Vec<Post>,
}

#[derive(Debug)]
#[allow(dead_code, reason = "decoding is what is measured")]
pub(super) struct Post {
    pub(super) id: i64,
    pub(super) user_id: i64,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) views: i32,
    pub(super) comments: Vec<Comment>,
    pub(super) tags: Vec<Tag>,
}

#[derive(Debug)]
#[allow(dead_code, reason = "decoding is what is measured")]
pub(super) struct Comment {
    pub(super) id: i64,
    pub(super) post_id: i64,
    pub(super) author: String,
    pub(super) body: String,
}

#[derive(Debug, Clone)]
#[allow(dead_code, reason = "decoding is what is measured")]
pub(super) struct Tag {
    pub(super) id: i64,
    pub(super) name: String,
}

pub(super) const USERS: &str = "SELECT id, name, email, age FROM users WHERE id <=";
pub(super) const POSTS: &str = "SELECT id, user_id, title, body, views FROM posts WHERE";
pub(super) const COMMENTS: &str = "SELECT id, post_id, author, body FROM comments WHERE post_id";
pub(super) const TAGS: &str = "SELECT post_tags.post_id, tags.id, tags.name FROM post_tags
    JOIN tags ON tags.id = post_tags.tag_id WHERE post_tags.post_id";

/// `IN (?, ?, …)`
pub(super) fn within(keys: usize) -> String {
    format!("IN ({})", vec!["?"; keys].join(", "))
}

/// Which parent stands where.
pub(super) fn places(keys: impl Iterator<Item = i64>) -> HashMap<i64, usize> {
    keys.enumerate().map(|(place, key)| (key, place)).collect()
}

/// Puts posts beside their users.
pub(super) fn posts(users: &mut [User], posts: Vec<Post>) {
    let places = places(users.iter().map(|user| user.id));
    for post in posts {
        users[places[&post.user_id]].posts.push(post);
    }
}

/// Puts comments beside their posts.
pub(super) fn comments(posts: &mut [Post], comments: Vec<Comment>) {
    let places = places(posts.iter().map(|post| post.id));
    for comment in comments {
        posts[places[&comment.post_id]].comments.push(comment);
    }
}

/// Puts tags beside their posts.
pub(super) fn tags(posts: &mut [Post], tags: Vec<(i64, Tag)>) {
    let places = places(posts.iter().map(|post| post.id));
    for (post, tag) in tags {
        posts[places[&post]].tags.push(tag);
    }
}

/// How many posts there are.
pub(super) fn count_posts(users: &[User]) -> usize {
    users.iter().map(|user| user.posts.len()).sum()
}

/// How many comments there are.
pub(super) fn count_comments(users: &[User]) -> usize {
    let posts = users.iter().flat_map(|user| &user.posts);
    posts.map(|post| post.comments.len()).sum()
}

/// How many tags there are.
pub(super) fn count_tags(posts: &[Post]) -> usize {
    posts.iter().map(|post| post.tags.len()).sum()
}

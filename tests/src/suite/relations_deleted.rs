//! Rows that are marked as deleted aren't there: as parents, as children, and between the two.

use noorm::prelude::*;
use noorm::relation::{Declaration, Loaded, RelationConfig, has, has_not, rel};
use noorm::repository::Conventions;
use noorm::sql::JsonRows;

use crate::{Engine, TestDatabase, conformance};

fn library(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE author (id $int NOT NULL PRIMARY KEY, gone_at $moment);
         CREATE TABLE profile (id $int NOT NULL PRIMARY KEY, author_id $int NOT NULL, gone_at $moment,
             CONSTRAINT profile_author UNIQUE (author_id), FOREIGN KEY (author_id) REFERENCES author (id));
         CREATE TABLE post (id $int NOT NULL PRIMARY KEY, author_id $int, gone_at $moment,
             FOREIGN KEY (author_id) REFERENCES author (id));
         CREATE TABLE tag (id $int NOT NULL PRIMARY KEY, gone_at $moment);
         CREATE TABLE post_tag (post_id $int NOT NULL, tag_id $int NOT NULL, gone_at $moment, PRIMARY KEY (post_id, tag_id),
             FOREIGN KEY (post_id) REFERENCES post (id), FOREIGN KEY (tag_id) REFERENCES tag (id));
         CREATE TABLE remark (id $int NOT NULL PRIMARY KEY, about_type $varchar(20) NOT NULL, about_id $int NOT NULL, gone_at $moment);
         CREATE TABLE node (id $int NOT NULL PRIMARY KEY, parent_id $int, gone_at $moment,
             FOREIGN KEY (parent_id) REFERENCES node (id));",
    )
}

/// The same, whose mark is a flag: a condition with a value.
fn flagged(engine: &Engine) -> String {
    library(engine).replace(&engine.ddl("gone_at $moment"), &engine.ddl("gone_at $bool"))
}

async fn connected(db: &TestDatabase) -> Result<Database> {
    let about = Declaration::new("remark", "about").columns(["about_id"]);
    let about = about.polymorphic("about_type", [("Post", "post"), ("Author", "author")]);
    let config = RelationConfig::new()
        .declare(about.inverse("remarks"))
        .declare(Declaration::new("author", "tags").through("posts.tags"));
    let conventions = Conventions::new().soft_delete("gone_at");
    let options =
        |builder: noorm::database::Builder| builder.relations(config).conventions(conventions);
    Ok(db.again(options).await)
}

/// Authors 1 to 4, of whom 2 is deleted. Post 1 is of 1, as is 2, which is deleted; 3 of 2, 4 of 3; 5, which is deleted, is
/// of 4. Tag 2 is deleted, and the link of post 1 to tag 3.
async fn filled(db: &TestDatabase) -> Result<Database> {
    let db = connected(db).await?;
    let ids = |ids: std::ops::RangeInclusive<i64>| ids.map(|id| record! { "id" => id });
    db.repository("author")?.insert_many(ids(1..=4)).await?;
    let posts = [(1, 1), (2, 1), (3, 2), (4, 3), (5, 4)];
    let posts = posts.map(|(id, author)| record! { "id" => id, "author_id" => author });
    db.repository("post")?.insert_many(posts).await?;
    let profiles = [(1, 1), (2, 2), (3, 3)];
    let profiles = profiles.map(|(id, author)| record! { "id" => id, "author_id" => author });
    db.repository("profile")?.insert_many(profiles).await?;
    db.repository("tag")?.insert_many(ids(1..=3)).await?;
    let links = [(1, 1), (1, 2), (1, 3), (2, 1), (3, 1), (4, 3), (4, 1)];
    let links = links.map(|(post, tag)| record! { "post_id" => post, "tag_id" => tag });
    db.repository("post_tag")?.insert_many(links).await?;
    let remarks = [
        (1, "Post", 1),
        (2, "Post", 2),
        (3, "Author", 1),
        (4, "Author", 2),
        (5, "Post", 1),
    ];
    let remarks = remarks
        .map(|(id, of, about)| record! { "id" => id, "about_type" => of, "about_id" => about });
    db.repository("remark")?.insert_many(remarks).await?;
    for (table, id) in [
        ("author", 2),
        ("post", 2),
        ("post", 5),
        ("profile", 3),
        ("tag", 2),
        ("remark", 5),
    ] {
        assert!(db.repository(table)?.delete(id).await?);
    }
    assert!(db.repository("post_tag")?.delete((1, 3)).await?);
    Ok(db)
}

/// The ways that load anything, and those that load to-one relations.
fn ways(db: &Database) -> (Vec<&'static str>, Vec<&'static str>) {
    let has_documents = db.capabilities().json_rows == JsonRows::Ordered;
    let json = has_documents.then_some("json");
    let many = ["batch"].into_iter().chain(json).collect();
    (many, ["batch", "join"].into_iter().chain(json).collect())
}

fn ids(rows: &[Loaded<Record>]) -> Result<Vec<i64>> {
    rows.iter().map(|row| row.get("id")).collect()
}

async fn many(
    db: &Database,
    table: &str,
    relation: &str,
    way: &str,
) -> Result<Vec<(i64, Vec<i64>)>> {
    let related = rel(relation).order_by(["id"]).by(way.to_owned());
    let rows = db
        .repository(table)?
        .query()
        .order_by(["id"])
        .with(related)
        .all()
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("id")?, ids(row.many(relation)?)?)))
        .collect()
}

async fn one(
    db: &Database,
    table: &str,
    relation: &str,
    way: &str,
) -> Result<Vec<(i64, Option<i64>)>> {
    let related = rel(relation).by(way.to_owned());
    let rows = db
        .repository(table)?
        .query()
        .order_by(["id"])
        .with(related)
        .all()
        .await?;
    let one = |row: &Loaded<Record>| row.one(relation)?.map(|other| other.get("id")).transpose();
    rows.iter()
        .map(|row| Ok((row.get("id")?, one(row)?)))
        .collect()
}

async fn every_relation_is_without_them(db: &TestDatabase) -> Result<()> {
    let db = filled(db).await?;
    let (to_many, to_one) = ways(&db);
    for way in to_one {
        assert_eq!(
            one(&db, "post", "author", way).await?,
            [(1, Some(1)), (3, None), (4, Some(3))],
            "{way}"
        );
        assert_eq!(
            one(&db, "author", "profile", way).await?,
            [(1, Some(1)), (3, None), (4, None)],
            "{way}"
        );
        if way != "join" {
            let about = [(1, Some(1)), (2, None), (3, Some(1)), (4, None)];
            assert_eq!(one(&db, "remark", "about", way).await?, about, "{way}");
        }
    }
    for way in to_many {
        assert_eq!(
            many(&db, "author", "posts", way).await?,
            [(1, vec![1]), (3, vec![4]), (4, vec![])],
            "{way}"
        );
        assert_eq!(
            many(&db, "post", "tags", way).await?,
            [(1, vec![1]), (3, vec![1]), (4, vec![1, 3])],
            "{way}"
        );
        assert_eq!(
            many(&db, "tag", "posts", way).await?,
            [(1, vec![1, 3, 4]), (3, vec![4])],
            "{way}"
        );
        assert_eq!(
            many(&db, "author", "tags", way).await?,
            [(1, vec![1]), (3, vec![1, 3]), (4, vec![])],
            "{way}"
        );
        assert_eq!(
            many(&db, "post", "remarks", way).await?,
            [(1, vec![1]), (3, vec![]), (4, vec![])],
            "{way}"
        );
        // Below another relation, and with a limit for each parent.
        let posts = rel("posts")
            .by(way.to_owned())
            .with(rel("tags").order_by(["-id"]).limit(1));
        let authors = db
            .repository("author")?
            .query()
            .order_by(["id"])
            .with(posts)
            .all()
            .await?;
        let tags = authors.iter().map(|author| match author.many("posts")? {
            [post] => ids(post.many("tags")?),
            _ => Ok(Vec::new()),
        });
        assert_eq!(
            tags.collect::<Result<Vec<_>>>()?,
            [vec![1], vec![3], vec![]],
            "{way}"
        );
    }
    // Who asks for parents that are deleted asks for no children that are.
    let all = db
        .repository("author")?
        .with_deleted()
        .query()
        .order_by(["id"])
        .with(rel("posts").order_by(["id"]))
        .all()
        .await?;
    let posts: Vec<_> = all
        .iter()
        .map(|author| ids(author.many("posts")?))
        .collect::<Result<_>>()?;
    assert_eq!(posts, [vec![1], vec![3], vec![4], vec![]]);
    let lost = db
        .repository("author")?
        .query()
        .only_deleted()
        .with("posts")
        .one()
        .await?;
    assert_eq!(ids(lost.many("posts")?)?, [3]);
    Ok(())
}

/// A chain 1 → 2 → 3 → 4, of which 3 is deleted, and 5 below 1.
async fn planted(db: &TestDatabase) -> Result<Database> {
    let db = connected(db).await?;
    let nodes = db.repository("node")?;
    for (id, parent) in [
        (1, None),
        (2, Some(1)),
        (3, Some(2)),
        (4, Some(3)),
        (5, Some(1)),
    ] {
        nodes
            .create(record! { "id" => id, "parent_id" => parent })
            .await?;
    }
    assert!(nodes.delete(3).await?);
    Ok(db)
}

async fn a_walk_ends_at_them(db: &TestDatabase) -> Result<()> {
    let db = planted(db).await?;
    let nodes = db.repository("node")?;
    let tree = nodes.tree("parent")?;
    let below = tree.descendants(1)?.all().await?;
    assert_eq!(ids(&below)?, [2, 5]);
    let depths: Vec<i64> = below
        .iter()
        .map(|row| row.total("depth"))
        .collect::<Result<_>>()?;
    assert_eq!(depths, [1, 1]);
    assert_eq!(tree.descendants(1)?.count().await?, 2);
    assert_eq!(ids(&tree.ancestors(4)?.all().await?)?, [0; 0]);
    assert_eq!(ids(&tree.ancestors(2)?.all().await?)?, [1]);
    assert_eq!(ids(&tree.descendants(3)?.all().await?)?, [0; 0]);
    assert_eq!(
        ids(&tree
            .clone()
            .max_depth(3)
            .descendants(1)?
            .filter(col("id").gt(2))
            .all()
            .await?)?,
        [5]
    );
    let seeing = nodes.with_deleted().tree("parent")?;
    assert_eq!(ids(&seeing.descendants(1)?.all().await?)?, [2, 5, 3, 4]);
    assert_eq!(ids(&seeing.ancestors(4)?.all().await?)?, [3, 2, 1]);
    assert_eq!(ids(&seeing.descendants(3)?.all().await?)?, [4]);
    Ok(())
}

conformance! {
    async fn marked_rows_are_at_no_end_of_a_relation(db) on library {
        every_relation_is_without_them(&db).await?;
    }

    async fn rows_marked_by_a_flag_are_at_no_end_of_a_relation(db) on flagged {
        every_relation_is_without_them(&db).await?;
    }

    async fn marked_rows_answer_for_no_other(db) on library {
        let db = filled(&db).await?;
        let authors = || db.repository("author").map(|rows| rows.query().order_by(["id"]));
        let posts = || db.repository("post").map(|rows| rows.query().order_by(["id"]));
        let ids = |query: Query<Record>| query.pluck::<i64>("id");
        assert_eq!(ids(authors()?.filter(has("posts", |posts| posts))).await?, [1, 3]);
        assert_eq!(ids(authors()?.filter(has_not("posts", |posts| posts))).await?, [4]);
        assert_eq!(ids(authors()?.filter(has("posts.tags", |tags| tags.filter(col("id").eq(3))))).await?, [3]);
        assert_eq!(ids(authors()?.filter(has("profile", |profile| profile))).await?, [1]);
        assert_eq!(ids(posts()?.filter(has("author", |author| author))).await?, [1, 4]);
        assert_eq!(ids(posts()?.filter(has_not("author", |author| author))).await?, [3]);
        assert_eq!(ids(posts()?.filter(has("tags", |tags| tags.filter(col("id").ge(2))))).await?, [4]);
        assert_eq!(ids(posts()?.filter(has("remarks", |remarks| remarks))).await?, [1]);
        assert_eq!(ids(posts()?.filter(col("author.id").eq(2))).await?, [0; 0]);
        let counted = authors()?.with_count("posts").with_count("tags").all().await?;
        let counts = counted.iter().map(|author| Ok((author.count_of("posts")?, author.count_of("tags")?)));
        assert_eq!(counts.collect::<Result<Vec<_>>>()?, [(1, 1), (1, 2), (0, 0)]);
        let counted = posts()?.with_count("tags").with_count("remarks").all().await?;
        let counts = counted.iter().map(|post| Ok((post.count_of("tags")?, post.count_of("remarks")?)));
        assert_eq!(counts.collect::<Result<Vec<_>>>()?, [(1, 1), (1, 0), (2, 0)]);
        let most = db.repository("post")?.query().order_by([rel("tags").count().desc(), col("id").desc()]);
        assert_eq!(ids(most).await?, [4, 3, 1]);
        let most = db.repository("author")?.query().order_by([rel("posts").count().asc(), col("id").asc()]);
        assert_eq!(ids(most).await?, [4, 1, 3]);
    }

    async fn trees_end_at_marked_rows(db) on library {
        a_walk_ends_at_them(&db).await?;
    }

    async fn trees_end_at_rows_marked_by_a_flag(db) on flagged {
        a_walk_ends_at_them(&db).await?;
    }
}

//! Joins, subqueries, and rows of several queries.

use noorm::prelude::*;
use noorm::repository::Join;
use noorm::statement::{exists, outer};

use crate::{Engine, conformance};

/// Authors whose mentors are authors, books, and two addresses of an order.
pub(crate) fn shop(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE author (id $int NOT NULL PRIMARY KEY, name $varchar(40) NOT NULL, mentor_id $int,
             FOREIGN KEY (mentor_id) REFERENCES author (id));
         CREATE TABLE book (id $int NOT NULL PRIMARY KEY, author_id $int NOT NULL, title $varchar(40) NOT NULL,
             price decimal(8, 2), pages $int, rating $float,
             FOREIGN KEY (author_id) REFERENCES author (id));
         CREATE TABLE address (id $int NOT NULL PRIMARY KEY, city $varchar(40) NOT NULL);
         CREATE TABLE purchase (id $int NOT NULL PRIMARY KEY, billing_id $int NOT NULL, delivery_id $int NOT NULL,
             FOREIGN KEY (billing_id) REFERENCES address (id), FOREIGN KEY (delivery_id) REFERENCES address (id));",
    )
}

/// Ann is mentored by nobody, Bob by Ann, Cid by Bob; Ann wrote three books, Bob one, Cid none.
pub(crate) async fn fill(db: &Database) -> Result<()> {
    for (id, name, mentor) in [(1, "Ann", None), (2, "Bob", Some(1)), (3, "Cid", Some(2))] {
        let author = record! { "id" => id, "name" => name, "mentor_id" => mentor };
        db.repository("author")?.insert_many([author]).await?;
    }
    let books = [
        (1, 1, "Alpha", Some("10.50"), Some(100), Some(4.0)),
        (2, 1, "beta", Some("20.25"), Some(300), Some(3.0)),
        (3, 1, "Gamma", None, None, None),
        (4, 2, "alpha two", Some("5.00"), Some(200), Some(5.0)),
    ];
    let books = books.map(|(id, author, title, price, pages, rating)| {
        let price = price.map(|price| price.parse::<bigdecimal::BigDecimal>().unwrap());
        record! { "id" => id, "author_id" => author, "title" => title, "price" => price,
        "pages" => pages, "rating" => rating }
    });
    db.repository("book")?.insert_many(books).await?;
    let addresses =
        [(1, "Rome"), (2, "Oslo")].map(|(id, city)| record! { "id" => id, "city" => city });
    db.repository("address")?.insert_many(addresses).await?;
    let purchases = [(1, 1, 2), (2, 2, 2)]
        .map(|(id, billing, delivery)| record! { "id" => id, "billing_id" => billing, "delivery_id" => delivery });
    db.repository("purchase")?.insert_many(purchases).await?;
    Ok(())
}

async fn ids(query: Query<Record>) -> Result<Vec<i64>> {
    query.order_by(["id"]).pluck("id").await
}

conformance! {
    async fn a_join_goes_along_the_foreign_key(db) on shop {
        fill(&db).await?;
        let books = || db.repository("book").map(|books| books.query());
        // From the many to the one.
        let of_ann = books()?.join("author").filter(col("author.name").eq("Ann"));
        assert_eq!(ids(of_ann.clone()).await?, [1, 2, 3]);
        assert_eq!(of_ann.clone().count().await?, 3);
        assert!(of_ann.clone().exists().await?);
        let first = of_ann.first().await?.map(|book| book.get::<String>("title"));
        assert_eq!(first.transpose()?.as_deref(), Some("Alpha"));
        // From the one to the many: as often as there are matches.
        let authors = || db.repository("author").map(|authors| authors.query());
        let with_books = authors()?.join("book").filter(col("book.id").gt(1));
        assert_eq!(ids(with_books.clone()).await?, [1, 1, 2]);
        assert_eq!(with_books.distinct().order_by(["id"]).all().await?.len(), 2);
        // Both have a column of this name: the query's own is meant.
        assert_eq!(ids(authors()?.join("book").filter(col("id").eq(2))).await?, [2]);
        let ordered: Vec<i64> =
            books()?.join("author").order_by(["-author.name", "-id"]).pluck("id").await?;
        assert_eq!(ordered, [4, 3, 2, 1]);
    }

    async fn rows_without_a_match_stay_or_go(db) on shop {
        fill(&db).await?;
        let authors = || db.repository("author").map(|authors| authors.query());
        assert_eq!(ids(authors()?.join("book").distinct()).await?, [1, 2]);
        let none = authors()?.join(Join::left("book")).filter(col("book.id").is_null());
        assert_eq!(ids(none).await?, [3]);
        // What the join asks for leaves authors in; what the filter asks for doesn't.
        let dear = Join::left("book").and(col("book.price").gt(8));
        let counted: Vec<(String, i64)> = authors()?
            .join(dear)
            .group_by(["name"])
            .order_by(["name"])
            .values(("name", col("book.id").count()))
            .await?;
        let named = |name: &str, count| (name.to_owned(), count);
        assert_eq!(counted, [named("Ann", 2), named("Bob", 0), named("Cid", 0)]);
    }

    async fn a_table_is_joined_to_itself(db) on shop {
        fill(&db).await?;
        let authors = db.repository("author")?;
        let mentored = authors.query().join(Join::left("author").named("mentor")).order_by(["id"]);
        let pairs: Vec<(String, Option<String>)> = mentored.values(["name", "mentor.name"]).await?;
        let pair = |a: &str, b: Option<&str>| (a.to_owned(), b.map(str::to_owned));
        assert_eq!(pairs, [pair("Ann", None), pair("Bob", Some("Ann")), pair("Cid", Some("Bob"))]);
        // Two steps.
        let grand = authors
            .query()
            .join(Join::to("author").named("mentor"))
            .join(Join::to("author").named("grand").from("mentor"))
            .select(["name", "grand.name"]);
        let rows = grand.all().await?;
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].get::<String>("name")?, "Cid");
        assert_eq!(rows[0].get::<String>("grand.name")?, "Ann");
        let same_name = authors.query().join("author").all().await.unwrap_err();
        assert_eq!(same_name.kind(), ErrorKind::InvalidStatement);
        assert!(same_name.help().unwrap_or_default().contains("named"), "{same_name:?}");
    }

    async fn which_of_several_keys_is_said(db) on shop {
        fill(&db).await?;
        let purchases = || db.repository("purchase").map(|purchases| purchases.query());
        let error = purchases()?.join("address").all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert!(error.message().contains("several foreign keys"), "{error:?}");
        let cities: Vec<(i64, String, String)> = purchases()?
            .join(Join::to("address").named("billing").by("billing_id"))
            .join(Join::to("address").named("delivery").by("delivery_id"))
            .order_by(["id"])
            .values(["id", "billing.city", "delivery.city"])
            .await?;
        let row = |id, a: &str, b: &str| (id, a.to_owned(), b.to_owned());
        assert_eq!(cities, [row(1, "Rome", "Oslo"), row(2, "Oslo", "Oslo")]);
        let error = purchases()?.join("author").all().await.unwrap_err();
        assert!(error.message().contains("no foreign key"), "{error:?}");
        let error = purchases()?.join("nothing").all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownTable);
        let error = purchases()?.filter(col("author.name").eq("Ann")).all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownColumn);
        // Along none.
        let pairs = purchases()?.join(Join::to("address").on(col("address.id").gt(col("id"))));
        assert_eq!(ids(pairs).await?, [1]);
    }

    async fn pages_of_joined_rows(db) on shop {
        fill(&db).await?;
        let of_ann = db.repository("book")?.query().join("author").filter(col("author.name").eq("Ann"));
        let page = of_ann.clone().order_by(["title"]).cursor_page(2, None).await?;
        assert_eq!(page.items.len(), 2);
        let rest = of_ann.clone().order_by(["title"]).cursor_page(2, page.next.as_deref()).await?;
        assert_eq!((rest.items.len(), rest.next), (1, None));
        assert_eq!(of_ann.order_by(["id"]).page(2, 2).await?.total, 3);
        let by_other = db.repository("book")?.query().join("author").order_by(["author.name"]);
        let error = by_other.cursor_page(2, None).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert!(error.message().contains("joined table"), "{error:?}");
        let repeated = db.repository("author")?.query().join("book").cursor_page(2, None).await;
        assert_eq!(repeated.unwrap_err().kind(), ErrorKind::InvalidStatement);
        let update = db.repository("book")?.query().join("author").filter(col("id").eq(1));
        assert_eq!(update.delete().await.unwrap_err().kind(), ErrorKind::InvalidStatement);
    }

    async fn rows_for_which_others_are_there(db) on shop {
        fill(&db).await?;
        let (authors, books) = (db.repository("author")?, db.repository("book")?);
        let of_author = || books.query().filter(col("author_id").eq(outer("id")));
        assert_eq!(ids(authors.query().filter(exists(of_author()))).await?, [1, 2]);
        assert_eq!(ids(authors.query().filter(!exists(of_author()))).await?, [3]);
        let dear = of_author().filter(col("price").gt(10) & col("title").starts_with("A"));
        assert_eq!(ids(authors.query().filter(exists(dear) & col("id").lt(9))).await?, [1]);
        // A query about the same table is one of its own.
        let students = authors.query().filter(col("mentor_id").eq(outer("id")));
        assert_eq!(ids(authors.query().filter(exists(students))).await?, [1, 2]);
        // Two levels.
        let students = authors.query().filter(col("mentor_id").eq(outer(outer::<Record, _>("id"))));
        let long = of_author().filter(col("pages").gt(250) & exists(students));
        assert_eq!(ids(authors.query().filter(exists(long))).await?, [1]);
        // In writes, too.
        let lonely = authors.query().filter(!exists(of_author()));
        assert_eq!(lonely.delete().await?, 1);
        assert_eq!(ids(authors.query()).await?, [1, 2]);
    }

    async fn rows_in_what_a_query_gives(db) on shop {
        fill(&db).await?;
        let (authors, books) = (db.repository("author")?, db.repository("book")?);
        let writers = books.query().filter(col("price").gt(6)).select(["author_id"]);
        assert_eq!(ids(authors.query().filter(col("id").in_query(writers))).await?, [1]);
        let last = books.query().select([col("id").max()]);
        assert_eq!(ids(books.query().filter(col("id").in_query(last))).await?, [4]);
        let prolific = books.query().group_by(["author_id"]).having(col("id").count().ge(2)).select(["author_id"]);
        assert_eq!(ids(authors.query().filter(col("id").in_query(prolific))).await?, [1]);
    }

    async fn rows_of_several_queries(db) on shop {
        fill(&db).await?;
        let books = db.repository("book")?;
        let some = |ids: Vec<i64>| books.query().filter(col("id").in_list(ids));
        assert_eq!(ids(some(vec![1, 2]).union(some(vec![2, 3]))).await?, [1, 2, 3]);
        assert_eq!(ids(some(vec![1, 2]).union_all(some(vec![2, 3]))).await?, [1, 2, 2, 3]);
        assert_eq!(ids(some(vec![1, 2]).intersect(some(vec![2, 3]))).await?, [2]);
        assert_eq!(ids(some(vec![1, 2]).except(some(vec![2, 3]))).await?, [1]);
        // From left to right, and what comes after is asked of all of it.
        let three = some(vec![1, 2]).union(some(vec![3])).except(some(vec![2])).filter(col("id").gt(1));
        assert_eq!(ids(three.clone()).await?, [3]);
        assert_eq!(three.count().await?, 1);
        let cheap = books.query().filter(col("price").is_not_null()).order_by(["price"]).limit(1);
        let dear = books.query().filter(col("price").is_not_null()).order_by(["-price"]).limit(1);
        assert_eq!(ids(cheap.union(dear)).await?, [2, 4]);
        let titles = some(vec![1]).select(["title"]).union(some(vec![1, 4]).select(["title"]));
        assert_eq!(titles.clone().order_by(["-title"]).pluck::<String>("title").await?.len(), 2);
        assert_eq!(titles.count().await?, 2);
        let two: Vec<i64> = some(vec![1, 2]).union(some(vec![3])).order_by(["-id"]).limit(2).offset(1).pluck("id").await?;
        assert_eq!(two, [2, 1]);
        let error = some(vec![1]).union(some(vec![2])).all_rows().delete().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
    }

    async fn a_name_of_an_inner_table_is_not_taken_for_an_outer_one(db) on shop {
        fill(&db).await?;
        let (authors, books) = (db.repository("author")?, db.repository("book")?);
        let of_bob = |join: Join, name: &str| {
            let name = col(format!("{name}.name"));
            books.query().join(join).filter(name.eq("Bob") & col("author_id").eq(outer("id")))
        };
        let same = authors.query().filter(exists(of_bob(Join::to("author"), "author")));
        assert_eq!(same.all().await.unwrap_err().kind(), ErrorKind::InvalidStatement);
        let other = authors.query().filter(exists(of_bob(Join::to("author").named("writer"), "writer")));
        assert_eq!(ids(other).await?, [2]);
    }

    async fn only_rows_of_the_same_columns_are_combined(db) on shop {
        let (authors, books) = (db.repository("author")?, db.repository("book")?);
        let refused = async |one: Query<Record>, other: Query<Record>| {
            assert_eq!(one.union(other).all().await.unwrap_err().kind(), ErrorKind::InvalidStatement);
        };
        refused(books.query().select(["title"]), books.query().select(["id"])).await;
        refused(books.query().select(["id", "pages"]), books.query().select(["pages", "id"])).await;
        refused(books.query(), authors.query()).await;
        let double = || books.query().select((col("pages").times(2).named("double"),));
        refused(double(), double()).await;
        // Of other tables, if they are alike.
        fill(&db).await?;
        let both = books.query().select(["id"]).union_all(authors.query().select(["id"]));
        assert_eq!(both.count().await?, 7);
    }

    async fn what_is_plucked_keeps_its_order(db) on shop {
        fill(&db).await?;
        let books = db.repository("book")?;
        let double = || books.query().select(("title", col("pages").times(2).named("double")));
        let titles: Vec<String> =
            double().filter(col("pages").is_not_null()).order_by(["-pages"]).pluck("title").await?;
        assert_eq!(titles, ["beta", "alpha two", "Alpha"]);
        let doubles: Vec<i64> =
            double().filter(col("pages").is_not_null()).order_by(["double"]).pluck("double").await?;
        assert_eq!(doubles, [200, 400, 600]);
        let names: Vec<String> = books.query().join("author").order_by(["id"]).limit(1).pluck("author.name").await?;
        assert_eq!(names, ["Ann"]);
        // A name that is given isn't mistaken for a column's.
        let crossed = books.query().select((col("id").named("pages"), col("pages").named("id")));
        let crossed = crossed.filter(col("pages").is_not_null()).order_by(["id"]).all().await?;
        let pages = crossed.iter().map(|row| row.get("id")).collect::<Result<Vec<i64>>>()?;
        assert_eq!(pages, [100, 200, 300]);
    }
}

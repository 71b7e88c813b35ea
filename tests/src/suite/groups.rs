//! Groups, what rows come to, and values that the database works out.

use bigdecimal::BigDecimal;
use noorm::prelude::*;
use noorm::statement::{Selected, Term, count, raw_expr, raw_value};

use super::joins::{fill, shop};
use crate::conformance;

fn decimal(text: &str) -> BigDecimal {
    text.parse().expect("a decimal")
}

conformance! {
    async fn what_rows_come_to(db) on shop {
        fill(&db).await?;
        let books = || db.repository("book").map(|books| books.query());
        assert_eq!(books()?.sum::<i64>("pages").await?, Some(600));
        assert_eq!(books()?.sum::<BigDecimal>("price").await?, Some(decimal("35.75")));
        assert_eq!(books()?.sum::<f64>("rating").await?, Some(12.0));
        assert_eq!(books()?.avg::<f64>("pages").await?, Some(200.0));
        assert_eq!(books()?.avg::<f64>("rating").await?, Some(4.0));
        let mean: Option<BigDecimal> = books()?.filter(col("id").le(2)).avg("price").await?;
        assert_eq!(mean.map(|mean| mean.with_scale(3)), Some(decimal("15.375")));
        assert_eq!(books()?.min::<i64>("pages").await?, Some(100));
        assert!(books()?.max::<String>("title").await?.is_some());
        assert_eq!(books()?.max::<BigDecimal>("price").await?, Some(decimal("20.25")));
        assert_eq!(books()?.count_distinct("author_id").await?, 2);
        assert_eq!(books()?.count_distinct("price").await?, 3);
        // Of none there is none.
        let none = || books().map(|books| books.filter(col("id").gt(99)));
        assert_eq!(none()?.sum::<i64>("pages").await?, None);
        assert_eq!(none()?.max::<String>("title").await?, None);
        assert_eq!(none()?.count_distinct("title").await?, 0);
        // Of those that are given.
        assert_eq!(books()?.order_by(["id"]).limit(2).sum::<i64>("pages").await?, Some(400));
        assert_eq!(books()?.select(["author_id"]).distinct().sum::<i64>("author_id").await?, Some(3));
        let error = books()?.sum::<i64>("title").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TypeMismatch);
        let error = books()?.sum::<i64>("titel").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownColumn);
    }

    async fn rows_in_groups(db) on shop {
        fill(&db).await?;
        let books = || db.repository("book").map(|books| books.query());
        let grouped = || books().map(|books| books.group_by(["author_id"]));
        let rows = grouped()?
            .select(("author_id", count().named("books"), col("price").sum(), col("pages").max().named("longest")))
            .order_by(["-books"])
            .all()
            .await?;
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].get::<i64>("author_id")?, 1);
        assert_eq!(rows[0].get::<i64>("books")?, 3);
        assert_eq!(rows[0].get::<BigDecimal>("sum_price")?, decimal("30.75"));
        assert_eq!(rows[0].get::<i64>("longest")?, 300);
        assert_eq!(rows[1].get::<i64>("books")?, 1);
        let many: Vec<(i64, i64)> = grouped()?.having(count().gt(1)).values(("author_id", count())).await?;
        assert_eq!(many, [(1, 3)]);
        let short: Vec<(i64,)> = grouped()?.having(col("pages").sum().lt(300)).values(["author_id"]).await?;
        assert_eq!(short, [(2,)]);
        let good: Vec<(i64,)> = grouped()?.having(col("rating").avg().gt(4.5)).values(["author_id"]).await?;
        assert_eq!(good, [(2,)]);
        // How many groups there are.
        assert_eq!(grouped()?.count().await?, 2);
        assert_eq!(grouped()?.having(count().gt(1)).count().await?, 1);
        assert!(!grouped()?.having(count().gt(9)).exists().await?);
        let first = grouped()?.select(("author_id", count())).order_by(["author_id"]).limit(1).offset(1).all().await?;
        assert_eq!(first[0].get::<i64>("author_id")?, 2);
        // Of joined rows.
        let named: Vec<(String, i64)> = books()?
            .join("author")
            .group_by(["author.name"])
            .order_by(["author.name"])
            .values((col("author.name"), count()))
            .await?;
        assert_eq!(named, [("Ann".to_owned(), 3), ("Bob".to_owned(), 1)]);
    }

    async fn groups_are_told_by_expressions_with_values(db) on shop {
        fill(&db).await?;
        let books = || db.repository("book").map(|books| books.query());
        // Of 100, 300, no and 200 pages.
        let pages = || col("pages").coalesce(100).named("length");
        let counted: Vec<(i64, i64)> = books()?.group_by((pages(),)).order_by(["length"]).values((pages(), count())).await?;
        assert_eq!(counted, [(100, 2), (200, 1), (300, 1)]);
        let thick = || -> Selected<Record> {
            let thick: Term<Record, i64> = raw_value("CASE WHEN pages > ? THEN 1 ELSE 0 END", [250.into()]);
            thick.named("thick")
        };
        // Behind others, from the other end, of some groups, with values before and behind.
        let rows = books()?
            .filter(col("id").gt(0))
            .group_by(("author_id", thick()))
            .having(col("id").sum().lt(99))
            .select((col("id").sum().plus(7).named("sum"), "author_id", thick()))
            .order_by(["-thick", "author_id"])
            .limit(5)
            .all()
            .await?;
        let told = rows.iter().map(|row| Ok((row.get("sum")?, row.get("author_id")?, row.get("thick")?)));
        assert_eq!(told.collect::<Result<Vec<(i64, i64, i64)>>>()?, [(9, 1, 1), (11, 1, 0), (11, 2, 0)]);
        let tens = || col("author_id").times(10);
        let by_tens: Vec<(i64, i64)> =
            books()?.group_by((tens(),)).order_by(["tens"]).values((tens().named("tens"), col("id").plus(1).max())).await?;
        assert_eq!(by_tens, [(10, 4), (20, 5)]);
        // Without being selected, and counted.
        let counts: Vec<(i64,)> = books()?.group_by((pages(),)).order_by(["-count"]).values((count(),)).await?;
        assert_eq!(counts, [(2,), (1,), (1,)]);
        assert_eq!(books()?.group_by((pages(),)).count().await?, 3);
        assert_eq!(books()?.group_by((pages(),)).select((pages(),)).count().await?, 3);
        assert!(books()?.group_by((pages(),)).select((pages(),)).exists().await?);
        let lengths = books()?.group_by((pages(),)).order_by(["length"]).select((pages(), count())).pluck::<i64>("length");
        assert_eq!(lengths.await?, [100, 200, 300]);
        // Another value makes another expression.
        let other = books()?.group_by((pages(),)).values::<(i64,)>((col("pages").coalesce(7),)).await.unwrap_err();
        assert_eq!(other.kind(), ErrorKind::InvalidStatement);
        assert!(other.message().contains("may differ"), "{other}");
    }

    async fn what_is_no_group_is_refused(db) on shop {
        let books = || db.repository("book").map(|books| books.query());
        let rows = books()?.group_by(["author_id"]).all().await.unwrap_err();
        assert_eq!(rows.kind(), ErrorKind::InvalidStatement);
        let filtered = books()?.filter(count().gt(1)).all().await.unwrap_err();
        assert_eq!(filtered.kind(), ErrorKind::InvalidStatement);
        assert!(filtered.help().unwrap_or_default().contains("having"), "{filtered:?}");
        let page = books()?.group_by(["author_id"]).select(["author_id"]).cursor_page(2, None).await;
        assert_eq!(page.unwrap_err().kind(), ErrorKind::InvalidStatement);
        let sum = books()?.group_by(["author_id"]).sum::<i64>("pages").await.unwrap_err();
        assert_eq!(sum.kind(), ErrorKind::InvalidStatement);
    }

    async fn values_are_worked_out(db) on shop {
        fill(&db).await?;
        let books = || db.repository("book").map(|books| books.query());
        let rows = books()?
            .select(("title", col("pages").times(2).named("double"), col("title").upper(), col("title").length()))
            .order_by(["-double", "title"])
            .filter(col("pages").is_not_null())
            .all()
            .await?;
        let doubles = rows.iter().map(|row| row.get("double")).collect::<Result<Vec<i64>>>()?;
        assert_eq!(doubles, [600, 400, 200]);
        assert_eq!(rows[0].get::<String>("upper_title")?, "BETA");
        assert_eq!(rows[0].get::<i64>("length_title")?, 4);
        let pages: Vec<(i64, i64)> =
            books()?.order_by(["id"]).values(("id", col("pages").coalesce(-1))).await?;
        assert_eq!(pages, [(1, 100), (2, 300), (3, -1), (4, 200)]);
        let few = books()?.filter(col("pages").coalesce(0).lt(150)).order_by(["id"]).pluck::<i64>("id").await?;
        assert_eq!(few, [1, 3]);
        let lower = books()?.filter(col("title").lower().eq("alpha")).pluck::<i64>("id").await?;
        assert_eq!(lower, [1]);
        // Counted without being worked out.
        assert_eq!(books()?.select((col("pages").plus(1),)).count().await?, 4);
        let authors = books()?.select((col("author_id").times(10).named("ten"),)).distinct();
        assert_eq!(authors.clone().count().await?, 2);
        assert_eq!(authors.all().await?.len(), 2);
    }

    async fn sql_of_ones_own(db) on shop {
        fill(&db).await?;
        let books = || db.repository("book").map(|books| books.query());
        let odd = books()?.filter(raw_expr("id % ? = 1", [2.into()]) & col("id").lt(3));
        assert_eq!(odd.pluck::<i64>("id").await?, [1]);
        let half: Term<Record, i64> = raw_value("pages / ?", [2.into()]);
        let halves: Vec<(i64, Option<i64>)> =
            books()?.filter(col("id").le(2)).order_by(["id"]).values(("id", half.named("half"))).await?;
        assert_eq!(halves, [(1, Some(50)), (2, Some(150))]);
        let wrong = books()?.filter(raw_expr("id = ?", [])).all().await.unwrap_err();
        assert_eq!(wrong.kind(), ErrorKind::InvalidStatement);
    }

    async fn letter_case_does_not_count(db) on shop {
        fill(&db).await?;
        let books = |filter| db.repository("book").map(|books| books.query().filter(filter).order_by(["id"]));
        let ids = async |filter| books(filter)?.pluck::<i64>("id").await;
        assert_eq!(ids(col("title").icontains("ALPHA")).await?, [1, 4]);
        assert_eq!(ids(col("title").istarts_with("alpha")).await?, [1, 4]);
        assert_eq!(ids(col("title").iends_with("TA")).await?, [2]);
        assert_eq!(ids(col("title").ilike("%A")).await?, [1, 2, 3]);
        assert_eq!(ids(col("title").ilike("alpha")).await?, [1]);
        // Wildcards are text.
        assert_eq!(ids(col("title").icontains("%")).await?, Vec::<i64>::new());
        assert_eq!(ids(col("title").icontains("_")).await?, Vec::<i64>::new());
    }

    async fn what_rows_of_a_group_differ_in_is_refused(db) on shop {
        fill(&db).await?;
        let books = || db.repository("book").map(|books| books.query());
        let grouped = || books().map(|books| books.group_by(["author_id"]));
        let title = grouped()?.values::<(i64, String)>(("author_id", "title")).await.unwrap_err();
        assert_eq!(title.kind(), ErrorKind::InvalidStatement);
        assert!(title.message().contains("title"), "{title:?}");
        let order = grouped()?.order_by(["title"]).values::<(i64,)>(["author_id"]).await.unwrap_err();
        assert_eq!(order.kind(), ErrorKind::InvalidStatement);
        let beside = books()?.values::<(String, i64)>(("title", count())).await.unwrap_err();
        assert_eq!(beside.kind(), ErrorKind::InvalidStatement);
        let last = grouped()?.select(("author_id", count())).order_by(["author_id"]).last().await?;
        assert_eq!(last.map(|last| last.get::<i64>("author_id")).transpose()?, Some(2));
    }

    async fn calculations_are_of_the_widest_kind(db) on shop {
        fill(&db).await?;
        let books = || db.repository("book").map(|books| books.query().filter(col("price").is_not_null()));
        let product = || col("pages").times(col("price"));
        let sums: Vec<(BigDecimal,)> = books()?.values((product().sum(),)).await?;
        assert_eq!(sums[0].0.with_scale(2), decimal("8125.00"));
        let cents: Vec<(BigDecimal,)> = books()?.filter(col("id").eq(2)).values((col("id").times(col("price")).sum(),)).await?;
        assert_eq!(cents[0].0.with_scale(2), decimal("40.50"));
        let dear = books()?.filter(product().gt(decimal("1050.5"))).order_by(["id"]).pluck::<i64>("id").await?;
        assert_eq!(dear, [2]);
    }

    async fn names_of_values_are_told_apart(db) on shop {
        fill(&db).await?;
        let books = || db.repository("book").map(|books| books.query());
        let rows = books()?.filter(col("id").eq(1)).select((col("id").plus(1), col("pages").plus(1))).all().await?;
        assert_eq!((rows[0].get::<i64>("value")?, rows[0].get::<i64>("value_2")?), (2, 101));
        assert_eq!(books()?.select((col("id").plus(1), col("pages").plus(1))).count().await?, 4);
        let tens = books()?.select((col("author_id").times(10).named("ten"),)).distinct().order_by(["-ten"]);
        let tens = tens.all().await?.iter().map(|row| row.get("ten")).collect::<Result<Vec<i64>>>()?;
        assert_eq!(tens, [20, 10]);
        let other = books()?.select((col("author_id").times(10),)).distinct().order_by(["id"]).all().await;
        assert_eq!(other.unwrap_err().kind(), ErrorKind::InvalidStatement);
        let second = books()?.select(["author_id"]).distinct().limit(1).offset(1).all().await?;
        assert_eq!(second.len(), 1);
    }
}

//! Changes and removals of many rows at once.

use bigdecimal::BigDecimal;
use noorm::prelude::*;
use noorm::repository::Changes;
use noorm::statement::{Any, Term};

use crate::{Engine, conformance};

fn items(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE item (id $int NOT NULL PRIMARY KEY, stock $int NOT NULL, reserved $int DEFAULT 0 NOT NULL,
             note $varchar(20), twice $int, CHECK (stock >= 0));
         CREATE TABLE part (id $int NOT NULL PRIMARY KEY, item_id $int NOT NULL,
             CONSTRAINT part_item FOREIGN KEY (item_id) REFERENCES item (id));
         CREATE TABLE priced (id $int NOT NULL PRIMARY KEY, price decimal(10, 2) NOT NULL);",
    )
}

/// Items 1 to 6, of which there are ten times as many.
async fn six(db: &Database) -> Result<Repository<Record>> {
    let items = db.repository("item")?;
    let records = (1..=6).map(|n| record! { "id" => n, "stock" => 10 * n, "reserved" => n % 2 });
    items.insert_many(records).await?;
    Ok(items)
}

async fn stocks(items: &Repository<Record>) -> Result<Vec<i64>> {
    let rows = items.query().order_by(["id"]).all().await?;
    rows.iter().map(|row| row.get("stock")).collect()
}

conformance! {
    async fn rows_that_match_are_changed(db) on items {
        let items = six(&db).await?;
        let changed = items.query().filter(col("stock").gt(30)).update(record! { "stock" => 7, "note" => "few" }).await?;
        assert_eq!(changed, 3);
        assert_eq!(stocks(&items).await?, [10, 20, 30, 7, 7, 7]);
        // Rows that match count, though nothing changes.
        assert_eq!(items.query().filter(col("note").eq("few")).update(record! { "stock" => 7 }).await?, 3);
        assert_eq!(items.query().filter(col("id").eq(99)).update(record! { "stock" => 7 }).await?, 0);
        assert_eq!(items.query().filter(col("note").eq("few")).update(record! { "note" => None::<String> }).await?, 3);
        assert_eq!(items.query().filter(col("note").is_null()).count().await?, 6);
        assert_eq!(items.query().filter(col("id").le(2)).update(record! {}).await?, 2);
    }

    async fn columns_become_what_the_database_works_out(db) on items {
        let items = six(&db).await?;
        let sold = Changes::new().set("stock", col("stock").minus(1)).set("note", "sold");
        assert_eq!(items.query().filter(col("reserved").eq(1)).update(sold).await?, 3);
        assert_eq!(stocks(&items).await?, [9, 20, 29, 40, 49, 60]);
        let moved = Changes::new().set("twice", col("stock").plus(col("reserved")).times(2));
        assert_eq!(items.query().filter(col("id").in_list([1, 2])).update(moved).await?, 2);
        let rows = items.query().filter(col("twice").is_not_null()).order_by(["id"]).all().await?;
        assert_eq!(rows.iter().map(|r| r.get("twice")).collect::<Result<Vec<i64>>>()?, [20, 40]);
        // All or nothing.
        let refused = items.query().all_rows().update(Changes::new().set("stock", col("stock").minus(15))).await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::CheckViolation);
        assert_eq!(stocks(&items).await?, [9, 20, 29, 40, 49, 60]);
    }

    async fn columns_become_what_others_were_before(db) on items {
        let items = six(&db).await?;
        let one = || items.query().filter(col("id").eq(3));
        // Whatever order they are named in.
        let changes = Changes::new().set("stock", col("stock").times(2)).set("twice", col("stock"));
        assert_eq!(one().update(changes).await?, 1);
        let row = items.get(3).await?;
        assert_eq!((row.get::<i64>("stock")?, row.get::<i64>("twice")?), (60, 30));
        // However the other column is named.
        for other in ["twice", "item.twice"] {
            let swap = Changes::new().set("stock", col(other)).set("twice", col("stock"));
            if db.capabilities().assigns_in_turn {
                let error = one().update(swap).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Unsupported, "{other}");
            }
        }
        let swap = Changes::new().set("stock", col("twice")).set("twice", col("stock"));
        let swapped = one().update(swap).await;
        if db.capabilities().assigns_in_turn {
            assert_eq!(swapped.unwrap_err().kind(), ErrorKind::Unsupported);
        } else {
            assert_eq!(swapped?, 1);
            let row = items.get(3).await?;
            assert_eq!((row.get::<i64>("stock")?, row.get::<i64>("twice")?), (30, 60));
        }
    }

    async fn factors_have_more_digits_than_columns(db) on items {
        let priced = db.repository("priced")?;
        let price = |row: &Record| row.get::<BigDecimal>("price").map(|price| price.normalized().to_string());
        priced.create(record! { "id" => 1, "price" => "100.00" }).await?;
        let factor: BigDecimal = "1.175".parse().unwrap();
        let dearer = Changes::new().set("price", col("price").times(factor.clone()));
        assert_eq!(priced.query().all_rows().update(dearer).await?, 1);
        assert_eq!(price(&priced.get(1).await?)?, "117.5");
        let found = priced.query().filter(col("price").times(factor).between("138.06", "138.07")).count().await?;
        assert_eq!(found, 1);
        let doubled = |expr: fn(Term<Record, Any>) -> Expr<Record>| priced.query().filter(expr(col("price").times(2)));
        assert_eq!(doubled(|twice| twice.gt("234.99")).count().await?, 1);
        assert_eq!(doubled(|twice| twice.gt("235")).count().await?, 0);
        assert_eq!(doubled(|twice| twice.in_list(["1", "235.00"])).count().await?, 1);
        assert_eq!(doubled(|twice| !twice.in_list(["1", "235.00"])).count().await?, 0);
        assert_eq!(doubled(|twice| twice.in_list(Vec::<&str>::new())).count().await?, 0);
        let wrong = doubled(|twice| twice.gt("dear")).count().await.unwrap_err();
        assert_eq!(wrong.kind(), ErrorKind::TypeMismatch);
        let taxed = Changes::new().set("price", col("price").minus("17.5"));
        priced.query().all_rows().update(taxed).await?;
        assert_eq!(price(&priced.get(1).await?)?, "100");
    }

    async fn orders_by_calculations_count_for_nothing_where_rows_are_counted(db) on items {
        let items = six(&db).await?;
        let ordered = || items.query().filter(col("id").gt(2)).order_by([col("stock").times(-1).asc()]);
        assert_eq!(ordered().all().await?[0].get::<i64>("id")?, 6);
        assert_eq!(ordered().count().await?, 4);
        assert_eq!(ordered().limit(2).count().await?, 2);
        assert!(ordered().exists().await?);
        let page = ordered().page(1, 3).await?;
        assert_eq!((page.items.len(), page.total), (3, 4));
        let within = items.query().filter(col("id").in_query(ordered().select(["id"])));
        assert_eq!(within.filter(col("stock").lt(60)).count().await?, 3);
    }

    async fn columns_are_compared_with_columns(db) on items {
        let items = six(&db).await?;
        let count = async |expr: Expr<Record>| items.query().filter(expr).count().await;
        assert_eq!(count(col("stock").gt(col("id"))).await?, 6);
        assert_eq!(count(col("reserved").eq(col("id"))).await?, 1);
        assert_eq!(count(col("stock").minus(col("id").times(10)).eq(0)).await?, 6);
        assert_eq!(count(col("stock").between(col("id").times(10), 30)).await?, 3);
        assert_eq!(count(col("stock").plus(col("reserved")).in_list([11, 20])).await?, 2);
        let order = [col("reserved").times(-100).plus(col("id")).desc()];
        let last = items.query().order_by(order).first().await?.unwrap();
        assert_eq!(last.get::<i64>("id")?, 6);
    }

    async fn rows_that_match_are_removed(db) on items {
        let items = six(&db).await?;
        db.repository("part")?.create(record! { "id" => 1, "item_id" => 6 }).await?;
        assert_eq!(items.query().filter(col("stock").lt(25)).delete().await?, 2);
        assert_eq!(items.query().filter(col("stock").lt(25)).delete().await?, 0);
        let held = items.query().filter(col("stock").gt(25)).delete().await.unwrap_err();
        assert_eq!(held.kind(), ErrorKind::ForeignKeyViolation);
        assert_eq!(items.count().await?, 4);
        let with_parts = db.repository("part")?.query().select(["item_id"]);
        assert_eq!(items.query().exclude(col("id").in_query(with_parts)).delete().await?, 3);
        assert_eq!(db.repository("part")?.query().all_rows().delete().await?, 1);
        assert_eq!(items.query().all_rows().delete().await?, 1);
    }

    async fn a_whole_table_is_written_only_if_that_is_meant(db) on items {
        let items = six(&db).await?;
        let query = || items.query();
        for error in [
            query().delete().await.unwrap_err(),
            query().update(record! { "stock" => 1 }).await.unwrap_err(),
            query().filter(Expr::all([])).delete().await.unwrap_err(),
            query().exclude(Expr::any([])).delete().await.unwrap_err(),
            query().exclude(col("id").in_list(Vec::<i64>::new())).delete().await.unwrap_err(),
            query().filter(Expr::all([]) | col("id").eq(1)).delete().await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidStatement);
            assert!(error.help().is_some_and(|help| help.contains("all_rows")), "{error:?}");
        }
        let some = || query().filter(col("id").eq(1));
        for error in [
            some().limit(1).delete().await.unwrap_err(),
            some().order_by(["id"]).update(record! { "stock" => 1 }).await.unwrap_err(),
            some().offset(1).delete().await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        }
        let wrong = Changes::new().set("sotck", col("stock")).set("note", "x").set("stock", "many");
        let problems = query().all_rows().update(wrong).await.unwrap_err();
        let columns: Vec<_> = problems.problems().iter().map(|p| (p.column.as_str(), p.code)).collect();
        assert_eq!(columns, [("sotck", "unknown_column"), ("stock", "type")]);
        assert_eq!(stocks(&items).await?, [10, 20, 30, 40, 50, 60]);
        assert_eq!(query().all_rows().update(record! { "stock" => 1 }).await?, 6);
    }

    async fn rows_are_found_by_subqueries_with_limits(db) on items {
        let items = six(&db).await?;
        let query = || items.query();
        let dearest = || query().order_by(["-stock"]).limit(2).select(["id"]);
        let found = query().filter(col("id").in_query(dearest())).order_by(["id"]).all().await?;
        assert_eq!(found.iter().map(|row| row.get("id")).collect::<Result<Vec<i64>>>()?, [5, 6]);
        assert_eq!(query().exclude(col("id").in_query(dearest())).count().await?, 4);
        assert_eq!(query().filter(col("id").in_query(dearest())).update(record! { "note" => "dear" }).await?, 2);
        assert_eq!(query().filter(col("note").eq("dear")).count().await?, 2);
        let rest = query().order_by(["id"]).offset(3).limit(2).select(["id"]);
        assert_eq!(query().filter(col("id").in_query(rest)).delete().await?, 2);
        assert_eq!(stocks(&items).await?, [10, 20, 30, 60]);
    }

    async fn a_write_asks_for_other_rows_of_its_table(db) on items {
        let items = six(&db).await?;
        let query = || items.query();
        let even = query().filter(col("reserved").eq(0) & col("stock").gt(20)).select(["id"]);
        let either = col("id").in_query(even) | col("stock").eq(10);
        assert_eq!(query().filter(either).update(record! { "note" => "found" }).await?, 3);
        let found = query().filter(col("note").eq("found")).select(["id"]);
        assert_eq!(query().filter(col("stock").lt(60) & col("id").in_query(found)).delete().await?, 2);
        assert_eq!(stocks(&items).await?, [20, 30, 50, 60]);
    }
}

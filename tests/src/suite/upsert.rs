//! Rows that are added, or change the one that is there.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::{BoxFuture, try_join_all};
use noorm::executor::{Layer, Next, Outcome, Request, Slot};
use noorm::prelude::*;

use crate::{Engine, conformance};

fn accounts(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE account (id $key, email $varchar(80) NOT NULL, name $varchar(80), visits $int DEFAULT 1 NOT NULL CHECK (visits + 0 > 0),
             CONSTRAINT account_email UNIQUE (email));
         CREATE TABLE stock (room $varchar(10) NOT NULL, sku $varchar(20) NOT NULL, amount $int, note $varchar(80),
             PRIMARY KEY (room, sku));
         CREATE TABLE badge (badge_id $int NOT NULL PRIMARY KEY, code $varchar(20) NOT NULL, owner $varchar(80),
             CONSTRAINT badge_code UNIQUE (code));
         CREATE TABLE loose (a $int, b $int);
         CREATE TABLE slot (id $key, place $int NOT NULL, owner $varchar(20), CONSTRAINT slot_place UNIQUE (place));
         CREATE UNIQUE INDEX slot_again ON slot (place);
         CREATE TABLE rate (rate decimal(10, 2) NOT NULL PRIMARY KEY, name $varchar(20));",
    )
}

fn hosts(engine: &Engine) -> String {
    engine.ddl("CREATE TABLE host (id $key, address inet NOT NULL UNIQUE, seen $int);")
}

/// The rows of `stock`: room, sku, amount, note.
async fn stock(db: &Database) -> Result<Vec<(String, String, Option<i64>, Option<String>)>> {
    let rows = db
        .repository("stock")?
        .query()
        .order_by(["room", "sku"])
        .all()
        .await?;
    let row = |r: &Record| {
        Ok((
            r.get("room")?,
            r.get("sku")?,
            r.get("amount")?,
            r.get("note")?,
        ))
    };
    rows.iter().map(row).collect()
}

/// Moves the row at place 1 to place 2, once it has been read.
struct Mover {
    db: Database,
    moved: AtomicBool,
}

impl Mover {
    fn new(db: Database) -> Self {
        let moved = AtomicBool::new(false);
        Self { db, moved }
    }
}

impl Layer for Mover {
    fn name(&self) -> &str {
        "mover"
    }

    fn slot(&self) -> Slot {
        Slot::Routing
    }

    fn run<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            let reads = !request.statement.shape().is_write();
            let outcome = next.run(request).await?;
            if reads && !self.moved.swap(true, Ordering::Relaxed) {
                let slots = self
                    .db
                    .repository("slot")?
                    .query()
                    .filter(col("place").eq(1));
                slots.update(record! { "place" => 2 }).await?;
            }
            Ok(outcome)
        })
    }
}

/// Keys that are checked later, of which only one kind of database knows.
fn deferrable(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE seat (id $int NOT NULL PRIMARY KEY DEFERRABLE, place $int NOT NULL, code $varchar(10), guest $varchar(10),
             CONSTRAINT seat_place UNIQUE (place) DEFERRABLE INITIALLY DEFERRED, CONSTRAINT seat_code UNIQUE (code));
         CREATE TABLE show (id $int NOT NULL PRIMARY KEY);
         CREATE TABLE show_seat (show_id $int NOT NULL REFERENCES show (id), seat_code $varchar(10) NOT NULL REFERENCES seat (code),
             PRIMARY KEY (show_id, seat_code) DEFERRABLE);",
    )
}

conformance! {
    async fn no_upsert_is_aimed_at_a_key_that_is_checked_later(db) on deferrable where (|engine| engine.name.starts_with("postgres")) {
        let seats = db.repository("seat")?;
        seats.create(record! { "id" => 1, "place" => 1, "code" => "a" }).await?;
        let guest = |guest: &str| record! { "id" => 1, "place" => 1, "guest" => guest };
        for error in [
            seats.on_conflict(["place"]).upsert(guest("Ann")).await.unwrap_err(),
            seats.on_conflict(["id"]).insert_missing([guest("Ann")]).await.unwrap_err(),
            seats.upsert(guest("Ann")).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidStatement);
            assert!(error.message().contains("is DEFERRABLE"), "{error}");
            assert!(error.help().is_some_and(|help| help.contains("update_or_create")), "{error}");
        }
        // The other key is as good.
        let mut named = guest("Bob");
        named.set("code", "a");
        assert_eq!(seats.upsert(named).await?.get::<String>("guest")?, "Bob");
        db.repository("show")?.create(record! { "id" => 1 }).await?;
        let links = db.repository("show")?.links(1, "seats")?;
        assert_eq!((links.link([1]).await?, links.link([1]).await?), (1, 0));
        assert_eq!(links.set([1]).await?.added, 0);
    }

    async fn a_row_is_added_and_then_changed(db) on accounts {
        let rows = db.repository("stock")?;
        let new = rows.upsert(record! { "room" => "A", "sku" => "x", "amount" => 3, "note" => "first" }).await?;
        assert_eq!((new.get::<i64>("amount")?, new.get::<String>("note")?), (3, "first".into()));
        // The columns of the key stand anywhere; what isn't named stays.
        let same = rows.upsert(record! { "amount" => 5, "sku" => "x", "room" => "A" }).await?;
        assert_eq!((same.get::<i64>("amount")?, same.get::<String>("note")?), (5, "first".into()));
        // A change to what is there already is one, too.
        let again = rows.upsert(record! { "amount" => 5, "sku" => "x", "room" => "A" }).await?;
        assert_eq!(again, same);
        let null = rows.upsert(record! { "room" => "A", "sku" => "x", "amount" => None::<i64> }).await?;
        assert_eq!(null.get::<Option<i64>>("amount")?, None);
        let bare = rows.upsert(record! { "room" => "A", "sku" => "x" }).await?;
        assert_eq!(bare, null);
        let other = rows.upsert(record! { "room" => "B", "sku" => "x" }).await?;
        assert_eq!(other.get::<Option<i64>>("amount")?, None);
        assert_eq!(rows.count().await?, 2);
    }

    async fn a_unique_key_tells_which_row_is_meant(db) on accounts {
        let all = db.repository("account")?;
        let ann = all.upsert(record! { "email" => "ann@x", "name" => "Ann" }).await?;
        let id = ann.get::<i64>("id")?;
        assert_eq!(ann.get::<i64>("visits")?, 1);
        let counted = all.on_conflict(["email"]).update(["visits"]);
        let seen = counted.upsert(record! { "email" => "ann@x", "name" => "Other", "visits" => 2 }).await?;
        assert_eq!(
            (seen.get::<i64>("id")?, seen.get::<String>("name")?, seen.get::<i64>("visits")?),
            (id, "Ann".into(), 2)
        );
        let bob = counted.upsert(record! { "email" => "bob@x", "name" => "Bob", "visits" => 7 }).await?;
        assert_ne!(bob.get::<i64>("id")?, id);
        assert_eq!((bob.get::<String>("name")?, bob.get::<i64>("visits")?), ("Bob".into(), 7));
        assert_eq!(all.count().await?, 2);
    }

    async fn many_rows_are_added_or_changed_in_their_order(db) on accounts {
        let all = db.repository("account")?;
        let record = |n: i64, name: &str| record! { "email" => format!("{n}@x"), "name" => name };
        let first = all.upsert_many((0..40).map(|n| record(n, "old"))).await?;
        assert_eq!(first.len(), 40);
        let changed = all.upsert_many((20..60).rev().map(|n| record(n, "new"))).await?;
        let emails = changed.iter().map(|r| r.get::<String>("email")).collect::<Result<Vec<_>>>()?;
        assert_eq!(emails, (20..60).rev().map(|n| format!("{n}@x")).collect::<Vec<_>>());
        assert!(changed.iter().all(|r| r.get::<String>("name").is_ok_and(|name| name == "new")));
        assert_eq!(changed[39].get::<i64>("id")?, first[20].get::<i64>("id")?);
        assert_eq!(all.find_many_by("name", "old").await?.len(), 20);
        assert_eq!(all.count().await?, 60);
        // Where one key comes twice, the last one counts.
        let twice = all.upsert_many([record(7, "a"), record(8, "b"), record(7, "c")]).await?;
        assert_eq!(twice[2].get::<String>("name")?, "c");
        assert_eq!(all.find_by("email", "7@x").await?.unwrap().get::<String>("name")?, "c");
        // All or nothing.
        let wrong = [record(7, "d"), record! { "email" => "9@x", "visits" => 0 }];
        assert_eq!(all.upsert_many(wrong).await.unwrap_err().kind(), ErrorKind::CheckViolation);
        assert_eq!(all.find_by("email", "7@x").await?.unwrap().get::<String>("name")?, "c");
        assert_eq!(all.upsert_many(Vec::<Record>::new()).await?.len(), 0);
    }

    async fn what_is_there_is_left_as_it_is(db) on accounts {
        let rows = db.repository("stock")?;
        let record = |sku: &str, amount: i64| record! { "room" => "A", "sku" => sku, "amount" => amount };
        assert_eq!(rows.insert_missing([record("x", 1)]).await?, 1);
        assert_eq!(rows.insert_missing([record("x", 2)]).await?, 0);
        assert_eq!(rows.insert_missing([record("x", 3), record("y", 3), record("z", 3), record("y", 4)]).await?, 2);
        assert_eq!(rows.insert_missing(Vec::<Record>::new()).await?, 0);
        let there: Vec<_> = stock(&db).await?.into_iter().map(|(_, sku, amount, _)| (sku, amount)).collect();
        assert_eq!(there, [("x".into(), Some(1)), ("y".into(), Some(3)), ("z".into(), Some(3))]);
        // Only the key that is meant is looked at.
        let badges = db.repository("badge")?;
        let badge = |id: i64, code: &str| record! { "badge_id" => id, "code" => code };
        assert_eq!(badges.insert_missing([badge(1, "a")]).await?, 1);
        let error = badges.insert_missing([badge(2, "b"), badge(3, "a")]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        assert_eq!(badges.count().await?, 1);
        assert_eq!(badges.on_conflict(["code"]).insert_missing([badge(3, "a"), badge(4, "c")]).await?, 1);
        assert_eq!(badges.count().await?, 2);
    }

    async fn another_unique_key_is_no_key_of_the_upsert(db) on accounts {
        let badges = db.repository("badge")?;
        let badge = |id: i64, code: &str| record! { "badge_id" => id, "code" => code };
        badges.create_many([badge(1, "a"), badge(2, "b")]).await?;
        let by_id = badges.upsert(badge(1, "b")).await.unwrap_err();
        let by_code = badges.on_conflict(["code"]).upsert(badge(2, "a")).await.unwrap_err();
        for error in [by_id, by_code] {
            // Where the database picks the key itself, it could change either row.
            let wanted = match db.capabilities().upsert {
                noorm::sql::Upsert::AnyKey => ErrorKind::Unsupported,
                _ => ErrorKind::UniqueViolation,
            };
            assert_eq!(error.kind(), wanted, "{error:?}");
        }
        let rows = badges.query().order_by(["badge_id"]).all().await?;
        let codes = rows.iter().map(|r| r.get::<String>("code")).collect::<Result<Vec<_>>>()?;
        assert_eq!(codes, ["a", "b"]);
    }

    async fn an_upsert_needs_a_key_that_the_record_has(db) on accounts {
        let refused = async |table: &str, target: &[&str], record: Record| {
            let rows = db.repository(table).unwrap();
            let answer = match target {
                [] => rows.upsert(record).await,
                target => rows.on_conflict(target.iter().copied()).upsert(record).await,
            };
            answer.unwrap_err()
        };
        let no_key = refused("loose", &[], record! { "a" => 1 }).await;
        assert_eq!(no_key.kind(), ErrorKind::InvalidStatement);
        let unnamed = refused("stock", &[], record! { "room" => "A", "amount" => 1 }).await;
        assert_eq!(unnamed.kind(), ErrorKind::Invalid);
        assert_eq!(unnamed.problems()[0].column, "sku");
        let not_unique = refused("account", &["name"], record! { "email" => "a", "name" => "n" }).await;
        assert_eq!(not_unique.kind(), ErrorKind::InvalidStatement);
        assert!(not_unique.message().contains("no unique key (name)"), "{not_unique}");
        assert!(not_unique.help().is_some_and(|help| help.contains("(id), (email)")), "{not_unique:?}");
        let lacking = refused("account", &["id"], record! { "email" => "a" }).await;
        assert_eq!((lacking.kind(), lacking.problems()[0].column.as_str()), (ErrorKind::Invalid, "id"));
        let unknown = refused("account", &["mail"], record! { "email" => "a" }).await;
        assert_eq!(unknown.kind(), ErrorKind::InvalidStatement);
        let rows = db.repository("account")?;
        let nothing = rows.on_conflict(["email"]).update(["name"]).upsert(record! { "email" => "a" }).await;
        assert_eq!(nothing.unwrap_err().problems()[0].column, "name");
        assert_eq!(rows.count().await?, 0);
    }

    async fn callers_that_race_make_one_row(db) on accounts {
        let tasks = (0..8).map(|n| {
            let db = (*db).clone();
            tokio::spawn(async move {
                for round in 0..5 {
                    let record = record! { "room" => "A", "sku" => format!("s{round}"), "amount" => n };
                    db.repository("stock")?.upsert(record).await?;
                    let by = record! { "email" => format!("{round}@x") };
                    db.repository("account")?.find_or_create(by, record! { "name" => format!("{n}") }).await?;
                }
                Ok::<_, noorm::Error>(())
            })
        });
        for task in try_join_all(tasks).await.unwrap() {
            task?;
        }
        assert_eq!(stock(&db).await?.len(), 5);
        assert_eq!(db.repository("account")?.count().await?, 5);
    }

    async fn rows_are_found_or_created(db) on accounts {
        let all = db.repository("account")?;
        let by = || record! { "email" => "ann@x" };
        let ann = all.find_or_create(by(), record! { "name" => "Ann" }).await?;
        assert_eq!(ann.get::<String>("name")?, "Ann");
        assert_eq!(all.find_or_create(by(), record! { "name" => "Other" }).await?, ann);
        let changed = all.update_or_create(by(), record! { "name" => "Anna" }).await?;
        assert_eq!((changed.get::<i64>("id")?, changed.get::<String>("name")?), (ann.get("id")?, "Anna".into()));
        let bob = all.update_or_create(record! { "email" => "bob@x" }, record! { "name" => "Anna" }).await?;
        let ids: HashSet<i64> = [&ann, &changed, &bob].map(|r| r.get("id").unwrap()).into();
        assert_eq!(ids.len(), 2);
        let several = all.update_or_create(record! { "name" => "Anna" }, record! { "visits" => 3 }).await;
        assert_eq!(several.unwrap_err().kind(), ErrorKind::InvalidStatement);
        // A violation that finding doesn't explain is the caller's, and leaves the transaction usable.
        let count = db.transaction(async |tx| {
            let all = tx.repository("account")?;
            let taken = all.find_or_create(record! { "name" => "Carl" }, record! { "email" => "bob@x" }).await;
            assert_eq!(taken.unwrap_err().kind(), ErrorKind::UniqueViolation);
            all.upsert(record! { "email" => "carl@x" }).await?;
            all.insert_missing([record! { "email" => "carl@x" }, record! { "email" => "dora@x" }]).await?;
            all.count().await
        });
        assert_eq!(count.await?, 4);
    }

    async fn what_names_no_row_writes_none(db) on accounts {
        let all = db.repository("account")?;
        all.create(record! { "email" => "ann@x", "name" => "Ann" }).await?;
        for answer in [
            all.find_or_create(record! {}, record! { "email" => "bob@x" }).await,
            all.update_or_create(record! {}, record! { "name" => "Other" }).await,
            db.repository("loose")?.update_or_create(record! { "a" => 1 }, record! { "b" => 2 }).await,
        ] {
            assert_eq!(answer.unwrap_err().kind(), ErrorKind::InvalidStatement);
        }
        assert_eq!(all.all().await?[0].get::<String>("name")?, "Ann");
        assert_eq!((all.count().await?, db.repository("loose")?.count().await?), (1, 0));
    }

    async fn a_row_that_moved_meanwhile_is_not_changed(db) on accounts {
        let slots = db.repository("slot")?;
        slots.create(record! { "place" => 1, "owner" => "joni" }).await?;
        // Once the row has been found, it goes elsewhere.
        let moved = db.again(|builder| builder.layer(Mover::new((*db).clone()))).await;
        let by = record! { "place" => 1 };
        let mine = moved.repository("slot")?.update_or_create(by, record! { "owner" => "ann" }).await?;
        assert_eq!((mine.get::<i64>("place")?, mine.get::<String>("owner")?), (1, "ann".into()));
        let rows = slots.query().order_by(["place"]).all().await?;
        let rows: Vec<(i64, String)> = rows
            .iter()
            .map(|row| Ok((row.get("place")?, row.get("owner")?)))
            .collect::<Result<_>>()?;
        assert_eq!(rows, [(1, "ann".into()), (2, "joni".into())]);
    }

    async fn a_key_is_one_key_though_two_indexes_keep_it(db) on accounts {
        let slots = db.repository("slot")?;
        let made = slots.upsert(record! { "place" => 4, "owner" => "ann" }).await?;
        let same = slots.upsert(record! { "place" => 4, "owner" => "bob" }).await?;
        assert_eq!(same.get::<i64>("id")?, made.get::<i64>("id")?);
        assert_eq!(same.get::<String>("owner")?, "bob");
    }

    async fn keys_that_are_equal_to_the_database_are_one(db) on accounts
    where (|engine| engine.ways.exact_decimals) {
        let rates = db.repository("rate")?;
        let rate = |rate: &str, name: &str| record! { "rate" => rate.to_owned(), "name" => name.to_owned() };
        let made = rates.upsert_many([rate("1.0", "a"), rate("1.00", "b"), rate("2", "c")]).await?;
        assert_eq!(made[1].get::<String>("name")?, "b");
        assert_eq!(rates.count().await?, 2);
        assert_eq!(rates.insert_missing([rate("2.0", "d"), rate("3", "e"), rate("3.00", "f")]).await?, 1);
        let names = rates.query().order_by(["rate"]).all().await?;
        assert_eq!(names.iter().map(|r| r.get("name")).collect::<Result<Vec<String>>>()?, ["b", "c", "e"]);
    }

    async fn rows_of_nothing_but_their_key_are_found_or_added(db) on accounts {
        let rows = db.repository("stock")?;
        let key = |sku: &str| record! { "sku" => sku, "room" => "A" };
        rows.create(record! { "room" => "A", "sku" => "y", "amount" => 3 }).await?;
        let there = rows.upsert_many(["x", "y", "x"].map(key)).await?;
        let amounts = there.iter().map(|r| Ok((r.get("sku")?, r.get("amount")?))).collect::<Result<Vec<_>>>()?;
        let expected: [(String, Option<i64>); 3] = [("x".into(), None), ("y".into(), Some(3)), ("x".into(), None)];
        assert_eq!(amounts, expected);
        assert_eq!(rows.count().await?, 2);
    }

    async fn keys_that_are_written_in_several_ways_are_one(db) on hosts
    where (|engine| engine.name == "postgres") {
        let hosts = db.repository("host")?;
        let records = [("10.0.0.1", 1), ("10.0.0.1/32", 2), ("10.0.0.2", 3)];
        let records = records.map(|(address, seen)| record! { "address" => address, "seen" => seen });
        let written = hosts.on_conflict(["address"]).upsert_many(records).await?;
        let ids = written.iter().map(|row| row.get::<i64>("id")).collect::<Result<Vec<_>>>()?;
        assert_eq!((ids[0] == ids[1], ids[0] == ids[2]), (true, false));
        assert_eq!(hosts.query().order_by(["id"]).pluck::<i64>("seen").await?, [2, 3]);
    }
}

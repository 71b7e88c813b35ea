//! Links and deletes by keys that are texts, NULL, of other types at the two ends, or not primary.

use noorm::prelude::*;
use noorm::relation::nested;
use noorm::repository::Conventions;

use super::relations_keys::worded;
use crate::{Engine, conformance};

fn tags(engine: &Engine, text: &str) -> String {
    let ddl = "CREATE TABLE item (id $int NOT NULL PRIMARY KEY);
         CREATE TABLE tag (name $text NOT NULL PRIMARY KEY);
         CREATE TABLE item_tag (item_id $int NOT NULL, tag_name $text NOT NULL, PRIMARY KEY (item_id, tag_name),
             FOREIGN KEY (item_id) REFERENCES item (id), FOREIGN KEY (tag_name) REFERENCES tag (name));
         CREATE TABLE page (path $text NOT NULL PRIMARY KEY, item_id $int, FOREIGN KEY (item_id) REFERENCES item (id));";
    worded(engine, &ddl.replace("$text", text))
}

/// Texts that are told apart by their letter case.
fn exact(engine: &Engine) -> String {
    let text = match engine.name {
        "mssql" => "nvarchar(20) COLLATE Latin1_General_BIN2",
        "mariadb" | "mysql" => "varchar(20) COLLATE utf8mb4_bin",
        _ => "varchar(20)",
    };
    tags(engine, text)
}

/// Texts of a collation of which nobody but the database knows that it tells letter cases apart.
fn unknown(engine: &Engine) -> String {
    let is_postgres = engine.name.starts_with("postgres");
    tags(
        engine,
        if is_postgres {
            "varchar(20) COLLATE \"und-x-icu\""
        } else {
            "$alike"
        },
    )
}

fn alike(engine: &Engine) -> String {
    tags(engine, "$alike")
}

async fn names(db: &Database, table: &str, column: &str) -> Result<Vec<String>> {
    let rows = db.repository(table)?.query().filter(col("item_id").eq(1));
    let mut names: Vec<String> = rows.pluck(column).await?;
    names.sort_unstable();
    Ok(names)
}

/// An item with two tags and two pages whose names differ by their letter case.
async fn cased(db: &Database) -> Result<()> {
    db.repository("item")?.create(record! { "id" => 1 }).await?;
    let tags = ["Rust", "rust", "sql"].map(|name| record! { "name" => name });
    db.repository("tag")?.insert_many(tags).await?;
    let pages = ["Home", "home"].map(|path| record! { "path" => path });
    db.repository("page")?.insert_many(pages).await.map(drop)
}

async fn swapped(db: &Database) -> Result<()> {
    cased(db).await?;
    let items = db.repository("item")?;
    let tags = items.links(1, "tags")?;
    tags.link(["Rust", "sql"]).await?;
    let change = tags.set(["rust", "sql"]).await?;
    assert_eq!((change.added, change.removed), (1, 1));
    assert_eq!(names(db, "item_tag", "tag_name").await?, ["rust", "sql"]);
    let change = tags.set(["rust", "Rust"]).await?;
    assert_eq!((change.added, change.removed), (1, 1));
    assert_eq!(names(db, "item_tag", "tag_name").await?, ["Rust", "rust"]);
    let pages = items.links(1, "pages")?;
    assert_eq!(pages.link(["Home"]).await?, 1);
    let change = pages.set(["home"]).await?;
    assert_eq!((change.added, change.removed), (1, 1));
    assert_eq!(names(db, "page", "path").await?, ["home"]);
    Ok(())
}

fn customers(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE customer (id $int NOT NULL PRIMARY KEY, code $varchar(10), CONSTRAINT customer_code UNIQUE (code));
         CREATE TABLE invoice (id $int NOT NULL PRIMARY KEY, customer_code $varchar(10),
             FOREIGN KEY (customer_code) REFERENCES customer (code));
         CREATE TABLE fair (id $int NOT NULL PRIMARY KEY);
         CREATE TABLE fair_customer (fair_id $int NOT NULL, customer_code $varchar(10) NOT NULL,
             PRIMARY KEY (fair_id, customer_code), FOREIGN KEY (fair_id) REFERENCES fair (id),
             FOREIGN KEY (customer_code) REFERENCES customer (code));",
    )
}

/// Whether the two ends of a foreign key may be of other types.
fn mixes_types(engine: &Engine) -> bool {
    engine.name.starts_with("postgres") || matches!(engine.name, "sqlite" | "own")
}

fn accounts(engine: &Engine) -> String {
    let (one, other) = match engine.name.starts_with("postgres") {
        true => ("numeric(10)", "int"),
        false => ("integer", "text"),
    };
    let ddl = "CREATE TABLE account (id $one NOT NULL PRIMARY KEY, name $varchar(10));
         CREATE TABLE entry (id $int NOT NULL PRIMARY KEY, account_id $two, FOREIGN KEY (account_id) REFERENCES account (id));
         CREATE TABLE receipt (id $int NOT NULL PRIMARY KEY, entry_id $int NOT NULL, FOREIGN KEY (entry_id) REFERENCES entry (id));
         CREATE TABLE label (id $int NOT NULL PRIMARY KEY);
         CREATE TABLE account_label (account_id $two NOT NULL, label_id $int NOT NULL, PRIMARY KEY (account_id, label_id),
             FOREIGN KEY (account_id) REFERENCES account (id), FOREIGN KEY (label_id) REFERENCES label (id));";
    engine.ddl(&ddl.replace("$one", one).replace("$two", other))
}

fn circles(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE person (id $int NOT NULL PRIMARY KEY, friend_id $int, version $int NOT NULL,
             FOREIGN KEY (friend_id) REFERENCES person (id));",
    )
}

fn unnumbered(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE owner (id $int NOT NULL PRIMARY KEY);
         CREATE TABLE house (name $varchar(10) NOT NULL, owner_id $int NOT NULL, CONSTRAINT house_name UNIQUE (name),
             FOREIGN KEY (owner_id) REFERENCES owner (id));
         CREATE TABLE room (house_name $varchar(10) NOT NULL, FOREIGN KEY (house_name) REFERENCES house (name));
         CREATE TABLE boat (name $varchar(10), owner_id $int NOT NULL, CONSTRAINT boat_name UNIQUE (name),
             FOREIGN KEY (owner_id) REFERENCES owner (id));
         CREATE TABLE sail (boat_name $varchar(10) NOT NULL, FOREIGN KEY (boat_name) REFERENCES boat (name));",
    )
}

/// The same, whose houses and boats the database deletes with their owner.
fn cascading(engine: &Engine) -> String {
    unnumbered(engine).replace(
        "(owner_id) REFERENCES owner (id)",
        "(owner_id) REFERENCES owner (id) ON DELETE CASCADE",
    )
}

conformance! {
    async fn links_tell_apart_what_the_database_tells_apart(db) on exact {
        swapped(&db).await?;
    }

    async fn the_database_is_asked_which_texts_are_equal(db) on unknown where (|engine| engine.name.starts_with("postgres")) {
        swapped(&db).await?;
    }

    async fn links_take_for_one_what_the_database_takes_for_one(db) on alike {
        db.repository("item")?.create(record! { "id" => 1 }).await?;
        let made = ["Rust", "sql"].map(|name| record! { "name" => name });
        db.repository("tag")?.insert_many(made).await?;
        let tags = db.repository("item")?.links(1, "tags")?;
        assert_eq!(tags.link(["Rust"]).await?, 1);
        let change = tags.set(["rust", "sql"]).await?;
        assert_eq!((change.added, change.removed), (1, 0));
        assert_eq!(names(&db, "item_tag", "tag_name").await?, ["Rust", "sql"]);
        let change = tags.set(["RUST"]).await?;
        assert_eq!((change.added, change.removed), (0, 1));
        assert_eq!(names(&db, "item_tag", "tag_name").await?, ["Rust"]);
    }

    async fn a_row_without_the_key_has_no_links(db) on customers {
        let customers = db.repository("customer")?;
        customers.insert_many([record! { "id" => 1, "code" => "a" }, record! { "id" => 2, "code" => Value::Null }]).await?;
        let invoices = [(1, Value::Null), (2, "a".into())];
        let invoices = invoices.map(|(id, code)| record! { "id" => id, "customer_code" => code });
        db.repository("invoice")?.insert_many(invoices).await?;
        db.repository("fair")?.create(record! { "id" => 1 }).await?;
        let links = customers.links(2, "invoices")?;
        let none: [i64; 0] = [];
        for error in [
            links.link([2]).await.unwrap_err(),
            links.unlink([1]).await.unwrap_err(),
            links.set([1]).await.unwrap_err(),
            links.set(none).await.unwrap_err(),
            customers.links(2, "fairs")?.link([1]).await.unwrap_err(),
            db.repository("fair")?.links(1, "customers")?.link([2]).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidStatement, "{error}");
            assert!(error.message().contains("has no `code`"), "{error}");
        }
        let invoices = db.repository("invoice")?.query().order_by(["id"]);
        assert_eq!(invoices.pluck::<Option<String>>("customer_code").await?, [None, Some("a".to_owned())]);
        assert_eq!(customers.links(1, "invoices")?.link([1]).await?, 1);
        assert_eq!(db.repository("fair")?.links(1, "customers")?.link([1]).await?, 1);
    }

    async fn keys_of_other_types_are_written_along(db) on accounts where (mixes_types) {
        let accounts = db.repository("account")?;
        let entries = [1, 2].map(|id| record! { "id" => id });
        let made = nested(record! { "id" => 7, "name" => "cash" }).with("entries", entries);
        accounts.create_nested(made).await?;
        accounts.create(record! { "id" => 8, "name" => "bank" }).await?;
        db.repository("entry")?.create(record! { "id" => 3 }).await?;
        let receipt = nested(record! { "id" => 1 }).with("entry", nested(record! { "id" => 4 }).link("account", [7]));
        db.repository("receipt")?.create_nested(receipt).await?;
        // A row that is there is taken over.
        accounts.create_nested(nested(record! { "id" => 9 }).link("entries", [2])).await?;
        db.repository("label")?.insert_many([1, 2].map(|id| record! { "id" => id })).await?;

        let entries = accounts.links(8, "entries")?;
        assert_eq!(entries.link([3, 2]).await?, 2);
        let change = entries.set([1, 2]).await?;
        assert_eq!((change.added, change.removed), (1, 1));
        assert_eq!(entries.unlink([2]).await?, 1);
        let labels = accounts.links(7, "labels")?;
        assert_eq!(labels.link([1, 2]).await?, 2);
        assert_eq!(labels.set([2]).await?.removed, 1);
        assert_eq!(db.repository("label")?.links(1, "accounts")?.link([8, 7]).await?, 2);

        let holders = accounts.holders(7).await?;
        let mut told: Vec<_> = holders.iter().map(|holder| (holder.relation.as_str(), holder.count)).collect();
        told.sort_unstable();
        assert_eq!(told, [("account_labels", 2), ("entries", 1)]);
        let deleted = accounts.delete_cascade(7).await?;
        let counts: Vec<_> = deleted.iter().map(|(table, rows)| (&*table.name, *rows)).collect();
        assert_eq!(counts, [("account", 1), ("account_label", 2), ("entry", 1), ("receipt", 1)]);
        assert_eq!(db.repository("entry")?.query().order_by(["id"]).pluck::<i64>("id").await?, [1, 2, 3]);
    }

    async fn a_circle_is_deleted_by_the_version_that_was_read(db) on circles {
        let db = (db.again(|b| b.conventions(Conventions::new().lock_version("version"))).await, db);
        let people = db.0.repository("person")?;
        for round in [1, 2] {
            let made = [1, 2].map(|id| record! { "id" => id, "version" => 0 });
            people.insert_many(made).await?;
            people.update(1, record! { "friend_id" => 2 }).await?;
            people.update(2, record! { "friend_id" => 1 }).await?;
            let read = people.get(1).await?;
            if round == 1 {
                assert_eq!(people.delete_cascade(&read).await?.values().sum::<u64>(), 2);
                assert_eq!(people.count().await?, 0);
                continue;
            }
            people.update(1, record! { "friend_id" => 2 }).await?;
            let error = people.delete_cascade(&read).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Conflict);
            assert_eq!(people.count().await?, 2);
            assert_eq!(people.get(2).await?.get::<i64>("friend_id")?, 1);
            assert_eq!(people.delete_cascade(1).await?.values().sum::<u64>(), 2);
        }
    }

    async fn holders_are_found_behind_rows_without_a_primary_key(db) on cascading {
        let owners = db.repository("owner")?;
        owners.insert_many([1, 2].map(|id| record! { "id" => id })).await?;
        let houses = ["a", "b"].map(|name| record! { "name" => name, "owner_id" => 1 });
        db.repository("house")?.insert_many(houses).await?;
        let rooms = ["a", "a", "b"].map(|name| record! { "house_name" => name });
        db.repository("room")?.insert_many(rooms).await?;
        let holders = owners.holders(1).await?;
        let counts: Vec<_> = holders.iter().map(|holder| (&*holder.table.name, holder.count)).collect();
        assert_eq!(counts, [("house", 2), ("room", 3)]);
        db.repository("boat")?.insert_many([record! { "name" => "d", "owner_id" => 1 }]).await?;
        let error = owners.holders(1).await.unwrap_err();
        assert!(error.message().contains("told apart"), "{error}");
    }

    async fn rows_without_a_primary_key_are_told_by_another(db) on unnumbered {
        let owners = db.repository("owner")?;
        owners.insert_many([1, 2].map(|id| record! { "id" => id })).await?;
        let houses = [("a", 1), ("b", 1), ("c", 2)];
        let houses = houses.map(|(name, owner)| record! { "name" => name, "owner_id" => owner });
        db.repository("house")?.insert_many(houses).await?;
        let rooms = ["a", "a", "b", "c"].map(|name| record! { "house_name" => name });
        db.repository("room")?.insert_many(rooms).await?;
        let deleted = owners.delete_cascade(1).await?;
        let counts: Vec<_> = deleted.iter().map(|(table, rows)| (&*table.name, *rows)).collect();
        assert_eq!(counts, [("house", 2), ("owner", 1), ("room", 3)]);
        assert_eq!(db.repository("room")?.count().await?, 1);
        // Nobody knows what tells boats apart.
        db.repository("boat")?.insert_many([record! { "name" => "d", "owner_id" => 2 }]).await?;
        let error = owners.delete_cascade(2).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert!(error.message().contains("boat") && error.message().contains("told apart"), "{error}");
    }
}

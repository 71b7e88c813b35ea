//! Whatever is loaded, in whatever way: it is what a join by hand finds.
//!
//! The tables have no foreign keys, so that rows can point at nothing; relations of every kind are declared.

use noorm::BoxFuture;
use noorm::plugin::RelationLoader;
use noorm::prelude::*;
use noorm::relation::{self, Declaration, Family, Keys, RelationConfig};
use proptest::sample::select;

use super::names::check;
use super::relations_model::{Ask, Model, Ways, asks};
use crate::{Engine, conformance};

/// A way of a user's own: three parents at a time.
struct Threes;

impl RelationLoader for Threes {
    fn name(&self) -> &'static str {
        "threes"
    }

    fn load<'a>(
        &'a self,
        ask: &'a relation::Ask,
        parents: &'a Keys,
    ) -> BoxFuture<'a, Result<Family>> {
        Box::pin(async move {
            let mut found = Vec::new();
            for portion in ask.portions(parents) {
                for three in portion.split(3) {
                    found.push(ask.run(three).await?);
                }
            }
            ask.family(found, parents).await
        })
    }
}

noorm::register_relation_loader!("threes", Threes);

fn loose(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE node (id $int NOT NULL PRIMARY KEY, parent_id $int, name $varchar(20));
         CREATE TABLE item (id $int NOT NULL PRIMARY KEY, node_id $int, code $varchar(10), price decimal(8, 2));
         CREATE TABLE badge (id $int NOT NULL PRIMARY KEY, item_id $int NOT NULL UNIQUE, word $varchar(20));
         CREATE TABLE label (id $int NOT NULL PRIMARY KEY, code $varchar(10));
         CREATE TABLE item_label (item_id $int NOT NULL, label_id $int NOT NULL, place $int,
             PRIMARY KEY (item_id, label_id));
         CREATE TABLE cell (room $varchar(10) NOT NULL, number $int NOT NULL, PRIMARY KEY (room, number));
         CREATE TABLE thing (id $int NOT NULL PRIMARY KEY, room $varchar(10), number $int, of_type $varchar(10),
             of_id $int);",
    )
}

fn relations() -> RelationConfig {
    let of =
        |table: &str, name: &str, column: &str| Declaration::new(table, name).columns([column]);
    [
        of("node", "parent", "parent_id")
            .belongs_to("node")
            .inverse("children"),
        of("item", "node", "node_id")
            .belongs_to("node")
            .inverse("items"),
        of("badge", "item", "item_id").belongs_to("item"),
        of("item", "badge", "id").has_one("badge", ["item_id"]),
        of("item_label", "item", "item_id")
            .belongs_to("item")
            .inverse("item_labels"),
        of("item_label", "label", "label_id")
            .belongs_to("label")
            .inverse("item_labels"),
        Declaration::new("item", "labels").through("item_labels.label"),
        Declaration::new("node", "labels").through("items.item_labels.label"),
        of("item", "likes", "code").has_many("label", ["code"]),
        Declaration::new("thing", "cell")
            .columns(["room", "number"])
            .belongs_to("cell")
            .inverse("things"),
        of("thing", "of", "of_id")
            .polymorphic("of_type", [("Node", "node"), ("Item", "item")])
            .inverse("things"),
    ]
    .into_iter()
    .fold(RelationConfig::new(), RelationConfig::declare)
}

/// The tables whose rows are asked for.
const STARTS: [&str; 6] = ["node", "item", "thing", "label", "cell", "badge"];

async fn filled(db: &Database) -> Result<()> {
    async fn insert(db: &Database, table: &str, rows: Vec<Record>) -> Result<()> {
        db.repository(table)?.insert_many(rows).await.map(|_| ())
    }
    // Numbers that leave gaps, so that some rows point at nothing, and some are pointed at by none.
    let other = |n: i64, count: i64| (n % 4 != 0).then_some(n * 7 % (count + 3));
    let code = |n: i64| (n % 5 != 0).then(|| format!("C{}", n % 4));
    let nodes = (1..=8)
        .map(|n| record! { "id" => n, "parent_id" => other(n, 8), "name" => format!("n{n}") });
    insert(db, "node", nodes.collect()).await?;
    let items = (1..=14).map(|n| {
        let price: bigdecimal::BigDecimal = format!("{n}.50").parse().expect("a number");
        record! { "id" => n, "node_id" => other(n, 8), "code" => code(n), "price" => price }
    });
    insert(db, "item", items.collect()).await?;
    let badges =
        (1..=6).map(|n| record! { "id" => n, "item_id" => n * 3, "word" => format!("w{n}") });
    insert(db, "badge", badges.collect()).await?;
    insert(
        db,
        "label",
        (1..=5)
            .map(|n| record! { "id" => n, "code" => code(n) })
            .collect(),
    )
    .await?;
    let pairs = (1..=16_i64).flat_map(|item| {
        (1..=6)
            .filter(move |label| (item * label) % 3 == 1)
            .map(move |label| (item, label))
    });
    let pairs = pairs.map(
        |(item, label)| record! { "item_id" => item, "label_id" => label, "place" => item + label },
    );
    insert(db, "item_label", pairs.collect()).await?;
    let rooms = ["A", "A1", "B"];
    let cells = rooms
        .iter()
        .flat_map(|room| [1, 11].map(|n| record! { "room" => *room, "number" => n }));
    insert(db, "cell", cells.collect()).await?;
    let things = (1..=12_i64).map(|n| {
        let room = (n % 5 != 0).then(|| rooms[usize::try_from(n % 3).unwrap_or(0)]);
        let number = (n % 7 != 0).then_some(if n % 2 == 0 { 11 } else { 2 - n % 3 / 2 });
        let of = ["Node", "Item", "Gone"][usize::try_from(n % 3).unwrap_or(0)];
        record! { "id" => n, "room" => room, "number" => number, "of_type" => of, "of_id" => n % 9 }
    });
    insert(db, "thing", things.collect()).await
}

conformance! {
    async fn any_tree_is_what_joins_by_hand_find(db) on loose {
        let db = db.again(|builder| builder.relations(relations())).await;
        filled(&db).await?;
        let model = Model::of(&db).await?;
        check(120, (select(&STARTS[..]), asks()), async |(start, asks): (&str, Vec<Ask>)| {
            let wanted = model.expected(start, &asks)?;
            for ways in [Ways::Planned, Ways::Drawn, Ways::All("json"), Ways::All("join"), Ways::All("threes")] {
                let found = model.loaded(&db, start, &asks, ways).await?;
                let Some(found) = found.filter(|found| *found != wanted) else {
                    continue;
                };
                let message = format!("{asks:?} of {start}, {ways:?}:\n{found}\n{wanted}");
                return Err(Error::new(ErrorKind::Internal, message));
            }
            Ok(())
        });
    }

    async fn any_relation_counts_what_joins_by_hand_find(db) on loose {
        let db = db.again(|builder| builder.relations(relations())).await;
        filled(&db).await?;
        Model::of(&db).await?.check_counts(&db).await?;
    }
}

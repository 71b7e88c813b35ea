//! Whatever is loaded, in whatever way: it is what a join by hand finds.
//!
//! The model reads every table whole, and follows the steps of relations by comparing values. The tables have no foreign
//! keys, so that rows can point at nothing; relations of every kind are declared.

use std::collections::HashMap;

use noorm::prelude::*;
use noorm::relation::{Declaration, Loaded, Rel, Relation, RelationConfig, RelationGraph, rel};
use noorm::schema::TableName;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value as Json};

use super::names::check;
use crate::{Engine, conformance};

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

/// What is loaded: names out of the relations of each table, by numbers, and in which way.
#[derive(Debug, Clone)]
struct Ask {
    relation: usize,
    way: Option<&'static str>,
    nested: Vec<Ask>,
}

fn asks() -> impl Strategy<Value = Vec<Ask>> {
    let one = |nested: BoxedStrategy<Vec<Ask>>| {
        let way = select(vec![None, Some("batch"), Some("join"), Some("json")]);
        (0_usize..20, way, nested).prop_map(|(relation, way, nested)| Ask {
            relation,
            way,
            nested,
        })
    };
    let leaf = proptest::collection::vec(one(Just(Vec::new()).boxed()), 0..3).boxed();
    let middle = proptest::collection::vec(one(leaf), 0..3).boxed();
    proptest::collection::vec(one(middle), 1..4)
}

/// The tables whose rows are asked for.
const STARTS: [&str; 6] = ["node", "item", "thing", "label", "cell", "badge"];

/// Every row of every table.
type Tables = HashMap<String, Vec<Record>>;

async fn tables(db: &Database) -> Result<Tables> {
    let mut all = Tables::new();
    for table in &db.schema().tables {
        all.insert(table.name.clone(), db.repository(&table.name)?.all().await?);
    }
    Ok(all)
}

fn chosen<'a>(graph: &'a RelationGraph, table: &TableName, ask: &Ask) -> &'a Relation {
    let relations = graph.of_table(table);
    &relations[ask.relation % relations.len()]
}

/// What the library is asked for; where a way can't be gone, the library's own choice.
fn included(
    graph: &RelationGraph,
    table: &TableName,
    ask: &Ask,
    ways: bool,
) -> Rel<Record, Record> {
    let relation = chosen(graph, table, ask);
    let asked = rel(&relation.name);
    let asked = match ask.way.filter(|_| ways && can(relation, ask)) {
        Some(way) => asked.by(way),
        None => asked,
    };
    nested(&ask.nested, graph, relation.target()).fold(asked, |asked, inner| {
        asked.with(included(graph, relation.target(), inner, ways))
    })
}

/// Of what is asked for twice, the first.
fn nested<'a>(
    asks: &'a [Ask],
    graph: &'a RelationGraph,
    table: &'a TableName,
) -> impl Iterator<Item = &'a Ask> {
    let name = move |ask: &Ask| chosen(graph, table, ask).name.clone();
    asks.iter().enumerate().filter_map(move |(at, ask)| {
        let before = asks.iter().take(at).any(|other| name(other) == name(ask));
        (!before).then_some(ask)
    })
}

/// Whether the way that was drawn can be gone.
fn can(relation: &Relation, ask: &Ask) -> bool {
    let is_direct = relation.steps.len() == 1;
    match ask.way {
        Some("join") => is_direct && relation.is_to_one(),
        // Decimals don't travel in SQLite's documents; what may be met twice goes by a statement of its own.
        Some("json") => {
            let has_joined = ask.nested.iter().any(|inner| inner.way == Some("join"));
            is_direct && &*relation.target().name != "item" && !has_joined
        }
        _ => true,
    }
}

/// The rows at the other end, by comparing values.
fn followed<'t>(tables: &'t Tables, relation: &Relation, row: &'t Record) -> Vec<&'t Record> {
    let mut at = vec![row];
    for step in &relation.steps {
        let holds = |row: &Record, what: &Option<(String, String)>| {
            what.as_ref().is_none_or(|(column, text)| {
                row.value(column).and_then(Value::as_str) == Some(text.as_str())
            })
        };
        let equal = |a: &Record, b: &Record| {
            step.columns.iter().zip(&step.to_columns).all(|(from, to)| {
                let (from, to) = (a.value(from), b.value(to));
                from == to && from.is_some_and(|value| !value.is_null())
            })
        };
        let mut next: Vec<&Record> = Vec::new();
        for row in at.into_iter().filter(|row| holds(row, &step.when)) {
            let rows = tables[&*step.to.name].iter();
            for other in rows.filter(|other| equal(row, other) && holds(other, &step.only)) {
                if !next.iter().any(|known| std::ptr::eq(*known, other)) {
                    next.push(other);
                }
            }
        }
        at = next;
    }
    at
}

/// A row with what the model finds of its relations.
fn expected(
    tables: &Tables,
    graph: &RelationGraph,
    table: &TableName,
    row: &Record,
    asks: &[Ask],
) -> Json {
    let mut json = serde_json::to_value(row).expect("JSON");
    for ask in nested(asks, graph, table) {
        let relation = chosen(graph, table, ask);
        let rows = followed(tables, relation, row).into_iter();
        let mut rows: Vec<Json> = rows
            .map(|row| expected(tables, graph, relation.target(), row, &ask.nested))
            .collect();
        rows.sort_by_key(Json::to_string);
        let found = match relation.is_to_one() {
            true => rows.into_iter().next().unwrap_or(Json::Null),
            false => Json::Array(rows),
        };
        json[&*relation.name] = found;
    }
    json
}

/// The rows at the other end in an order of their own, and without what stands between.
fn plain(json: Json) -> Json {
    match json {
        Json::Object(map) => {
            let kept = map.into_iter().filter(|(name, _)| name != "pivot");
            Json::Object(
                kept.map(|(name, value)| (name, plain(value)))
                    .collect::<Map<_, _>>(),
            )
        }
        Json::Array(all) => {
            let mut all: Vec<_> = all.into_iter().map(plain).collect();
            all.sort_by_key(Json::to_string);
            Json::Array(all)
        }
        other => other,
    }
}

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
        let all = tables(&db).await?;
        let graph = db.relations();
        check(120, (select(&STARTS[..]), asks()), async |(start, asks): (&str, Vec<Ask>)| {
            let table = db.schema().table(start)?.table_name();
            let query = db.repository(start)?.query();
            let wanted = all[start].iter().map(|row| expected(&all, &graph, &table, row, &asks));
            let wanted = plain(Json::Array(wanted.collect()));
            for ways in [false, true] {
                let mut eager = query.clone().with_total("one", rel(&graph.of_table(&table)[0].name).count());
                for ask in nested(&asks, &graph, &table) {
                    eager = eager.with(included(&graph, &table, ask, ways));
                }
                let found: Vec<Loaded<Record>> = eager.all().await?;
                let mut found = serde_json::to_value(&found).expect("JSON");
                for row in found.as_array_mut().into_iter().flatten() {
                    row.as_object_mut().and_then(|row| row.remove("one"));
                }
                if plain(found.clone()) != wanted {
                    let message = format!("{asks:?} of {start}, {ways}:\n{}\n{wanted}", plain(found));
                    return Err(Error::new(ErrorKind::Internal, message));
                }
            }
            Ok(())
        });
    }

    async fn any_relation_counts_what_joins_by_hand_find(db) on loose {
        let db = db.again(|builder| builder.relations(relations())).await;
        filled(&db).await?;
        let all = tables(&db).await?;
        for relation in db.relations().relations() {
            let start = &*relation.table.name;
            let query = db.repository(start)?.query().with_count(&relation.name);
            for row in query.all().await? {
                let rows = followed(&all, relation, &row).len();
                assert_eq!(row.count_of(&relation.name)?, u64::try_from(rows).unwrap_or(0), "{relation}: {row:?}");
            }
            let found = db.repository(start)?.query().filter(rel(&relation.name).exists()).count().await?;
            let has = all[start].iter().filter(|row| !followed(&all, relation, row).is_empty()).count();
            assert_eq!(found, u64::try_from(has).unwrap_or(0), "{relation}");
        }
    }
}

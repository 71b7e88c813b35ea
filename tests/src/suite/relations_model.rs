//! What a join by hand finds: a model of loading, which reads every table whole, and follows the steps of relations by
//! comparing values.

use std::cmp::Ordering;
use std::collections::HashMap;

use noorm::prelude::*;
use noorm::relation::{Loaded, Rel, Relation, RelationGraph, RelationKind, rel};
use noorm::schema::{ColumnType, Schema, TableName};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value as Json;

/// What is loaded: names out of the relations of each table, by numbers; which rows, and in which way.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    relation: usize,
    way: Option<&'static str>,
    which: Which,
    nested: Vec<Ask>,
}

/// Which of the rows at the other end, and in which order.
#[derive(Debug, Clone, Default)]
struct Which {
    /// In the order of their keys, from the end where it says so.
    order: Option<Direction>,
    skipped: u64,
    most: Option<u64>,
    /// Where there is an order: those whose key isn't the first one's.
    but_first: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

pub(super) fn asks() -> impl Strategy<Value = Vec<Ask>> {
    let one = |nested: BoxedStrategy<Vec<Ask>>| {
        let way = select(vec![
            None,
            Some("batch"),
            Some("join"),
            Some("json"),
            Some("threes"),
        ]);
        (0_usize..20, way, which(), nested).prop_map(|(relation, way, which, nested)| Ask {
            relation,
            way,
            which,
            nested,
        })
    };
    let leaf = proptest::collection::vec(one(Just(Vec::new()).boxed()), 0..3).boxed();
    let middle = proptest::collection::vec(one(leaf), 0..3).boxed();
    proptest::collection::vec(one(middle), 1..4)
}

fn which() -> impl Strategy<Value = Which> {
    let order = select(vec![None, Some(Direction::Up), Some(Direction::Down)]);
    let some = (
        order,
        0_u64..3,
        proptest::option::of(0_u64..3),
        any::<bool>(),
    );
    let some = some.prop_map(|(order, skipped, most, but_first)| Which {
        order,
        skipped,
        most,
        but_first,
    });
    prop_oneof![3 => Just(Which::default()), 2 => some]
}

/// Every row of every table, and what the database knows of them.
pub(super) struct Model {
    schema: std::sync::Arc<Schema>,
    graph: std::sync::Arc<RelationGraph>,
    rows: HashMap<String, Vec<Record>>,
}

/// In which ways relations are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ways {
    /// As the library chooses.
    Planned,
    /// As was drawn, each in its own.
    Drawn,
    /// In one, with whatever is nested.
    All(&'static str),
}

impl Model {
    pub(super) async fn of(db: &Database) -> Result<Self> {
        let schema = db.schema();
        let mut rows = HashMap::new();
        for table in &schema.tables {
            rows.insert(table.name.clone(), db.repository(&table.name)?.all().await?);
        }
        Ok(Self {
            schema,
            graph: db.relations(),
            rows,
        })
    }

    /// The tables that have relations.
    pub(super) fn starts(&self) -> impl Iterator<Item = &str> {
        let tables = self.schema.tables.iter();
        tables.map(|table| &*table.name).filter(|name| {
            let table = self.schema.table(name).expect("a table");
            !self.graph.of_table(&table.table_name()).is_empty()
        })
    }

    /// Loads what is asked for; `None` where a way can't be gone.
    pub(super) async fn loaded(
        &self,
        db: &Database,
        start: &str,
        asks: &[Ask],
        ways: Ways,
    ) -> Result<Option<Json>> {
        let table = self.schema.table(start)?.table_name();
        let one = &self.graph.of_table(&table)[0].name;
        let mut query = db
            .repository(start)?
            .query()
            .with_total("one", rel(one).count());
        for ask in self.each_once(asks, &table) {
            query = query.with(self.included(&table, ask, ways));
        }
        let rows: Vec<Loaded<Record>> = match query.all().await {
            Err(error) if error.message().contains("can't be loaded by") => return Ok(None),
            rows => rows?,
        };
        let mut rows: Vec<Json> = rows
            .iter()
            .map(|row| serde_json::to_value(row).expect("JSON"))
            .collect();
        for row in &mut rows {
            row.as_object_mut().and_then(|row| row.remove("one"));
            self.settle(row, &table, asks);
        }
        rows.sort_by_key(Json::to_string);
        Ok(Some(Json::Array(rows)))
    }

    /// What the model finds.
    pub(super) fn expected(&self, start: &str, asks: &[Ask]) -> Result<Json> {
        let table = self.schema.table(start)?.table_name();
        let rows = self.rows[start].iter();
        let mut rows: Vec<Json> = rows
            .map(|row| self.with_relations(&table, row, asks))
            .collect();
        rows.sort_by_key(Json::to_string);
        Ok(Json::Array(rows))
    }

    /// Sees to it that counting, and asking whether there are rows, find what the model does.
    pub(super) async fn check_counts(&self, db: &Database) -> Result<()> {
        for relation in self.graph.relations() {
            let start = &*relation.table.name;
            let query = db.repository(start)?.query().with_count(&*relation.name);
            for row in query.all().await? {
                let rows = self.followed(relation, &row).len();
                assert_eq!(
                    row.count_of(&*relation.name)?,
                    u64::try_from(rows).unwrap_or(u64::MAX),
                    "{relation}: {row:?}"
                );
            }
            let asked = db
                .repository(start)?
                .query()
                .filter(rel(&relation.name).exists());
            let has = self.rows[start].iter();
            let has = has.filter(|row| !self.followed(relation, row).is_empty());
            assert_eq!(
                asked.count().await?,
                u64::try_from(has.count()).unwrap_or(u64::MAX),
                "{relation}"
            );
        }
        Ok(())
    }

    fn chosen(&self, table: &TableName, ask: &Ask) -> &Relation {
        let relations = self.graph.of_table(table);
        &relations[ask.relation % relations.len()]
    }

    /// Of what is asked for twice, the first.
    fn each_once<'a>(
        &'a self,
        asks: &'a [Ask],
        table: &'a TableName,
    ) -> impl Iterator<Item = &'a Ask> {
        let name = move |ask: &Ask| self.chosen(table, ask).name.clone();
        let asks = match self.graph.of_table(table) {
            [] => &[],
            _ => asks,
        };
        asks.iter().enumerate().filter_map(move |(at, ask)| {
            let before = asks.iter().take(at).any(|other| name(other) == name(ask));
            (!before).then_some(ask)
        })
    }

    /// Whether no two rows at the other end can be equal in the relation's columns.
    fn ends_in_key(&self, relation: &Relation) -> bool {
        let target = self.schema.table_named(relation.target()).expect("a table");
        let columns = relation.target_columns();
        target
            .unique_keys()
            .any(|key| key.iter().all(|column| columns.contains(column)))
    }

    /// The columns of a table's key, where all engines order them alike.
    fn ordered(&self, table: &TableName) -> &[String] {
        let table = self.schema.table_named(table).expect("a table");
        let keys = table.key_columns();
        let is_alike = |name: &String| {
            let column = table.column(name).expect("a column");
            matches!(
                column.column_type,
                ColumnType::Integer { .. } | ColumnType::Text { .. }
            )
        };
        if keys.iter().all(is_alike) { keys } else { &[] }
    }

    /// What the library is asked for.
    fn included(&self, table: &TableName, ask: &Ask, ways: Ways) -> Rel<Record, Record> {
        let relation = self.chosen(table, ask);
        let target = relation.target();
        let mut asked = rel(&relation.name);
        let can_join =
            relation.is_to_one() && relation.steps.len() == 1 && self.ends_in_key(relation);
        asked = match (ways, ask.way) {
            (Ways::All("join"), _) | (Ways::Drawn, Some("join")) if !can_join => asked,
            (Ways::All(way), _) | (Ways::Drawn, Some(way)) => asked.by(way),
            _ => asked,
        };
        if let (Some(direction), keys @ [first, ..]) = (ask.which.order, self.ordered(target)) {
            let sign = if direction == Direction::Down {
                "-"
            } else {
                ""
            };
            asked = asked.order_by(keys.iter().map(|key| format!("{sign}{key}")));
            if let (true, Some(row)) = (ask.which.but_first, self.rows[&*target.name].first()) {
                asked =
                    asked.filter(col(first.as_str()).ne(row.value(first).cloned().expect("a key")));
            }
            if !relation.is_to_one() {
                asked = asked.offset(ask.which.skipped);
                asked = match ask.which.most {
                    Some(most) => asked.limit(most),
                    None => asked,
                };
            }
        }
        // A way goes on to what is nested, where it can.
        let within = match ways {
            Ways::All("json") => Ways::Planned,
            ways => ways,
        };
        let nested = self.each_once(&ask.nested, target);
        nested.fold(asked, |asked, inner| {
            asked.with(self.included(target, inner, within))
        })
    }

    /// A row with what the model finds of its relations.
    fn with_relations(&self, table: &TableName, row: &Record, asks: &[Ask]) -> Json {
        let mut json = serde_json::to_value(row).expect("JSON");
        for ask in self.each_once(asks, table) {
            let relation = self.chosen(table, ask);
            let mut rows = self.followed(relation, row);
            let is_ordered = self.narrow(&mut rows, relation, &ask.which);
            let rows = rows.into_iter().map(|(between, row)| {
                let mut json = self.with_relations(relation.target(), row, &ask.nested);
                if let Some(pivot) = between.and_then(|between| pivot(relation, between)) {
                    json["pivot"] = pivot;
                }
                json
            });
            let mut rows: Vec<Json> = rows.collect();
            if !is_ordered {
                rows.sort_by_key(Json::to_string);
            }
            json[&*relation.name] = match relation.is_to_one() {
                true => rows.into_iter().next().unwrap_or(Json::Null),
                false => Json::Array(rows),
            };
        }
        json
    }

    /// Puts rows in order and leaves out those that aren't asked for; tells whether there is an order.
    fn narrow(&self, rows: &mut Vec<Reached<'_>>, relation: &Relation, which: &Which) -> bool {
        let target = relation.target();
        let keys = self.ordered(target);
        let (Some(direction), [first, ..]) = (which.order, keys) else {
            return false;
        };
        rows.sort_by(|(_, a), (_, b)| {
            let order = keys.iter().map(|key| compared(a.value(key), b.value(key)));
            let order = order.fold(Ordering::Equal, Ordering::then);
            if direction == Direction::Down {
                order.reverse()
            } else {
                order
            }
        });
        if let (true, Some(row)) = (which.but_first, self.rows[&*target.name].first()) {
            rows.retain(|(_, other)| other.value(first) != row.value(first));
        }
        if !relation.is_to_one() {
            let skipped = usize::try_from(which.skipped).expect("a small number");
            rows.drain(..skipped.min(rows.len()));
            rows.truncate(which.most.map_or(usize::MAX, |most| {
                usize::try_from(most).expect("a small number")
            }));
        }
        true
    }

    /// The rows at the other end, each once, with the row before them on the way.
    fn followed<'m>(&'m self, relation: &Relation, row: &'m Record) -> Vec<Reached<'m>> {
        let mut at: Vec<Reached<'m>> = vec![(None, row)];
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
            let mut next: Vec<Reached<'m>> = Vec::new();
            for (_, row) in at.into_iter().filter(|(_, row)| holds(row, &step.when)) {
                let rows = self.rows[&*step.to.name].iter();
                for other in rows.filter(|other| equal(row, other) && holds(other, &step.only)) {
                    if !next.iter().any(|(_, known)| std::ptr::eq(*known, other)) {
                        next.push((Some(row), other));
                    }
                }
            }
            at = next;
        }
        at
    }

    /// Puts the rows at the other end in an order of their own, where nobody asked for one.
    fn settle(&self, json: &mut Json, table: &TableName, asks: &[Ask]) {
        for ask in self.each_once(asks, table) {
            let relation = self.chosen(table, ask);
            let is_ordered =
                ask.which.order.is_some() && !self.ordered(relation.target()).is_empty();
            match &mut json[&*relation.name] {
                Json::Array(rows) => {
                    for row in rows.iter_mut() {
                        self.settle(row, relation.target(), &ask.nested);
                    }
                    if !is_ordered {
                        rows.sort_by_key(Json::to_string);
                    }
                }
                Json::Null => (),
                row => self.settle(row, relation.target(), &ask.nested),
            }
        }
    }
}

/// A row at the end of a step, and the row that it was reached from.
type Reached<'m> = (Option<&'m Record>, &'m Record);

/// The columns of a junction table that aren't part of the way.
fn pivot(relation: &Relation, between: &Record) -> Option<Json> {
    let [near, far] = relation.steps.as_slice() else {
        return None;
    };
    let mut json = serde_json::to_value(between).expect("JSON");
    let columns = json.as_object_mut().expect("an object");
    columns.retain(|name, _| !near.to_columns.contains(name) && !far.columns.contains(name));
    (relation.kind == RelationKind::ManyToMany && !columns.is_empty()).then_some(json)
}

fn compared(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    match (a, b) {
        (Some(Value::I64(a)), Some(Value::I64(b))) => a.cmp(b),
        (Some(Value::Text(a)), Some(Value::Text(b))) => a.as_str().cmp(b.as_str()),
        (a, b) => panic!("{a:?} and {b:?} aren't keys"),
    }
}

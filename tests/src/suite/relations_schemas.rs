//! Whatever tables there are, and whatever is loaded of them, in whatever way: it is what a join by hand finds.
//!
//! Schemas are drawn: keys of several types and of several columns, foreign keys to them and to unique columns, several
//! between two tables and within one, with nulls and without, unique ones, junction tables; and relations that are
//! declared, whose rows may point at nothing. `NOORM_TEST_SCHEMAS` says how many are drawn, `NOORM_TEST_SEED` from which
//! number on; tables have it in their names.

use noorm::prelude::*;
use noorm::relation::{Declaration, RelationConfig};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::relations_model::{Model, Ways, asks};
use crate::{Engine, TestDatabase, conformance};

/// How many schemas are drawn, if nothing else is said.
const SCHEMAS: u64 = 8;

/// How many trees are loaded of each.
const TREES: usize = 8;

/// Draws numbers, the same from the same beginning.
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn roll(&mut self, sides: usize) -> usize {
        // SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut n = self.0;
        n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((n ^ (n >> 31)) % sides as u64).unwrap_or(0)
    }

    fn once_in(&mut self, times: usize) -> bool {
        self.roll(times) == 0
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyOf {
    Number,
    Text,
    Uuid,
    /// A number and a text.
    Pair,
}

/// A table to be made.
#[derive(Debug)]
struct Plan {
    name: String,
    key: KeyOf,
    /// The types of its other columns, in the words of the suite.
    others: Vec<&'static str>,
    keys: Vec<Pointing>,
    rows: usize,
}

/// What points at a table, at its primary key or at its unique `code`.
#[derive(Debug)]
struct Pointing {
    /// What its columns are called before the ones that they point at.
    role: String,
    target: usize,
    to_code: bool,
    nullable: bool,
    unique: bool,
    enforced: bool,
}

/// A junction table.
#[derive(Debug)]
struct Between {
    name: String,
    ends: [usize; 2],
    surrogate: bool,
    pivot: bool,
}

/// All that is drawn of one schema.
#[derive(Debug)]
struct Drawn {
    tables: Vec<Plan>,
    junctions: Vec<Between>,
}

const NOUNS: [&str; 6] = ["node", "city", "box", "person", "status", "leaf"];
const ROLES: [&str; 4] = ["owner", "parent", "from", "next"];
const OTHERS: [&str; 9] = [
    "$float",
    "$real",
    "decimal(8, 2)",
    "$datetime",
    "$moment",
    "$bool",
    "$bytes",
    "$time",
    "$uuid",
];

impl Drawn {
    fn of(dice: &mut Dice, seed: u64) -> Self {
        let count = 2 + dice.roll(3);
        let tables = (0..count)
            .map(|at| Plan::drawn(dice, at, count, seed))
            .collect();
        let junctions = (0..dice.roll(3)).map(|at| Between {
            name: format!("s{seed}_pair_{at}"),
            ends: [dice.roll(count), dice.roll(count)],
            surrogate: dice.once_in(2),
            pivot: dice.once_in(2),
        });
        let junctions = junctions.collect();
        Self { tables, junctions }.settled()
    }

    /// Leaves tables empty whose rows couldn't point at anything.
    fn settled(mut self) -> Self {
        for at in 0..self.tables.len() {
            let mut rows = self.tables[at].rows;
            for pointing in &self.tables[at].keys {
                let there = self.tables[pointing.target].rows;
                let must = pointing.enforced && !pointing.nullable && pointing.target != at;
                if must && (there == 0 || pointing.unique) {
                    rows = rows.min(there);
                }
            }
            self.tables[at].rows = rows;
        }
        self
    }

    fn ddl(&self, engine: &Engine) -> Vec<String> {
        let tables = self.tables.iter().map(|plan| plan.ddl(&self.tables));
        let junctions = self
            .junctions
            .iter()
            .map(|between| between.ddl(&self.tables));
        tables
            .chain(junctions)
            .map(|sql| engine.ddl(&sql))
            .collect()
    }

    /// The relations that no foreign key tells.
    fn declared(&self) -> RelationConfig {
        let mut config = RelationConfig::new();
        for (at, plan) in self.tables.iter().enumerate() {
            for pointing in plan.keys.iter().filter(|pointing| !pointing.enforced) {
                let target = &self.tables[pointing.target];
                let (ours, theirs) = pointing.columns(&self.tables);
                let declared = Declaration::new(&plan.name, format!("that_{}", pointing.role))
                    .columns(ours.iter().map(String::as_str))
                    .belongs_to_by(&target.name, theirs.iter().map(|(name, _)| *name))
                    .inverse(format!("those_{}_{at}", pointing.role));
                config = config.declare(declared);
            }
        }
        let [first, .., last] = self.tables.as_slice() else {
            return config;
        };
        let alike = Declaration::new(&first.name, "alike").columns(["n"]);
        config.declare(alike.has_many(&last.name, ["n"]).inverse("alike_of"))
    }

    async fn fill(&self, db: &Database, dice: &mut Dice) -> Result<()> {
        for (at, plan) in self.tables.iter().enumerate() {
            let rows: Vec<Record> = (0..plan.rows)
                .map(|row| plan.row(&self.tables, at, row, dice))
                .collect();
            db.repository(&plan.name)?.insert_many(rows).await?;
        }
        for between in &self.junctions {
            db.repository(&between.name)?
                .insert_many(between.rows(&self.tables, dice))
                .await?;
        }
        Ok(())
    }
}

impl Plan {
    fn drawn(dice: &mut Dice, at: usize, count: usize, seed: u64) -> Self {
        let keys = [
            KeyOf::Number,
            KeyOf::Number,
            KeyOf::Text,
            KeyOf::Uuid,
            KeyOf::Pair,
        ];
        let roles = ROLES.iter().take(dice.roll(ROLES.len()));
        let pointing = roles.map(|role| {
            let enforced = !dice.once_in(3);
            let unique = dice.once_in(4);
            Pointing {
                role: (*role).to_owned(),
                target: dice.roll(if enforced { at + 1 } else { count }),
                to_code: dice.once_in(3),
                nullable: !unique && dice.once_in(2),
                unique,
                enforced,
            }
        });
        let pointing = pointing.collect();
        let others = 0..dice.roll(4);
        let others = others.map(|_| OTHERS[dice.roll(OTHERS.len())]).collect();
        Self {
            name: format!("s{seed}_{}", NOUNS[at]),
            key: keys[dice.roll(keys.len())],
            keys: pointing,
            others,
            rows: dice.roll(7),
        }
    }

    /// The columns of its key, and their types.
    fn key_columns(&self) -> Vec<(&'static str, &'static str)> {
        match self.key {
            KeyOf::Number => vec![("id", "$int")],
            KeyOf::Text => vec![("id", "$varchar(20)")],
            KeyOf::Uuid => vec![("id", "$uuid")],
            KeyOf::Pair => vec![("a", "$int"), ("b", "$varchar(20)")],
        }
    }

    /// The values of its key in a row, which may not be there.
    fn key(&self, row: usize) -> Vec<Value> {
        let n = i64::try_from(row).unwrap_or(0);
        match self.key {
            KeyOf::Number => vec![(n + 1).into()],
            KeyOf::Text => vec![format!("k{row}").into()],
            KeyOf::Uuid => vec![uuid::Uuid::from_u128(0xa_0000_0000 + row as u128).into()],
            KeyOf::Pair => vec![(n / 2).into(), format!("p{}", row % 2).into()],
        }
    }

    fn ddl(&self, tables: &[Self]) -> String {
        let mut parts: Vec<String> = Vec::new();
        let key = self.key_columns();
        parts.extend(
            key.iter()
                .map(|(name, word)| format!("{name} {word} NOT NULL")),
        );
        parts.push("code $varchar(20) NOT NULL UNIQUE".to_owned());
        parts.push("n $int NOT NULL".to_owned());
        let others = self.others.iter().enumerate();
        parts.extend(others.map(|(at, word)| format!("o{at} {word}")));
        let mut behind = vec![format!(
            "PRIMARY KEY ({})",
            listed(key.iter().map(|(name, _)| *name))
        )];
        for pointing in &self.keys {
            let (ours, theirs) = pointing.columns(tables);
            let null = if pointing.nullable { "" } else { " NOT NULL" };
            let columns = ours.iter().zip(&theirs);
            parts.extend(columns.map(|(name, (_, word))| format!("{name} {word}{null}")));
            let ours = listed(ours.iter().map(String::as_str));
            if pointing.unique {
                behind.push(format!("UNIQUE ({ours})"));
            }
            if pointing.enforced {
                let target = &tables[pointing.target].name;
                let theirs = listed(theirs.iter().map(|(name, _)| *name));
                behind.push(format!(
                    "FOREIGN KEY ({ours}) REFERENCES {target} ({theirs})"
                ));
            }
        }
        parts.extend(behind);
        format!("CREATE TABLE {} ({})", self.name, parts.join(", "))
    }

    fn row(&self, tables: &[Self], at: usize, row: usize, dice: &mut Dice) -> Record {
        let mut record = record! { "code" => format!("c{row}"), "n" => i64::try_from(dice.roll(4)).unwrap_or(0) };
        for ((name, _), value) in self.key_columns().into_iter().zip(self.key(row)) {
            record.set(name, value);
        }
        for (at, word) in self.others.iter().enumerate() {
            record.set(&format!("o{at}"), other(word, dice));
        }
        for pointing in &self.keys {
            let target = &tables[pointing.target];
            let there = match pointing.target == at {
                true => row + 1,
                false => target.rows,
            };
            let there = if pointing.enforced { there } else { there + 2 };
            let to = match pointing.unique {
                true => row,
                false => dice.roll(there.max(1)),
            };
            let mut values = match pointing.to_code {
                true => vec![format!("c{to}").into()],
                false => target.key(to),
            };
            if pointing.nullable && (there == 0 || dice.once_in(4)) {
                values.iter_mut().for_each(|value| *value = Value::Null);
            } else if pointing.nullable && dice.once_in(6) {
                values[0] = Value::Null;
            }
            let (ours, _) = pointing.columns(tables);
            for (name, value) in ours.into_iter().zip(values) {
                record.set(&name, value);
            }
        }
        record
    }
}

impl Pointing {
    /// Its columns, and those that they point at.
    fn columns(&self, tables: &[Plan]) -> (Vec<String>, Vec<(&'static str, &'static str)>) {
        let theirs = match self.to_code {
            true => vec![("code", "$varchar(20)")],
            false => tables[self.target].key_columns(),
        };
        let ours = theirs
            .iter()
            .map(|(name, _)| format!("{}_{name}", self.role));
        (ours.collect(), theirs)
    }
}

impl Between {
    fn sides<'t>(&self, tables: &'t [Plan]) -> [(&'static str, &'t Plan); 2] {
        let [one, other] = self.ends;
        [("left", &tables[one]), ("right", &tables[other])]
    }

    fn ddl(&self, tables: &[Plan]) -> String {
        let (mut parts, mut behind, mut pair) = (Vec::new(), Vec::new(), Vec::new());
        for (side, plan) in self.sides(tables) {
            let key = plan.key_columns();
            let ours: Vec<String> = key
                .iter()
                .map(|(name, _)| format!("{side}_{name}"))
                .collect();
            parts.extend(
                ours.iter()
                    .zip(&key)
                    .map(|(name, (_, word))| format!("{name} {word} NOT NULL")),
            );
            let columns = listed(ours.iter().map(String::as_str));
            let theirs = listed(key.iter().map(|(name, _)| *name));
            behind.push(format!(
                "FOREIGN KEY ({columns}) REFERENCES {} ({theirs})",
                plan.name
            ));
            pair.extend(ours);
        }
        let pair = pair.join(", ");
        if self.surrogate {
            parts.insert(0, "id $int NOT NULL PRIMARY KEY".to_owned());
            behind.push(format!("UNIQUE ({pair})"));
        } else {
            behind.push(format!("PRIMARY KEY ({pair})"));
        }
        if self.pivot {
            parts.push("place $int".to_owned());
        }
        parts.extend(behind);
        format!("CREATE TABLE {} ({})", self.name, parts.join(", "))
    }

    fn rows(&self, tables: &[Plan], dice: &mut Dice) -> Vec<Record> {
        let [(_, left), (_, right)] = self.sides(tables);
        let all = (0..left.rows).flat_map(|one| (0..right.rows).map(move |other| (one, other)));
        let kept: Vec<_> = all.filter(|_| dice.once_in(2)).collect();
        let row = |(at, (one, other)): (usize, (usize, usize))| {
            let mut record = Record::new();
            if self.surrogate {
                record.set("id", i64::try_from(at).unwrap_or(0) + 1);
            }
            if self.pivot {
                record.set(
                    "place",
                    (!dice.once_in(3)).then(|| i64::try_from(one + other).unwrap_or(0)),
                );
            }
            for ((side, plan), row) in self.sides(tables).into_iter().zip([one, other]) {
                for ((name, _), value) in plan.key_columns().into_iter().zip(plan.key(row)) {
                    record.set(&format!("{side}_{name}"), value);
                }
            }
            record
        };
        kept.into_iter().enumerate().map(row).collect()
    }
}

/// A value of a column of that type.
fn other(word: &str, dice: &mut Dice) -> Value {
    if dice.once_in(4) {
        return Value::Null;
    }
    let n = dice.roll(1_000);
    let small = i32::try_from(n).unwrap_or(0);
    let day = chrono::NaiveDate::from_ymd_opt(2026, 2, 28).expect("a day");
    let moment = day
        .and_hms_milli_opt(13, 5, 7, u32::try_from(n).unwrap_or(0))
        .expect("a moment");
    match word {
        "$float" => (f64::from(small) / 3.0 - 100.0).into(),
        "$real" => Value::F32(0.1 * f32::from(i16::try_from(n).unwrap_or(0))),
        "decimal(8, 2)" => {
            let decimal: bigdecimal::BigDecimal = format!("{n}.25").parse().expect("a number");
            decimal.into()
        }
        "$datetime" => moment.into(),
        "$moment" => moment.and_utc().into(),
        "$bool" => n.is_multiple_of(2).into(),
        "$bytes" => Value::Bytes(vec![0, 0xff, u8::try_from(n % 256).unwrap_or(0)].into()),
        "$time" => moment.time().into(),
        _ => uuid::Uuid::from_u128(n as u128).into(),
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Makes a schema, fills it, and compares whatever is loaded of it.
async fn check_schema(db: &TestDatabase, seed: u64) -> Result<()> {
    let mut dice = Dice(seed);
    let drawn = Drawn::of(&mut dice, seed);
    for sql in drawn.ddl(db.engine()) {
        db.raw(sql.as_str()).verbatim().await?;
    }
    let config = drawn.declared();
    let fresh = db.again(|builder| builder.relations(config.clone())).await;
    drawn.fill(&fresh, &mut dice).await?;
    let db = along(db, &fresh, config, &mut dice).await;
    let model = Model::of(&db).await?;
    model.check_counts(&db).await?;
    let starts: Vec<&str> = model.starts().collect();
    let seeded = TestRng::from_seed(
        RngAlgorithm::ChaCha,
        &[u8::try_from(seed % 251).unwrap_or(0); 32],
    );
    let mut runner = TestRunner::new_with_rng(Config::default(), seeded);
    for _ in 0..TREES {
        let asks = asks().new_tree(&mut runner).expect("a tree").current();
        let start = starts[dice.roll(starts.len())];
        let wanted = model.expected(start, &asks)?;
        for ways in [
            Ways::Planned,
            Ways::Drawn,
            Ways::All("batch"),
            Ways::All("join"),
            Ways::All("json"),
        ] {
            if let Some(found) = model.loaded(&db, start, &asks, ways).await? {
                assert_eq!(found, wanted, "{asks:?} of {start}, {ways:?}");
            }
        }
    }
    let tables = drawn.tables.iter().map(|plan| &plan.name);
    let names: Vec<_> = tables
        .chain(drawn.junctions.iter().map(|between| &between.name))
        .collect();
    for name in names.into_iter().rev() {
        db.raw(format!("DROP TABLE {name}").as_str())
            .verbatim()
            .await?;
    }
    Ok(())
}

/// Connects once more, with relations along two others.
async fn along(
    db: &TestDatabase,
    fresh: &Database,
    config: RelationConfig,
    dice: &mut Dice,
) -> Database {
    let graph = fresh.relations();
    let all: Vec<_> = graph.relations().collect();
    let paths = (0..2).map(|at| {
        let first = all[dice.roll(all.len())];
        let next = graph.of_table(first.target());
        let next = next.get(dice.roll(next.len().max(1)));
        let path = next.map_or_else(
            || first.name.to_string(),
            |next| format!("{}.{}", first.name, next.name),
        );
        Declaration::new(first.table.to_string(), format!("along_{at}")).through(path)
    });
    let config = paths.fold(config, RelationConfig::declare);
    db.again(|builder| builder.relations(config)).await
}

fn nothing(_: &Engine) -> String {
    String::new()
}

conformance! {
    async fn any_schema_is_loaded_as_joins_by_hand_find(db) on nothing {
        let first = number("NOORM_TEST_SEED").unwrap_or(97);
        for seed in first..first + number("NOORM_TEST_SCHEMAS").unwrap_or(SCHEMAS) {
            check_schema(&db, seed).await?;
        }
    }
}

//! Every type of an engine: written in the engine's own words, read, found, and written again.

use noorm::prelude::*;
use noorm::repository::Repository;

use crate::{Engine, TestDatabase, conformance};

/// A table with a column of every type of an engine.
#[must_use]
pub fn natives(engine: &Engine) -> String {
    let columns = engine.natives.values.iter().enumerate();
    let columns: String = columns
        .map(|(at, (of, _))| format!(", c{at} {of} NULL"))
        .collect();
    engine.ddl(&format!(
        "{}CREATE TABLE natives (id $key{columns});",
        engine.natives.ddl
    ))
}

conformance! {
    async fn every_type_goes_there_and_back(db) on natives {
        let table = db.repository("natives")?;
        let values = db.engine().natives.values;
        let mut wrong = Vec::new();
        for round in 0..values.iter().map(|(_, v)| v.len()).max().unwrap_or(0) {
            let read = written(&db, round).await?;
            let again = again(&table, &read, &read).await?;
            let json = serde_json::to_string(&read).expect("JSON");
            let json: Record = serde_json::from_str(&json).expect("a record");
            let of_json = self::again(&table, &read, &json).await?;
            for (at, (of, literals)) in values.iter().enumerate() {
                let Some(literal) = literals.get(round) else { continue };
                let column = format!("c{at}");
                let text = |record: &Record| format!("{:?}", record.value(&column));
                let case = format!("{of}: {literal:.60}");
                if read.value(&column).is_none_or(Value::is_null) {
                    wrong.push(format!("{case}: was read as NULL"));
                }
                for (what, other) in [("again", &again), ("of JSON", &of_json)] {
                    if text(&read) != text(other) {
                        wrong.push(format!("{case}: {what} {:.80} was {:.80}", text(other), text(&read)));
                    }
                }
                let value = read.value(&column).cloned().unwrap_or_default();
                let found = table.query().filter(col(column).eq(value)).select(["id"]).all().await;
                match found {
                    Ok(found) if found.len() >= 3 => {}
                    Ok(found) => wrong.push(format!("{case}: finds {} of 3", found.len())),
                    Err(_) if db.engine().natives.unequal.contains(of) => {}
                    Err(error) => wrong.push(format!("{case}: {error}")),
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    async fn many_rows_of_every_type_are_written_at_once(db) on natives {
        let table = db.repository("natives")?;
        let values = db.engine().natives.values;
        let mut wrong = Vec::new();
        for (at, (of, literals)) in values.iter().enumerate() {
            let column = format!("c{at}");
            let mut read = Vec::new();
            for literal in *literals {
                db.raw(format!("INSERT INTO natives ({column}) VALUES ({literal})")).await?;
                let last = table.query().order_by(["-id"]).first().await?;
                read.push(last.expect("the row").value(&column).cloned().unwrap_or_default());
            }
            read.push(Value::Null);
            let records = read.iter().map(|value| Record::from_pairs([(column.as_str(), value.clone())]));
            match table.create_many(records).await {
                Ok(made) => {
                    let made = made.iter().map(|row| row.value(&column).cloned().unwrap_or_default());
                    let made: Vec<_> = made.collect();
                    if format!("{made:?}") != format!("{read:?}") {
                        wrong.push(format!("{of}: {made:.200?} were {read:.200?}"));
                    }
                }
                Err(error) => wrong.push(format!("{of}: {error}")),
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    async fn pages_in_the_order_of_every_type_are_whole(db) on natives {
        let table = db.repository("natives")?;
        let values = db.engine().natives.values;
        // Every value twice, and NULLs.
        for _ in 0..2 {
            for round in 0..values.iter().map(|(_, v)| v.len()).max().unwrap_or(0) {
                written(&db, round).await?;
            }
        }
        let mut wrong = Vec::new();
        for (at, (of, _)) in values.iter().enumerate() {
            for sign in ["", "-"] {
                let order = [format!("{sign}c{at}"), format!("{sign}id")];
                let query = table.query().order_by(order).select(["id"]);
                // Some types have no order.
                let Ok(whole) = query.clone().all().await else { continue };
                // What a value looks like when it is read is not what it is sorted by.
                let read = query.clone().select([format!("c{at}"), "id".into()]).all().await?;
                if !read.iter().map(|row| row.value("id")).eq(whole.iter().map(|row| row.value("id"))) {
                    wrong.push(format!("{sign}{of}: {read:?} is not in the order {whole:?}"));
                }
                match walked(&query, whole.len() + 1).await {
                    Ok(all) if all == whole => {}
                    Ok(all) => wrong.push(format!("{sign}{of}: {all:?} is not {whole:?}")),
                    Err(error) if error.kind() == ErrorKind::Unsupported => {}
                    Err(error) => wrong.push(format!("{sign}{of}: {error:?}")),
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    async fn what_a_type_cannot_keep_is_refused(db) on natives {
        let table = db.repository("natives")?;
        let mut wrong = Vec::new();
        for (of, json, reason) in db.engine().natives.refused {
            let at = db.engine().natives.values.iter().position(|(other, _)| other == of);
            let column = format!("c{}", at.expect("one of the types"));
            // The statement is known from now on; what is refused must not depend on that.
            table.create(Record::from_pairs([(column.as_str(), Value::Null)])).await?;
            let value: Value = serde_json::from_str(json).expect("JSON");
            match table.create(Record::from_pairs([(column, value)])).await {
                Err(error) if error.kind() == ErrorKind::Invalid && error.to_string().contains(reason) => {}
                Err(error) => wrong.push(format!("{of} = {json}: {:?}: {error}", error.kind())),
                Ok(kept) => wrong.push(format!("{of} = {json}: {kept:?}")),
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// Reads pages of one row, `most` of them at most.
async fn walked(query: &Query<Record>, most: usize) -> Result<Vec<Record>> {
    let (mut all, mut cursor) = (Vec::new(), None::<String>);
    for _ in 0..most {
        let page = query.clone().cursor_page(1, cursor.as_deref()).await?;
        all.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    Ok(all)
}

/// Writes one literal of every type that has so many; gives the row as it is read.
pub(super) async fn written(db: &TestDatabase, round: usize) -> Result<Record> {
    let values = db.engine().natives.values.iter().enumerate();
    let some = values.filter_map(|(at, (_, literals))| Some((at, literals.get(round)?)));
    let (names, literals): (Vec<_>, Vec<_>) = some.map(|(at, l)| (format!("c{at}"), *l)).unzip();
    let insert = format!(
        "INSERT INTO natives ({}) VALUES ({})",
        names.join(", "),
        literals.join(", ")
    );
    db.raw(insert).await?;
    let last = db
        .repository("natives")?
        .query()
        .order_by(["-id"])
        .first()
        .await?;
    Ok(last.expect("the row"))
}

/// Creates a row with the values of `from` where `like` has some; gives it as it is read.
async fn again(table: &Repository<Record>, like: &Record, from: &Record) -> Result<Record> {
    let filled = like.iter().skip(1).filter(|(_, value)| !value.is_null());
    let fields = filled.map(|(name, _)| {
        (
            name.to_owned(),
            from.value(name).cloned().unwrap_or_default(),
        )
    });
    let fields: Vec<_> = fields.collect();
    match table.create(Record::from_pairs(fields.clone())).await {
        Ok(made) => table.get(made.get::<i64>("id")?).await,
        Err(error) => {
            let mut wrong = Vec::new();
            for (name, value) in fields {
                if let Err(error) = table
                    .create(Record::from_pairs([(name.clone(), value.clone())]))
                    .await
                {
                    let of = table.table().column(&name).map(|c| c.native_type.clone());
                    let of = of.unwrap_or_default();
                    wrong.push(format!("{of} {value:.80?}: {error}"));
                }
            }
            panic!("{error}\n{}", wrong.join("\n"))
        }
    }
}

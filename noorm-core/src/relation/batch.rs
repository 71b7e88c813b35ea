//! The batch strategy: one statement for all parents.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::BelongsTo;
use crate::database::Database;
use crate::error::Result;
use crate::plugin::RelationLoader;
use crate::repository::Record;
use crate::schema::Table;
use crate::statement::{Expr, col};
use crate::value::Value;

/// Loads the rows that parents point at by their keys: a key of one column as one list, which travels
/// as one bind; a composite key in as few statements as the server's limit of binds allows.
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// use noorm_core::relation::BelongsTo;
///
/// let albums = db.repository("album")?;
/// let artist = BelongsTo::through(&albums.table(), "artist_id")?;
/// let all = albums.all().await?;
/// for (album, artist) in all.iter().zip(db.load_belongs_to("batch", &artist, &all).await?) {
///     let name = artist.map(|artist| artist.get::<String>("name")).transpose()?;
///     println!("{} by {name:?}", album.get::<String>("title")?);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Batch;

crate::register_relation_loader!("batch", Batch);

/// A key as text that tells values of different kinds apart. Keys are compared, never shown.
type Identity = String;

fn identity(key: &[Value]) -> Identity {
    let plain = |value: &Value| match value {
        // 1 and 1.00 are one key.
        Value::Decimal(n) => Value::from(n.normalized()),
        other => other.clone(),
    };
    format!("{:?}", key.iter().map(plain).collect::<Vec<_>>())
}

/// The values as the target's columns hold them; what doesn't fit points at nothing.
fn fitted(table: &Table, columns: &[String], values: Vec<Value>) -> Vec<Value> {
    let fit = |(name, value): (&String, Value)| match table.column(name) {
        Some(column) => column.column_type.fit(value.clone()).unwrap_or(value),
        None => value,
    };
    columns.iter().zip(values).map(fit).collect()
}

impl RelationLoader for Batch {
    fn name(&self) -> &'static str {
        "batch"
    }

    fn load<'a>(
        &'a self,
        database: &'a Database,
        relation: &'a BelongsTo,
        parents: &'a [Record],
    ) -> BoxFuture<'a, Result<Vec<Option<Arc<Record>>>>> {
        Box::pin(async move {
            let targets = database.repository(&relation.target)?;
            let table = targets.table();
            let keys = parents
                .iter()
                .map(|parent| key(parent, &relation.columns))
                .map(|key| Ok(key?.map(|values| fitted(&table, &relation.target_columns, values))))
                .collect::<Result<Vec<_>>>()?;
            let mut wanted: HashMap<Identity, Vec<Value>> = HashMap::new();
            for key in keys.iter().flatten() {
                wanted.entry(identity(key)).or_insert_with(|| key.clone());
            }
            let mut found: HashMap<Identity, Arc<Record>> = HashMap::new();
            let wanted: Vec<Vec<Value>> = wanted.into_values().collect();
            for filter in filters(&relation.target_columns, wanted, database) {
                for row in targets.query().filter(filter).all().await? {
                    if let Some(key) = key(&row, &relation.target_columns)? {
                        found.insert(identity(&key), Arc::new(row));
                    }
                }
            }
            let attach = |key: Option<Vec<Value>>| found.get(&identity(&key?)).cloned();
            Ok(keys.into_iter().map(attach).collect())
        })
    }
}

/// The values of `columns`; `None` if one is NULL, as then nothing is pointed at.
fn key(row: &Record, columns: &[String]) -> Result<Option<Vec<Value>>> {
    let values = columns
        .iter()
        .map(|c| row.get::<Value>(c))
        .collect::<Result<Vec<_>>>()?;
    Ok((!values.iter().any(Value::is_null)).then_some(values))
}

fn filters(columns: &[String], keys: Vec<Vec<Value>>, database: &Database) -> Vec<Expr<Record>> {
    if keys.is_empty() {
        return Vec::new();
    }
    if let [column] = columns {
        let values = keys.into_iter().flatten();
        return vec![col(column.as_str()).in_list(values)];
    }
    let per_statement = database.capabilities().max_binds / columns.len().max(1);
    // An expression of thousands of alternatives is slow to plan, and SQLite limits its depth.
    let per_statement = per_statement.clamp(1, 500);
    let one = |key: &Vec<Value>| {
        let equal = columns.iter().zip(key).map(|(c, v)| col(c.as_str()).eq(v));
        Expr::all(equal)
    };
    keys.chunks(per_statement)
        .map(|chunk| Expr::any(chunk.iter().map(one)))
        .collect()
}

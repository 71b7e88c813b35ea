//! An update by key that leaves it at that.

use std::hint::black_box;

use anyhow::Result;
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use mysql_async::prelude::Queryable as _;
use noorm::statement::{Node, Statement, Tree, Update, col};
use noorm::{Database, Value};

use super::raw::Raw;
use crate::served::Noorm;
use crate::{Contender, scattered};

/// The operation: one statement, and no row comes back.
#[derive(Debug, Clone, Copy)]
pub struct Plain;

/// Connects both.
///
/// # Errors
/// Where a connection can't be made.
pub async fn plain(url: &str) -> Result<Vec<Box<dyn Contender<Plain>>>> {
    Ok(vec![
        Box::new(Noorm::connect(url).await?),
        Box::new(Raw::connect(url).await?),
    ])
}

async fn update(database: &Database, id: i64, quantity: i32) -> Result<u64> {
    let schema = database.schema();
    let table = schema.table("reading")?.table_name();
    let mut update = Update::new(table, [("quantity", Node::Bind)]);
    let (filter, key) = col("id").eq(id).into_parts();
    update.filter = Some(filter);
    let binds: Vec<Value> = [quantity.into()].into_iter().chain(key).collect();
    let tree = Tree::Update(update);
    let statement = Statement::new(tree, binds, &schema, database.flavor())?;
    Ok(database.run(statement).await?.affected)
}

impl Contender<Plain> for Noorm {
    fn name(&self) -> &'static str {
        "noorm"
    }

    fn run(&mut self, _: Plain, times: u64) -> LocalBoxFuture<'_, Result<()>> {
        async move {
            for n in (0..).take(usize::try_from(times)?) {
                black_box(update(&self.0, scattered(n), 7).await?);
            }
            Ok(())
        }
        .boxed_local()
    }
}

impl Contender<Plain> for Raw {
    fn name(&self) -> &'static str {
        "mysql_async"
    }

    fn run(&mut self, _: Plain, times: u64) -> LocalBoxFuture<'_, Result<()>> {
        async move {
            for n in (0..).take(usize::try_from(times)?) {
                let binds = (7, scattered(n));
                self.conn.exec_drop(&self.update, binds).await?;
                black_box(self.conn.affected_rows());
            }
            Ok(())
        }
        .boxed_local()
    }
}

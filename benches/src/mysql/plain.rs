//! An update by key that leaves it at that.

use std::hint::black_box;
use std::sync::Arc;

use anyhow::Result;
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use mysql_async::prelude::Queryable as _;
use noorm::statement::{Node, Shape, Statement, Tree, Update, col};
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
        Box::new(Planned::connect(url).await?),
        Box::new(Raw::connect(url).await?),
    ])
}

/// noorm with the statement's shape, which was made beforehand as the raw driver's statement was.
struct Planned {
    database: Database,
    shape: Arc<Shape>,
}

impl Planned {
    async fn connect(url: &str) -> Result<Self> {
        let Noorm(database) = Noorm::connect(url).await?;
        let schema = database.schema();
        let table = schema.table("reading")?.table_name();
        let mut update = Update::new(table, [("quantity", Node::Bind)]);
        let (filter, key) = col("id").eq(0).into_parts();
        update.filter = Some(filter);
        let binds: Vec<Value> = [0.into()].into_iter().chain(key).collect();
        let tree = Tree::Update(update);
        let statement = Statement::new(tree, binds, &schema, database.flavor())?;
        let shape = Arc::clone(statement.shape());
        Ok(Self { database, shape })
    }

    async fn update(&self, id: i64, quantity: i32) -> Result<u64> {
        let shape = Arc::clone(&self.shape);
        let statement = Statement::with_shape(shape, [quantity.into(), id.into()]);
        Ok(self.database.run(statement).await?.affected)
    }
}

impl Contender<Plain> for Planned {
    fn name(&self) -> &'static str {
        "noorm"
    }

    fn run(&mut self, _: Plain, times: u64) -> LocalBoxFuture<'_, Result<()>> {
        async move {
            for n in (0..).take(usize::try_from(times)?) {
                black_box(self.update(scattered(n), 7).await?);
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

//! Running what was planned.

use std::any::Any;
use std::sync::Arc;

use futures_util::future::try_join_all;

use super::level::columns;
use super::{Ask, Family, Level};
use crate::BoxFuture;
use crate::error::{Error, ErrorKind, Result};
use crate::executor::Rows;
use crate::relation::Children;
use crate::relation::loaded::{Beside, Kin, Side};
use crate::relation::read::ToRead;
use crate::repository::Record;

impl Level {
    /// Loads what stands beside rows, and gives the rows alone.
    pub(crate) fn load(&self, rows: Rows) -> BoxFuture<'_, Result<(Rows, Option<Arc<Beside>>)>> {
        Box::pin(async move {
            let relations = self.sides(&rows).await?;
            let parts = self.apart(rows);
            if self.is_bare() {
                return Ok((parts.own, None));
            }
            let beside = Beside {
                relations,
                has_pivot: parts.own.header().position("pivot").is_some(),
                pivots: parts.pivots,
                totals: parts.totals,
                before: Vec::new(),
            };
            Ok((parts.own, Some(Arc::new(beside))))
        })
    }
}

impl Level {
    /// Loads the rows of its only relation, as records.
    pub(crate) async fn only_children(&self, parents: &Rows) -> Result<Arc<Children<Record>>> {
        let missing = || Error::new(ErrorKind::InvalidStatement, "no relation is asked for");
        let only = self.sides(parents).await?.into_iter().next();
        let children: Arc<dyn Any + Send + Sync> = only.ok_or_else(missing)?.children;
        children.downcast().map_err(|_| missing())
    }

    /// The rows at the other end of each relation that is asked for; of a polymorphic one, those of all its targets.
    async fn sides(&self, rows: &Rows) -> Result<Vec<Side>> {
        let loads: Vec<_> = self.asks.iter().map(|ask| ask.children(rows)).collect();
        let is_apart = self.asks.first().is_some_and(Ask::runs_beside_others);
        let children = match is_apart && loads.len() > 1 {
            true => try_join_all(loads).await?,
            false => {
                let mut children = Vec::with_capacity(loads.len());
                for load in loads {
                    children.push(load.await?);
                }
                children
            }
        };
        let mut children = children.into_iter();
        // The targets of one stand behind each other.
        let together = |one: &Ask, next: &Ask| {
            one.is_one_of_several && next.is_one_of_several && one.branch.name == next.branch.name
        };
        let groups = self.asks.chunk_by(together);
        let sides = groups.filter_map(|asks| {
            let ask = asks.first()?;
            let children = match asks {
                [_] => children.next()?,
                several => {
                    let all = children.by_ref().take(several.len()).collect();
                    ask.branch.reader.gather(all)
                }
            };
            Some(Side {
                name: Arc::clone(&ask.branch.name),
                is_to_one: ask.relation.is_to_one(),
                children,
            })
        });
        Ok(sides.collect())
    }
}

impl Ask {
    /// Whether it is worth while to send its statement while another one's runs: on a connection of its own.
    pub(super) fn runs_beside_others(&self) -> bool {
        self.database.is_remote() && !self.database.is_transaction()
    }

    async fn children(&self, parents: &Rows) -> Result<Arc<dyn Kin>> {
        let family = self.family_of(parents).await?;
        let (rows, beside) = self.level.load(family.rows).await?;
        let read = ToRead {
            database: &self.database,
            hooks: self.hooks.as_deref(),
            rows,
            beside,
            order: family.order,
            placed: family.placed,
        };
        self.branch.reader.read(read).await
    }

    async fn family_of(&self, parents: &Rows) -> Result<Family> {
        if let Some(within) = &self.within {
            let family = self.loader.read(self, columns(parents, within.clone()))?;
            self.limits.count(family.rows.len(), &self.relation)?;
            return Ok(family);
        }
        let keys = self.keys_of(parents).await?;
        if keys.is_empty() {
            return Ok(Family::none(Rows::default(), keys.rows()));
        }
        self.loader.load(self, &keys).await
    }
}

//! Changes of one row.

use std::sync::Arc;

use super::conventions::Guarded;
use super::plan::{Action, Plan};
use super::write::{Checked, Purpose, check};
use super::{Changeset, FromRow, Key, KeyOf, Record, Repository, key_filter, projection};
use crate::error::{Result, called};
use crate::schema::TriggerEvent;
use crate::statement::{Expr, Node, Statement, Tree, Update};
use crate::value::Value;

impl<T: FromRow> Repository<T> {
    /// Changes the row with this primary key, and gives it as the database has it then.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let albums = db.repository("album")?;
    /// let red = albums.update(1, record! { "title" => "Red" }).await?;
    /// assert_eq!(red.get::<String>("title")?, "Red");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if there is no such row; else as [`create`](Repository::create).
    pub async fn update(&self, key: impl KeyOf<T>, changes: impl Changeset<T>) -> Result<T> {
        let changed = self.update_key(key.into(), changes.into()).await;
        changed.map_err(called("update", &self.plan.name))
    }

    async fn update_key(&self, key: Key, mut changes: Record) -> Result<T> {
        let plan = self.plan()?;
        if let (Some(column), Some(version)) = (plan.version(), plan.version_of(&key))
            && changes.value(column).is_none()
        {
            changes.set(column, version);
        }
        self.update_if(&plan, key.values(&plan)?, changes, None)
            .await
    }

    /// Changes the row with this key, if `also` holds for it.
    pub(super) async fn update_if(
        &self,
        plan: &Plan,
        key: Vec<Value>,
        changes: Record,
        also: Option<Expr<T>>,
    ) -> Result<T> {
        if let Some(hooks) = &plan.hooks {
            return Box::pin(self.update_hooked(plan, hooks, key, changes, also)).await;
        }
        self.update_row(plan, key, changes, also).await
    }

    pub(super) async fn update_row(
        &self,
        plan: &Plan,
        key: Vec<Value>,
        changes: Record,
        also: Option<Expr<T>>,
    ) -> Result<T> {
        if !self.gives_early(plan, TriggerEvent::Update) {
            return self.change_row(plan, key, changes, also).await;
        }
        // What is read again must be what was written.
        let change = async |inside: &Self| inside.change_row(plan, key, changes, also).await;
        Box::pin(self.together(true, change)).await
    }

    async fn change_row(
        &self,
        plan: &Plan,
        key: Vec<Value>,
        changes: Record,
        also: Option<Expr<T>>,
    ) -> Result<T> {
        let flavor = self.database.flavor();
        let Guarded {
            changes,
            also,
            version,
            compares,
        } = self.guarded(plan, changes, also)?;
        let Checked { columns, values } = check(plan, changes, Purpose::Update, flavor)?;
        if columns.is_empty() {
            return self.unchanged(plan, key, also, compares).await;
        }
        let tree = |filter| {
            let assigned = |column: &Arc<str>| (Arc::clone(column), Node::Bind);
            let counted = version
                .iter()
                .map(|(column, node, _)| (Arc::clone(column), node.clone()));
            Tree::Update(Update {
                table: plan.name.clone(),
                assignments: columns.iter().map(assigned).chain(counted).collect(),
                filter: Some(filter),
                returning: Some(projection::<T>()),
            })
        };
        let again = self
            .gives_early(plan, TriggerEvent::Update)
            .then(|| key_behind(plan, &key, &columns, &values));
        let counted = version.iter().flat_map(|(.., binds)| binds.clone());
        let compared = compares.then(|| key.clone());
        let binds = values.into_iter().chain(counted).chain(key);
        let mut binds: Vec<_> = binds.collect();
        let statement = match also {
            None if version.is_none() => {
                self.planned(plan, Action::Update, &columns, binds, || {
                    tree(key_filter(plan))
                })?
            }
            also => {
                let mut filter = vec![key_filter(plan)];
                if let Some((node, more)) = also.map(Expr::into_parts) {
                    filter.push(node);
                    binds.extend(more);
                }
                Statement::new(tree(Node::And(filter)), binds, &plan.schema, flavor)?
            }
        };
        let rows = T::from_rows(self.database.run(statement).await?.rows)?;
        match (rows.into_iter().next(), again) {
            (Some(row), Some(key)) => Ok(self.read_again(plan, key).await?.unwrap_or(row)),
            (Some(row), None) => Ok(row),
            (None, _) => Err(self.met_none(compared).await),
        }
    }

    /// The row of which nothing is to change, if `also` holds for it.
    async fn unchanged(
        &self,
        plan: &Plan,
        key: Vec<Value>,
        also: Option<Expr<T>>,
        compares: bool,
    ) -> Result<T> {
        let compared = compares.then(|| key.clone());
        let found = match also {
            None => self.find_values(plan, key).await?,
            Some(also) => {
                let query = self.query().filter(Expr::new(key_filter(plan), key));
                query.filter(also).first().await?
            }
        };
        match found {
            Some(row) => Ok(row),
            None => Err(self.met_none(compared).await),
        }
    }
}

/// The key that a row has behind a change of these columns.
fn key_behind(plan: &Plan, key: &[Value], columns: &[Arc<str>], values: &[Value]) -> Vec<Value> {
    let names = plan.table.key_columns().iter().zip(key);
    let becomes = names.map(|(name, before)| {
        let place = columns.iter().position(|column| **column == **name);
        place.and_then(|place| values.get(place)).unwrap_or(before)
    });
    becomes.cloned().collect()
}

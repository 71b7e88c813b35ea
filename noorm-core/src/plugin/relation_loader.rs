//! Strategies for loading relations.

use crate::BoxFuture;
use crate::error::{Error, Result};
use crate::executor::Rows;
use crate::relation::{Ask, Family, Keys, Within};

/// A way of loading what is at the other end of a relation, for all parents at once.
///
/// Built in are `batch`, `join` and `json`; a plugin registers its own with
/// [`register_relation_loader!`](crate::register_relation_loader). A caller chooses one by its name:
/// [`Rel::by`](crate::relation::Rel::by).
///
/// A loader either has a statement of its own, [`load`](Self::load), or has the parents' statement select more,
/// [`within`](Self::within), and then reads that: [`read`](Self::read). Relations that are nested in the one that it
/// loads are loaded by their own loaders, of the rows that it gives.
///
/// # Examples
/// A loader that asks for a hundred parents at a time:
///
/// ```
/// use noorm_core::plugin::RelationLoader;
/// use noorm_core::relation::{Ask, Family, Keys};
/// use noorm_core::{BoxFuture, Result, Value};
///
/// struct Hundreds;
///
/// impl RelationLoader for Hundreds {
///     fn name(&self) -> &'static str {
///         "hundreds"
///     }
///
///     fn load<'a>(&'a self, ask: &'a Ask, parents: &'a Keys) -> BoxFuture<'a, Result<Family>> {
///         Box::pin(async move {
///             let mut found = Vec::new();
///             for portion in ask.portions(parents) {
///                 for hundred in portion.split(100) {
///                     found.push(ask.run(hundred).await?);
///                 }
///             }
///             ask.family(found, parents).await
///         })
///     }
/// }
///
/// noorm_core::register_relation_loader!("hundreds", Hundreds);
/// ```
pub trait RelationLoader: Send + Sync {
    /// The name by which it is chosen.
    fn name(&self) -> &'static str;

    /// Tells why it can't load this relation in this way; `None`, as by default, if it can. Where a caller chose it,
    /// that is an error; a planner takes another.
    fn refuses(&self, ask: &Ask) -> Option<String> {
        let _ = ask;
        None
    }

    /// Gives what the statement of the parents must select for it; `None`, as by default, if it has a statement of
    /// its own.
    ///
    /// # Errors
    /// Its own.
    fn within(&self, ask: &Ask) -> Result<Option<Within>> {
        let _ = ask;
        Ok(None)
    }

    /// Reads what the parents' statement selected for it: a row for each parent.
    ///
    /// # Errors
    /// Its own; by default [`ErrorKind::Plugin`](crate::ErrorKind::Plugin).
    fn read(&self, ask: &Ask, selected: Rows) -> Result<Family> {
        let _ = (ask, selected);
        let message = format!(
            "the relation loader `{}` reads nothing of its parents",
            self.name()
        );
        Err(Error::new(crate::ErrorKind::Plugin, message))
    }

    /// Loads the rows at the other end of the parents' keys.
    ///
    /// # Errors
    /// Whatever its statements answer.
    fn load<'a>(&'a self, ask: &'a Ask, parents: &'a Keys) -> BoxFuture<'a, Result<Family>>;
}

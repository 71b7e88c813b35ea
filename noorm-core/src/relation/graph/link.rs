//! The foreign keys of a schema, with the tables at both ends.

use std::sync::Arc;

use crate::relation::names::{Inflection, same_name, snake, stem};
use crate::relation::relation::Step;
use crate::schema::{ForeignKey, Schema, Table};

/// A foreign key whose two ends are there.
#[derive(Debug)]
pub(super) struct Link<'a> {
    /// The place of the table that has it in the schema.
    pub(super) from: usize,
    /// The place of the table that it points at.
    pub(super) to: usize,
    pub(super) child: &'a Arc<Table>,
    pub(super) parent: &'a Arc<Table>,
    pub(super) key: &'a ForeignKey,
    /// Whether its columns are unique, so that there is one child at most.
    pub(super) unique: bool,
    pub(super) role: Role,
}

/// What the table that has a foreign key calls the other end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Role {
    /// The column without what says that it is a key: `author`.
    pub(super) stem: String,
    /// Whether that is the column itself.
    pub(super) is_column: bool,
}

/// The foreign keys of each table, by the tables' places. One that is there twice counts once.
pub(super) fn links<'a>(schema: &'a Schema, inflection: &Inflection) -> Vec<Link<'a>> {
    let mut links: Vec<Link<'a>> = Vec::new();
    for (from, child) in schema.tables.iter().enumerate() {
        let first = links.len();
        let mut keys: Vec<&ForeignKey> = child.foreign_keys.iter().collect();
        keys.sort_by_key(|key| (&key.columns, &key.references.table, &key.name));
        for key in keys {
            let Some(link) = Link::of(schema, from, child, key, inflection) else {
                continue;
            };
            let known = links.get(first..).unwrap_or_default();
            if !known.iter().any(|known| known.is_same(&link)) {
                links.push(link);
            }
        }
    }
    links
}

impl<'a> Link<'a> {
    /// `None` where a column or the other table wasn't discovered.
    fn of(
        schema: &'a Schema,
        from: usize,
        child: &'a Arc<Table>,
        key: &'a ForeignKey,
        inflection: &Inflection,
    ) -> Option<Self> {
        let to = schema.position(&key.references.table_name())?;
        let parent = schema.tables.get(to)?;
        let columns = &key.columns;
        let are_there = columns.len() == key.references.columns.len()
            && !columns.is_empty()
            && columns.iter().all(|c| child.column(c).is_some())
            && key
                .references
                .columns
                .iter()
                .all(|c| parent.column(c).is_some());
        are_there.then(|| Self {
            from,
            to,
            child,
            parent,
            key,
            unique: child
                .unique_keys()
                .any(|unique| unique.iter().all(|c| columns.contains(c))),
            role: Role::of(key, &inflection.singular(&snake(&parent.name))),
        })
    }

    /// Whether both say that the same columns equal the same others, in whatever order.
    fn is_same(&self, other: &Link<'_>) -> bool {
        fn pairs(key: &ForeignKey) -> impl Iterator<Item = (&String, &String)> {
            key.columns.iter().zip(&key.references.columns)
        }
        self.to == other.to
            && self.key.columns.len() == other.key.columns.len()
            && pairs(self.key).all(|a| pairs(other.key).any(|b| a == b))
    }

    /// Whether the rows are sure to point at one.
    pub(super) fn is_required(&self) -> bool {
        let mut columns = self.key.columns.iter();
        columns.all(|name| self.child.column(name).is_some_and(|c| !c.nullable))
    }

    /// From the table that has it.
    pub(super) fn step(&self) -> Step {
        let columns = self.key.columns.iter().map(String::as_str);
        let there = self.key.references.columns.iter().map(String::as_str);
        Step::new(columns, self.parent.table_name(), there).to_one()
    }

    /// To the table that has it.
    pub(super) fn step_back(&self) -> Step {
        let columns = self.key.references.columns.iter().map(String::as_str);
        let there = self.key.columns.iter().map(String::as_str);
        let step = Step::new(columns, self.child.table_name(), there);
        if self.unique { step.to_one() } else { step }
    }
}

impl Role {
    fn of(key: &ForeignKey, target: &str) -> Self {
        let pairs = || key.columns.iter().zip(&key.references.columns);
        // A key over several columns often shares one with others: the tenant.
        let own = || pairs().filter(|(a, b)| key.columns.len() == 1 || !same_name(a, b));
        let named = |stem: String| Self {
            stem,
            is_column: false,
        };
        let mut all = own();
        match (all.next(), all.next()) {
            (None, _) => named(target.to_owned()),
            (Some((column, there)), None) => match stem(column, target, there) {
                Some(stem) if stem.is_empty() => named(target.to_owned()),
                Some(stem) => named(stem),
                None => Self {
                    stem: snake(column),
                    is_column: true,
                },
            },
            _ => {
                let common = common_words(own().map(|(column, _)| snake(column)));
                match ends_with(&common, target) || common.is_empty() {
                    true if common.is_empty() => named(target.to_owned()),
                    true => named(common),
                    false => named(format!("{common}_{target}")),
                }
            }
        }
    }
}

/// Whether the last words of `name` are `words`.
pub(super) fn ends_with(name: &str, words: &str) -> bool {
    let before = name.strip_suffix(words);
    before.is_some_and(|before| before.is_empty() || before.ends_with('_'))
}

/// The words that all names begin with.
fn common_words(names: impl Iterator<Item = String>) -> String {
    let shared = |a: String, b: String| {
        let words = a.split('_').zip(b.split('_'));
        let same: Vec<&str> = words.take_while(|(a, b)| a == b).map(|(a, _)| a).collect();
        same.join("_")
    };
    names.reduce(shared).unwrap_or_default()
}

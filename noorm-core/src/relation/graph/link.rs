//! The foreign keys of a schema, with the tables at both ends.

use std::borrow::Cow;
use std::cell::{LazyCell, OnceCell};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::Arc;

use super::comparable::has_all;
use crate::relation::Origin;
use crate::relation::names::{Inflection, code_stem, glued_stem, is_last, same_name, snake, stem};
use crate::relation::relation::{Relation, RelationKind, Step};
use crate::schema::{ForeignKey, Schema, Table, TableName};

/// A table, and what one row of it and several are called.
#[derive(Debug)]
pub(super) struct Named<'a> {
    /// Its place in the schema.
    pub(super) at: usize,
    pub(super) table: &'a Arc<Table>,
    pub(super) name: TableName,
    /// Its name in words, without what only says that it is a table.
    pub(super) words: String,
    pub(super) singular: String,
    pub(super) plural: String,
    /// Its schema as a word, where that isn't the default one: names are the same wherever the tables stand.
    schema: Option<String>,
}

impl Named<'_> {
    pub(super) fn all<'a>(schema: &'a Schema, inflection: &Inflection) -> Vec<Named<'a>> {
        let default = schema.default_schema.as_deref();
        // Few schemas have a table that it is asked of.
        let names = LazyCell::new(|| {
            let names = schema.tables.iter();
            let names = names.map(|table| (table.schema.as_deref(), snake(&table.name)));
            names.collect::<HashSet<(Option<&str>, String)>>()
        });
        let is_there = |schema: Option<&str>, name: &str| {
            let forms = [inflection.singular(name), inflection.plural(name)];
            let mut forms = forms.into_iter().chain([name.to_owned()]);
            forms.any(|form| names.contains(&(schema, form)))
        };
        let named = |(at, table): (usize, &'a Arc<Table>)| {
            let words = snake(&table.name);
            let plain = without_prefix(&words);
            let plain = plain.filter(|plain| !is_there(table.schema.as_deref(), plain));
            let words = plain.map_or_else(|| words.clone(), str::to_owned);
            let of_schema = table.schema.as_deref();
            Named {
                schema: of_schema.filter(|name| Some(*name) != default).map(snake),
                at,
                table,
                name: table.table_name(),
                singular: inflection.singular(&words),
                plural: inflection.plural(&words),
                words,
            }
        };
        schema.tables.iter().enumerate().map(named).collect()
    }

    /// Its schema as a word, where it isn't in the default one.
    pub(super) fn schema(&self) -> Option<String> {
        self.schema.clone()
    }

    pub(super) fn has_column(&self, name: &str) -> bool {
        let mut columns = self.table.columns.iter();
        columns.any(|column| same_name(&column.name, name))
    }

    /// A stem that ends with the table's plural, as of one row: `groups` of `groups_id`.
    fn of_one(&self, stem: &str) -> Option<String> {
        let is_plural = self.plural != self.singular && is_last(&self.plural, stem);
        let before = stem.strip_suffix(&self.plural).filter(|_| is_plural)?;
        Some(format!("{before}{}", self.singular))
    }

    /// What is left of a column of `child` that points at the column `there` of this table, without what says that it is
    /// a key.
    fn stem(&self, child: &Named<'_>, column: &str, there: &str) -> Option<String> {
        let glued = || {
            let stem = glued_stem(column, &self.table.name, &self.singular, there)?;
            (!child.has_column(&stem)).then_some(stem)
        };
        stem(column, &self.singular, there).or_else(glued)
    }
}

/// `tbl_user` and `tbluser` without the mark that a table is one.
fn without_prefix(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("tbl")?;
    let word = rest.strip_prefix('_');
    // `tbls` is a word of its own.
    let is_word = word.is_some() || rest.len() > 3;
    let word = word.unwrap_or(rest);
    (is_word && word.starts_with(|first: char| first.is_alphabetic())).then_some(word)
}

/// A foreign key whose two ends are there.
#[derive(Debug)]
pub(super) struct Link<'a> {
    /// The table that has it.
    pub(super) child: &'a Named<'a>,
    /// The table that it points at.
    pub(super) parent: &'a Named<'a>,
    pub(super) key: Cow<'a, ForeignKey>,
    pub(super) origin: Origin,
    /// Its columns, and those of keys that say the same and more.
    columns: Vec<String>,
    pub(super) role: Role,
    /// What is worked out once, for the two relations that it makes at least.
    is_unique: OnceCell<bool>,
    told: OnceCell<String>,
}

/// What the table that has a foreign key calls the other end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Role {
    /// The column without what says that it is a key: `author`.
    pub(super) stem: String,
    /// Whether that is the column itself.
    pub(super) is_column: bool,
    /// Whether another key is called so, too, and this one doesn't lead to the primary key.
    pub(super) is_second: bool,
}

/// The foreign keys of a table. One that is there twice counts once; so does one that says the same as a shorter one, and
/// more (a row's tenant).
pub(super) fn links<'a>(
    child: &'a Named<'a>,
    schema: &Schema,
    named: &'a [Named<'a>],
) -> Vec<Link<'a>> {
    let keys = child.table.foreign_keys.iter();
    let mut found: Vec<Link<'a>> = keys
        .filter_map(|key| {
            let parent = named.get(schema.position(&key.references.table_name())?)?;
            Link::new(child, parent, Cow::Borrowed(key), Origin::ForeignKey)
        })
        .collect();
    found.sort_by(|a, b| a.order().cmp(&b.order()));
    let mut links: Vec<Link<'a>> = Vec::new();
    for link in found {
        match links.iter_mut().find(|known| known.is_part_of(&link)) {
            Some(known) => known.columns.extend(link.columns),
            None => links.push(link),
        }
    }
    derive(&mut links);
    let seconds: Vec<bool> = links.iter().map(|link| link.is_second_of(&links)).collect();
    for (link, is_second) in links.iter_mut().zip(seconds) {
        link.role.is_second = is_second;
    }
    links
}

/// Calls the other ends by what is only meant, where no other key of the table is called so.
fn derive(links: &mut [Link<'_>]) {
    let derived: Vec<Option<Role>> = links.iter().map(Link::derived).collect();
    let is_free = |at: usize, stem: &str| {
        let others = links.iter().zip(&derived).enumerate();
        let mut others = others.filter(|(other, _)| *other != at);
        others.all(|(_, (link, derived))| {
            link.role.stem != stem && derived.as_ref().is_none_or(|role| role.stem != stem)
        })
    };
    let are_free: Vec<bool> = derived
        .iter()
        .enumerate()
        .map(|(at, role)| role.as_ref().is_some_and(|role| is_free(at, &role.stem)))
        .collect();
    for ((link, role), is_free) in links.iter_mut().zip(derived).zip(are_free) {
        if let Some(role) = role.filter(|_| is_free) {
            link.role = role;
        }
    }
}

impl<'a> Link<'a> {
    /// `None` where a column isn't there.
    pub(super) fn new(
        child: &'a Named<'a>,
        parent: &'a Named<'a>,
        key: Cow<'a, ForeignKey>,
        origin: Origin,
    ) -> Option<Self> {
        let (columns, there) = (&key.columns, &key.references.columns);
        let are_there = !columns.is_empty()
            && columns.len() == there.len()
            && columns.iter().all(|c| child.table.column(c).is_some())
            && there.iter().all(|c| parent.table.column(c).is_some());
        let columns = columns.clone();
        are_there.then(|| Self {
            child,
            parent,
            columns,
            role: Role::of(&key, child, parent),
            key,
            origin,
            is_unique: OnceCell::new(),
            told: OnceCell::new(),
        })
    }

    /// What the other end may be called, too, where no other key says so.
    fn derived(&self) -> Option<Role> {
        let ([_], [there]) = (
            self.key.columns.as_slice(),
            self.key.references.columns.as_slice(),
        ) else {
            return None;
        };
        let (stem, target) = (self.role.stem.as_str(), &self.parent.singular);
        let by_code = || code_stem(stem, target).map(str::to_owned);
        // An artist's `type` is an `artist_type`; a `mime_type` that points at `image_type.mime_type`, an `image_type`.
        let by_target = || {
            let says_less = stem != target && is_last(stem, target);
            let is_theirs = !is_last(target, stem) && same_name(stem, there);
            (says_less || is_theirs).then(|| target.clone())
        };
        let of_one = self.parent.of_one(stem);
        let stem = match self.role.is_column {
            false => of_one,
            true => of_one.or_else(by_code).or_else(by_target),
        };
        stem.map(Role::named)
    }

    /// Short ones first.
    fn order(&self) -> impl Ord {
        (
            self.key.columns.len(),
            &self.key.columns,
            &self.key.references.columns,
            &self.key.name,
        )
    }

    /// Whether another key to the same table says the same, and this one doesn't lead to the primary key.
    fn is_second_of(&self, all: &[Self]) -> bool {
        let alike =
            |other: &&Self| other.parent.at == self.parent.at && other.role.stem == self.role.stem;
        let is_primary = self.key.references.columns == self.parent.table.key_columns();
        !is_primary && all.iter().filter(alike).count() > 1
    }

    /// What tells it from another key that is called so: the column that it leads to, and its own.
    pub(super) fn by(&self) -> [String; 2] {
        let words = |columns: &[String]| {
            let words = columns.iter().map(|column| snake(column));
            format!("by_{}", words.collect::<Vec<_>>().join("_"))
        };
        [
            words(&self.key.references.columns),
            words(&self.key.columns),
        ]
    }

    /// Whether the other says all that this one says.
    fn is_part_of(&self, other: &Link<'_>) -> bool {
        self.parent.at == other.parent.at
            && pairs(&self.key).all(|one| pairs(&other.key).any(|pair| pair == one))
    }

    /// Whether `column` belongs to it.
    pub(super) fn covers(&self, column: &String) -> bool {
        self.columns.contains(column)
    }

    /// Whether `column` has one value for each parent: it is part of the key, or of a longer one that holds for every row.
    pub(super) fn settles(&self, column: &String) -> bool {
        let is_sure = || {
            self.child
                .table
                .column(column)
                .is_some_and(|column| !column.nullable)
        };
        self.key.columns.contains(column) || (self.covers(column) && is_sure())
    }

    /// Whether its columns are unique, so that there is one child at most.
    pub(super) fn is_unique(&self) -> bool {
        *self.is_unique.get_or_init(|| {
            let table = self.child.table;
            let is_key = |key: &[String]| key.iter().all(|column| self.settles(column));
            // One that leaves out nothing but rows without a parent, or keeps the first letters only, does as well.
            let mut indexes = table.indexes.iter().filter(|index| index.unique);
            table.unique_keys().any(is_key)
                || indexes.any(|index| {
                    has_all(index, &self.key.columns)
                        && !index.columns.is_empty()
                        && is_key(&index.columns)
                })
        })
    }

    pub(super) fn is_own(&self) -> bool {
        self.child.at == self.parent.at
    }

    /// From the table that has it.
    pub(super) fn step(&self) -> Step {
        let columns = self.key.columns.iter().map(String::as_str);
        let there = self.key.references.columns.iter().map(String::as_str);
        Step::new(columns, self.parent.name.clone(), there).to_one()
    }

    /// To the table that has it.
    pub(super) fn step_back(&self) -> Step {
        let columns = self.key.references.columns.iter().map(String::as_str);
        let there = self.key.columns.iter().map(String::as_str);
        let there_is = |key: &[String]| key.iter().all(|c| self.key.references.columns.contains(c));
        // InnoDB takes any index for a key.
        let is_key = self.parent.table.unique_keys().any(there_is);
        let step = Step::new(columns, self.child.name.clone(), there).led_to_by_many(!is_key);
        if self.is_unique() {
            step.to_one()
        } else {
            step
        }
    }

    /// A relation over `steps` that has no name yet.
    pub(super) fn relation(
        &self,
        from: &Named<'_>,
        kind: RelationKind,
        steps: Vec<Step>,
    ) -> Relation {
        let mut relation = Relation::new("", from.name.clone(), kind, steps, self.origin);
        relation.foreign_key.clone_from(&self.key.name);
        relation
    }

    /// What it is, for people.
    pub(super) fn told(&self) -> &str {
        self.told.get_or_init(|| self.tell())
    }

    fn tell(&self) -> String {
        let mut told = String::with_capacity(200);
        told += match self.origin {
            Origin::Convention => "by convention",
            _ => "the foreign key",
        };
        // Writing to a string can't fail.
        if let Some(name) = &self.key.name {
            let _ = write!(told, " `{name}`");
        }
        told.push(' ');
        list(&mut told, &self.key.columns);
        let _ = write!(
            told,
            " of `{}` points at `{}` ",
            self.child.name, self.parent.name
        );
        list(&mut told, &self.key.references.columns);
        told
    }
}

/// Adds the names of columns as a key is written: `(a, b)`.
fn list(text: &mut String, columns: &[String]) {
    text.push('(');
    for (at, column) in columns.iter().enumerate() {
        text.push_str(if at == 0 { "" } else { ", " });
        text.push_str(column);
    }
    text.push(')');
}

fn pairs(key: &ForeignKey) -> impl Iterator<Item = (&String, &String)> {
    key.columns.iter().zip(&key.references.columns)
}

impl Role {
    fn named(stem: String) -> Self {
        Self {
            stem,
            is_column: false,
            is_second: false,
        }
    }

    pub(super) fn of(key: &ForeignKey, child: &Named<'_>, parent: &Named<'_>) -> Self {
        let target = parent.singular.as_str();
        // A key over several columns often shares one with others: the tenant.
        let own = || pairs(key).filter(|(a, b)| key.columns.len() == 1 || !same_name(a, b));
        let mut all = own();
        match (all.next(), all.next()) {
            (None, _) => Self::named(target.to_owned()),
            (Some((column, there)), None) => match parent.stem(child, column, there) {
                Some(stem) if stem.is_empty() => Self::named(target.to_owned()),
                Some(stem) => Self::named(match without_prefix(&stem) {
                    Some(plain) if plain == target => plain.to_owned(),
                    _ => stem,
                }),
                None => Self {
                    stem: snake(column),
                    is_column: true,
                    is_second: false,
                },
            },
            _ => {
                let common = common_words(own().map(|(column, _)| snake(column)));
                Self::named(match common.as_str() {
                    "" => target.to_owned(),
                    common if is_last(target, common) => common.to_owned(),
                    common => format!("{common}_{target}"),
                })
            }
        }
    }
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

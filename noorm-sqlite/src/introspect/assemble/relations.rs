//! The catalog's rows, grouped by the table that they belong to.

use std::collections::{BTreeMap, HashMap};

use noorm_core::schema::{Note, TableKind, Trigger, TriggerTiming};

use super::super::ddl;
use super::super::rows::{FoundColumn, FoundForeignKeyPart, FoundIndexPart, ListedTable, Object};
use super::{Found, by_table};

/// Finds what belongs to a table by the table's name; SQLite takes names that differ only in the
/// case of ASCII letters for one.
pub(super) struct Relations<'a> {
    objects: &'a [Object],
    listed: HashMap<&'a str, &'a ListedTable>,
    columns: HashMap<String, Vec<&'a FoundColumn>>,
    index_parts: HashMap<String, Vec<&'a FoundIndexPart>>,
    foreign_keys: HashMap<String, Vec<&'a FoundForeignKeyPart>>,
    triggers: HashMap<String, Vec<&'a Object>>,
    names: HashMap<String, &'a Object>,
    index_sql: HashMap<&'a str, &'a str>,
}

impl<'a> Relations<'a> {
    pub(super) fn new(found: &'a Found) -> Self {
        let objects = &found.objects;
        let mut columns = by_table(&found.columns, |c| &c.table);
        for columns in columns.values_mut() {
            columns.sort_by_key(|c| c.cid);
        }
        let mut triggers = by_table(objects, |o| &o.table);
        for triggers in triggers.values_mut() {
            triggers.retain(|o| o.kind == "trigger");
            triggers.sort_by(|a, b| a.name.cmp(&b.name));
        }
        let tables = objects.iter().filter(|o| is_table(o));
        let indexes = objects.iter().filter(|o| o.kind == "index");
        Self {
            objects,
            listed: found.listed.iter().map(|t| (&*t.name, t)).collect(),
            columns,
            index_parts: by_table(&found.index_parts, |p| &p.table),
            foreign_keys: by_table(&found.foreign_keys, |p| &p.table),
            triggers,
            names: tables.map(|t| (t.name.to_ascii_lowercase(), t)).collect(),
            index_sql: indexes
                .filter_map(|i| Some((&*i.name, i.sql.as_deref()?)))
                .collect(),
        }
    }

    /// All tables and views, but those in which virtual tables keep their rows.
    pub(super) fn tables_and_views(&self) -> impl Iterator<Item = &'a Object> {
        let objects = self.objects.iter().filter(|o| is_table(o));
        objects.filter(|o| !self.is_shadow(&o.name))
    }

    pub(super) fn kind(&self, table: &str) -> TableKind {
        match self.listed.get(table).map(|t| &*t.kind) {
            Some("view") => TableKind::View,
            Some("virtual") => TableKind::VirtualTable,
            _ => TableKind::Table,
        }
    }

    fn is_shadow(&self, table: &str) -> bool {
        self.listed.get(table).is_some_and(|t| t.kind == "shadow")
    }

    /// The shadow tables of a virtual table: SQLite knows them by its name, `_`, and a word.
    pub(super) fn shadows_of(&self, table: &str) -> Vec<&'a str> {
        let belongs = |name: &str| {
            name.rsplit_once('_')
                .is_some_and(|(owner, _)| owner == table)
        };
        let shadows = self.listed.values().filter(|t| t.kind == "shadow");
        let names = shadows.map(|t| &*t.name).filter(|name| belongs(name));
        let mut names: Vec<_> = names.collect();
        names.sort_unstable();
        names
    }

    pub(super) fn without_rowid(&self, table: &str) -> bool {
        self.listed.get(table).is_some_and(|t| t.without_rowid)
    }

    /// Gives a table's name as the catalog has it.
    pub(super) fn real_name(&self, table: &str) -> Option<&'a str> {
        self.object(table).map(|object| &*object.name)
    }

    /// Gives a table or view.
    pub(super) fn object(&self, name: &str) -> Option<&'a Object> {
        self.names.get(&name.to_ascii_lowercase()).copied()
    }

    pub(super) fn columns(&self, table: &str) -> &[&'a FoundColumn] {
        of(&self.columns, table)
    }

    /// Gives the names of a table's primary key, in the key's order.
    pub(super) fn key(&self, table: &str) -> Vec<&'a str> {
        let columns = self.columns(table).iter().filter(|c| c.key_place > 0);
        let mut key: Vec<_> = columns.collect();
        key.sort_by_key(|c| c.key_place);
        key.into_iter().map(|c| &*c.name).collect()
    }

    /// Gives the parts of a table's indexes, by the index's name.
    pub(super) fn indexes(&self, table: &str) -> BTreeMap<&'a str, Vec<&'a FoundIndexPart>> {
        let mut indexes: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for &part in of(&self.index_parts, table) {
            indexes.entry(&*part.name).or_default().push(part);
        }
        for parts in indexes.values_mut() {
            parts.sort_by_key(|p| p.position);
        }
        indexes
    }

    pub(super) fn index_sql(&self, index: &str) -> Option<&'a str> {
        self.index_sql.get(index).copied()
    }

    /// Gives the parts of a table's foreign keys, by the key's id.
    pub(super) fn foreign_keys(&self, table: &str) -> BTreeMap<i64, Vec<&'a FoundForeignKeyPart>> {
        let mut keys: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for &part in of(&self.foreign_keys, table) {
            keys.entry(part.id).or_default().push(part);
        }
        for parts in keys.values_mut() {
            parts.sort_by_key(|p| p.seq);
        }
        keys
    }

    pub(super) fn triggers(&self, table: &Object, notes: &mut Vec<Note>) -> Vec<Trigger> {
        let mut made = Vec::new();
        for trigger in of(&self.triggers, &table.name) {
            let sql = trigger.sql.as_deref().and_then(ddl::trigger);
            if sql.is_none() {
                let message = "its SQL can't be understood: when it fires is missing";
                notes.push(Note::new(format!("trigger {}", trigger.name), message));
            }
            let timing = sql.map_or(TriggerTiming::Before, |sql| sql.timing);
            let events = sql.map(|sql| sql.event).into_iter().collect();
            let mut found = Trigger::new(&trigger.name, timing, events);
            found.definition = trigger.sql.clone();
            made.push(found);
        }
        made
    }
}

fn is_table(object: &Object) -> bool {
    object.kind == "table" || object.kind == "view"
}

fn of<'m, T>(groups: &'m HashMap<String, Vec<T>>, table: &str) -> &'m [T] {
    (groups.get(&table.to_ascii_lowercase())).map_or(&[], Vec::as_slice)
}

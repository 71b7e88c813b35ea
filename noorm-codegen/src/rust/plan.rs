//! What is generated, with every name and type decided.

mod keys;
mod relations;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use noorm_core::Result;
use noorm_core::schema::{Column, ColumnType, Domain, Schema, Table, TableName};

use super::names::{field_name, module_name, type_name};
use super::types::{RustType, rust_type};
use crate::config::{Rust, is_native, is_table, of_column};
use crate::generator::Input;
use crate::naming::{Namespace, assign, singular};
use crate::tables::{no_names, qualifier, shown};
pub(crate) use keys::KeyType;
pub(crate) use relations::{Related, RelatedKind};
pub(crate) use words::{Enum, Variant};

/// Everything that is generated.
pub(crate) struct Plan<'a> {
    pub(crate) config: &'a Rust,
    pub(crate) entities: Vec<Entity<'a>>,
    /// The named enums; those that belong to one column stand with their entity.
    pub(crate) enums: Vec<Enum>,
    /// The domains that columns may be declared with.
    pub(crate) domains: &'a [Domain],
    words: words::Words,
}

/// What is generated of a table.
pub(crate) struct Entity<'a> {
    pub(crate) table: &'a Table,
    /// The row's type.
    pub(crate) name: String,
    /// The type of a new row.
    pub(crate) new: String,
    /// The type of changes.
    pub(crate) changes: String,
    /// The key's own type, where it has one.
    pub(crate) key: Option<KeyType>,
    pub(crate) module: String,
    /// Whether its schema is the one that needs no name.
    pub(crate) in_default_schema: bool,
    /// The table's name for people.
    pub(crate) shown: String,
    pub(crate) fields: Vec<Field<'a>>,
    pub(crate) relations: Vec<Related>,
    /// The enums of its columns alone.
    pub(crate) enums: Vec<Enum>,
}

/// What is generated of a column.
pub(crate) struct Field<'a> {
    pub(crate) column: &'a Column,
    /// Its name, without `r#`.
    pub(crate) name: String,
    /// The type of its values, NULL apart.
    pub(crate) value: RustType,
    pub(crate) nullable: bool,
    pub(crate) is_key: bool,
    pub(crate) origin: Origin,
}

/// Who said what a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Its type in the database.
    Column,
    /// The key that it is, or points at.
    Key,
    /// The configuration.
    Config,
}

impl Field<'_> {
    pub(crate) fn rust_type(&self) -> RustType {
        match self.nullable {
            true => self.value.clone().optional(),
            false => self.value.clone(),
        }
    }
}

impl Entity<'_> {
    /// Tells whether nothing is ever written to it.
    pub(crate) fn is_read_only(&self) -> bool {
        self.table.kind.is_view()
    }

    /// The names that its module gives to others.
    pub(crate) fn exports(&self) -> BTreeSet<&str> {
        let mut names = BTreeSet::from([self.name.as_str()]);
        if !self.is_read_only() {
            names.extend([self.new.as_str(), self.changes.as_str()]);
        }
        names.extend(self.key.as_ref().map(|key| key.name.as_str()));
        names.extend(self.enums.iter().map(|own| own.name.as_str()));
        names
    }
}

/// What a table's parts are called.
struct TableNames {
    row: String,
    new: String,
    changes: String,
    key: String,
    module: String,
}

impl<'a> Plan<'a> {
    pub(crate) fn new(input: &Input<'a>) -> Result<Self> {
        let (schema, config) = (input.schema, input.config.rust());
        let mut unnamed = Vec::new();
        let mut types = Namespace::default();
        let names = table_names(schema, config, &mut types, &mut unnamed);
        let rows = names_of_rows(&names);
        let words = words::Words::new(schema, &rows, &mut types);
        let keys = keys::Keys::new(schema, config, &names, &words);
        let mut entities = Vec::with_capacity(schema.tables.len());
        for table in &schema.tables {
            // Also of a table without a name, so that everything unnamed is told at once.
            let fields = fields(table, config, &keys, &words, &mut unnamed);
            let Some(own) = names.get(&table.table_name()) else {
                continue;
            };
            entities.push(Entity {
                table,
                name: own.row.clone(),
                new: own.new.clone(),
                changes: own.changes.clone(),
                key: keys.declared_by(table),
                module: own.module.clone(),
                in_default_schema: table.schema == schema.default_schema,
                shown: shown(schema, &table.table_name()),
                relations: relations::of_table(input, table, &fields, &rows),
                fields,
                enums: words.of_table(table),
            });
        }
        if !unnamed.is_empty() {
            return Err(no_names("Rust", "rust", &unnamed));
        }
        Ok(Self {
            config,
            entities,
            enums: words.named(),
            domains: &schema.domains,
            words,
        })
    }

    /// What the enum of a column is called.
    pub(crate) fn enum_name(
        &self,
        table: &Table,
        column: &Column,
        column_type: &ColumnType,
    ) -> Option<String> {
        self.words.name(table, column, column_type)
    }

    /// The enums, those of one column included.
    pub(crate) fn all_enums(&self) -> Vec<&Enum> {
        let own = self.entities.iter().flat_map(|entity| &entity.enums);
        self.enums.iter().chain(own).collect()
    }
}

fn names_of_rows(names: &BTreeMap<TableName, TableNames>) -> BTreeMap<TableName, String> {
    let rows = names
        .iter()
        .map(|(table, names)| (table.clone(), names.row.clone()));
    rows.collect()
}

/// Files of the folder, modules of `schema.rs`, and crates that generated code names: a module of such a name would
/// stand in their way.
const RESERVED_MODULES: &[&str] = &[
    "mod",
    "enums",
    "lib",
    "main",
    "schema",
    "sql_types",
    "alloc",
    "core",
    "diesel",
    "noorm",
    "serde",
    "std",
];

/// Names tables. Rows are served before what goes with them, so that a table `new_album` is `NewAlbum`, and a new row
/// of `album` something else. A table outside the default schema has the schema's name before its own, always: so no
/// name changes when a table of the same name comes.
fn table_names(
    schema: &Schema,
    config: &Rust,
    types: &mut Namespace,
    unnamed: &mut Vec<String>,
) -> BTreeMap<TableName, TableNames> {
    let mut rows = Vec::new();
    let mut modules = Vec::new();
    let mut tables = BTreeMap::new();
    for table in &schema.tables {
        let key = table.table_name();
        let chosen = chosen_name(config, |name| is_table(name, table));
        let qualified = qualifier(schema, table);
        let own = match config.singular {
            true => singular(&table.name),
            false => table.name.clone(),
        };
        let row = chosen
            .map(str::to_owned)
            .or_else(|| type_name(&format!("{qualified}{own}")));
        let module = match chosen {
            Some(chosen) => module_name(chosen),
            None => module_name(&format!("{qualified}{}", table.name)),
        };
        match (row, module) {
            (Some(row), Some(module)) => {
                rows.push((key.to_string(), row));
                modules.push((key.to_string(), module));
                tables.insert(key.to_string(), key);
            }
            _ => unnamed.push(key.to_string()),
        }
    }
    let rows = assign(types, rows, |name, number| format!("{name}{number}"));
    let mut files = Namespace::new(RESERVED_MODULES.iter().copied());
    let modules = assign(&mut files, modules, |name, number| {
        format!("{name}_{number}")
    });
    let mut names = BTreeMap::new();
    for (key, table) in tables {
        let (Some(row), Some(module)) = (rows.get(&key), modules.get(&key)) else {
            continue;
        };
        let own = TableNames {
            row: row.clone(),
            new: types.claim(format!("New{row}")),
            changes: types.claim(format!("{row}Changes")),
            key: types.claim(format!("{row}Id")),
            module: module.clone(),
        };
        names.insert(table, own);
    }
    names
}

fn chosen_name(config: &Rust, is_it: impl Fn(&str) -> bool) -> Option<&str> {
    let mut names = config.names.iter();
    let chosen = names.find(|(name, _)| is_it(name.get_ref()));
    chosen.map(|(_, name)| name.get_ref().as_str())
}

fn fields<'a>(
    table: &'a Table,
    config: &Rust,
    keys: &keys::Keys<'_>,
    words: &words::Words,
    unnamed: &mut Vec<String>,
) -> Vec<Field<'a>> {
    let mut wanted = Vec::new();
    for column in table.visible_columns() {
        let full = format!("{}.{}", table.table_name(), column.name);
        let chosen = of_column(&config.names, table, &column.name);
        let name = match chosen {
            Some((_, name)) => Some(name.get_ref().clone()),
            None => field_name(&column.name),
        };
        match name {
            Some(name) => wanted.push((column.name.clone(), name)),
            None => unnamed.push(full),
        }
    }
    let numbered = |name: &str, number| match name.ends_with('_') {
        true => format!("{name}{number}"),
        false => format!("{name}_{number}"),
    };
    // A field's constant is its name in capitals, where `ß` is `SS`.
    let mut taken = Namespace::folded(|name| name.to_uppercase());
    let names = assign(&mut taken, wanted, numbered);
    let columns = table.visible_columns().filter_map(|column| {
        let name = names.get(&column.name)?.clone();
        let nullable = of_column(&config.nullable, table, &column.name);
        let (value, origin) = value_type(table, column, config, keys, words);
        let is_key = table.key_columns().contains(&column.name);
        Some(Field {
            column,
            name,
            value,
            origin,
            // SQLite takes NULL in a key, but no row is found by it.
            nullable: !is_key && nullable.map_or(column.nullable, |(_, nullable)| *nullable),
            is_key,
        })
    });
    columns.collect()
}

fn value_type(
    table: &Table,
    column: &Column,
    config: &Rust,
    keys: &keys::Keys<'_>,
    words: &words::Words,
) -> (RustType, Origin) {
    if let Some(mapped) = mapped(table, column, config) {
        return (RustType::of(mapped), Origin::Config);
    }
    if let Some(key) = keys.of_column(table, column) {
        return (RustType::local(&key), Origin::Key);
    }
    if has_zero_dates(column) {
        return (RustType::of("noorm::Value"), Origin::Column);
    }
    let enum_name = |column_type: &ColumnType| words.name(table, column, column_type);
    (rust_type(&column.column_type, &enum_name), Origin::Column)
}

/// Whether a column is `0000-00-00` where nothing else is said, as MySQL takes it: no type of dates has that.
fn has_zero_dates(column: &Column) -> bool {
    let dates = matches!(
        column.column_type,
        ColumnType::Date | ColumnType::Timestamp | ColumnType::TimestampTz
    );
    let default = column.default.as_deref().unwrap_or_default();
    dates && default.trim_start_matches('\'').starts_with("0000-00-00")
}

/// What the configuration says that a column is: of the column, else of its native type.
fn mapped(table: &Table, column: &Column, config: &Rust) -> Option<String> {
    let of_column = of_column(&config.columns, table, &column.name).map(|(_, mapped)| mapped);
    let of_type = || {
        let fits = config
            .types
            .iter()
            .filter(|(native, _)| is_native(native.get_ref(), column));
        // `varchar(20)` says more than `varchar`.
        fits.max_by_key(|(native, _)| native.get_ref().len())
            .map(|(_, mapped)| mapped)
    };
    of_column
        .or_else(of_type)
        .map(|mapped| mapped.get_ref().clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_begin_as_none() {
        let column = |default: Option<&str>, column_type| {
            let mut column = Column::new("added", 1, "datetime", column_type);
            column.default = default.map(Into::into);
            has_zero_dates(&column)
        };
        assert!(column(Some("'0000-00-00 00:00:00'"), ColumnType::Timestamp));
        assert!(column(Some("0000-00-00"), ColumnType::Date));
        assert!(!column(Some("'2000-01-01'"), ColumnType::Date));
        assert!(!column(Some("'0000-00-00'"), ColumnType::text()));
        assert!(!column(None, ColumnType::Timestamp));
    }
}

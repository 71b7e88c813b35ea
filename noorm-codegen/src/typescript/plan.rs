//! What is generated, with every name and type decided.

use std::collections::{BTreeMap, BTreeSet};

use noorm_core::Result;
use noorm_core::schema::{Column, ColumnType, EnumType, Table, TableName};

use super::names::type_name;
use super::types::typescript_type;
use crate::config::{Naming, TypeScript, is_table};
use crate::generator::Input;
use crate::naming::{Namespace, assign, camel, identifier, singular, snake};
use crate::tables::{enum_key, no_names, qualifier, shown};

/// Everything that is generated.
pub(super) struct Plan<'a> {
    pub(super) config: &'a TypeScript,
    pub(super) entities: Vec<Entity<'a>>,
    /// The named enums, under the names of their types.
    pub(super) enums: Vec<(String, &'a EnumType)>,
}

/// What is generated of a table.
pub(super) struct Entity<'a> {
    pub(super) table: &'a Table,
    /// The row's type.
    pub(super) name: String,
    pub(super) new: String,
    pub(super) changes: String,
    /// What Kysely knows of the table.
    pub(super) table_type: String,
    pub(super) module: String,
    /// The table's name for people.
    pub(super) shown: String,
    /// What the table is called in a query.
    pub(super) key: String,
    pub(super) fields: Vec<Field<'a>>,
    pub(super) relations: Vec<Relation>,
}

/// What is generated of a column.
pub(super) struct Field<'a> {
    pub(super) column: &'a Column,
    pub(super) name: String,
    /// The type of its values, NULL apart.
    pub(super) value: String,
    /// The named enum that it is made of.
    pub(super) uses: Option<String>,
}

/// Rows that belong to a row.
pub(super) struct Relation {
    pub(super) name: String,
    pub(super) target: String,
    pub(super) target_module: String,
    pub(super) kind: Related,
}

/// How many rows belong to a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Related {
    Many,
    One,
    OneOrNone,
}

impl Entity<'_> {
    pub(super) fn has_json(&self) -> bool {
        self.fields
            .iter()
            .any(|field| field.value.contains("JsonValue"))
    }
}

impl<'a> Plan<'a> {
    pub(super) fn new(input: &Input<'a>) -> Result<Self> {
        let (schema, config) = (input.schema, input.config.typescript());
        let mut unnamed = Vec::new();
        let (mut rows, mut modules) = (Vec::new(), Vec::new());
        for table in &schema.tables {
            let key = table.table_name().to_string();
            let chosen = config
                .names
                .iter()
                .find(|(name, _)| is_table(name.get_ref(), table));
            let chosen = chosen.map(|(_, name)| name.get_ref().clone());
            let qualified = qualifier(schema, table);
            let one = match config.singular {
                true => singular(&table.name),
                false => table.name.clone(),
            };
            let module = identifier(&snake(&format!("{qualified}{}", table.name)));
            // A table of whose name nothing is left has the file of what it is called.
            let module = module.or_else(|| identifier(&snake(chosen.as_deref()?)));
            let row = chosen.or_else(|| type_name(&format!("{qualified}{one}")));
            match (row, module) {
                (Some(row), Some(module)) => {
                    rows.push((key.clone(), row));
                    modules.push((key, module));
                }
                _ => unnamed.push(key),
            }
        }
        if !unnamed.is_empty() {
            return Err(no_names("TypeScript", "typescript", &unnamed));
        }
        let mut types = Namespace::default();
        let numbered = |name: &str, number| format!("{name}{number}");
        let rows = assign(&mut types, rows, numbered);
        let mut files = Namespace::new(["index", "enums", "json", "database"]);
        let modules = assign(&mut files, modules, |name, number| {
            format!("{name}_{number}")
        });
        let enums = enums(input, &mut types);
        let shown = |table: &Table| shown(schema, &table.table_name());
        let keys: BTreeSet<_> = schema.tables.iter().map(|table| shown(table)).collect();
        let mut entities = Vec::new();
        for table in &schema.tables {
            let key = table.table_name().to_string();
            let (Some(row), Some(module)) = (rows.get(&key), modules.get(&key)) else {
                continue;
            };
            let named = shown(table);
            let mut entity = Entity {
                table,
                name: row.clone(),
                new: types.claim(format!("New{row}")),
                changes: types.claim(format!("{row}Changes")),
                table_type: types.claim(format!("{row}Table")),
                module: module.clone(),
                shown: named.clone(),
                key: match config.naming {
                    Naming::Database => named,
                    Naming::CamelCase => in_camel_case(&named, |name| keys.contains(name)),
                },
                fields: fields(table, config, &enums),
                relations: Vec::new(),
            };
            entity.relations = relations(input, &entity, &rows, &modules);
            entities.push(entity);
        }
        Ok(Self {
            config,
            entities,
            enums: enums.into_values().collect(),
        })
    }
}

/// The named enums, by the names that columns call them by.
fn enums<'a>(input: &Input<'a>, types: &mut Namespace) -> BTreeMap<String, (String, &'a EnumType)> {
    let schema = input.schema;
    let keyed = schema.enums.iter().map(|own| (enum_key(own), own));
    let keyed: BTreeMap<_, _> = keyed.collect();
    let wanted = keyed.iter().map(|(key, own)| {
        let name = match own.schema == schema.default_schema {
            true => type_name(&own.name),
            false => type_name(key),
        };
        (key.clone(), name.unwrap_or_else(|| "Enum".to_owned()))
    });
    let wanted: Vec<_> = wanted.collect();
    let mut names = assign(types, wanted, |name, number| format!("{name}{number}"));
    let named = keyed.into_iter().filter_map(|(key, own)| {
        let name = names.remove(&key)?;
        Some((key, (name, own)))
    });
    named.collect()
}

fn fields<'a>(
    table: &'a Table,
    config: &TypeScript,
    enums: &BTreeMap<String, (String, &EnumType)>,
) -> Vec<Field<'a>> {
    let name = |column: &Column| match config.naming {
        Naming::Database => column.name.clone(),
        Naming::CamelCase => in_camel_case(&column.name, |name| table.column(name).is_some()),
    };
    let enum_name = |name: &str| enums.get(name).map(|(name, _)| name.clone());
    let fields = table.visible_columns().map(|column| Field {
        column,
        name: name(column),
        value: typescript_type(&column.column_type, config, &enum_name),
        uses: used(&column.column_type).and_then(enum_name),
    });
    fields.collect()
}

/// A name in camel case, by parts between dots, if Kysely's `CamelCasePlugin` makes the same name of it again and nothing
/// else is called so; else as the database has it.
fn in_camel_case(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let made = name.split('.').map(camel).collect::<Vec<_>>().join(".");
    match made != name && (snake_of_kysely(&made) != name || is_taken(&made)) {
        true => name.to_owned(),
        false => made,
    }
}

/// What the plugin takes a name for: an underscore before each capital.
fn snake_of_kysely(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_uppercase() && !snake.is_empty() && !snake.ends_with(['_', '.']) {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

/// The named enum that a type is made of.
fn used(column_type: &ColumnType) -> Option<&str> {
    match column_type {
        ColumnType::Enum { name, .. } => name.as_deref(),
        ColumnType::Array { element } => used(element),
        _ => None,
    }
}

/// The relations to tables that are generated, too.
fn relations(
    input: &Input<'_>,
    entity: &Entity<'_>,
    rows: &BTreeMap<String, String>,
    modules: &BTreeMap<String, String>,
) -> Vec<Relation> {
    let table: TableName = entity.table.table_name();
    let all = input.relations.of_table(&table);
    let relations = all.iter().filter_map(|relation| {
        let target = relation.target().to_string();
        let is_name = |name: &str| all.iter().any(|other| &*other.name == name);
        let name = match input.config.typescript().naming {
            Naming::Database => relation.name.to_string(),
            Naming::CamelCase => in_camel_case(&relation.name, is_name),
        };
        // A name is never a column's, but in another letter case it may be.
        let is_taken = entity.fields.iter().any(|field| field.name == name);
        (!is_taken).then_some(())?;
        Some(Relation {
            name,
            target: rows.get(&target)?.clone(),
            target_module: modules.get(&target)?.clone(),
            kind: match (relation.is_to_one(), relation.required) {
                (false, _) => Related::Many,
                (true, true) => Related::One,
                (true, false) => Related::OneOrNone,
            },
        })
    });
    let mut relations: Vec<_> = relations.collect();
    relations.sort_by(|a, b| a.name.cmp(&b.name));
    relations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_camel_case_is_found_again() {
        let made = |name: &str| in_camel_case(name, |name| name == "firstName");
        assert_eq!(made("artist_id"), "artistId");
        assert_eq!(made("sales.order_line"), "sales.orderLine");
        // There is another column of that name.
        assert_eq!(made("first_name"), "first_name");
        // The plugin would ask for others.
        for kept in ["address_2", "firstName", "ID", "_id", "a b", "%", "a__b"] {
            assert_eq!(made(kept), kept);
        }
    }
}

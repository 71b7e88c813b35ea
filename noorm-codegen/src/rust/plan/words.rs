//! Enums and sets: what their types and words are called.

use std::collections::BTreeMap;

use noorm_core::schema::{Column, ColumnType, Schema, Table, TableName};

use super::super::names::{type_name, variant_name};
use crate::naming::{Namespace, assign, identifier, pascal};
use crate::tables::{enum_key, shown};

/// An enum.
#[derive(Debug, Clone)]
pub(crate) struct Enum {
    pub(crate) name: String,
    /// What the database calls it, or whose column it is.
    pub(crate) of: String,
    pub(crate) comment: Option<String>,
    pub(crate) variants: Vec<Variant>,
}

/// A word.
#[derive(Debug, Clone)]
pub(crate) struct Variant {
    pub(crate) name: String,
    pub(crate) word: String,
}

/// Every enum of a schema.
pub(super) struct Words {
    /// By the name that columns call it by: `public.mood`.
    named: BTreeMap<String, Enum>,
    /// By table and column.
    own: BTreeMap<(TableName, String), Enum>,
}

impl Words {
    pub(super) fn new(
        schema: &Schema,
        rows: &BTreeMap<TableName, String>,
        types: &mut Namespace,
    ) -> Self {
        let named = schema.enums.iter().map(|own| (enum_key(own), own));
        let named: BTreeMap<_, _> = named.collect();
        let wanted = named.iter().map(|(key, own)| {
            let foreign = own.schema.is_some() && own.schema != schema.default_schema;
            let name = match foreign {
                true => type_name(key),
                false => type_name(&own.name),
            };
            (key.clone(), name.unwrap_or_else(|| "Enum".to_owned()))
        });
        let wanted: Vec<_> = wanted.collect();
        let names = assign(types, wanted, |name, number| format!("{name}{number}"));
        let made = named.into_iter().map(|(key, own)| {
            let made = Enum {
                name: names.get(&key).cloned().unwrap_or_default(),
                of: key.clone(),
                comment: own.comment.clone(),
                variants: variants(&own.values),
            };
            (key, made)
        });
        let named = made.collect();
        let mut own = BTreeMap::new();
        for table in &schema.tables {
            let name = table.table_name();
            let Some(row) = rows.get(&name) else { continue };
            for column in table.visible_columns() {
                let Some(values) = unnamed_words(&column.column_type) else {
                    continue;
                };
                let made = Enum {
                    name: types.claim(format!("{row}{}", own_name(&column.name))),
                    of: format!("{}.{}", shown(schema, &name), column.name),
                    comment: None,
                    variants: variants(values),
                };
                own.insert((name.clone(), column.name.clone()), made);
            }
        }
        Self { named, own }
    }

    /// What the enum of a column is called.
    pub(super) fn name(
        &self,
        table: &Table,
        column: &Column,
        column_type: &ColumnType,
    ) -> Option<String> {
        let found = match column_type {
            ColumnType::Enum {
                name: Some(name), ..
            } => self.named.get(name),
            _ => self.own.get(&(table.table_name(), column.name.clone())),
        };
        found.map(|found| found.name.clone())
    }

    pub(super) fn of_table(&self, table: &Table) -> Vec<Enum> {
        let name = table.table_name();
        let own = self.own.iter().filter(|((of, _), _)| *of == name);
        own.map(|(_, own)| own.clone()).collect()
    }

    pub(super) fn named(&self) -> Vec<Enum> {
        self.named.values().cloned().collect()
    }
}

/// What stands behind the row's name in that of a column's enum.
fn own_name(column: &str) -> String {
    let name = identifier(&pascal(column)).unwrap_or_else(|| "Words".to_owned());
    name.trim_start_matches('_').to_owned()
}

/// The words of an enum or set that has no name of its own, also within an array.
fn unnamed_words(column_type: &ColumnType) -> Option<&[String]> {
    match column_type {
        ColumnType::Enum { name: None, values } | ColumnType::Set { values } => Some(values),
        ColumnType::Array { element } => unnamed_words(element),
        _ => None,
    }
}

fn variants(words: &[String]) -> Vec<Variant> {
    let mut names = Namespace::default();
    // `Self_` and a number would be no name in camel case.
    let numbered = |name: &str, number| format!("{}{number}", name.trim_end_matches('_'));
    let variants = words.iter().enumerate().map(|(place, word)| Variant {
        name: names.claim_by(variant_name(word, place + 1), numbered),
        word: word.clone(),
    });
    variants.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_make_one_name_are_numbered() {
        let words = ["a b", "a-b", "self", "Self", "SELF"].map(str::to_owned);
        let names: Vec<_> = variants(&words).into_iter().map(|v| v.name).collect();
        assert_eq!(names, ["AB", "AB2", "Self_", "Self2", "Self3"]);
    }
}

//! From native types to logical ones; enums and domains.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use noorm_core::schema::{ColumnType, Domain, EnumType};
use noorm_core::{Result, Value};

use super::Oid;
use super::columns::ColumnRow;
use super::fields::{CatalogRow, Fields};

/// How deep domains and arrays may lie in each other. The server allows no cycle; this ends one anyway.
const DEPTH: u8 = 32;

/// One row of `types.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct TypeRow {
    pub(super) oid: Oid,
    pub(super) modifier: i32,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) native: String,
    pub(super) kind: String,
    pub(super) element: Option<Oid>,
    pub(super) base: Option<Oid>,
    pub(super) base_modifier: i32,
    pub(super) not_null: bool,
    pub(super) expression: Option<String>,
    pub(super) collation_oid: Oid,
    pub(super) labels: Option<Vec<String>>,
    pub(super) is_listed: bool,
    pub(super) comment: Option<String>,
}

impl CatalogRow for TypeRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            oid: fields.take()?,
            modifier: fields.take()?,
            schema: fields.take()?,
            name: fields.take()?,
            native: fields.take()?,
            kind: fields.take()?,
            element: fields.take()?,
            base: fields.take()?,
            base_modifier: fields.take()?,
            not_null: fields.take()?,
            expression: fields.take()?,
            collation_oid: fields.take()?,
            labels: fields.take()?,
            is_listed: fields.take()?,
            comment: fields.take()?,
        })
    }
}

/// The distinct types of columns as two binds: their oids, and their modifiers.
pub(super) fn distinct(columns: &[ColumnRow]) -> (Value, Value) {
    let distinct: HashSet<_> = columns.iter().map(|c| (c.type_oid, c.modifier)).collect();
    let (oids, modifiers): (Vec<String>, Vec<String>) = distinct
        .into_iter()
        .map(|(oid, modifier)| (oid.to_string(), modifier.to_string()))
        .unzip();
    (Value::from(oids), Value::from(modifiers))
}

/// What a column learns from its type.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) native: String,
    pub(super) column_type: ColumnType,
    /// The domain's name, qualified with its schema.
    pub(super) domain: Option<String>,
    pub(super) not_null: bool,
    /// The domain's default.
    pub(super) expression: Option<String>,
    /// The collation of the type itself, below all domains.
    pub(super) collation_oid: Oid,
}

/// All types that columns have.
#[derive(Debug)]
pub(super) struct Types {
    known: HashMap<(Oid, i32), Known>,
}

impl Types {
    pub(super) fn new(rows: &[TypeRow]) -> Self {
        let by_key: HashMap<_, _> = rows.iter().map(|r| ((r.oid, r.modifier), r)).collect();
        let known = rows
            .iter()
            .map(|row| ((row.oid, row.modifier), know(&by_key, row)));
        Self {
            known: known.collect(),
        }
    }

    /// Gives what is known of a type: nothing, if it came to be after the types were read.
    pub(super) fn get(&self, oid: Oid, modifier: i32) -> &Known {
        static UNKNOWN: LazyLock<Known> = LazyLock::new(|| Known {
            native: "unknown".to_owned(),
            column_type: ColumnType::Other {
                native: "unknown".to_owned(),
            },
            domain: None,
            not_null: false,
            expression: None,
            collation_oid: 0,
        });
        self.known.get(&(oid, modifier)).unwrap_or(&UNKNOWN)
    }

    /// The enums and domains of the schemas that are looked at; domains without their checks.
    pub(super) fn listed(&self, rows: Vec<TypeRow>) -> (Vec<EnumType>, Vec<(Oid, Domain)>) {
        let (mut enums, mut domains) = (Vec::new(), Vec::new());
        // A column's enum may be there a second time, with another modifier.
        for row in rows.into_iter().filter(|r| r.is_listed && r.modifier == -1) {
            if let Some(base) = row.base {
                let base = self.get(base, row.base_modifier);
                let holds = base.column_type.clone();
                let mut domain = Domain::new(Some(row.schema), row.name, &base.native, holds);
                domain.nullable = !(row.not_null || base.not_null);
                domain.default = row.expression;
                domain.comment = row.comment;
                domains.push((row.oid, domain));
            } else {
                let words = row.labels.unwrap_or_default();
                let mut found = EnumType::new(Some(row.schema), row.name, words);
                found.comment = row.comment;
                enums.push(found);
            }
        }
        (enums, domains)
    }
}

type Rows<'a> = HashMap<(Oid, i32), &'a TypeRow>;

fn know(rows: &Rows<'_>, row: &TypeRow) -> Known {
    let mut not_null = false;
    let mut bottom = row;
    for _ in 0..DEPTH {
        let Some(base) = bottom.base else { break };
        not_null |= bottom.not_null;
        let Some(next) = rows.get(&(base, bottom.base_modifier)) else {
            break;
        };
        bottom = next;
    }
    Known {
        native: row.native.clone(),
        column_type: logical(rows, row, DEPTH),
        domain: row.base.map(|_| format!("{}.{}", row.schema, row.name)),
        not_null,
        expression: row.expression.clone(),
        collation_oid: bottom.collation_oid,
    }
}

fn logical(rows: &Rows<'_>, row: &TypeRow, depth: u8) -> ColumnType {
    let Some(depth) = depth.checked_sub(1) else {
        return other(row);
    };
    if let Some(base) = row.base {
        let base = rows.get(&(base, row.base_modifier));
        return base.map_or_else(|| other(row), |base| logical(rows, base, depth));
    }
    if let Some(element) = row.element {
        let element = rows.get(&(element, row.modifier));
        let element = element.map_or_else(|| other(row), |e| logical(rows, e, depth));
        // An array of what has no counterpart has none either: the whole of it travels as text.
        return if element.is_other() {
            other(row)
        } else {
            ColumnType::Array {
                element: Box::new(element),
            }
        };
    }
    if let Some(labels) = &row.labels {
        return ColumnType::Enum {
            name: Some(format!("{}.{}", row.schema, row.name)),
            values: labels.clone(),
        };
    }
    base_type(row).unwrap_or_else(|| other(row))
}

/// The logical type of a base type, if it has one.
fn base_type(row: &TypeRow) -> Option<ColumnType> {
    if row.kind != "b" {
        return None; // A type of the user's own may well be called `date`, and be composite.
    }
    if row.schema != "pg_catalog" {
        return (row.name == "citext").then(ColumnType::text);
    }
    Some(match row.name.as_str() {
        "bool" => ColumnType::Bool,
        "int2" => ColumnType::int(16),
        "int4" => ColumnType::int(32),
        "int8" => ColumnType::int(64),
        "oid" => ColumnType::Integer {
            bits: 32,
            unsigned: true,
        },
        "float4" => ColumnType::Float { bits: 32 },
        "float8" => ColumnType::Float { bits: 64 },
        "numeric" => decimal(row.modifier),
        "text" | "name" => ColumnType::text(),
        "varchar" | "bpchar" => ColumnType::Text {
            max_length: length(row.modifier),
        },
        "bytea" => ColumnType::Bytes { max_length: None },
        "uuid" => ColumnType::Uuid,
        "date" => ColumnType::Date,
        "time" => ColumnType::Time,
        "timestamp" => ColumnType::Timestamp,
        "timestamptz" => ColumnType::TimestampTz,
        "interval" => ColumnType::Interval,
        "json" | "jsonb" => ColumnType::Json,
        _ => return None,
    })
}

/// The server adds the size of a header (4) to the modifier of types that have a length; -1 is none.
fn length(modifier: i32) -> Option<u32> {
    modifier.checked_sub(4).and_then(|n| u32::try_from(n).ok())
}

/// Precision in the upper half; in the lower eleven bits the scale, which may be negative.
fn decimal(modifier: i32) -> ColumnType {
    let (precision, scale) = match length(modifier) {
        None => (None, None),
        Some(bits) => {
            let scale = i32::try_from((bits & 0x7ff) ^ 0x400).ok();
            (Some(bits >> 16), scale.map(|scale| scale - 0x400))
        }
    };
    ColumnType::Decimal { precision, scale }
}

fn other(row: &TypeRow) -> ColumnType {
    ColumnType::Other {
        native: row.native.clone(),
    }
}

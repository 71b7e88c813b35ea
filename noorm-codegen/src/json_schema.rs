//! JSON Schema (2020-12): of each table a row as noorm's JSON has it, and beside it a new row and changes.

use noorm_core::schema::{Column, ColumnType, Schema, Table};
use noorm_core::{Error, ErrorKind, Result};
use serde_json::{Map, Value, json};

use crate::generator::{Comment, File, Generator, Input};
use crate::naming::{Namespace, assign};
use crate::tables::{is_fixed, is_required, is_untyped, shown};

/// The generator `json-schema`.
pub(crate) struct JsonSchema;

impl Generator for JsonSchema {
    fn name(&self) -> &'static str {
        "json-schema"
    }

    fn generate(&self, input: &Input<'_>) -> Result<Vec<File>> {
        let schema = input.schema;
        let names = schema.tables.iter().map(|table| {
            let key = shown(schema, &table.table_name());
            (table.table_name().to_string(), file_name(&key))
        });
        let names = assign(&mut Namespace::default(), names, |name, number| {
            format!("{name}-{number}")
        });
        let mut files = Vec::with_capacity(schema.tables.len());
        for table in &schema.tables {
            let name = names.get(&table.table_name().to_string());
            let name = format!("{}.schema.json", name.map_or("table", String::as_str));
            let text =
                serde_json::to_string_pretty(&document(schema, table, &name)).map_err(|error| {
                    Error::new(ErrorKind::Internal, "a schema can't be written as JSON")
                        .with_source(error)
                })?;
            files.push(File::new(name, Comment::Json, text + "\n"));
        }
        Ok(files)
    }
}

/// What every file system takes.
fn file_name(name: &str) -> String {
    let plain = |c: char| {
        if c.is_alphanumeric() || ".-_".contains(c) {
            c
        } else {
            '_'
        }
    };
    let name: String = name.chars().map(plain).collect();
    // Hidden files are nobody's code.
    match name.trim_start_matches('.') {
        "" => "table".to_owned(),
        name => name.to_owned(),
    }
}

fn document(schema: &Schema, table: &Table, id: &str) -> Value {
    let mut document = Map::new();
    document.insert(
        "$schema".into(),
        "https://json-schema.org/draft/2020-12/schema".into(),
    );
    document.insert("$id".into(), id.into());
    document.insert("title".into(), shown(schema, &table.table_name()).into());
    if let Some(comment) = &table.comment {
        document.insert("description".into(), comment.as_str().into());
    }
    document.extend(object(table.visible_columns(), |_| true));
    if !table.kind.is_view() {
        let new = object(
            table.visible_columns().filter(|c| !c.is_read_only()),
            |column| is_required(table, column),
        );
        let changes = object(
            table.visible_columns().filter(|c| !is_fixed(table, c)),
            |_| false,
        );
        document.insert("$defs".into(), json!({ "new": new, "changes": changes }));
    }
    Value::Object(document)
}

fn object<'a>(
    columns: impl Iterator<Item = &'a Column>,
    is_required: impl Fn(&Column) -> bool,
) -> Map<String, Value> {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for column in columns {
        properties.insert(column.name.clone(), property(column));
        if is_required(column) {
            required.push(Value::from(column.name.as_str()));
        }
    }
    let mut object = Map::new();
    object.insert("type".into(), "object".into());
    object.insert("properties".into(), properties.into());
    object.insert("required".into(), required.into());
    object.insert("additionalProperties".into(), false.into());
    object
}

fn property(column: &Column) -> Value {
    let mut property = of_type(&column.column_type);
    if column.nullable {
        property = or_null(property);
    }
    if let Some(comment) = &column.comment {
        property.insert("description".into(), comment.as_str().into());
    }
    if column.is_read_only() {
        property.insert("readOnly".into(), true.into());
    }
    property.into()
}

fn or_null(mut of: Map<String, Value>) -> Map<String, Value> {
    if let Some(Value::Array(words)) = of.get_mut("enum") {
        words.push(Value::Null);
    }
    match of.get_mut("type") {
        Some(Value::Array(types)) => types.push("null".into()),
        Some(one) => *one = json!([one, "null"]),
        None => {}
    }
    of
}

/// What the JSON of a value is; see noorm's table of values as JSON.
fn of_type(column_type: &ColumnType) -> Map<String, Value> {
    let of = match column_type {
        ColumnType::Bool => json!({ "type": "boolean" }),
        ColumnType::Integer { bits, unsigned } => integer(*bits, *unsigned),
        // NaN and the infinities are texts.
        ColumnType::Float { .. } => json!({ "type": ["number", "string"] }),
        ColumnType::Decimal { .. } => {
            json!({ "type": "string", "pattern": "^-?[0-9.]+([eE][+-]?[0-9]+)?$|^NaN$|Infinity$" })
        }
        ColumnType::Text {
            max_length: Some(max),
        } => json!({ "type": "string", "maxLength": max }),
        ColumnType::Bytes { .. } => json!({ "type": "string", "pattern": "^\\\\x([0-9a-f]{2})*$" }),
        ColumnType::Uuid => json!({ "type": "string", "format": "uuid" }),
        ColumnType::Date => json!({ "type": "string", "format": "date" }),
        ColumnType::TimestampTz => json!({ "type": "string", "format": "date-time" }),
        ColumnType::Interval => json!({ "type": "string", "format": "duration" }),
        // Any document.
        ColumnType::Json => json!({}),
        ColumnType::Enum { values, .. } => json!({ "type": "string", "enum": values }),
        ColumnType::Array { element } => {
            let items = or_null(of_type(element));
            json!({ "type": "array", "items": items })
        }
        // Numbers, texts, and bytes as text.
        ColumnType::Other { native } if is_untyped(native) => {
            json!({ "type": ["string", "number"] })
        }
        _ => json!({ "type": "string" }),
    };
    match of {
        Value::Object(of) => of,
        _ => Map::new(),
    }
}

fn integer(bits: u8, unsigned: bool) -> Value {
    // Shifts by less than 64 bits, so that nothing overflows.
    let bits = u32::from(bits).clamp(1, 64);
    let (min, max): (i128, i128) = match unsigned {
        true => (0, (1 << bits) - 1),
        false => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
    };
    // JSON's numbers beyond 2^53 are rounded by half of the world: a bound there refuses what is right.
    match bits {
        ..=53 => json!({ "type": "integer", "minimum": narrow(min), "maximum": narrow(max) }),
        _ if unsigned => json!({ "type": "integer", "minimum": 0 }),
        _ => json!({ "type": "integer" }),
    }
}

fn narrow(n: i128) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

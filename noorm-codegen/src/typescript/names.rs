//! What tables are called in TypeScript.

use crate::naming::{identifier, pascal};

/// Names that mean something else wherever they are written.
const GLOBALS: &[&str] = &[
    "Array",
    "Boolean",
    "Buffer",
    "ColumnType",
    "Database",
    "Date",
    "Error",
    "Exclude",
    "Extract",
    "Function",
    "Generated",
    "GeneratedAlways",
    "Infinity",
    "JsonValue",
    "Map",
    "NaN",
    "Number",
    "Object",
    "Omit",
    "Partial",
    "Pick",
    "Promise",
    "Proxy",
    "Readonly",
    "Record",
    "Required",
    "Set",
    "String",
    "Symbol",
    "Uint8Array",
];

/// A type's name, made of a table's or enum's.
pub(super) fn type_name(name: &str) -> Option<String> {
    let name = identifier(&pascal(name))?;
    match GLOBALS.contains(&name.as_str()) {
        true => Some(format!("{name}Row")),
        false => Some(name),
    }
}

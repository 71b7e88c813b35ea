//! What a column is in Rust.

use std::collections::BTreeSet;

use noorm_core::schema::ColumnType;

use crate::tables::is_untyped;

/// A type as it is written, and the names of this module that it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RustType {
    pub(super) text: String,
    pub(super) uses: BTreeSet<String>,
}

impl RustType {
    pub(super) fn of(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            uses: BTreeSet::new(),
        }
    }

    /// Tells whether it is generated, too.
    pub(super) fn is_local(&self) -> bool {
        self.uses.contains(&self.text)
    }

    /// A type that is generated, too.
    pub(super) fn local(name: &str) -> Self {
        Self {
            text: name.to_owned(),
            uses: BTreeSet::from([name.to_owned()]),
        }
    }

    fn within(self, before: &str, behind: &str) -> Self {
        Self {
            text: format!("{before}{}{behind}", self.text),
            uses: self.uses,
        }
    }

    /// The type of a column that may be NULL.
    pub(super) fn optional(self) -> Self {
        self.within("Option<", ">")
    }
}

/// The type of a column's values, NULL apart. `enum_name` knows what enums are called.
pub(super) fn rust_type(
    column_type: &ColumnType,
    enum_name: &impl Fn(&ColumnType) -> Option<String>,
) -> RustType {
    let plain = match column_type {
        ColumnType::Bool => "bool",
        ColumnType::Integer { bits, unsigned } => integer(*bits, *unsigned),
        ColumnType::Float { bits: 32 } => "f32",
        ColumnType::Float { .. } => "f64",
        ColumnType::Decimal { .. } => "noorm::types::BigDecimal",
        ColumnType::Bytes { .. } => "Vec<u8>",
        ColumnType::Uuid => "noorm::types::Uuid",
        ColumnType::Date => "noorm::types::NaiveDate",
        ColumnType::Time => "noorm::types::NaiveTime",
        ColumnType::Timestamp => "noorm::types::NaiveDateTime",
        ColumnType::TimestampTz => "noorm::types::DateTime<noorm::types::Utc>",
        ColumnType::Interval => "noorm::types::Interval",
        ColumnType::Json => "noorm::types::Json",
        ColumnType::Enum { .. } => match enum_name(column_type) {
            Some(name) => return RustType::local(&name),
            None => "String",
        },
        ColumnType::Set { .. } => match enum_name(column_type) {
            Some(name) => return RustType::local(&name).within("noorm::types::Words<", ">"),
            None => "String",
        },
        // An array's elements may be NULL, whatever its column says.
        ColumnType::Array { element } => {
            return rust_type(element, enum_name).within("Vec<Option<", ">>");
        }
        ColumnType::Other { native } if is_untyped(native) => "noorm::Value",
        // Text, and what the database prints for a type that has no counterpart.
        _ => "String",
    };
    RustType::of(plain)
}

fn integer(bits: u8, unsigned: bool) -> &'static str {
    match (bits, unsigned) {
        (..=8, false) => "i8",
        (..=8, true) => "u8",
        (..=16, false) => "i16",
        (..=16, true) => "u16",
        (..=32, false) => "i32",
        (..=32, true) => "u32",
        (_, false) => "i64",
        (_, true) => "u64",
    }
}

//! Logical types: what a column holds, whatever the database calls it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a column holds, in terms that all databases share.
///
/// A native type with no counterpart here is [`ColumnType::Other`]: its values are read and written
/// as the text that the database prints for them.
///
/// ```
/// use noorm_core::schema::ColumnType;
///
/// let price = ColumnType::Decimal { precision: Some(10), scale: Some(2) };
/// assert_eq!(price.to_string(), "decimal(10, 2)");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ColumnType {
    /// True or false.
    Bool,
    /// A whole number.
    Integer {
        /// Its width: 8, 16, 24, 32 or 64.
        bits: u8,
        /// Whether it can't be negative.
        unsigned: bool,
    },
    /// A binary floating-point number.
    Float {
        /// Its width: 32 or 64.
        bits: u8,
    },
    /// An exact decimal number.
    Decimal {
        /// The number of digits in all; `None` means as many as the database takes.
        precision: Option<u32>,
        /// The number of digits after the point.
        scale: Option<i32>,
    },
    /// Text.
    Text {
        /// How many characters it takes at most; `None` means no limit of the column's own.
        max_length: Option<u32>,
    },
    /// Bytes.
    Bytes {
        /// How many it takes at most.
        max_length: Option<u32>,
    },
    /// A UUID.
    Uuid,
    /// A calendar date.
    Date,
    /// A time of day, without a zone.
    Time,
    /// A date and time without a zone.
    Timestamp,
    /// A moment: a date and time with a zone.
    TimestampTz,
    /// A span of months, days and microseconds.
    Interval,
    /// A JSON document.
    Json,
    /// One of a fixed list of words.
    Enum {
        /// The enum type's name, where it has one, qualified with its schema.
        name: Option<String>,
        /// The words, in the database's order.
        values: Vec<String>,
    },
    /// Any of a fixed list of words, in one text with commas between them (MySQL's `SET`).
    Set {
        /// The words, in the database's order.
        values: Vec<String>,
    },
    /// An array, possibly nested.
    Array {
        /// What its elements are.
        element: Box<ColumnType>,
    },
    /// A type without a counterpart here, readable and writable as text.
    Other {
        /// What the database calls it.
        native: String,
    },
}

impl ColumnType {
    /// A signed integer of `bits` bits.
    ///
    /// ```
    /// use noorm_core::schema::ColumnType;
    ///
    /// assert_eq!(ColumnType::int(64).to_string(), "int64");
    /// ```
    #[must_use]
    pub const fn int(bits: u8) -> Self {
        Self::Integer {
            bits,
            unsigned: false,
        }
    }

    /// Text without a limit.
    ///
    /// ```
    /// use noorm_core::schema::ColumnType;
    ///
    /// assert_eq!(ColumnType::text(), ColumnType::Text { max_length: None });
    /// ```
    #[must_use]
    pub const fn text() -> Self {
        Self::Text { max_length: None }
    }

    /// Tells whether values travel as text because nothing better is known.
    ///
    /// ```
    /// use noorm_core::schema::ColumnType;
    ///
    /// assert!(ColumnType::Other { native: "tsvector".into() }.is_other());
    /// assert!(!ColumnType::text().is_other());
    /// ```
    #[must_use]
    pub fn is_other(&self) -> bool {
        matches!(self, Self::Other { .. })
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Integer { bits, unsigned } => {
                write!(f, "{}{bits}", if *unsigned { "uint" } else { "int" })
            }
            Self::Float { bits } => write!(f, "float{bits}"),
            Self::Decimal { precision, scale } => match (precision, scale) {
                (Some(p), Some(s)) => write!(f, "decimal({p}, {s})"),
                (Some(p), None) => write!(f, "decimal({p})"),
                _ => f.write_str("decimal"),
            },
            Self::Text { max_length } => sized(f, "text", *max_length),
            Self::Bytes { max_length } => sized(f, "bytes", *max_length),
            Self::Uuid => f.write_str("uuid"),
            Self::Date => f.write_str("date"),
            Self::Time => f.write_str("time"),
            Self::Timestamp => f.write_str("timestamp"),
            Self::TimestampTz => f.write_str("timestamptz"),
            Self::Interval => f.write_str("interval"),
            Self::Json => f.write_str("json"),
            Self::Enum { name, values } => match name {
                Some(name) => write!(f, "enum {name}"),
                None => write!(f, "enum({})", values.join(", ")),
            },
            Self::Set { values } => write!(f, "set({})", values.join(", ")),
            Self::Array { element } => write!(f, "{element}[]"),
            Self::Other { native } => write!(f, "other({native})"),
        }
    }
}

fn sized(f: &mut fmt::Formatter<'_>, name: &str, max: Option<u32>) -> fmt::Result {
    match max {
        Some(max) => write!(f, "{name}({max})"),
        None => f.write_str(name),
    }
}

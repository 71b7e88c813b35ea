//! What a column is to Diesel, of each of its backends.

use noorm_core::schema::{Column, ColumnType, Domain};
use noorm_core::{Error, ErrorKind, Result};

use super::domains;
use crate::rust::Plan;

/// A backend of Diesel's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
    Mysql,
}

impl Backend {
    /// # Errors
    /// [`ErrorKind::Unsupported`] where Diesel has none for the dialect.
    pub(crate) fn of(dialect: &str) -> Result<Self> {
        match dialect {
            "sqlite" => Ok(Self::Sqlite),
            "postgres" => Ok(Self::Postgres),
            "mysql" => Ok(Self::Mysql),
            _ => {
                let message = format!("Diesel has no backend for `{dialect}`");
                let help = "it has some for sqlite, postgres and mysql";
                Err(Error::new(ErrorKind::Unsupported, message).with_help(help))
            }
        }
    }

    /// The type of the backend.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Sqlite => "diesel::sqlite::Sqlite",
            Self::Postgres => "diesel::pg::Pg",
            Self::Mysql => "diesel::mysql::Mysql",
        }
    }
}

/// An SQL type of Diesel's, and the Rust type that goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mapped {
    pub(crate) sql: String,
    pub(crate) rust: String,
    /// The SQL type of the enum that it is made of, which is generated.
    pub(crate) own: Option<String>,
}

/// What Diesel's own SQL types are called, and those that go around them: an enum's of such a name would hide it.
const SQL_TYPES: &[&str] = &[
    "Array",
    "BigInt",
    "Binary",
    "Bool",
    "Citext",
    "Date",
    "Datetime",
    "Decimal",
    "Double",
    "Float",
    "Inet",
    "Integer",
    "Interval",
    "Json",
    "Jsonb",
    "Nullable",
    "Numeric",
    "SmallInt",
    "Text",
    "Time",
    "Timestamp",
    "Timestamptz",
    "TimestamptzSqlite",
    "TinyInt",
    "Unsigned",
    "Uuid",
];

/// What the SQL type of an enum is called.
pub(crate) fn sql_name(name: &str) -> String {
    match SQL_TYPES.contains(&name) {
        true => format!("{name}Enum"),
        false => name.to_owned(),
    }
}

/// What a column is, NULL apart; `None` where Diesel has nothing for it.
pub(super) fn mapped(
    plan: &Plan<'_>,
    column: &Column,
    backend: Backend,
    enum_name: &impl Fn(&ColumnType) -> Option<String>,
) -> Option<Mapped> {
    let native = domains::of_column(plan.domains, column);
    of(
        &column.column_type,
        native,
        backend,
        plan.domains,
        enum_name,
    )
}

fn of(
    column_type: &ColumnType,
    native: &str,
    backend: Backend,
    domains: &[Domain],
    enum_name: &impl Fn(&ColumnType) -> Option<String>,
) -> Option<Mapped> {
    use Backend::{Mysql, Postgres, Sqlite};
    let (sql, rust) = match (column_type, backend) {
        (ColumnType::Bool, _) => ("Bool", "bool"),
        // Sent as bytes, which Diesel reads no number of.
        (ColumnType::Integer { .. }, Mysql) if is_bits(native) => return None,
        (ColumnType::Integer { bits, unsigned }, _) => return integer(*bits, *unsigned, backend),
        (ColumnType::Float { bits: 32 }, _) => ("Float", "f32"),
        (ColumnType::Float { .. }, _) => ("Double", "f64"),
        // SQLite keeps them as floats.
        (ColumnType::Decimal { .. }, Sqlite) => ("Double", "f64"),
        (ColumnType::Decimal { .. }, _) => ("Numeric", "bigdecimal::BigDecimal"),
        (ColumnType::Text { .. }, _) => ("Text", "String"),
        (ColumnType::Bytes { .. }, _) => ("Binary", "Vec<u8>"),
        (ColumnType::Uuid, Postgres) => ("Uuid", "uuid::Uuid"),
        (ColumnType::Uuid, Sqlite) => ("Text", "String"),
        (ColumnType::Date, _) => ("Date", "chrono::NaiveDate"),
        (ColumnType::Time, _) => ("Time", "chrono::NaiveTime"),
        (ColumnType::Timestamp, Mysql) => ("Datetime", "chrono::NaiveDateTime"),
        (ColumnType::Timestamp, _) => ("Timestamp", "chrono::NaiveDateTime"),
        (ColumnType::TimestampTz, Postgres) => ("Timestamptz", "chrono::DateTime<chrono::Utc>"),
        (ColumnType::TimestampTz, Sqlite) => ("TimestamptzSqlite", "chrono::DateTime<chrono::Utc>"),
        (ColumnType::TimestampTz, Mysql) => ("Timestamp", "chrono::NaiveDateTime"),
        (ColumnType::Json, Postgres) if native.eq_ignore_ascii_case("jsonb") => {
            ("Jsonb", "serde_json::Value")
        }
        (ColumnType::Json, _) => ("Json", "serde_json::Value"),
        (ColumnType::Interval, Postgres) => ("Interval", "diesel::pg::data_types::PgInterval"),
        (ColumnType::Enum { .. }, Postgres | Mysql) => {
            let name = enum_name(column_type)?;
            return Some(Mapped {
                sql: sql_name(&name),
                rust: format!("super::{name}"),
                own: Some(sql_name(&name)),
            });
        }
        (ColumnType::Enum { .. } | ColumnType::Set { .. }, _) => ("Text", "String"),
        (ColumnType::Array { element }, Postgres) => {
            let native = domains::beneath(domains, native.trim_end_matches("[]"));
            let element = of(element, native, backend, domains, enum_name)?;
            return Some(Mapped {
                sql: format!("Array<Nullable<{}>>", element.sql),
                rust: format!("Vec<Option<{}>>", element.rust),
                own: element.own,
            });
        }
        _ => return None,
    };
    Some(Mapped {
        sql: sql.to_owned(),
        rust: rust.to_owned(),
        own: None,
    })
}

/// Whether a type of MySQL's is `bit(12)`.
fn is_bits(native: &str) -> bool {
    let name = native.split('(').next().unwrap_or(native);
    name.trim().eq_ignore_ascii_case("bit")
}

fn integer(bits: u8, unsigned: bool, backend: Backend) -> Option<Mapped> {
    let is_tiny = bits <= 8 && backend == Backend::Mysql;
    let (sql, rust) = match bits {
        _ if is_tiny => ("TinyInt", "8"),
        ..=16 => ("SmallInt", "16"),
        17..=32 => ("Integer", "32"),
        _ => ("BigInt", "64"),
    };
    let mapped = match (unsigned, backend) {
        (false, _) => (sql.to_owned(), format!("i{rust}")),
        (true, Backend::Mysql) => (format!("Unsigned<{sql}>"), format!("u{rust}")),
        (true, _) => return None,
    };
    Some(Mapped {
        sql: mapped.0,
        rust: mapped.1,
        own: None,
    })
}

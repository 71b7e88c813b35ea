//! SQL Server's types, by name.

use noorm_core::schema::{Column, ColumnType};

use super::Encoding;

/// A type without its length, precision or scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    Bit,
    TinyInt,
    SmallInt,
    Int,
    BigInt,
    Decimal,
    Money,
    SmallMoney,
    Real,
    Float,
    /// `char`, `varchar`: in a code page.
    Char,
    /// `nchar`, `nvarchar`, `sysname`.
    NChar,
    Text,
    NText,
    /// `binary`, `varbinary`.
    Binary,
    Image,
    RowVersion,
    Uuid,
    Date,
    Time,
    DateTime,
    SmallDateTime,
    DateTime2,
    DateTimeOffset,
    Xml,
    Variant,
    /// `hierarchyid`, `geometry`, `geography`.
    Clr,
    Other,
}

impl Base {
    /// Reads the name in front of the parentheses.
    pub(crate) fn of(native: &str) -> Self {
        let name = native.split('(').next().unwrap_or_default().trim();
        match name {
            "bit" => Self::Bit,
            "tinyint" => Self::TinyInt,
            "smallint" => Self::SmallInt,
            "int" => Self::Int,
            "bigint" => Self::BigInt,
            "decimal" | "numeric" => Self::Decimal,
            "money" => Self::Money,
            "smallmoney" => Self::SmallMoney,
            "real" => Self::Real,
            "float" => Self::Float,
            "char" | "varchar" => Self::Char,
            "nchar" | "nvarchar" | "sysname" => Self::NChar,
            "text" => Self::Text,
            "ntext" => Self::NText,
            "binary" | "varbinary" => Self::Binary,
            "image" => Self::Image,
            "timestamp" | "rowversion" => Self::RowVersion,
            "uniqueidentifier" => Self::Uuid,
            "date" => Self::Date,
            "time" => Self::Time,
            "datetime" => Self::DateTime,
            "smalldatetime" => Self::SmallDateTime,
            "datetime2" => Self::DateTime2,
            "datetimeoffset" => Self::DateTimeOffset,
            "xml" => Self::Xml,
            "sql_variant" => Self::Variant,
            "hierarchyid" | "geometry" | "geography" => Self::Clr,
            _ => Self::Other,
        }
    }
}

/// The digits that a type keeps of a second: `datetime2(3)` 3, `datetime2` 7.
pub(crate) fn fraction(native: &str) -> u32 {
    let digits = native
        .split_once('(')
        .and_then(|(_, rest)| rest.split(')').next());
    digits
        .and_then(|digits| digits.trim().parse().ok())
        .unwrap_or(7)
}

/// Writes a type as `sys.columns` tells it; its lengths are in bytes, and -1 is `max`.
pub(crate) fn native_type(name: &str, max_length: i64, precision: i64, scale: i64) -> String {
    let length = |unit: i64| match max_length {
        -1 => "max".to_owned(),
        bytes => (bytes / unit).to_string(),
    };
    match name {
        "char" | "varchar" | "binary" | "varbinary" => format!("{name}({})", length(1)),
        "nchar" | "nvarchar" => format!("{name}({})", length(2)),
        "decimal" | "numeric" => format!("{name}({precision},{scale})"),
        "time" | "datetime2" | "datetimeoffset" => format!("{name}({scale})"),
        "timestamp" => "rowversion".to_owned(),
        "float" if precision <= 24 => "real".to_owned(),
        name => name.to_owned(),
    }
}

/// Gives the logical type.
pub(crate) fn column_type(name: &str, max_length: i64, precision: i64, scale: i64) -> ColumnType {
    let length = |unit: i64| {
        u32::try_from(max_length / unit)
            .ok()
            .filter(|_| max_length > 0)
    };
    let decimal = |precision: i64, scale: i64| ColumnType::Decimal {
        precision: u32::try_from(precision).ok(),
        scale: i32::try_from(scale).ok(),
    };
    match Base::of(name) {
        Base::Bit => ColumnType::Bool,
        Base::TinyInt => ColumnType::Integer {
            bits: 8,
            unsigned: true,
        },
        Base::SmallInt => ColumnType::int(16),
        Base::Int => ColumnType::int(32),
        Base::BigInt => ColumnType::int(64),
        Base::Decimal => decimal(precision, scale),
        Base::Money => decimal(19, 4),
        Base::SmallMoney => decimal(10, 4),
        Base::Real => ColumnType::Float { bits: 32 },
        Base::Float => ColumnType::Float {
            bits: if precision <= 24 { 32 } else { 64 },
        },
        Base::Char => ColumnType::Text {
            max_length: length(1),
        },
        Base::NChar => ColumnType::Text {
            max_length: length(2),
        },
        Base::Text | Base::NText => ColumnType::text(),
        Base::Binary => ColumnType::Bytes {
            max_length: length(1),
        },
        Base::Image => ColumnType::Bytes { max_length: None },
        Base::RowVersion => ColumnType::Bytes {
            max_length: Some(8),
        },
        Base::Uuid => ColumnType::Uuid,
        Base::Date => ColumnType::Date,
        Base::Time => ColumnType::Time,
        Base::DateTime | Base::SmallDateTime | Base::DateTime2 => ColumnType::Timestamp,
        Base::DateTimeOffset => ColumnType::TimestampTz,
        Base::Xml | Base::Variant | Base::Clr | Base::Other => ColumnType::Other {
            native: name.to_owned(),
        },
    }
}

/// The type of a local variable that holds what `column` does.
pub(crate) fn variable_type(column: &Column) -> &str {
    match Base::of(&column.native_type) {
        // These are not for variables (error 2739), or not to be written.
        Base::Text => "varchar(max)",
        Base::NText => "nvarchar(max)",
        Base::Image => "varbinary(max)",
        Base::RowVersion => "binary(8)",
        Base::Other => "nvarchar(max)",
        _ => &column.native_type,
    }
}

/// How a column is selected so that nothing of it is lost on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SelectAs {
    Itself,
    Cast(&'static str),
    Text,
}

/// Says how a column is selected.
pub(crate) fn select_as(column: &Column) -> SelectAs {
    match Base::of(&column.native_type) {
        Base::Money => SelectAs::Cast("decimal(19,4)"),
        Base::SmallMoney => SelectAs::Cast("decimal(10,4)"),
        Base::Clr => SelectAs::Text,
        // A CLR type of the database's own; others are types of a newer server.
        Base::Other if column.domain.is_some() => SelectAs::Text,
        Base::Other => SelectAs::Cast("nvarchar(max)"),
        Base::Xml => SelectAs::Cast("nvarchar(max)"),
        Base::Variant => SelectAs::Cast("nvarchar(4000)"),
        Base::Char | Base::Text
            if column.collation.as_deref().map(Encoding::of) == Some(Encoding::Unknown) =>
        {
            SelectAs::Cast("nvarchar(max)")
        }
        _ => SelectAs::Itself,
    }
}

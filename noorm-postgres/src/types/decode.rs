//! From the wire's binary formats to values.
//!
//! The formats are those of the types' `…_send` functions in PostgreSQL's `src/backend/utils/adt`.

use std::sync::atomic::{AtomicUsize, Ordering};

use noorm_core::{Error, ErrorKind, Result, Value};
use postgres_types::{FromSql, Kind, Type};
use tokio_postgres::{Column, Row};

use super::{network, numeric, temporal};

type BoxError = Box<dyn std::error::Error + Sync + Send>;

/// How to read each column of a result set: decided once, used for every row.
#[derive(Debug)]
pub(crate) struct RowDecoder {
    columns: Box<[Decoder]>,
    /// How many values the last result had: the next one is likely to have as many.
    last: AtomicUsize,
}

/// Room is made for so many values at most before any has come.
const MOST_EXPECTED: usize = 16 * 1024;

impl RowDecoder {
    /// Decides how to read `columns`.
    ///
    /// # Errors
    /// [`ErrorKind::TypeMismatch`] for a type that is only readable as text. Repositories select
    /// those as text ([`super::select_as`]), so this happens to raw SQL alone.
    pub(crate) fn new(columns: &[Column]) -> Result<Self> {
        let decoders = columns.iter().map(|column| {
            Decoder::of(column.type_()).ok_or_else(|| {
                Error::new(
                    ErrorKind::TypeMismatch,
                    format!(
                        "column `{}` is of the type `{}`, which is only readable as text",
                        column.name(),
                        column.type_().name()
                    ),
                )
                .with_help(format!("select it as `{}::text`", column.name()))
            })
        });
        Ok(Self {
            columns: decoders.collect::<Result<_>>()?,
            last: AtomicUsize::new(0),
        })
    }

    /// A list with room for the values that are likely to come.
    pub(crate) fn room(&self) -> Vec<Value> {
        let expected = self.last.load(Ordering::Relaxed);
        Vec::with_capacity(expected.min(MOST_EXPECTED))
    }

    /// Says what did come, and gives back room that was made for much more.
    pub(crate) fn came(&self, values: &mut Vec<Value>) {
        self.last.store(values.len(), Ordering::Relaxed);
        if values.capacity() / 4 > values.len() {
            values.shrink_to_fit();
        }
    }

    /// Appends the values of `row` to `out`, one for each column.
    ///
    /// # Errors
    /// [`ErrorKind::TypeMismatch`] if the server sent what its own format doesn't allow.
    pub(crate) fn decode_row(&self, row: &Row, out: &mut Vec<Value>) -> Result<()> {
        out.reserve(self.columns.len());
        for (at, decoder) in self.columns.iter().enumerate() {
            let Ok(Raw(cell)) = row.try_get::<_, Raw<'_>>(at) else {
                return Err(malformed(row, at));
            };
            let value = match cell {
                None => Some(Value::Null),
                Some(bytes) => match decoder {
                    // What most cells are, without a call.
                    Decoder::Int8 => fixed(bytes).map(|n| Value::I64(i64::from_be_bytes(n))),
                    Decoder::Int4 => fixed(bytes).map(|n| Value::I64(i32::from_be_bytes(n).into())),
                    Decoder::Text => Some(text(bytes)),
                    decoder => decoder.decode(bytes),
                },
            };
            match value {
                Some(value) => out.push(value),
                None => return Err(malformed(row, at)),
            }
        }
        Ok(())
    }
}

#[cold]
fn malformed(row: &Row, at: usize) -> Error {
    let (name, type_name) = row
        .columns()
        .get(at)
        .map_or(("?", "?"), |column| (column.name(), column.type_().name()));
    Error::new(
        ErrorKind::TypeMismatch,
        format!("column `{name}`: the server sent bytes that are no `{type_name}`"),
    )
}

/// The bytes of one cell, whatever its type.
struct Raw<'a>(Option<&'a [u8]>);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, BoxError> {
        Ok(Self(Some(raw)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, BoxError> {
        Ok(Self(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Decoder {
    Bool,
    Int2,
    Int4,
    Int8,
    Oid,
    Char,
    Float4,
    Float8,
    Numeric,
    Text,
    Json,
    Jsonb,
    Bytea,
    Uuid,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    Interval,
    Inet,
    Void,
    Array(Box<Decoder>),
}

impl Decoder {
    fn of(ty: &Type) -> Option<Self> {
        Some(match *ty {
            Type::BOOL => Self::Bool,
            Type::INT2 => Self::Int2,
            Type::INT4 => Self::Int4,
            Type::INT8 => Self::Int8,
            Type::OID => Self::Oid,
            Type::CHAR => Self::Char,
            Type::FLOAT4 => Self::Float4,
            Type::FLOAT8 => Self::Float8,
            Type::NUMERIC => Self::Numeric,
            Type::TEXT
            | Type::VARCHAR
            | Type::BPCHAR
            | Type::NAME
            | Type::XML
            | Type::UNKNOWN
            | Type::CSTRING => Self::Text,
            Type::JSON => Self::Json,
            Type::JSONB => Self::Jsonb,
            Type::BYTEA => Self::Bytea,
            Type::UUID => Self::Uuid,
            Type::DATE => Self::Date,
            Type::TIME => Self::Time,
            Type::TIMESTAMP => Self::Timestamp,
            Type::TIMESTAMPTZ => Self::TimestampTz,
            Type::INTERVAL => Self::Interval,
            Type::INET | Type::CIDR => Self::Inet,
            Type::VOID => Self::Void,
            _ => match ty.kind() {
                Kind::Enum(_) => Self::Text,
                Kind::Domain(base) => Self::of(base)?,
                Kind::Array(element) => Self::Array(Box::new(Self::of(element)?)),
                // An extension's type has no fixed OID; citext sends what text sends.
                Kind::Simple if ty.name() == "citext" => Self::Text,
                _ => return None,
            },
        })
    }

    fn decode(&self, raw: &[u8]) -> Option<Value> {
        Some(match self {
            Self::Bool => Value::Bool(u8::from_be_bytes(fixed(raw)?) != 0),
            Self::Int2 => Value::I64(i16::from_be_bytes(fixed(raw)?).into()),
            Self::Int4 => Value::I64(i32::from_be_bytes(fixed(raw)?).into()),
            Self::Int8 => Value::I64(i64::from_be_bytes(fixed(raw)?)),
            Self::Oid => Value::I64(u32::from_be_bytes(fixed(raw)?).into()),
            Self::Char => Value::Text(char_text(u8::from_be_bytes(fixed(raw)?))),
            Self::Float4 => Value::F32(f32::from_be_bytes(fixed(raw)?)),
            Self::Float8 => Value::F64(f64::from_be_bytes(fixed(raw)?)),
            Self::Numeric => numeric::decode(raw)?,
            Self::Text => text(raw),
            Self::Json => json(raw),
            Self::Jsonb => match raw.split_first()? {
                (1, document) => json(document),
                _ => return None,
            },
            Self::Bytea => Value::Bytes(raw.into()),
            Self::Uuid => Value::Uuid(uuid::Uuid::from_bytes(fixed(raw)?)),
            Self::Date => temporal::date(i32::from_be_bytes(fixed(raw)?)),
            Self::Time => temporal::time(i64::from_be_bytes(fixed(raw)?))?,
            Self::Timestamp => temporal::timestamp(i64::from_be_bytes(fixed(raw)?)),
            Self::TimestampTz => temporal::timestamp_tz(i64::from_be_bytes(fixed(raw)?)),
            Self::Interval => temporal::interval(raw)?,
            Self::Inet => network::decode(raw)?,
            Self::Void => Value::Text(String::new()),
            Self::Array(element) => array(raw, element)?,
        })
    }
}

fn fixed<const N: usize>(raw: &[u8]) -> Option<[u8; N]> {
    raw.try_into().ok()
}

/// Takes the next `N` bytes off `raw`.
pub(super) fn take<const N: usize>(raw: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = raw.split_first_chunk::<N>()?;
    *raw = rest;
    Some(*head)
}

/// A database in the encoding `SQL_ASCII` holds, and sends, any bytes: what is no UTF-8 stays bytes.
#[inline]
fn text(raw: &[u8]) -> Value {
    match std::str::from_utf8(raw) {
        Ok(text) => Value::Text(text.to_owned()),
        Err(_) => Value::Bytes(raw.into()),
    }
}

fn json(raw: &[u8]) -> Value {
    match std::str::from_utf8(raw) {
        Ok(text) => Value::Json(text.into()),
        Err(_) => Value::Bytes(raw.into()),
    }
}

/// As `charout` prints the one byte of a `"char"`.
fn char_text(byte: u8) -> String {
    match byte {
        0 => String::new(),
        128.. => format!("\\{byte:03o}"),
        _ => char::from(byte).to_string(),
    }
}

/// PostgreSQL's own limit (`MAXDIM` in `c.h`).
const MAX_DIMENSIONS: usize = 6;

/// An array's dimensions become nested arrays; their lower bounds are not kept.
fn array(mut raw: &[u8], element: &Decoder) -> Option<Value> {
    let raw = &mut raw;
    let dimensions = usize::try_from(i32::from_be_bytes(take(raw)?)).ok()?;
    let [_has_nulls, _element_type] = [take::<4>(raw)?, take::<4>(raw)?];
    if dimensions == 0 {
        return Some(Value::Array([].into()));
    }
    let mut lengths = [0; MAX_DIMENSIONS];
    let lengths = lengths.get_mut(..dimensions)?;
    for length in lengths.iter_mut() {
        *length = usize::try_from(i32::from_be_bytes(take(raw)?)).ok()?;
        let _lower_bound = take::<4>(raw)?;
        // With no empty dimension each element takes bytes, so that a broken length ends early.
        if *length == 0 {
            return None;
        }
    }
    elements(lengths, raw, element)
}

fn elements(lengths: &[usize], raw: &mut &[u8], element: &Decoder) -> Option<Value> {
    let (&length, inner) = lengths.split_first()?;
    let mut out = Vec::with_capacity(length.min(raw.len() / 4));
    for _ in 0..length {
        out.push(if inner.is_empty() {
            cell(raw, element)?
        } else {
            elements(inner, raw, element)?
        });
    }
    Some(Value::Array(out.into()))
}

fn cell(raw: &mut &[u8], element: &Decoder) -> Option<Value> {
    let length = i32::from_be_bytes(take(raw)?);
    if length == -1 {
        return Some(Value::Null);
    }
    let (bytes, rest) = raw.split_at_checked(usize::try_from(length).ok()?)?;
    *raw = rest;
    element.decode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncated_bytes_are_no_value() {
        let int = Decoder::Array(Box::new(Decoder::Int4));
        let mut raw = Vec::new();
        for n in [1_i32, 0, 23, 2, 1, 4, 7, -1] {
            raw.extend(n.to_be_bytes());
        }
        let whole = Value::Array([Value::I64(7), Value::Null].into());
        assert_eq!(int.decode(&raw), Some(whole));
        for length in 0..raw.len() {
            assert_eq!(int.decode(&raw[..length]), None, "{length} bytes");
        }
        for decoder in [
            Decoder::Int8,
            Decoder::Uuid,
            Decoder::Interval,
            Decoder::Inet,
        ] {
            assert_eq!(decoder.decode(&[1, 2, 3]), None);
        }
        assert_eq!(Decoder::Jsonb.decode(b"\x02{}"), None);
        assert_eq!(Decoder::Numeric.decode(&[0, 1]), None);
    }

    #[test]
    fn huge_dimensions_are_no_value() {
        let int = Decoder::Array(Box::new(Decoder::Int4));
        let bytes =
            |numbers: &[i32]| -> Vec<u8> { numbers.iter().flat_map(|n| n.to_be_bytes()).collect() };
        assert_eq!(int.decode(&bytes(&[1, 0, 23, i32::MAX, 1])), None);
        assert_eq!(int.decode(&bytes(&[2, 0, 23, i32::MAX, 1, 0, 1])), None);
        assert_eq!(int.decode(&bytes(&[7, 0, 23])), None);
        assert_eq!(int.decode(&bytes(&[-1, 0, 23])), None);
    }

    #[test]
    fn bytes_that_are_no_text_stay_bytes() {
        assert_eq!(
            Decoder::Text.decode(b"\xff"),
            Some(Value::from(vec![255_u8]))
        );
        assert_eq!(
            Decoder::Json.decode(b"\xff"),
            Some(Value::from(vec![255_u8]))
        );
    }
}

//! From values to binds, in the format that suits the type which the server inferred.

use std::borrow::Cow;
use std::fmt;

use bytes::{BufMut as _, BytesMut};
use noorm_core::Value;
use postgres_types::{Format, IsNull, Kind, ToSql, Type, to_sql_checked};

use super::{numeric, temporal};

type BoxError = Box<dyn std::error::Error + Sync + Send>;

/// A bind, of whatever type the server wants it.
///
/// The common pairs of value and type travel in binary. All others travel as text, and the server's
/// own input function reads or refuses them: a numeric, an interval, an address, a range, a number
/// bound where text is wanted.
///
/// [`Type::UNKNOWN`] stands for a type that nobody knows yet (`Client::query_typed` passes it on, and
/// the server infers it as it does an unspecified one): everything goes as text then.
#[derive(Clone, Copy)]
pub(crate) struct Param<'a>(pub(crate) &'a Value);

/// The driver logs its parameters: what a caller bound is nobody else's business.
impl fmt::Debug for Param<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.kind_name())
    }
}

impl ToSql for Param<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        let ty = base(ty);
        if let Some(wire) = Wire::of(self.0, ty) {
            wire.write(out)?;
            return Ok(IsNull::No);
        }
        match text(self.0, ty) {
            Some(text) => out.put_slice(text.as_bytes()),
            None => return Ok(IsNull::Yes),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, ty: &Type) -> Format {
        match Wire::of(self.0, base(ty)) {
            Some(_) => Format::Binary,
            None => Format::Text,
        }
    }

    to_sql_checked!();
}

/// The binds of one column, where rows stand one behind another: sent as an array.
pub(crate) struct ColumnParam {
    format: Format,
    written: BytesMut,
}

impl ColumnParam {
    /// The binds of the column that stands first in `binds`, of rows of `width`, for a parameter of type `ty`, if that is
    /// known. They go in binary if all of them have a binary form of it.
    pub(crate) fn new(binds: &[Value], width: usize, ty: Option<&Type>) -> Self {
        let values = binds.iter().step_by(width.max(1));
        if let Some(Kind::Array(member)) = ty.map(|ty| base(ty).kind()) {
            let mut written = BytesMut::with_capacity(ARRAY_HEADER + 16 * values.len());
            if let Ok(Written::Whole) = write_array(values.clone(), member, &mut written) {
                let format = Format::Binary;
                return Self { format, written };
            }
        }
        Self {
            format: Format::Text,
            written: array(values, ',').as_bytes().into(),
        }
    }
}

impl fmt::Debug for ColumnParam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("array")
    }
}

impl ToSql for ColumnParam {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        out.put_slice(&self.written);
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        self.format
    }

    to_sql_checked!();
}

/// The type under a domain, of which a domain takes the format.
fn base(mut ty: &Type) -> &Type {
    while let Kind::Domain(inner) = ty.kind() {
        ty = inner;
    }
    ty
}

/// `box` is the one type whose arrays are separated by semicolons (`typdelim` in `pg_type`).
fn text<'a>(value: &'a Value, ty: &Type) -> Option<Cow<'a, str>> {
    match value {
        Value::Array(elements) if *ty == Type::BOX_ARRAY => {
            Some(array(elements.iter(), ';').into())
        }
        value => value.to_text(),
    }
}

fn array<'a>(elements: impl Iterator<Item = &'a Value>, separator: char) -> String {
    let mut out = String::from("{");
    for (at, element) in elements.enumerate() {
        if at > 0 {
            out.push(separator);
        }
        match (element, element.to_text()) {
            (Value::Array(nested), _) => out.push_str(&array(nested.iter(), separator)),
            (_, None) => out.push_str("NULL"),
            (_, Some(text)) => {
                out.push('"');
                for c in text.chars() {
                    if matches!(c, '"' | '\\') {
                        out.push('\\');
                    }
                    out.push(c);
                }
                out.push('"');
            }
        }
    }
    out.push('}');
    out
}

fn are_binary<'a>(mut values: impl Iterator<Item = &'a Value>, member: &Type) -> bool {
    let member = base(member);
    let is_large = *member == Type::INT8;
    values.all(|each| match each {
        Value::Null => true,
        // What most keys are, without a look at the type.
        Value::I64(_) if is_large => true,
        each => Wire::of(each, member).is_some(),
    })
}

/// What is sent in binary.
enum Wire<'a> {
    Bool(bool),
    Int2(i16),
    Int4(i32),
    Int8(i64),
    Oid(u32),
    Float4(f32),
    Float8(f64),
    Bytes(&'a [u8]),
    Numeric(numeric::Encoded),
    /// An array of one dimension, of which every element has a binary form.
    Array(&'a [Value], &'a Type),
}

impl<'a> Wire<'a> {
    fn of(value: &'a Value, ty: &'a Type) -> Option<Self> {
        Some(match (value, ty) {
            (Value::Null, _) => return None,
            (Value::I64(n), ty) => return Self::integer(*n, ty),
            (Value::U64(n), ty) => return Self::integer(i64::try_from(*n).ok()?, ty),
            (Value::Text(text), &Type::TEXT | &Type::VARCHAR | &Type::BPCHAR | &Type::NAME) => {
                Self::Bytes(text.as_bytes())
            }
            (Value::Bool(b), &Type::BOOL) => Self::Bool(*b),
            (Value::F32(n), &Type::FLOAT4) => Self::Float4(*n),
            (Value::F32(n), &Type::FLOAT8) => Self::Float8(f64::from(*n)),
            (Value::F64(n), &Type::FLOAT8) => Self::Float8(*n),
            (Value::Bytes(bytes), &Type::BYTEA) => Self::Bytes(bytes),
            (Value::Decimal(n), &Type::NUMERIC) => Self::Numeric(numeric::Encoded::of(n)?),
            (Value::Uuid(uuid), &Type::UUID) => Self::Bytes(uuid.as_bytes()),
            (Value::Date(date), &Type::DATE) => Self::Int4(temporal::date_to_days(*date)?),
            (Value::Time(time), &Type::TIME) => Self::Int8(temporal::time_to_micros(*time)?),
            (Value::Timestamp(at), &Type::TIMESTAMP) => {
                Self::Int8(temporal::timestamp_to_micros(*at)?)
            }
            (Value::TimestampTz(at), &Type::TIMESTAMPTZ) => {
                Self::Int8(temporal::moment_to_micros(*at)?)
            }
            // The vectors of the catalogs are arrays in name only: they start at 0.
            (Value::Array(_), &Type::INT2_VECTOR | &Type::OID_VECTOR) => return None,
            (Value::Array(elements), ty) => {
                let Kind::Array(member) = ty.kind() else {
                    return None;
                };
                if !are_binary(elements.iter(), member) {
                    return None;
                }
                Self::Array(elements, member)
            }
            _ => return None,
        })
    }

    /// What the type can't hold goes as text, so that the server says so in its own words.
    fn integer(n: i64, ty: &Type) -> Option<Self> {
        Some(match *ty {
            Type::INT8 => Self::Int8(n),
            Type::INT4 => Self::Int4(n.try_into().ok()?),
            Type::INT2 => Self::Int2(n.try_into().ok()?),
            Type::OID => Self::Oid(n.try_into().ok()?),
            Type::FLOAT8 => Self::Float8(i32::try_from(n).ok()?.into()),
            Type::FLOAT4 => Self::Float4(i16::try_from(n).ok()?.into()),
            _ => return None,
        })
    }

    fn write(self, out: &mut BytesMut) -> Result<(), BoxError> {
        match self {
            Self::Bool(b) => out.put_u8(b.into()),
            Self::Int2(n) => out.put_i16(n),
            Self::Int4(n) => out.put_i32(n),
            Self::Int8(n) => out.put_i64(n),
            Self::Oid(n) => out.put_u32(n),
            Self::Float4(n) => out.put_f32(n),
            Self::Float8(n) => out.put_f64(n),
            Self::Bytes(bytes) => out.put_slice(bytes),
            Self::Numeric(number) => number.write(out),
            Self::Array(elements, member) => {
                write_array(elements.iter(), member, out)?;
            }
        }
        Ok(())
    }
}

/// The bytes before an array's elements: dimensions, whether there are NULLs, the type, the length, the lower bound.
const ARRAY_HEADER: usize = 20;

/// Whether all elements of an array were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Whole,
    /// One has no binary form of the type.
    InPart,
}

/// As `array_recv` in `arrayfuncs.c` reads it.
fn write_array<'a>(
    elements: impl ExactSizeIterator<Item = &'a Value>,
    member: &Type,
    out: &mut BytesMut,
) -> Result<Written, BoxError> {
    let count = elements.len();
    out.put_i32(count.min(1).try_into()?);
    let has_nulls_at = out.len();
    out.put_i32(0);
    out.put_u32(member.oid());
    if count == 0 {
        return Ok(Written::Whole);
    }
    out.put_i32(i32::try_from(count)?);
    let lower_bound = 1;
    out.put_i32(lower_bound);
    let member = base(member);
    let is_large = *member == Type::INT8;
    out.reserve(12 * count);
    let mut has_nulls = 0;
    for element in elements {
        if let (Value::I64(n), true) = (element, is_large) {
            out.put_i32(8);
            out.put_i64(*n);
            continue;
        }
        let start = out.len();
        out.put_i32(-1);
        match Wire::of(element, member) {
            Some(wire) => {
                wire.write(out)?;
                let length = i32::try_from(out.len() - start - 4)?;
                put_at(out, start, length);
            }
            None if element.is_null() => has_nulls = 1,
            None => return Ok(Written::InPart),
        }
    }
    put_at(out, has_nulls_at, has_nulls);
    Ok(Written::Whole)
}

/// Writes over what stands there.
fn put_at(out: &mut BytesMut, at: usize, number: i32) {
    if let Some(slot) = out.get_mut(at..at + 4) {
        slot.copy_from_slice(&number.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: impl Into<Value>, ty: &Type, expected: &str) {
        let value = value.into();
        let (param, mut out) = (Param(&value), BytesMut::new());
        let shown = match (param.to_sql_checked(ty, &mut out), param.encode_format(ty)) {
            (Ok(IsNull::Yes), _) => "null".to_owned(),
            (Ok(_), Format::Text) => format!("text {}", str::from_utf8(&out).unwrap()),
            (Ok(_), Format::Binary) => format!("binary {out:02x}"),
            (Err(error), _) => error.to_string(),
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn integers_fit_or_go_as_text() {
        check(1_i64, &Type::INT2, "binary 0001");
        check(-1_i64, &Type::INT4, "binary ffffffff");
        check(u64::MAX, &Type::INT8, "text 18446744073709551615");
        check(70_000_i64, &Type::INT2, "text 70000");
        check(-1_i64, &Type::OID, "text -1");
        check(1_i64, &Type::FLOAT4, "binary 3f800000");
        check(i64::MAX, &Type::FLOAT8, "text 9223372036854775807");
        check(1_i64, &Type::TEXT, "text 1");
        check(1_i64, &Type::UNKNOWN, "text 1");
    }

    #[test]
    fn null_is_null_of_any_type() {
        check(None::<i64>, &Type::JSONB, "null");
        check(None::<i64>, &Type::INT8, "null");
    }

    #[test]
    fn arrays_are_binary_when_their_elements_are() {
        let header = "00000001 00000001 00000017 00000002 00000001".replace(' ', "");
        let expected = format!("binary {header}0000000400000007ffffffff");
        check(vec![Some(7_i64), None], &Type::INT4_ARRAY, &expected);
        check(
            vec![1_i64 << 40],
            &Type::INT4_ARRAY,
            r#"text {"1099511627776"}"#,
        );
        check(
            vec![Value::from(vec![1_i64])],
            &Type::INT4_ARRAY,
            r#"text {{"1"}}"#,
        );
        check(
            vec!["(1,1),(0,0)", r#"""#],
            &Type::BOX_ARRAY,
            r#"text {"(1,1),(0,0)";"\""}"#,
        );
    }

    #[test]
    fn a_column_of_rows_is_an_array() {
        let binds = [1.into(), "a\"".into(), Value::Null, Value::Null].map(Value::from);
        let int4s = Type::INT4_ARRAY;
        let column = |at: usize| ColumnParam::new(&binds[at..], 2, (at == 0).then_some(&int4s));
        let mut out = BytesMut::new();
        column(0)
            .to_sql_checked(&Type::INT4_ARRAY, &mut out)
            .unwrap();
        let mut same = BytesMut::new();
        let numbers = Value::from(vec![Some(1_i64), None]);
        Param(&numbers)
            .to_sql_checked(&Type::INT4_ARRAY, &mut same)
            .unwrap();
        assert_eq!(out, same);
        let mut out = BytesMut::new();
        column(1).to_sql_checked(&Type::UNKNOWN, &mut out).unwrap();
        assert_eq!(out, r#"{"a\"",NULL}"#.as_bytes());
        assert!(matches!(
            column(1).encode_format(&Type::UNKNOWN),
            Format::Text
        ));
        assert_eq!(format!("{:?}", column(1)), "array");
    }

    #[test]
    fn logs_see_no_values() {
        assert_eq!(format!("{:?}", Param(&Value::from("secret"))), "text");
    }
}

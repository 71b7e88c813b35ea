//! Values to parameters.

use std::borrow::Cow;

use bigdecimal::{BigDecimal, ToPrimitive as _};
use noorm_core::schema::Column;
use noorm_core::{Error, ErrorKind, Result, Value};
use tiberius::time::{DateTime2, DateTimeOffset};
use tiberius::{ColumnData, numeric::Numeric};

use super::{Base, ListOf, bytes_list, json_list, list_of, temporal, variable_type};

/// A parameter: the type it is declared with, and what is sent.
#[derive(Debug, PartialEq)]
pub(crate) struct Param<'a> {
    pub(crate) declared: Cow<'a, str>,
    /// `None` is NULL, which is declared and not sent: untyped ones are refused by some servers.
    pub(crate) data: Option<ColumnData<'a>>,
}

impl<'a> Param<'a> {
    fn new(declared: impl Into<Cow<'a, str>>, data: ColumnData<'a>) -> Result<Self> {
        Ok(Self {
            declared: declared.into(),
            data: Some(data),
        })
    }
}

/// Makes the parameter that carries `value`, for `column` if it is for one.
///
/// It has the column's own type where the value has a place in it, so that the server finds it by an
/// index instead of converting the whole column.
///
/// # Errors
/// [`ErrorKind::InvalidValue`] for what SQL Server has no type for.
pub(crate) fn param<'a>(value: &'a Value, column: Option<&'a Column>) -> Result<Param<'a>> {
    let base = column.map(|column| Base::of(&column.native_type));
    match value {
        Value::Null => Ok(Param {
            declared: column.map_or("nvarchar(4000)", variable_type).into(),
            data: None,
        }),
        Value::Bool(yes) => Param::new("bit", ColumnData::Bit(Some(*yes))),
        Value::I64(number) => integer(*number, base),
        Value::U64(number) => decimal(&BigDecimal::from(*number), base),
        Value::F32(number) => float32(*number),
        #[allow(
            clippy::cast_possible_truncation,
            reason = "a real is compared with reals"
        )]
        Value::F64(number) if base == Some(Base::Real) => float32(*number as f32),
        Value::F64(number) if !number.is_finite() => Err(not_finite()),
        Value::F64(number) => Param::new("float(53)", ColumnData::F64(Some(*number))),
        Value::Decimal(number) => decimal(number, base),
        Value::Text(text) => Ok(text_param(text.as_str().into(), base)),
        Value::Json(text) => Ok(text_param((&**text).into(), base)),
        Value::Bytes(bytes) => {
            let declared = if bytes.len() <= 8000 {
                "varbinary(8000)"
            } else {
                "varbinary(max)"
            };
            Param::new(declared, ColumnData::Binary(Some((&**bytes).into())))
        }
        Value::Uuid(uuid) => Param::new("uniqueidentifier", ColumnData::Guid(Some(*uuid))),
        Value::Date(date) => {
            let date = temporal::date(*date).ok_or_else(out_of_years)?;
            Param::new("date", ColumnData::Date(Some(date)))
        }
        Value::Time(time) => Param::new("time(7)", ColumnData::Time(Some(temporal::time(*time)))),
        Value::Timestamp(at) => {
            let datetime = match base {
                Some(Base::DateTime) => temporal::datetime(*at),
                _ => None,
            };
            if let Some(at) = datetime {
                return Param::new("datetime", ColumnData::DateTime(Some(at)));
            }
            let at = temporal::datetime2(*at).ok_or_else(out_of_years)?;
            Param::new("datetime2(7)", ColumnData::DateTime2(Some(at)))
        }
        Value::TimestampTz(at) => {
            let at: DateTime2 = temporal::datetime2(at.naive_utc()).ok_or_else(out_of_years)?;
            let data = ColumnData::DateTimeOffset(Some(DateTimeOffset::new(at, 0)));
            Param::new("datetimeoffset(7)", data)
        }
        Value::Interval(interval) => Ok(text_param(interval.to_string().into(), base)),
        Value::Array(elements) if base.is_some_and(|base| list_of(base, "") == ListOf::Bytes) => {
            let list = bytes_list(elements)?;
            Param::new("varbinary(max)", ColumnData::Binary(Some(list.into())))
        }
        Value::Array(elements) => {
            let list = json_list(elements, base)?;
            Param::new("nvarchar(max)", ColumnData::String(Some(list.into())))
        }
        _ => Err(Error::new(
            ErrorKind::InvalidValue,
            format!("SQL Server has no type for {}", value.kind_name()),
        )),
    }
}

fn integer<'a>(number: i64, base: Option<Base>) -> Result<Param<'a>> {
    match base {
        Some(Base::TinyInt) => {
            if let Ok(number) = u8::try_from(number) {
                return Param::new("tinyint", ColumnData::U8(Some(number)));
            }
        }
        Some(Base::SmallInt) => {
            if let Ok(number) = i16::try_from(number) {
                return Param::new("smallint", ColumnData::I16(Some(number)));
            }
        }
        Some(Base::Int) => {
            if let Ok(number) = i32::try_from(number) {
                return Param::new("int", ColumnData::I32(Some(number)));
            }
        }
        _ => {}
    }
    Param::new("bigint", ColumnData::I64(Some(number)))
}

fn float32<'a>(number: f32) -> Result<Param<'a>> {
    match number.is_finite() {
        true => Param::new("real", ColumnData::F32(Some(number))),
        false => Err(not_finite()),
    }
}

/// Text that a column in a code page may hold is declared as such, or the server would convert the
/// whole column. Other text isn't, or it would equal what is shown with question marks.
fn text_param(text: Cow<'_, str>, base: Option<Base>) -> Param<'_> {
    let code_page = matches!(base, Some(Base::Char | Base::Text)) && text.is_ascii();
    let declared = match text.len() {
        0..=8000 if code_page => "varchar(8000)",
        _ if code_page => "varchar(max)",
        // The driver sends up to 4,000 bytes as a short string.
        0..=4000 => "nvarchar(4000)",
        _ => "nvarchar(max)",
    };
    Param {
        declared: declared.into(),
        data: Some(ColumnData::String(Some(text))),
    }
}

/// The digits that a decimal may have in all.
const DIGITS: u64 = 38;

/// Every decimal of a scale has one type, or each number of digits would have a plan of its own.
fn decimal<'a>(number: &BigDecimal, base: Option<Base>) -> Result<Param<'a>> {
    let (mut digits, mut scale) = number.as_bigint_and_exponent();
    if scale > 38 || number.digits() > DIGITS {
        (digits, scale) = number.normalized().as_bigint_and_exponent();
    }
    if scale < 0 {
        (digits, scale) = number.with_scale(0).as_bigint_and_exponent();
    }
    let wide = || {
        Error::new(
            ErrorKind::InvalidValue,
            "a decimal has more than the 38 digits that SQL Server takes",
        )
    };
    let units = digits.to_i128().ok_or_else(wide)?;
    let scale = u8::try_from(scale)
        .ok()
        .filter(|scale| *scale <= 38)
        .ok_or_else(wide)?;
    let count = units
        .unsigned_abs()
        .checked_ilog10()
        .map_or(1, |log| log + 1);
    if u64::from(count) > DIGITS {
        return Err(wide());
    }
    let money = matches!(base, Some(Base::Money | Base::SmallMoney)) && scale <= 4;
    if money && units.unsigned_abs() < 1_000_000_000 {
        // There is no conversion of text (error 260).
        let number = Numeric::new_with_scale(units, scale);
        return Param::new("money", ColumnData::Numeric(Some(number)));
    }
    // As text, which is converted to what is declared: the driver counts a zero before the point as a digit,
    // of which a scale of 38 leaves none, and declares as many digits as the number has, which
    // Babelfish takes for the most that any later number has.
    let text = number.with_scale(i64::from(scale)).to_plain_string();
    let data = ColumnData::String(Some(text.into()));
    Param::new(format!("decimal(38,{scale})"), data)
}

fn not_finite() -> Error {
    Error::new(
        ErrorKind::InvalidValue,
        "SQL Server's floats are neither NaN nor infinite",
    )
}

fn out_of_years() -> Error {
    Error::new(
        ErrorKind::InvalidValue,
        "SQL Server's dates are in the years 1 to 9999",
    )
}

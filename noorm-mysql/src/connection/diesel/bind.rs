//! From Diesel's bytes to the driver's parameters.

use ::diesel::QueryResult;
use ::diesel::deserialize::FromSql;
use ::diesel::mysql::data_types::MysqlTime;
use ::diesel::mysql::{Mysql, MysqlType, MysqlValue};
use ::diesel::result::Error;
use ::diesel::sql_types::Timestamp;
use mysql_async::Value;

/// Makes the parameter of a bind in the form that Diesel gave it: numbers in the machine's own order.
pub(super) fn value(metadata: MysqlType, bytes: Option<Vec<u8>>) -> QueryResult<Value> {
    let Some(bytes) = bytes else {
        return Ok(Value::NULL);
    };
    let value = match metadata {
        MysqlType::Tiny => Value::Int(i8::from_ne_bytes(exact(&bytes)?).into()),
        MysqlType::UnsignedTiny => Value::UInt(u8::from_ne_bytes(exact(&bytes)?).into()),
        MysqlType::Short => Value::Int(i16::from_ne_bytes(exact(&bytes)?).into()),
        MysqlType::UnsignedShort => Value::UInt(u16::from_ne_bytes(exact(&bytes)?).into()),
        MysqlType::Long => Value::Int(i32::from_ne_bytes(exact(&bytes)?).into()),
        MysqlType::UnsignedLong => Value::UInt(u32::from_ne_bytes(exact(&bytes)?).into()),
        MysqlType::LongLong => Value::Int(i64::from_ne_bytes(exact(&bytes)?)),
        MysqlType::UnsignedLongLong => Value::UInt(u64::from_ne_bytes(exact(&bytes)?)),
        MysqlType::Float => Value::Float(f32::from_ne_bytes(exact(&bytes)?)),
        MysqlType::Double => Value::Double(f64::from_ne_bytes(exact(&bytes)?)),
        MysqlType::Time => time(&read(&bytes, metadata)?)?,
        MysqlType::Date | MysqlType::DateTime | MysqlType::Timestamp => {
            date(&read(&bytes, metadata)?)?
        }
        _ => Value::Bytes(bytes),
    };
    Ok(value)
}

fn exact<const N: usize>(bytes: &[u8]) -> QueryResult<[u8; N]> {
    bytes
        .try_into()
        .map_err(|cause| Error::SerializationError(Box::new(cause)))
}

fn read(bytes: &[u8], metadata: MysqlType) -> QueryResult<MysqlTime> {
    FromSql::<Timestamp, Mysql>::from_sql(MysqlValue::new(bytes, metadata))
        .map_err(Error::SerializationError)
}

fn fits<A, B: TryFrom<A>>(part: A) -> QueryResult<B>
where
    B::Error: std::error::Error + Send + Sync + 'static,
{
    B::try_from(part).map_err(|cause| Error::SerializationError(Box::new(cause)))
}

fn time(time: &MysqlTime) -> QueryResult<Value> {
    Ok(Value::Time(
        time.neg,
        time.day,
        fits(time.hour)?,
        fits(time.minute)?,
        fits(time.second)?,
        fits(time.second_part)?,
    ))
}

fn date(time: &MysqlTime) -> QueryResult<Value> {
    Ok(Value::Date(
        fits(time.year)?,
        fits(time.month)?,
        fits(time.day)?,
        fits(time.hour)?,
        fits(time.minute)?,
        fits(time.second)?,
        fits(time.second_part)?,
    ))
}

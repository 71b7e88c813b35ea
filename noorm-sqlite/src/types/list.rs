//! Lists of a predicate, as JSON for `json_each`.
//!
//! `column IN (SELECT value FROM json_each(?))` compares like `column = value`: `json_each.value` has
//! no affinity of its own, so the column's is applied to each element, as it would be to a bind. An
//! element is written in the storage class that a bind of it has: integers with every digit (SQLite
//! reads JSON integers of 64 bits exactly), booleans as 0 and 1, everything else as text. Bytes can't
//! travel in JSON: they go as hexadecimal, and the flavor wraps `unhex()` around them.

use std::fmt::Write as _;

use noorm_core::{Error, ErrorKind, Result, Value};

use super::bind::{number, text, widen};

/// Writes `elements` as a JSON array.
pub(super) fn json(elements: &[Value]) -> Result<String> {
    let mut out = String::with_capacity(2 + elements.len() * 8);
    out.push('[');
    for (i, element) in elements.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        write(&mut out, element)?;
    }
    out.push(']');
    Ok(out)
}

fn write(out: &mut String, element: &Value) -> Result<()> {
    match element {
        Value::Null => out.push_str("null"),
        Value::Bool(b) => out.push(if *b { '1' } else { '0' }),
        Value::I64(n) => integer(out, n),
        Value::U64(n) => integer(out, n),
        Value::F32(n) => float(out, widen(*n)?)?,
        Value::F64(n) => float(out, number(*n)?)?,
        Value::Text(text) => string(out, text),
        Value::Json(json) => string(out, json),
        Value::Bytes(bytes) => {
            out.push('"');
            for byte in bytes {
                let _ = write!(out, "{byte:02X}");
            }
            out.push('"');
        }
        Value::Array(elements) => string(out, &json(elements)?),
        other => string(out, &text(other)?),
    }
    Ok(())
}

fn integer(out: &mut String, n: &impl std::fmt::Display) {
    let _ = write!(out, "{n}");
}

/// SQLite reads decimals of a huge or tiny exponent to within a bit, which would miss the row: within
/// 1e±60 it is exact. Infinity has no JSON; what overflows reads as infinity.
fn float(out: &mut String, n: f64) -> Result<()> {
    let size = n.abs();
    if n.is_infinite() {
        out.push_str(if n < 0.0 { "-9e999" } else { "9e999" });
    } else if size == 0.0 || (1e-60..=1e60).contains(&size) {
        let _ = write!(out, "{n:e}");
    } else {
        return Err(Error::new(
            ErrorKind::InvalidValue,
            "SQLite can't look for a float beyond 1e60 or below 1e-60 in a list",
        )
        .with_help("compare with each of them by itself"));
    }
    Ok(())
}

fn string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\0'..='\x1f' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[track_caller]
    fn check(elements: Vec<Value>, expected: &str) {
        assert_eq!(json(&elements).unwrap(), expected);
    }

    #[test]
    fn elements_are_written_as_a_bind_would_be_stored() {
        check(vec![], "[]");
        check(vec![Value::Null, true.into(), false.into()], "[null,1,0]");
        check(
            vec![i64::MIN.into(), Value::U64(7)],
            "[-9223372036854775808,7]",
        );
        check(
            vec![0.1_f32.into(), 1e30.into(), f64::NEG_INFINITY.into()],
            "[1e-1,1e30,-9e999]",
        );
        check(vec!["a\"b\\\n€".into()], r#"["a\"b\\\u000a€"]"#);
        check(vec![vec![0_u8, 171].into()], r#"["00AB"]"#);
        let date = chrono::NaiveDate::from_ymd_opt(2026, 1, 2).unwrap();
        check(
            vec![date.into(), Value::Json("[1]".into())],
            r#"["2026-01-02","[1]"]"#,
        );
    }

    #[test]
    fn sqlite_reads_the_same_numbers() {
        let connection = Connection::open_in_memory().unwrap();
        let integers = [i64::MAX, i64::MIN, 0, (1 << 53) + 1];
        let floats = [
            0.1,
            1.0 / 3.0,
            1.1e-60,
            -9.9e59,
            f64::INFINITY,
            123_456_789.123_456_79,
            0.0,
        ];
        for n in integers {
            let list = json(&[n.into()]).unwrap();
            let sql = "SELECT count(*) FROM json_each(?1) WHERE value = ?2";
            let found: i64 = connection
                .query_row(sql, (list, n), |row| row.get(0))
                .unwrap();
            assert_eq!(found, 1, "{n}");
        }
        for n in floats {
            let list = json(&[n.into()]).unwrap();
            let sql = "SELECT value FROM json_each(?1)";
            let found: f64 = connection.query_row(sql, [list], |row| row.get(0)).unwrap();
            assert_eq!(found.to_bits(), n.to_bits(), "{n}");
        }
        for n in [1e-61, f64::MAX] {
            assert_eq!(
                json(&[n.into()]).unwrap_err().kind(),
                ErrorKind::InvalidValue
            );
        }
    }
}

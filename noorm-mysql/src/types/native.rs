//! What a native type holds, from the text that the catalog has of it.

use std::borrow::Cow;

use noorm_core::schema::ColumnType;

/// A native type, taken apart: `decimal(10,2) unsigned` has a name, two arguments and a mark. Values are
/// checked against it each time they are written, so that it borrows the text.
#[derive(Debug, Clone)]
pub(crate) struct Native<'a> {
    name: Cow<'a, str>,
    /// What stands in the parentheses: numbers, or the words of an `ENUM` or `SET`.
    arguments: &'a str,
    /// What stands before the parentheses, and behind them.
    marks: (&'a str, &'a str),
}

impl<'a> Native<'a> {
    /// Takes a type apart as `information_schema.COLUMNS.COLUMN_TYPE` writes it.
    pub(crate) fn parse(text: &'a str) -> Self {
        let (head, tail) = text.split_once('(').unwrap_or((text, ""));
        let (arguments, rest) = enclosed(tail);
        let name = head.split_ascii_whitespace().next().unwrap_or_default();
        let is_lower = !name.bytes().any(|byte| byte.is_ascii_uppercase());
        Self {
            name: match is_lower {
                true => name.into(),
                false => name.to_ascii_lowercase().into(),
            },
            arguments,
            marks: (head, rest),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn unsigned(&self) -> bool {
        let (head, rest) = self.marks;
        let mut words = head
            .split_ascii_whitespace()
            .chain(rest.split_ascii_whitespace());
        // The server makes a zero-filled number unsigned, whether it says so or not.
        words.any(|word| {
            word.eq_ignore_ascii_case("unsigned") || word.eq_ignore_ascii_case("zerofill")
        })
    }

    /// A number among the arguments.
    pub(crate) fn number(&self, at: usize) -> Option<u32> {
        self.arguments.split(',').nth(at)?.trim().parse().ok()
    }

    /// Tells whether it holds shapes of the plane.
    pub(crate) fn is_spatial(&self) -> bool {
        matches!(
            self.name(),
            "geometry"
                | "point"
                | "linestring"
                | "polygon"
                | "multipoint"
                | "multilinestring"
                | "multipolygon"
                | "geometrycollection"
                | "geomcollection"
        )
    }

    /// What a column of this type holds.
    pub(crate) fn column_type(&self, written: &str) -> ColumnType {
        let unsigned = self.unsigned();
        let integer = |bits| ColumnType::Integer { bits, unsigned };
        let text = ColumnType::text();
        let bytes = |max_length| ColumnType::Bytes { max_length };
        match self.name() {
            "tinyint" if self.number(0) == Some(1) && !unsigned => ColumnType::Bool,
            "tinyint" => integer(8),
            "smallint" => integer(16),
            "mediumint" => integer(24),
            "int" | "integer" => integer(32),
            "bigint" => integer(64),
            "year" => ColumnType::Integer {
                bits: 16,
                unsigned: true,
            },
            "bit" => match self.number(0).unwrap_or(1) {
                1 => ColumnType::Bool,
                width => ColumnType::Integer {
                    bits: [8, 16, 24, 32]
                        .into_iter()
                        .find(|bits| width <= u32::from(*bits))
                        .unwrap_or(64),
                    unsigned: true,
                },
            },
            "float" => ColumnType::Float { bits: 32 },
            "double" | "real" => ColumnType::Float { bits: 64 },
            "decimal" | "numeric" => ColumnType::Decimal {
                precision: Some(self.number(0).unwrap_or(10)),
                scale: Some(self.number(1).and_then(|s| s.try_into().ok()).unwrap_or(0)),
            },
            "char" | "varchar" => ColumnType::Text {
                max_length: Some(self.number(0).unwrap_or(1)),
            },
            "tinytext" | "text" | "mediumtext" | "longtext" => text,
            "binary" | "varbinary" => bytes(Some(self.number(0).unwrap_or(1))),
            "tinyblob" => bytes(Some(255)),
            "blob" => bytes(Some(65_535)),
            "mediumblob" => bytes(Some(16_777_215)),
            "longblob" => bytes(Some(u32::MAX)),
            "date" => ColumnType::Date,
            "time" => ColumnType::Time,
            "datetime" => ColumnType::Timestamp,
            "timestamp" => ColumnType::TimestampTz,
            "json" => ColumnType::Json,
            "uuid" => ColumnType::Uuid,
            "enum" => ColumnType::Enum {
                name: None,
                values: words(self.arguments),
            },
            "set" => ColumnType::Set {
                values: words(self.arguments),
            },
            _ => ColumnType::Other {
                native: written.to_owned(),
            },
        }
    }
}

/// What stands before the closing parenthesis, and behind it. In a word, a quote is doubled.
fn enclosed(text: &str) -> (&str, &str) {
    let mut quoted = false;
    let end = text.bytes().position(|byte| {
        quoted ^= byte == b'\'';
        byte == b')' && !quoted
    });
    match end.and_then(|end| text.split_at_checked(end)) {
        Some((inside, behind)) => (inside, behind.get(1..).unwrap_or_default()),
        None => ("", ""),
    }
}

/// The words of an `ENUM` or `SET`. The catalog doubles quotes, and writes backslashes, ends of lines and NUL behind
/// a backslash, whatever the session's `sql_mode` says of them (`append_unescaped` in the servers' source).
fn words(arguments: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut current = String::new();
    let mut quoted = false;
    let mut chars = arguments.chars().peekable();
    while let Some(c) = chars.next() {
        match (quoted, c) {
            (true, '\'') => match chars.next_if_eq(&'\'') {
                Some(_) => current.push('\''),
                None => {
                    quoted = false;
                    words.push(std::mem::take(&mut current));
                }
            },
            (true, '\\') => current.push(match chars.next_if(|c| "\\nr0".contains(*c)) {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('0') => '\0',
                _ => '\\',
            }),
            (true, c) => current.push(c),
            (false, '\'') => quoted = true,
            (false, _) => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(native: &str, expected: &str) {
        assert_eq!(
            Native::parse(native).column_type(native).to_string(),
            expected
        );
    }

    #[test]
    fn every_type() {
        check("tinyint(1)", "bool");
        check("tinyint(1) unsigned", "uint8");
        check("tinyint", "int8");
        check("int(10) unsigned zerofill", "uint32");
        check("int(5) zerofill", "uint32");
        check("bigint(20) unsigned", "uint64");
        check("mediumint", "int24");
        check("year", "uint16");
        check("bit(1)", "bool");
        check("bit(12)", "uint16");
        check("bit(64)", "uint64");
        check("decimal(65,30) unsigned", "decimal(65, 30)");
        check("float", "float32");
        check("double(10,2)", "float64");
        check("varchar(120)", "text(120)");
        check("longtext", "text");
        check("varbinary(16)", "bytes(16)");
        check("datetime(6)", "timestamp");
        check("timestamp", "timestamptz");
        check("time(3)", "time");
        check("json", "json");
        check("uuid", "uuid");
        check("inet6", "other(inet6)");
        check("point", "other(point)");
        check("vector(3)", "other(vector(3))");
        check("set('a','b')", "set(a, b)");
    }

    #[test]
    fn words_hold_commas_quotes_and_parentheses() {
        let native = Native::parse(r"enum('a,b','it''s','(',')',' ','')");
        let expected = ["a,b", "it's", "(", ")", " ", ""];
        assert_eq!(words(native.arguments), expected);
    }

    #[test]
    fn words_hold_backslashes_and_ends_of_lines() {
        let native = Native::parse(r"set('\\','\\n','c:\\dir\\','x\r\ny','\0')");
        let expected = ["\\", "\\n", "c:\\dir\\", "x\r\ny", "\0"];
        assert_eq!(words(native.arguments), expected);
    }
}

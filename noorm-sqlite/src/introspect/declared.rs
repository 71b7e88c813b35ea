//! What a declared type says that a column holds.
//!
//! SQLite takes any words for a type, and stores any value in any column (unless the table is STRICT). The
//! words still tell what people mean: the well-known ones are taken at their word, the rest falls to
//! SQLite's own affinity rules (<https://sqlite.org/datatype3.html#determination_of_column_affinity>).

use noorm_core::schema::ColumnType;

/// Maps a declared type to what it holds.
///
/// Every integer type has 64 bits, whatever its name: SQLite stores what fits those.
pub(crate) fn column_type(declared: &str) -> ColumnType {
    let upper = declared.to_ascii_uppercase();
    let (words, arguments) = parts(&upper);
    well_known(&words, &arguments)
        .or_else(|| by_affinity(&words, &arguments))
        .unwrap_or_else(|| ColumnType::Other {
            native: declared.to_owned(),
        })
}

/// Splits `VARCHAR (10) BINARY` into its words and the numbers in its parenthesis.
fn parts(declared: &str) -> (Vec<&str>, Vec<&str>) {
    let (before, rest) = declared.split_once('(').unwrap_or((declared, ""));
    let (inside, after) = rest.split_once(')').unwrap_or((rest, ""));
    let words = before.split_ascii_whitespace();
    let words = words.chain(after.split_ascii_whitespace()).collect();
    (words, inside.split(',').map(str::trim).collect())
}

fn well_known(words: &[&str], arguments: &[&str]) -> Option<ColumnType> {
    Some(match words {
        ["BOOL" | "BOOLEAN" | "BIT"] => ColumnType::Bool,
        ["DATE"] => ColumnType::Date,
        ["TIME"] | ["TIME", "WITHOUT", "TIME", "ZONE"] => ColumnType::Time,
        ["DATETIME" | "DATETIME2" | "SMALLDATETIME" | "TIMESTAMP"]
        | ["TIMESTAMP", "WITHOUT", "TIME", "ZONE"] => ColumnType::Timestamp,
        ["TIMESTAMPTZ" | "DATETIMEOFFSET"] | ["TIMESTAMP", "WITH", "TIME", "ZONE"] => {
            ColumnType::TimestampTz
        }
        ["UUID" | "GUID" | "UNIQUEIDENTIFIER"] => ColumnType::Uuid,
        ["JSON" | "JSONB"] => ColumnType::Json,
        ["BINARY" | "VARBINARY" | "BYTEA" | "IMAGE"] | ["BINARY", "VARYING"] => ColumnType::Bytes {
            max_length: number(arguments.first()),
        },
        ["STRING"] => ColumnType::Text {
            max_length: number(arguments.first()),
        },
        ["LONG" | "SERIAL" | "BIGSERIAL" | "SMALLSERIAL" | "YEAR"] => ColumnType::int(64),
        [
            "DECIMAL" | "DEC" | "NUMERIC" | "NUMBER" | "NUM" | "MONEY" | "SMALLMONEY",
            ..,
        ] => ColumnType::Decimal {
            precision: number(arguments.first()),
            scale: number(arguments.get(1)),
        },
        ["FLOATING", "POINT"] => ColumnType::Float { bits: 64 },
        _ => return None,
    })
}

fn by_affinity(words: &[&str], arguments: &[&str]) -> Option<ColumnType> {
    let any = |parts: &[&str]| {
        let has = |part: &&str| words.iter().any(|word| word.contains(*part));
        parts.iter().any(has)
    };
    let max_length = number(arguments.first());
    if any(&["[]", "POINT", "INTERVAL"]) {
        // An array is no number, and neither of the others is one for having "INT" in its name.
        None
    } else if any(&["INT"]) {
        Some(ColumnType::int(64))
    } else if any(&["CHAR", "CLOB", "TEXT"]) {
        Some(ColumnType::Text { max_length })
    } else if any(&["BLOB"]) {
        Some(ColumnType::Bytes { max_length })
    } else if any(&["REAL", "FLOA", "DOUB"]) {
        Some(ColumnType::Float { bits: 64 })
    } else {
        None
    }
}

fn number<T: std::str::FromStr>(argument: Option<&&str>) -> Option<T> {
    argument?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::column_type;

    #[track_caller]
    fn check(declared: &[&str], expected: &str) {
        for native in declared {
            assert_eq!(column_type(native).to_string(), expected, "{native}");
        }
    }

    #[test]
    fn integers_have_64_bits() {
        check(
            &[
                "INTEGER",
                "int",
                "BigInt",
                "TINYINT(1)",
                "MEDIUMINT",
                "INT8",
            ],
            "int64",
        );
        check(
            &["UNSIGNED BIG INT", "INT UNSIGNED", "LONG", "bigserial"],
            "int64",
        );
    }

    #[test]
    fn other_numbers() {
        check(&["BOOLEAN", "bool", "BIT"], "bool");
        check(
            &["REAL", "DOUBLE PRECISION", "FLOAT(24)", "FLOATING POINT"],
            "float64",
        );
        check(&["DECIMAL(10,2)", "numeric ( 10 , 2 )"], "decimal(10, 2)");
        check(&["NUMBER(5)"], "decimal(5)");
        check(&["NUMERIC", "NUM", "MONEY", "DECIMAL(x)"], "decimal");
    }

    #[test]
    fn text_and_bytes() {
        check(&["TEXT", "CLOB", "varchar", "STRING", "tinytext"], "text");
        check(
            &["NVARCHAR(120)", "CHARACTER VARYING (120)", "CHAR(120)"],
            "text(120)",
        );
        check(
            &["VARCHAR(99999999999)", "VARCHAR(-1)", "VARCHAR(max"],
            "text",
        );
        check(&["BLOB", "LONGBLOB", "BYTEA"], "bytes");
        check(&["VARBINARY(16)", "BLOB(16)"], "bytes(16)");
    }

    #[test]
    fn dates_and_the_rest() {
        check(&["DATE"], "date");
        check(&["TIME", "time(3)", "TIME WITHOUT TIME ZONE"], "time");
        check(&["DATETIME", "timestamp", "TIMESTAMP(6)"], "timestamp");
        check(
            &["TIMESTAMPTZ", "TIMESTAMP(6) WITH TIME ZONE"],
            "timestamptz",
        );
        check(&["UUID", "uniqueidentifier"], "uuid");
        check(&["JSON", "jsonb"], "json");
    }

    #[test]
    fn what_says_nothing_stays_as_it_is() {
        check(&[""], "other()");
        check(&["ANY"], "other(ANY)");
        check(&["Point"], "other(Point)");
        check(&["INTERVAL"], "other(INTERVAL)");
        check(&["INTEGER[]"], "other(INTEGER[])");
        check(&["größe (1"], "other(größe (1)");
    }
}

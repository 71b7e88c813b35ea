//! What SQLite stores where a column's type has a say.

use crate::engine::Natives;

/// SQLite's.
pub(crate) const SQLITE: Natives = Natives {
    ddl: "",
    values: &[
        ("INTEGER", &["-9223372036854775808", "9223372036854775807"]),
        ("TINYINT", &["9223372036854775807"]),
        (
            "REAL",
            &["1.7976931348623157e308", "5e-324", "9e999", "-9e999"],
        ),
        ("decimal(10, 2)", &["0.01", "123456789012345", "'12.340'"]),
        ("boolean", &["1", "0"]),
        (
            "text",
            &[
                "''",
                "'it''s'",
                "char(127, 0x10ffff)",
                "printf('%.*c', 100000, 'x')",
            ],
        ),
        ("varchar(3)", &["'longer'", "''"]),
        ("blob", &["x''", "x'00ff27'", "zeroblob(100000)"]),
        ("date", &["'0001-01-01'", "'9999-12-31'", "'0000-00-00'"]),
        ("time", &["'00:00:00'", "'23:59:59.999999'"]),
        (
            "timestamp",
            &["'0001-01-01 00:00:00'", "'9999-12-31 23:59:59.999999'"],
        ),
        ("timestamptz", &["'1969-12-31 23:59:59+00:00'"]),
        (
            "uuid",
            &[
                "'00000000-0000-0000-0000-000000000000'",
                "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
            ],
        ),
        ("json", &["'{\"a\":[1,null]}'", "'[]'"]),
    ],
    unequal: &[],
    refused: &[
        (
            "INTEGER",
            "9223372036854775808",
            "from -9223372036854775808 to 9223372036854775807",
        ),
        (
            "decimal(10, 2)",
            "\"1234567890.1234567\"",
            "more than the 15 digits",
        ),
        ("boolean", "\"yes\"", "a boolean"),
        ("date", "\"2026-02-30\"", "a date"),
        ("time", "\"23:61\"", "a time"),
        ("uuid", "\"0000\"", "a UUID"),
    ],
};

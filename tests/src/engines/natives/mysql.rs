//! MySQL's and MariaDB's types.

use crate::engine::Natives;

/// MySQL's.
pub(crate) const MYSQL: Natives = Natives {
    ddl: "",
    values: COMMON,
    unequal: &[],
    refused: REFUSED,
};

/// MariaDB's, but for UUIDs and addresses, which are in `torture/mariadb_extra.sql`.
pub(crate) const MARIADB: Natives = MYSQL;

const COMMON: &[(&str, &[&str])] = &[
    ("boolean", &["true", "false"]),
    ("tinyint", &["-128", "127"]),
    ("tinyint unsigned", &["0", "255"]),
    ("smallint", &["-32768", "32767"]),
    ("smallint unsigned", &["0", "65535"]),
    ("mediumint", &["-8388608", "8388607"]),
    ("mediumint unsigned", &["0", "16777215"]),
    ("int", &["-2147483648", "2147483647"]),
    ("int unsigned", &["0", "4294967295"]),
    ("int(8) unsigned zerofill", &["5", "4294967295"]),
    ("bigint", &["-9223372036854775808", "9223372036854775807"]),
    ("bigint unsigned", &["0", "18446744073709551615"]),
    ("bit(1)", &["b'0'", "b'1'"]),
    ("bit(12)", &["0", "4095"]),
    ("bit(64)", &["0", "18446744073709551615"]),
    (
        "decimal(65, 30)",
        &[
            "99999999999999999999999999999999999.999999999999999999999999999999",
            "-99999999999999999999999999999999999.999999999999999999999999999999",
            "0.000000000000000000000000000001",
        ],
    ),
    ("decimal(5, 5)", &["0.99999", "-0.99999", "0"]),
    ("decimal(5, 2) unsigned", &["0", "999.99"]),
    (
        "float",
        &["3.40282e38", "-3.40282e38", "1.17549e-38", "0.1"],
    ),
    (
        "double",
        &["1.7976931348623157e308", "2.2250738585072014e-308", "0.1"],
    ),
    ("char(5)", &["''", "'äöü🎵x'"]),
    (
        "varchar(300)",
        &["''", "repeat('🎵', 300)", "' blanks '", "'a\\0b'"],
    ),
    ("varchar(20) character set latin1", &["'naïve'"]),
    ("tinytext", &["''", "repeat('x', 255)"]),
    ("text", &["''", "repeat('x', 65535)"]),
    ("mediumtext", &["''", "repeat('ä', 100000)"]),
    ("binary(4)", &["x'00010200'", "x'ffffffff'"]),
    (
        "varbinary(300)",
        &["x''", "x'00ff275c'", "repeat(x'00', 300)"],
    ),
    ("tinyblob", &["x''", "repeat(x'ff', 255)"]),
    ("blob", &["x''", "repeat(x'00', 65535)"]),
    ("date", &["'1000-01-01'", "'9999-12-31'", "'0001-01-01'"]),
    ("time", &["'-838:59:59'", "'838:59:59'", "'00:00:00'"]),
    ("time(6)", &["'-838:59:58.999999'", "'23:59:59.999999'"]),
    (
        "datetime",
        &["'1000-01-01 00:00:00'", "'9999-12-31 23:59:59'"],
    ),
    (
        "datetime(6)",
        &[
            "'0001-01-01 00:00:00.000001'",
            "'9999-12-31 23:59:59.999999'",
        ],
    ),
    (
        "timestamp",
        &["'1970-01-01 00:00:01'", "'2038-01-19 03:14:07'"],
    ),
    (
        "timestamp(6)",
        &[
            "'1970-01-01 00:00:01.000001'",
            "'2038-01-19 03:14:07.999999'",
        ],
    ),
    ("year", &["1901", "2155", "0"]),
    ("enum('sad', 'it''s')", &["'sad'", "'it''s'"]),
    ("set('a', 'b', 'c')", &["''", "'a'", "'a,b,c'"]),
    ("json", &["'{\"a\":[1,null,\"x\"]}'", "'[]'"]),
    (
        "point",
        &[
            "ST_GeomFromText('POINT(1 2)')",
            "ST_GeomFromText('POINT(-1.5 0)', 4326)",
        ],
    ),
    (
        "linestring",
        &["ST_GeomFromText('LINESTRING(0 0,1 1,2 0.5)')"],
    ),
    (
        "polygon",
        &["ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))')"],
    ),
    ("geometry", &["ST_GeomFromText('MULTIPOINT(0 0,1 1)')"]),
];

const REFUSED: &[(&str, &str, &str)] = &[
    ("tinyint", "128", "from -128 to 127"),
    ("tinyint unsigned", "-1", "from 0 to 255"),
    ("smallint unsigned", "65536", "from 0 to 65535"),
    ("mediumint", "8388608", "from -8388608 to 8388607"),
    ("int unsigned", "4294967296", "from 0 to 4294967295"),
    ("bigint unsigned", "-1", "from 0 to 18446744073709551615"),
    ("bit(12)", "4096", "from 0 to 4095"),
    ("decimal(5, 2) unsigned", "\"-0.01\"", "from 0 to 999.99"),
    ("decimal(5, 5)", "\"1\"", "from -0.99999 to 0.99999"),
    ("decimal(5, 5)", "\"0.000001\"", "more than 5 digits"),
    ("float", "1e39", "from -3.402823e38 to 3.402823e38"),
    ("double", "\"NaN\"", "NaN"),
    ("char(5)", "\"a \"", "blanks"),
    ("binary(4)", "\"\\\\x00\"", "fills up to 4"),
    ("time", "\"23:59:59.5\"", "fraction of a second"),
    (
        "timestamp",
        "\"1970-01-01T00:00:00Z\"",
        "is out of range, which is from 1970-01-01 00:00:01 to ",
    ),
    ("year", "1900", "0 and from 1901 to 2155"),
    ("enum('sad', 'it''s')", "\"blue\"", "one of sad, it's"),
    ("set('a', 'b', 'c')", "\"a,x\"", "any of a, b, c"),
];

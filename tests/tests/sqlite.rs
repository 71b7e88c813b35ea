//! What only SQLite has: values of any type in any column.

use bigdecimal::BigDecimal;
use noorm::prelude::*;
use noorm_tests::engines::SQLITE;
use noorm_tests::runtime;

#[test]
fn keeps_what_is_stored() {
    runtime().block_on(async {
        let ddl = "CREATE TABLE loose (id INTEGER PRIMARY KEY, n INTEGER, d DATE, x, b BLOB, dec DECIMAL(5,2));
            INSERT INTO loose VALUES (1, 'seven', 1234567, 3.5, 'text', 'dear'), (2, 7.5, '2026-02-30', x'01', x'02', 1.10);";
        let db = SQLITE.database(&ddl.replace(";\n", "; \n")).await.unwrap();
        let table = db.repository("loose")?;
        let odd = table.get(1).await?;
        let expected = record! {
            "id" => 1, "n" => "seven", "d" => 1_234_567, "x" => 3.5, "b" => "text", "dec" => "dear",
        };
        assert_eq!(odd, expected);
        let error = odd.get::<i64>("n").unwrap_err();
        assert_eq!(error.to_string(), "column `n` holds text, wanted i64");
        let other = table.get(2).await?;
        assert_eq!(other.get::<f64>("n")?, 7.5);
        assert_eq!(other.get::<String>("d")?, "2026-02-30");
        assert_eq!(other.get::<Vec<u8>>("x")?, [1]);
        assert_eq!(other.get::<BigDecimal>("dec")?, "1.1".parse::<BigDecimal>().unwrap());
        Ok::<_, Error>(())
    }).unwrap();
}

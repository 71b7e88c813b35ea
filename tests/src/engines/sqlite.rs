//! SQLite in a file.

use super::natives;
use crate::engine::{Empty, Engine, Place, Sql, Torture, Ways, double_quotes};

/// SQLite in a file.
pub static SQLITE: Engine = Engine {
    name: "sqlite",
    empty: || Box::pin(async { Some(empty()) }),
    quote: double_quotes,
    words: &[
        ("$key", "INTEGER PRIMARY KEY"),
        ("$always", "INTEGER PRIMARY KEY"),
        ("$int", "INTEGER"),
        ("$varchar", "varchar"),
        ("$characters", "length"),
        ("$text", "text"),
        ("$bool", "boolean"),
        ("$real", "real"),
        ("$float", "double"),
        ("$bytes", "blob"),
        ("$uuid", "uuid"),
        ("$datetime", "timestamp"),
        ("$time", "time"),
        ("$moment", "TIMESTAMPTZ"),
        ("$document", "json"),
        ("$json", "json"),
        (
            "$double_rating",
            "INTEGER GENERATED ALWAYS AS (rating * 2) STORED",
        ),
        ("$add", "ADD COLUMN"),
        (
            "$searched",
            "VIRTUAL TABLE note USING fts5(id UNINDEXED, body)",
        ),
        ("$unique_email", "CONSTRAINT author_email UNIQUE (email),"),
        ("$email_index", ""),
    ],
    sql: Sql {
        routines: "",
        slow: "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900000000) \
               SELECT count(*) AS slept FROM n",
        numbers: |count| {
            format!(
                "WITH RECURSIVE n (i) AS \
                 (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n"
            )
        },
        stalls: "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900000000) \
                 SELECT count(*) AS slept FROM n",
        fails_late: "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) \
                     SELECT abs(CASE i WHEN 5000 THEN -9223372036854775807 - 1 ELSE i END) AS i FROM n",
        begins: &["BEGIN", " -- a comment\n/* another */ begin"],
        two_binds: "SELECT ?1, ?2",
        running: None,
        isolation: None,
        rename: "ALTER TABLE album RENAME COLUMN title TO name",
        rename_back: "ALTER TABLE album RENAME COLUMN name TO title",
        retype_stock: &[],
        two_connections: None,
        logging_trigger: "CREATE TRIGGER told AFTER UPDATE ON ticket BEGIN INSERT INTO seen VALUES (1), (2), (3); END;",
        filling_trigger: Some("CREATE TRIGGER fill BEFORE INSERT ON ticket BEGIN SELECT 1; END;"),
    },
    ways: Ways {
        errors_end_transactions: false,
        deferrable: true,
        exact_decimals: false,
        typed_columns: false,
        plans_go_stale: true,
        reads_back: false,
        json: true,
        raw_begins: true,
        begin_waits: true,
        triggers_fill: false,
        drains: false,
        nan: false,
        infinity: true,
        negative_zero: false,
        subnormal: true,
        nul_in_text: true,
        moments: |_| ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"),
        documents: true,
        unencrypted: None,
        far_floats_in_lists: false,
    },
    lacks: &["arrays", "deferrable", "routines", "row_locks"],
    natives: natives::SQLITE,
    torture: Torture {
        ddl: &[include_str!("../torture/sqlite.sql")],
        found: &[include_str!("../torture/sqlite.txt")],
        differs: &[
            ("small: int16", "small: int64"),
            ("normal: int32", "normal: int64"),
            ("single: float32", "single: float64"),
        ],
    },
};

fn empty() -> Empty {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("test.db");
    Empty {
        url: format!("sqlite:{}?mode=rwc", path.display()),
        place: Place::Folder(folder),
    }
}

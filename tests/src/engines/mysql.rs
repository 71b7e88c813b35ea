//! MariaDB and MySQL.

use super::natives;
use crate::engine::{Empty, Engine, Place, Sql, Torture, TwoConnections, Ways};
use crate::servers::mysql;

/// MariaDB.
pub static MARIADB: Engine = Engine {
    name: "mariadb",
    empty: || Box::pin(empty("mariadb")),
    quote: backticks,
    words: &[
        ("$key", "bigint AUTO_INCREMENT PRIMARY KEY"),
        ("$always", "bigint AUTO_INCREMENT PRIMARY KEY"),
        ("$uuid", "uuid"),
        ("$int", "bigint"),
        ("$varchar", "varchar"),
        ("$characters", "char_length"),
        ("$text", "longtext"),
        ("$bool", "boolean"),
        ("$real", "float"),
        ("$float", "double"),
        ("$bytes", "longblob"),
        ("$datetime", "datetime(6)"),
        ("$time", "time(6)"),
        ("$moment", "timestamp(6) NULL"),
        ("$document", "json"),
        ("$json", "json"),
        (
            "$double_rating",
            "bigint GENERATED ALWAYS AS (rating * 2) STORED",
        ),
        ("$add", "ADD COLUMN"),
        (
            "$searched",
            "TABLE note (id bigint NOT NULL PRIMARY KEY, body varchar(200), FULLTEXT INDEX words (body))",
        ),
        ("$unique_email", "CONSTRAINT author_email UNIQUE (email),"),
        ("$email_index", ""),
    ],
    sql: Sql {
        numbers: |count| format!("SELECT seq AS i FROM seq_1_to_{count}"),
        stalls: "SELECT seq AS i, CASE WHEN seq > 4000 THEN sleep(60) END AS slept FROM seq_1_to_4001",
        ..SQL
    },
    ways: Ways {
        negative_zero: false,
        moments: |version| match Engine::older(version, (11, 5)) {
            true => (FIRST_MOMENT, "2038-01-19T03:14:07.999999Z"),
            false => (FIRST_MOMENT, "2106-02-07T06:28:15.999999Z"),
        },
        ..WAYS
    },
    lacks: &["arrays", "deferrable", "output_parameters"],
    natives: natives::MARIADB,
    torture: Torture {
        ddl: &[
            include_str!("../torture/mysql.sql"),
            include_str!("../torture/mariadb_extra.sql"),
        ],
        found: &[
            include_str!("../torture/mysql.txt"),
            include_str!("../torture/mariadb_extra.txt"),
        ],
        differs: &[
            ("raw: bytes\n", "raw: bytes(4294967295)\n"),
            // A unique index is a constraint, and the other way round.
            (
                "  unique index road_once: opened desc, from_id, to_id\n",
                "",
            ),
            (
                "key from_id, to_id\n",
                "key from_id, to_id\n  unique road_once: opened, from_id, to_id\n",
            ),
            // As if a row could be added through a view without a key.
            (
                "\"towns\"\n  town_id: int64\n",
                "\"towns\"\n  town_id: int64 default\n",
            ),
            ("doc: json\n", "doc: json collated utf8mb4_bin\n"),
        ],
    },
};

/// MySQL.
pub static MYSQL: Engine = Engine {
    name: "mysql",
    empty: || Box::pin(empty("mysql")),
    quote: backticks,
    words: WORDS,
    sql: SQL,
    ways: WAYS,
    lacks: &["arrays", "returning", "deferrable", "output_parameters"],
    natives: natives::MYSQL,
    torture: Torture {
        ddl: &[
            include_str!("../torture/mysql.sql"),
            include_str!("../torture/mysql_extra.sql"),
        ],
        found: &[
            include_str!("../torture/mysql.txt"),
            include_str!("../torture/mysql_extra.txt"),
        ],
        differs: &[
            ("raw: bytes\n", "raw: bytes(4294967295)\n"),
            // A unique index is a constraint, and the other way round.
            (
                "  unique index road_once: opened desc, from_id, to_id\n",
                "",
            ),
            (
                "key from_id, to_id\n",
                "key from_id, to_id\n  unique road_once: opened, from_id, to_id\n",
            ),
            // As if a row could be added through a view without a key.
            (
                "\"towns\"\n  town_id: int64\n",
                "\"towns\"\n  town_id: int64 default\n",
            ),
            ("u: uuid\n", "u: text(36)\n"),
            // A foreign key can't use an index that descends.
            (
                "  index town_region_idx",
                "  index town_region: region_country, region_number\n  index town_region_idx",
            ),
        ],
    },
};

const WORDS: &[(&str, &str)] = &[
    ("$key", "bigint AUTO_INCREMENT PRIMARY KEY"),
    ("$always", "bigint AUTO_INCREMENT PRIMARY KEY"),
    ("$int", "bigint"),
    ("$varchar", "varchar"),
    ("$characters", "char_length"),
    ("$text", "longtext"),
    ("$bool", "boolean"),
    ("$real", "float"),
    ("$float", "double"),
    ("$bytes", "longblob"),
    ("$uuid", "char(36)"),
    ("$datetime", "datetime(6)"),
    ("$time", "time(6)"),
    ("$moment", "timestamp(6) NULL"),
    ("$document", "json"),
    ("$json", "json"),
    (
        "$double_rating",
        "bigint GENERATED ALWAYS AS (rating * 2) STORED",
    ),
    ("$add", "ADD COLUMN"),
    (
        "$searched",
        "TABLE note (id bigint NOT NULL PRIMARY KEY, body varchar(200), FULLTEXT INDEX words (body))",
    ),
    ("$unique_email", "CONSTRAINT author_email UNIQUE (email),"),
    ("$email_index", ""),
];

const SQL: Sql = Sql {
        routines: "CREATE FUNCTION twice(n bigint) RETURNS bigint DETERMINISTIC RETURN n * 2;
             CREATE PROCEDURE add_line(order_id bigint, quantity bigint) INSERT INTO order_line VALUES (order_id, quantity);
             CREATE PROCEDURE lines_of(wanted bigint) SELECT * FROM order_line WHERE order_line.order_id = wanted ORDER BY quantity;
             CREATE PROCEDURE count_lines(wanted bigint, OUT found bigint) SELECT count(*) INTO found FROM order_line WHERE order_line.order_id = wanted;
             CREATE PROCEDURE double_it(INOUT n bigint) SET n = n * 2;",
    // `sleep` gives 1 when it is interrupted, which is no error.
    slow: "SELECT sleep(60) AS slept",
    numbers: |count| {
        let digits = "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 \
                      UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 \
                      UNION ALL SELECT 8 UNION ALL SELECT 9)";
        let (mut from, mut sum) = (Vec::new(), vec!["1".to_owned()]);
        for place in 0..9 {
            from.push(format!("{digits} AS d{place}"));
            sum.push(format!("d{place}.d * {}", 10_u64.pow(place)));
        }
        format!(
            "SELECT {} AS i FROM {} LIMIT {count}",
            sum.join(" + "),
            from.join(" CROSS JOIN ")
        )
    },
    stalls: "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) \
             SELECT b.i * 1000 + a.i AS i, CASE WHEN b.i = 5 AND a.i = 1000 THEN sleep(60) END AS slept \
             FROM n AS b STRAIGHT_JOIN n AS a WHERE b.i <= 5",
    fails_late: "SELECT exp(CASE i WHEN 5000 THEN 1000 ELSE 1 END) AS i FROM \
                 (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) \
                 SELECT a.i + b.i * 1000 - 1000 AS i FROM n AS a, n AS b WHERE b.i < 9) AS many",
    begins: &["BEGIN", " -- a comment\n/* another */ begin"],
    two_binds: "SELECT ?, ?",
    running: Some(
        "SELECT count(*) AS n FROM information_schema.processlist WHERE db = database() \
         AND command IN ('Query', 'Execute') AND id <> connection_id()",
    ),
    isolation: None,
    rename: "ALTER TABLE album RENAME COLUMN title TO name",
    rename_back: "ALTER TABLE album RENAME COLUMN name TO title",
    retype_stock: &[
        "MODIFY stock bigint",
        "MODIFY stock decimal(20, 0)",
        "MODIFY stock varchar(30)",
        "MODIFY stock int",
    ],
    two_connections: Some(TwoConnections {
        make: &[
            "CREATE USER $user IDENTIFIED BY 'hunter2' WITH MAX_USER_CONNECTIONS 2",
            "GRANT ALL ON $database.* TO $user",
        ],
        drop: &["DROP USER $user"],
    }),
    logging_trigger: "CREATE TRIGGER told AFTER UPDATE ON ticket FOR EACH ROW INSERT INTO seen VALUES (1), (2), (3);",
    filling_trigger: Some(
        "CREATE TRIGGER fill BEFORE INSERT ON ticket FOR EACH ROW SET NEW.code = coalesce(NEW.code, 'made');",
    ),
};

const WAYS: Ways = Ways {
    errors_end_transactions: false,
    deferrable: false,
    exact_decimals: true,
    typed_columns: true,
    plans_go_stale: false,
    reads_back: true,
    json: true,
    raw_begins: true,
    begin_waits: false,
    triggers_fill: true,
    drains: true,
    nan: false,
    infinity: false,
    negative_zero: true,
    subnormal: true,
    nul_in_text: true,
    moments: |_| (FIRST_MOMENT, "2038-01-19T03:14:07.999999Z"),
    documents: true,
    unencrypted: Some("ssl-mode=disabled"),
    far_floats_in_lists: true,
};

const FIRST_MOMENT: &str = "1970-01-01T00:00:01Z";

fn backticks(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

async fn empty(engine: &'static str) -> Option<Empty> {
    let (url, dropper) = mysql::create(engine).await?;
    Some(Empty {
        url,
        place: Place::Server(dropper),
    })
}

//! SQL Server.

use super::natives;
use crate::engine::{Empty, Engine, Place, Sql, Torture, Ways, double_quotes};
use crate::servers::mssql;

/// SQL Server.
pub static MSSQL: Engine = Engine {
    name: "mssql",
    empty: || Box::pin(empty()),
    quote: |name| match name.contains(']') {
        true => double_quotes(name),
        false => format!("[{name}]"),
    },
    words: &[
        ("$key", "bigint IDENTITY PRIMARY KEY"),
        ("$always", "bigint IDENTITY PRIMARY KEY"),
        ("$int", "bigint"),
        ("$varchar", "nvarchar"),
        ("$characters", "len"),
        ("$text", "nvarchar(max)"),
        ("$bool", "bit"),
        ("$real", "real"),
        ("$float", "float"),
        ("$bytes", "varbinary(max)"),
        ("$uuid", "uniqueidentifier"),
        ("$datetime", "datetime2(7)"),
        ("$time", "time(7)"),
        ("$moment", "datetimeoffset"),
        ("$document", "nvarchar(max)"),
        ("$json", "nvarchar(max)"),
        ("$double_rating", "AS (rating * 2) PERSISTED"),
        ("$add", "ADD"),
        ("$searched", "TABLE note (id bigint NOT NULL PRIMARY KEY, body nvarchar(200))"),
        // NULLs are equal in its unique constraints.
        ("$unique_email", ""),
        (
            "$email_index",
            "CREATE UNIQUE INDEX author_email ON author (email) WHERE email IS NOT NULL;",
        ),
    ],
    sql: Sql {
        routines: "CREATE FUNCTION twice(@n bigint) RETURNS bigint AS BEGIN RETURN @n * 2 END;
             CREATE PROCEDURE add_line @order_id bigint, @quantity bigint AS INSERT INTO order_line VALUES (@order_id, @quantity);
             CREATE PROCEDURE lines_of @wanted bigint AS SELECT * FROM order_line WHERE order_id = @wanted;
             CREATE PROCEDURE count_lines @wanted bigint, @found bigint OUTPUT AS SELECT @found = count(*) FROM order_line WHERE order_id = @wanted;
             CREATE PROCEDURE double_it @n bigint OUTPUT AS SET @n = @n * 2;",
        slow: "SELECT count_big(*) AS slept FROM sys.all_columns AS a CROSS JOIN sys.all_columns AS b \
               CROSS JOIN sys.all_columns AS c CROSS JOIN sys.all_columns AS d",
        numbers,
        // Each row needs one of every list of digits: the last has the last of each.
        stalls: "SELECT i, CASE WHEN i = 5000 THEN (SELECT count_big(*) FROM sys.all_columns AS a \
                 CROSS JOIN sys.all_columns AS b CROSS JOIN sys.all_columns AS c CROSS JOIN \
                 sys.all_columns AS d) END AS slept FROM (SELECT CAST(1 + d0.d + 10 * d1.d + 100 * d2.d + \
                 1000 * d3.d AS bigint) AS i FROM (VALUES (0), (1), (2), (3), (4)) AS d3 (d) CROSS JOIN \
                 (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS d2 (d) CROSS JOIN \
                 (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS d1 (d) CROSS JOIN \
                 (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS d0 (d)) AS many",
        fails_late: "SELECT 1 / (i - 5000) AS i FROM (SELECT 1 + d0.d + 10 * d1.d + 100 * d2.d + 1000 * d3.d \
                     AS i FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8)) AS d3 (d) CROSS JOIN \
                     (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS d2 (d) CROSS JOIN \
                     (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS d1 (d) CROSS JOIN \
                     (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS d0 (d)) AS many",
        begins: &[
            "BEGIN TRANSACTION",
            " -- a comment\n/* another */ begin tran",
        ],
        two_binds: "SELECT @P1, @P2",
        running: None,
        isolation: None,
        rename: "EXEC sp_rename 'album.title', 'name', 'COLUMN'",
        rename_back: "EXEC sp_rename 'album.name', 'title', 'COLUMN'",
        retype_stock: &[
            "ALTER COLUMN stock bigint",
            "ALTER COLUMN stock decimal(20, 0)",
            "ALTER COLUMN stock nvarchar(30)",
            "ALTER COLUMN stock int",
        ],
        two_connections: None,
        logging_trigger: "CREATE TRIGGER told ON ticket AFTER UPDATE AS BEGIN INSERT INTO seen VALUES (1), (2), (3); END;",
        filling_trigger: None,
    },
    ways: Ways {
        errors_end_transactions: false,
        deferrable: false,
        exact_decimals: true,
        typed_columns: true,
        plans_go_stale: false,
        reads_back: false,
        json: false,
        raw_begins: false,
        begin_waits: false,
        triggers_fill: false,
        drains: true,
        nan: false,
        infinity: false,
        negative_zero: true,
        subnormal: true,
        nul_in_text: true,
        moments: |_| ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"),
        documents: false,
        unencrypted: Some("encrypt=off"),
        far_floats_in_lists: true,
    },
    lacks: &["arrays", "deferrable", "diesel", "full_text"],
    natives: natives::MSSQL,
    torture: Torture {
        ddl: &[include_str!("../torture/mssql.sql")],
        found: &[include_str!("../torture/mssql.txt")],
        differs: &[
            (" numbered\n", " numbered read-only\n"),
            ("doc: json\n", "doc: text\n"),
            (
                "unique country_calling: calling_code\n",
                "unique country_calling: calling_code nulls too\n",
            ),
            (
                "unique region_name: name, country\n",
                "unique region_name: name, country nulls too\n",
            ),
            (
                "unique Odd \"unique\": MixedCase, with space\n",
                "unique Odd \"unique\": MixedCase, with space nulls too\n",
            ),
        ],
    },
};

fn numbers(count: u64) -> String {
    let digits = "(VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9))";
    let (mut from, mut sum) = (Vec::new(), vec!["CAST(1 AS bigint)".to_owned()]);
    for place in 0..9 {
        from.push(format!("{digits} AS d{place} (d)"));
        sum.push(format!("d{place}.d * {}", 10_u64.pow(place)));
    }
    format!(
        "SELECT TOP ({count}) {} AS i FROM {}",
        sum.join(" + "),
        from.join(" CROSS JOIN ")
    )
}

async fn empty() -> Option<Empty> {
    let (url, dropper) = mssql::create().await?;
    Some(Empty {
        url,
        place: Place::Server(dropper),
    })
}

//! What the engines print, as data.

use std::sync::Arc;

use super::Checks;
use crate::repository::write::Checked;
use crate::schema::{Check, Column, ColumnType, Domain, Schema, Table, TableKind};
use crate::sql::{CheckSyntax, SqlFlavor, TextEquality, Writer};
use crate::statement::Node;
use crate::value::Value;

/// A flavor of which only the reading of checks is of interest.
#[derive(Debug)]
struct Reads(CheckSyntax, TextEquality);

impl SqlFlavor for Reads {
    fn name(&self) -> &'static str {
        "reads"
    }

    fn capabilities(&self) -> crate::sql::Capabilities {
        crate::sql::Capabilities::minimal(1)
    }

    fn placeholder(&self, _: &mut String, _: usize) {}

    fn in_list(&self, _: &mut Writer<'_>, _: &Node) {}

    fn check_syntax(&self) -> Option<CheckSyntax> {
        Some(self.0)
    }

    fn text_equality(&self, _: &Column) -> Option<TextEquality> {
        Some(self.1)
    }
}

const POSTGRES: Reads = Reads(
    CheckSyntax::new("postgres", &["LENGTH", "CHAR_LENGTH"]),
    TextEquality::Exact,
);
const MYSQL: Reads = Reads(
    CheckSyntax::new("mysql", &["CHAR_LENGTH"]),
    TextEquality::Folded,
);
const SQLITE: Reads = Reads(CheckSyntax::new("sqlite", &["LENGTH"]), TextEquality::Exact);
const MSSQL: Reads = Reads(CheckSyntax::new("mssql", &["LEN"]), TextEquality::Folded);

fn shop() -> Table {
    let mut table = Table::new(None, "item", TableKind::Table);
    let decimal = ColumnType::Decimal {
        precision: Some(10),
        scale: Some(2),
    };
    let columns = [
        ("n", ColumnType::int(32)),
        ("m", ColumnType::int(32)),
        ("price", decimal),
        ("ratio", ColumnType::Float { bits: 64 }),
        ("small", ColumnType::Float { bits: 32 }),
        ("status", ColumnType::text()),
        ("starts", ColumnType::Date),
        ("ends", ColumnType::Date),
        ("flag", ColumnType::Bool),
    ];
    for (at, (name, column_type)) in (1..).zip(columns) {
        table
            .columns
            .push(Column::new(name, at, "type", column_type));
    }
    table
}

fn problems(flavor: &Reads, table: &Table, record: &[(&str, Value)]) -> Vec<String> {
    let fit = |(name, value): &(&str, Value)| {
        let column = table.column(name).unwrap();
        column.column_type.fit(value.clone()).unwrap()
    };
    let fitted = Checked {
        columns: record.iter().map(|(name, _)| Arc::from(*name)).collect(),
        values: record.iter().map(fit).collect(),
    };
    let schema = Schema::new("reads");
    let mut problems = Vec::new();
    Checks::read(&schema, table, flavor).judge(&fitted, &mut problems);
    let told = problems.iter();
    told.map(|p| format!("{} {}: {}", p.column, p.code, p.message))
        .collect()
}

#[track_caller]
fn told(flavor: &Reads, check: &str, record: &[(&str, Value)]) -> Vec<String> {
    let mut table = shop();
    table.checks.push(Check::new(Some("ck".into()), check));
    problems(flavor, &table, record)
}

#[track_caller]
fn refuses(flavor: &Reads, check: &str, column: &str, value: impl Into<Value>, expected: &str) {
    assert_eq!(
        told(flavor, check, &[(column, value.into())]),
        [expected],
        "{check}"
    );
}

#[track_caller]
fn leaves(flavor: &Reads, check: &str, column: &str, value: impl Into<Value>) {
    assert_eq!(
        told(flavor, check, &[(column, value.into())]),
        [""; 0],
        "{check}"
    );
}

#[test]
fn a_number_is_compared_with_a_constant() {
    for (flavor, check) in [
        (POSTGRES, "price >= (0)::numeric"),
        (
            POSTGRES,
            "((price)::double precision >= (0)::double precision)",
        ),
        (POSTGRES, "price >= '0'::numeric"),
        (MYSQL, "(`price` >= 0)"),
        (SQLITE, "price>=0"),
        (SQLITE, "\"price\" >= 0 -- not below"),
        (SQLITE, "0 <= item.PRICE"),
        (MSSQL, "[price]>=(0)"),
        (MSSQL, "(NOT [price]<(0))"),
    ] {
        refuses(
            &flavor,
            check,
            "price",
            -1,
            "price range: must be at least 0",
        );
        leaves(&flavor, check, "price", 0);
        leaves(&flavor, check, "price", Value::Null);
        leaves(&flavor, check, "n", -1);
    }
    refuses(&SQLITE, "n < 3", "n", 3, "n range: must be less than 3");
    refuses(
        &SQLITE,
        "not n <= 3",
        "n",
        3,
        "n range: must be more than 3",
    );
    refuses(&SQLITE, "n <> 3", "n", 3, "n range: must be other than 3");
    refuses(
        &MSSQL,
        "[n]>(-(2))",
        "n",
        -2,
        "n range: must be more than -2",
    );
    refuses(
        &POSTGRES,
        "n > '-2'::integer",
        "n",
        -2,
        "n range: must be more than -2",
    );
    refuses(&SQLITE, "n == 3", "n", 4, "n range: must be 3");
}

#[test]
fn between_says_two_things() {
    for (flavor, check) in [
        (POSTGRES, "((n >= 1) AND (n <= 5))"),
        (MYSQL, "(`n` between 1 and 5)"),
        (SQLITE, "n BETWEEN 1 AND 5"),
        (MSSQL, "[n]>=(1) AND [n]<=(5)"),
    ] {
        refuses(&flavor, check, "n", 0, "n range: must be at least 1");
        refuses(&flavor, check, "n", 6, "n range: must be at most 5");
        leaves(&flavor, check, "n", 1);
        leaves(&flavor, check, "n", 5);
    }
    let outside = "n NOT BETWEEN 1 AND 5";
    refuses(
        &SQLITE,
        outside,
        "n",
        3,
        "n check: breaks the check `ck`: n NOT BETWEEN 1 AND 5",
    );
    leaves(&SQLITE, outside, "n", 6);
}

#[test]
fn a_list_of_words_is_an_enum() {
    let pg = "((status)::text = ANY ((ARRAY['paid'::character varying, 'sent'::character varying])::text[]))";
    for (flavor, check) in [
        (POSTGRES, pg),
        (
            POSTGRES,
            "(status = ANY (ARRAY['paid'::text, 'sent'::text]))",
        ),
        (MYSQL, "(`status` in (_utf8mb4'paid',_utf8mb4'sent'))"),
        (MYSQL, "`status` in ('paid','sent')"),
        (SQLITE, "status IN ('paid', 'sent')"),
        (MSSQL, "([status]='paid' OR [status]=N'sent')"),
    ] {
        refuses(
            &flavor,
            check,
            "status",
            "lost",
            "status enum: must be one of paid, sent",
        );
        leaves(&flavor, check, "status", "sent");
        leaves(&flavor, check, "status", Value::Null);
    }
    refuses(
        &SQLITE,
        "status IN ('paid')",
        "status",
        "PAID",
        "status enum: must be one of paid",
    );
    leaves(&MYSQL, "`status` in ('paid')", "status", "PAID ");
    leaves(&MSSQL, "[status]='paid'", "status", "PAID");
    refuses(
        &SQLITE,
        "n IN (1, 2)",
        "n",
        3,
        "n enum: must be one of 1, 2",
    );
    refuses(
        &POSTGRES,
        "(n = ANY (ARRAY[1, 2]))",
        "n",
        3,
        "n enum: must be one of 1, 2",
    );
    refuses(
        &POSTGRES,
        "(status <> ''::text)",
        "status",
        "",
        "status length: must not be empty",
    );
    leaves(&MYSQL, "(`status` <> _utf8mb4'')", "status", "  ");
    let none = "(status <> ALL (ARRAY['a'::text, 'b'::text]))";
    leaves(&POSTGRES, none, "status", "c");
    assert_eq!(told(&POSTGRES, none, &[("status", "b".into())]).len(), 1);
    // A word in double quotes is a column's name, if there is one.
    leaves(&SQLITE, "status IN (\"paid\")", "status", "lost");
}

#[test]
fn characters_are_counted() {
    for (flavor, check) in [
        (POSTGRES, "(length((status)::text) >= 2)"),
        (POSTGRES, "(char_length(status) >= 2)"),
        (MYSQL, "(char_length(`status`) >= 2)"),
        (SQLITE, "length(status) >= 2"),
        (MSSQL, "(len([status])>=(2))"),
    ] {
        refuses(
            &flavor,
            check,
            "status",
            "ä",
            "status length: must have at least 2 characters",
        );
        leaves(&flavor, check, "status", "äö");
        // Some don't count a blank at the end.
        leaves(&flavor, check, "status", " ");
    }
    // Bytes.
    leaves(&MYSQL, "(length(`status`) >= 2)", "status", "a");
}

#[test]
fn columns_are_compared_with_each_other() {
    let message = "starts check: breaks the check `ck`: starts <= ends";
    let record = |starts: &str, ends: &str| [("starts", starts.into()), ("ends", ends.into())];
    let told = |starts: &str, ends: &str| told(&SQLITE, "starts <= ends", &record(starts, ends));
    assert_eq!(told("2026-01-02", "2026-01-01"), [message]);
    assert_eq!(told("2026-01-02", "2026-01-02"), [""; 0]);
    leaves(&SQLITE, "starts <= ends", "starts", "2026-01-02");
    let numbers = [("n", Value::from(2)), ("m", Value::from(1))];
    assert_eq!(super::tests::told(&MSSQL, "[n]<=[m]", &numbers).len(), 1);
}

#[test]
fn dates_are_compared_where_they_are_written_clearly() {
    for (flavor, check) in [
        (POSTGRES, "(starts >= '2020-01-01'::date)"),
        (MYSQL, "(`starts` >= DATE'2020-01-01')"),
        (MYSQL, "`starts` >= '2020-01-01'"),
        (SQLITE, "starts >= '2020-01-01'"),
    ] {
        refuses(
            &flavor,
            check,
            "starts",
            "2019-12-31",
            "starts range: must be at least 2020-01-01",
        );
        leaves(&flavor, check, "starts", "2020-01-01");
        leaves(&flavor, check, "starts", "infinity");
    }
    leaves(&MSSQL, "[starts]>='01/02/2020'", "starts", "2019-12-31");
    leaves(&SQLITE, "starts >= CURRENT_DATE", "starts", "2019-12-31");
}

#[test]
fn what_is_not_understood_is_left_to_the_database() {
    for (flavor, check) in [
        (POSTGRES, "((n % 2) = 0)"),
        (POSTGRES, "((status)::text ~ '^[a-z]+$'::text)"),
        (POSTGRES, "(n > 5) OR (abs(n) > 5)"),
        (POSTGRES, "((ratio)::numeric >= 0.5)"),
        (POSTGRES, "((price)::integer > 5)"),
        (MYSQL, "(cast(`n` as decimal) > 5)"),
        (SQLITE, "CAST(n AS REAL) > 5"),
        (SQLITE, "status COLLATE NOCASE = 'x'"),
        (SQLITE, "typeof(n) = 'integer'"),
        (SQLITE, "n > 'x'"),
        (SQLITE, "status > 5"),
        (SQLITE, "status > 'x'"),
        (SQLITE, "1 < n < 5"),
        (SQLITE, "nowhere > 5"),
        (SQLITE, "n > 5 garbage("),
        (SQLITE, "n > NULL"),
        (SQLITE, "0 > 1"),
        (SQLITE, ""),
    ] {
        for (column, value) in [
            ("n", Value::from(1)),
            ("status", Value::from("a")),
            ("ratio", Value::from(0.1)),
            ("price", Value::from(1)),
        ] {
            leaves(&flavor, check, column, value);
        }
    }
    // But what is understood of it counts.
    let half = "((n > 5) AND (abs(n) > 5))";
    refuses(&POSTGRES, half, "n", 1, "n range: must be more than 5");
    refuses(
        &SQLITE,
        "n IS NOT NULL",
        "n",
        Value::Null,
        "n null: can't be null",
    );
    let either = "(n IS NULL) OR (n > 5)";
    leaves(&POSTGRES, either, "n", Value::Null);
    assert_eq!(told(&POSTGRES, either, &[("n", 1.into())]).len(), 1);
}

#[test]
fn floats_are_judged_where_all_ways_of_comparing_them_agree() {
    refuses(
        &POSTGRES,
        "(ratio <= (0.1)::double precision)",
        "ratio",
        0.2,
        "ratio range: must be at most 0.1",
    );
    leaves(
        &POSTGRES,
        "(ratio <= (0.1)::double precision)",
        "ratio",
        0.1,
    );
    // 0.1 of 32 bits is more than 0.1, and 0.7 less.
    refuses(
        &MYSQL,
        "(`small` <= 0.1)",
        "small",
        0.2,
        "small range: must be at most 0.1",
    );
    leaves(&MYSQL, "(`small` <= 0.1)", "small", 0.1);
    leaves(&MYSQL, "(`small` < 0.7)", "small", 0.7);
    leaves(&MYSQL, "(`small` <> 0.1)", "small", 0.1);
    refuses(
        &MYSQL,
        "(`small` <> 0.5)",
        "small",
        0.5,
        "small range: must be other than 0.5",
    );
    // PostgreSQL rounds it.
    leaves(&POSTGRES, "(price <= 10.00)", "price", 10.004);
    refuses(
        &POSTGRES,
        "(price <= 10.00)",
        "price",
        10.01,
        "price range: must be at most 10.00",
    );
    leaves(&POSTGRES, "(ratio > 0.5)", "ratio", f64::NAN);
    // SQL Server's money would have it rounded.
    leaves(&MSSQL, "[price]<=(0.123)", "price", 0.13);
    refuses(
        &MSSQL,
        "[price]<=(0.120)",
        "price",
        0.13,
        "price range: must be at most 0.120",
    );
    let huge: bigdecimal::BigDecimal = "1e99999".parse().unwrap();
    leaves(&SQLITE, "ratio < 5", "ratio", 0.5);
    leaves(&SQLITE, "price < 5", "price", huge);
}

#[test]
fn a_check_that_is_not_enforced_says_nothing() {
    let mut table = shop();
    let mut check = Check::new(None, "n > 5");
    check.enforced = false;
    table.checks.push(check);
    assert_eq!(problems(&SQLITE, &table, &[("n", 1.into())]), [""; 0]);
}

#[test]
fn a_domain_checks_its_columns() {
    let mut table = shop();
    table.columns[0].domain = Some("public.amount".into());
    let mut schema = Schema::new("reads");
    let mut domain = Domain::new(
        Some("public".into()),
        "amount",
        "integer",
        ColumnType::int(32),
    );
    domain.checks.push(Check::new(None, "(VALUE > 0)"));
    schema.domains.push(domain);
    let fitted = Checked {
        columns: ["n".into(), "m".into()].into(),
        values: vec![0.into(), 0.into()],
    };
    let mut problems = Vec::new();
    Checks::read(&schema, &table, &POSTGRES).judge(&fitted, &mut problems);
    let told: Vec<_> = problems
        .iter()
        .map(|p| (p.column.as_str(), p.code))
        .collect();
    assert_eq!(told, [("n", "range")]);
}

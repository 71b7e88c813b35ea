use super::*;
use Product::{Mariadb, Mysql};

fn column(native: &str) -> Column {
    Column::new("c", 1, native, Native::parse(native).column_type(native))
}

fn written(write: impl FnOnce(&mut String)) -> String {
    let mut out = String::new();
    write(&mut out);
    out
}

#[track_caller]
fn check_selected(product: Product, native: &str, expected: &str) {
    let sql = written(|out| selected(product, out, &column(native), "`c`"));
    assert_eq!(sql, expected, "{native}");
}

#[track_caller]
fn check_bound(product: Product, native: &str, expected: &str) {
    let sql = written(|out| bound(product, out, &column(native)));
    assert_eq!(sql, expected, "{native}");
}

#[test]
fn what_has_no_text_of_its_own_is_converted() {
    for product in [Mysql, Mariadb] {
        for native in ["int", "varchar(20)", "json", "inet6"] {
            check_selected(product, native, "`c`");
        }
        check_selected(
            product,
            "point",
            "CONCAT(IF(ST_SRID(`c`) = 0, '', CONCAT('SRID=', ST_SRID(`c`), ';')), ST_AsText(`c`))",
        );
    }
    check_selected(Mysql, "vector(3)", "VECTOR_TO_STRING(`c`)");
    check_selected(Mariadb, "vector(3)", "VEC_ToText(`c`)");
}

#[test]
fn a_bind_becomes_what_its_column_holds() {
    for native in ["int", "varchar(20)", "double", "inet6"] {
        check_bound(Mysql, native, "?");
        check_bound(Mariadb, native, "?");
    }
    check_bound(Mysql, "json", "CAST(? AS JSON)");
    check_bound(Mariadb, "json", "?");
    check_bound(Mysql, "float", "CAST(? AS FLOAT)");
    check_bound(Mysql, "vector(3)", "STRING_TO_VECTOR(?)");
    check_bound(Mariadb, "vector(3)", "VEC_FromText(?)");
    let shape = |product| written(|out| bound(product, out, &column("polygon")));
    assert_eq!(
        shape(Mysql),
        format!("(SELECT {SHAPE} FROM (SELECT ? AS `v`) AS `shape`)")
    );
    // What is no shape fails by a row too many.
    let checked = shape(Mariadb);
    assert!(checked.contains("SELECT POINT(0, 0) UNION ALL SELECT NULL"));
    assert_eq!(checked.matches('?').count(), 1);
}

#[test]
fn an_element_of_a_list_becomes_what_it_is_compared_with() {
    let element = |product, native: &str| list_element(product, Some(&column(native)));
    assert_eq!(list_element(Mysql, None), "`v`");
    assert_eq!(element(Mysql, "varchar(20)"), "`v`");
    assert_eq!(element(Mysql, "varbinary(16)"), "UNHEX(`v`)");
    assert_eq!(element(Mysql, "point"), SHAPE);
    assert_eq!(element(Mysql, "vector(3)"), "STRING_TO_VECTOR(`v`)");
    assert_eq!(element(Mariadb, "vector(3)"), "VEC_FromText(`v`)");
}

#[test]
fn a_list_is_of_the_columns_type() {
    assert_eq!(list_type(None), "LONGTEXT");
    for (native, expected) in [
        ("tinyint(1)", "BIGINT"),
        ("int", "BIGINT"),
        ("int unsigned", "BIGINT UNSIGNED"),
        ("float", "FLOAT"),
        ("double", "DOUBLE"),
        ("decimal(10,2)", "DECIMAL(65, 2)"),
        ("date", "DATE"),
        ("time(3)", "TIME(6)"),
        ("datetime", "DATETIME(6)"),
        ("timestamp(6)", "DATETIME(6)"),
        ("blob", "LONGTEXT"),
        ("varchar(20)", "LONGTEXT"),
    ] {
        assert_eq!(list_type(Some(&column(native))), expected, "{native}");
    }
    let mut sharp = column("decimal(10,2)");
    sharp.column_type = ColumnType::Decimal {
        precision: None,
        scale: None,
    };
    assert_eq!(list_type(Some(&sharp)), "DECIMAL(65, 30)");
}

#[test]
fn a_list_of_texts_has_the_columns_collation() {
    let of = |collation: &str| {
        let mut column = column("varchar(20)");
        column.collation = Some(collation.into());
        list_type(Some(&column))
    };
    assert_eq!(
        of("utf8mb4_0900_ai_ci"),
        "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci"
    );
    // One of another charset can't be said of what travels as UTF-8, and no name is spliced in as it is.
    assert_eq!(of("latin1_swedish_ci"), "LONGTEXT");
    assert_eq!(of("utf8mb4_bin) --"), "LONGTEXT");
}

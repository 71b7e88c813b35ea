//! Many new rows as arrays, one of each column.
//!
//! The server reads a statement with a few parameters instead of some ten thousand, and the text is the same for
//! however many rows, so that it is prepared once.

use noorm_core::schema::{Column, ColumnType};
use noorm_core::sql::{Write, Writer};

/// Writes the rows of an `INSERT`.
pub(super) fn rows(writer: &mut Writer<'_>, write: &Write<'_>) {
    let mut columns = write.columns.iter().map(|name| write.table.column(name));
    let have_arrays = columns.all(|column| column.and_then(element).is_some());
    if write.rows < 2 || !have_arrays {
        return writer.values(write);
    }
    // A function's rows come in their order, and are inserted and given back in it.
    writer.push(" SELECT * FROM UNNEST(");
    writer.values_as_arrays(write, |writer, column, number| {
        writer.placeholder(number);
        writer.push("::");
        writer.push(&element(column).unwrap_or_default());
        writer.push("[]");
    });
    writer.push(")");
}

/// Gives the type of the array's elements; `None` where the column has none that changes nothing.
///
/// It has no length and no precision, to which a cast would cut in silence what the assignment to the column refuses.
fn element(column: &Column) -> Option<String> {
    let native = column.native_type.as_str();
    let is_array = matches!(column.column_type, ColumnType::Array { .. }) || native.ends_with("[]");
    // The elements of an array of arrays come one by one, the fields of a composite as columns. A domain's own checks are
    // the column's to name.
    let is_other = matches!(column.column_type, ColumnType::Other { .. });
    if is_array || is_other || column.domain.is_some() {
        return None;
    }
    match native.split(['(', ' ']).next().unwrap_or_default() {
        // Without a length, it has one bit. Arrays of boxes have another separator. Vectors have no plain arrays.
        "bit" | "box" | "int2vector" | "oidvector" => None,
        "character" if native.starts_with("character varying") => Some("varchar".into()),
        // Without a length, it has one character.
        "character" => Some("bpchar".into()),
        "interval" => Some("interval".into()),
        _ => Some(without_modifiers(native)),
    }
}

/// Cuts `(8,2)` out of `numeric(8,2)`, and `(3)` out of `timestamp(3) with time zone`; not out of a quoted name.
fn without_modifiers(native: &str) -> String {
    let (mut depth, mut quoted) = (0_u32, false);
    let kept = native.chars().filter(|c| {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => {
                depth = depth.saturating_sub(1);
                return false;
            }
            _ => {}
        }
        depth == 0
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_have_no_length() {
        let of = |native: &str| element(&Column::new("c", 1, native, ColumnType::text()));
        let check = |native, expected: Option<&str>| {
            assert_eq!(of(native).as_deref(), expected, "{native}")
        };
        check("bigint", Some("bigint"));
        check("numeric(8,2)", Some("numeric"));
        check("character varying(40)", Some("varchar"));
        check("character(5)", Some("bpchar"));
        check(
            "timestamp(3) with time zone",
            Some("timestamp with time zone"),
        );
        check("interval day to second(3)", Some("interval"));
        check("geometry(Point,4326)", Some("geometry"));
        check("sales.\"odd(1) type\"", Some("sales.\"odd(1) type\""));
        check("bit varying(4)", None);
        check("bit(4)", None);
        check("box", None);
        check("integer[]", None);
        let native = "pair".to_owned();
        let composite = Column::new("c", 1, "pair", ColumnType::Other { native });
        assert_eq!(element(&composite), None);
    }

    #[test]
    fn a_domain_is_written_value_by_value() {
        let mut column = Column::new("c", 1, "integer", ColumnType::text());
        column.domain = Some("positive".into());
        assert_eq!(element(&column), None);
    }
}

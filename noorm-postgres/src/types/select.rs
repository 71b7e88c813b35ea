//! How a column is selected, so that its wire type is one that can be read.

use noorm_core::schema::{Column, ColumnType};

/// How the flavor writes a column in a select list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Selected {
    /// As it is.
    Plain,
    /// With `::text`.
    Text,
    /// With `::text[]`.
    TextArray,
}

impl Selected {
    /// Gives the cast to write behind the column.
    pub(crate) fn cast(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Text => "::text",
            Self::TextArray => "::text[]",
        }
    }
}

/// Says how to select `column`.
///
/// Types without a binary decoder are selected as text. So are enums and extensions' text types,
/// which have no fixed OID: the driver would look each of them up, once per connection, with two
/// statements of its own.
pub(crate) fn select_as(column: &Column) -> Selected {
    let native = native_name(&column.native_type);
    // The server describes a column of a domain by the type under it.
    let in_domain = column.domain.is_some();
    match element(&column.column_type) {
        Some(element) if is_readable(element, native, in_domain) => Selected::Plain,
        Some(_) => Selected::TextArray,
        None if is_readable(&column.column_type, native, in_domain) => Selected::Plain,
        None => Selected::Text,
    }
}

fn element(ty: &ColumnType) -> Option<&ColumnType> {
    match ty {
        ColumnType::Array { element: inner } => Some(element(inner).unwrap_or(inner)),
        _ => None,
    }
}

fn is_readable(ty: &ColumnType, native: &str, in_domain: bool) -> bool {
    match ty {
        ColumnType::Enum { .. } | ColumnType::Set { .. } => false,
        // Their cast to text prints something else than they do.
        ColumnType::Other { native: whole } => {
            // An array without a counterpart travels as text as a whole.
            matches!(native, "inet" | "cidr") && !whole.ends_with("[]")
        }
        // `::text` would cut the blanks off a `character(n)`.
        ColumnType::Text { .. } => {
            in_domain
                || matches!(
                    native,
                    "text" | "character varying" | "varchar" | "character" | "bpchar" | "name"
                )
        }
        _ => !matches!(native, "money" | "time with time zone" | "timetz"),
    }
}

/// A type's name without modifiers and brackets: `time(3) with time zone[]` is
/// `time with time zone`.
fn native_name(native: &str) -> &str {
    let native = native.trim_end_matches("[]");
    match native.split_once('(') {
        Some((_, rest)) if rest.ends_with(") with time zone") && native.starts_with("time(") => {
            "timetz"
        }
        Some((name, _)) => name.trim_end(),
        None => native,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(native: &str, ty: ColumnType, expected: &str) {
        let column = Column::new("c", 1, native, ty);
        assert_eq!(select_as(&column).cast(), expected, "{native}");
    }

    fn array(element: ColumnType) -> ColumnType {
        ColumnType::Array {
            element: Box::new(element),
        }
    }

    fn other(native: &str) -> ColumnType {
        ColumnType::Other {
            native: native.to_owned(),
        }
    }

    #[test]
    fn what_can_be_read_is_plain() {
        check("bigint", ColumnType::int(64), "");
        check("character varying(20)", ColumnType::text(), "");
        check("character(3)[]", array(ColumnType::text()), "");
        check("time(3) without time zone", ColumnType::Time, "");
        check("timestamp(3) with time zone", ColumnType::TimestampTz, "");
        check("integer[]", array(array(ColumnType::int(32))), "");
        check("inet", other("inet"), "");
        check("cidr[]", array(other("cidr")), "");
    }

    #[test]
    fn the_rest_is_text() {
        check("citext", ColumnType::text(), "::text");
        check("point", other("point"), "::text");
        check("inet[]", other("inet[]"), "::text");
        check("time(3) with time zone", ColumnType::Time, "::text");
        check("time with time zone[]", array(ColumnType::Time), "::text[]");
        check("point[]", array(other("point")), "::text[]");
        let mood = ColumnType::Enum {
            name: Some("public.mood".into()),
            values: vec!["ok".into()],
        };
        check("mood", mood.clone(), "::text");
        check("mood[]", array(mood), "::text[]");
    }

    #[test]
    fn domains_are_described_as_what_is_under_them() {
        let mut column = Column::new("c", 1, "zip", ColumnType::text());
        column.domain = Some("public.zip".into());
        assert_eq!(select_as(&column), Selected::Plain);
    }
}

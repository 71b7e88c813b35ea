//! Which columns can stand at the two ends of a relation, and are found fast.

use crate::schema::{ColumnType, Index, Table};

/// Whether the values of the two can be equal.
pub(in crate::relation) fn comparable(a: &ColumnType, b: &ColumnType) -> bool {
    match (a, b) {
        // A column of SQLite's without a type holds whatever it is given.
        (ColumnType::Other { native }, _) | (_, ColumnType::Other { native })
            if native.is_empty() =>
        {
            true
        }
        (ColumnType::Other { native: a }, ColumnType::Other { native: b }) => a == b,
        _ => kind(a) == kind(b),
    }
}

/// Types of one kind are compared as they are.
fn kind(column_type: &ColumnType) -> u8 {
    match column_type {
        ColumnType::Bool => 0,
        ColumnType::Integer { .. } | ColumnType::Decimal { .. } => 1,
        ColumnType::Float { .. } => 2,
        ColumnType::Text { .. } | ColumnType::Enum { .. } | ColumnType::Set { .. } => 3,
        ColumnType::Bytes { .. } => 4,
        ColumnType::Uuid => 5,
        ColumnType::Date => 6,
        ColumnType::Time => 7,
        ColumnType::Timestamp => 8,
        ColumnType::TimestampTz => 9,
        ColumnType::Interval => 10,
        ColumnType::Json => 11,
        ColumnType::Array { .. } => 12,
        ColumnType::Other { .. } => 13,
    }
}

/// Whether there is an index or a key that begins with these columns, in any order.
pub(in crate::relation) fn has_index(table: &Table, columns: &[String]) -> bool {
    let begins = |index: &[String]| {
        let first = index.get(..columns.len());
        first.is_some_and(|first| columns.iter().all(|column| first.contains(column)))
    };
    // Of a few thousand rows each, BRIN says only that the key may be among them.
    let is_sharp = |index: &&Index| index.method.as_deref() != Some("brin");
    let mut usable = table.indexes.iter().filter(is_sharp);
    table.unique_keys().any(begins)
        || usable.any(|index| has_all(index, columns) && begins(&index.columns))
}

/// Whether an index has all rows whose `columns` aren't null.
pub(super) fn has_all(index: &Index, columns: &[String]) -> bool {
    let predicate = index.predicate.as_deref();
    predicate.is_none_or(|predicate| leaves_out_nulls(predicate, columns))
}

/// Whether an index finds single values of a column, and none is sure to find ranges.
pub(in crate::relation) fn is_hashed(table: &Table, column: &str) -> bool {
    let begins = |index: &&Index| index.columns.first().is_some_and(|first| first == column);
    let indexes = || table.indexes.iter().filter(begins);
    let is = |index: &Index, method: &str| index.method.as_deref() == Some(method);
    indexes().any(|index| is(index, "hash"))
        && !indexes().any(|index| is(index, "btree") && index.predicate.is_none())
}

/// Whether an index with this predicate has all rows whose `columns` aren't null, which are those that are looked for.
fn leaves_out_nulls(predicate: &str, columns: &[String]) -> bool {
    let is_plain = |c: char| !matches!(c, '(' | ')' | '"' | '`' | '[' | ']');
    let predicate: String = predicate.chars().filter(|c| is_plain(*c)).collect();
    let words: Vec<&str> = predicate.split_whitespace().collect();
    let mut conditions = words.split(|word| word.eq_ignore_ascii_case("and"));
    conditions.all(|condition| match condition {
        [column, is, not, null] => {
            let told = [(is, "is"), (not, "not"), (null, "null")];
            columns.iter().any(|name| name == column)
                && told
                    .iter()
                    .all(|(word, wanted)| word.eq_ignore_ascii_case(wanted))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::leaves_out_nulls;

    #[test]
    fn predicates_that_leave_out_nulls_alone() {
        let columns = ["a".to_owned(), "b".to_owned()];
        for predicate in [
            "(a IS NOT NULL)",
            "[a] is not null",
            "((\"a\" IS NOT NULL) AND (b IS NOT NULL))",
        ] {
            assert!(leaves_out_nulls(predicate, &columns), "{predicate}");
        }
        for predicate in [
            "",
            "(c IS NOT NULL)",
            "(a IS NULL)",
            "((a IS NOT NULL) AND (c = 1))",
            "((a IS NOT NULL) OR b)",
            "a",
        ] {
            assert!(!leaves_out_nulls(predicate, &columns), "{predicate}");
        }
    }
}

//! By which keys Diesel knows a row: those that Rust compares and hashes.

/// Rust compares and hashes tuples up to so many values, which is what Diesel knows a row by.
const MOST_IN_KEY: usize = 12;

/// Types that a key may be of in a database, and that Rust has no `Hash` or `Eq` for.
const UNHASHED: &[&str] = &["f32", "f64", "PgInterval"];

/// Why Diesel knows no row by its key, so that there is no `Identifiable`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unidentified {
    /// There is no key.
    NoKey,
    /// It has so many columns.
    TooLong(usize),
    /// A column of it, and what that is in Rust.
    Unhashed { column: String, rust: String },
}

impl Unidentified {
    /// Looks at a key of `columns`, which are of the Rust types that `types` tells beside their names.
    pub(crate) fn of<'t, I>(columns: &[String], types: impl FnOnce() -> I) -> Option<Self>
    where
        I: Iterator<Item = (&'t str, &'t str)>,
    {
        if columns.is_empty() {
            return Some(Self::NoKey);
        }
        if columns.len() > MOST_IN_KEY {
            return Some(Self::TooLong(columns.len()));
        }
        let unhashed = types().find(|(_, rust)| is_unhashed(rust));
        unhashed.map(|(column, rust)| Self::Unhashed {
            column: column.to_owned(),
            rust: rust.to_owned(),
        })
    }

    /// What the documentation of a row says of it; nothing where there is no key.
    pub(crate) fn note(&self) -> Option<String> {
        match self {
            Self::NoKey => None,
            Self::TooLong(count) => Some(format!(
                "Not `Identifiable`: its key has {count} columns, and Rust compares up to {MOST_IN_KEY} at once."
            )),
            Self::Unhashed { column, rust } => Some(format!(
                "Not `Identifiable`: `{column}` of its key is `{rust}`, which has no `Hash` and `Eq`."
            )),
        }
    }
}

/// Whether a type is one of those, or made of one.
fn is_unhashed(rust: &str) -> bool {
    let mut words = rust.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.any(|word| UNHASHED.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_known_by_what_is_compared_and_hashed() {
        let of = |types: &[&'static str]| {
            let columns: Vec<_> = types.iter().map(|_| "at".to_owned()).collect();
            let types = types.iter().map(|rust| ("at", *rust));
            Unidentified::of(&columns, || types)
        };
        assert_eq!(of(&["i32", "Vec<u8>", "bigdecimal::BigDecimal"]), None);
        assert_eq!(of(&["super::Tf32"]), None);
        assert_eq!(of(&[]), Some(Unidentified::NoKey));
        assert_eq!(of(&["i32"; 13]), Some(Unidentified::TooLong(13)));
        for rust in [
            "f32",
            "Vec<Option<f64>>",
            "diesel::pg::data_types::PgInterval",
        ] {
            let why = of(&["i32", rust]).expect("no `Hash`");
            let said = format!(
                "Not `Identifiable`: `at` of its key is `{rust}`, which has no `Hash` and `Eq`."
            );
            assert_eq!(why.note(), Some(said));
        }
    }
}

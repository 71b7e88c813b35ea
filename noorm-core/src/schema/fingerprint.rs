//! A short word for what a table looks like to code that was generated of it.

use super::{ColumnType, Table};

impl Table {
    /// Gives eight hexadecimal digits that change when a column comes, goes, or takes another type, nullability or
    /// way of being filled, or when the key changes; the order of the columns, comments and indexes don't matter.
    ///
    /// ```
    /// use noorm_core::schema::{Column, ColumnType, Table, TableKind};
    ///
    /// let mut album = Table::new(None, "album", TableKind::Table);
    /// let before = album.fingerprint();
    /// album.comment = Some("What was released.".into());
    /// assert_eq!(album.fingerprint(), before);
    /// album.columns.push(Column::new("title", 1, "text", ColumnType::text()));
    /// assert_ne!(album.fingerprint(), before);
    /// ```
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut columns: Vec<_> = self.columns.iter().collect();
        columns.sort_by(|a, b| a.name.cmp(&b.name));
        let mut hash = crc32fast::Hasher::new();
        let mut take = |text: &str| {
            hash.update(text.as_bytes());
            // Ends a part, so that `ab` and `c` aren't `a` and `bc`.
            hash.update(&[0]);
        };
        for column in columns {
            take(&column.name);
            take(&told(&column.column_type));
            let mut of = &column.column_type;
            while let ColumnType::Array { element } = of {
                of = element;
            }
            if let ColumnType::Enum { values, .. } = of {
                values.iter().for_each(|word| take(word));
            }
            let facts = [
                column.nullable,
                column.hidden,
                column.is_filled_by_database(),
                column.is_read_only(),
            ];
            take(&format!("{facts:?}"));
        }
        take("key");
        self.key_columns().iter().for_each(|name| take(name));
        take(if self.kind.is_view() { "view" } else { "table" });
        format!("{:08x}", hash.finalize())
    }
}

/// A type as it is told, without the schema of its enum: the default one may have another name elsewhere.
fn told(column_type: &ColumnType) -> String {
    match column_type {
        ColumnType::Enum {
            name: Some(name), ..
        } => {
            let (_, name) = name.rsplit_once('.').unwrap_or(("", name));
            format!("enum {name}")
        }
        ColumnType::Array { element } => format!("{}[]", told(element)),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Column, TableKind};

    #[test]
    fn a_new_word_is_seen_within_an_array_too() {
        let calm = of_moods("public.mood", &["calm"]);
        assert_ne!(calm, of_moods("public.mood", &["calm", "wild"]));
        assert_ne!(calm, of_moods("public.temper", &["calm"]));
    }

    #[test]
    fn the_schema_of_an_enum_may_be_called_otherwise() {
        let fingerprint = of_moods("public.mood", &["calm"]);
        assert_eq!(fingerprint, of_moods("shop.mood", &["calm"]));
        assert_eq!(fingerprint, of_moods("mood", &["calm"]));
    }

    fn of_moods(name: &str, words: &[&str]) -> String {
        let moods = ColumnType::Array {
            element: Box::new(ColumnType::Enum {
                name: Some(name.into()),
                values: words.iter().map(|word| (*word).to_owned()).collect(),
            }),
        };
        let mut album = Table::new(None, "album", TableKind::Table);
        album.columns.push(Column::new("moods", 1, "mood[]", moods));
        album.fingerprint()
    }
}

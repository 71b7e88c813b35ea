//! The keys of a table: what tells its rows apart.

use super::{Deferrability, Index, IndexKey, Table};
use crate::error::{Error, ErrorKind, Result};

impl Table {
    /// Gives the columns of each key: the primary key's, then those of unique constraints and of whole
    /// unique indexes over plain columns. A row's key is NULL where one of its columns is.
    ///
    /// ```
    /// use noorm_core::schema::{Column, ColumnType, Index, IndexPart, PrimaryKey, Table, TableKind};
    ///
    /// let mut user = Table::new(None, "user", TableKind::Table);
    /// user.primary_key = Some(PrimaryKey::new(None, vec!["id".into()]));
    /// user.indexes.push(Index::new("by_email", true, vec![IndexPart::column("email")]));
    /// user.indexes.push(Index::new("by_lower", true, vec![IndexPart::expression("lower(email)")]));
    /// assert_eq!(user.unique_keys().collect::<Vec<_>>(), [["id"], ["email"]]);
    /// ```
    pub fn unique_keys(&self) -> impl Iterator<Item = &[String]> {
        let primary = self.primary_key.iter().map(|key| key.columns.as_slice());
        let unique = self.unique.iter().map(|unique| unique.columns.as_slice());
        let indexes = self.indexes.iter().filter(|index| index.is_key());
        let indexes = indexes.map(|index| index.columns.as_slice());
        primary
            .filter(|columns| !columns.is_empty())
            .chain(unique)
            .chain(indexes)
    }

    /// The keys by which an upsert can tell whether a row is there: those that are checked at once.
    pub(crate) fn conflict_keys(&self) -> impl Iterator<Item = &[String]> {
        self.unique_keys().filter(|key| !self.is_deferrable(key))
    }

    fn is_deferrable<S: AsRef<str>>(&self, columns: &[S]) -> bool {
        let primary = self.primary_key.iter();
        let primary = primary.map(|key| (&key.columns, key.deferrability));
        let unique = self.unique.iter();
        let unique = unique.map(|key| (&key.columns, key.deferrability));
        primary
            .chain(unique)
            .any(|(key, when)| when != Deferrability::NotDeferrable && are_same(key, columns))
    }

    /// The keys whose columns are never NULL.
    pub(crate) fn sure_keys(&self) -> impl Iterator<Item = &[String]> {
        let is_sure = |name: &String| self.column(name).is_some_and(|column| !column.nullable);
        self.unique_keys()
            .filter(move |key| key.iter().all(is_sure))
    }

    /// The key that each row is told by: the primary key, or else the first whose columns are never NULL.
    pub(crate) fn telling_key(&self) -> Option<&[String]> {
        match self.key_columns() {
            [] => self.sure_keys().next(),
            key => Some(key),
        }
    }

    /// Checks that `columns` are those of a key, in any order, that an upsert can be aimed at.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidStatement`], with the keys that there are.
    pub(crate) fn check_key<S: AsRef<str>>(&self, columns: &[S]) -> Result<()> {
        if self.is_deferrable(columns) {
            let message = format!(
                "the key {} of `{}` is DEFERRABLE: the database can't tell by it whether a row is there",
                listed(columns),
                self.table_name()
            );
            return Err(Error::new(ErrorKind::InvalidStatement, message).with_help(
                "make it NOT DEFERRABLE, or look for the row first: `find_or_create`, `update_or_create`",
            ));
        }
        if self.unique_keys().any(|key| are_same(key, columns)) {
            return Ok(());
        }
        let keys: Vec<_> = self.conflict_keys().map(listed).collect();
        let message = format!(
            "`{}` has no unique key {}",
            self.table_name(),
            listed(columns)
        );
        let help = match keys.is_empty() {
            true => "it has none at all: an upsert needs a primary key or a unique one".to_owned(),
            false => format!(
                "its keys are {}; an index over a part of the rows, or over expressions, is none",
                keys.join(", ")
            ),
        };
        Err(Error::new(ErrorKind::InvalidStatement, message).with_help(help))
    }
}

impl Index {
    /// Tells whether it is a key beside those of the constraints.
    fn is_key(&self) -> bool {
        self.unique && !self.from_constraint && self.predicate.is_none() && self.is_plain()
    }

    /// Tells whether it is made over whole columns.
    pub(crate) fn is_plain(&self) -> bool {
        let plain = |key: &IndexKey| matches!(key, IndexKey::Column(_));
        let whole = |part: &super::IndexPart| plain(&part.key) && part.length.is_none();
        !self.parts.is_empty() && self.parts.iter().all(whole)
    }
}

/// Whether a key is over these columns, in any order.
fn are_same<S: AsRef<str>>(key: &[String], columns: &[S]) -> bool {
    let is_named = |name: &String| columns.iter().any(|column| column.as_ref() == name);
    key.len() == columns.len() && key.iter().all(is_named)
}

/// Names as a key is written: `(a, b)`.
pub(crate) fn listed<S: AsRef<str>>(columns: &[S]) -> String {
    let columns: Vec<_> = columns.iter().map(AsRef::as_ref).collect();
    format!("({})", columns.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{IndexPart, PrimaryKey, TableKind, Unique};

    fn table() -> Table {
        let mut table = Table::new(None, "t", TableKind::Table);
        table.primary_key = Some(PrimaryKey::new(None, vec!["a".into(), "b".into()]));
        table
    }

    #[test]
    fn a_key_is_the_whole_of_it_in_any_order() {
        let table = table();
        assert!(table.check_key(&["b", "a"]).is_ok());
        for wrong in [&["a"][..], &["a", "b", "c"], &["a", "c"], &[]] {
            let error = table.check_key(wrong).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidStatement);
            let help = error.help().unwrap_or_default();
            assert!(help.contains("its keys are (a, b);"), "{help}");
        }
    }

    #[test]
    fn no_upsert_is_aimed_at_a_key_that_is_checked_later() {
        let mut table = table();
        let mut later = Unique::new(None, vec!["c".into()]);
        later.deferrability = Deferrability::InitiallyImmediate;
        table.unique = vec![later, Unique::new(None, vec!["d".into()])];
        assert_eq!(table.unique_keys().count(), 3);
        let keys: Vec<_> = table.conflict_keys().map(listed).collect();
        assert_eq!(keys, ["(a, b)", "(d)"]);
        let error = table.check_key(&["c"]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert!(error.message().contains("DEFERRABLE"), "{error}");
        assert!(table.check_key(&["d"]).is_ok());
        // Snapshots of old know nothing of it.
        let json = serde_json::to_value(&table.unique[1]).unwrap();
        assert_eq!(json.get("deferrability"), None);
        let read: Unique = serde_json::from_value(json).unwrap();
        assert_eq!(read, table.unique[1]);
        let json = serde_json::to_value(&table.unique[0]).unwrap();
        assert_eq!(json["deferrability"], "initially_immediate");
    }

    #[test]
    fn indexes_over_a_part_of_rows_or_values_are_no_keys() {
        let mut table = table();
        table.primary_key = None;
        let mut partial = Index::new("p", true, vec![IndexPart::column("a")]);
        partial.predicate = Some("b IS NULL".into());
        let starts = Index::new("s", true, vec![IndexPart::column("a").prefix(3)]);
        let lower = Index::new("l", true, vec![IndexPart::expression("lower(a)")]);
        let plain = Index::new("n", false, vec![IndexPart::column("a")]);
        table.indexes = vec![partial, starts, lower, plain];
        let error = table.check_key(&["a"]).unwrap_err();
        assert!(
            error
                .help()
                .is_some_and(|help| help.contains("none at all"))
        );
        let whole = Index::new("w", true, vec![IndexPart::column("a")]);
        table.indexes.push(whole);
        assert!(table.check_key(&["a"]).is_ok());
    }
}

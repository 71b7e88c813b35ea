//! The keys of a table: what tells its rows apart.

use super::{Index, IndexKey, Table};

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

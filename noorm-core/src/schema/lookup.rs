//! Finding a table by what a person wrote.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Schema, Table, TableName};
use crate::error::{Error, ErrorKind, Result};

/// How alike a name must be to be offered as a suggestion (Jaro-Winkler, 0 to 1).
const SIMILAR: f64 = 0.8;

impl Schema {
    /// Finds the table that `name` means: `album`, `sales.order`, or a name that itself has dots.
    ///
    /// An unqualified name means the one in the default schema, else the only one of that name. A
    /// name that fits exactly wins over one that differs in case.
    ///
    /// ```
    /// use noorm_core::{ErrorKind, schema::{Schema, Table, TableKind}};
    ///
    /// let mut schema = Schema::new("postgres");
    /// schema.default_schema = Some("public".into());
    /// schema.tables = vec![
    ///     Table::new(Some("public"), "album", TableKind::Table).into(),
    ///     Table::new(Some("sales"), "order", TableKind::Table).into(),
    /// ];
    /// assert_eq!(schema.table("Order")?.table_name().to_string(), "sales.order");
    /// assert_eq!(schema.table("sales.order")?.name, "order");
    ///
    /// let error = schema.table("albun").unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::UnknownTable);
    /// assert_eq!(error.help(), Some("did you mean `album`?"));
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::UnknownTable`] lists similar names; [`ErrorKind::AmbiguousTable`] the candidates.
    pub fn table(&self, name: &str) -> Result<&Arc<Table>> {
        let exact = self.candidates(name, |a, b| a == b);
        let found = if exact.is_empty() {
            self.candidates(name, |a, b| a.to_lowercase() == b.to_lowercase())
        } else {
            exact
        };
        match found.as_slice() {
            [] => Err(self.unknown_table(name)),
            [one] => Ok(one),
            several => {
                let default = self.default_schema.as_deref();
                let mut preferred = several.iter().filter(|t| t.schema.as_deref() == default);
                match (preferred.next(), preferred.next()) {
                    (Some(one), None) if default.is_some() => Ok(one),
                    _ => Err(ambiguous(name, several)),
                }
            }
        }
    }

    /// Finds a table by its exact name.
    ///
    /// ```
    /// use noorm_core::schema::{Schema, Table, TableKind, TableName};
    ///
    /// let mut schema = Schema::new("sqlite");
    /// schema.tables.push(Table::new(None, "album.old", TableKind::Table).into());
    /// assert!(schema.table_named(&TableName::new(None, "album.old")).is_ok());
    /// assert!(schema.table_named(&TableName::new(None, "Album.Old")).is_err());
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::UnknownTable`] lists similar names.
    pub fn table_named(&self, name: &TableName) -> Result<&Arc<Table>> {
        self.position(name)
            .and_then(|index| self.tables.get(index))
            .ok_or_else(|| self.unknown_table(&name.to_string()))
    }

    /// The place of a table among [`tables`](Self::tables), by its exact name.
    pub(crate) fn position(&self, name: &TableName) -> Option<usize> {
        let by_name = self.by_name.get_or_init(|| {
            let named = self.tables.iter().enumerate();
            named.map(|(i, t)| (t.table_name(), i)).collect()
        });
        let fits =
            |t: &Table| *t.name == *name.name && t.schema.as_deref() == name.schema.as_deref();
        match by_name.get(name) {
            Some(&index) if self.tables.get(index).is_some_and(|t| fits(t)) => Some(index),
            // The fields are public: a schema that is still being put together may have moved on.
            _ => self.tables.iter().position(|t| fits(t)),
        }
    }

    /// Every reading of `name`: as a whole, and split at each of its dots.
    fn candidates(&self, name: &str, same: impl Fn(&str, &str) -> bool) -> Vec<&Arc<Table>> {
        let whole = self.tables.iter().filter(|t| same(&t.name, name));
        let whole: Vec<_> = whole.collect();
        if !whole.is_empty() {
            return whole;
        }
        let splits: Vec<_> = name
            .match_indices('.')
            .map(|(at, _)| name.split_at(at))
            .collect();
        let fits = |t: &&Arc<Table>| {
            splits.iter().any(|(schema, table)| {
                t.schema.as_deref().is_some_and(|s| same(s, schema))
                    && table.strip_prefix('.').is_some_and(|n| same(&t.name, n))
            })
        };
        self.tables.iter().filter(fits).collect()
    }

    fn unknown_table(&self, name: &str) -> Error {
        let error = Error::new(
            ErrorKind::UnknownTable,
            format!("no table or view is named `{name}`"),
        );
        let names = self.tables.iter().flat_map(|t| {
            let qualified = t.table_name().to_string();
            let default = t.schema == self.default_schema;
            [Some(t.name.clone()).filter(|_| default), Some(qualified)]
        });
        let similar = similar(name, names.flatten());
        if !similar.is_empty() {
            return error.with_help(format!("did you mean {similar}?"));
        }
        error.with_help(match self.tables.len() {
            0 => "no table was discovered: check the database, the schemas asked for, and the \
                  user's rights"
                .to_owned(),
            1 => "one table was discovered, of another name".to_owned(),
            n => format!("{n} tables were discovered, none with a similar name"),
        })
    }
}

/// A table, by whatever a caller has of it: what a person wrote, or its exact name.
///
/// ```
/// use noorm_core::schema::{TableName, TableRef};
///
/// let written: TableRef<'_> = "sales.order".into();
/// let exact: TableRef<'_> = TableName::new(Some("sales"), "order").into();
/// assert_ne!(written, exact);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TableRef<'a> {
    /// What a person wrote, found as [`Schema::table`] does.
    Written(Cow<'a, str>),
    /// The exact name.
    Exact(TableName),
}

impl<'a> From<&'a str> for TableRef<'a> {
    fn from(text: &'a str) -> Self {
        Self::Written(text.into())
    }
}

impl<'a> From<&'a String> for TableRef<'a> {
    fn from(text: &'a String) -> Self {
        Self::Written(text.into())
    }
}

impl From<String> for TableRef<'_> {
    fn from(text: String) -> Self {
        Self::Written(text.into())
    }
}

impl From<TableName> for TableRef<'_> {
    fn from(name: TableName) -> Self {
        Self::Exact(name)
    }
}

impl From<&TableName> for TableRef<'_> {
    fn from(name: &TableName) -> Self {
        Self::Exact(name.clone())
    }
}

impl Table {
    /// Makes the error of asking for a column that the table doesn't have.
    ///
    /// ```
    /// use noorm_core::schema::{Column, ColumnType, Table, TableKind};
    ///
    /// let mut album = Table::new(None, "album", TableKind::Table);
    /// album.columns.push(Column::new("title", 1, "text", ColumnType::text()));
    /// let error = album.unknown_column("titel");
    /// assert_eq!(error.to_string(), "`album` has no column `titel`: did you mean `title`?");
    /// ```
    #[must_use]
    pub fn unknown_column(&self, name: &str) -> Error {
        let error = Error::new(
            ErrorKind::UnknownColumn,
            format!("`{}` has no column `{name}`", self.table_name()),
        )
        .of_table(&self.table_name())
        .of_column(name);
        let names: Vec<String> = self.columns.iter().map(|c| c.name.clone()).collect();
        let similar = similar(name, names.iter().cloned());
        error.with_help(if similar.is_empty() {
            format!("its columns are {}", quoted(&names))
        } else {
            format!("did you mean {similar}?")
        })
    }
}

fn ambiguous(name: &str, candidates: &[&Arc<Table>]) -> Error {
    let names: Vec<String> = candidates
        .iter()
        .map(|t| t.table_name().to_string())
        .collect();
    Error::new(
        ErrorKind::AmbiguousTable,
        format!("`{name}` may mean any of {}", quoted(&names)),
    )
    .with_help("write it with its schema, or as it is spelled")
}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().take(20).map(|n| format!("`{n}`")).collect();
    names.join(", ")
}

/// The (at most three) names most like `wanted`, quoted, best first.
pub(crate) fn similar(wanted: &str, names: impl Iterator<Item = String>) -> String {
    let wanted = wanted.to_lowercase();
    let mut scored: Vec<(f64, String)> = names
        .map(|n| (strsim::jaro_winkler(&wanted, &n.to_lowercase()), n))
        .filter(|(score, _)| *score >= SIMILAR)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.truncate(3);
    let names: Vec<String> = scored.into_iter().map(|(_, n)| n).collect();
    quoted(&names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::TableKind;

    fn schema(default: Option<&str>) -> Schema {
        let mut schema = Schema::new("postgres");
        schema.default_schema = default.map(str::to_owned);
        for (of, name) in [
            ("sales", "order"),
            ("stock", "order"),
            ("stock", "Item"),
            ("stock", "item"),
        ] {
            let table = Table::new(Some(of), name, TableKind::Table);
            schema.tables.push(table.into());
        }
        schema
    }

    #[test]
    fn a_name_in_several_schemas_is_that_of_the_default_one() {
        let found = schema(Some("stock"));
        assert_eq!(
            found.table("order").unwrap().schema.as_deref(),
            Some("stock")
        );
        let error = schema(None).table("order").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AmbiguousTable);
        assert!(error.message().contains("`sales.order`"), "{error}");
        let named = schema(None);
        assert_eq!(
            named.table("sales.order").unwrap().schema.as_deref(),
            Some("sales")
        );
    }

    #[test]
    fn a_name_in_several_letter_cases_is_the_one_that_is_written_so() {
        let schema = schema(Some("stock"));
        assert_eq!(schema.table("Item").unwrap().name, "Item");
        let error = schema.table("ITEM").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AmbiguousTable);
        let error = schema.table("ordr").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownTable);
        assert!(
            error.help().is_some_and(|help| help.contains("order")),
            "{error}"
        );
    }
}

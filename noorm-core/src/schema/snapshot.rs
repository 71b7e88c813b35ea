//! A schema as a file: what was discovered, kept for those who have no database at hand.

use serde::{Deserialize, Serialize};

use super::{FORMAT, Schema};
use crate::error::{Error, ErrorKind, Result};

/// The version of this crate, which a snapshot names: who can't read its format is told what can.
const VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(Serialize)]
struct Written<'a> {
    noorm: &'static str,
    #[serde(flatten)]
    schema: &'a Schema,
}

/// What every format has.
#[derive(Deserialize)]
struct Head {
    noorm: Option<String>,
    format: u32,
}

impl Schema {
    /// Writes it as JSON, with the version that wrote it.
    ///
    /// ```
    /// use noorm_core::schema::Schema;
    ///
    /// let schema = Schema::new("sqlite");
    /// let snapshot = schema.to_snapshot()?;
    /// assert_eq!(Schema::from_snapshot(&snapshot)?, schema);
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Internal`], if it is no JSON, which nothing in a schema leads to.
    pub fn to_snapshot(&self) -> Result<String> {
        let written = Written {
            noorm: VERSION,
            schema: self,
        };
        let text = serde_json::to_string_pretty(&written).map_err(|error| {
            Error::new(ErrorKind::Internal, "a schema can't be written as JSON").with_source(error)
        })?;
        Ok(text + "\n")
    }

    /// Reads what [`to_snapshot`](Schema::to_snapshot) wrote, or `noorm inspect --format json`.
    ///
    /// ```
    /// use noorm_core::{ErrorKind, schema::Schema};
    ///
    /// let error = Schema::from_snapshot(r#"{ "noorm": "9.2.0", "format": 7 }"#).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::InvalidSnapshot);
    /// assert_eq!(error.help(), Some("update noorm to 9.2.0 or newer, or take the snapshot again"));
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSnapshot`], with the line where it is none, or the version that reads its format.
    pub fn from_snapshot(text: &str) -> Result<Self> {
        let head: Head = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
        if head.format != FORMAT {
            return Err(other_format(&head));
        }
        serde_json::from_str(text).map_err(|error| unreadable(&error))
    }
}

fn unreadable(error: &serde_json::Error) -> Error {
    Error::new(
        ErrorKind::InvalidSnapshot,
        format!("the snapshot can't be read: {error}"),
    )
    .with_help("`noorm snapshot <URL>` writes one")
}

fn other_format(head: &Head) -> Error {
    let found = head.format;
    let message = format!("the snapshot has format {found}; noorm {VERSION} reads format {FORMAT}");
    let newer = match &head.noorm {
        Some(version) if found > FORMAT => format!("update noorm to {version} or newer, or "),
        None if found > FORMAT => "update noorm, or ".to_owned(),
        _ => String::new(),
    };
    Error::new(ErrorKind::InvalidSnapshot, message)
        .with_help(format!("{newer}take the snapshot again"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Column, ColumnType, Table, TableKind};

    #[test]
    fn a_schema_comes_back_as_it_was() {
        let mut schema = Schema::new("sqlite");
        let mut album = Table::new(Some("main"), "album", TableKind::Table);
        album
            .columns
            .push(Column::new("title", 1, "text", ColumnType::text()));
        schema.tables.push(album.into());
        let text = schema.to_snapshot().unwrap();
        assert!(text.starts_with(&format!(
            "{{\n  \"noorm\": \"{VERSION}\",\n  \"format\": 1,"
        )));
        assert_eq!(Schema::from_snapshot(&text).unwrap(), schema);
    }

    #[test]
    fn what_is_none_is_refused_with_the_place() {
        let error = Schema::from_snapshot("{\n  \"format\": true }").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidSnapshot);
        assert!(error.message().contains("line 2 column"), "{error}");
    }

    #[test]
    fn an_older_format_is_to_be_taken_again() {
        let error = Schema::from_snapshot(r#"{ "format": 0 }"#).unwrap_err();
        assert_eq!(error.help(), Some("take the snapshot again"));
    }
}

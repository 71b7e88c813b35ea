//! Where code and database differ: entities held against the tables that they stand for.

use std::fmt;

use super::{EntitySet, Shape};
use crate::database::Database;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Column, Schema, Table};

/// Where code and database differ; [`Database::verify`] finds it.
///
/// ```no_run
/// # async fn example<Entities: noorm_core::repository::EntitySet>(db: noorm_core::Database) -> noorm_core::Result<()> {
/// let drift = db.verify::<Entities>();
/// for difference in &drift.differences {
///     println!("{difference}");
/// }
/// drift.deny()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "differences are neither an error nor a warning until `deny` or `warn` makes them one"]
pub struct Drift {
    /// The differences, by table; none where code and database agree.
    pub differences: Vec<Difference>,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The table, as the code names it.
    pub table: String,
    /// The column, where it is about one.
    pub column: Option<String>,
    /// What it is.
    pub kind: DifferenceKind,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DifferenceKind {
    /// The database has no such table, or several.
    MissingTable,
    /// The database has no such column.
    MissingColumn,
    /// The generated code doesn't know the column.
    ExtraColumn,
    /// The column holds something else than the code reads.
    Type {
        /// What the column is.
        database: String,
        /// What the code reads.
        code: String,
    },
    /// The column may be NULL, which the code doesn't take.
    Nullable,
    /// The column is never NULL, which the code doesn't know.
    NeverNull,
    /// The code was generated of a table that was otherwise: a length, a default, the key.
    Fingerprint,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "`{}.{column}` ", self.table)?,
            None => write!(f, "`{}` ", self.table)?,
        }
        match &self.kind {
            DifferenceKind::MissingTable => f.write_str("is not in the database"),
            DifferenceKind::MissingColumn => f.write_str("is not in the database"),
            DifferenceKind::ExtraColumn => f.write_str("is not in the code"),
            DifferenceKind::Type { database, code } => {
                write!(f, "is {database} in the database, {code} in the code")
            }
            DifferenceKind::Nullable => {
                f.write_str("may be NULL in the database, but not in the code")
            }
            DifferenceKind::NeverNull => {
                f.write_str("is never NULL in the database, but may be in the code")
            }
            DifferenceKind::Fingerprint => {
                f.write_str("has another length, default or key than when the code was generated")
            }
        }
    }
}

impl Drift {
    /// Makes an error of the differences, which lists all of them.
    ///
    /// # Errors
    /// [`ErrorKind::SchemaChanged`], unless there is none.
    pub fn deny(self) -> Result<()> {
        if self.differences.is_empty() {
            return Ok(());
        }
        let lines: Vec<_> = self.differences.iter().map(ToString::to_string).collect();
        let message = format!("code and database differ:\n{}", lines.join("\n"));
        Err(Error::new(ErrorKind::SchemaChanged, message)
            .with_help("migrate the database, or generate the code again: `noorm generate rust`"))
    }

    /// Makes a warning of each difference, through `tracing`.
    pub fn warn(self) {
        for difference in &self.differences {
            tracing::warn!(target: "noorm", "code and database differ: {difference}");
        }
    }
}

impl Database {
    /// Holds entities against the database as it was discovered, and gives every difference; nothing is sent.
    ///
    /// Of entities that were generated, columns that they don't know are a difference, too; one that a person wrote may
    /// be of a few columns.
    ///
    /// ```no_run
    /// # async fn example<Entities: noorm_core::repository::EntitySet>(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// // At the start: stop, or `warn()` and go on.
    /// db.verify::<Entities>().deny()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn verify<S: EntitySet>(&self) -> Drift {
        let schema = self.schema();
        let shapes = S::shapes();
        let differences = shapes.iter().flat_map(|shape| compare(&schema, shape));
        Drift {
            differences: differences.collect(),
        }
    }
}

/// What differs between a table and an entity.
fn compare(schema: &Schema, shape: &Shape) -> Vec<Difference> {
    let difference = |column: Option<&str>, kind| Difference {
        table: shape.table.to_owned(),
        column: column.map(str::to_owned),
        kind,
    };
    let Ok(table) = schema.table(shape.table) else {
        return vec![difference(None, DifferenceKind::MissingTable)];
    };
    let fingerprint = table.fingerprint();
    if shape.fingerprint == Some(fingerprint.as_str()) {
        return Vec::new();
    }
    let mut differences = Vec::new();
    for field in shape.fields {
        let kinds = match table.column(field.column) {
            None => vec![DifferenceKind::MissingColumn],
            Some(column) => of_column(table, column, field),
        };
        let found = kinds
            .into_iter()
            .map(|kind| difference(Some(field.column), kind));
        differences.extend(found);
    }
    if shape.fingerprint.is_some() {
        let is_known = |column: &&Column| shape.fields.iter().any(|f| f.column == column.name);
        let extra = table.visible_columns().filter(|column| !is_known(column));
        let extra = extra.map(|column| difference(Some(&column.name), DifferenceKind::ExtraColumn));
        differences.extend(extra);
        if differences.is_empty() {
            differences.push(difference(None, DifferenceKind::Fingerprint));
        }
    }
    differences
}

fn of_column(table: &Table, column: &Column, field: &super::Field) -> Vec<DifferenceKind> {
    let mut kinds = Vec::new();
    if !field.accepts(&column.column_type) {
        kinds.push(DifferenceKind::Type {
            database: column.column_type.to_string(),
            code: field.rust_type(),
        });
    }
    match (column.nullable, field.nullable) {
        // What a view's columns may be, no catalog knows for sure; and no row is found by a NULL in its key, which SQLite
        // allows there.
        (true, false) if !table.kind.is_view() && !table.key_columns().contains(&column.name) => {
            kinds.push(DifferenceKind::Nullable);
        }
        (false, true) => kinds.push(DifferenceKind::NeverNull),
        _ => {}
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::Field;
    use crate::schema::{ColumnType, TableKind};

    const FIELDS: &[Field] = &[
        Field::of::<i32>("id"),
        Field::of::<String>("title"),
        Field::of::<Option<i32>>("year"),
        Field::of::<i64>("gone"),
    ];

    fn album() -> Table {
        let mut album = Table::new(None, "album", TableKind::Table);
        let columns = [
            ("id", ColumnType::int(64), false),
            ("title", ColumnType::text(), true),
            ("year", ColumnType::int(32), false),
            ("added", ColumnType::Date, false),
        ];
        for (name, column_type, nullable) in columns {
            let mut column = Column::new(name, 1, "", column_type);
            column.nullable = nullable;
            album.columns.push(column);
        }
        album
    }

    fn told(table: &'static str, fingerprint: Option<&'static str>) -> Vec<String> {
        let mut schema = Schema::new("sqlite");
        schema.tables.push(album().into());
        let shape = Shape {
            table,
            fingerprint,
            fields: FIELDS,
        };
        compare(&schema, &shape)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn every_difference_is_told() {
        let of_fields = [
            "`album.id` is int64 in the database, i32 in the code",
            "`album.title` may be NULL in the database, but not in the code",
            "`album.year` is never NULL in the database, but may be in the code",
            "`album.gone` is not in the database",
        ];
        assert_eq!(told("album", None), of_fields);
        let mut of_generated = of_fields.to_vec();
        of_generated.push("`album.added` is not in the code");
        assert_eq!(told("album", Some("00000000")), of_generated);
        assert_eq!(told("albums", None), ["`albums` is not in the database"]);
    }

    #[test]
    fn the_same_fingerprint_needs_no_look() {
        let fingerprint: &'static str = album().fingerprint().leak();
        assert_eq!(told("album", Some(fingerprint)), [""; 0]);
    }

    #[test]
    fn all_differences_are_one_error() {
        assert!(Drift::default().deny().is_ok());
        let drift = Drift {
            differences: vec![Difference {
                table: "album".into(),
                column: None,
                kind: DifferenceKind::Fingerprint,
            }],
        };
        let error = drift.deny().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SchemaChanged);
        assert!(
            error.message().contains("\n`album` has another length"),
            "{error}"
        );
    }
}

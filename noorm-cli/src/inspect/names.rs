//! What things are called, as short as it stays clear.

use noorm::schema::{ForeignKey, Schema, Table};

/// A name with its schema, unless that is the one that an unqualified name means.
pub fn shown(schema: &Schema, of: Option<&str>, name: &str) -> String {
    match of {
        Some(of) if schema.default_schema.as_deref() != Some(of) => format!("{of}.{name}"),
        _ => name.to_owned(),
    }
}

/// The table's name.
pub fn table(schema: &Schema, table: &Table) -> String {
    shown(schema, table.schema.as_deref(), &table.name)
}

/// The name of the table that a foreign key points at.
pub fn target(schema: &Schema, key: &ForeignKey) -> String {
    shown(
        schema,
        key.references.schema.as_deref(),
        &key.references.table,
    )
}

/// The columns of a key in parentheses.
pub fn list(columns: &[String]) -> String {
    format!("({})", columns.join(", "))
}

/// Tells whether no two rows of `table` have the same values in `columns`.
pub fn is_unique(table: &Table, columns: &[String]) -> bool {
    // A key over fewer columns is unique over more of them, too.
    let within = |key: &[String]| !key.is_empty() && key.iter().all(|c| columns.contains(c));
    within(table.key_columns())
        || table.unique.iter().any(|unique| within(&unique.columns))
        || table.indexes.iter().any(|index| {
            // An expression's SQL may read like a column; a partial index says nothing of other rows.
            let plain = |part: &noorm::schema::IndexPart| {
                matches!(part.key, noorm::schema::IndexKey::Column(_))
            };
            index.unique
                && index.predicate.is_none()
                && index.parts.iter().all(plain)
                && within(&index.columns)
        })
}

/// Tells whether a row of `table` may point at nothing.
pub fn is_optional(table: &Table, key: &ForeignKey) -> bool {
    let nullable = |name: &String| table.column(name).is_none_or(|column| column.nullable);
    key.columns.iter().any(nullable)
}

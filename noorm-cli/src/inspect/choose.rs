//! The part of a schema that `--table` asks for.

use std::collections::HashSet;
use std::sync::Arc;

use noorm::Result;
use noorm::schema::{ColumnType, Schema, Table};

/// Keeps the tables that `names` mean, and the enums, domains and sequences that they use.
///
/// Foreign keys stay as they are, wherever they point; so do notes, unless another table is what they are about: one may
/// say why something is missing.
pub fn tables(schema: &Schema, names: &[String]) -> Result<Schema> {
    let mut wanted: Vec<&Arc<Table>> = Vec::new();
    for name in names {
        wanted.push(schema.table(name)?);
    }
    let mut chosen = schema.clone();
    chosen
        .tables
        .retain(|table| wanted.iter().any(|one| Arc::ptr_eq(one, table)));

    let columns = || chosen.tables.iter().flat_map(|table| &table.columns);
    let domains: HashSet<&str> = columns().filter_map(|c| c.domain.as_deref()).collect();
    chosen
        .domains
        .retain(|d| domains.contains(&*qualified(d.schema.as_deref(), &d.name)));

    let beneath = chosen.domains.iter().map(|domain| &domain.column_type);
    let types = columns().map(|c| &c.column_type).chain(beneath);
    let enums: HashSet<&str> = types.filter_map(enum_name).collect();
    chosen
        .enums
        .retain(|e| enums.contains(&*qualified(e.schema.as_deref(), &e.name)));

    let owners: HashSet<String> = chosen
        .tables
        .iter()
        .flat_map(|t| {
            t.columns
                .iter()
                .map(|c| format!("{}.{}", t.table_name(), c.name))
        })
        .collect();
    let owned = |owner: &Option<String>| owner.as_ref().is_some_and(|o| owners.contains(o));
    chosen
        .sequences
        .retain(|sequence| owned(&sequence.owned_by));
    chosen.routines.clear();
    let others = schema.tables.iter();
    let others = others.filter(|table| !wanted.iter().any(|one| Arc::ptr_eq(one, table)));
    let others: HashSet<String> = others.map(|table| table.table_name().to_string()).collect();
    chosen
        .notes
        .retain(|note| !is_of_one(&note.object, &others));
    Ok(chosen)
}

/// Whether `object`, such as `constraint sales.order.total_positive`, is one of these tables or stands in one.
fn is_of_one(object: &str, tables: &HashSet<String>) -> bool {
    let name = object.split_once(' ').map_or(object, |(_, name)| name);
    let ends = name.match_indices('.').map(|(at, _)| at);
    let mut ends = ends.chain([name.len()]);
    ends.any(|end| name.get(..end).is_some_and(|name| tables.contains(name)))
}

fn qualified(schema: Option<&str>, name: &str) -> String {
    match schema {
        Some(schema) => format!("{schema}.{name}"),
        None => name.to_owned(),
    }
}

/// The enum type that a type is, or that its elements are.
fn enum_name(of: &ColumnType) -> Option<&str> {
    match of {
        ColumnType::Enum { name, .. } => name.as_deref(),
        ColumnType::Array { element } => enum_name(element),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use noorm::schema::Note;

    use super::*;
    use crate::inspect::sample;

    #[test]
    fn what_the_tables_use_stays() {
        let schema = sample::shop();
        let chosen = tables(&schema, &["sales.order".into(), "artist".into()]).unwrap();
        let names: Vec<String> = chosen.tables.iter().map(|t| t.name.clone()).collect();
        assert_eq!(names, ["artist", "order"]);
        assert_eq!(chosen.enums.len(), 1);
        assert_eq!(chosen.domains.len(), 1);
        assert_eq!(chosen.sequences.len(), 1);
        assert!(chosen.routines.is_empty());
        assert_eq!(chosen.notes, schema.notes);
        let mut noted = schema.clone();
        noted.notes = [
            "table sales.order",
            "index sales.order.total",
            "column artist.name",
            "table sales.orders",
        ]
        .map(|object| Note::new(object, "is odd"))
        .into();
        let one = tables(&noted, &["artist".into()]).unwrap();
        let kept: Vec<_> = one.notes.iter().map(|note| &*note.object).collect();
        assert_eq!(kept, ["column artist.name", "table sales.orders"]);
        // Its foreign key to a table outside.
        assert_eq!(chosen.tables[1].foreign_keys.len(), 2);

        let chosen = tables(&schema, &["artist".into(), "artist".into()]).unwrap();
        assert_eq!((chosen.tables.len(), chosen.enums.len()), (1, 0));
        assert_eq!((chosen.domains.len(), chosen.sequences.len()), (0, 0));
    }

    #[test]
    fn an_unknown_table_is_an_error() {
        let error = tables(&sample::shop(), &["artits".into()]).unwrap_err();
        assert_eq!(error.help(), Some("did you mean `artist`?"));
    }
}

//! What a type that is declared as a domain is beneath it.

use noorm_core::schema::{Column, Domain};

/// How many domains may lie over each other. The server allows no cycle, a snapshot of somebody's hand may have one.
const DEPTH: usize = 16;

/// What the database calls a column's type, beneath the domains that it may be declared with.
pub(super) fn of_column<'a>(domains: &'a [Domain], column: &'a Column) -> &'a str {
    let declared = column.domain.as_deref();
    let found = domains
        .iter()
        .find(|domain| declared == Some(qualified(domain).as_str()));
    match found {
        Some(domain) => beneath(domains, &domain.native_type),
        None => &column.native_type,
    }
}

/// The same of what only has a name, as an array's element does: as SQL writes it, with its schema or without, in
/// quotes or not.
pub(super) fn beneath<'a>(domains: &'a [Domain], native: &'a str) -> &'a str {
    let mut native = native;
    for _ in 0..DEPTH {
        let plain = native.replace('"', "");
        let mut known = domains.iter();
        let is_it = |name: &str| name.replace('"', "") == plain;
        match known.find(|domain| is_it(&domain.name) || is_it(&qualified(domain))) {
            Some(domain) => native = &domain.native_type,
            None => break,
        }
    }
    native
}

fn qualified(domain: &Domain) -> String {
    match &domain.schema {
        Some(schema) => format!("{schema}.{}", domain.name),
        None => domain.name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use noorm_core::schema::ColumnType;

    use super::*;

    #[test]
    fn a_domain_is_looked_beneath() {
        let domain = |schema: &str, name: &str, native: &str| {
            Domain::new(Some(schema.into()), name, native, ColumnType::Json)
        };
        let domains = [
            domain("public", "doc", "jsonb"),
            domain("sales", "My Doc", "doc"),
            domain("public", "round", "round"),
        ];
        assert_eq!(beneath(&domains, "doc"), "jsonb");
        assert_eq!(beneath(&domains, "sales.\"My Doc\""), "jsonb");
        assert_eq!(beneath(&domains, "round"), "round");
        assert_eq!(beneath(&domains, "json"), "json");
        let mut column = Column::new("a", 1, "doc", ColumnType::Json);
        assert_eq!(of_column(&domains, &column), "doc");
        column.domain = Some("sales.My Doc".into());
        assert_eq!(of_column(&domains, &column), "jsonb");
    }
}

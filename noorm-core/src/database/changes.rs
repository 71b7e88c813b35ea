//! Completing what a server tells of a violated constraint, from the statement and the schema.

use crate::error::{Error, ErrorKind, Violation};
use crate::schema::{Action, ForeignKey, Schema, Table};
use crate::statement::{Statement, Tree};

/// Adds the table, columns and constraint of a violation where the server left them out.
///
/// Where they can't be told (SQLite says no more than that *some* foreign key failed), the
/// constraints that may have been it are candidates.
pub(super) fn completed(error: Error, statement: &Statement) -> Error {
    let kind = error.kind();
    let violated = matches!(
        kind,
        ErrorKind::UniqueViolation
            | ErrorKind::ForeignKeyViolation
            | ErrorKind::NotNullViolation
            | ErrorKind::CheckViolation
    );
    let schema = statement.shape().schema();
    let written = match statement.shape().tree() {
        Tree::Insert(insert) => &insert.table,
        Tree::Update(update) => &update.table,
        Tree::Delete(delete) => &delete.table,
        Tree::Select(_) | Tree::Explain(_) | Tree::Raw(_) => {
            return completed_by_name(error, schema);
        }
    };
    let Some(written) = schema.table_named(written).ok().filter(|_| violated) else {
        return error;
    };
    let mut violation = error.violation().cloned().unwrap_or_default();
    let table = match &violation.table {
        Some(name) => schema.table(name).unwrap_or(written),
        None => written,
    };
    match kind {
        ErrorKind::UniqueViolation => complete_unique(&mut violation, table),
        ErrorKind::CheckViolation => complete_check(&mut violation, table),
        ErrorKind::ForeignKeyViolation => {
            let incoming = |action: fn(&ForeignKey) -> Action| restricting(schema, table, action);
            let outgoing = table.foreign_keys.iter().map(|fk| (&**table, fk));
            match statement.shape().tree() {
                // The server tells the table that has the foreign key.
                _ if violation.constraint.is_some() && violation.table.is_some() => {
                    complete_foreign_key(&mut violation, outgoing.collect());
                }
                Tree::Insert(_) => complete_foreign_key(&mut violation, outgoing.collect()),
                Tree::Delete(_) => {
                    complete_foreign_key(&mut violation, incoming(|key| key.on_delete));
                }
                _ => {
                    let incoming = incoming(|key| key.on_update);
                    complete_foreign_key(&mut violation, outgoing.chain(incoming).collect());
                }
            }
        }
        _ => {}
    }
    if violation.table.is_none() && violation.candidates.is_empty() {
        violation.table = Some(table.table_name().to_string());
    }
    told(error, violation)
}

/// The same where no statement tells more than the server does: raw SQL, and constraints that are
/// deferred to the commit.
pub(super) fn completed_by_name(error: Error, schema: &Schema) -> Error {
    let Some(mut violation) = error.violation().cloned() else {
        return error;
    };
    let named = violation.table.as_deref().map(|name| schema.table(name));
    let Some(Ok(table)) = named else {
        return error;
    };
    match error.kind() {
        ErrorKind::UniqueViolation => complete_unique(&mut violation, table),
        ErrorKind::CheckViolation => complete_check(&mut violation, table),
        ErrorKind::ForeignKeyViolation if violation.constraint.is_some() => {
            let keys = table.foreign_keys.iter().map(|key| (&**table, key));
            complete_foreign_key(&mut violation, keys.collect());
        }
        _ => {}
    }
    told(error, violation)
}

fn told(error: Error, violation: Violation) -> Error {
    let shown = describe(&violation);
    let error = if error.message().contains(&shown) {
        error
    } else {
        error.context(shown)
    };
    error.with_violation(violation)
}

/// The foreign keys that may refuse when rows of `table` go or change: those that restrict, and those
/// behind keys that cascade.
fn restricting<'a>(
    schema: &'a Schema,
    table: &Table,
    action: fn(&ForeignKey) -> Action,
) -> Vec<(&'a Table, &'a ForeignKey)> {
    let mut reached = vec![table.table_name()];
    let mut found = Vec::new();
    let mut next = 0;
    while let Some(target) = reached.get(next).cloned() {
        next += 1;
        for child in &schema.tables {
            let to = |key: &&ForeignKey| key.references.table_name() == target;
            for key in child.foreign_keys.iter().filter(to) {
                match action(key) {
                    Action::Cascade if !reached.contains(&child.table_name()) => {
                        reached.push(child.table_name());
                    }
                    Action::Cascade | Action::SetNull => {}
                    Action::NoAction | Action::Restrict | Action::SetDefault => {
                        found.push((&**child, key));
                    }
                }
            }
        }
    }
    found
}

fn describe(violation: &Violation) -> String {
    let Some(table) = violation.table.as_deref() else {
        return format!("one of {}", violation.candidates.join("; "));
    };
    let columns = match violation.columns.as_slice() {
        [] => String::new(),
        columns => format!(" ({})", columns.join(", ")),
    };
    let constraint = match (&violation.constraint, violation.candidates.as_slice()) {
        (Some(name), _) => format!(", constraint `{name}`"),
        (None, []) => String::new(),
        (None, candidates) => format!(", one of {}", candidates.join("; ")),
    };
    format!("`{table}`{columns}{constraint}")
}

/// The columns from the constraint's name, or the name from the columns.
fn complete_unique(violation: &mut Violation, table: &Table) {
    let key = table
        .primary_key
        .iter()
        .map(|k| (k.name.as_ref(), &k.columns));
    let unique = table.unique.iter().map(|u| (u.name.as_ref(), &u.columns));
    // An index that a constraint made has the constraint's name, or one that nobody chose.
    let indexes = table
        .indexes
        .iter()
        .filter(|i| i.unique && !i.from_constraint)
        .map(|i| (Some(&i.name), &i.columns));
    let mut all = key.chain(unique).chain(indexes);
    match &violation.constraint {
        Some(name) if violation.columns.is_empty() => {
            if let Some((_, columns)) = all.find(|(n, _)| *n == Some(name)) {
                violation.columns.clone_from(columns);
            }
        }
        None if !violation.columns.is_empty() => {
            let found =
                all.find(|(name, columns)| **columns == violation.columns && name.is_some());
            violation.constraint = found.and_then(|(name, _)| name.cloned());
        }
        _ => {}
    }
    if violation.constraint.is_some() || !violation.columns.is_empty() {
        violation
            .table
            .get_or_insert_with(|| table.table_name().to_string());
    }
}

/// The columns that a check's expression names.
fn complete_check(violation: &mut Violation, table: &Table) {
    violation
        .table
        .get_or_insert_with(|| table.table_name().to_string());
    let Some(constraint) = violation.constraint.clone() else {
        return;
    };
    let check = table
        .checks
        .iter()
        .find(|check| check.name.as_ref() == Some(&constraint) || check.expression == constraint);
    if let Some(check) = check.filter(|_| violation.columns.is_empty()) {
        let words: Vec<&str> = check
            .expression
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .collect();
        let named = table
            .columns
            .iter()
            .filter(|c| words.contains(&c.name.as_str()));
        violation.columns = named.map(|c| c.name.clone()).collect();
    }
}

fn complete_foreign_key(violation: &mut Violation, keys: Vec<(&Table, &ForeignKey)>) {
    let told = violation.constraint.is_some();
    let keys: Vec<_> = keys
        .into_iter()
        .filter(|(_, fk)| !told || fk.name == violation.constraint)
        .collect();
    match keys.as_slice() {
        [(table, key)] => {
            violation.table = Some(table.table_name().to_string());
            violation.columns.clone_from(&key.columns);
            violation.constraint.clone_from(&key.name);
        }
        several if !told => {
            violation.candidates = several
                .iter()
                .map(|(table, key)| name(table, key))
                .collect();
        }
        _ => {}
    }
}

fn name(table: &Table, key: &ForeignKey) -> String {
    let columns = key.columns.join(", ");
    match &key.name {
        Some(name) => format!("`{name}` of `{}` ({columns})", table.table_name()),
        None => format!("`{}` ({columns})", table.table_name()),
    }
}

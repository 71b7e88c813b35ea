//! Check constraints, as far as they are understood: judged before anything is sent.
//!
//! ```text
//! CHECK (…) ──parse──► Condition ──► Rule per part of an AND ──► Problem
//! ```
//!
//! SQL's logic has three values, and a check refuses a row only where it is false. So what isn't known
//! here is the third one: a column that the record doesn't name, NULL, a function nobody knows, two
//! numbers that are equal as doubles but not as decimals. Only what is false whatever it may be is refused.

mod condition;
mod number;
mod parse;
mod tell;
#[cfg(test)]
mod tests;

use condition::Condition;

use super::write::Checked;
use crate::error::Problem;
use crate::schema::{Column, Domain, Schema, Table, TableName};
use crate::sql::SqlFlavor;

/// The rules that a table's checks come to.
#[derive(Debug, Default)]
pub(super) struct Checks(Vec<Rule>);

/// A part of a check that must not be false.
#[derive(Debug)]
struct Rule {
    condition: Condition,
    column: String,
    code: &'static str,
    message: String,
}

impl Checks {
    /// Reads the checks of a table and of its columns' domains.
    pub(super) fn read(schema: &Schema, table: &Table, flavor: &dyn SqlFlavor) -> Self {
        let mut rules = Vec::new();
        let Some(syntax) = flavor.check_syntax() else {
            return Self(rules);
        };
        let mut reader = parse::Reader::new(table, flavor, syntax);
        for check in table.checks.iter().filter(|check| check.enforced) {
            let condition = reader.read(&check.expression);
            rules.extend(condition.into_iter().flat_map(|c| Rule::all(c, check)));
        }
        for column in &table.columns {
            let Some(domain) = domain_of(schema, column) else {
                continue;
            };
            reader.value = Some(column);
            for check in domain.checks.iter().filter(|check| check.enforced) {
                let condition = reader.read(&check.expression);
                rules.extend(condition.into_iter().flat_map(|c| Rule::all(c, check)));
            }
        }
        Self(rules)
    }

    /// Adds what is wrong with the values of a record.
    pub(super) fn judge(&self, record: &Checked, problems: &mut Vec<Problem>) {
        for rule in &self.0 {
            if rule.condition.holds(record) == Some(false) {
                problems.push(Problem::new(&rule.column, rule.code, &rule.message));
            }
        }
    }
}

fn domain_of<'a>(schema: &'a Schema, column: &Column) -> Option<&'a Domain> {
    let name = column.domain.as_deref()?;
    let mut domains = schema.domains.iter();
    domains.find(|d| TableName::new(d.schema.as_deref(), &d.name).to_string() == *name)
}

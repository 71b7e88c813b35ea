//! From a [`Filter`] to a condition on the records of a table.

use noorm::Value;
use noorm::prelude::{Expr, Record, col};
use noorm::schema::{Column, Table};
use noorm::statement::{Compare, Match};

use super::error::FilterError;
use super::value::value;
use super::{Filter, Test, Word};
use crate::column;

/// Finds the columns of `filter` in `table`, and makes values of its words.
pub(super) fn resolve(filter: Filter, table: &Table) -> Result<Expr<Record>, FilterError> {
    let all = |parts: Vec<Filter>| -> Result<Vec<Expr<Record>>, FilterError> {
        parts.into_iter().map(|part| resolve(part, table)).collect()
    };
    match filter {
        Filter::All(parts) => Ok(Expr::all(all(parts)?)),
        Filter::Any(parts) => Ok(Expr::any(all(parts)?)),
        Filter::Not(part) => Ok(!resolve(*part, table)?),
        Filter::Test(name, of) => test(find(table, &name)?, of),
    }
}

fn find<'a>(table: &'a Table, name: &Word) -> Result<&'a Column, FilterError> {
    column::find(table, &name.text).map_err(|error| {
        let located = FilterError::mismatch(name.at.clone(), error.message());
        match error.help() {
            Some(help) => located.with_help(help),
            None => located,
        }
    })
}

fn test(of: &Column, test: Test) -> Result<Expr<Record>, FilterError> {
    let column = col(of.name.as_str());
    Ok(match test {
        Test::Compare(by, word) => {
            let value = value(of, word)?;
            match by {
                Compare::Eq => column.eq(value),
                Compare::Ne => column.ne(value),
                Compare::Lt => column.lt(value),
                Compare::Le => column.le(value),
                Compare::Gt => column.gt(value),
                Compare::Ge => column.ge(value),
            }
        }
        Test::Match(Match::Like, pattern) => column.like(pattern.text),
        Test::Match(Match::Contains, text) => column.contains(text.text),
        Test::Match(Match::StartsWith, text) => column.starts_with(text.text),
        Test::Match(Match::EndsWith, text) => column.ends_with(text.text),
        Test::In(words) => {
            let values = words.into_iter().map(|word| value(of, word));
            column.in_list(values.collect::<Result<Vec<Value>, _>>()?)
        }
        Test::Between(low, high) => column.between(value(of, low)?, value(of, high)?),
        Test::IsNull => column.is_null(),
    })
}

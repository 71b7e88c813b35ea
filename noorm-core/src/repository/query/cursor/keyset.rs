//! Orders in which no two rows are equal, and the places of rows in them.

use std::sync::Arc;

use super::code::{self, Fault};
use super::condition::{self, Condition, is_null};
use crate::error::{Error, ErrorKind, Result};
use crate::repository::plan::Plan;
use crate::repository::query::order;
use crate::schema::{Column, ColumnType};
use crate::sql::SqlFlavor;
use crate::statement::{Node, Nulls, OrderBy};
use crate::value::Value;

/// An order over columns in which no two rows are equal.
pub(crate) struct Keyset {
    plan: Arc<Plan>,
    parts: Vec<Part>,
    /// Whether an index serves the comparison of rows.
    compares_rows: bool,
    /// Whether values are compared as they are stored, whatever their column's type.
    as_stored: bool,
}

/// Which way rows are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Toward {
    Next,
    Previous,
}

#[derive(Clone)]
pub(super) struct Part {
    pub(super) name: Arc<str>,
    pub(super) descending: bool,
    /// What the caller said of NULLs.
    asked: Option<Nulls>,
    /// Where NULLs stand; `None` where there are none.
    pub(super) nulls: Option<Nulls>,
    /// The words of an enum that is sorted by their places, and not compared by them.
    pub(super) words: Option<Vec<String>>,
}

impl Keyset {
    /// Makes `order` one in which no two rows are equal.
    ///
    /// # Errors
    /// Where it can't be, or where rows can't be compared with a place in it.
    pub(crate) fn new(plan: Arc<Plan>, order: &[OrderBy], flavor: &dyn SqlFlavor) -> Result<Self> {
        let Some(missing) = order::tie_break(&plan.table, order) else {
            let message = format!(
                "`{}` has no key that tells all of its rows apart",
                plan.name
            );
            let help = "add a primary key, or a unique index over columns that are never NULL; `page` \
                        counts rows and needs no key where an order is given";
            return Err(Error::new(ErrorKind::InvalidStatement, message).with_help(help));
        };
        let mut total: Vec<_> = order.iter().cloned().chain(missing).collect();
        order::dedup(&mut total, |by| by);
        let parts = total.iter().map(|by| part(&plan, by, flavor));
        let capabilities = flavor.capabilities();
        Ok(Self {
            parts: parts.collect::<Result<_>>()?,
            compares_rows: capabilities.compares_rows,
            as_stored: capabilities.dynamic_types,
            plan,
        })
    }

    /// The columns whose values are a row's place.
    pub(crate) fn columns(&self) -> Vec<Arc<str>> {
        self.parts
            .iter()
            .map(|part| Arc::clone(&part.name))
            .collect()
    }

    pub(crate) fn order(&self, toward: Toward) -> Vec<OrderBy> {
        let by = |part: &Part| {
            let mut by = OrderBy {
                by: Node::Column(Arc::clone(&part.name)),
                descending: part.descending,
                nulls: part.asked,
            };
            if toward == Toward::Previous {
                order::reversed(&mut by);
            }
            by
        };
        self.parts.iter().map(by).collect()
    }

    /// Writes a cursor that stands at the row with this place.
    ///
    /// # Errors
    /// As [`sorted`](Keyset::sorted).
    pub(crate) fn cursor(&self, place: &[Value], flavor: &dyn SqlFlavor) -> Result<String> {
        self.sorted(place, flavor)?;
        Ok(code::write(self.fingerprint(), place))
    }

    /// Checks that what stands behind `place` is what compares so. Where only the beginnings of values are
    /// sorted, that is so of any value that is itself short, however long the others are.
    pub(crate) fn sorted(&self, place: &[Value], flavor: &dyn SqlFlavor) -> Result<()> {
        for (part, value) in self.parts.iter().zip(place) {
            let column = self.plan.table.column(&part.name);
            if column.is_some_and(|column| !flavor.sorted_whole(column, value)) {
                let name = format!("{}.{}", self.plan.name, part.name);
                let message = format!(
                    "doesn't compare a value of `{name}` as it sorts by it: it is longer than what is looked at, or its letters go by other rules"
                );
                let error = Error::unsupported_because(flavor.name(), "sorted_whole", &message);
                return Err(error.with_help("order by a shorter column, or the key"));
            }
        }
        Ok(())
    }

    /// Reads the place that a cursor stands at.
    pub(crate) fn place(&self, cursor: &str, flavor: &dyn SqlFlavor) -> Result<Vec<Value>> {
        let name = &self.plan.name;
        let refused = |message: String, help: &str| {
            Err(Error::new(ErrorKind::InvalidCursor, message).with_help(help))
        };
        let again =
            "give back what `next` or `previous` of a page held as it was, or start anew without";
        let values = match code::read(cursor, self.fingerprint(), self.parts.len()) {
            Ok(values) => values,
            Err(Fault::Damaged) => {
                return refused("the cursor was cut or changed, or is none".into(), again);
            }
            Err(Fault::Version(version)) => {
                let message = format!("the cursor is of version {version}, which isn't known here");
                return refused(message, "start anew without it");
            }
            Err(Fault::Order) => {
                let columns = self.columns().join(", ");
                let message = format!(
                    "the cursor belongs to another table or order than `{name}` by ({columns})"
                );
                let help = "ask with the order that it came from, or start anew without it";
                return refused(message, help);
            }
        };
        let fitted = self.parts.iter().zip(values).map(|(part, value)| {
            let column = self.plan.table.column(&part.name)?;
            fitted(column, part, value, flavor)
        });
        match fitted.collect::<Option<Vec<_>>>() {
            Some(place) => Ok(place),
            None => refused(
                format!("the cursor holds what the columns of `{name}` don't take (any more)"),
                again,
            ),
        }
    }

    /// Gives the stretches of rows that stand behind `place`, in their order: for each the condition that a
    /// row is in it, and the values of its binds.
    pub(crate) fn behind(&self, place: &[Value], toward: Toward) -> Vec<(Node, Vec<Value>)> {
        let mut parts = self.parts.clone();
        if toward == Toward::Previous {
            for part in &mut parts {
                part.descending = !part.descending;
                part.nulls = part.nulls.map(Nulls::reversed);
            }
        }
        let (Some(first), Some(value)) = (parts.first_mut(), place.first()) else {
            return Vec::new();
        };
        let (is_null, nulls_last) = (is_null(first), first.nulls == Some(Nulls::Last));
        let other = match (value.is_null(), nulls_last) {
            (true, true) | (false, false) => None,
            (true, false) => Some(Node::Not(Box::new(is_null))),
            (false, true) => Some(is_null),
        };
        // Those are no longer asked for here.
        first.nulls = first.nulls.map(|_| match value.is_null() {
            true => Nulls::Last,
            false => Nulls::First,
        });
        let own = (place.len() > 1 || !value.is_null()).then(|| self.condition(&parts, place));
        let other = other.map(|node| (node, Vec::new()));
        own.into_iter().chain(other).collect()
    }

    fn condition(&self, parts: &[Part], place: &[Value]) -> (Node, Vec<Value>) {
        let rows = self.compares_rows && condition::are_comparable(parts, place);
        let mut condition = Condition::new(self.as_stored);
        let node = match rows {
            true => condition.rows(parts, place),
            false => condition.behind(parts, place),
        };
        (node, condition.binds)
    }

    /// What tells this order from others.
    fn fingerprint(&self) -> u32 {
        let mut text = self.plan.name.to_string();
        for part in &self.parts {
            text.push('\0');
            text.push_str(&part.name);
            text.push_str(if part.descending { "\0-" } else { "\0+" });
            text.push_str(match part.asked {
                None => "",
                Some(Nulls::First) => "f",
                Some(Nulls::Last) => "l",
            });
        }
        crc32fast::hash(text.as_bytes())
    }
}

fn part(plan: &Plan, by: &OrderBy, flavor: &dyn SqlFlavor) -> Result<Part> {
    let Node::Column(name) = &by.by else {
        let message = format!("rows of `{}` are ordered by an expression", plan.name);
        return Err(Error::new(ErrorKind::InvalidStatement, message)
            .with_help("pages by a cursor need an order over columns"));
    };
    let column = plan.table.column(name);
    let column = column.ok_or_else(|| plan.table.unknown_column(name))?;
    let words = match &column.column_type {
        _ if flavor.sorted_as_compared(column) => None,
        ColumnType::Enum { values, .. } if !values.is_empty() => Some(values.clone()),
        _ => {
            let message = format!(
                "values of `{}.{name}` ({}) are not sorted in the order in which they are compared",
                plan.name, column.native_type
            );
            let error = Error::unsupported_because(flavor.name(), "sorted_as_compared", &message);
            return Err(error.with_help("order by another column"));
        }
    };
    // From low to high where they rank lowest, from high to low where they rank highest.
    let natural = match flavor.capabilities().nulls_highest == by.descending {
        true => Nulls::First,
        false => Nulls::Last,
    };
    Ok(Part {
        name: Arc::clone(name),
        descending: by.descending,
        asked: by.nulls,
        nulls: column.nullable.then(|| by.nulls.unwrap_or(natural)),
        words,
    })
}

/// A value of a cursor as it is compared with its column; `None` where it can't be.
fn fitted(column: &Column, part: &Part, value: Value, flavor: &dyn SqlFlavor) -> Option<Value> {
    if flavor.capabilities().dynamic_types {
        return match &value {
            Value::Null | Value::I64(_) | Value::Text(_) | Value::Bytes(_) => Some(value),
            Value::F64(n) if !n.is_nan() => Some(value),
            _ => None,
        };
    }
    match &value {
        Value::Null => return column.nullable.then_some(value),
        // MySQL has this word in every enum.
        Value::Text(word) if part.words.is_some() && word.is_empty() => return Some(value),
        _ => {}
    }
    let value = column.column_type.fit(value).ok()?;
    let changed = flavor.would_change_compared(column, &value);
    changed.is_none().then_some(value)
}

//! Values for the names in SQL.

use std::sync::Arc;

use super::scan::placeholders;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::similar;
use crate::sql::SqlFlavor;
use crate::value::Value;

/// Puts the flavor's placeholders in place of the names, and the values in their order.
///
/// # Errors
/// [`ErrorKind::InvalidStatement`] where a name has no value, a value's name isn't there, or a list can't stand where
/// it does.
pub(super) fn bound(
    sql: Arc<str>,
    named: Vec<(Arc<str>, Value)>,
    flavor: &dyn SqlFlavor,
) -> Result<(Arc<str>, Vec<Value>)> {
    let places = placeholders(&sql, flavor.quoting());
    let name = |place: &std::ops::Range<usize>| sql.get(place.start + 1..place.end).unwrap_or("");
    for (known, _) in &named {
        if !places.iter().any(|place| name(place) == &**known) {
            return Err(unknown(known, places.iter().map(name)));
        }
    }
    if places.is_empty() {
        return Ok((sql, Vec::new()));
    }
    let numbered = placeholder(flavor, 1) != placeholder(flavor, 2);
    let mut out = Out {
        flavor,
        text: String::with_capacity(sql.len() + places.len()),
        values: Vec::with_capacity(places.len()),
    };
    // The numbers of names that came before.
    let mut known: Vec<(&str, usize)> = Vec::new();
    let mut end = 0;
    for place in &places {
        let (name, before) = (name(place), sql.get(end..place.start).unwrap_or(""));
        out.text.push_str(before);
        end = place.end;
        let behind = sql.get(end..).unwrap_or("");
        let value = named.iter().find(|(known, _)| **known == *name);
        let Some((_, value)) = value else {
            return Err(missing(name));
        };
        match value {
            Value::Array(list) if stands_in_list(&out.text, behind) => out.list(name, list)?,
            Value::Array(_) if !flavor.capabilities().arrays => {
                let message = format!("`:{name}` is a list, and {} has no arrays", flavor.name());
                return Err(Error::new(ErrorKind::InvalidStatement, message)
                    .with_help(format!("ask whether something is `IN (:{name})`")));
            }
            value => match known.iter().find(|(known, _)| *known == name) {
                Some((_, number)) if numbered => flavor.placeholder(&mut out.text, *number),
                _ => {
                    out.value(value.clone());
                    known.push((name, out.values.len()));
                }
            },
        }
    }
    out.text.push_str(sql.get(end..).unwrap_or(""));
    Ok((out.text.into(), out.values))
}

struct Out<'a> {
    flavor: &'a dyn SqlFlavor,
    text: String,
    values: Vec<Value>,
}

impl Out<'_> {
    fn value(&mut self, value: Value) {
        self.values.push(value);
        self.flavor.placeholder(&mut self.text, self.values.len());
    }

    fn list(&mut self, name: &str, list: &[Value]) -> Result<()> {
        if list.is_empty() {
            let message = format!("`:{name}` is an empty list, which SQL's `IN` doesn't take");
            return Err(Error::new(ErrorKind::InvalidStatement, message)
                .with_help("leave the condition out, or don't ask: nothing is in the list"));
        }
        for (place, value) in list.iter().enumerate() {
            if place > 0 {
                self.text.push_str(", ");
            }
            self.value(value.clone());
        }
        Ok(())
    }
}

/// Whether nothing but the placeholder stands in the parentheses of an `IN`.
fn stands_in_list(before: &str, behind: &str) -> bool {
    let opened = before.trim_end().strip_suffix('(').map(str::trim_end);
    let is_in = opened.and_then(|text| {
        let word = text.len().checked_sub(2)?;
        let boundary = text.get(..word)?.chars().next_back();
        let joined = boundary.is_some_and(|c| c.is_alphanumeric() || c == '_');
        Some(!joined && text.get(word..)?.eq_ignore_ascii_case("in"))
    });
    is_in == Some(true) && behind.trim_start().starts_with(')')
}

fn placeholder(flavor: &dyn SqlFlavor, number: usize) -> String {
    let mut text = String::new();
    flavor.placeholder(&mut text, number);
    text
}

fn missing(name: &str) -> Error {
    let message = format!("no value is bound to `:{name}`, which the SQL names");
    Error::new(ErrorKind::InvalidStatement, message).with_help(format!(
        "call `bind(\"{name}\", …)`, or `verbatim()` if it isn't meant as a placeholder"
    ))
}

fn unknown<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Error {
    let names: Vec<String> = names.map(|name| format!(":{name}")).collect();
    let alike = similar(&format!(":{name}"), names.iter().cloned());
    let help = match (alike.is_empty(), names.is_empty()) {
        (false, _) => format!("did you mean {alike}?"),
        (true, true) => "it names nothing outside of quotes and comments".to_owned(),
        (true, false) => format!("it names {}", names.join(", ")),
    };
    let message = format!("the SQL has no `:{name}`, to which a value is bound");
    Error::new(ErrorKind::InvalidStatement, message).with_help(help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::{Capabilities, Writer};
    use crate::statement::Node;

    struct Plain(bool);

    impl SqlFlavor for Plain {
        fn name(&self) -> &'static str {
            "plain"
        }

        fn capabilities(&self) -> Capabilities {
            Capabilities::minimal(99)
        }

        fn placeholder(&self, out: &mut String, number: usize) {
            match self.0 {
                true => out.push_str(&format!("${number}")),
                false => out.push('?'),
            }
        }

        fn in_list(&self, _: &mut Writer<'_>, _: &Node) {}
    }

    fn written(sql: &str, numbered: bool, named: &[(&str, Value)]) -> Result<(String, Vec<Value>)> {
        let named = named
            .iter()
            .map(|(name, value)| ((*name).into(), value.clone()));
        let (sql, values) = bound(sql.into(), named.collect(), &Plain(numbered))?;
        Ok((sql.to_string(), values))
    }

    fn refused(sql: &str, named: &[(&str, Value)]) -> String {
        written(sql, true, named).unwrap_err().to_string()
    }

    #[test]
    fn a_name_may_come_twice() {
        let named = [("a", Value::from(1)), ("b", Value::from(2))];
        let sql = "x = :a OR y = :b OR z = :a";
        let (text, values) = written(sql, true, &named).unwrap();
        assert_eq!(text, "x = $1 OR y = $2 OR z = $1");
        assert_eq!(values, [1.into(), 2.into()]);
        let (text, values) = written(sql, false, &named).unwrap();
        assert_eq!(text, "x = ? OR y = ? OR z = ?");
        assert_eq!(values, [1.into(), 2.into(), 1.into()]);
    }

    #[test]
    fn a_list_stands_behind_in() {
        let named = [("ids", Value::from(vec![1, 2])), ("a", Value::from(3))];
        let (text, values) =
            written("a = :a AND b IN ( :ids ) AND c not in(:ids)", true, &named).unwrap();
        assert_eq!(text, "a = $1 AND b IN ( $2, $3 ) AND c not in($4, $5)");
        assert_eq!(values, [3, 1, 2, 1, 2].map(Value::from));
        for sql in ["a = :ids", "a IN (:ids, 1)", "a = begin(:ids)"] {
            let error = refused(sql, &named[..1]);
            assert_eq!(
                error,
                "`:ids` is a list, and plain has no arrays: ask whether something is `IN (:ids)`"
            );
        }
        let empty = [("ids", Value::Array(Arc::default()))];
        assert!(refused("a IN (:ids)", &empty).starts_with("`:ids` is an empty list"));
    }

    #[test]
    fn names_and_values_belong_together() {
        let id = [("id", Value::from(1))];
        assert_eq!(
            refused("a = :id AND b = :title", &id),
            "no value is bound to `:title`, which the SQL names: call `bind(\"title\", …)`, or \
             `verbatim()` if it isn't meant as a placeholder"
        );
        assert_eq!(
            refused("a = :idd", &id),
            "the SQL has no `:id`, to which a value is bound: did you mean `:idd`?"
        );
        assert_eq!(
            refused("a = ':id'", &id),
            "the SQL has no `:id`, to which a value is bound: it names nothing outside of quotes \
             and comments"
        );
    }
}

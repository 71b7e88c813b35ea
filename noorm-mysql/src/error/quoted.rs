//! Names in the server's messages.

/// The texts in backticks, in their order.
pub(super) fn in_backticks(message: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut current: Option<String> = None;
    let mut chars = message.chars().peekable();
    while let Some(c) = chars.next() {
        match (&mut current, c) {
            (None, '`') => current = Some(String::new()),
            (None, _) => {}
            (Some(text), '`') => match chars.next_if_eq(&'`') {
                Some(_) => text.push('`'),
                None => found.extend(current.take()),
            },
            (Some(text), c) => text.push(c),
        }
    }
    found
}

/// The first text in single quotes.
pub(super) fn first_in_quotes(message: &str) -> Option<&str> {
    let (_, behind) = message.split_once('\'')?;
    Some(behind.split_once('\'')?.0)
}

/// The last text in single quotes: a message names a value first, and then where it should have gone.
pub(super) fn last_in_quotes(message: &str) -> Option<&str> {
    let end = message.rfind('\'')?;
    let head = message.get(..end)?;
    let start = head.rfind('\'')?;
    head.get(start + 1..)
}

/// The column that a message is about: `… column 'a' at row 1`, ``… column `d`.`t`.`a` at row 1``.
pub(super) fn column(message: &str) -> Option<String> {
    let (_, behind) = message.rsplit_once("column ")?;
    if behind.starts_with('`') {
        let names = in_backticks(behind);
        return names.get(2).or(names.last()).cloned();
    }
    let name = last_in_quotes(behind)?;
    // `t.a` is how JSON's errors say it.
    Some(name.rsplit('.').next().unwrap_or(name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found() {
        assert_eq!(in_backticks("x (`a``b`.`c`)"), ["a`b", "c"]);
        assert_eq!(
            last_in_quotes("Duplicate entry 'it's' for key 't.k'"),
            Some("t.k")
        );
        assert_eq!(
            column("Out of range value for column 'n' at row 1").as_deref(),
            Some("n")
        );
        let full = "Incorrect string value: '\\xF0' for column `d`.`t`.`s` at row 1";
        assert_eq!(column(full).as_deref(), Some("s"));
        assert_eq!(column("You have an error"), None);
    }
}

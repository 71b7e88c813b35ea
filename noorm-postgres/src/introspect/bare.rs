//! Expressions without the parentheses that the server prints around them.

/// Takes away the parentheses around the whole of `sql`.
///
/// The server prints its own tree: strings and quoted names double their quotes, and `E'…'` takes a
/// backslash before one (manual, section 4.1.2).
pub(super) fn bare(mut sql: &str) -> &str {
    loop {
        let inner = sql.strip_prefix('(').and_then(|s| s.strip_suffix(')'));
        match inner {
            Some(inner) if is_balanced(inner) => sql = inner,
            _ => return sql,
        }
    }
}

/// Whether no parenthesis in `sql` closes one that stands before it.
fn is_balanced(sql: &str) -> bool {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut escapes = false;
    let mut previous = ' ';
    let mut chars = sql.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(_), '\\') if escapes => {
                chars.next();
            }
            // A doubled quote closes and opens again.
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => {
                // In `''` of an `E'…'` string the escapes go on.
                escapes = c == '\'' && (previous == 'E' || (escapes && previous == '\''));
                quote = Some(c);
            }
            (None, '(') => depth += 1,
            (None, ')') => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return false,
            },
            (None, _) => {}
        }
        previous = c;
    }
    depth == 0 && quote.is_none()
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn pairs_around_the_whole_go() {
        for (sql, expected) in [
            ("(a < 100)", "a < 100"),
            ("((a) + (b))", "(a) + (b)"),
            ("(a) + (b)", "(a) + (b)"),
            ("lower(a)", "lower(a)"),
            ("(a = ')'::text)", "a = ')'::text"),
            ("(\"x)\" > 1)", "\"x)\" > 1"),
            (r"(a = E'\')')", r"a = E'\')'"),
            ("(a = 'it''s)')", "a = 'it''s)'"),
            ("((a + 1))", "a + 1"),
            ("()", ""),
            ("(", "("),
        ] {
            assert_eq!(bare(sql), expected, "{sql}");
        }
    }
}

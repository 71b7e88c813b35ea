//! Expressions without the parentheses that the server puts around them.

/// Takes away the parentheses around the whole of `sql`; the server puts several: `((0))`.
///
/// A quote inside quotes, or a closing bracket inside brackets, is doubled.
pub(super) fn bare(sql: &str) -> &str {
    let mut sql = sql.trim();
    loop {
        let inner = sql.strip_prefix('(').and_then(|s| s.strip_suffix(')'));
        match inner {
            Some(inner) if is_balanced(inner) => sql = inner.trim(),
            _ => return sql,
        }
    }
}

/// Whether no parenthesis in `sql` closes one that stands before it.
fn is_balanced(sql: &str) -> bool {
    let mut depth = 0_usize;
    let mut quote = None;
    for c in sql.chars() {
        match (quote, c) {
            // A doubled one closes and opens again, or is followed by what belongs to no pair.
            (Some(close), c) if c == close => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '[') => quote = Some(']'),
            (None, '(') => depth += 1,
            (None, ')') => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return false,
            },
            (None, _) => {}
        }
    }
    depth == 0 && quote.is_none()
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn pairs_around_the_whole_go() {
        for (sql, expected) in [
            ("((0))", "0"),
            ("(getdate())", "getdate()"),
            ("([a]>(0))", "[a]>(0)"),
            ("(a) + (b)", "(a) + (b)"),
            ("([a]=')')", "[a]=')'"),
            ("([x)]>(1))", "[x)]>(1)"),
            ("('it''s)')", "'it''s)'"),
            ("( N'x' )", "N'x'"),
            ("()", ""),
            ("(", "("),
        ] {
            assert_eq!(bare(sql), expected, "{sql}");
        }
    }
}

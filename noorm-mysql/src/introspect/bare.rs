//! Expressions without the parentheses and escapes that the server prints around and in them.

/// Takes away the parentheses around the whole of `sql`.
pub(super) fn bare(mut sql: &str) -> &str {
    loop {
        let inner = sql.strip_prefix('(').and_then(|s| s.strip_suffix(')'));
        match inner {
            Some(inner) if is_balanced(inner) => sql = inner,
            _ => return sql,
        }
    }
}

/// Whether no parenthesis in `sql` closes one that stands before it. In strings a backslash takes the
/// next character's meaning; quotes of all kinds are doubled.
fn is_balanced(sql: &str) -> bool {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut chars = sql.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some('\'' | '"'), '\\') => {
                chars.next();
            }
            // A doubled quote closes and opens again.
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(c),
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

/// Takes back the escapes of an expression as MySQL's catalog keeps it: as the inside of a string.
pub(super) fn unescaped(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut chars = sql.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some('0') => out.push('\0'),
                Some(escaped) => out.push(escaped),
                None => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{bare, unescaped};

    #[test]
    fn pairs_around_the_whole_go() {
        for (sql, expected) in [
            ("(`a` < 100)", "`a` < 100"),
            ("((`a`) + (`b`))", "(`a`) + (`b`)"),
            ("(a) + (b)", "(a) + (b)"),
            ("(`a` = ')')", "`a` = ')'"),
            ("(`x)` > 1)", "`x)` > 1"),
            (r"(`a` = '\'')", r"`a` = '\''"),
            ("(", "("),
        ] {
            assert_eq!(bare(sql), expected, "{sql}");
        }
    }

    #[test]
    fn escapes_are_taken_back() {
        assert_eq!(unescaped(r"a\nb\tc\rd\0e\"), "a\nb\tc\rd\0e\\");
        assert_eq!(unescaped(r"(_utf8mb4\'a\\\'b\')"), r"(_utf8mb4'a\'b')");
    }
}

//! Finding `:name` in SQL, and nowhere else.

use std::ops::Range;

use crate::sql::Quoting;

/// Gives the places of the placeholders, colon and all. A colon behind a word, a quote or another colon begins none:
/// `1:n`, `'a':b`, `x::int`.
pub(super) fn placeholders(sql: &str, quoting: Quoting) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if !sql.contains(':') {
        return found;
    }
    let scan = Scan {
        sql: sql.as_bytes(),
        quoting,
    };
    let mut at = 0;
    while let Some(byte) = scan.byte(at) {
        at = match scan.past(at, byte) {
            Some(end) => end,
            None if byte == b':' && scan.begins_name(at) => {
                let end = scan.past_word(at + 1);
                found.push(at..end);
                end
            }
            None => at + 1,
        };
    }
    found
}

#[derive(Clone, Copy)]
struct Scan<'a> {
    sql: &'a [u8],
    quoting: Quoting,
}

impl Scan<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.sql.get(at).copied()
    }

    fn before(&self, at: usize) -> Option<u8> {
        self.byte(at.checked_sub(1)?)
    }

    fn starts(&self, at: usize, with: &[u8]) -> bool {
        self.sql
            .get(at..)
            .is_some_and(|rest| rest.starts_with(with))
    }

    /// The end of the quoted text or comment that begins at `at`.
    fn past(&self, at: usize, byte: u8) -> Option<usize> {
        let quoting = self.quoting;
        match byte {
            b'\'' => {
                let escapes = quoting.backslashes || (quoting.escape_strings && self.is_escape(at));
                Some(self.past_quote(at, b'\'', escapes))
            }
            b'"' => Some(self.past_quote(at, b'"', quoting.backslashes)),
            b'`' if quoting.backticks => Some(self.past_quote(at, b'`', false)),
            b'[' if quoting.brackets => Some(self.past_quote(at, b']', false)),
            b'$' if quoting.dollars => self.past_dollars(at),
            b'#' if quoting.hashes => Some(self.past_line(at)),
            b'-' if self.starts(at, b"--") => {
                let spaced = self
                    .byte(at + 2)
                    .is_none_or(|next| next.is_ascii_whitespace());
                (spaced || !quoting.spaced_dashes).then(|| self.past_line(at))
            }
            b'/' if self.starts(at, b"/*") => Some(self.past_comment(at)),
            _ => None,
        }
    }

    /// Whether an `E` of its own stands before the quote.
    fn is_escape(&self, quote: usize) -> bool {
        let alone = quote < 2 || !self.byte(quote - 2).is_some_and(is_word);
        matches!(self.before(quote), Some(b'e' | b'E')) && alone
    }

    fn past_quote(&self, at: usize, close: u8, escapes: bool) -> usize {
        let mut at = at + 1;
        while let Some(byte) = self.byte(at) {
            match byte {
                b'\\' if escapes => at += 2,
                _ if byte != close => at += 1,
                // Twice is once, in the text.
                _ if self.byte(at + 1) == Some(close) => at += 2,
                _ => return at + 1,
            }
        }
        at
    }

    fn past_dollars(&self, at: usize) -> Option<usize> {
        if self.before(at).is_some_and(is_word) {
            return None;
        }
        let tag = match self.byte(at + 1)? {
            b'$' => at + 1,
            first if first.is_ascii_digit() => return None,
            _ => self.past_word(at + 1),
        };
        if self.byte(tag) != Some(b'$') {
            return None;
        }
        let quote = self.sql.get(at..=tag)?;
        let mut end = tag + 1;
        while end < self.sql.len() && !self.starts(end, quote) {
            end += 1;
        }
        Some(end + quote.len())
    }

    fn past_line(&self, at: usize) -> usize {
        let rest = self.sql.get(at..).unwrap_or_default();
        let length = rest.iter().position(|byte| *byte == b'\n');
        at + length.unwrap_or(rest.len())
    }

    fn past_comment(&self, at: usize) -> usize {
        let (mut at, mut depth) = (at + 2, 1_usize);
        while at < self.sql.len() && depth > 0 {
            if self.starts(at, b"*/") {
                depth -= 1;
                at += 2;
            } else if self.quoting.nested_comments && self.starts(at, b"/*") {
                depth += 1;
                at += 2;
            } else {
                at += 1;
            }
        }
        at
    }

    fn begins_name(&self, colon: usize) -> bool {
        let joined =
            |byte| is_word(byte) || matches!(byte, b':' | b'\'' | b'"' | b'`' | b']' | b')');
        let named = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
        !self.before(colon).is_some_and(joined) && self.byte(colon + 1).is_some_and(named)
    }

    fn past_word(&self, mut at: usize) -> usize {
        while self.byte(at).is_some_and(is_word) {
            at += 1;
        }
        at
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Placeholders are those in angle brackets.
    #[track_caller]
    fn check(expected: &str, change: fn(&mut Quoting)) {
        let sql = expected.replace(['<', '>'], "");
        let mut quoting = Quoting::STANDARD;
        change(&mut quoting);
        let mut found = sql.clone();
        for place in placeholders(&sql, quoting).iter().rev() {
            found.replace_range(place.clone(), &format!("<{}>", &sql[place.clone()]));
        }
        assert_eq!(found, expected);
    }

    #[test]
    fn names_are_found_where_they_mean_something() {
        let standard = |_: &mut Quoting| {};
        check("a = <:id> AND b=<:id_2> OR(<:c>)", standard);
        check("':no' <:a> 'it''s :no' \":no\" <:b>", standard);
        check("-- :no\n<:a> /* :no */ <:b> -- :no", standard);
        check("x::int, @v :=1, a[1:n], 'k':v, :é, : a, <:a>", standard);
        check("'open :no", standard);
        check("/* open :no", standard);
        check("'\\' <:a> '", standard);
    }

    #[test]
    fn each_dialect_quotes_in_its_own_way() {
        check("$$ :no $$ <:a> $f$ :no $$ :no $f$ <:b> $1 <:c>", |q| {
            q.dollars = true
        });
        check("a$b <:a> c$b", |q| q.dollars = true);
        check("'\\' :no' <:a> \"\\\" :no\"", |q| q.backslashes = true);
        check("E'\\' :no' <:a> '\\' <:b> ' :no", |q| {
            q.escape_strings = true
        });
        check("/* /* */ :no */ <:a>", |q| q.nested_comments = true);
        check("/* /* */ <:a>", |_| {});
        check("[:no] <:a> [a]]:no]", |q| q.brackets = true);
        check("`:no` <:a>", |q| q.backticks = true);
        check("# :no\n<:a>", |q| q.hashes = true);
        check("1--<:a> -- :no", |q| q.spaced_dashes = true);
        check("x[<:a>]", |_| {});
    }
}

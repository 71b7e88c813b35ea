//! SQL text into tokens, by SQLite's rules, without ever failing.
//!
//! <https://sqlite.org/syntax.html> has the grammar, SQLite's `tokenize.c` the rules. A quote or
//! comment that never ends runs to the end of the text.

/// A token, with its place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind,
    /// As it is written, quotes included.
    pub(super) text: &'a str,
    /// Where it starts, in bytes.
    pub(super) start: usize,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A keyword, or a name without quotes.
    Word,
    /// A name in double quotes, backticks or brackets.
    QuotedName,
    /// Text in single quotes, which SQLite also takes for a name where only a name can stand.
    Text,
    /// A number, or a blob literal.
    Literal,
    /// One character of anything else.
    Symbol,
}

impl<'a> Token<'a> {
    /// Where it ends, in bytes.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    pub(super) fn is_symbol(&self, symbol: char) -> bool {
        self.kind == TokenKind::Symbol && self.text.starts_with(symbol)
    }

    /// The name that it means where a name stands.
    pub(super) fn name(&self) -> Option<String> {
        match self.kind {
            TokenKind::Word => Some(self.text.to_owned()),
            TokenKind::QuotedName | TokenKind::Text => Some(unquoted(self.text)),
            TokenKind::Literal | TokenKind::Symbol => None,
        }
    }
}

/// Splits `sql` into tokens; white space and comments are left out.
pub(super) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = skip_blank(sql);
    while let Some(first) = rest.chars().next() {
        let (kind, length) = measure(rest, first);
        // Both halves of a text that is cut at a place of our own making are there.
        let Some((text, after)) = rest.split_at_checked(length.max(1)) else {
            break;
        };
        let start = sql.len() - rest.len();
        tokens.push(Token { kind, text, start });
        rest = skip_blank(after);
    }
    tokens
}

fn measure(rest: &str, first: char) -> (TokenKind, usize) {
    let second = rest.chars().nth(1);
    match first {
        '\'' => (TokenKind::Text, quoted_length(rest, '\'')),
        '"' | '`' => (TokenKind::QuotedName, quoted_length(rest, first)),
        '[' => {
            let end = rest.find(']').map_or(rest.len(), |at| at + 1);
            (TokenKind::QuotedName, end)
        }
        'x' | 'X' if second == Some('\'') => {
            let text = rest.get(1..).unwrap_or_default();
            (TokenKind::Literal, 1 + quoted_length(text, '\''))
        }
        '.' if second.is_some_and(|c| c.is_ascii_digit()) => {
            (TokenKind::Literal, run(rest, |c| is_name(c) || c == '.'))
        }
        '0'..='9' => (TokenKind::Literal, run(rest, |c| is_name(c) || c == '.')),
        c if is_name(c) && c != '$' => (TokenKind::Word, run(rest, is_name)),
        c => (TokenKind::Symbol, c.len_utf8()),
    }
}

/// SQLite takes every character beyond ASCII for a letter.
fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// Measures text that starts with `quote`, inside which the quote is doubled.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return at + c.len_utf8();
        }
    }
    text.len()
}

fn unquoted(text: &str) -> String {
    let Some(quote) = text.chars().next() else {
        return String::new();
    };
    let close = if quote == '[' { ']' } else { quote };
    let inner = text.strip_prefix(quote).unwrap_or(text);
    let inner = inner.strip_suffix(close).unwrap_or(inner);
    if quote == '[' {
        return inner.to_owned();
    }
    let doubled = String::from_iter([quote, quote]);
    inner.replace(&doubled, &String::from(quote))
}

fn skip_blank(text: &str) -> &str {
    let is_space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c' | '\u{feff}');
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(is_space);
        if let Some(comment) = rest.strip_prefix("--") {
            rest = comment.split_once('\n').map_or("", |(_, after)| after);
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
        } else {
            return rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "`expect!` makes a value")]
    fn check(sql: &str, expected: Expect) {
        let show = |t: &Token<'_>| format!("{:?} {}", t.kind, t.name().unwrap_or(t.text.into()));
        let lines: Vec<String> = tokens(sql).iter().map(show).collect();
        expected.assert_eq(&lines.join(" | "));
    }

    #[test]
    fn all_four_quotes_make_names() {
        check(
            r#""a ""b""" `c``d` [e "f] 'g''h'"#,
            expect![[r#"QuotedName a "b" | QuotedName c`d | QuotedName e "f | Text g'h"#]],
        );
    }

    #[test]
    fn comments_and_white_space_are_left_out() {
        check(
            "a--b\nc/* d -- \n */e /* open",
            expect!["Word a | Word c | Word e"],
        );
        check("\u{feff}a -- end", expect!["Word a"]);
    }

    #[test]
    fn letters_beyond_ascii_are_letters() {
        check(
            "Größe 表\u{a0}x $1",
            expect!["Word Größe | Word 表\u{a0}x | Symbol $ | Literal 1"],
        );
    }

    #[test]
    fn literals_are_one_token() {
        check(
            "x'0a' 1.5e3 .5 0x1F a.b",
            expect![
                "Literal x'0a' | Literal 1.5e3 | Literal .5 | Literal 0x1F | Word a | Symbol . | Word b"
            ],
        );
    }

    #[test]
    fn what_never_ends_runs_to_the_end() {
        check("a 'b c", expect!["Word a | Text b c"]);
        check("a [b c", expect!["Word a | QuotedName b c"]);
        check("\"", expect!["QuotedName "]);
        check("x'", expect!["Literal x'"]);
    }
}

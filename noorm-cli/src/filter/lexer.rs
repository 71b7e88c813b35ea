//! A filter's text in pieces.

use std::ops::Range;

use super::error::FilterError;

/// A piece of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    /// The bytes of the filter that it takes.
    pub at: Range<usize>,
}

/// What a piece is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Anything without quotes: a column, a keyword, a number, a date, ….
    Bare(String),
    /// A column in `"…"`.
    Name(String),
    /// A value in `'…'`.
    Text(String),
    /// `=`, `!=` and `<>`, `<`, `<=`, `>`, `>=`, `~`, `!~`.
    Operator(Operator),
    Open,
    Close,
    Comma,
    /// The end of the text.
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Contains,
    NotContains,
}

/// Longer spellings stand first: `<=` is no `<`.
const OPERATORS: [(&str, Operator); 9] = [
    ("!=", Operator::Ne),
    ("<>", Operator::Ne),
    ("<=", Operator::Le),
    (">=", Operator::Ge),
    ("!~", Operator::NotContains),
    ("=", Operator::Eq),
    ("<", Operator::Lt),
    (">", Operator::Gt),
    ("~", Operator::Contains),
];

/// Takes the text apart; the last token is the only [`Kind::End`].
pub(super) fn lex(text: &str) -> Result<Vec<Token>, FilterError> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        let token = lexer.token()?;
        let last = token.kind == Kind::End;
        tokens.push(token);
        if last {
            return Ok(tokens);
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    /// How many bytes have been read.
    at: usize,
}

impl<'a> Lexer<'a> {
    fn token(&mut self) -> Result<Token, FilterError> {
        self.at = self.text.len() - self.rest().trim_start().len();
        let start = self.at;
        let kind = self.kind()?;
        let at = start..self.at;
        Ok(Token { kind, at })
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn kind(&mut self) -> Result<Kind, FilterError> {
        for (spelling, operator) in OPERATORS {
            if self.rest().starts_with(spelling) {
                self.at += spelling.len();
                return Ok(Kind::Operator(operator));
            }
        }
        let Some(first) = self.rest().chars().next() else {
            return Ok(Kind::End);
        };
        match first {
            '(' => Ok(self.single(Kind::Open)),
            ')' => Ok(self.single(Kind::Close)),
            ',' => Ok(self.single(Kind::Comma)),
            '\'' => self.quoted('\'').map(Kind::Text),
            '"' => self.quoted('"').map(Kind::Name),
            '!' => Err(
                FilterError::syntax(self.at..self.at + 1, "a lone `!` means nothing")
                    .with_help("write `!=`, `!~`, or `not`"),
            ),
            _ => Ok(Kind::Bare(self.bare().to_owned())),
        }
    }

    fn single(&mut self, kind: Kind) -> Kind {
        self.at += 1;
        kind
    }

    /// Reads up to the next space or character that means something.
    fn bare(&mut self) -> &'a str {
        let ends = |c: char| c.is_whitespace() || "()'\",=!<>~".contains(c);
        let rest = self.rest();
        let word = rest.get(..rest.find(ends).unwrap_or(rest.len()));
        let word = word.unwrap_or_default();
        self.at += word.len();
        word
    }

    /// Reads to the closing `quote`; two of them stand for one.
    fn quoted(&mut self, quote: char) -> Result<String, FilterError> {
        let start = self.at;
        let mut said = String::new();
        let mut characters = self.rest().char_indices().skip(1).peekable();
        while let Some((offset, c)) = characters.next() {
            if c != quote {
                said.push(c);
            } else if characters.peek().is_some_and(|(_, next)| *next == quote) {
                characters.next();
                said.push(quote);
            } else {
                self.at = start + offset + 1;
                return Ok(said);
            }
        }
        let what = if quote == '"' { "name" } else { "text" };
        Err(FilterError::syntax(
            start..start + 1,
            format!("the {what} that begins here has no end"),
        )
        .with_help(format!(
            "close it with `{quote}`; a `{quote}` in it is written twice"
        )))
    }
}

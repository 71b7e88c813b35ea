//! A place in a list of tokens.

use super::super::lexer::Token;

/// What is left to read of a statement, or of one parenthesis in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a, 't> {
    sql: &'a str,
    rest: &'t [Token<'a>],
}

impl<'a, 't> Cursor<'a, 't> {
    pub(super) fn new(sql: &'a str, tokens: &'t [Token<'a>]) -> Self {
        Self { sql, rest: tokens }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// Tells whether these keywords come next.
    pub(super) fn at(&self, words: &[&str]) -> bool {
        let fits = |(token, word): (&Token<'_>, &&str)| token.is_word(word);
        self.rest.len() >= words.len() && self.rest.iter().zip(words).all(fits)
    }

    /// Steps over these keywords, if all of them come next.
    pub(super) fn eat(&mut self, words: &[&str]) -> bool {
        let found = self.at(words);
        if found {
            self.rest = self.rest.get(words.len()..).unwrap_or_default();
        }
        found
    }

    pub(super) fn eat_symbol(&mut self, symbol: char) -> bool {
        let found = self.rest.first().is_some_and(|t| t.is_symbol(symbol));
        if found {
            self.next();
        }
        found
    }

    /// Reads a name: a word (a keyword too), or anything in quotes.
    pub(super) fn name(&mut self) -> Option<String> {
        let name = self.rest.first()?.name()?;
        self.next();
        Some(name)
    }

    /// Reads a name that may have a schema's before it, and gives the name.
    pub(super) fn qualified_name(&mut self) -> Option<String> {
        let name = self.name()?;
        if self.eat_symbol('.') {
            return self.name();
        }
        Some(name)
    }

    /// Steps over `CREATE`, the words that may follow it, `what` and `IF NOT EXISTS`.
    pub(super) fn create(&mut self, modifiers: &[&str], what: &[&str]) -> Option<()> {
        self.eat(&["CREATE"]).then_some(())?;
        for modifier in modifiers {
            self.eat(&[modifier]);
        }
        self.eat(what).then_some(())?;
        self.eat(&["IF", "NOT", "EXISTS"]);
        Some(())
    }

    /// Reads a parenthesis and gives what is inside; stays where it is if there is none, or no end
    /// of it.
    pub(super) fn group(&mut self) -> Option<Self> {
        let (first, after) = self.rest.split_first()?;
        if !first.is_symbol('(') {
            return None;
        }
        let mut depth = 0_usize;
        let end = after.iter().position(|token| {
            let closes = token.is_symbol(')');
            if closes && depth == 0 {
                return true;
            }
            depth = match token.is_symbol('(') {
                true => depth + 1,
                false => depth - usize::from(closes),
            };
            false
        })?;
        let (inside, rest) = after.split_at_checked(end)?;
        self.rest = rest.get(1..)?;
        Some(Self::new(self.sql, inside))
    }

    /// Splits what is left at its commas, those in parentheses not among them.
    pub(super) fn split_commas(self) -> Vec<Self> {
        let mut depth = 0_usize;
        let parts = self.rest.split(move |token| {
            if token.is_symbol('(') {
                depth += 1;
            } else if token.is_symbol(')') {
                depth = depth.saturating_sub(1);
            }
            depth == 0 && token.is_symbol(',')
        });
        parts.map(|part| Self::new(self.sql, part)).collect()
    }

    /// Reads the names in a parenthesis, each the first word between two commas.
    pub(super) fn names(&mut self) -> Option<Vec<String>> {
        let parts = self.group()?.split_commas();
        Some(parts.into_iter().filter_map(|mut p| p.name()).collect())
    }

    /// Steps back over the tokens at the end that `unwanted` takes.
    pub(super) fn trim_end(&mut self, unwanted: impl Fn(&Token<'a>) -> bool) {
        while let Some((last, rest)) = self.rest.split_last() {
            if !unwanted(last) {
                return;
            }
            self.rest = rest;
        }
    }

    /// Tells what is left when it is a name and nothing else.
    pub(super) fn only_name(&self) -> Option<String> {
        match self.rest {
            [token] => token.name(),
            _ => None,
        }
    }

    /// The text of all that is left, without comments around it.
    pub(super) fn text(&self) -> &'a str {
        let (Some(first), Some(last)) = (self.rest.first(), self.rest.last()) else {
            return "";
        };
        self.sql.get(first.start..last.end()).unwrap_or_default()
    }
}

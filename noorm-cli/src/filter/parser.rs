//! From tokens to a [`Filter`], by recursive descent: one function for each rule of the grammar.

use noorm::statement::{Compare, Match};

use super::error::{FilterError, short};
use super::lexer::{Kind, Operator, Token, lex};
use super::{Filter, Test, Word};

/// How deep parentheses and `not` may nest: as deep as nobody writes, and no stack minds.
pub(super) const MAX_DEPTH: usize = 100;

/// Words that name no column and are no value unless they are quoted.
const KEYWORDS: [&str; 8] = ["and", "or", "not", "in", "like", "between", "is", "null"];

type Result<T, E = FilterError> = std::result::Result<T, E>;

/// Reads a whole filter.
pub(super) fn parse(text: &str) -> Result<Filter> {
    let end = text.len();
    let mut parser = Parser {
        tokens: lex(text)?.into_iter().peekable(),
        end: Token {
            kind: Kind::End,
            at: end..end,
        },
        depth: 0,
    };
    if *parser.peek() == Kind::End {
        return Err(parser
            .syntax("the filter is empty")
            .with_help("write it like `title~rock`"));
    }
    let filter = parser.any()?;
    match parser.peek() {
        Kind::End => Ok(filter),
        Kind::Close => Err(parser.syntax("this `)` closes nothing")),
        _ => Err(parser.expected("`and`, `or` or the end")),
    }
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    /// What stands behind the last token.
    end: Token,
    depth: usize,
}

impl Parser {
    /// `any = all , { "or" , all }`
    fn any(&mut self) -> Result<Filter> {
        let mut parts = vec![self.all()?];
        while self.take_keyword("or") {
            parts.push(self.all()?);
        }
        Ok(join(parts, Filter::Any))
    }

    /// `all = part , { "and" , part }`
    fn all(&mut self) -> Result<Filter> {
        let mut parts = vec![self.part()?];
        while self.take_keyword("and") {
            parts.push(self.part()?);
        }
        Ok(join(parts, Filter::All))
    }

    /// `part = "not" , part | "(" , any , ")" | test`
    fn part(&mut self) -> Result<Filter> {
        if self.is_keyword("not") {
            return self.nested(|parser| {
                let part = parser.part()?;
                Ok(Filter::Not(Box::new(part)))
            });
        }
        if *self.peek() == Kind::Open {
            let open = self.token().at.clone();
            return self.nested(|parser| {
                let any = parser.any()?;
                match parser.peek() {
                    Kind::Close => {
                        parser.next();
                        Ok(any)
                    }
                    Kind::End => Err(FilterError::syntax(open, "this `(` is never closed")),
                    _ => Err(parser.expected("`and`, `or` or `)`")),
                }
            });
        }
        self.test()
    }

    /// Passes the token that opens a nesting, and reads what is in it.
    fn nested(&mut self, inside: impl FnOnce(&mut Self) -> Result<Filter>) -> Result<Filter> {
        if self.depth == MAX_DEPTH {
            return Err(self.syntax(format!("this nests deeper than {MAX_DEPTH} levels")));
        }
        self.next();
        self.depth += 1;
        let filter = inside(self)?;
        self.depth -= 1;
        Ok(filter)
    }

    /// `test = column , ( operator , value | [ "not" ] , ( like | in | between ) | is )`
    fn test(&mut self) -> Result<Filter> {
        let column = self.column()?;
        if let Kind::Operator(operator) = *self.peek() {
            self.next();
            let value = self.value()?;
            let compare = |by| Filter::Test(column.clone(), Test::Compare(by, value.clone()));
            let contains =
                || Filter::Test(column.clone(), Test::Match(Match::Contains, value.clone()));
            return Ok(match operator {
                Operator::Eq => compare(Compare::Eq),
                Operator::Ne => compare(Compare::Ne),
                Operator::Lt => compare(Compare::Lt),
                Operator::Le => compare(Compare::Le),
                Operator::Gt => compare(Compare::Gt),
                Operator::Ge => compare(Compare::Ge),
                Operator::Contains => contains(),
                Operator::NotContains => Filter::Not(Box::new(contains())),
            });
        }
        if self.take_keyword("is") {
            let negated = self.take_keyword("not");
            if !self.take_keyword("null") {
                return Err(self.expected(if negated {
                    "`null`"
                } else {
                    "`null` or `not null`"
                }));
            }
            return Ok(negate(negated, Filter::Test(column, Test::IsNull)));
        }
        let negated = self.take_keyword("not");
        let test = if self.take_keyword("like") {
            Test::Match(Match::Like, self.value()?)
        } else if self.take_keyword("in") {
            Test::In(self.list()?)
        } else if self.take_keyword("between") {
            let low = self.value()?;
            if !self.take_keyword("and") {
                return Err(self.expected("`and` and the other end"));
            }
            Test::Between(low, self.value()?)
        } else if negated {
            return Err(self.expected("`like`, `in` or `between`"));
        } else {
            return Err(self.expected("an operator").with_help(
                "write one of `=` `!=` `<` `<=` `>` `>=` `~` `!~` `like` `in` `between` `is null`",
            ));
        };
        Ok(negate(negated, Filter::Test(column, test)))
    }

    /// `list = "(" , value , { "," , value } , ")"`
    fn list(&mut self) -> Result<Vec<Word>> {
        if *self.peek() != Kind::Open {
            return Err(self.expected("`(` and a list of values"));
        }
        self.next();
        let mut values = vec![self.value()?];
        while *self.peek() == Kind::Comma {
            self.next();
            values.push(self.value()?);
        }
        if *self.peek() != Kind::Close {
            return Err(self.expected("`,` or `)`"));
        }
        self.next();
        Ok(values)
    }

    /// `column = bare | name`
    fn column(&mut self) -> Result<Word> {
        match self.peek() {
            Kind::Bare(text) if is_keyword(text) => {
                let help = format!("a column of that name is written `\"{text}\"`");
                Err(self.expected("a column").with_help(help))
            }
            Kind::Bare(_) | Kind::Name(_) => Ok(self.word()),
            Kind::Text(text) => {
                let help = format!(
                    "texts stand in '…', columns in \"…\": `\"{}\"`",
                    short(text)
                );
                Err(self.expected("a column").with_help(help))
            }
            _ => Err(self.expected("a column")),
        }
    }

    /// `value = bare | text`
    fn value(&mut self) -> Result<Word> {
        match self.peek() {
            Kind::Bare(text) if text.eq_ignore_ascii_case("null") => Err(self
                .expected("a value")
                .with_help("nothing compares with NULL: write `is null` or `is not null`")),
            Kind::Bare(text) if is_keyword(text) => {
                let help = format!("as a text it is written `'{text}'`");
                Err(self.expected("a value").with_help(help))
            }
            Kind::Bare(_) | Kind::Text(_) => Ok(self.word()),
            Kind::Name(text) => {
                let help = format!("names stand in \"…\", texts in '…': `'{}'`", short(text));
                Err(self.expected("a value").with_help(help))
            }
            _ => Err(self.expected("a value")),
        }
    }

    /// The next token, which has a text.
    fn word(&mut self) -> Word {
        let Token { kind, at } = self.next();
        let text = match kind {
            Kind::Bare(text) | Kind::Name(text) | Kind::Text(text) => text,
            _ => String::new(),
        };
        Word { text, at }
    }

    fn token(&mut self) -> &Token {
        self.tokens.peek().unwrap_or(&self.end)
    }

    fn peek(&mut self) -> &Kind {
        &self.token().kind
    }

    fn next(&mut self) -> Token {
        self.tokens.next().unwrap_or_else(|| self.end.clone())
    }

    fn is_keyword(&mut self, keyword: &str) -> bool {
        matches!(self.peek(), Kind::Bare(text) if text.eq_ignore_ascii_case(keyword))
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        let there = self.is_keyword(keyword);
        if there {
            self.next();
        }
        there
    }

    /// The error of something other than `what` at the next token.
    fn expected(&mut self, what: &str) -> FilterError {
        let found = match self.peek() {
            Kind::Bare(text) if is_keyword(text) => format!("the keyword `{text}`"),
            Kind::Bare(text) => format!("`{}`", short(text)),
            Kind::Name(text) => format!("the name \"{}\"", short(text)),
            Kind::Text(text) => format!("the text '{}'", short(text)),
            Kind::Operator(_) => "an operator".to_owned(),
            Kind::Open => "`(`".to_owned(),
            Kind::Close => "`)`".to_owned(),
            Kind::Comma => "`,`".to_owned(),
            Kind::End => "the end".to_owned(),
        };
        self.syntax(format!("expected {what}, found {found}"))
    }

    /// An error at the next token.
    fn syntax(&mut self, message: impl Into<String>) -> FilterError {
        FilterError::syntax(self.token().at.clone(), message)
    }
}

fn is_keyword(text: &str) -> bool {
    KEYWORDS.iter().any(|k| text.eq_ignore_ascii_case(k))
}

fn negate(negated: bool, filter: Filter) -> Filter {
    if negated {
        Filter::Not(Box::new(filter))
    } else {
        filter
    }
}

/// One part stands for itself.
fn join(mut parts: Vec<Filter>, several: fn(Vec<Filter>) -> Filter) -> Filter {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            several(parts)
        }
        None => several(parts),
    }
}

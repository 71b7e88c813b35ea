//! What of SQL is text, and what is read past.

/// How a dialect's SQL quotes and comments, beside `'text'`, `"name"`, `-- …` and `/* … */`: what has to be known
/// to find the placeholders in SQL that a caller wrote.
///
/// ```
/// use noorm_core::sql::Quoting;
///
/// let mut quoting = Quoting::STANDARD;
/// quoting.brackets = true;
/// assert!(!quoting.backticks);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quoting {
    /// Whether a backslash escapes a quote in text.
    pub backslashes: bool,
    /// Whether it does so in text with an `E` before it: `E'it\'s'`.
    pub escape_strings: bool,
    /// Whether names stand in backticks.
    pub backticks: bool,
    /// Whether names stand in brackets.
    pub brackets: bool,
    /// Whether text stands between `$$` or `$tag$`.
    pub dollars: bool,
    /// Whether `#` begins a comment.
    pub hashes: bool,
    /// Whether `--` begins a comment only with a space behind it.
    pub spaced_dashes: bool,
    /// Whether comments nest.
    pub nested_comments: bool,
}

impl Quoting {
    /// Nothing beyond the standard.
    pub const STANDARD: Self = Self {
        backslashes: false,
        escape_strings: false,
        backticks: false,
        brackets: false,
        dollars: false,
        hashes: false,
        spaced_dashes: false,
        nested_comments: false,
    };
}

//! How a database reads the conditions of its check constraints.

/// How the conditions of check constraints are written, as the catalog gives them.
///
/// ```
/// use noorm_core::sql::CheckSyntax;
///
/// let syntax = CheckSyntax::new("sqlite", &["LENGTH"]);
/// assert_eq!(syntax.grammar, "sqlite");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckSyntax {
    /// The grammar, by the name that `sqlparser` has for it: `postgres`, `mysql`, `sqlite`, `mssql`.
    pub grammar: &'static str,
    /// The functions that count a text's characters, in capitals.
    pub lengths: &'static [&'static str],
}

impl CheckSyntax {
    /// Names a grammar, and the functions that count a text's characters, in capitals.
    ///
    /// ```
    /// use noorm_core::sql::CheckSyntax;
    ///
    /// let syntax = CheckSyntax::new("mysql", &["CHAR_LENGTH", "CHARACTER_LENGTH"]);
    /// assert!(syntax.lengths.contains(&"CHAR_LENGTH"));
    /// ```
    #[must_use]
    pub const fn new(grammar: &'static str, lengths: &'static [&'static str]) -> Self {
        Self { grammar, lengths }
    }
}

/// Which texts of a column are equal to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextEquality {
    /// Those of the same characters.
    Exact,
    /// Maybe others, too: in other letter cases, with blanks at the end, as a collation has it.
    Folded,
}

impl TextEquality {
    /// Tells whether two texts are equal; `None` where that depends on the collation.
    ///
    /// ```
    /// use noorm_core::sql::TextEquality;
    ///
    /// assert_eq!(TextEquality::Exact.equal("a", "A"), Some(false));
    /// assert_eq!(TextEquality::Folded.equal("a", "A"), None);
    /// assert_eq!(TextEquality::Folded.equal("a", "b"), Some(false));
    /// ```
    #[must_use]
    pub fn equal(self, a: &str, b: &str) -> Option<bool> {
        match self {
            _ if a == b => Some(true),
            Self::Exact => Some(false),
            Self::Folded => (skeleton(a)? != skeleton(b)?).then_some(false),
        }
    }
}

/// What no collation leaves out of a text, one character for those that some language takes for the same:
/// Swedish `v` and `w`, Lithuanian `i` and `y`. `None` where more would have to be known: letters beyond ASCII, and
/// those that Hungarian doubles by doubling the first (`ssz` for `szsz`).
pub(crate) fn skeleton(text: &str) -> Option<String> {
    const DOUBLED: [&str; 8] = ["ccs", "ddz", "ggy", "lly", "nny", "ssz", "tty", "zzs"];
    if !text.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    if DOUBLED.iter().any(|doubled| lower.contains(doubled)) {
        return None;
    }
    let kept = lower.chars().filter(char::is_ascii_alphanumeric);
    let same = |c| match c {
        'w' => 'v',
        'y' | 'j' => 'i',
        c => c,
    };
    Some(kept.map(same).collect())
}

#[cfg(test)]
mod tests {
    use super::TextEquality::{Exact, Folded};

    #[test]
    fn what_may_be_equal_under_some_collation_is_not_told_apart() {
        for (a, b) in [
            ("paid", "PAID"),
            ("paid", "paid  "),
            ("co-op", "coop"),
            ("wien", "vien"),
            ("ssz", "szsz"),
            ("straße", "strasse"),
            ("", "  "),
        ] {
            assert_eq!(Folded.equal(a, b), None, "{a:?} and {b:?}");
            assert_eq!(Exact.equal(a, b), Some(false), "{a:?} and {b:?}");
        }
        assert_eq!(Folded.equal("paid", "sent"), Some(false));
        assert_eq!(Folded.equal("paid", ""), Some(false));
        assert_eq!(Folded.equal("ß", "ß"), Some(true));
    }
}

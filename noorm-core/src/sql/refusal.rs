//! Why a column can't keep a value.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// Why a column can't keep a value: a [code](crate::Problem::code), and the reason in words, which never hold the
/// value. It derefs to the words.
///
/// ```
/// use noorm_core::sql::Refusal;
///
/// let refusal = Refusal::range("is out of range, which is from 1 to 5");
/// assert_eq!(refusal.code(), "range");
/// assert!(refusal.starts_with("is out of range"));
/// assert_eq!(Refusal::from("is no number").code(), "type");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    code: &'static str,
    reason: Cow<'static, str>,
}

impl Refusal {
    /// The value is too small or too large.
    pub fn range(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::of("range", reason.into())
    }

    /// The value has more digits than the column keeps.
    pub fn precision(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::of("precision", reason.into())
    }

    /// The value is too long, or too short.
    pub fn length(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::of("length", reason.into())
    }

    fn of(code: &'static str, reason: Cow<'static, str>) -> Self {
        Self { code, reason }
    }

    /// Gives the code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    pub(crate) fn into_reason(self) -> String {
        self.reason.into_owned()
    }
}

impl From<&'static str> for Refusal {
    fn from(reason: &'static str) -> Self {
        Self::of("type", reason.into())
    }
}

impl From<String> for Refusal {
    fn from(reason: String) -> Self {
        Self::of("type", reason.into())
    }
}

impl Deref for Refusal {
    type Target = str;

    fn deref(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

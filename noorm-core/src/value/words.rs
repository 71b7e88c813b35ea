//! Sets of words: MySQL's `SET`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{FromValue, Mismatch, Scalar, Value, Word, takes_words};
use crate::schema::ColumnType;

/// Some of an enum's words, in the order of the enum: what a column of MySQL's type `SET` holds.
///
/// ```
/// use noorm_core::value::{FromValue, Value, Word, Words};
///
/// #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
/// enum Extra { Lyrics, Poster }
///
/// impl Word for Extra {
///     const WORDS: &'static [&'static str] = &["lyrics", "poster"];
///     fn word(&self) -> &'static str {
///         match self {
///             Self::Lyrics => "lyrics",
///             Self::Poster => "poster",
///         }
///     }
///     fn of_word(word: &str) -> Option<Self> {
///         match word {
///             "lyrics" => Some(Self::Lyrics),
///             "poster" => Some(Self::Poster),
///             _ => None,
///         }
///     }
/// }
///
/// let words = Words::<Extra>::from_value(Value::from("poster,lyrics"))?;
/// assert!(words.0.contains(&Extra::Poster));
/// assert_eq!(Value::from(words), Value::from("lyrics,poster"));
/// # Ok::<(), noorm_core::value::Mismatch>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Words<W: Ord>(pub BTreeSet<W>);

impl<W: Ord> Default for Words<W> {
    fn default() -> Self {
        Self(BTreeSet::new())
    }
}

impl<W: Ord> FromIterator<W> for Words<W> {
    fn from_iter<I: IntoIterator<Item = W>>(words: I) -> Self {
        Self(words.into_iter().collect())
    }
}

impl<W: Word + Ord> FromValue for Words<W> {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let Value::Text(text) = value else {
            return Err(Mismatch::of("words", &value));
        };
        let words = text.split(',').filter(|word| !word.is_empty());
        let words = words.map(|word| {
            let known = W::of_word(word);
            known.ok_or_else(|| Mismatch::new("words of the set", "another word").coded("enum"))
        });
        words.collect()
    }
}

impl<W: Word + Ord> From<Words<W>> for Value {
    fn from(words: Words<W>) -> Self {
        let words: Vec<_> = words.0.iter().map(Word::word).collect();
        words.join(",").into()
    }
}

impl<W: Word + Ord + Send + 'static> Scalar for Words<W> {
    fn accepts(column: &ColumnType) -> bool {
        takes_words(column, W::WORDS)
    }
}

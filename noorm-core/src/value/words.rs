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

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    enum Extra {
        Lyrics,
        Poster,
    }

    impl Word for Extra {
        const WORDS: &'static [&'static str] = &["lyrics", "poster"];
        fn word(&self) -> &'static str {
            match self {
                Self::Lyrics => "lyrics",
                Self::Poster => "poster",
            }
        }
        fn of_word(word: &str) -> Option<Self> {
            let all = [Self::Lyrics, Self::Poster];
            all.into_iter().find(|extra| extra.word() == word)
        }
    }

    #[test]
    fn words_go_to_a_set_and_back_in_their_order() {
        let words: Words<Extra> = [Extra::Poster, Extra::Lyrics].into_iter().collect();
        let value = Value::from(words.clone());
        assert_eq!(value, Value::from("lyrics,poster"));
        assert_eq!(Words::from_value(value), Ok(words));
        assert_eq!(Value::from(Words::<Extra>::default()), Value::from(""));
        assert_eq!(Words::<Extra>::from_value("".into()), Ok(Words::default()));
    }

    #[test]
    fn other_words_and_values_are_refused() {
        let refused = |value: Value| Words::<Extra>::from_value(value).unwrap_err().to_string();
        assert_eq!(
            refused("lyrics,sticker".into()),
            "holds another word, wanted words of the set"
        );
        assert_eq!(refused(7.into()), "holds an integer, wanted words");
        let set = |values: &[&str]| {
            let values = values.iter().map(|value| (*value).to_owned()).collect();
            <Words<Extra> as Scalar>::accepts(&ColumnType::Set { values })
        };
        assert!(set(&["poster"]));
        assert!(!set(&["poster", "sticker"]));
    }
}

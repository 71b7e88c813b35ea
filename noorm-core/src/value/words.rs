//! Sets of words: MySQL's `SET`.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{FromValue, Mismatch, Scalar, Value, Word, takes_words};
use crate::schema::ColumnType;

/// Some of an enum's words, in the order of the enum: what a column of MySQL's type `SET` holds.
///
/// In JSON it is the text that a record has, the words with commas between them; an array of words is read, too.
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
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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
        let read = Self::of_text(&text);
        read.ok_or_else(|| Mismatch::new("words of the set", "another word").coded("enum"))
    }
}

impl<W: Word + Ord> Words<W> {
    fn of_text(text: &str) -> Option<Self> {
        let words = text.split(',').filter(|word| !word.is_empty());
        words.map(W::of_word).collect()
    }

    fn text(&self) -> String {
        let words: Vec<_> = self.0.iter().map(Word::word).collect();
        words.join(",")
    }
}

impl<W: Word + Ord> From<Words<W>> for Value {
    fn from(words: Words<W>) -> Self {
        words.text().into()
    }
}

impl<W: Word + Ord> Serialize for Words<W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de, W: Word + Ord> Deserialize<'de> for Words<W> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.is_human_readable() {
            true => deserializer.deserialize_any(TextOrWords(PhantomData)),
            false => deserializer.deserialize_str(TextOrWords(PhantomData)),
        }
    }
}

struct TextOrWords<W>(PhantomData<W>);

impl<'de, W: Word + Ord> Visitor<'de> for TextOrWords<W> {
    type Value = Words<W>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "words of {:?} with commas between them", W::WORDS)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Words<W>, E> {
        let unknown = || E::invalid_value(serde::de::Unexpected::Str(text), &self);
        Words::of_text(text).ok_or_else(unknown)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Words<W>, A::Error> {
        let mut words = BTreeSet::new();
        while let Some(word) = list.next_element::<String>()? {
            let known = W::of_word(&word);
            words.insert(known.ok_or_else(|| A::Error::unknown_variant(&word, W::WORDS))?);
        }
        Ok(Words(words))
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
    fn in_json_they_are_the_text_of_a_record() {
        let words: Words<Extra> = [Extra::Poster, Extra::Lyrics].into_iter().collect();
        assert_eq!(serde_json::to_string(&words).unwrap(), r#""lyrics,poster""#);
        for json in [r#""poster,lyrics""#, r#"["lyrics","poster"]"#] {
            let read: Words<Extra> = serde_json::from_str(json).unwrap();
            assert_eq!(read, words, "{json}");
        }
        for (json, said) in [
            (
                r#""lyrics,sticker""#,
                "invalid value: string \"lyrics,sticker\"",
            ),
            (
                r#"["sticker"]"#,
                "unknown variant `sticker`, expected `lyrics` or `poster`",
            ),
            (
                "7",
                "invalid type: integer `7`, expected words of [\"lyrics\", \"poster\"]",
            ),
        ] {
            let error = serde_json::from_str::<Words<Extra>>(json).unwrap_err();
            assert!(error.to_string().starts_with(said), "{error}");
        }
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

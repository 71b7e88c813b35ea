//! The names in a record that is written out in a program.

use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwapOption;

use super::Record;
use crate::executor::Header;
use crate::value::Value;

/// The names of a `record! { … }`, or of a struct's columns, made a header when it is first run.
#[doc(hidden)]
#[derive(Debug)]
pub struct Names {
    names: &'static [&'static str],
    /// `None` where a name comes twice.
    header: OnceLock<Option<Arc<Header>>>,
    /// That of the last record for which not all were given: the next one is often alike.
    partial: ArcSwapOption<Partial>,
}

#[derive(Debug)]
struct Partial {
    given: Box<[bool]>,
    header: Arc<Header>,
}

impl Names {
    #[must_use]
    pub const fn new(names: &'static [&'static str]) -> Self {
        Self {
            names,
            header: OnceLock::new(),
            partial: ArcSwapOption::const_empty(),
        }
    }

    /// The header of the values that are given.
    fn header_of(&self, values: &[Option<Value>]) -> Arc<Header> {
        if values.iter().all(Option::is_some)
            && let Some(header) = self.header()
        {
            return Arc::clone(header);
        }
        let given = values.iter().map(Option::is_some);
        let known = self.partial.load();
        match &*known {
            Some(known) if given.clone().eq(known.given.iter().copied()) => {
                Arc::clone(&known.header)
            }
            _ => {
                let names = self.names.iter().zip(values);
                let names = names.filter(|(_, value)| value.is_some());
                let header = Arc::new(Header::new(names.map(|(name, _)| *name)));
                self.partial.store(Some(Arc::new(Partial {
                    given: given.collect(),
                    header: Arc::clone(&header),
                })));
                header
            }
        }
    }

    fn header(&self) -> Option<&Arc<Header>> {
        let made = || {
            let mut before = self.names.iter().enumerate();
            let is_twice = before.any(|(at, name)| self.names.iter().take(at).any(|n| n == name));
            (!is_twice).then(|| Arc::new(Header::new(self.names.iter().copied())))
        };
        self.header.get_or_init(made).as_ref()
    }
}

impl Record {
    /// Makes a record of the values of `names`.
    #[doc(hidden)]
    #[must_use]
    pub fn written<const N: usize>(names: &'static Names, values: [Value; N]) -> Self {
        match names.header() {
            Some(header) => Self::of(Arc::clone(header), values.into()),
            None => Self::from_pairs(names.names.iter().copied().zip(values)),
        }
    }

    /// Makes a record of the values of `names`, which are all different, that are given.
    #[doc(hidden)]
    #[must_use]
    pub fn given<const N: usize>(names: &'static Names, values: [Option<Value>; N]) -> Self {
        let header = names.header_of(&values);
        let mut given = Vec::with_capacity(header.len());
        given.extend(values.into_iter().flatten());
        Self::of(header, given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record;

    #[test]
    fn records_of_one_place_share_their_names() {
        let album = |title: &str| record! { "title" => title, "year" => 1971 };
        let (blue, red) = (album("Blue"), album("Red"));
        assert_eq!(blue.columns().collect::<Vec<_>>(), ["title", "year"]);
        assert_eq!(red.get::<String>("title").unwrap(), "Red");
        let names = |record: &crate::repository::Record| record.columns().next().unwrap().as_ptr();
        assert_eq!(names(&blue), names(&red));
    }

    #[test]
    fn what_is_not_given_is_no_column() {
        static NAMES: Names = Names::new(&["title", "year", "note"]);
        let made = |title: Option<&str>, year: Option<i32>, note: Option<&str>| {
            let values = [
                title.map(Value::from),
                year.map(Value::from),
                note.map(Value::from),
            ];
            Record::given(&NAMES, values)
        };
        let all = made(Some("Blue"), Some(1971), Some("a"));
        assert_eq!(
            all,
            record! { "title" => "Blue", "year" => 1971, "note" => "a" }
        );
        for _ in 0..2 {
            let some = made(Some("Red"), None, Some("b"));
            assert_eq!(some, record! { "title" => "Red", "note" => "b" });
            assert_eq!(made(None, Some(1), None), record! { "year" => 1 });
        }
        assert_eq!(made(None, None, None), Record::new());
        let [one, other] = [made(None, Some(1), None), made(None, Some(2), None)];
        assert!(Arc::ptr_eq(one.header(), other.header()));
    }

    #[test]
    fn of_a_name_that_comes_twice_the_last_value_counts() {
        let album = record! { "title" => "Red", "year" => 1971, "title" => "Blue" };
        assert_eq!(album, record! { "title" => "Blue", "year" => 1971 });
    }
}

//! The names in a record that is written out in a program.

use std::sync::{Arc, OnceLock};

use super::Record;
use crate::executor::Header;
use crate::value::Value;

/// The names of a `record! { … }`, made a header when it is first run.
#[doc(hidden)]
#[derive(Debug)]
pub struct Names {
    names: &'static [&'static str],
    /// `None` where a name comes twice.
    header: OnceLock<Option<Arc<Header>>>,
}

impl Names {
    #[must_use]
    pub const fn new(names: &'static [&'static str]) -> Self {
        Self {
            names,
            header: OnceLock::new(),
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
}

#[cfg(test)]
mod tests {
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
    fn of_a_name_that_comes_twice_the_last_value_counts() {
        let album = record! { "title" => "Red", "year" => 1971, "title" => "Blue" };
        assert_eq!(album, record! { "title" => "Blue", "year" => 1971 });
    }
}

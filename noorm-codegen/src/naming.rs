//! Names that a programming language takes, made of names that a database takes.
//!
//! A name is made in three steps, each of which depends on the name alone, so that it stays when other tables come
//! and go: words ([`pascal`], [`snake`], [`camel`]), then what the language refuses ([`identifier`]), then what is
//! taken already ([`Namespace`], the only step that looks at the neighbours).

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use heck::{ToLowerCamelCase as _, ToSnakeCase as _, ToUpperCamelCase as _};
use unicode_normalization::UnicodeNormalization as _;

/// Writes a name in `PascalCase`.
///
/// ```
/// assert_eq!(noorm_codegen::naming::pascal("order line_2"), "OrderLine2");
/// ```
#[must_use]
pub fn pascal(name: &str) -> String {
    normal(name).to_upper_camel_case()
}

/// Writes a name in `camelCase`.
///
/// ```
/// assert_eq!(noorm_codegen::naming::camel("artist_id"), "artistId");
/// ```
#[must_use]
pub fn camel(name: &str) -> String {
    normal(name).to_lower_camel_case()
}

/// Writes a name in `snake_case`; one that is in it already stays as it is.
///
/// ```
/// assert_eq!(noorm_codegen::naming::snake("ArtistId"), "artist_id");
/// assert_eq!(noorm_codegen::naming::snake("_rev"), "_rev");
/// assert_eq!(noorm_codegen::naming::snake("nº"), "no");
/// ```
#[must_use]
pub fn snake(name: &str) -> String {
    let name = &*normal(name);
    let inner = name.trim_matches('_');
    let is_snake = |c: char| c == '_' || (c.is_alphanumeric() && !c.is_uppercase());
    if !inner.is_empty() && !inner.contains("__") && name.chars().all(is_snake) {
        return name.to_owned();
    }
    name.to_snake_case()
}

/// Writes the last word of a name in the singular: `order_lines` is many an `order_line`.
///
/// ```
/// assert_eq!(noorm_codegen::naming::singular("order_lines"), "order_line");
/// assert_eq!(noorm_codegen::naming::singular("status"), "status");
/// ```
#[must_use]
pub fn singular(name: &str) -> String {
    noorm_core::relation::names::singular(&normal(name).to_snake_case())
}

/// Writes letters that are others in another form as those: `º` as `o`, the sign for micro as the letter mu. Compilers
/// warn of the forms, which look like what they aren't.
fn normal(name: &str) -> Cow<'_, str> {
    match name.is_ascii() {
        true => Cow::Borrowed(name),
        false => Cow::Owned(name.nfkc().collect()),
    }
}

/// Makes an identifier of a name: characters that can't stand in one are left out, and one that can't stand at its
/// beginning gets an underscore before it. `None` where nothing is left.
///
/// ```
/// use noorm_codegen::naming::identifier;
///
/// assert_eq!(identifier("2fa").as_deref(), Some("_2fa"));
/// assert_eq!(identifier("größe").as_deref(), Some("größe"));
/// assert_eq!(identifier("%"), None);
/// ```
#[must_use]
pub fn identifier(name: &str) -> Option<String> {
    let kept: String = name.chars().filter(|c| is_within(*c)).collect();
    let first = kept.chars().find(|c| *c != '_')?;
    match starts(kept.chars().next()?) {
        true => Some(kept),
        false if first == '_' => None,
        false => Some(format!("_{kept}")),
    }
}

/// Letters and digits of every script, as far as both Rust and TypeScript take them.
fn is_within(c: char) -> bool {
    c == '_'
        || c.is_alphanumeric()
            && (c.is_ascii() || syn::parse_str::<syn::Ident>(&format!("a{c}")).is_ok())
}

fn starts(c: char) -> bool {
    c == '_'
        || c.is_ascii_alphabetic()
        || (!c.is_ascii() && syn::parse_str::<syn::Ident>(&c.to_string()).is_ok())
}

/// Names that are taken in one place.
///
/// ```
/// use noorm_codegen::naming::Namespace;
///
/// let mut names = Namespace::new(["Option"]);
/// assert_eq!(names.claim("Album".into()), "Album");
/// assert_eq!(names.claim("Album".into()), "Album2");
/// assert_eq!(names.claim("Option".into()), "Option2");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Namespace {
    taken: HashSet<String>,
    fold: Option<fn(&str) -> String>,
}

impl Namespace {
    /// Makes one in which these names can't be had.
    pub fn new<S: Into<String>>(reserved: impl IntoIterator<Item = S>) -> Self {
        Self {
            taken: reserved.into_iter().map(Into::into).collect(),
            fold: None,
        }
    }

    /// Makes one in which two names are the same if `fold` makes the same of them.
    ///
    /// ```
    /// use noorm_codegen::naming::Namespace;
    ///
    /// let mut names = Namespace::folded(|name| name.to_uppercase());
    /// assert_eq!(names.claim("strasse".into()), "strasse");
    /// assert_eq!(names.claim("straße".into()), "straße2");
    /// ```
    #[must_use]
    pub fn folded(fold: fn(&str) -> String) -> Self {
        Self {
            taken: HashSet::new(),
            fold: Some(fold),
        }
    }

    fn folded_name(&self, name: &str) -> String {
        self.fold.map_or_else(|| name.to_owned(), |fold| fold(name))
    }

    /// Tells whether a name is taken.
    #[must_use]
    pub fn is_taken(&self, name: &str) -> bool {
        self.taken.contains(&self.folded_name(name))
    }

    /// Takes a name, or the first free one with a number behind it.
    pub fn claim(&mut self, name: String) -> String {
        self.claim_by(name, |name, number| format!("{name}{number}"))
    }

    /// As [`claim`](Namespace::claim), with a number put behind as `numbered` does it.
    pub fn claim_by(&mut self, name: String, numbered: fn(&str, u32) -> String) -> String {
        if self.taken.insert(self.folded_name(&name)) {
            return name;
        }
        let mut number = 2;
        loop {
            let other = numbered(&name, number);
            if self.taken.insert(self.folded_name(&other)) {
                return other;
            }
            number += 1;
        }
    }
}

/// Gives each of `keys` a name of its own: `wanted` tells what it would be called. Those that are spelled like that
/// already are served first, then the others in the order of their keys, whatever the order they come in.
pub(crate) fn assign(
    namespace: &mut Namespace,
    keys: impl IntoIterator<Item = (String, String)>,
    numbered: fn(&str, u32) -> String,
) -> BTreeMap<String, String> {
    let (exact, other): (Vec<_>, Vec<_>) = keys.into_iter().partition(|(key, name)| key == name);
    let mut assigned = BTreeMap::new();
    for mut served in [exact, other] {
        served.sort();
        for (key, name) in served {
            let name = namespace.claim_by(name, numbered);
            assigned.insert(key, name);
        }
    }
    assigned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collisions_are_numbered_in_the_order_of_the_names() {
        let keys = ["a b", "aB", "a_b"].map(|key| (key.to_owned(), snake(key)));
        let mut backwards = keys.clone();
        backwards.reverse();
        let numbered = |name: &str, number| format!("{name}_{number}");
        let names = assign(&mut Namespace::default(), keys, numbered);
        assert_eq!(names["a_b"], "a_b");
        assert_eq!(names["a b"], "a_b_2");
        assert_eq!(names["aB"], "a_b_3");
        assert_eq!(
            names,
            assign(&mut Namespace::default(), backwards, numbered)
        );
    }

    #[test]
    fn odd_names_become_identifiers() {
        let made = |name: &str| identifier(&snake(name)).unwrap_or_default();
        assert_eq!(made("it's <b>"), "it_s_b");
        assert_eq!(made("-minus"), "minus");
        assert_eq!(made("日本"), "日本");
        assert_eq!(made("1ª_via"), "_1a_via");
        assert_eq!(made("size_\u{b5}m"), "size_\u{3bc}m");
        assert_eq!(made("cafe\u{301}"), "caf\u{e9}");
        assert_eq!(made("1st place"), "_1st_place");
        assert_eq!(made("a__b"), "a_b");
        assert_eq!(made("🎵"), "");
        assert_eq!(made("__"), "");
        assert_eq!(made("_id"), "_id");
    }
}

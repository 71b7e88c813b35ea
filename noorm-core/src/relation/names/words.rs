//! Words: their case, their number, and which of them say no more than that a column is a key.

use std::cell::RefCell;
use std::collections::BTreeMap;

use heck::ToSnakeCase as _;
use rustc_hash::FxHashMap;

/// Words that the library takes for plurals of others, or inflects as Latin does and databases don't.
const IRREGULAR: [(&str, &str); 12] = [
    ("bias", "biases"),
    ("cache", "caches"),
    ("canvas", "canvases"),
    ("german", "germans"),
    ("lens", "lenses"),
    ("norman", "normans"),
    ("ottoman", "ottomans"),
    ("roman", "romans"),
    ("schema", "schemas"),
    ("shaman", "shamans"),
    ("talisman", "talismans"),
    ("virus", "viruses"),
];

/// Words that are the same for one and for several: substances, abbreviations, and what is no noun, of which the library
/// makes others.
const INVARIABLE: [&str; 39] = [
    "all", "any", "both", "by", "css", "data", "dns", "each", "feedback", "gps", "has", "he",
    "her", "his", "i", "ios", "is", "it", "its", "me", "media", "metadata", "my", "obs", "os",
    "pos", "s", "she", "sms", "some", "staff", "that", "them", "these", "they", "this", "us",
    "was", "we",
];

/// Nouns that end as participles do.
const NO_PARTICIPLES: [&str; 17] = [
    "bobsled",
    "daybed",
    "flatbed",
    "hotbed",
    "hundred",
    "infrared",
    "kindred",
    "oembed",
    "purebred",
    "quadruped",
    "riverbed",
    "seabed",
    "testbed",
    "thoroughbred",
    "toolshed",
    "waterbed",
    "watershed",
];

/// Last words that say that a column is a key.
const KEY_WORDS: [&str; 9] = [
    "id", "fk", "key", "uuid", "guid", "ulid", "oid", "ref", "pk",
];

/// Those that may stand behind another one: `artist_id_fk`.
const KEY_MARKS: [&str; 2] = ["fk", "pk"];

/// What says so at the end of a word, in a database that writes all in one: `currencycode`.
const GLUED: [&str; 9] = [
    "code", "guid", "id", "key", "no", "nr", "num", "number", "uuid",
];

/// Those that say so behind what the table is called, whatever they point at.
const CODES: [&str; 5] = ["code", "no", "nr", "num", "number"];

/// First words that do.
const KEY_PREFIXES: [&str; 2] = ["fk", "id"];

/// Words that go behind a plural without more: `messages_from`.
const PREPOSITIONS: [&str; 14] = [
    "after", "at", "before", "by", "during", "for", "from", "in", "into", "of", "on", "to",
    "under", "with",
];

/// Singular and plural of English words, each looked up once.
#[derive(Debug, Default)]
pub(in crate::relation) struct Inflection {
    plurals: BTreeMap<String, String>,
    singulars: BTreeMap<String, String>,
    known: [RefCell<FxHashMap<String, String>>; 2],
}

#[derive(Debug, Clone, Copy)]
enum Number {
    One,
    Many,
}

impl Inflection {
    /// English, with these plurals of singulars beside it.
    pub(in crate::relation) fn with<'a>(
        plurals: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut inflection = Self::default();
        let invariable = INVARIABLE.into_iter().map(|word| (word, word));
        for (one, many) in IRREGULAR.into_iter().chain(invariable).chain(plurals) {
            inflection.plurals.insert(one.into(), many.into());
            inflection.singulars.insert(many.into(), one.into());
        }
        inflection
    }

    /// `name`, whose last word is made a plural.
    pub(in crate::relation) fn plural(&self, name: &str) -> String {
        self.inflected(name, Number::Many)
    }

    /// `name`, whose last word is made a singular.
    pub(in crate::relation) fn singular(&self, name: &str) -> String {
        self.inflected(name, Number::One)
    }

    fn inflected(&self, name: &str, number: Number) -> String {
        let (before, word) = match name.rfind('_') {
            Some(at) => name.split_at(at + 1),
            None => ("", name),
        };
        let [ones, manies] = &self.known;
        let (known, inflect): (_, fn(&Self, &str) -> String) = match number {
            Number::One => (ones, Self::one),
            Number::Many => (manies, Self::many),
        };
        if let Some(inflected) = known.borrow().get(word) {
            return [before, inflected].concat();
        }
        let inflected = inflect(self, word);
        known
            .borrow_mut()
            .insert(word.to_owned(), inflected.clone());
        [before, &inflected].concat()
    }

    fn many(&self, word: &str) -> String {
        match self.plurals.get(word) {
            Some(plural) => plural.clone(),
            None if self.singulars.contains_key(word) || word.ends_with("data") => word.to_owned(),
            // `resolved`, of tables that keep what is done with.
            None if is_participle(word) => word.to_owned(),
            None => pluralizer::pluralize(word, 2, false),
        }
    }

    fn one(&self, word: &str) -> String {
        if let Some(singular) = self.singulars.get(word) {
            return singular.clone();
        }
        // `axis` has a plural, so that it is none, though it looks like one.
        match self.many(word) == word && !word.ends_with("data") {
            true => pluralizer::pluralize(word, 1, false),
            false => word.to_owned(),
        }
    }
}

/// Whether it is a word such as `resolved`, that takes no plural.
fn is_participle(word: &str) -> bool {
    word.len() > 5
        && word.ends_with("ed")
        && !word.ends_with("eed")
        && !NO_PARTICIPLES.contains(&word)
}

/// `name` in snake case. A name without letters and digits is `row`.
pub(in crate::relation) fn snake(name: &str) -> String {
    if is_snake(name) {
        return name.to_owned();
    }
    let snake = name.to_snake_case();
    match snake.is_empty() {
        true => "row".to_owned(),
        false => snake,
    }
}

/// Whether it is in snake case already, as most are.
fn is_snake(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    name.split('_')
        .all(|word| !word.is_empty() && word.bytes().all(plain))
}

/// Whether the two are one name in different styles: `ArtistName`, `artist_name`.
pub(in crate::relation) fn same_name(a: &str, b: &str) -> bool {
    // Most differ at once.
    let first = |name: &str| name.bytes().next().filter(u8::is_ascii_alphanumeric);
    match (first(a), first(b)) {
        (Some(a), Some(b)) if !a.eq_ignore_ascii_case(&b) => false,
        _ if a.is_ascii() && b.is_ascii() => ascii_letters(a).eq(ascii_letters(b)),
        _ => letters(a).eq(letters(b)),
    }
}

fn ascii_letters(name: &str) -> impl Iterator<Item = u8> {
    let letters = name.bytes().filter(u8::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase())
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase)
}

/// What is left of a column's name without the words that say that it is a key to `target_column` of a table whose
/// singular is `target`. Empty where nothing is; `None` where there are no such words.
pub(in crate::relation) fn stem(column: &str, target: &str, target_column: &str) -> Option<String> {
    let column = snake(column);
    let target_column = snake(target_column);
    let shared = target_column.rsplit('_').next().unwrap_or_default();
    // A `view_privilege` that points at `privilege.privilege` is no `view`; a `parent_role` is a `parent`.
    let is_noun = target.rsplit('_').next() == Some(shared)
        && !["parent_", "child_"]
            .iter()
            .any(|kin| column.strip_prefix(kin) == Some(shared));
    let is_key = |word: &&str| KEY_WORDS.contains(word) || (*word == shared && !is_noun);
    let is_mark = |word: &&str| KEY_MARKS.contains(word);
    let mut words: Vec<&str> = column.split('_').collect();
    while words.pop_if(|word| is_mark(word)).is_some() {}
    // Of `iso_code` all words are the column's own; of `language_id` the first is what it is the key of.
    let own: Vec<&str> = match target_column.rsplit_once('_') {
        Some((before, _)) if !target.ends_with(before) => target_column.split('_').collect(),
        _ => Vec::new(),
    };
    if own.len() > 1 && words.len() > own.len() && words.ends_with(&own) {
        words.truncate(words.len() - own.len());
    } else {
        // One: a `gpg_key_id` leads to a GPG key.
        words.pop_if(|word| is_key(word));
    }
    while words.len() > 1
        && words
            .first()
            .is_some_and(|word| KEY_PREFIXES.contains(word))
    {
        words.remove(0);
    }
    // `id_artist` that points at `id_artist`.
    let says_nothing = |word: &&str| KEY_WORDS.contains(word) || KEY_PREFIXES.contains(word);
    if words.iter().all(says_nothing) {
        words.clear();
    }
    let stem = words.join("_");
    if stem != column {
        return Some(stem);
    }
    // `artistid`, in a database that writes all in one.
    let rest = column.strip_suffix("id")?;
    if same_name(rest, target) {
        return Some(target.to_owned());
    }
    // `billtoaddressid` that points at `addressid`.
    let own = target_column.strip_suffix("id");
    let is_own = own.is_some_and(|own| !own.is_empty() && same_name(own, target));
    (is_own && column.ends_with(&target_column)).then(|| rest.to_owned())
}

/// What is left of a column that says by a code what `target` is: a `job_title_code` that points at the number of a
/// `hr_job_title`.
pub(in crate::relation) fn code_stem<'a>(column: &'a str, target: &str) -> Option<&'a str> {
    let (rest, word) = column.rsplit_once('_')?;
    (CODES.contains(&word) && is_last(rest, target)).then_some(rest)
}

/// Whether the last words of `name` are `words`: all of them, or some.
pub(in crate::relation) fn is_last(words: &str, name: &str) -> bool {
    let before = name.strip_suffix(words);
    !words.is_empty() && before.is_some_and(|before| before.is_empty() || before.ends_with('_'))
}

/// What is left of a column that is written in one word with what says that it is a key to `target_column` of `table`,
/// whose singular is `singular`: `componentid` that points at `productid`.
pub(in crate::relation) fn glued_stem(
    column: &str,
    table: &str,
    singular: &str,
    target_column: &str,
) -> Option<String> {
    let (column, target_column) = (snake(column), snake(target_column));
    let is_table = |name: &str| same_name(name, table) || same_name(name, singular);
    // A `grid` that points at `gridid` is no `gr`.
    if column.ends_with(singular) || column.ends_with(&snake(table)) {
        return None;
    }
    let is_key = |suffix: &&str| unglued(&target_column, suffix).is_some_and(is_table);
    let by_column = GLUED.into_iter().find(is_key);
    let by_column = by_column.and_then(|suffix| unglued(&column, suffix));
    // `booksellerid` that points at `aqbookseller`. Of shorter words it may be chance: `valid`.
    let is_end = |rest: &&str| {
        let rest = rest.replace('_', "");
        rest.chars().count() >= 4 && singular.replace('_', "").ends_with(&rest)
    };
    let by_end = || {
        let rest = unglued(&column, "id")?;
        // `activated_userid` that points at `appuser`.
        let last = rest.rsplit('_').next()?;
        (is_end(&rest) || is_end(&last)).then_some(rest)
    };
    let stem = by_column.or_else(by_end)?;
    let says_nothing = KEY_WORDS.contains(&stem) || KEY_PREFIXES.contains(&stem);
    (!says_nothing).then(|| stem.to_owned())
}

/// What stands before `suffix` in one word with it.
fn unglued<'a>(name: &'a str, suffix: &str) -> Option<&'a str> {
    let rest = name.strip_suffix(suffix)?;
    (!rest.is_empty() && !rest.ends_with('_')).then_some(rest)
}

/// What tells the keys of one table to another apart, behind the table's plural: `as_editor`, `from`, `created_by`.
/// `stem` is the column without its key words, `target` the singular of the table that it points at.
pub(in crate::relation) fn phrase(stem: &str, target: &str) -> String {
    let is_preposition = |word: Option<&str>| word.is_some_and(|word| PREPOSITIONS.contains(&word));
    // Of `from_user`, in a table of messages between users.
    let before = stem
        .strip_suffix(target)
        .and_then(|before| before.strip_suffix('_'));
    let short = match before {
        Some(before) if is_preposition(before.rsplit('_').next()) => before,
        _ => stem,
    };
    let mut words = short.split('_');
    match is_preposition(words.next()) || is_preposition(words.next_back()) {
        true => short.to_owned(),
        false => format!("as_{short}"),
    }
}

/// Whether a column's words can be made a plural.
pub(in crate::relation) fn is_noun(stem: &str) -> bool {
    let mut words = stem.rsplit('_');
    !words
        .next()
        .is_some_and(|word| PREPOSITIONS.contains(&word))
}

//! What tables, columns and words are called in Rust.

use proc_macro2::{Ident, Span};

use crate::naming::{identifier, pascal, snake};

/// Names that mean something else wherever they are written; a type of such a name is one of rows: `OptionRow`.
const PRELUDE: &[&str] = &[
    "AsMut",
    "AsRef",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Deserialize",
    "Drop",
    "Entities",
    "Eq",
    "Err",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Hash",
    "Into",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Patch",
    "Result",
    "Self",
    "Send",
    "Serialize",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
];

/// Words that can't be written even as raw identifiers.
const NEVER_RAW: &[&str] = &["self", "Self", "super", "crate"];

/// Reserved since the edition of 2024, which `syn` takes for a name.
const NEW_KEYWORDS: &[&str] = &["gen"];

/// Tells whether a type of that name would hide what generated code means by it.
pub(crate) fn is_hiding(name: &str) -> bool {
    PRELUDE.contains(&name)
}

/// A type's name, made of a table's or column's.
pub(super) fn type_name(name: &str) -> Option<String> {
    let name = identifier(&pascal(name))?;
    match is_hiding(&name) {
        true => Some(format!("{name}Row")),
        false => Some(name),
    }
}

/// A field's name, as it is without `r#`.
pub(super) fn field_name(name: &str) -> Option<String> {
    let name = identifier(&snake(name))?;
    match NEVER_RAW.contains(&name.as_str()) {
        true => Some(format!("{name}_")),
        false => Some(name),
    }
}

/// A module's name, which is that of a file, too: no keyword.
pub(super) fn module_name(name: &str) -> Option<String> {
    let name = field_name(name)?;
    match is_plain(&name) {
        true => Some(name),
        false => Some(format!("{name}_")),
    }
}

/// The name of an enum's variant; the `place` of the word, where it has no letters.
pub(super) fn variant_name(word: &str, place: usize) -> String {
    let name = match word.is_empty() {
        true => Some("Empty".to_owned()),
        false => identifier(&pascal(word)),
    };
    match name {
        None => format!("Word{place}"),
        Some(name) if NEVER_RAW.contains(&name.as_str()) => format!("{name}_"),
        Some(name) => name,
    }
}

/// Makes an identifier of what is none of Rust's words, or can be written behind `r#`.
pub(crate) fn ident(name: &str) -> Option<Ident> {
    if is_plain(name) {
        return Some(Ident::new(name, Span::call_site()));
    }
    let is_name = syn::parse_str::<Ident>(&format!("{name}_")).is_ok();
    let can_be_raw = is_name && !NEVER_RAW.contains(&name) && !name.chars().all(|c| c == '_');
    can_be_raw.then(|| Ident::new_raw(name, Span::call_site()))
}

fn is_plain(name: &str) -> bool {
    !NEW_KEYWORDS.contains(&name) && syn::parse_str::<Ident>(name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_and_the_prelude_are_stepped_around() {
        assert_eq!(type_name("option").as_deref(), Some("OptionRow"));
        assert_eq!(field_name("self").as_deref(), Some("self_"));
        assert_eq!(module_name("type").as_deref(), Some("type_"));
        assert_eq!(module_name("2fa").as_deref(), Some("_2fa"));
        let written = |name: &str| ident(name).map(|ident| ident.to_string());
        assert_eq!(written("type").as_deref(), Some("r#type"));
        assert_eq!(written("gen").as_deref(), Some("r#gen"));
        assert_eq!(written("album").as_deref(), Some("album"));
        for refused in ["self", "a b", "", "_", "2"] {
            assert_eq!(written(refused), None, "{refused}");
        }
    }

    #[test]
    fn words_become_variants() {
        assert_eq!(variant_name("it's ok", 1), "ItSOk");
        assert_eq!(variant_name("", 1), "Empty");
        assert_eq!(variant_name("+", 2), "Word2");
        assert_eq!(variant_name("self", 1), "Self_");
        assert_eq!(variant_name("2d", 1), "_2d");
    }
}

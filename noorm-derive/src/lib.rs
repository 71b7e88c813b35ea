//! The derives of noorm; programs take them from `noorm`, with its feature `derive`.
//!
//! ```text
//! struct ──► Input: attributes and fields, or an error that names the field ──► tokens
//! ```
//!
//! What they write is what one would have written by hand; `noorm::repository::Entity` shows it.

mod attributes;
mod entity;
mod input;
mod scalar;
mod written;

use proc_macro::TokenStream;

/// Makes a struct an entity: `FromRow`, `Entity`, a constant for each column, and what its key is.
///
/// | attribute | on | meaning |
/// |---|---|---|
/// | `table = "album"` | struct | the table or view; `sales.order` in a schema |
/// | `key(album_id)` | struct | the fields of the primary key, in its order; none where there is no key |
/// | `fingerprint = "…"` | struct | what generated code was made of |
/// | `column = "type"` | field | the column, where it has another name than the field |
#[proc_macro_derive(Entity, attributes(noorm))]
pub fn entity(input: TokenStream) -> TokenStream {
    expand(input, entity::expand)
}

/// Makes a struct what new rows of an entity are made of: `#[noorm(entity = Album)]`.
///
/// A field of `Option` or `Patch` may be left to the database; the others are asked for by a function `new`.
#[proc_macro_derive(Insertable, attributes(noorm))]
pub fn insertable(input: TokenStream) -> TokenStream {
    expand(input, written::insertable)
}

/// Makes a struct what rows of an entity are changed by: `#[noorm(entity = Album)]`.
///
/// A field of `Patch` or `Option` may be left as it is; the others are always written.
#[proc_macro_derive(Changeset, attributes(noorm))]
pub fn changeset(input: TokenStream) -> TokenStream {
    expand(input, written::changeset)
}

/// Makes a type one that a column's values are: a struct around one value (`AlbumId(i64)`), or an enum of words, with
/// `#[noorm(word = "it's ok")]` where a word is no name.
#[proc_macro_derive(Scalar, attributes(noorm))]
pub fn scalar(input: TokenStream) -> TokenStream {
    expand(input, scalar::expand)
}

fn expand(
    input: TokenStream,
    derive: fn(&syn::DeriveInput) -> syn::Result<proc_macro2::TokenStream>,
) -> TokenStream {
    let expanded = syn::parse(input).and_then(|input| derive(&input));
    expanded
        .unwrap_or_else(|error| error.into_compile_error())
        .into()
}

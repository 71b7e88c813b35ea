//! The derives of noorm; programs take them from `noorm`, with its feature `derive`.
//!
//! ```text
//! struct ──► Input: attributes and fields, or an error that names the field ──► tokens
//! ```
//!
//! What they write is what one would have written by hand; `noorm::repository::Entity` shows it.

mod attributes;
mod diesel;
mod entity;
mod input;
mod scalar;
mod serde;
#[cfg(test)]
mod tests;
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

/// Writes serde's `Serialize` for a struct of named fields as serde's own derive does, with far less for the compiler
/// to check: what `noorm generate rust` writes derives it.
///
/// On fields, `#[serde(rename = "…")]`, `#[serde(skip_serializing_if = "…")]` and `#[serde(with = "…")]` are what they
/// are to serde's own derive. Take that for all else that it knows.
#[proc_macro_derive(Serialize, attributes(serde))]
pub fn serialize(input: TokenStream) -> TokenStream {
    expand(input, serde::serialize)
}

/// Writes serde's `Deserialize` for a struct of named fields as serde's own derive does, with far less for the compiler
/// to check: what `noorm generate rust` writes derives it.
///
/// On fields, `#[serde(rename = "…")]`, `#[serde(default)]`, `#[serde(default = "…")]` and `#[serde(with = "…")]` are
/// what they are to serde's own derive, and so is `default` on the struct. Take that for all else that it knows.
#[proc_macro_derive(Deserialize, attributes(serde))]
pub fn deserialize(input: TokenStream) -> TokenStream {
    expand(input, serde::deserialize)
}

/// Makes a type one that a column's values are: a struct around one value (`AlbumId(i64)`), or an enum of words, with
/// `#[noorm(word = "it's ok")]` where a word is no name.
#[proc_macro_derive(Scalar, attributes(noorm))]
pub fn scalar(input: TokenStream) -> TokenStream {
    expand(input, scalar::expand)
}

/// Makes what derives [`Scalar`](derive@Scalar) a column's value for Diesel, too: `#[diesel(sql_type = …)]` says of
/// which SQL type. It stands beside Diesel's `AsExpression` and `FromSqlRow`.
#[proc_macro_derive(DieselScalar, attributes(diesel))]
pub fn diesel_scalar(input: TokenStream) -> TokenStream {
    expand(input, diesel::scalar)
}

/// Makes what derives [`Insertable`](derive@Insertable) Diesel's `Insertable`, too, for
/// `#[diesel(table_name = crate::schema::album)]`: what is left of an `Option` or `Patch` is up to the database.
///
/// On fields, `#[diesel(column_name = …)]` and `#[diesel(serialize_as = …)]` are what they are to Diesel's own derive,
/// but that an `Option` or `Patch` around the value is kept.
#[proc_macro_derive(DieselInsertable, attributes(diesel))]
pub fn diesel_insertable(input: TokenStream) -> TokenStream {
    expand(input, diesel::insertable)
}

/// Makes what derives [`Changeset`](derive@Changeset) Diesel's `AsChangeset`, too: what is left of a `Patch` or
/// `Option` stays as it is, and `Patch::Set(None)` is NULL. It takes what
/// [`DieselInsertable`](derive@DieselInsertable) does.
#[proc_macro_derive(DieselChangeset, attributes(diesel))]
pub fn diesel_changeset(input: TokenStream) -> TokenStream {
    expand(input, diesel::changeset)
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

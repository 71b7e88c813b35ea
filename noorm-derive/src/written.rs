//! `#[derive(Insertable)]` and `#[derive(Changeset)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Error, Path};

use crate::attributes::OnStruct;
use crate::input::{Field, fields, is_written_as};

/// Types of which a value may be left out.
const LEAVING: &[&str] = &["Option", "Patch"];

pub(crate) fn insertable(input: &DeriveInput) -> syn::Result<TokenStream> {
    let (entity, fields) = parts(input, "Insertable")?;
    let name = &input.ident;
    let record = record(input, &fields);
    let new = new(input, &fields);
    Ok(quote! {
        #record
        #new
        #[automatically_derived]
        impl ::noorm::repository::Insertable<#entity> for #name {}
    })
}

pub(crate) fn changeset(input: &DeriveInput) -> syn::Result<TokenStream> {
    let (entity, fields) = parts(input, "Changeset")?;
    let name = &input.ident;
    let record = record(input, &fields);
    Ok(quote! {
        #record
        #[automatically_derived]
        impl ::noorm::repository::Changeset<#entity> for #name {}
        #[automatically_derived]
        impl ::core::convert::From<#name> for ::noorm::repository::Changes<#entity> {
            fn from(changes: #name) -> Self {
                ::noorm::repository::Record::from(changes).into()
            }
        }
    })
}

fn parts<'a>(input: &'a DeriveInput, derive: &str) -> syn::Result<(Path, Vec<Field<'a>>)> {
    let attributes = OnStruct::read(&input.attrs)?;
    let fields = fields(input, derive)?;
    // A struct may be the entity and what its new rows are made of.
    let itself = attributes.table.map(|_| input.ident.clone().into());
    let Some(entity) = attributes.entity.or(itself) else {
        let message = "whose rows are these? Write `#[noorm(entity = Album)]`";
        return Err(Error::new_spanned(&input.ident, message));
    };
    Ok((entity, fields))
}

fn is_left(field: &Field<'_>) -> bool {
    is_written_as(field.value, LEAVING)
}

/// The values that there are.
fn record(input: &DeriveInput, fields: &[Field<'_>]) -> TokenStream {
    let name = &input.ident;
    let count = fields.len();
    let puts = fields.iter().map(|field| {
        let (name, column) = (field.name, &field.column);
        let value = quote! { ::noorm::Value::from };
        match is_left(field) {
            false => quote! { values.push((#column, #value(given.#name))); },
            true => {
                let patch =
                    is_written_as(field.value, &["Patch"]).then(|| quote! { .into_option() });
                quote! {
                    if let ::core::option::Option::Some(given) = given.#name #patch {
                        values.push((#column, #value(given)));
                    }
                }
            }
        }
    });
    // Nothing is pushed where there are no fields.
    let values = match fields.is_empty() {
        true => quote! {
            let _ = given;
            let values: ::std::vec::Vec<(&'static str, ::noorm::Value)> = ::std::vec::Vec::new();
        },
        false => quote! {
            let mut values: ::std::vec::Vec<(&'static str, ::noorm::Value)> =
                ::std::vec::Vec::with_capacity(#count);
        },
    };
    quote! {
        #[automatically_derived]
        impl ::core::convert::From<#name> for ::noorm::repository::Record {
            fn from(given: #name) -> Self {
                #values
                #(#puts)*
                Self::from_pairs(values)
            }
        }
    }
}

/// A function of what must be given; the rest is left to the database.
fn new(input: &DeriveInput, fields: &[Field<'_>]) -> TokenStream {
    let (name, visibility) = (&input.ident, &input.vis);
    let required: Vec<_> = fields.iter().filter(|field| !is_left(field)).collect();
    if required.is_empty() {
        return TokenStream::new();
    }
    let parameters = required.iter().map(|field| {
        let (name, value) = (field.name, field.value);
        match is_written_as(value, &["String"]) {
            true => quote! { #name: impl ::core::convert::Into<#value> },
            false => quote! { #name: #value },
        }
    });
    let values = fields.iter().map(|field| {
        let name = field.name;
        match (is_left(field), is_written_as(field.value, &["String"])) {
            (true, _) => quote! { #name: ::core::default::Default::default() },
            (false, true) => quote! { #name: #name.into() },
            (false, false) => quote! { #name },
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(dead_code, clippy::too_many_arguments)]
        impl #name {
            /// Makes a row of what must be given, and leaves the rest to the database.
            #[must_use]
            #visibility fn new(#(#parameters),*) -> Self {
                Self { #(#values),* }
            }
        }
    }
}

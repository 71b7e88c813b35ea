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
    let columns = fields.iter().map(|field| &field.column);
    let values = fields.iter().map(|field| {
        let name = field.name;
        let value = quote! { ::noorm::Value::from };
        match is_left(field) {
            false => quote! { ::core::option::Option::Some(#value(given.#name)) },
            true => {
                let patch =
                    is_written_as(field.value, &["Patch"]).then(|| quote! { .into_option() });
                quote! { given.#name #patch.map(#value) }
            }
        }
    });
    // Where there are no fields, nothing is used.
    let unused = fields.is_empty().then(|| quote! { let _ = given; });
    quote! {
        #[automatically_derived]
        impl ::core::convert::From<#name> for ::noorm::repository::Record {
            fn from(given: #name) -> Self {
                static NAMES: ::noorm::repository::Names =
                    ::noorm::repository::Names::new(&[#(#columns),*]);
                #unused
                Self::given(&NAMES, [#(#values),*])
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
        #[allow(dead_code, clippy::disallowed_names, clippy::too_many_arguments)]
        impl #name {
            /// Makes a row of what must be given, and leaves the rest to the database.
            #[must_use]
            #visibility fn new(#(#parameters),*) -> Self {
                Self { #(#values),* }
            }
        }
    }
}

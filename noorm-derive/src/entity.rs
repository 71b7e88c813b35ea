//! `#[derive(Entity)]`.

use std::collections::HashMap;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{DeriveInput, Error};

use crate::attributes::OnStruct;
use crate::input::{Field, fields, is_written_as};

/// So many columns may a key have that a row is found by.
const MOST_IN_KEY: usize = 16;

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let attributes = OnStruct::read(&input.attrs)?;
    let fields = fields(input, "Entity")?;
    let mut constants: HashMap<String, &Ident> = HashMap::new();
    for field in &fields {
        let constant = constant_name(field);
        if let Some(twice) = constants.insert(constant.clone(), field.name) {
            let message = format!(
                "`{twice}` and `{}` would both have the constant `{constant}`: \
                 rename one, and say by `#[noorm(column = \"…\")]` what its column is",
                field.name
            );
            return Err(Error::new(field.name.span(), message));
        }
    }
    let Some(table) = attributes.table else {
        let message = "which table is it? Write `#[noorm(table = \"…\")]`";
        return Err(Error::new_spanned(&input.ident, message));
    };
    let name = &input.ident;
    let columns: Vec<_> = fields.iter().map(|field| &field.column).collect();
    let reads = fields.iter().enumerate().map(|(place, field)| {
        let (field, value) = (field.name, field.value);
        // At the field's type, where an error of it belongs.
        let take = quote_spanned! { value.span() => take::<#value> };
        quote! { #field: row.#take(#place)? }
    });
    let constants = fields.iter().map(constant);
    let shapes = fields.iter().map(|field| {
        let (column, value) = (&field.column, field.value);
        quote! { ::noorm::repository::Field::of::<#value>(#column) }
    });
    let fingerprint = attributes.fingerprint.map(|fingerprint| {
        quote! {
            const FINGERPRINT: ::core::option::Option<&'static str> =
                ::core::option::Option::Some(#fingerprint);
        }
    });
    let told = fields.iter().map(|field| {
        let (column, field) = (&field.column, field.name);
        quote! { #column => (&::noorm::repository::told::Of(&self.#field)).told() }
    });
    let key = key(input, &attributes.key, &fields)?;
    Ok(quote! {
        #[automatically_derived]
        impl ::noorm::repository::FromRow for #name {
            const ONE_BY_ONE: bool = true;
            fn columns() -> ::core::option::Option<&'static [&'static str]> {
                ::core::option::Option::Some(&[#(#columns),*])
            }
            fn from_row(row: &mut ::noorm::executor::Row<'_>) -> ::noorm::Result<Self> {
                ::core::result::Result::Ok(Self { #(#reads),* })
            }
            fn as_serialize(&self) -> ::core::option::Option<&dyn ::noorm::repository::told::Serialize> {
                #[allow(unused_imports)]
                use ::noorm::repository::told::{Hidden as _, Shown as _};
                (&::noorm::repository::told::Whole(self)).shown()
            }
        }

        #[automatically_derived]
        impl ::noorm::repository::Entity for #name {
            const TABLE: &'static str = #table;
            #fingerprint
            fn fields() -> &'static [::noorm::repository::Field] {
                const { &[#(#shapes),*] }
            }
            fn column_value(&self, column: &str) -> ::core::option::Option<::noorm::Value> {
                #[allow(unused_imports)]
                use ::noorm::repository::told::{Told as _, Untold as _};
                match column {
                    #(#told,)*
                    _ => ::core::option::Option::None,
                }
            }
        }

        #[automatically_derived]
        #[allow(dead_code, non_upper_case_globals)]
        impl #name {
            #(#constants)*
        }

        #key
    })
}

/// The name in capitals, as far as its letters have some.
fn constant_name(field: &Field<'_>) -> String {
    let name = field.name.to_string();
    name.trim_start_matches("r#").to_uppercase()
}

/// `Album::TITLE`
fn constant(field: &Field<'_>) -> TokenStream {
    let (visibility, column, value) = (field.visibility, &field.column, field.value);
    let name = format_ident!("{}", constant_name(field), span = field.name.span());
    let docs = format!("The column `{}`.", column.value());
    quote! {
        #[doc = #docs]
        #visibility const #name: ::noorm::statement::Column<Self, #value> =
            ::noorm::statement::Column::new(#column);
    }
}

/// Which type a row is found by.
fn key(
    input: &DeriveInput,
    names: &[syn::Ident],
    fields: &[Field<'_>],
) -> syn::Result<TokenStream> {
    let mut values = Vec::new();
    for name in names {
        let Some(field) = fields.iter().find(|field| field.name == name) else {
            let known: Vec<_> = fields
                .iter()
                .map(|field| format!("`{}`", field.name))
                .collect();
            let message = format!(
                "the key names `{name}`, which is no field: there are {}",
                known.join(", ")
            );
            return Err(Error::new(name.span(), message));
        };
        if is_written_as(field.value, &["Option"]) {
            let message = format!("`{name}` is of the key: it can't be an `Option`");
            return Err(Error::new_spanned(field.value, message));
        }
        values.push(field.value);
    }
    let entity = &input.ident;
    Ok(match values.as_slice() {
        [] => TokenStream::new(),
        [one] => {
            let borrowed = is_written_as(one, &["String"]).then(|| {
                quote! {
                    #[automatically_derived]
                    impl ::noorm::repository::KeyOf<#entity> for &str {}
                }
            });
            quote! {
                #[automatically_derived]
                impl ::noorm::repository::KeyOf<#entity> for #one {}
                #borrowed
            }
        }
        // No tuple is longer; such a row is found by a filter.
        several if several.len() > MOST_IN_KEY => TokenStream::new(),
        several => quote! {
            #[automatically_derived]
            impl ::noorm::repository::KeyOf<#entity> for (#(#several),*) {}
        },
    })
}

//! `#[derive(Scalar)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DataEnum, DeriveInput, Error, Fields, LitStr, Type};

use crate::attributes::text;

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    if !input.generics.params.is_empty() {
        let message = "`Scalar` is what one kind of column holds: it can't be generic";
        return Err(Error::new_spanned(&input.generics, message));
    }
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                let inner = fields.unnamed.first().map(|field| &field.ty);
                inner.map_or_else(|| Err(no_scalar(input)), |inner| Ok(newtype(input, inner)))
            }
            _ => Err(no_scalar(input)),
        },
        Data::Enum(data) => words(input, data),
        Data::Union(_) => Err(no_scalar(input)),
    }
}

fn no_scalar(input: &DeriveInput) -> Error {
    let message =
        "`Scalar` is for a struct around one value, `struct AlbumId(i64);`, or an enum of words";
    Error::new_spanned(&input.ident, message)
}

fn newtype(input: &DeriveInput, inner: &Type) -> TokenStream {
    let name = &input.ident;
    quote! {
        #[automatically_derived]
        impl ::noorm::value::FromValue for #name {
            fn from_value(
                value: ::noorm::Value,
            ) -> ::core::result::Result<Self, ::noorm::value::Mismatch> {
                <#inner as ::noorm::value::FromValue>::from_value(value).map(Self)
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<#name> for ::noorm::Value {
            fn from(value: #name) -> Self {
                value.0.into()
            }
        }

        #[automatically_derived]
        impl ::noorm::value::Scalar for #name {
            fn accepts(column: &::noorm::schema::ColumnType) -> bool {
                <#inner as ::noorm::value::ColumnValue>::accepts(column)
            }
        }
    }
}

fn words(input: &DeriveInput, data: &DataEnum) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let (mut variants, mut words): (Vec<_>, Vec<LitStr>) = (Vec::new(), Vec::new());
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            let message = format!("`{}` is a word: it can't hold anything", variant.ident);
            return Err(Error::new_spanned(&variant.fields, message));
        }
        let word = text(&variant.attrs, "word")?;
        let word = word.unwrap_or_else(|| {
            let name = variant.ident.to_string();
            LitStr::new(name.trim_start_matches("r#"), variant.ident.span())
        });
        if words.iter().any(|known| known.value() == word.value()) {
            let message = format!(
                "`{}` is the word `{}`, as another variant is: say by `#[noorm(word = \"…\")]` which one it is",
                variant.ident,
                word.value()
            );
            return Err(Error::new_spanned(&variant.ident, message));
        }
        variants.push(&variant.ident);
        words.push(word);
    }
    let expected = format!("a word of `{name}`");
    Ok(quote! {
        #[automatically_derived]
        impl ::noorm::value::Word for #name {
            const WORDS: &'static [&'static str] = &[#(#words),*];
            fn word(&self) -> &'static str {
                match *self { #(Self::#variants => #words),* }
            }
            fn of_word(word: &str) -> ::core::option::Option<Self> {
                match word {
                    #(#words => ::core::option::Option::Some(Self::#variants),)*
                    _ => ::core::option::Option::None,
                }
            }
        }

        #[automatically_derived]
        impl ::noorm::value::FromValue for #name {
            fn from_value(
                value: ::noorm::Value,
            ) -> ::core::result::Result<Self, ::noorm::value::Mismatch> {
                ::noorm::value::read_word(value, #expected)
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<#name> for ::noorm::Value {
            fn from(value: #name) -> Self {
                ::noorm::value::Word::word(&value).into()
            }
        }

        #[automatically_derived]
        impl ::noorm::value::Scalar for #name {
            fn accepts(column: &::noorm::schema::ColumnType) -> bool {
                ::noorm::value::takes_words(column, <Self as ::noorm::value::Word>::WORDS)
            }
        }
    })
}

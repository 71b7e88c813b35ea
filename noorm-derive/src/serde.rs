//! `#[derive(Serialize)]` and `#[derive(Deserialize)]`: serde's traits for flat structs, with little for the compiler
//! to check. What does the work is `noorm_core::repository::wire`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Error, Expr, ExprPath, Fields, LitStr, Token, Type};

use crate::attributes::each;

/// So many fields has a tuple, as `wire::MOST` says.
const MOST: usize = 12;

/// What `#[serde(…)]` may say here.
const ON_FIELDS: &[&str] = &["rename", "default", "skip_serializing_if", "with"];

const OTHERWISE: &str = "take serde's own derive for what else it knows";

struct Field<'a> {
    name: &'a Ident,
    value: &'a Type,
    called: LitStr,
    /// The variable that holds what was read.
    read: Ident,
    /// What stands for a missing value, if anything does.
    otherwise: Option<TokenStream>,
    skip: Option<ExprPath>,
    with: Option<With>,
}

/// A module that writes and reads the values, and the name of a struct around them.
struct With {
    module: ExprPath,
    around: Ident,
}

pub(crate) fn serialize(input: &DeriveInput) -> syn::Result<TokenStream> {
    let fields = fields(input, "Serialize")?;
    default_of(input)?;
    let name = &input.ident;
    let names = fields.iter().map(|field| &field.called);
    let shown = name.to_string();
    let shown = shown.trim_start_matches("r#");
    let around = fields.iter().filter_map(|field| {
        let With { module, around } = field.with.as_ref()?;
        let value = field.value;
        Some(quote! {
            struct #around<'a>(&'a #value);
            impl __wire::serde::Serialize for #around<'_> {
                fn serialize<__S: __wire::serde::Serializer>(&self, __to: __S) -> ::core::result::Result<__S::Ok, __S::Error> {
                    #module::serialize(self.0, __to)
                }
            }
        })
    });
    let told = fields.iter().map(|field| {
        let name = field.name;
        let value = match &field.with {
            Some(With { around, .. }) => quote! { &#around(&self.#name) },
            None => {
                // At the field's type, where an error of it belongs.
                let span = Span::call_site().located_at(field.value.span());
                quote_spanned! { span => &self.#name }
            }
        };
        match &field.skip {
            Some(skip) => quote! { __wire::Unless(#skip(&self.#name), #value) },
            None => value,
        }
    });
    let told = tree(told.collect());
    Ok(quote! {
        const _: () = {
            use ::noorm::repository::wire as __wire;
            #(#around)*
            #[automatically_derived]
            impl __wire::serde::Serialize for #name {
                fn serialize<__S: __wire::serde::Serializer>(&self, __to: __S) -> ::core::result::Result<__S::Ok, __S::Error> {
                    __wire::serialize(__to, #shown, &[#(#names),*], &#told)
                }
            }
        };
    })
}

pub(crate) fn deserialize(input: &DeriveInput) -> syn::Result<TokenStream> {
    let mut fields = fields(input, "Deserialize")?;
    let whole = default_of(input)?.filter(|_| !fields.is_empty());
    let default = Ident::new("default", Span::mixed_site());
    let whole = whole.map(|made| {
        for field in &mut fields {
            let name = field.name;
            let otherwise = || quote! { .unwrap_or(#default.#name) };
            field.otherwise.get_or_insert_with(otherwise);
        }
        quote! { let #default: Self = #made; }
    });
    let name = &input.ident;
    let names = fields.iter().map(|field| &field.called);
    let shown = name.to_string();
    let shown = shown.trim_start_matches("r#");
    let around = fields.iter().filter_map(|field| {
        let With { module, around } = field.with.as_ref()?;
        let value = field.value;
        Some(quote! {
            struct #around(#value);
            impl<'de> __wire::serde::Deserialize<'de> for #around {
                fn deserialize<__D: __wire::serde::Deserializer<'de>>(__from: __D) -> ::core::result::Result<Self, __D::Error> {
                    #module::deserialize(__from).map(Self)
                }
            }
        })
    });
    let read = fields.iter().map(|field| {
        let read = &field.read;
        let leaf = match (&field.otherwise, &field.with) {
            (Some(_), _) => quote! { __wire::Given },
            (None, None) => quote! { __wire::Needed },
            (None, Some(_)) => quote! { __wire::Strict },
        };
        match (&field.with, &field.otherwise) {
            (Some(With { around, .. }), None) => quote! { #leaf(#around(#read)) },
            _ => quote! { #leaf(#read) },
        }
    });
    let read = tree(read.collect());
    let values = fields.iter().map(|field| {
        let Field { name, read, .. } = field;
        let Some(otherwise) = &field.otherwise else {
            return quote! { #name: #read };
        };
        let unwrapped = field
            .with
            .as_ref()
            .map(|With { around, .. }| quote! { .map(|#around(value)| value) });
        quote! { #name: #read #unwrapped #otherwise }
    });
    Ok(quote! {
        const _: () = {
            use ::noorm::repository::wire as __wire;
            #(#around)*
            #[automatically_derived]
            impl<'de> __wire::serde::Deserialize<'de> for #name {
                fn deserialize<__D: __wire::serde::Deserializer<'de>>(__from: __D) -> ::core::result::Result<Self, __D::Error> {
                    let #read = __wire::deserialize(__from, #shown, &[#(#names),*])?;
                    #whole
                    ::core::result::Result::Ok(Self { #(#values),* })
                }
            }
        };
    })
}

/// A tuple of all, or a tuple of tuples.
fn tree(mut leaves: Vec<TokenStream>) -> TokenStream {
    while leaves.len() > MOST {
        let groups = leaves.chunks(MOST);
        leaves = groups.map(|group| quote! { (#(#group,)*) }).collect();
    }
    quote! { (#(#leaves,)*) }
}

fn fields<'a>(input: &'a DeriveInput, derive: &str) -> syn::Result<Vec<Field<'a>>> {
    let named = match &input.data {
        Data::Struct(data) if input.generics.params.is_empty() => match &data.fields {
            Fields::Named(named) => &named.named,
            _ => return Err(not_flat(input, derive)),
        },
        _ => return Err(not_flat(input, derive)),
    };
    let mut fields: Vec<Field<'a>> = Vec::with_capacity(named.len());
    for (at, field) in named.iter().enumerate() {
        let Some(name) = &field.ident else { continue };
        let field = read(field, name, at)?;
        let called = field.called.value();
        if let Some(twice) = fields.iter().find(|known| known.called.value() == called) {
            let message = format!(
                "`{}` and `{name}` would both be called `{called}`",
                twice.name
            );
            return Err(Error::new(name.span(), message));
        }
        fields.push(field);
    }
    Ok(fields)
}

fn read<'a>(field: &'a syn::Field, name: &'a Ident, at: usize) -> syn::Result<Field<'a>> {
    let plain = name.to_string();
    let mut found = Field {
        name,
        value: &field.ty,
        called: LitStr::new(plain.trim_start_matches("r#"), name.span()),
        read: format_ident!("field_{at}", span = Span::mixed_site()),
        otherwise: None,
        skip: None,
        with: None,
    };
    known(&field.attrs, ON_FIELDS, |said, meta| {
        match said {
            "rename" => found.called = meta.value()?.parse()?,
            "default" if meta.input.peek(Token![=]) => {
                let path = path(meta)?;
                found.otherwise = Some(quote! { .unwrap_or_else(#path) });
            }
            "default" => found.otherwise = Some(quote! { .unwrap_or_default() }),
            "skip_serializing_if" => found.skip = Some(path(meta)?),
            _ => {
                let (module, around) = (path(meta)?, format_ident!("__With{at}"));
                found.with = Some(With { module, around });
            }
        }
        Ok(())
    })?;
    Ok(found)
}

fn not_flat(input: &DeriveInput, derive: &str) -> Error {
    let message =
        format!("noorm's `{derive}` is for structs of named fields, not generic: {OTHERWISE}");
    Error::new_spanned(&input.ident, message)
}

/// What a struct says of all its fields that are missing.
fn default_of(input: &DeriveInput) -> syn::Result<Option<Expr>> {
    let mut found = None;
    known(&input.attrs, &["default"], |_, meta| {
        let made: Expr = match meta.input.peek(Token![=]) {
            true => {
                let path = path(meta)?;
                syn::parse_quote! { #path() }
            }
            false => syn::parse_quote! { ::core::default::Default::default() },
        };
        found = Some(made);
        Ok(())
    })?;
    Ok(found)
}

fn path(meta: &syn::meta::ParseNestedMeta<'_>) -> syn::Result<ExprPath> {
    meta.value()?.parse::<LitStr>()?.parse()
}

fn known(
    attributes: &[syn::Attribute],
    known: &[&str],
    mut read: impl FnMut(&str, &syn::meta::ParseNestedMeta<'_>) -> syn::Result<()>,
) -> syn::Result<()> {
    each(attributes, "serde", known, |said, meta| read(said, &meta)).map_err(|mut error| {
        error.combine(Error::new(error.span(), OTHERWISE));
        error
    })
}

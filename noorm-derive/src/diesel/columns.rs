//! `#[derive(DieselInsertable)]` and `#[derive(DieselChangeset)]`: a value for each column, or none.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Error, Fields, Ident, Lifetime, Path, Type};

use crate::attributes::each;
use crate::input::{argument_of, is_written_as};

/// A struct of values for the columns of a table.
struct Columns<'a> {
    table: Path,
    fields: Vec<Field<'a>>,
}

struct Field<'a> {
    name: &'a Ident,
    column: Ident,
    value: &'a Type,
    /// What it is given to Diesel as.
    held_as: Option<Type>,
}

pub(crate) fn insertable(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let columns = columns(input, "DieselInsertable")?;
    let table = &columns.table;
    let implement = |lifetime: Option<&Lifetime>| {
        let (types, values) = columns.tuple(lifetime);
        let (generics, of) = generics(lifetime);
        quote! {
            #[automatically_derived]
            impl #generics ::diesel::Insertable<#table::table> for #of #name {
                type Values = <#types as ::diesel::Insertable<#table::table>>::Values;

                fn values(self) -> Self::Values {
                    ::diesel::Insertable::<#table::table>::values(#values)
                }
            }
        }
    };
    let (owned, borrowed) = (implement(None), implement(Some(&lifetime())));
    Ok(quote! {
        #owned
        #borrowed
        #[automatically_derived]
        impl ::diesel::internal::derives::insertable::UndecoratedInsertRecord<#table::table> for #name {}
    })
}

pub(crate) fn changeset(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let columns = columns(input, "DieselChangeset")?;
    let table = &columns.table;
    let implement = |lifetime: Option<&Lifetime>| {
        let (types, values) = columns.tuple(lifetime);
        let (generics, of) = generics(lifetime);
        quote! {
            #[automatically_derived]
            impl #generics ::diesel::query_builder::AsChangeset for #of #name {
                type Target = #table::table;
                type Changeset = <#types as ::diesel::query_builder::AsChangeset>::Changeset;

                fn as_changeset(self) -> Self::Changeset {
                    ::diesel::query_builder::AsChangeset::as_changeset(#values)
                }
            }
        }
    };
    let (owned, borrowed) = (implement(None), implement(Some(&lifetime())));
    Ok(quote! { #owned #borrowed })
}

fn lifetime() -> Lifetime {
    Lifetime::new("'given", proc_macro2::Span::mixed_site())
}

fn generics(lifetime: Option<&Lifetime>) -> (TokenStream, TokenStream) {
    match lifetime {
        Some(lifetime) => (quote! { <#lifetime> }, quote! { &#lifetime }),
        None => (TokenStream::new(), TokenStream::new()),
    }
}

fn columns<'a>(input: &'a DeriveInput, derive: &str) -> syn::Result<Columns<'a>> {
    let mut table = None;
    let known = &["table_name", "check_for_backend", "primary_key"];
    each(&input.attrs, "diesel", known, |name, meta| {
        match name {
            "table_name" => table = Some(meta.value()?.parse()?),
            // For Diesel's derives beside this one.
            _ => {
                let content;
                syn::parenthesized!(content in meta.input);
                content.parse::<TokenStream>()?;
            }
        }
        Ok(())
    })?;
    let Some(table) = table else {
        let message = "which table is it? Write `#[diesel(table_name = crate::schema::album)]`";
        return Err(Error::new_spanned(&input.ident, message));
    };
    let none = || {
        let message =
            format!("`{derive}` needs named fields, one for each column, and at least one");
        Error::new_spanned(&input.ident, message)
    };
    let fields = match &input.data {
        syn::Data::Struct(data) => match &data.fields {
            Fields::Named(named) if !named.named.is_empty() => named,
            _ => return Err(none()),
        },
        _ => return Err(none()),
    };
    let mut read = Vec::with_capacity(fields.named.len());
    for field in &fields.named {
        let Some(name) = &field.ident else { continue };
        let (mut column, mut held_as) = (name.clone(), None);
        let known = &["column_name", "serialize_as"];
        each(&field.attrs, "diesel", known, |attribute, meta| {
            match attribute {
                "column_name" => column = meta.value()?.parse()?,
                _ => held_as = Some(meta.value()?.parse()?),
            }
            Ok(())
        })?;
        read.push(Field {
            name,
            column,
            value: &field.ty,
            held_as,
        });
    }
    Ok(Columns {
        table,
        fields: read,
    })
}

impl Columns<'_> {
    /// The tuple that Diesel knows what to do with, of values or references: its type, and itself.
    fn tuple(&self, lifetime: Option<&Lifetime>) -> (TokenStream, TokenStream) {
        let parts = self
            .fields
            .iter()
            .map(|field| field.part(&self.table, lifetime));
        let (types, values): (Vec<_>, Vec<_>) = parts.unzip();
        (quote! { (#(#types,)*) }, quote! { (#(#values,)*) })
    }
}

impl Field<'_> {
    /// The column's value, or `Option` of it where it may be left.
    fn part(&self, table: &Path, lifetime: Option<&Lifetime>) -> (TokenStream, TokenStream) {
        let (name, column) = (self.name, &self.column);
        let left = argument_of(self.value, &["Option", "Patch"]);
        let (value_type, value) = self.given(left.unwrap_or(self.value), lifetime);
        let equal = quote! { ::diesel::dsl::Eq<#table::#column, #value_type> };
        let set = quote! { ::diesel::ExpressionMethods::eq(#table::#column, #value) };
        if left.is_none() {
            let reference = lifetime.map(|_| quote! { & });
            return (
                equal,
                quote! { { let given = #reference self.#name; #set } },
            );
        }
        let is_patch = is_written_as(self.value, &["Patch"]);
        let option = match (is_patch, lifetime.is_some()) {
            (true, true) => quote! { self.#name.as_option() },
            (true, false) => quote! { self.#name.into_option() },
            (false, true) => quote! { self.#name.as_ref() },
            (false, false) => quote! { self.#name },
        };
        (
            quote! { ::core::option::Option<#equal> },
            quote! { #option.map(|given| #set) },
        )
    }

    /// What of the type `value` is given to Diesel as: its type, and an expression of `given`.
    fn given(&self, value: &Type, lifetime: Option<&Lifetime>) -> (TokenStream, TokenStream) {
        let Some(held_as) = &self.held_as else {
            return match lifetime {
                Some(lifetime) => (quote! { &#lifetime #value }, quote! { given }),
                None => (quote! { #value }, quote! { given }),
            };
        };
        let owned = match lifetime {
            Some(_) => quote! { ::core::clone::Clone::clone(given) },
            None => quote! { given },
        };
        match argument_of(value, &["Option"]) {
            Some(inner) => (
                quote! { ::core::option::Option<#held_as> },
                quote! { { let given: ::core::option::Option<#inner> = #owned; given.map(<#held_as>::from) } },
            ),
            None => (quote! { #held_as }, quote! { <#held_as>::from(#owned) }),
        }
    }
}

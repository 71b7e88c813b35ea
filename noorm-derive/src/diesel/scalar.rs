//! `#[derive(DieselScalar)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Path, Type};

use crate::attributes::each;

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let mut sql_types: Vec<Path> = Vec::new();
    each(&input.attrs, "diesel", &["sql_type"], |_, meta| {
        sql_types.push(meta.value()?.parse()?);
        Ok(())
    })?;
    if sql_types.is_empty() {
        let message =
            "which SQL type is it? Write `#[diesel(sql_type = diesel::sql_types::BigInt)]`";
        return Err(Error::new_spanned(&input.ident, message));
    }
    let implement: fn(&DeriveInput, &Path) -> syn::Result<TokenStream> = match &input.data {
        Data::Struct(_) => newtype,
        Data::Enum(_) => words,
        Data::Union(_) => return Err(no_scalar(input)),
    };
    sql_types.iter().map(|sql| implement(input, sql)).collect()
}

fn no_scalar(input: &DeriveInput) -> Error {
    let message =
        "`DieselScalar` is for a struct around one value, or an enum of words, beside `Scalar`";
    Error::new_spanned(&input.ident, message)
}

fn newtype(input: &DeriveInput, sql: &Path) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let inner = inner(input).ok_or_else(|| no_scalar(input))?;
    Ok(quote! {
        #[automatically_derived]
        impl<DB: ::diesel::backend::Backend> ::diesel::serialize::ToSql<#sql, DB> for #name
        where
            #inner: ::diesel::serialize::ToSql<#sql, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut ::diesel::serialize::Output<'b, '_, DB>,
            ) -> ::diesel::serialize::Result {
                ::diesel::serialize::ToSql::<#sql, DB>::to_sql(&self.0, out)
            }
        }

        #[automatically_derived]
        impl<DB: ::diesel::backend::Backend> ::diesel::deserialize::FromSql<#sql, DB> for #name
        where
            #inner: ::diesel::deserialize::FromSql<#sql, DB>,
        {
            fn from_sql(value: DB::RawValue<'_>) -> ::diesel::deserialize::Result<Self> {
                <#inner as ::diesel::deserialize::FromSql<#sql, DB>>::from_sql(value).map(Self)
            }
        }
    })
}

/// The type in the struct's one field.
fn inner(input: &DeriveInput) -> Option<&Type> {
    let Data::Struct(data) = &input.data else {
        return None;
    };
    match &data.fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            fields.unnamed.first().map(|field| &field.ty)
        }
        _ => None,
    }
}

/// The words of an enum travel as texts do.
fn words(input: &DeriveInput, sql: &Path) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let text = quote! { ::diesel::sql_types::Text };
    let unknown = format!("is no word of `{name}`");
    Ok(quote! {
        #[automatically_derived]
        impl<DB: ::diesel::backend::Backend> ::diesel::serialize::ToSql<#sql, DB> for #name
        where
            str: ::diesel::serialize::ToSql<#text, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut ::diesel::serialize::Output<'b, '_, DB>,
            ) -> ::diesel::serialize::Result {
                let word: &'static str = ::noorm::value::Word::word(self);
                <str as ::diesel::serialize::ToSql<#text, DB>>::to_sql(word, out)
            }
        }

        #[automatically_derived]
        impl<DB: ::diesel::backend::Backend> ::diesel::deserialize::FromSql<#sql, DB> for #name
        where
            ::std::string::String: ::diesel::deserialize::FromSql<#text, DB>,
        {
            fn from_sql(value: DB::RawValue<'_>) -> ::diesel::deserialize::Result<Self> {
                let word =
                    <::std::string::String as ::diesel::deserialize::FromSql<#text, DB>>::from_sql(
                        value,
                    )?;
                let known = <Self as ::noorm::value::Word>::of_word(&word);
                known.ok_or_else(|| ::std::format!("{word:?} {}", #unknown).into())
            }
        }
    })
}

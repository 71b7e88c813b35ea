//! Enums: those with names of their own stand in one file.

use noorm_core::Result;
use proc_macro2::TokenStream;
use quote::quote;

use super::diesel::{Added, Diesel};
use super::entity::serde_derives;
use super::plan::{Enum, Plan, Variant};
use super::tokens::{docs, named};

/// Everything that stands in `enums.rs`.
pub(super) fn tokens(plan: &Plan<'_>, diesel: Option<&Diesel<'_, '_>>) -> Result<TokenStream> {
    let enums = plan.enums.iter().map(|named| one(plan, named, diesel));
    enums.collect()
}

/// One enum.
pub(super) fn one(
    plan: &Plan<'_>,
    of: &Enum,
    diesel: Option<&Diesel<'_, '_>>,
) -> Result<TokenStream> {
    let name = named(&of.name)?;
    let what = format!("A word of `{}`.", of.of);
    let docs = match &of.comment {
        Some(comment) => docs(&[comment, &what]),
        None => docs(&[&what]),
    };
    let serde = plan.config.serde;
    let derives = serde_derives(plan);
    let diesel = diesel.map(|diesel| diesel.words(of)).transpose()?;
    let Added {
        derives: for_diesel,
        attributes,
        ..
    } = diesel.unwrap_or_default();
    let variants = of.variants.iter().map(|Variant { name, word }| {
        let variant = named(name)?;
        let own = (word != name).then(|| quote! { #[noorm(word = #word)] });
        let rename = (serde && word != name).then(|| quote! { #[serde(rename = #word)] });
        Ok(quote! { #own #rename #variant })
    });
    let variants = variants.collect::<Result<Vec<_>>>()?;
    Ok(quote! {
        #docs
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, #derives noorm::Scalar #for_diesel)]
        #attributes
        pub enum #name { #(#variants),* }
    })
}

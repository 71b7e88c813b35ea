//! `mod.rs`: what there is, and all of it under one name.

use noorm_core::Result;
use proc_macro2::TokenStream;
use quote::quote;

use super::plan::Plan;
use super::tokens::{docs, named, parsed};

/// Lints that say something about names, comments and uses which nobody chose here.
pub(crate) const ALLOWED: &[&str] = &[
    "dead_code",
    "missing_docs",
    "unused_imports",
    "clippy::doc_lazy_continuation",
    "clippy::enum_variant_names",
    "clippy::module_inception",
    "clippy::module_name_repetitions",
    "clippy::upper_case_acronyms",
];

/// Everything that stands in `mod.rs`.
pub(super) fn tokens(plan: &Plan<'_>) -> Result<TokenStream> {
    let mut modules = Vec::new();
    let mut uses = Vec::new();
    for entity in &plan.entities {
        let module = named(&entity.module)?;
        let exports = entity.exports().into_iter().map(named);
        let exports = exports.collect::<Result<Vec<_>>>()?;
        modules.push(entity.module.clone());
        uses.push(quote! { pub use self::#module::{#(#exports),*}; });
    }
    if !plan.enums.is_empty() {
        let names = plan.enums.iter().map(|named| &named.name);
        let names = names.map(|name| named(name)).collect::<Result<Vec<_>>>()?;
        modules.push("enums".to_owned());
        uses.push(quote! { pub use self::enums::{#(#names),*}; });
    }
    modules.sort();
    let modules = modules.iter().map(|module| {
        let name = named(module)?;
        let file = format!("{module}.rs");
        // Rust looks for no file of a name beyond ASCII by itself.
        let path = (!module.is_ascii()).then(|| quote! { #[path = #file] });
        // Generated files have a format of their own, which `cargo fmt` is to leave.
        Ok(quote! { #[rustfmt::skip] #path mod #name; })
    });
    let modules = modules.collect::<Result<Vec<_>>>()?;
    let entities = plan.entities.iter().map(|entity| named(&entity.name));
    let entities = entities.collect::<Result<Vec<_>>>()?;
    let allowed = ALLOWED.iter().map(|lint| parsed::<syn::Path>(lint));
    let allowed = allowed.collect::<Result<Vec<_>>>()?;
    let about = docs(&[
        "Every entity of this module, to be held against the database.",
        "`Database::verify` tells where they differ.",
    ]);
    Ok(quote! {
        #![cfg_attr(rustfmt, rustfmt_skip)]
        #![allow(#(#allowed),*)]
        #(#modules)*
        #(#uses)*

        #about
        #[derive(Debug, Clone, Copy)]
        pub enum Entities {}

        impl noorm::repository::EntitySet for Entities {
            fn shapes() -> Vec<noorm::repository::Shape> {
                Vec::from([#(noorm::repository::Shape::of::<#entities>()),*])
            }
        }
    })
}

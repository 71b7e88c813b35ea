//! The file of a table: its row, a new row, changes of one, and what belongs to its columns alone.

use std::collections::BTreeSet;

use noorm_core::Result;
use proc_macro2::TokenStream;
use quote::quote;

use super::diesel::{Added, Diesel, Traits};
use super::enums;
use super::plan::{Entity, Field, KeyType, Origin, Plan, RelatedKind};
use super::tokens::{attributes, docs, named, parsed};
use super::types::RustType;
use crate::config::is_table;
use crate::tables::{is_filled, is_fixed};

/// Everything that stands in the file.
pub(super) fn tokens(
    plan: &Plan<'_>,
    entity: &Entity<'_>,
    diesel: Option<&Diesel<'_, '_>>,
) -> Result<TokenStream> {
    let imports = imports(entity)?;
    let traits = diesel.and_then(|diesel| diesel.of(entity));
    let traits = traits.as_ref();
    let row = row(plan, entity, traits)?;
    let key = match &entity.key {
        Some(key) => self::key(plan, entity, key, diesel)?,
        None => TokenStream::new(),
    };
    let own = entity.enums.iter().map(|own| enums::one(plan, own, diesel));
    let own: TokenStream = own.collect::<Result<_>>()?;
    let writes = match entity.is_read_only() {
        true => TokenStream::new(),
        false => {
            let (new, changes) = (new(plan, entity, traits)?, changes(plan, entity, traits)?);
            quote! { #new #changes }
        }
    };
    let relations = relations(entity)?;
    Ok(quote! { #imports #key #row #relations #writes #own })
}

/// What the file takes from its neighbours.
fn imports(entity: &Entity<'_>) -> Result<TokenStream> {
    let own = entity.exports();
    let used: BTreeSet<_> = entity
        .fields
        .iter()
        .flat_map(|field| &field.value.uses)
        .chain(entity.relations.iter().map(|related| &related.target))
        .collect();
    let foreign = used.into_iter().filter(|name| !own.contains(name.as_str()));
    let foreign = foreign
        .map(|name| named(name))
        .collect::<Result<Vec<_>>>()?;
    let neighbours = match foreign.is_empty() {
        true => TokenStream::new(),
        false => quote! { use super::{#(#foreign),*}; },
    };
    Ok(neighbours)
}

fn row(
    plan: &Plan<'_>,
    entity: &Entity<'_>,
    traits: Option<&Traits<'_, '_, '_>>,
) -> Result<TokenStream> {
    let name = named(&entity.name)?;
    let table = entity.table;
    let what = format!("A row of `{}`.", entity.shown);
    let diesel = traits.map(Traits::row).transpose()?.unwrap_or_default();
    let docs = match &table.comment {
        Some(comment) => diesel.docs(&[comment, &what]),
        None => diesel.docs(&[&what]),
    };
    let traits = traits.filter(|_| diesel.note.is_none());
    let (for_diesel, diesel_attributes) = (&diesel.derives, &diesel.attributes);
    let own = plan.config.tables.iter();
    let own: Vec<_> = own
        .filter(|(key, _)| is_table(key.get_ref(), table))
        .collect();
    let derives = own.iter().flat_map(|(_, added)| &added.derives);
    let derives = plan.config.derives.iter().chain(derives);
    let derives = derives.map(|derive| parsed::<syn::Path>(derive.get_ref()));
    let derives = derives.collect::<Result<Vec<_>>>()?;
    let added = own.iter().flat_map(|(_, added)| &added.attributes);
    let added = plan.config.attributes.iter().chain(added);
    let added: Vec<_> = added.map(|text| text.get_ref().as_str()).collect();
    // What somebody says to serde may be more than noorm's own derives know.
    let serde = match added.iter().any(|text| text.contains("serde")) {
        true => serde_derives(plan),
        false => flat_derives(plan),
    };
    let added = added.into_iter().map(attributes);
    let added = added.collect::<Result<Vec<_>>>()?;
    let facts = facts(entity)?;
    let fields = entity.fields.iter().map(|field| {
        let docs = field
            .column
            .comment
            .as_deref()
            .map(|comment| self::docs(&[comment]));
        let missing =
            (field.nullable && as_in_records(field).is_some()).then(|| quote! { default });
        let attributes = field_attributes(plan, field, missing);
        let diesel = traits.map(|traits| traits.read_field(field)).transpose()?;
        let name = named(&field.name)?;
        let value: syn::Type = parsed(&field.rust_type().text)?;
        Ok(quote! { #docs #attributes #diesel pub #name: #value })
    });
    let fields = fields.collect::<Result<Vec<_>>>()?;
    Ok(quote! {
        #docs
        #[derive(Debug, Clone, PartialEq, #serde noorm::Entity #for_diesel #(, #derives)*)]
        #facts
        #diesel_attributes
        #(#added)*
        pub struct #name { #(#fields),* }
    })
}

/// The constants that relations are loaded by.
fn relations(entity: &Entity<'_>) -> Result<TokenStream> {
    if entity.relations.is_empty() {
        return Ok(TokenStream::new());
    }
    let name = named(&entity.name)?;
    let constants = entity.relations.iter().map(|related| {
        let (constant, target) = (named(&related.constant)?, named(&related.target)?);
        let docs = docs(&[&related.about]);
        let relation = &related.name;
        let kind = match related.kind {
            RelatedKind::Many => quote! { noorm::relation::ToMany },
            RelatedKind::One => quote! { noorm::relation::ToOne },
            RelatedKind::OneOrNone => quote! { noorm::relation::ToOptional },
        };
        Ok(quote! { #docs pub const #constant: #kind<Self, #target> = #kind::new(#relation); })
    });
    let constants = constants.collect::<Result<Vec<_>>>()?;
    Ok(quote! { impl #name { #(#constants)* } })
}

/// What the derive is told of the table.
fn facts(entity: &Entity<'_>) -> Result<TokenStream> {
    let table = entity.table;
    // Without its schema, where that is the default one: it may have another name elsewhere.
    let name = match entity.in_default_schema {
        true => table.name.clone(),
        false => table.table_name().to_string(),
    };
    let fingerprint = table.fingerprint();
    let key = table.key_columns().iter().map(|column| {
        let field = entity
            .fields
            .iter()
            .find(|field| field.column.name == *column);
        field.map(|field| named(&field.name)).transpose()
    });
    let key = key.collect::<Result<Option<Vec<_>>>>()?.unwrap_or_default();
    let key = match key.is_empty() {
        true => TokenStream::new(),
        false => quote! { key(#(#key),*), },
    };
    Ok(quote! { #[noorm(table = #name, #key fingerprint = #fingerprint)] })
}

fn new(
    plan: &Plan<'_>,
    entity: &Entity<'_>,
    traits: Option<&Traits<'_, '_, '_>>,
) -> Result<TokenStream> {
    let (name, row) = (named(&entity.new)?, named(&entity.name)?);
    let what = format!("A new row of `{}`.", entity.shown);
    let written = entity
        .fields
        .iter()
        .filter(|field| !field.column.is_read_only());
    let written: Vec<_> = written.collect();
    let diesel = traits.map(|traits| traits.new_row(&written)).transpose()?;
    let diesel = diesel.unwrap_or_default();
    let docs = diesel.docs(&[&what, "What is `None` or left is up to the database."]);
    let traits = traits.filter(|_| diesel.note.is_none());
    let (for_diesel, diesel_attributes) = (&diesel.derives, &diesel.attributes);
    let default = written
        .iter()
        .all(|field| field.nullable || is_filled(entity.table, field.column));
    let default = default.then(|| quote! { Default, });
    let fields = written.into_iter().map(|field| {
        let name = named(&field.name)?;
        let value = new_type(entity, field);
        let is_left = value.text.starts_with("noorm::Patch")
            || (value.text.starts_with("Option") && as_in_records(field).is_some());
        let attributes = field_attributes(plan, field, is_left.then(|| quote! { default }));
        let diesel = traits
            .map(|traits| traits.written_field(field))
            .transpose()?;
        let value: syn::Type = parsed(&value.text)?;
        Ok(quote! { #attributes #diesel pub #name: #value })
    });
    let fields = fields.collect::<Result<Vec<_>>>()?;
    let serde = plan.config.serde.then(|| quote! { noorm::Deserialize, });
    Ok(quote! {
        #docs
        #[derive(Debug, Clone, PartialEq, #default #serde noorm::Insertable #for_diesel)]
        #[noorm(entity = #row)]
        #diesel_attributes
        pub struct #name { #(#fields),* }
    })
}

/// Where NULL and the default are two things, there are three ways to say what a new row has.
fn new_type(entity: &Entity<'_>, field: &Field<'_>) -> RustType {
    match (field.nullable, is_filled(entity.table, field.column)) {
        (true, true) => patch(&field.rust_type()),
        (false, true) => field.value.clone().optional(),
        _ => field.rust_type(),
    }
}

fn patch(value: &RustType) -> RustType {
    RustType::of(format!("noorm::Patch<{}>", value.text))
}

fn changes(
    plan: &Plan<'_>,
    entity: &Entity<'_>,
    traits: Option<&Traits<'_, '_, '_>>,
) -> Result<TokenStream> {
    let (name, row) = (named(&entity.changes)?, named(&entity.name)?);
    let what = format!("Changes of a row of `{}`.", entity.shown);
    let changeable = entity
        .fields
        .iter()
        .filter(|field| !is_fixed(entity.table, field.column));
    let changeable: Vec<_> = changeable.collect();
    let diesel = traits
        .map(|traits| traits.changes(&changeable))
        .transpose()?;
    let diesel = diesel.unwrap_or_default();
    let docs = diesel.docs(&[&what, "What is left stays as it is."]);
    let traits = traits.filter(|_| diesel.note.is_none());
    let (for_diesel, diesel_attributes) = (&diesel.derives, &diesel.attributes);
    let fields = changeable.into_iter().map(|field| {
        let left = quote! { skip_serializing_if = "noorm::Patch::is_left" };
        let attributes = field_attributes(plan, field, Some(left));
        let diesel = traits
            .map(|traits| traits.written_field(field))
            .transpose()?;
        let name = named(&field.name)?;
        let value: syn::Type = parsed(&patch(&field.rust_type()).text)?;
        Ok(quote! { #attributes #diesel pub #name: #value })
    });
    let fields = fields.collect::<Result<Vec<_>>>()?;
    let serde = flat_derives(plan);
    let default = plan.config.serde.then(|| quote! { #[serde(default)] });
    Ok(quote! {
        #docs
        #[derive(Debug, Clone, PartialEq, Default, #serde noorm::Changeset #for_diesel)]
        #[noorm(entity = #row)]
        #diesel_attributes
        #default
        pub struct #name { #(#fields),* }
    })
}

/// What serde by itself would write otherwise is what it is in the JSON of records.
fn as_in_records(field: &Field<'_>) -> Option<TokenStream> {
    let is_generated = field.origin != Origin::Config;
    (is_generated && differs_in_json(&field.value))
        .then(|| quote! { with = "noorm::value::in_json" })
}

fn differs_in_json(value: &RustType) -> bool {
    let element = value.text.trim_start_matches("Vec<Option<");
    let element = element.trim_end_matches('>');
    matches!(
        element,
        "Vec<u8" | "f32" | "f64" | "noorm::types::BigDecimal"
    )
}

/// What a field is called elsewhere, where that is something else; and what serde does with it, `more` included.
fn field_attributes(plan: &Plan<'_>, field: &Field<'_>, more: Option<TokenStream>) -> TokenStream {
    let column = &field.column.name;
    let renamed = *column != field.name;
    let own = renamed.then(|| quote! { #[noorm(column = #column)] });
    let rename = renamed.then(|| quote! { rename = #column });
    let said: Vec<_> = [rename, as_in_records(field), more]
        .into_iter()
        .flatten()
        .collect();
    let serde = match plan.config.serde && !said.is_empty() {
        true => quote! { #[serde(#(#said),*)] },
        false => TokenStream::new(),
    };
    quote! { #own #serde }
}

/// serde's own derives.
pub(super) fn serde_derives(plan: &Plan<'_>) -> TokenStream {
    match plan.config.serde {
        true => quote! { serde::Serialize, serde::Deserialize, },
        false => TokenStream::new(),
    }
}

/// noorm's derives of serde's traits: with serde's own, `cargo check` takes more than three times as long.
fn flat_derives(plan: &Plan<'_>) -> TokenStream {
    match plan.config.serde {
        true => quote! { noorm::Serialize, noorm::Deserialize, },
        false => TokenStream::new(),
    }
}

fn key(
    plan: &Plan<'_>,
    entity: &Entity<'_>,
    key: &KeyType,
    diesel: Option<&Diesel<'_, '_>>,
) -> Result<TokenStream> {
    let name = named(&key.name)?;
    let docs = docs(&[&format!("The key of a row of `{}`.", entity.shown)]);
    let value: syn::Type = parsed(&key.value.text)?;
    let copy = key.is_copy.then(|| quote! { Copy, });
    let serde = serde_derives(plan);
    let diesel = diesel.map(|diesel| diesel.key(key)).transpose()?;
    let Added {
        derives: for_diesel,
        attributes: diesel_attributes,
        ..
    } = diesel.unwrap_or_default();
    let transparent = plan.config.serde.then(|| quote! { #[serde(transparent)] });
    Ok(quote! {
        #docs
        #[derive(Debug, Clone, #copy PartialEq, Eq, Hash, PartialOrd, Ord, #serde noorm::Scalar #for_diesel)]
        #diesel_attributes
        #transparent
        pub struct #name(pub #value);
    })
}

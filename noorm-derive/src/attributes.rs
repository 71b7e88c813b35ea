//! The attribute `#[noorm(…)]`, and what is read of `#[diesel(…)]`.

use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitStr, Path, Token, parenthesized};

/// What stands on a struct.
#[derive(Default)]
pub(crate) struct OnStruct {
    pub(crate) table: Option<LitStr>,
    pub(crate) fingerprint: Option<LitStr>,
    pub(crate) key: Vec<Ident>,
    pub(crate) entity: Option<Path>,
}

impl OnStruct {
    /// Reads what may stand on a struct: of all the derives, because one struct may have several.
    pub(crate) fn read(attributes: &[Attribute]) -> syn::Result<Self> {
        let known = &["table", "key", "fingerprint", "entity"];
        let mut found = Self::default();
        each(attributes, "noorm", known, |name, meta| {
            match name {
                "table" => found.table = Some(meta.value()?.parse()?),
                "fingerprint" => found.fingerprint = Some(meta.value()?.parse()?),
                "entity" => found.entity = Some(meta.value()?.parse()?),
                _ => {
                    let fields;
                    parenthesized!(fields in meta.input);
                    let fields = Punctuated::<Ident, Token![,]>::parse_terminated(&fields)?;
                    found.key.extend(fields);
                }
            }
            Ok(())
        })?;
        Ok(found)
    }
}

/// Reads the only text that may stand on a field or variant, under `name`.
pub(crate) fn text(attributes: &[Attribute], name: &str) -> syn::Result<Option<LitStr>> {
    let mut found = None;
    each(attributes, "noorm", &[name], |_, meta| {
        found = Some(meta.value()?.parse()?);
        Ok(())
    })?;
    Ok(found)
}

/// Goes through what stands in the attributes of that name; an error for what isn't `known`.
pub(crate) fn each(
    attributes: &[Attribute],
    attribute: &str,
    known: &[&str],
    mut read: impl FnMut(&str, ParseNestedMeta<'_>) -> syn::Result<()>,
) -> syn::Result<()> {
    let ours = attributes.iter().filter(|a| a.path().is_ident(attribute));
    for attribute in ours {
        attribute.parse_nested_meta(|meta| {
            let name = known.iter().find(|name| meta.path.is_ident(name));
            match name {
                Some(name) => read(name, meta),
                None => {
                    let known: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
                    Err(meta.error(format!("here may stand {}", known.join(", "))))
                }
            }
        })?;
    }
    Ok(())
}

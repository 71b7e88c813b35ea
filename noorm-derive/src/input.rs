//! A struct and its fields.

use syn::{
    Data, DeriveInput, Error, Fields, GenericArgument, Ident, LitStr, PathArguments, Type,
    Visibility,
};

use crate::attributes::text;

/// A field that stands for a column.
pub(crate) struct Field<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) visibility: &'a Visibility,
    pub(crate) value: &'a Type,
    pub(crate) column: LitStr,
}

/// The fields of a struct; an error for what is none.
pub(crate) fn fields<'a>(input: &'a DeriveInput, derive: &str) -> syn::Result<Vec<Field<'a>>> {
    if !input.generics.params.is_empty() {
        let message =
            format!("`{derive}` stands for the columns of one table: it can't be generic");
        return Err(Error::new_spanned(&input.generics, message));
    }
    let Data::Struct(data) = &input.data else {
        let message = format!("`{derive}` is for structs, with a field for each column");
        return Err(Error::new_spanned(&input.ident, message));
    };
    let Fields::Named(named) = &data.fields else {
        let message = format!("`{derive}` needs named fields, one for each column");
        return Err(Error::new_spanned(&input.ident, message));
    };
    let mut fields: Vec<Field<'_>> = Vec::new();
    for field in &named.named {
        let Some(name) = &field.ident else { continue };
        let column = match text(&field.attrs, "column")? {
            Some(column) => column,
            None => LitStr::new(name.to_string().trim_start_matches("r#"), name.span()),
        };
        if let Some(twice) = fields
            .iter()
            .find(|known| known.column.value() == column.value())
        {
            let message = format!(
                "field `{name}` stands for the column `{}`, as `{}` does: \
                 say by `#[noorm(column = \"…\")]` which one it is",
                column.value(),
                twice.name
            );
            return Err(Error::new(name.span(), message));
        }
        fields.push(Field {
            name,
            visibility: &field.vis,
            value: &field.ty,
            column,
        });
    }
    Ok(fields)
}

/// Tells whether a type is written as `Option<…>`, `Patch<…>` or whatever `names` has.
pub(crate) fn is_written_as(value: &Type, names: &[&str]) -> bool {
    let Type::Path(path) = value else {
        return false;
    };
    let last = path.path.segments.last();
    last.is_some_and(|last| names.iter().any(|name| last.ident == name))
}

/// The type within `Option<…>`, `Patch<…>` or whatever `names` has.
pub(crate) fn argument_of<'a>(value: &'a Type, names: &[&str]) -> Option<&'a Type> {
    let Type::Path(path) = value else { return None };
    let last = path.path.segments.last()?;
    if !is_written_as(value, names) {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    })
}

//! Tokens, and the text that they become.

use noorm_core::{Error, ErrorKind, Result};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::names::ident;
use crate::generator::{Comment, File};

/// Writes a file as a person would have formatted it.
pub(super) fn file(module: &str, tokens: TokenStream) -> Result<File> {
    let parsed = syn::parse2(tokens).map_err(|error| internal(module, &error))?;
    let text = prettyplease::unparse(&parsed);
    Ok(File::new(format!("{module}.rs"), Comment::Line("//"), text))
}

/// A name that was made to be one.
pub(super) fn named(name: &str) -> Result<Ident> {
    ident(name).ok_or_else(|| internal(name, &"it is no name in Rust"))
}

/// A type, or path, that was looked at when the configuration was read.
pub(super) fn parsed<T: syn::parse::Parse>(text: &str) -> Result<T> {
    syn::parse_str(text).map_err(|error| internal(text, &error))
}

/// Attributes as a configuration has them.
pub(super) fn attributes(text: &str) -> Result<TokenStream> {
    text.parse().map_err(|error| internal(text, &error))
}

/// Documentation of several paragraphs, each of a line or more.
pub(super) fn docs(paragraphs: &[&str]) -> TokenStream {
    let mut lines = Vec::new();
    for paragraph in paragraphs {
        let paragraph = paragraph
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty());
        let paragraph: Vec<_> = paragraph.map(|line| format!(" {}", plain(line))).collect();
        if !lines.is_empty() && !paragraph.is_empty() {
            lines.push(String::new());
        }
        lines.extend(paragraph);
    }
    quote! { #(#[doc = #lines])* }
}

/// What a person wrote in a database means no Markdown: neither links nor HTML.
fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '[' | ']' | '<' | '>' => {
                text.push('\\');
                text.push(c);
            }
            c if c.is_control() => text.push(' '),
            c => text.push(c),
        }
    }
    text
}

fn internal(what: &str, why: &impl std::fmt::Display) -> Error {
    Error::new(
        ErrorKind::Internal,
        format!("the code of `{what}` can't be written: {why}"),
    )
}

//! Tokens, and the text that they become.

use noorm_core::{Error, ErrorKind, Result};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::names::ident;
use crate::generator::{Comment, File};

/// Writes a file as a person would have formatted it.
pub(super) fn file(module: &str, tokens: TokenStream) -> Result<File> {
    let parsed = syn::parse2(tokens).map_err(|error| internal(module, &error))?;
    let text = spaced(&prettyplease::unparse(&parsed));
    Ok(File::new(format!("{module}.rs"), Comment::Line("//"), text))
}

/// Puts an empty line before each item but those that stand in a block: imports, modules.
fn spaced(text: &str) -> String {
    let leads = |line: &str| line.starts_with("///") || line.starts_with("#[") || line == ")]";
    let in_block = |line: &str| {
        let line = line.trim_start_matches("pub ");
        line.starts_with("use ") || line.starts_with("mod ") || line.starts_with("#[rustfmt")
    };
    let begins = |line: &str| line.starts_with(|c: char| c.is_ascii_lowercase()) || leads(line);
    let mut spaced = String::with_capacity(text.len() + 64);
    let mut last = "";
    for line in text.lines() {
        let goes_on = leads(last) || line.starts_with(')') || (in_block(last) && in_block(line));
        if begins(line) && !goes_on {
            spaced.push('\n');
        }
        spaced.push_str(line);
        spaced.push('\n');
        last = line;
    }
    spaced
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
    let lines = doc_lines(paragraphs);
    quote! { #(#[doc = #lines])* }
}

/// The lines of documentation, each behind its `///`: whatever a person wrote, it is text there and nothing else.
pub(crate) fn doc_lines(paragraphs: &[&str]) -> Vec<String> {
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
    lines
}

/// What a person wrote in a database means no Markdown: neither links nor HTML, nor code that would be a test.
fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let line = line.replace("```", "\\`\\`\\`").replace("~~~", "\\~\\~\\~");
    for c in line.chars() {
        match c {
            '[' | ']' | '<' | '>' => {
                text.push('\\');
                text.push(c);
            }
            c if c.is_control() || is_direction(c) => text.push(' '),
            c => text.push(c),
        }
    }
    text
}

/// One line of a comment.
pub(crate) fn comment(text: &str) -> String {
    text.replace(|c: char| c.is_control() || is_direction(c), " ")
}

/// What turns the direction of text, which Rust takes in no comment: it would read otherwise than it is.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn internal(what: &str, why: &impl std::fmt::Display) -> Error {
    Error::new(
        ErrorKind::Internal,
        format!("the code of `{what}` can't be written: {why}"),
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn documentation_is_text_whatever_stands_in_it() {
        let evil = "a\r\n\n```rust\nfn main() {}\n- ~~~~\n[b] <i> \u{202e}c\u{202c} *\u{0}/";
        let lines = [
            " a",
            " \\`\\`\\`rust",
            " fn main() {}",
            " - \\~\\~\\~~",
            " \\[b\\] \\<i\\>  c  * /",
            "",
            " d",
        ];
        assert_eq!(doc_lines(&[evil, " ", "d"]), lines);
        assert_eq!(comment("a\n\u{2066}b"), "a  b");
    }

    #[test]
    fn what_is_no_rust_is_an_error() {
        assert_eq!(named("a b").unwrap_err().kind(), ErrorKind::Internal);
        assert!(parsed::<syn::Type>("a b").is_err());
        assert!(attributes("(").is_err());
        assert!(file("a", quote! { struct }).is_err());
    }

    #[test]
    fn items_stand_apart_and_blocks_together() {
        let tokens = quote! {
            #![allow(dead_code)]
            use a::B;
            use c::D;
            #[rustfmt::skip]
            mod e;
            #[rustfmt::skip]
            #[path = "ü.rs"]
            mod ü;
            pub use self::e::F;
            #[doc = " One."]
            #[derive(Debug)]
            pub struct G(pub i64);
            #[doc = " Two."]
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, noorm::Scalar)]
            pub struct H {
                #[doc = " A field."]
                pub i: i64,
            }
            impl H {
                pub const J: i64 = 1;
            }
        };
        let text = file("a", tokens).unwrap().content;
        expect![[r##"
            #![allow(dead_code)]

            use a::B;
            use c::D;
            #[rustfmt::skip]
            mod e;
            #[rustfmt::skip]
            #[path = "ü.rs"]
            mod ü;
            pub use self::e::F;

            /// One.
            #[derive(Debug)]
            pub struct G(pub i64);

            /// Two.
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, noorm::Scalar)]
            pub struct H {
                /// A field.
                pub i: i64,
            }

            impl H {
                pub const J: i64 = 1;
            }
        "##]]
        .assert_eq(&text);
    }
}

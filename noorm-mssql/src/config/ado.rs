//! ADO strings: `Server=tcp:host,1433;Database=shop;User Id=ann;Password="a;b"`.
//!
//! A value stands bare, or in single or double quotes, which are doubled inside it, or in braces as
//! ODBC has it (<https://learn.microsoft.com/dotnet/framework/data/adonet/connection-string-syntax>).

use noorm_core::Result;
use noorm_core::plugin::parts::invalid;

use super::options::Draft;

pub(super) fn read(draft: &mut Draft, text: &str) -> Result<()> {
    let mut rest = text.trim_start_matches([';', ' ']);
    if rest.is_empty() {
        return Err(invalid("nothing stands behind the URL's scheme").with_help(
            "write mssql://user:password@host/database, or mssql:Server=host;Database=…;User Id=…",
        ));
    }
    while !rest.is_empty() {
        // Nothing of it is shown: without an equals sign, it may be the tail of a password.
        let (name, behind) = rest.split_once('=').ok_or_else(|| {
            invalid("a part of the ADO string has no `=`")
                .with_help("write name=value;name=value, and quote values with a `;` in them")
        })?;
        let (value, behind) = value(behind.trim_start())?;
        draft.set(name.trim(), value)?;
        rest = behind.trim_start_matches([';', ' ']);
    }
    Ok(())
}

/// Splits the value off; what is left begins with a semicolon, or is empty.
fn value(text: &str) -> Result<(String, &str)> {
    let close = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => quote,
        Some('{') => '}',
        _ => {
            let end = text.find(';').unwrap_or(text.len());
            let (value, rest) = text.split_at(end);
            return Ok((value.trim_end().to_owned(), rest));
        }
    };
    let mut value = String::new();
    let mut inside = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = inside.next() {
        if c != close {
            value.push(c);
        } else if inside.next_if(|(_, next)| *next == close).is_some() {
            value.push(close);
        } else {
            let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
            let rest = rest.trim_start();
            return match rest.is_empty() || rest.starts_with(';') {
                true => Ok((value, rest)),
                false => Err(invalid(
                    "a quoted value of the ADO string goes on behind its quotes",
                )),
            };
        }
    }
    Err(invalid("a quoted value of the ADO string has no end"))
}

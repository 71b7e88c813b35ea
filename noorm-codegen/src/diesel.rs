//! Diesel: `schema.rs`, and a struct for the rows of each table with Diesel's traits.
//!
//! ```text
//! Schema ──► Plan of `rust`: every name ──► schema.rs (tables, joins, SQL types of enums), album.rs, …, mod.rs
//! ```
//!
//! What Diesel can't express is left out with a comment that says so, and the rest goes on.

mod domains;
mod enums;
mod groups;
mod identity;
mod model;
mod schema;
mod types;

use noorm_core::Result;

use crate::generator::{Comment, File, Generator, Input};
use crate::rust::{ALLOWED, Plan, doc_lines};
pub(crate) use identity::Unidentified;
pub(crate) use schema::{Listed, tables};
pub(crate) use types::{Backend, Mapped, sql_name};

/// The generator `diesel`.
pub(crate) struct Diesel;

impl Generator for Diesel {
    fn name(&self) -> &'static str {
        "diesel"
    }

    fn generate(&self, input: &Input<'_>) -> Result<Vec<File>> {
        let backend = Backend::of(&input.schema.dialect)?;
        let plan = Plan::new(input)?;
        let tables = tables(&plan, backend);
        let mut files = vec![text("schema", schema::text(&plan, &tables, backend))];
        for table in tables.iter().filter(|table| table.refusal.is_none()) {
            files.push(text(&table.entity.module, model::text(table, backend)));
        }
        if !plan.all_enums().is_empty() {
            files.push(text("enums", enums::text(&plan, backend)));
        }
        files.push(text("mod", module(&plan, &tables)));
        Ok(files)
    }
}

fn text(module: &str, text: String) -> File {
    File::new(
        format!("{module}.rs"),
        Comment::Line("//"),
        format!("\n{text}"),
    )
}

/// Documentation of several paragraphs; nothing where they are empty.
fn docs(indent: &str, paragraphs: &[&str]) -> String {
    let lines = doc_lines(paragraphs);
    lines
        .iter()
        .map(|line| format!("{indent}///{line}\n"))
        .collect()
}

fn module(plan: &Plan<'_>, tables: &[schema::Listed<'_, '_>]) -> String {
    let mut text = format!(
        "#![cfg_attr(rustfmt, rustfmt_skip)]\n#![allow({})]\n\n",
        ALLOWED.join(", ")
    );
    let listed: Vec<_> = tables
        .iter()
        .filter(|table| table.refusal.is_none())
        .collect();
    let mut modules: Vec<&str> = listed
        .iter()
        .map(|table| table.entity.module.as_str())
        .collect();
    if !plan.all_enums().is_empty() {
        modules.push("enums");
    }
    modules.sort_unstable();
    for module in modules {
        let path = match module.is_ascii() {
            true => String::new(),
            false => format!("#[path = \"{module}.rs\"]\n"),
        };
        text.push_str(&format!("#[rustfmt::skip]\n{path}mod {module};\n"));
    }
    text.push_str("#[rustfmt::skip]\npub mod schema;\n\n");
    for table in listed {
        let exports = match model::exports(table).as_slice() {
            [one] => one.clone(),
            several => format!("{{{}}}", several.join(", ")),
        };
        text.push_str(&format!(
            "pub use self::{}::{exports};\n",
            table.entity.module
        ));
    }
    let enums: Vec<_> = plan
        .all_enums()
        .iter()
        .map(|own| own.name.clone())
        .collect();
    match enums.as_slice() {
        [] => {}
        [one] => text.push_str(&format!("pub use self::enums::{one};\n")),
        several => {
            text.push_str(&format!(
                "pub use self::enums::{{{}}};\n",
                several.join(", ")
            ));
        }
    }
    text
}

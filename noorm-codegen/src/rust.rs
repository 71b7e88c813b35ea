//! Entities in Rust: a file for each table, one for the named enums, and `mod.rs`.
//!
//! ```text
//! Schema ──► Plan: every name and type, decided ──► tokens of each file ──► prettyplease
//! ```

mod diesel;
mod entity;
mod enums;
mod module;
mod names;
mod plan;
mod tokens;
mod types;

pub(crate) use module::ALLOWED;
pub(crate) use names::{ident, is_hiding};
pub(crate) use plan::{Entity, Enum, Field, Plan};
pub(crate) use tokens::{comment, doc_lines};

use noorm_core::Result;

use crate::generator::{File, Generator, Input};

/// The generator `rust`.
pub(crate) struct Rust;

impl Generator for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn generate(&self, input: &Input<'_>) -> Result<Vec<File>> {
        let plan = Plan::new(input)?;
        let diesel = diesel::Diesel::new(&plan, input)?;
        let diesel = diesel.as_ref();
        let mut files = Vec::with_capacity(plan.entities.len() + 2);
        for entity in &plan.entities {
            files.push(tokens::file(
                &entity.module,
                entity::tokens(&plan, entity, diesel)?,
            )?);
        }
        if !plan.enums.is_empty() {
            files.push(tokens::file("enums", enums::tokens(&plan, diesel)?)?);
        }
        files.push(tokens::file("mod", module::tokens(&plan)?)?);
        Ok(files)
    }
}

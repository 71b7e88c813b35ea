//! TypeScript: interfaces for the rows of each table, as noorm's JSON has them, and a `Database` for Kysely.
//!
//! ```text
//! Schema ──► Plan: names and types ──► album.ts, …, enums.ts, json.ts, database.ts, index.ts
//! ```

mod names;
mod plan;
mod table;
mod text;
mod types;

use noorm_core::Result;

use crate::generator::{Comment, File, Generator, Input};
use plan::Plan;
use text::{docs, quoted, union};

/// The generator `typescript`.
pub(crate) struct TypeScript;

impl Generator for TypeScript {
    fn name(&self) -> &'static str {
        "typescript"
    }

    fn generate(&self, input: &Input<'_>) -> Result<Vec<File>> {
        let plan = Plan::new(input)?;
        let mut files = Vec::new();
        for entity in &plan.entities {
            files.push(file(&entity.module, table::text(&plan, entity)));
        }
        if !plan.enums.is_empty() {
            files.push(file("enums", enums(&plan)));
        }
        if plan.entities.iter().any(plan::Entity::has_json) {
            files.push(file("json", JSON.to_owned()));
        }
        if plan.config.kysely {
            files.push(file("database", database(&plan)));
        }
        let modules: Vec<_> = files.iter().map(|file| file.name.clone()).collect();
        files.push(file("index", index(&modules)));
        Ok(files)
    }
}

fn file(module: &str, text: String) -> File {
    File::new(
        format!("{module}.ts"),
        Comment::Line("//"),
        format!("\n{text}"),
    )
}

const JSON: &str = "\
/** Any document. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
";

fn enums(plan: &Plan<'_>) -> String {
    let enums = plan.enums.iter().map(|(name, of)| {
        let docs = docs("", &[of.comment.as_deref().unwrap_or_default()]);
        format!("{docs}export type {name} = {};\n", union(&of.values))
    });
    enums.collect::<Vec<_>>().join("\n")
}

/// The tables under the names that Kysely is asked for them by.
fn database(plan: &Plan<'_>) -> String {
    let mut text = String::new();
    for entity in &plan.entities {
        text.push_str(&format!(
            "import type {{ {} }} from \"./{}.js\";\n",
            entity.table_type, entity.module
        ));
    }
    text.push_str(
        "\n/** The tables, for `new Kysely<Database>(…)`. */\nexport interface Database {\n",
    );
    for entity in &plan.entities {
        text.push_str(&format!(
            "  {}: {};\n",
            quoted(&entity.key),
            entity.table_type
        ));
    }
    text.push_str("}\n");
    text
}

fn index(files: &[String]) -> String {
    let exports = files.iter().map(|file| {
        let module = file.trim_end_matches(".ts");
        format!("export type * from \"./{module}.js\";\n")
    });
    exports.collect()
}

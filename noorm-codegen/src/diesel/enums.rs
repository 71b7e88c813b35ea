//! Enums: their SQL types, and their words.

use super::docs;
use super::types::{Backend, sql_name};
use crate::rust::{Enum, Plan};

/// The SQL types of enums, for `schema.rs`; none where the backend has no enums.
pub(super) fn sql_types(plan: &Plan<'_>, backend: Backend) -> String {
    let enums = plan.all_enums();
    if enums.is_empty() || backend == Backend::Sqlite {
        return String::new();
    }
    let types = enums.iter().map(|own| {
        let attribute = match backend {
            Backend::Postgres => {
                let (schema, name) = own.of.split_once('.').unwrap_or(("", &own.of));
                match schema {
                    "" => format!("postgres_type(name = {name:?})"),
                    schema => format!("postgres_type(name = {name:?}, schema = {schema:?})"),
                }
            }
            _ => "mysql_type(name = \"Enum\")".to_owned(),
        };
        let docs = docs("    ", &[&format!("The type of `{}`.", own.of)]);
        format!(
            "{docs}    #[derive(Debug, Clone, Copy, diesel::query_builder::QueryId, diesel::sql_types::SqlType)]\n    #[diesel({attribute})]\n    pub struct {};\n",
            sql_name(&own.name)
        )
    });
    let types: Vec<_> = types.collect();
    format!(
        "/// The SQL types of enums.\npub mod sql_types {{\n{}}}\n",
        types.join("\n")
    )
}

/// Everything that stands in `enums.rs`.
pub(super) fn text(plan: &Plan<'_>, backend: Backend) -> String {
    let enums: Vec<_> = plan
        .all_enums()
        .iter()
        .map(|own| one(own, backend))
        .collect();
    enums.join("\n")
}

fn one(own: &Enum, backend: Backend) -> String {
    let name = &own.name;
    let variants: String = own
        .variants
        .iter()
        .map(|v| format!("    {},\n", v.name))
        .collect();
    let words: String = own
        .variants
        .iter()
        .map(|v| format!("            Self::{} => {:?},\n", v.name, v.word))
        .collect();
    let read: String = own
        .variants
        .iter()
        .map(|v| format!("            {:?} => Ok(Self::{}),\n", v.word, v.name))
        .collect();
    let what = format!("A word of `{}`.", own.of);
    let docs = docs("", &[own.comment.as_deref().unwrap_or_default(), &what]);
    let declared = |diesel: &str| {
        format!(
            "{docs}#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord{diesel}\npub enum {name} {{\n{variants}}}\n\nimpl {name} {{\n    /// Gives the word.\n    #[must_use]\n    pub fn word(self) -> &'static str {{\n        match self {{\n{words}        }}\n    }}\n}}\n"
        )
    };
    if backend == Backend::Sqlite {
        return declared(")]");
    }
    let path = backend.path();
    let (value, bytes) = match backend {
        Backend::Postgres => ("diesel::pg::PgValue<'_>", "value.as_bytes()"),
        _ => ("diesel::mysql::MysqlValue<'_>", "value.as_bytes()"),
    };
    let sql = format!("super::schema::sql_types::{}", sql_name(name));
    let declared = declared(&format!(
        ", diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]\n#[diesel(sql_type = {sql})]"
    ));
    format!(
        "{declared}
impl diesel::serialize::ToSql<{sql}, {path}> for {name} {{
    fn to_sql<'b>(
        &'b self,
        out: &mut diesel::serialize::Output<'b, '_, {path}>,
    ) -> diesel::serialize::Result {{
        std::io::Write::write_all(out, self.word().as_bytes())?;
        Ok(diesel::serialize::IsNull::No)
    }}
}}

impl diesel::deserialize::FromSql<{sql}, {path}> for {name} {{
    fn from_sql(value: {value}) -> diesel::deserialize::Result<Self> {{
        match std::str::from_utf8({bytes})? {{
{read}            other => Err(format!(\"{{other:?}} is no word of {{}}\", {:?}).into()),
        }}
    }}
}}
",
        own.of
    )
}

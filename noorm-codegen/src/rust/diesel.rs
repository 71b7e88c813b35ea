//! Diesel's traits for the entities: which derives and attributes, or why there are none.

use std::collections::BTreeMap;

use noorm_core::Result;
use proc_macro2::TokenStream;
use quote::quote;

use super::plan::{Entity, Enum, Field, KeyType, Origin, Plan};
use super::tokens::{docs, named, parsed};
use super::types::RustType;
use crate::diesel::{Backend, Listed, Mapped, Unidentified, sql_name, tables};
use crate::generator::Input;

/// The entities as `schema.rs` has their tables.
pub(super) struct Diesel<'p, 'a> {
    backend: Backend,
    /// The path of `schema.rs`: `crate::schema`.
    schema: String,
    tables: Vec<Listed<'p, 'a>>,
    /// The SQL types of the keys that have types of their own.
    keys: BTreeMap<String, String>,
}

/// A table of it.
pub(super) struct Traits<'t, 'p, 'a> {
    diesel: &'t Diesel<'p, 'a>,
    table: &'t Listed<'p, 'a>,
}

/// What is added to a struct or enum.
#[derive(Default)]
pub(super) struct Added {
    pub(super) derives: TokenStream,
    pub(super) attributes: TokenStream,
    /// Why nothing is.
    pub(super) note: Option<String>,
    /// Why something isn't.
    said: Option<String>,
}

impl Added {
    /// Documentation, with the note at its end.
    pub(super) fn docs(&self, paragraphs: &[&str]) -> TokenStream {
        let docs = docs(paragraphs);
        let note = self.note.as_ref().or(self.said.as_ref()).map(|note| {
            // Types stand in it as code, where nothing is escaped.
            let note = format!(" {}", note.replace(|c: char| c.is_control(), " "));
            quote! { #[doc = ""] #[doc = #note] }
        });
        quote! { #docs #note }
    }
}

/// How a field goes together with its column.
enum Fit {
    /// Diesel knows the type, or the type knows Diesel.
    Plain,
    /// By a type of `noorm::diesel_as`.
    As(&'static str),
    Not(String),
}

impl<'p, 'a> Diesel<'p, 'a> {
    /// Nothing where nobody asked for it.
    pub(super) fn new(plan: &'p Plan<'a>, input: &Input<'_>) -> Result<Option<Self>> {
        let asked = plan.config.diesel.as_ref();
        let Some(asked) = asked.filter(|asked| *asked.get_ref()) else {
            return Ok(None);
        };
        let backend = Backend::of(&input.schema.dialect);
        let backend = backend.map_err(|error| input.config.at(asked, error))?;
        let tables = tables(plan, backend);
        let keys = tables.iter().filter_map(|table| {
            let key = table.entity.key.as_ref()?;
            let (_, mapped) = table.columns.iter().find(|(field, _)| field.is_key)?;
            let is_plain = table.refusal.is_none() && same(&key.value, mapped);
            is_plain.then(|| (key.name.clone(), mapped.sql.clone()))
        });
        Ok(Some(Self {
            backend,
            schema: plan.config.diesel_schema.get_ref().clone(),
            keys: keys.collect(),
            tables,
        }))
    }

    /// A table that is generated.
    pub(super) fn of(&self, entity: &Entity<'_>) -> Option<Traits<'_, 'p, 'a>> {
        let found = self
            .tables
            .iter()
            .find(|table| table.entity.module == entity.module);
        found.map(|table| Traits {
            diesel: self,
            table,
        })
    }

    /// The type of a key.
    pub(super) fn key(&self, key: &KeyType) -> Result<Added> {
        match self.keys.get(&key.name) {
            // `Unsigned<Integer>` has two names.
            Some(sql) => {
                let sql = sql.replace('<', "<diesel::sql_types::");
                scalar(&format!("diesel::sql_types::{sql}"))
            }
            None => Ok(Added::default()),
        }
    }

    /// An enum, which is text to SQLite.
    pub(super) fn words(&self, of: &Enum) -> Result<Added> {
        match self.backend {
            Backend::Sqlite => scalar("diesel::sql_types::Text"),
            _ => scalar(&format!(
                "{}::sql_types::{}",
                self.schema,
                sql_name(&of.name)
            )),
        }
    }
}

fn scalar(sql: &str) -> Result<Added> {
    let sql: syn::Path = parsed(sql)?;
    Ok(Added {
        derives: quote! {
            , diesel::expression::AsExpression, diesel::deserialize::FromSqlRow, noorm::DieselScalar
        },
        attributes: quote! { #[diesel(sql_type = #sql)] },
        ..Added::default()
    })
}

impl Traits<'_, '_, '_> {
    /// What a row has, of which all columns are read.
    pub(super) fn row(&self) -> Result<Added> {
        let entity = self.table.entity;
        let unidentified = self.unidentified();
        let (identifiable, key) = match &unidentified {
            Some(_) => Default::default(),
            None => {
                let key = self.table.key().into_iter().map(|column| named(&column));
                let key = key.collect::<Result<Vec<_>>>()?;
                (
                    quote! { , diesel::Identifiable },
                    quote! { #[diesel(primary_key(#(#key),*))] },
                )
            }
        };
        let derives = quote! { , diesel::Queryable, diesel::Selectable #identifiable };
        let backend: syn::Path = parsed(self.diesel.backend.path())?;
        let attributes = quote! { #[diesel(check_for_backend(#backend))] #key };
        let mut added = self.added(entity.fields.iter(), derives, attributes)?;
        added.said = unidentified
            .filter(|_| added.note.is_none())
            .and_then(|why| why.note());
        Ok(added)
    }

    /// Why Diesel knows no row by its key. What a type of somebody's own can do isn't known here.
    fn unidentified(&self) -> Option<Unidentified> {
        let entity = self.table.entity;
        Unidentified::of(entity.table.key_columns(), || {
            let key = entity.fields.iter().filter(|field| field.is_key);
            let key = key.filter(|field| field.origin != Origin::Config);
            key.map(|field| (&*field.column.name, &*field.value.text))
        })
    }

    /// What a new row has.
    pub(super) fn new_row(&self, fields: &[&Field<'_>]) -> Result<Added> {
        self.written(fields, quote! { , noorm::DieselInsertable })
    }

    /// What changes have.
    pub(super) fn changes(&self, fields: &[&Field<'_>]) -> Result<Added> {
        self.written(fields, quote! { , noorm::DieselChangeset })
    }

    fn written(&self, fields: &[&Field<'_>], derives: TokenStream) -> Result<Added> {
        match fields.is_empty() {
            // There is nothing to tell Diesel.
            true => Ok(Added::default()),
            false => self.added(fields.iter().copied(), derives, TokenStream::new()),
        }
    }

    fn added<'f>(
        &self,
        fields: impl Iterator<Item = &'f Field<'f>>,
        derives: TokenStream,
        attributes: TokenStream,
    ) -> Result<Added> {
        let mut fits = fields.map(|field| self.fit(field));
        let misfit = fits.find_map(|fit| match fit {
            Fit::Not(why) => Some(why),
            _ => None,
        });
        if let Some(why) = self.table.refusal.clone().or(misfit) {
            return Ok(Added {
                note: Some(format!("Not for Diesel: {why}.")),
                ..Added::default()
            });
        }
        let table = format!("{}::{}", self.diesel.schema, self.table.module());
        let table: syn::Path = parsed(&table)?;
        Ok(Added {
            derives,
            attributes: quote! { #[diesel(table_name = #table)] #attributes },
            ..Added::default()
        })
    }

    /// What stands on a field that is read.
    pub(super) fn read_field(&self, field: &Field<'_>) -> Result<TokenStream> {
        self.field(field, |held_as| match field.nullable {
            true => quote! { deserialize_as = noorm::diesel_as::Null<#held_as> },
            false => quote! { deserialize_as = #held_as },
        })
    }

    /// What stands on a field that is written.
    pub(super) fn written_field(&self, field: &Field<'_>) -> Result<TokenStream> {
        self.field(field, |held_as| quote! { serialize_as = #held_as })
    }

    fn field(
        &self,
        field: &Field<'_>,
        held: impl Fn(syn::Path) -> TokenStream,
    ) -> Result<TokenStream> {
        let column = self.table.column(field);
        let mut said = Vec::new();
        if column != field.name {
            let column = named(&column)?;
            said.push(quote! { column_name = #column });
        }
        if let Fit::As(held_as) = self.fit(field) {
            said.push(held(parsed(&format!("noorm::diesel_as::{held_as}"))?));
        }
        Ok(match said.is_empty() {
            true => TokenStream::new(),
            false => quote! { #[diesel(#(#said),*)] },
        })
    }

    fn fit(&self, field: &Field<'_>) -> Fit {
        let column = &field.column.name;
        let known = self.table.columns.iter();
        let mut known = known.filter(|(known, _)| known.column.name == *column);
        let Some((_, mapped)) = known.next() else {
            return Fit::Not(match field.column.native_type.as_str() {
                "" => format!("it has no type for `{column}`, which is declared without one"),
                native => format!("it has no type for `{native}`, which `{column}` is"),
            });
        };
        match field.origin {
            Origin::Config => Fit::Plain,
            Origin::Key if self.diesel.keys.get(&field.value.text) == Some(&mapped.sql) => {
                Fit::Plain
            }
            Origin::Column if same(&field.value, mapped) => Fit::Plain,
            Origin::Column if mapped.sql == "Text" && field.value.is_local() => Fit::Plain,
            Origin::Column => match held_as(&field.value.text, &mapped.sql) {
                Some(held_as) => Fit::As(held_as),
                None => Fit::Not(misfit(column, &field.value, mapped)),
            },
            Origin::Key => Fit::Not(misfit(column, &field.value, mapped)),
        }
    }
}

fn misfit(column: &str, value: &RustType, mapped: &Mapped) -> String {
    let (rust, sql) = (value.text.replace("noorm::types::", ""), &mapped.sql);
    format!("`{column}` is `{sql}` to it, which is no `{rust}`")
}

/// Whether the entity has the very type that Diesel has for the column.
fn same(value: &RustType, mapped: &Mapped) -> bool {
    let spelled = [
        ("noorm::types::BigDecimal", "bigdecimal::BigDecimal"),
        ("noorm::types::Uuid", "uuid::Uuid"),
        ("noorm::types::Utc", "chrono::Utc"),
        ("noorm::types::DateTime", "chrono::DateTime"),
        ("noorm::types::Naive", "chrono::Naive"),
        ("noorm::types::Json", "serde_json::Value"),
    ];
    let mut text = value.text.clone();
    for (ours, theirs) in spelled {
        text = text.replace(ours, theirs);
    }
    text == mapped.rust.replace("super::", "")
}

/// The type of `noorm::diesel_as` between the two.
fn held_as(value: &str, sql: &str) -> Option<&'static str> {
    match (value.strip_prefix("noorm::types::")?, sql) {
        ("BigDecimal", "Double") => Some("Decimal"),
        ("Uuid", "Text") => Some("UuidText"),
        ("DateTime<noorm::types::Utc>", "Timestamp") => Some("UtcTimestamp"),
        ("Interval", "Interval") => Some("Span"),
        (value, "Text") if value.starts_with("Words<") => Some("WordsText"),
        _ => None,
    }
}

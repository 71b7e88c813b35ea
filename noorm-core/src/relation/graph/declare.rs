//! From what somebody declares to relations.

use super::RelationGraph;
use super::ends::{Ends, column};
use crate::error::{Error, ErrorKind, Result};
use crate::relation::config::{Declaration, Way};
use crate::relation::names::{Inflection, snake};
use crate::relation::relation::{Origin, Relation, RelationKind, Step};
use crate::schema::{Schema, Table};

impl Declaration {
    pub(super) fn relations(
        &self,
        graph: &RelationGraph,
        schema: &Schema,
        inflection: &Inflection,
    ) -> Result<Vec<Relation>> {
        let table = schema.table(&self.table)?;
        match &self.way {
            Way::Nowhere => {
                let error = Error::new(ErrorKind::InvalidConfig, "it leads nowhere");
                Err(self.put_before(error).with_help(
                    "say where: `belongs_to`, `has_one`, `has_many`, `through` or `polymorphic`",
                ))
            }
            Way::Through(path) => {
                let mut relation = graph.through(&table.table_name(), path)?;
                relation.name = self.name.as_str().into();
                relation.origin = Origin::Declared;
                relation.reason = format!("declared, {}", relation.reason);
                Ok(vec![relation])
            }
            Way::Direct {
                kind,
                table: target,
                columns,
            } => {
                let ends = self.ends(table, schema.table(target)?, columns)?;
                if *kind == RelationKind::BelongsTo {
                    ends.check_key().map_err(|error| self.put_before(error))?;
                }
                self.both_ways(*kind, &ends)
            }
            Way::Polymorphic {
                type_column,
                targets,
            } => {
                let type_column = &column(table, type_column)?.name;
                let mut relations = Vec::new();
                for (value, target) in targets {
                    let target = schema.table(target)?;
                    let ends = self.ends(table, target, &[])?;
                    let singular = inflection.singular(&snake(&target.name));
                    let only = (type_column.clone(), value.clone());
                    let name = format!("{}_{singular}", self.name);
                    let there = Step {
                        when: Some(only.clone()),
                        ..ends.there().to_one()
                    };
                    let mut there = self.relation(&name, table, RelationKind::BelongsTo, there);
                    there.one_of = Some(self.name.as_str().into());
                    there.reason = format!("declared, one of `{}`", self.name);
                    relations.push(there);
                    if let Some(inverse) = &self.inverse {
                        let back = Step {
                            only: Some(only),
                            ..ends.back()
                        };
                        relations.push(self.relation(inverse, target, RelationKind::HasMany, back));
                    }
                }
                Ok(relations)
            }
        }
    }

    fn both_ways(&self, kind: RelationKind, ends: &Ends<'_>) -> Result<Vec<Relation>> {
        let there = match kind.is_to_one() {
            true => ends.there().to_one(),
            false => ends.there(),
        };
        let mut relations = vec![self.relation(&self.name, ends.table, kind, there)];
        if let Some(inverse) = &self.inverse {
            let is_unique = ends.is_unique();
            // Of views nobody knows.
            let may_be_key = is_unique || ends.table.kind.is_view();
            let (kind, back) = match (kind, is_unique) {
                (RelationKind::BelongsTo, true) => (RelationKind::HasOne, ends.back().to_one()),
                (RelationKind::BelongsTo, false) => (RelationKind::HasMany, ends.back()),
                _ if may_be_key => (RelationKind::BelongsTo, ends.back().to_one()),
                _ => (RelationKind::HasMany, ends.back()),
            };
            relations.push(self.relation(inverse, ends.target, kind, back));
        }
        Ok(relations)
    }

    fn relation(&self, name: &str, table: &Table, kind: RelationKind, step: Step) -> Relation {
        let table = table.table_name();
        let mut relation = Relation::new(name, table, kind, vec![step], Origin::Declared);
        relation.reason = "declared".to_owned();
        relation
    }

    fn ends<'a>(&self, table: &'a Table, target: &'a Table, there: &[String]) -> Result<Ends<'a>> {
        Ends::of((table, &self.columns), (target, there)).map_err(|error| self.put_before(error))
    }

    fn put_before(&self, error: Error) -> Error {
        error.context(format_args!("the relation `{}.{}`", self.table, self.name))
    }
}

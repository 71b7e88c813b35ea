//! Keys and constraints.

use std::collections::{HashMap, HashSet};

use noorm_core::Result;
use noorm_core::schema::{
    Action, Check, Deferrability, Domain, ForeignKey, PrimaryKey, References, Unique,
};

use super::Oid;
use super::bare::bare;
use super::fields::{CatalogRow, Fields, numbers};
use super::partitions::{Listed, OwnKey, Partitions, share};
use super::relations::{Draft, Drafts};
use super::targets::{TargetRow, references};

/// One row of `constraints.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct ConstraintRow {
    pub(super) relation: Oid,
    pub(super) domain: Oid,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) columns: Option<String>,
    pub(super) index: Oid,
    pub(super) target: Oid,
    pub(super) target_columns: Option<String>,
    /// What happens on delete, and on update; of foreign keys only.
    pub(super) actions: Option<String>,
    /// What few constraints have, a letter each.
    pub(super) traits: Option<String>,
    pub(super) expression: Option<String>,
}

impl CatalogRow for ConstraintRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            relation: fields.take()?,
            domain: fields.take()?,
            name: fields.take()?,
            kind: fields.take()?,
            columns: fields.take()?,
            index: fields.take()?,
            target: fields.take()?,
            target_columns: fields.take()?,
            actions: fields.take()?,
            traits: fields.take()?,
            expression: fields.take()?,
        })
    }
}

impl ConstraintRow {
    /// Tells whether its index exists because of it; a foreign key only makes use of one.
    pub(super) fn owns_index(&self) -> bool {
        matches!(self.kind.as_str(), "p" | "u" | "x")
    }

    fn numbers(&self) -> impl Iterator<Item = i16> {
        numbers(self.columns.as_deref().unwrap_or_default())
    }

    fn has(&self, letter: char) -> bool {
        let traits = self.traits.as_deref();
        traits.is_some_and(|traits| traits.contains(letter))
    }

    fn deferrability(&self) -> Deferrability {
        match (self.has('y'), self.has('d')) {
            (false, _) => Deferrability::NotDeferrable,
            (true, false) => Deferrability::InitiallyImmediate,
            (true, true) => Deferrability::InitiallyDeferred,
        }
    }

    fn check(&self) -> Option<Check> {
        let expression = bare(self.expression.as_deref()?);
        let mut check = Check::new(Some(self.name.clone()), expression);
        check.enforced = !self.has('e');
        Some(check)
    }
}

/// How many constraints of partitions are told one by one.
const FEW: usize = 8;

/// How many constraints that only some partitions have are left out of each table.
#[derive(Default)]
struct LeftOut(HashMap<Oid, usize>);

impl LeftOut {
    fn note(&mut self, drafts: &mut Drafts, listed: &Listed, kind: &str, name: &str) {
        let Some(draft) = drafts.get_mut(&listed.root) else {
            return;
        };
        if !matches!(kind, "f" | "p" | "u" | "x") {
            return;
        }
        let count = self.0.entry(listed.root).or_default();
        *count += 1;
        if *count <= FEW {
            let partition = &listed.name;
            let message = match kind {
                "f" => {
                    format!("the partition {partition} has it, and not all have it alike: left out")
                }
                _ => format!("it is the partition {partition}'s: left out"),
            };
            draft.note_part("constraint", name, &message);
        }
    }

    fn note_more(self, drafts: &mut Drafts) {
        for (root, count) in self.0.into_iter().filter(|(_, count)| *count > FEW) {
            if let Some(draft) = drafts.get_mut(&root) {
                let more = count - FEW;
                draft.note(&format!(
                    "its partitions have {more} more constraints of their own: left out"
                ));
            }
        }
    }
}

/// The columns of a partition's constraint: their numbers may be others than those of the table.
fn own_columns(drafts: &Drafts, far: &[TargetRow], row: &ConstraintRow) -> Option<Vec<String>> {
    if let Some(draft) = drafts.get(&row.relation) {
        return draft.column_names(row.numbers());
    }
    let table = far.iter().find(|table| table.oid == row.relation)?;
    row.numbers().map(|number| table.column(number)).collect()
}

/// Gives tables and domains their constraints. `one_null` has the indexes in which NULLs are equal.
pub(super) fn add(
    drafts: &mut Drafts,
    domains: &mut [(Oid, Domain)],
    rows: Vec<ConstraintRow>,
    far: &[TargetRow],
    one_null: &HashSet<Oid>,
    partitions: &Partitions,
) {
    let places = domains.iter().enumerate();
    let places: HashMap<Oid, usize> = places.map(|(at, (oid, _))| (*oid, at)).collect();
    let mut of_partitions = Vec::new();
    let mut left_out = LeftOut::default();
    for row in rows {
        if row.domain != 0 {
            let domain = places.get(&row.domain).and_then(|at| domains.get_mut(*at));
            if let (Some((_, domain)), Some(check)) = (domain, row.check()) {
                domain.checks.push(check);
            }
            continue;
        }
        let references = (row.kind == "f")
            .then(|| references(drafts, far, &row))
            .flatten();
        let own = partitions.get(row.relation);
        if own.is_some()
            && !row.has('t')
            && !partitions.is_hidden(row.target)
            && let Some(references) = &references
            && let Some(columns) = own_columns(drafts, far, &row)
        {
            let key = foreign_key(row.clone(), columns, references.clone());
            let partition = row.relation;
            of_partitions.push(OwnKey { partition, key });
        } else if let Some(listed) = own.filter(|own| !own.is_table) {
            left_out.note(drafts, listed, &row.kind, &row.name);
        }
        if let Some(draft) = drafts.get_mut(&row.relation) {
            add_to_table(draft, row, references, one_null);
        }
    }
    for own in share(drafts, partitions, of_partitions) {
        let listed = partitions.get(own.partition);
        if let Some(listed) = listed.filter(|listed| !listed.is_table) {
            let name = own.key.name.unwrap_or_default();
            left_out.note(drafts, listed, "f", &name);
        }
    }
    left_out.note_more(drafts);
    for draft in drafts.values_mut() {
        let table = &mut draft.table;
        table.foreign_keys.sort_by(|a, b| {
            (&a.name, &a.columns, &a.references.table).cmp(&(
                &b.name,
                &b.columns,
                &b.references.table,
            ))
        });
        table.unique.sort_by(|a, b| a.name.cmp(&b.name));
        table.checks.sort_by(|a, b| a.name.cmp(&b.name));
    }
    for (_, domain) in domains {
        domain.checks.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

fn add_to_table(
    draft: &mut Draft,
    row: ConstraintRow,
    references: Option<References>,
    one_null: &HashSet<Oid>,
) {
    note_fine_print(draft, &row);
    let Some(columns) = draft.column_names(row.numbers()) else {
        return draft.note_part(
            "constraint",
            &row.name,
            "its columns are not known: left out",
        );
    };
    let table = &mut draft.table;
    match row.kind.as_str() {
        "p" => {
            let mut key = PrimaryKey::new(None, columns);
            key.deferrability = row.deferrability();
            key.name = Some(row.name);
            table.primary_key = Some(key);
        }
        "u" => {
            let mut unique = Unique::new(None, columns);
            unique.nulls_not_distinct = one_null.contains(&row.index);
            unique.deferrability = row.deferrability();
            unique.name = Some(row.name);
            table.unique.push(unique);
        }
        "c" => table.checks.extend(row.check()),
        "f" if row.has('t') => draft.note_part(
            "constraint",
            &row.name,
            "a foreign key with PERIOD doesn't mean equal values: left out",
        ),
        "f" => match references {
            Some(references) => table
                .foreign_keys
                .push(foreign_key(row, columns, references)),
            None => draft.note_part(
                "constraint",
                &row.name,
                "the table that it points at is not known: left out",
            ),
        },
        "x" => draft.note_part(
            "constraint",
            &row.name,
            "an exclusion constraint can't be expressed: left out",
        ),
        // A NOT NULL that isn't valid yet: the catalog marks the column, but NULLs may be there.
        "n" => {
            for column in &mut table.columns {
                column.nullable |= columns.contains(&column.name);
            }
        }
        _ => {}
    }
}

/// Notes what the model has no field for.
fn note_fine_print(draft: &mut Draft, row: &ConstraintRow) {
    let mut note = |message| draft.note_part("constraint", &row.name, message);
    if row.has('e') {
        note("it is NOT ENFORCED: rows need not satisfy it");
    } else if row.has('v') {
        note("it is NOT VALID: older rows need not satisfy it");
    }
    if row.has('t') && row.owns_index() {
        note(
            "it is WITHOUT OVERLAPS, which isn't expressed: equal rows must not overlap in its last column",
        );
    }
    if row.has('f') && row.numbers().count() > 1 {
        note("it is MATCH FULL, which isn't expressed: its columns are all NULL or none is");
    }
    if row.has('s') {
        note("its ON DELETE sets only some of its columns, which isn't expressed");
    }
}

fn foreign_key(row: ConstraintRow, columns: Vec<String>, references: References) -> ForeignKey {
    let letters = row.actions.as_deref().unwrap_or_default();
    let mut actions = letters.chars().map(action);
    let deferrability = row.deferrability();
    let validated = !row.has('v') && !row.has('e');
    let mut key = ForeignKey::new(Some(row.name), columns, references);
    key.on_delete = actions.next().unwrap_or_default();
    key.on_update = actions.next().unwrap_or_default();
    key.deferrability = deferrability;
    key.validated = validated;
    key
}

fn action(letter: char) -> Action {
    match letter {
        'r' => Action::Restrict,
        'c' => Action::Cascade,
        'n' => Action::SetNull,
        'd' => Action::SetDefault,
        _ => Action::NoAction,
    }
}

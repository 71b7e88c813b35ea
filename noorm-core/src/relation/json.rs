//! Rows with their relations as nested JSON.

use serde::ser::{Error as _, SerializeMap as _};
use serde::{Serialize, Serializer};

use super::loaded::{Children, Kin, Loaded, Side};
use crate::repository::{FromRow, Record};
use crate::value::{JsonOptions, JsonValue};

/// The row's own fields, then what related rows come to, then the relations that were loaded: a to-one relation as an
/// object or `null`, any other as an array; the other columns of a junction table as
/// `pivot`, or `pivot_row` where that is a column or a relation.
impl<T: Serialize> Serialize for Loaded<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        flat(&**self, self, serializer)
    }
}

fn flat<R: Serialize + ?Sized, T, S: Serializer>(
    row: &R,
    loaded: &Loaded<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Flat<'a, R: ?Sized, B> {
        #[serde(flatten)]
        row: &'a R,
        #[serde(flatten)]
        beside: B,
    }
    let beside = BesideJson(loaded);
    Flat { row, beside }.serialize(serializer)
}

/// What stands beside a row.
struct BesideJson<'a, T>(&'a Loaded<T>);

impl<T> Serialize for BesideJson<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (beside, place) in self.0.besides() {
            if let Some(totals) = &beside.totals {
                for (column, name) in totals.header().names().iter().enumerate() {
                    if let Some(value) = totals.value(place, column) {
                        map.serialize_entry(&**name, &JsonValue(value, JsonOptions::default()))?;
                    }
                }
            }
            if let Some(pivots) = &beside.pivots {
                map.serialize_entry(beside.pivot_name(), &Record::at(pivots, place))?;
            }
            for side in &beside.relations {
                map.serialize_entry(&*side.name, &SideJson(side, place))?;
            }
        }
        map.end()
    }
}

/// The rows at the other end of one relation of one row.
struct SideJson<'a>(&'a Side, usize);

impl Serialize for SideJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(side, place) = self;
        let rows = side.children.json(*place, side.is_to_one);
        erased_serde::serialize(&*rows, serializer)
    }
}

impl<U: FromRow + Sync> Kin for Children<U> {
    fn json(&self, parent: usize, is_to_one: bool) -> Box<dyn erased_serde::Serialize + '_> {
        let rows = self.of(parent);
        match is_to_one {
            true => Box::new(rows.first().map(RowJson)),
            false => Box::new(rows.iter().map(RowJson).collect::<Vec<_>>()),
        }
    }
}

/// A row at the other end.
struct RowJson<'a, U>(&'a Loaded<U>);

impl<U: FromRow> Serialize for RowJson<'_, U> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_serialize() {
            Some(row) => flat(row, self.0, serializer),
            None => Err(S::Error::custom(format!(
                "`{}` can't be serialized: derive `Serialize` for it, or write `FromRow::as_serialize`",
                std::any::type_name::<U>()
            ))),
        }
    }
}

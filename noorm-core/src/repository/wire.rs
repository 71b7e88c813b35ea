//! What the derives `Serialize` and `Deserialize` of `noorm-derive` are written with.
//!
//! serde's own derives write a visitor of its own for each struct, about twenty lines a field, and the compiler checks
//! them all: three quarters of the time that `cargo check` takes for generated entities. Here the visitor is written
//! once, for tuples of fields, and a derive writes a tuple. Structs of more than [twelve](MOST) fields are tuples of
//! tuples.

use std::fmt;
use std::marker::PhantomData;
use std::slice::Iter;

pub use serde;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer, forward_to_deserialize_any};

/// So many fields, or tuples of them, has a tuple.
pub const MOST: usize = 12;

/// Reads the fields of the struct `name`, which are called `names`.
///
/// # Errors
///
/// What the deserializer says; a field that is missing or there twice.
pub fn deserialize<'de, F: Fields<'de>, D: Deserializer<'de>>(
    from: D,
    name: &'static str,
    names: &'static [&'static str],
) -> Result<F, D::Error> {
    let visitor = Struct {
        name,
        names,
        fields: PhantomData,
    };
    from.deserialize_struct(name, names, visitor)
}

/// Writes the fields of the struct `name`, which are called `names`.
///
/// # Errors
///
/// What the serializer says.
pub fn serialize<F: Told, S: Serializer>(
    to: S,
    name: &'static str,
    names: &'static [&'static str],
    fields: &F,
) -> Result<S::Ok, S::Error> {
    let mut to = to.serialize_struct(name, fields.count())?;
    fields.write(&mut names.iter(), &mut to)?;
    to.end()
}

/// Fields that are read: [`Needed`], [`Strict`], [`Given`], and tuples of such.
pub trait Fields<'de>: Sized {
    /// What has been read so far.
    type Slots: Default;
    /// The number of fields.
    const COUNT: usize;

    /// Reads the field at that place; tells whether there was a value.
    ///
    /// # Errors
    ///
    /// What the deserializer says, and a second value.
    fn read<V: Source<'de>>(
        slots: &mut Self::Slots,
        at: usize,
        name: &'static str,
        from: V,
    ) -> Result<bool, V::Error>;

    /// Whether the field at that place may be missing in a sequence.
    fn may_miss(at: usize) -> bool;

    /// All that was read.
    ///
    /// # Errors
    ///
    /// A field that is missing.
    fn take<E: Error>(slots: Self::Slots, names: &mut Iter<'_, &'static str>) -> Result<Self, E>;
}

/// A field that has to be there, unless it is an `Option`.
#[derive(Debug)]
pub struct Needed<T>(pub T);

/// A field that has to be there, whatever its type.
#[derive(Debug)]
pub struct Strict<T>(pub T);

/// A field that may be missing.
#[derive(Debug)]
pub struct Given<T>(pub Option<T>);

macro_rules! leaf {
    ($leaf:ident, may miss: $may_miss:literal, $take:expr) => {
        impl<'de, T: Deserialize<'de>> Fields<'de> for $leaf<T> {
            type Slots = Option<T>;
            const COUNT: usize = 1;

            fn read<V: Source<'de>>(
                slot: &mut Option<T>,
                _: usize,
                name: &'static str,
                from: V,
            ) -> Result<bool, V::Error> {
                fill(slot, name, from)
            }

            fn may_miss(_: usize) -> bool {
                $may_miss
            }

            fn take<E: Error>(
                slot: Option<T>,
                names: &mut Iter<'_, &'static str>,
            ) -> Result<Self, E> {
                let name = names.next().copied().unwrap_or_default();
                $take(slot, name).map(Self)
            }
        }
    };
}

leaf!(Needed, may miss: false, needed);
leaf!(Strict, may miss: false, strict);
leaf!(Given, may miss: true, given);

fn needed<'de, T: Deserialize<'de>, E: Error>(slot: Option<T>, name: &'static str) -> Result<T, E> {
    match slot {
        Some(value) => Ok(value),
        None => T::deserialize(Missing(name, PhantomData)),
    }
}

fn strict<T, E: Error>(slot: Option<T>, name: &'static str) -> Result<T, E> {
    slot.ok_or_else(|| E::missing_field(name))
}

fn given<T, E>(slot: Option<T>, _: &'static str) -> Result<Option<T>, E> {
    Ok(slot)
}

fn fill<'de, T: Deserialize<'de>, V: Source<'de>>(
    slot: &mut Option<T>,
    name: &'static str,
    from: V,
) -> Result<bool, V::Error> {
    if slot.is_some() {
        return Err(V::Error::duplicate_field(name));
    }
    *slot = from.value()?;
    Ok(slot.is_some())
}

/// Where one value comes from.
pub trait Source<'de> {
    /// What goes wrong there.
    type Error: Error;

    /// The value; none at the end of a sequence.
    ///
    /// # Errors
    ///
    /// What the deserializer says.
    fn value<T: Deserialize<'de>>(self) -> Result<Option<T>, Self::Error>;
}

struct InMap<'a, A>(&'a mut A);

impl<'de, A: MapAccess<'de>> Source<'de> for InMap<'_, A> {
    type Error = A::Error;

    fn value<T: Deserialize<'de>>(self) -> Result<Option<T>, A::Error> {
        self.0.next_value().map(Some)
    }
}

struct InSequence<'a, A>(&'a mut A);

impl<'de, A: SeqAccess<'de>> Source<'de> for InSequence<'_, A> {
    type Error = A::Error;

    fn value<T: Deserialize<'de>>(self) -> Result<Option<T>, A::Error> {
        self.0.next_element()
    }
}

struct Struct<F> {
    name: &'static str,
    names: &'static [&'static str],
    fields: PhantomData<F>,
}

impl<'de, F: Fields<'de>> Visitor<'de> for Struct<F> {
    type Value = F;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", self.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<F, A::Error> {
        let names = self.names;
        let mut slots = F::Slots::default();
        let mut next = 0;
        while let Some(place) = map.next_key_seed(Place { names, next })? {
            let known = place.and_then(|at| names.get(at).map(|name| (at, *name)));
            match known {
                Some((at, name)) => {
                    next = at + 1;
                    F::read(&mut slots, at, name, InMap(&mut map))?;
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        F::take(slots, &mut names.iter())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<F, A::Error> {
        let mut slots = F::Slots::default();
        for (at, name) in self.names.iter().enumerate() {
            if F::read(&mut slots, at, name, InSequence(&mut sequence))? {
                continue;
            }
            if !F::may_miss(at) {
                let (name, count) = (self.name, self.names.len());
                let expected = format!("struct {name} with {count} elements");
                return Err(A::Error::invalid_length(at, &expected.as_str()));
            }
        }
        F::take(slots, &mut self.names.iter())
    }
}

/// Finds out which field a key is of: it's mostly the one after the last.
struct Place {
    names: &'static [&'static str],
    next: usize,
}

impl<'de> DeserializeSeed<'de> for Place {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<usize>, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Place {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name")
    }

    fn visit_u64<E: Error>(self, place: u64) -> Result<Option<usize>, E> {
        Ok(usize::try_from(place).ok())
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Option<usize>, E> {
        self.visit_bytes(key.as_bytes())
    }

    fn visit_bytes<E: Error>(self, key: &[u8]) -> Result<Option<usize>, E> {
        let is_key = |at: &usize| {
            self.names
                .get(*at)
                .is_some_and(|name| name.as_bytes() == key)
        };
        let next = Some(self.next).filter(is_key);
        Ok(next.or_else(|| (0..self.names.len()).find(is_key)))
    }
}

/// What stands where a field doesn't: nothing for an `Option`, an error for all else.
struct Missing<E>(&'static str, PhantomData<E>);

impl<'de, E: Error> Deserializer<'de> for Missing<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
        Err(E::missing_field(self.0))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Fields that are written: what is borrowed of each, [`Unless`] it is to be passed over, and tuples of such.
pub trait Told {
    /// How many of them are written.
    fn count(&self) -> usize;

    /// Writes them.
    ///
    /// # Errors
    ///
    /// What the serializer says.
    fn write<S: SerializeStruct>(
        &self,
        names: &mut Iter<'_, &'static str>,
        to: &mut S,
    ) -> Result<(), S::Error>;
}

/// A field that is passed over, if the first says so.
#[derive(Debug)]
pub struct Unless<'a, T>(pub bool, pub &'a T);

impl<T: Serialize> Told for &T {
    fn count(&self) -> usize {
        1
    }

    fn write<S: SerializeStruct>(
        &self,
        names: &mut Iter<'_, &'static str>,
        to: &mut S,
    ) -> Result<(), S::Error> {
        let name = names.next().copied().unwrap_or_default();
        to.serialize_field(name, *self)
    }
}

impl<T: Serialize> Told for Unless<'_, T> {
    fn count(&self) -> usize {
        usize::from(!self.0)
    }

    fn write<S: SerializeStruct>(
        &self,
        names: &mut Iter<'_, &'static str>,
        to: &mut S,
    ) -> Result<(), S::Error> {
        let name = names.next().copied().unwrap_or_default();
        match self.0 {
            true => to.skip_field(name),
            false => to.serialize_field(name, self.1),
        }
    }
}

macro_rules! tuples {
    ($($T:ident $at:tt),*) => {
        impl<'de, $($T: Fields<'de>),*> Fields<'de> for ($($T,)*) {
            type Slots = ($($T::Slots,)*);
            const COUNT: usize = 0 $(+ $T::COUNT)*;

            #[allow(unused_variables)]
            fn read<Z: Source<'de>>(
                slots: &mut Self::Slots,
                at: usize,
                name: &'static str,
                from: Z,
            ) -> Result<bool, Z::Error> {
                let end = 0;
                $(
                    let (start, end) = (end, end + $T::COUNT);
                    if at < end {
                        return $T::read(&mut slots.$at, at - start, name, from);
                    }
                )*
                Ok(false)
            }

            #[allow(unused_variables)]
            fn may_miss(at: usize) -> bool {
                let end = 0;
                $(
                    let (start, end) = (end, end + $T::COUNT);
                    if at < end {
                        return $T::may_miss(at - start);
                    }
                )*
                false
            }

            #[allow(unused_variables)]
            fn take<Z: Error>(
                slots: Self::Slots,
                names: &mut Iter<'_, &'static str>,
            ) -> Result<Self, Z> {
                Ok(($($T::take(slots.$at, names)?,)*))
            }
        }

        impl<$($T: Told),*> Told for ($($T,)*) {
            fn count(&self) -> usize {
                0 $(+ self.$at.count())*
            }

            #[allow(unused_variables)]
            fn write<Z: SerializeStruct>(
                &self,
                names: &mut Iter<'_, &'static str>,
                to: &mut Z,
            ) -> Result<(), Z::Error> {
                $(self.$at.write(names, to)?;)*
                Ok(())
            }
        }
    };
}

tuples!();
tuples!(A 0);
tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);
tuples!(A 0, B 1, C 2, D 3, E 4);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);

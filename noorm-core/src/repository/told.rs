//! What a derived entity tells of its fields, and of itself.
//!
//! A type may be a column's without being [`Clone`]. Which one it is, is settled where the type is known, by the order in
//! which methods are looked for: [`Told`] is for what can be cloned, [`Untold`] for a reference to the same of
//! anything else, which is looked for later. [`Shown`] and [`Hidden`] are the same for entities that can be serialized, or
//! can't.

use crate::value::Value;

/// A field.
#[derive(Debug)]
pub struct Of<'a, V>(pub &'a V);

/// Of a field that can be cloned.
pub trait Told {
    /// Gives its value.
    fn told(&self) -> Option<Value>;
}

impl<V: Clone + Into<Value>> Told for Of<'_, V> {
    fn told(&self) -> Option<Value> {
        Some(self.0.clone().into())
    }
}

/// Of any other field.
pub trait Untold {
    /// Gives nothing.
    fn told(&self) -> Option<Value>;
}

impl<V> Untold for &Of<'_, V> {
    fn told(&self) -> Option<Value> {
        None
    }
}

pub use erased_serde::Serialize;

/// An entity.
#[derive(Debug)]
pub struct Whole<'a, T>(pub &'a T);

/// Of an entity that can be serialized.
pub trait Shown<'a> {
    /// Gives it.
    fn shown(&self) -> Option<&'a dyn Serialize>;
}

impl<'a, T: serde::Serialize> Shown<'a> for Whole<'a, T> {
    fn shown(&self) -> Option<&'a dyn Serialize> {
        Some(self.0)
    }
}

/// Of any other entity.
pub trait Hidden<'a> {
    /// Gives nothing.
    fn shown(&self) -> Option<&'a dyn Serialize>;
}

impl<'a, T> Hidden<'a> for &Whole<'a, T> {
    fn shown(&self) -> Option<&'a dyn Serialize> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(i64);

    impl From<Fixed> for Value {
        fn from(fixed: Fixed) -> Self {
            fixed.0.into()
        }
    }

    #[test]
    #[expect(
        clippy::needless_borrow,
        reason = "the derive doesn't know which of the two it is"
    )]
    fn what_can_be_cloned_is_told() {
        assert_eq!((&Of(&7_i64)).told(), Some(Value::I64(7)));
        assert_eq!((&Of(&None::<String>)).told(), Some(Value::Null));
        assert_eq!(Value::from(Fixed(7)), Value::I64(7));
        assert_eq!((&Of(&Fixed(7))).told(), None);
    }

    #[test]
    #[expect(
        clippy::needless_borrow,
        reason = "the derive doesn't know which of the two it is"
    )]
    fn what_can_be_serialized_is_shown() {
        let shown = (&Whole(&7_i64)).shown().unwrap();
        assert_eq!(serde_json::to_string(shown).unwrap(), "7");
        assert!((&Whole(&Fixed(7))).shown().is_none());
    }
}

//! What could not be told in the schema's own terms.

use serde::{Deserialize, Serialize};

/// Something that discovery met and could not express, or could not read.
///
/// Discovery never drops anything in silence and never aborts over one object: it leaves a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Note {
    /// What it is about: `table album`, `column album.cover`, `routine totals(integer)`.
    pub object: String,
    /// What was met, and what was done about it.
    pub message: String,
}

impl Note {
    /// Makes a note about `object`.
    ///
    /// ```
    /// use noorm_core::schema::Note;
    ///
    /// let note = Note::new("column album.cover", "its type `lo` is read as text");
    /// assert_eq!(note.object, "column album.cover");
    /// ```
    #[must_use]
    pub fn new(object: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            object: object.into(),
            message: message.into(),
        }
    }
}

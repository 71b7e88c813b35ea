//! Errors that point at their place.

use std::ops::Range;

use crate::text::{visible, width};

/// What is wrong, and which bytes of the filter it is about.
#[derive(Debug)]
pub(super) struct FilterError {
    message: String,
    help: Option<String>,
    at: Range<usize>,
    syntax: bool,
}

/// A filter's error together with the filter's text.
#[derive(Debug)]
pub struct Located {
    error: FilterError,
    text: String,
    message: String,
}

impl FilterError {
    /// Makes the error of a text that is no filter.
    pub(super) fn syntax(at: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
            at,
            syntax: true,
        }
    }

    /// Makes the error of a filter that does not fit its table.
    pub(super) fn mismatch(at: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            syntax: false,
            ..Self::syntax(at, message)
        }
    }

    /// Adds what to do about it.
    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the text that the place is in.
    pub(super) fn in_text(self, text: &str) -> Located {
        let before = text.get(..self.at.start).unwrap_or(text);
        let column = before.chars().count() + 1;
        let message = format!("{} (character {column} of the filter)", self.message);
        let text = text.to_owned();
        Located {
            error: self,
            text,
            message,
        }
    }
}

impl Located {
    /// What is wrong, with the number of the character.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it, where that is known.
    pub fn help(&self) -> Option<&str> {
        self.error.help.as_deref()
    }

    /// Tells whether the text is no filter at all, whatever the table.
    pub fn is_syntax(&self) -> bool {
        self.error.syntax
    }

    /// The part of the text around the place, and a line of `^` to stand under it; none of a blank.
    pub fn excerpt(&self) -> Option<(String, String)> {
        if self.text.trim().is_empty() {
            return None;
        }
        let place = &self.error.at;
        let before = self.text.get(..place.start).unwrap_or(&self.text);
        let inside = self.text.get(place.clone()).unwrap_or_default();
        let after = self.text.get(place.end..).unwrap_or_default();

        let before = ending(before, BEFORE);
        let inside = beginning(inside, INSIDE);
        let after = beginning(after, AFTER);
        // Measured as a whole: what combines (an accent, an emoji's skin) is counted with its base.
        let indent = " ".repeat(width(&before));
        let marks = "^".repeat(width(&inside).max(1));
        Some((
            format!("{before}{inside}{after}"),
            format!("{indent}{marks}"),
        ))
    }
}

/// How many characters of a long filter are shown before the place, in it, and after it.
const BEFORE: usize = 40;
const INSIDE: usize = 30;
const AFTER: usize = 20;

/// The beginning of a text that a message repeats.
pub(super) fn short(text: &str) -> String {
    beginning(text, BEFORE)
}

fn beginning(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => format!("{}…", visible(text.get(..end).unwrap_or_default())),
        None => visible(text),
    }
}

fn ending(text: &str, max: usize) -> String {
    match text.char_indices().nth_back(max) {
        Some((last, c)) => {
            let rest = text.get(last + c.len_utf8()..).unwrap_or_default();
            format!("…{}", visible(rest))
        }
        None => visible(text),
    }
}

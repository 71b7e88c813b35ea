//! Lines in colour, and trees of them.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use crate::text::{visible, width};

/// A heading.
pub const HEADING: Style = Style::new().bold();
/// The name of a table.
pub const TABLE: Style = AnsiColor::Green.on_default().bold();
/// What something holds.
pub const TYPE: Style = AnsiColor::Cyan.on_default();
/// A key.
pub const KEY: Style = AnsiColor::Yellow.on_default();
/// A warning.
pub const WARNING: Style = AnsiColor::Magenta.on_default();
/// What is said by the way.
pub const ASIDE: Style = Style::new().dimmed();
/// Everything else.
pub const PLAIN: Style = Style::new();

/// A line, and how wide it is.
#[derive(Default)]
pub struct Line {
    painted: String,
    width: usize,
    /// Spaces that are written once something follows them.
    spaces: usize,
}

impl Line {
    /// Begins a line.
    pub fn new(style: Style, text: &str) -> Self {
        Self::default().and(style, text)
    }

    /// Adds a text in a style.
    pub fn and(mut self, style: Style, text: &str) -> Self {
        let text = visible(text);
        if text.is_empty() {
            return self;
        }
        self.width += width(&text) + self.spaces;
        self.painted.push_str(&" ".repeat(self.spaces));
        self.spaces = 0;
        // Writing to a string can't fail.
        let _ = write!(self.painted, "{style}{text}{style:#}");
        self
    }

    /// Puts two spaces between what is there, at least `width` wide, and what follows.
    pub fn column(mut self, width: usize) -> Self {
        self.spaces = (width + 2).saturating_sub(self.width).max(2);
        self
    }
}

/// A line with lines under it.
pub struct Node {
    line: Line,
    children: Vec<Node>,
}

impl Node {
    /// A line with `children` under it.
    pub fn new(line: Line, children: Vec<Node>) -> Self {
        Self { line, children }
    }

    /// A line with nothing under it.
    pub fn leaf(line: Line) -> Self {
        Self::new(line, Vec::new())
    }

    /// A heading with `children` under it; none at all where there are none.
    pub fn group(heading: &str, children: impl Iterator<Item = Line>) -> Option<Self> {
        let children: Vec<Node> = children.map(Self::leaf).collect();
        let heading = Line::new(HEADING, heading);
        (!children.is_empty()).then(|| Self::new(heading, children))
    }

    /// Draws the tree.
    pub fn draw(&self, out: &mut String) {
        self.line_to(out);
        self.branches(out, "");
    }

    fn branches(&self, out: &mut String, indent: &str) {
        let last = self.children.len().saturating_sub(1);
        for (i, child) in self.children.iter().enumerate() {
            let (branch, below) = if i == last {
                ("└─ ", "   ")
            } else {
                ("├─ ", "│  ")
            };
            let _ = write!(out, "{ASIDE}{indent}{branch}{ASIDE:#}");
            child.line_to(out);
            child.branches(out, &format!("{indent}{below}"));
        }
    }

    fn line_to(&self, out: &mut String) {
        out.push_str(&self.line.painted);
        out.push('\n');
    }
}

/// Draws trees, with an empty line between two.
pub fn draw_all(roots: &[Node]) -> String {
    let mut out = String::new();
    for (i, root) in roots.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        root.draw(&mut out);
    }
    out
}

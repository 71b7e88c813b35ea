//! Text from a database, on its way to a terminal.

use unicode_width::UnicodeWidthStr as _;

/// Replaces what would steer the terminal, and line breaks, by characters that are seen.
///
/// A name or value may hold any character, escape sequences included; shown as it is, it could
/// clear the screen or forge a line.
pub fn visible(text: &str) -> String {
    text.chars().map(picture).collect()
}

/// How many cells of a terminal [`visible`] text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// How wide stdout is, where it is a terminal.
pub fn terminal_width() -> Option<u16> {
    let (_, columns) = console::Term::stdout().size_checked()?;
    Some(columns)
}

/// A table to be filled, no wider than `width` where there is one.
pub fn table(width: Option<u16>) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table
        .load_preset(comfy_table::presets::UTF8_FULL_CONDENSED)
        .apply_modifier(comfy_table::modifiers::UTF8_ROUND_CORNERS);
    if let Some(width) = width {
        table
            .set_content_arrangement(comfy_table::ContentArrangement::Dynamic)
            .set_width(width);
    }
    table
}

fn picture(c: char) -> char {
    match c {
        // The Unicode block "Control Pictures" stands in the order of the characters it shows.
        '\0'..='\x1f' => {
            char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        '\x7f' => '␡',
        // Further controls, and the marks that turn the direction of writing round.
        '\u{80}'..='\u{9f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            char::REPLACEMENT_CHARACTER
        }
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_seen() {
        assert_eq!(
            visible("a\tb\n\x1b[2J\x7f\u{9b}\u{202e}é🦀"),
            "a␉b␊␛[2J␡��é🦀"
        );
    }

    #[test]
    fn wide_characters_take_two_cells() {
        assert_eq!(width(&visible("日本\n")), 5);
    }
}

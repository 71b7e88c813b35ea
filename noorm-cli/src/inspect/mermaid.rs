//! A schema as an entity relationship diagram for Mermaid.
//!
//! Entities are always quoted: unquoted, `order` is fine but `title`, `class` and `to` are words of
//! Mermaid's own. Types and names of attributes can't be quoted, so that every character that isn't
//! plain becomes `_`; the name as it is stands in the attribute's comment then.

use std::fmt::Write as _;

use noorm::schema::{Column, ForeignKey, Schema, Table};

use super::names;
use crate::text::visible;

/// Draws `schema`.
pub fn draw(schema: &Schema) -> String {
    let mut out = String::from("erDiagram\n");
    // Writing to a string can't fail.
    for note in &schema.notes {
        let note = commented(&format!("{}: {}", note.object, note.message));
        let _ = writeln!(out, "    {note}");
    }
    for table in &schema.tables {
        let _ = writeln!(out, "    {} {{", quoted(&names::table(schema, table)));
        for column in &table.columns {
            let _ = writeln!(out, "        {}", attribute(table, column));
        }
        out.push_str("    }\n");
    }
    for table in &schema.tables {
        for key in &table.foreign_keys {
            let _ = writeln!(out, "    {}", relationship(schema, table, key));
        }
    }
    out
}

/// A text as a comment.
pub fn commented(text: &str) -> String {
    // A `%%{` would be a directive, and braces end the comment in old versions.
    format!("%% {}", visible(text).replace(['{', '}', '%'], " "))
}

/// `int64 album_id PK "comment"`
fn attribute(table: &Table, column: &Column) -> String {
    let array = column.column_type.to_string().replace("[]", " array");
    let mut said = format!("{} {}", plain(&array), plain(&column.name));
    let mut keys = Vec::new();
    if table.key_columns().contains(&column.name) {
        keys.push("PK");
    }
    if table
        .foreign_keys
        .iter()
        .any(|key| key.columns.contains(&column.name))
    {
        keys.push("FK");
    }
    if table
        .unique
        .iter()
        .any(|unique| unique.columns == [column.name.as_str()])
    {
        keys.push("UK");
    }
    if !keys.is_empty() {
        said += &format!(" {}", keys.join(", "));
    }
    let own_name = Some(&column.name).filter(|name| plain(name) != **name);
    let comment: Vec<&str> = own_name
        .into_iter()
        .chain(&column.comment)
        .map(|s| s.as_str())
        .collect();
    if !comment.is_empty() {
        said += &format!(" {}", quoted(&comment.join(": ")));
    }
    said
}

/// `"artist" ||--o{ "album" : "artist_id"`: an artist has any number of albums, an album one artist.
fn relationship(schema: &Schema, table: &Table, key: &ForeignKey) -> String {
    let parents = if names::is_optional(table, key) {
        "|o"
    } else {
        "||"
    };
    let children = if names::is_unique(table, &key.columns) {
        "o|"
    } else {
        "o{"
    };
    let parent = quoted(&names::target(schema, key));
    let child = quoted(&names::table(schema, table));
    let label = quoted(&key.columns.join(", "));
    format!("{parent} {parents}--{children} {child} : {label}")
}

/// Quotes a text. Mermaid has no escapes within quotes, but character references (`#quot;`) are read
/// everywhere.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in visible(text).chars() {
        match c {
            '"' => out.push_str("#quot;"),
            '#' | '%' | '\\' | '<' | '>' | '&' | ';' | '`' => {
                let _ = write!(out, "#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
    // An empty name is a syntax error.
    if out.len() == 1 {
        out.push(' ');
    }
    out.push('"');
    out
}

/// A word that begins with a letter and has nothing but letters, digits and `_` in it.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || c == '_' {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
    }
    let trimmed = out.trim_end_matches('_').len();
    if text.ends_with(|c: char| c != '_') {
        out.truncate(trimmed);
    }
    if !out.starts_with(|c: char| c.is_ascii_alphabetic()) {
        out.insert_str(0, "c_");
    }
    // These would be read as marks of a key.
    if ["pk", "fk", "uk"]
        .iter()
        .any(|mark| out.eq_ignore_ascii_case(mark))
    {
        out.push('_');
    }
    out
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::inspect::sample;

    #[test]
    fn tables_are_entities_and_foreign_keys_relationships() {
        expect![[r#"
            erDiagram
                %% column odd.shape: the type polygon␊is read as text
                "artist" {
                    int32 id PK
                    text_120 name UK "As on the cover"
                    text slug
                    int32 leader_id FK
                }
                "od#quot;d #60;b#62;#38;amp#59; #37;#37; #35;35#59;#92; ␛[2J␊日本" {
                    int16 pk_ "pk"
                    other_polygon c_1_col_td "1 #quot;col#quot;␊#60;td#62;"
                    float64 gr_e "größe"
                }
                "sales.order" {
                    int64 id PK, FK
                    text region PK, FK
                    decimal_10_2 total
                    enum_public_mood_array moods
                    int32 artist_id FK
                }
                "sales.recent" {
                    timestamptz at
                }
                "artist" |o--o{ "artist" : "leader_id"
                "artist" ||--o| "sales.order" : "artist_id"
                "crm.region #quot;x#quot;" ||--o| "sales.order" : "region, id"
        "#]]
        .assert_eq(&draw(&sample::shop()));
    }

    #[test]
    fn words_are_plain() {
        let words = [
            "a_b",
            "decimal(10, 2)",
            "größe",
            "日本",
            "pk",
            "FK",
            "1st",
            "_x",
            "x_",
            "a  b",
            "",
        ];
        let plain: Vec<String> = words.iter().map(|word| plain(word)).collect();
        expect!["a_b decimal_10_2 gr_e c_ pk_ FK_ c_1st c__x x_ a_b c_"]
            .assert_eq(&plain.join(" "));
    }
}

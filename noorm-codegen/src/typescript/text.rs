//! How TypeScript writes texts, names and comments.

/// A text in quotes, which JSON and TypeScript write alike.
pub(super) fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A property's name, in quotes where it needs some.
pub(super) fn quoted(name: &str) -> String {
    let mut chars = name.chars();
    let starts = chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_' || c == '$');
    match starts && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$') {
        true => name.to_owned(),
        false => string(name),
    }
}

/// One of these words.
pub(super) fn union(words: &[String]) -> String {
    match words.is_empty() {
        true => "never".to_owned(),
        false => words
            .iter()
            .map(|word| string(word))
            .collect::<Vec<_>>()
            .join(" | "),
    }
}

/// A comment of several paragraphs; nothing where they are empty.
pub(super) fn docs(indent: &str, paragraphs: &[&str]) -> String {
    let paragraphs = paragraphs.iter().filter(|text| !text.trim().is_empty());
    let paragraphs: Vec<Vec<String>> = paragraphs
        .map(|text| {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            lines.map(plain).collect()
        })
        .collect();
    let lines: Vec<String> = paragraphs.join(&String::new());
    match lines.as_slice() {
        [] => String::new(),
        [one] => format!("{indent}/** {one} */\n"),
        several => {
            let lines = several.iter().map(|line| match line.is_empty() {
                true => format!("{indent} *\n"),
                false => format!("{indent} * {line}\n"),
            });
            format!("{indent}/**\n{}{indent} */\n", lines.collect::<String>())
        }
    }
}

/// What a person wrote ends no comment.
fn plain(line: &str) -> String {
    let line = line.replace("*/", "*\u{200b}/");
    line.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_they_must() {
        assert_eq!(quoted("album_id"), "album_id");
        assert_eq!(quoted("it's <b>"), "\"it's <b>\"");
        assert_eq!(quoted("2fa"), "\"2fa\"");
        assert_eq!(quoted("größe"), "\"größe\"");
        assert_eq!(union(&["a\"b".into(), "c".into()]), r#""a\"b" | "c""#);
    }

    #[test]
    fn comments_cant_be_left_early() {
        assert_eq!(docs("", &["one"]), "/** one */\n");
        assert_eq!(
            docs("  ", &["a\nb", "", "c"]),
            "  /**\n   * a\n   * b\n   *\n   * c\n   */\n"
        );
        assert!(!docs("", &["*/ evil()"]).contains("*/ evil"));
        assert_eq!(docs("", &[" "]), "");
    }
}

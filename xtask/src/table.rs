//! Tables for the terminal.

/// Lays rows out in columns as wide as their widest cell.
pub fn lines<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            line.push_str(&format!("{cell:width$}  "));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn columns_are_aligned() {
        let rows = [["engine", "how"], ["é", "bundled"], ["postgres", ""]];
        let rows = rows.map(|row| row.map(str::to_owned));
        expect![[r#"
              engine    how
              é         bundled
              postgres
        "#]]
        .assert_eq(&lines(&rows));
    }
}

//! Records as a table for people.

use std::io::Write;
use std::sync::Arc;

use comfy_table::{Cell, CellAlignment};
use noorm::Value;
use noorm::prelude::Record;
use noorm::schema::{self, ColumnType};

use super::{Sink, note, text};
use crate::failure::Failure;

/// How many characters of a long value are shown.
const LONGEST: usize = 200;

/// Collects records, and draws them when they have all come: only then the widths are known.
pub struct Table<W> {
    out: W,
    drawn: comfy_table::Table,
    /// How each column is aligned.
    alignment: Vec<CellAlignment>,
    /// How many records are shown at most, where that was not asked for.
    cut: Option<u64>,
    count: u64,
}

impl<W: Write> Table<W> {
    /// Begins a table of these columns of `of`, no wider than `width` where there is one.
    pub fn new(
        out: W,
        of: &schema::Table,
        columns: &[Arc<str>],
        cut: Option<u64>,
        width: Option<u16>,
    ) -> Self {
        let mut drawn = text::table(width);
        let alignment = |name: &Arc<str>| match of.column(name).map(|c| &c.column_type) {
            Some(
                ColumnType::Integer { .. } | ColumnType::Float { .. } | ColumnType::Decimal { .. },
            ) => CellAlignment::Right,
            _ => CellAlignment::Left,
        };
        let alignment: Vec<CellAlignment> = columns.iter().map(alignment).collect();
        let names = columns.iter().map(|name| text::visible(name));
        drawn.set_header(names.zip(&alignment).map(cell));
        let count = 0;
        Self {
            out,
            drawn,
            alignment,
            cut,
            count,
        }
    }
}

impl<W: Write> Sink for Table<W> {
    fn record(&mut self, record: &Record) -> Result<(), Failure> {
        self.count += 1;
        if self.cut.is_none_or(|cut| self.count <= cut) {
            let texts = record.values().iter().map(shown);
            self.drawn.add_row(texts.zip(&self.alignment).map(cell));
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Failure> {
        writeln!(self.out, "{}", self.drawn)?;
        self.out.flush()?;
        if let Some(cut) = self.cut.filter(|cut| self.count > *cut) {
            note(&format!(
                "there are more than these {cut} records: see `--limit` and `--offset`"
            ));
        }
        Ok(())
    }
}

fn cell((text, alignment): (String, &CellAlignment)) -> Cell {
    Cell::new(text).set_alignment(*alignment)
}

fn shown(value: &Value) -> String {
    let Some(whole) = value.to_text() else {
        return "NULL".to_owned();
    };
    match whole.char_indices().nth(LONGEST) {
        Some((end, _)) => text::visible(whole.get(..end).unwrap_or_default()) + "…",
        None => text::visible(&whole),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use noorm::record;
    use noorm::schema::{Column, TableKind};

    use super::*;

    #[test]
    fn values_stay_in_their_cells() {
        let mut of = schema::Table::new(None, "album", TableKind::Table);
        of.columns
            .push(Column::new("id", 1, "", ColumnType::int(64)));
        of.columns
            .push(Column::new("tit\nle", 2, "", ColumnType::text()));
        let mut out = Vec::new();
        let columns = ["id", "tit\nle"].map(Arc::from);
        let mut table = Table::new(&mut out, &of, &columns, Some(3), None);
        let titles = [
            Some("two\nlines\x1b[2J"),
            None,
            Some(&*"é".repeat(300)),
            Some("cut"),
        ];
        for (id, title) in titles.into_iter().enumerate() {
            let title = title.map(str::to_owned);
            assert!(
                table
                    .record(&record! { "id" => id * 100, "tit\nle" => title })
                    .is_ok()
            );
        }
        assert!(table.end().is_ok());
        let drawn = String::from_utf8(out)
            .unwrap()
            .replace(&"é".repeat(200), "é…200");
        let drawn = drawn
            .replace(&"─".repeat(150), "─")
            .replace(&" ".repeat(150), " ");
        expect![[r#"
            ╭─────┬──────────────────────────────────────────────────────╮
            │  id ┆ tit␊le                                               │
            ╞═════╪══════════════════════════════════════════════════════╡
            │   0 ┆ two␊lines␛[2J                                        │
            │ 100 ┆ NULL                                                 │
            │ 200 ┆ é…200… │
            ╰─────┴──────────────────────────────────────────────────────╯
        "#]]
        .assert_eq(&drawn.replace(&"═".repeat(150), "═"));
    }
}

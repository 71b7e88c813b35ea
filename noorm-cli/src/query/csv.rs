//! Records as comma-separated values.

use std::io::Write;
use std::sync::Arc;

use noorm::prelude::Record;

use super::Sink;
use crate::failure::Failure;

/// Writes records as CSV: NULL is empty, everything else the text that the database would read back.
pub struct Csv<W: Write> {
    writer: csv::Writer<W>,
    /// The names of the columns, until they are written.
    header: Option<Vec<Arc<str>>>,
}

impl<W: Write> Csv<W> {
    /// Nothing is written before the first record: a request that fails leaves no lone header.
    pub fn new(out: W, columns: Vec<Arc<str>>) -> Self {
        Self {
            writer: csv::Writer::from_writer(out),
            header: Some(columns),
        }
    }

    fn header(&mut self) -> Result<(), Failure> {
        match self.header.take() {
            Some(names) => Ok(self
                .writer
                .write_record(names.iter().map(|name| name.as_bytes()))?),
            None => Ok(()),
        }
    }
}

impl<W: Write> Sink for Csv<W> {
    fn record(&mut self, record: &Record) -> Result<(), Failure> {
        self.header()?;
        for value in record.values() {
            self.writer
                .write_field(value.to_text().unwrap_or_default().as_bytes())?;
        }
        // Ends the record that the fields were written to.
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    fn end(&mut self) -> Result<(), Failure> {
        self.header()?;
        Ok(self.writer.flush()?)
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use noorm::record;

    use super::*;

    fn check(columns: &[&str], records: &[Record], expected: Expect) {
        let mut out = Vec::new();
        let mut csv = Csv::new(&mut out, columns.iter().map(|c| (*c).into()).collect());
        for record in records {
            assert!(csv.record(record).is_ok());
        }
        assert!(csv.end().is_ok());
        drop(csv);
        expected.assert_eq(&String::from_utf8(out).unwrap());
    }

    #[test]
    fn what_needs_quotes_has_them() {
        let odd = record! { "id" => 1, "a,b" => "say \"hi\",\nor not", "none" => None::<i64> };
        let bytes = record! { "id" => 2, "a,b" => vec![0_u8, 255], "none" => 1.5 };
        check(
            &["id", "a,b", "none"],
            &[odd, bytes],
            expect![[r#"
            id,"a,b",none
            1,"say ""hi"",
            or not",
            2,\x00ff,1.5
        "#]],
        );
    }

    #[test]
    fn a_lone_null_is_no_blank_line() {
        check(
            &["a"],
            &[record! { "a" => None::<i64> }],
            expect![[r#"
            a
            ""
        "#]],
        );
    }

    #[test]
    fn the_header_always_stands() {
        check(
            &["a", "b"],
            &[],
            expect![[r#"
            a,b
        "#]],
        );
    }
}

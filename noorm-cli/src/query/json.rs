//! Records as an array of objects, a line each.

use std::io::Write;

use noorm::prelude::Record;

use super::Sink;
use crate::failure::Failure;

/// Writes records as JSON.
pub struct Json<W> {
    out: W,
    empty: bool,
}

impl<W: Write> Json<W> {
    /// Nothing is written before the first record: a request that fails leaves no half array.
    pub fn new(out: W) -> Self {
        Self { out, empty: true }
    }
}

impl<W: Write> Sink for Json<W> {
    fn record(&mut self, record: &Record) -> Result<(), Failure> {
        self.out
            .write_all(if self.empty { b"[\n  " } else { b",\n  " })?;
        self.empty = false;
        Ok(serde_json::to_writer(&mut self.out, record)?)
    }

    fn end(&mut self) -> Result<(), Failure> {
        self.out
            .write_all(if self.empty { b"[]\n" } else { b"\n]\n" })?;
        Ok(self.out.flush()?)
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use noorm::record;

    use super::*;

    fn check(records: &[Record], expected: Expect) {
        let mut out = Vec::new();
        let mut json = Json::new(&mut out);
        for record in records {
            assert!(json.record(record).is_ok());
        }
        assert!(json.end().is_ok());
        expected.assert_eq(&String::from_utf8(out).unwrap());
    }

    #[test]
    fn each_record_is_an_object_on_a_line() {
        let one = record! { "id" => 1, "a \"b\"" => "x\n\u{1b}", "none" => None::<i64> };
        check(
            &[one, record! { "id" => 2 }],
            expect![[r#"
            [
              {"id":1,"a \"b\"":"x\n\u001b","none":null},
              {"id":2}
            ]
        "#]],
        );
    }

    #[test]
    fn no_record_is_an_empty_array() {
        check(
            &[],
            expect![[r#"
            []
        "#]],
        );
    }
}

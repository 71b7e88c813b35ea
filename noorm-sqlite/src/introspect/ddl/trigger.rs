//! `CREATE TRIGGER`: when it fires, and on what.
//!
//! <https://sqlite.org/lang_createtrigger.html>

use noorm_core::schema::{TriggerEvent, TriggerTiming};

use super::super::lexer::tokens;
use super::cursor::Cursor;

/// When a trigger fires, and on what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct TriggerSql {
    pub(in super::super) timing: TriggerTiming,
    pub(in super::super) event: TriggerEvent,
}

/// Reads the SQL of a trigger; `None` if it is none.
pub(in super::super) fn trigger(sql: &str) -> Option<TriggerSql> {
    let tokens = tokens(sql);
    let mut cursor = Cursor::new(sql, &tokens);
    cursor.create(&["TEMP", "TEMPORARY"], &["TRIGGER"])?;
    cursor.qualified_name()?;
    let timing = if cursor.eat(&["AFTER"]) {
        TriggerTiming::After
    } else if cursor.eat(&["INSTEAD", "OF"]) {
        TriggerTiming::InsteadOf
    } else {
        // SQLite's default.
        cursor.eat(&["BEFORE"]);
        TriggerTiming::Before
    };
    let events = [
        ("INSERT", TriggerEvent::Insert),
        ("UPDATE", TriggerEvent::Update),
        ("DELETE", TriggerEvent::Delete),
    ];
    let mut events = events.into_iter();
    let (_, event) = events.find(|(word, _)| cursor.at(&[word]))?;
    Some(TriggerSql { timing, event })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, timing: TriggerTiming, event: TriggerEvent) {
        assert_eq!(trigger(sql), Some(TriggerSql { timing, event }));
    }

    #[test]
    fn timings_and_events() {
        use {TriggerEvent as E, TriggerTiming as T};
        check("CREATE TRIGGER t DELETE ON x", T::Before, E::Delete);
        check(
            "create trigger after after insert on x",
            T::After,
            E::Insert,
        );
        check(
            "CREATE TEMP TRIGGER IF NOT EXISTS s.[my trigger] /* INSERT */ INSTEAD OF UPDATE OF a ON x",
            T::InsteadOf,
            E::Update,
        );
        assert_eq!(trigger("CREATE TRIGGER t SELECT"), None);
        assert_eq!(trigger("CREATE TRIGGER"), None);
    }
}

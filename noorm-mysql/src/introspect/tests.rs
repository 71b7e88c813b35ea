//! Assembling, without a server.

mod assembled;

use noorm_core::plugin::Scope;
use noorm_core::schema::{TriggerEvent, TriggerTiming};
use noorm_core::{Error, ErrorKind};

use super::schemas::{SchemaRow, Schemas};
use super::triggers::TriggerRow;
use super::{failed, triggers};

fn rows(current: Option<&str>, names: &[&str]) -> Vec<SchemaRow> {
    let row = |name: &&str| SchemaRow {
        version: "11.8.2-MariaDB".to_owned(),
        current: current.map(str::to_owned),
        name: Some((*name).to_owned()),
    };
    names.iter().map(row).collect()
}

#[test]
fn the_current_database_unless_others_are_asked_for() {
    let sql = "WHERE TABLE_SCHEMA = DATABASE()";
    let choose = |current, scope: Scope| {
        let schemas = Schemas::choose(rows(current, &["b", "a", "it's"]), &scope).unwrap();
        (schemas.chosen.join(" "), schemas.narrow(sql))
    };
    let (chosen, narrowed) = choose(Some("b"), Scope::default());
    assert_eq!(
        (chosen.as_str(), narrowed.as_str()),
        ("b", "WHERE TABLE_SCHEMA = 'b'")
    );
    let (chosen, narrowed) = choose(Some("b"), Scope::default().schema("it's").schema("a"));
    assert_eq!(chosen, "a it's");
    assert_eq!(narrowed, "WHERE TABLE_SCHEMA IN ('a', 'it''s')");
    assert_eq!(choose(None, Scope::default()).0, "a b it's");
    let missing = Schemas::choose(rows(None, &["a"]), &Scope::default().schema("x")).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::UnknownSchema);
    assert_eq!(missing.help(), Some("it has `a`"));
}

#[test]
fn what_is_gone_while_the_catalog_is_read_has_changed() {
    let told = |kind, code: Option<&str>| {
        let error = Error::new(kind, "as the server says");
        let error = match code {
            Some(code) => error.with_code(code),
            None => error,
        };
        let told = failed(error);
        (told.kind(), told.code().map(str::to_owned))
    };
    let changed = (ErrorKind::SchemaChanged, Some("1146".to_owned()));
    assert_eq!(told(ErrorKind::UnknownTable, Some("1146")), changed);
    assert_eq!(told(ErrorKind::SchemaChanged, Some("1146")), changed);
    // What another try doesn't mend stays what it is.
    let lost = ErrorKind::ConnectionLost;
    assert_eq!(told(lost, Some("1053")), (lost, Some("1053".to_owned())));
    let invalid = ErrorKind::InvalidStatement;
    assert_eq!(told(invalid, None), (invalid, None));
}

#[test]
fn triggers_of_several_events_have_all_of_them() {
    let row = |timing: &str, events: &str| TriggerRow {
        table: "al`bum".to_owned(),
        name: "stamp".to_owned(),
        timing: timing.to_owned(),
        events: events.to_owned(),
        body: Some("SET NEW.a = 1".to_owned()),
        ..TriggerRow::default()
    };
    let made = triggers::trigger(row("BEFORE", "INSERT,UPDATE, DELETE,MERGE"));
    assert_eq!(made.timing, TriggerTiming::Before);
    assert_eq!(
        made.events,
        [
            TriggerEvent::Insert,
            TriggerEvent::Update,
            TriggerEvent::Delete
        ]
    );
    let made = triggers::trigger(row("AFTER", "DELETE"));
    assert_eq!(made.timing, TriggerTiming::After);
    assert_eq!(
        made.definition.as_deref(),
        Some("CREATE TRIGGER `stamp` AFTER DELETE ON `al``bum` FOR EACH ROW SET NEW.a = 1")
    );
}

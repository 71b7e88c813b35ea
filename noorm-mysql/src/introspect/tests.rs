//! Assembling, without a server.

use noorm_core::ErrorKind;
use noorm_core::plugin::Scope;

use super::schemas::{SchemaRow, Schemas};

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

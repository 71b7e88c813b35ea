use noorm_core::plugin::DatabaseUrl;

use super::*;

/// SQLite's codes (<https://sqlite.org/rescode.html>).
const CANTOPEN: i32 = 14;
const READONLY: i32 = 8;
const NOTADB: i32 = 26;
const FULL: i32 = 13;

fn config(url: &str) -> Config {
    Config::parse(&DatabaseUrl::parse(url).unwrap()).unwrap()
}

/// What a failure to open a database at this place is told as.
fn told(code: i32, place: Option<&Path>, url: &str) -> Error {
    let failure = Failure {
        code,
        message: "as SQLite says".to_owned(),
    };
    explain(failure, place, &config(url))
}

fn in_wal_mode(path: &Path) {
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    let sql = "PRAGMA journal_mode = wal; CREATE TABLE t (a)";
    diesel::connection::SimpleConnection::batch_execute(&mut connection, sql).unwrap();
}

#[test]
fn a_file_says_whether_it_is_in_wal_mode() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    assert!(!is_wal(&path));
    fs::write(&path, "SQLite").unwrap();
    assert!(!is_wal(&path));
    fs::remove_file(&path).unwrap();
    in_wal_mode(&path);
    assert!(is_wal(&path));
}

#[test]
fn what_can_not_be_opened_is_named_with_what_may_help() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let shown = path.display();
    let plain = |code| told(code, Some(&path), "sqlite:a.db?mode=rw");

    let none = plain(NOTADB);
    assert_eq!(none.kind(), ErrorKind::NotADatabase);
    let message = format!("`{shown}` is not an SQLite database");
    assert_eq!(none.message(), message);
    let closed = plain(CANTOPEN);
    assert_eq!(closed.kind(), ErrorKind::Storage);
    assert!(closed.message().contains("can't be opened"), "{closed}");
    let fixed = plain(READONLY);
    assert_eq!(fixed.kind(), ErrorKind::ReadOnly);
    let wanted = "can't be set up as the URL asks";
    assert!(fixed.message().contains(wanted), "{fixed}");

    let made = told(CANTOPEN, Some(&path), "sqlite:a.db?mode=rwc");
    assert_eq!(made.kind(), ErrorKind::PermissionDenied);
    assert_eq!(made.message(), format!("`{shown}` can't be made"));
    assert_eq!(made.help(), Some("may its directory be written?"));

    in_wal_mode(&path);
    for code in [CANTOPEN, READONLY] {
        let beside = plain(code);
        assert!(beside.help().unwrap().contains("`-wal`, `-shm`"));
        // Of a file that nobody writes, there are none.
        let alone = told(code, Some(&path), "sqlite:a.db?mode=ro&immutable=1");
        assert_eq!(alone.kind(), beside.kind());
        assert_ne!(alone.help(), beside.help());
    }
}

#[test]
fn a_database_in_memory_has_no_file_to_name() {
    let error = told(FULL, None, "sqlite::memory:");
    assert_eq!(error.message(), "as SQLite says");
    let pace = Arc::default();
    let error = open(&config("sqlite::memory:"), None, &pace).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Storage);
    assert_eq!(
        error.message(),
        "a database in memory can't be opened: it has no database in memory"
    );
}

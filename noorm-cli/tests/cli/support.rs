//! A database to look at, and the program that looks.

use std::process::{Command, Stdio};

use noorm::Database;
use tempfile::TempDir;

/// A shop with a table of each sort; its odd names are as odd as SQLite allows.
const SHOP: [&str; 10] = [
    "CREATE TABLE artist (
        artist_id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        country TEXT
    )",
    "CREATE TABLE album (
        album_id INTEGER PRIMARY KEY,
        title VARCHAR(160) NOT NULL CONSTRAINT title_said CHECK (length(title) > 0),
        artist_id INTEGER NOT NULL REFERENCES artist (artist_id) ON DELETE CASCADE,
        produced_by INTEGER REFERENCES artist (artist_id),
        price DECIMAL(10, 2) NOT NULL DEFAULT 9.99,
        released DATE,
        rating REAL,
        cover BLOB
    )",
    "CREATE TABLE sleeve (
        album_id INTEGER PRIMARY KEY NOT NULL REFERENCES album (album_id),
        text TEXT
    )",
    r#"CREATE TABLE "odd ""table"" %" ("a,b" TEXT, "-minus" INTEGER, "it's <b>" TEXT)"#,
    "CREATE INDEX album_released ON album (released DESC) WHERE released IS NOT NULL",
    "CREATE TRIGGER album_touched AFTER UPDATE ON album BEGIN SELECT 1; END",
    "CREATE VIEW cheap AS SELECT album_id, title FROM album WHERE price < 5",
    "INSERT INTO artist (artist_id, name, country) VALUES
        (1, 'Joni Mitchell', 'CA'), (2, 'Björk', 'IS'), (3, 'Nobody', NULL)",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
        INSERT INTO album (album_id, title, artist_id, price, released, rating, cover)
        SELECT i, 'Album ' || i, 1 + i % 2, 1.25 * i, date('2026-01-01', '+' || i || ' days'),
            i / 4.0, CASE WHEN i = 1 THEN x'00ff' END
        FROM n",
    r#"INSERT INTO "odd ""table"" %" VALUES
        ('say "hi", or
not', 1, 'x'), (NULL, 2, ''), ('日本', 3, 'it''s')"#,
];

/// A database file, gone when dropped.
pub struct Shop {
    folder: TempDir,
}

/// What the program did.
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Shop {
    /// Makes the file.
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let shop = Self { folder };
        shop.run_all(&SHOP);
        shop
    }

    /// Runs SQL.
    pub fn run(&self, sql: &str) {
        self.run_all(&[sql]);
    }

    fn run_all(&self, statements: &[&str]) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(async {
            let url = format!("{}?mode=rwc", self.url());
            let db = Database::connect(url).await.unwrap();
            for sql in statements {
                db.raw(*sql).await.unwrap();
            }
        });
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("sqlite:{}", self.folder.path().join("shop.db").display())
    }

    /// Runs `noorm inspect <URL> …`.
    pub fn inspect(&self, arguments: &[&str]) -> Outcome {
        noorm(&[&["inspect", &self.url()], arguments].concat())
    }

    /// Runs `noorm relations <URL> …`.
    pub fn relations(&self, arguments: &[&str]) -> Outcome {
        noorm(&[&["relations", &self.url()], arguments].concat())
    }

    /// Writes a file beside the database, and gives its path.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// Runs `noorm query <URL> …`.
    pub fn query(&self, arguments: &[&str]) -> Outcome {
        noorm(&[&["query", &self.url()], arguments].concat())
    }
}

impl Outcome {
    /// What was printed, of a run that went well and told nothing else.
    #[track_caller]
    pub fn printed(self) -> String {
        assert_eq!((self.code, &*self.stderr), (Some(0), ""));
        self.stdout
    }

    /// What was told, of a run that failed with `code` and printed nothing.
    #[track_caller]
    pub fn failed(self, code: i32) -> String {
        assert_eq!(
            (self.code, &*self.stdout),
            (Some(code), ""),
            "{}",
            self.stderr
        );
        self.stderr
    }
}

/// The program, not yet run.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_noorm"));
    command.args(arguments).stdin(Stdio::null());
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    command
}

/// Runs the program.
pub fn noorm(arguments: &[&str]) -> Outcome {
    let output = command(arguments).output().unwrap();
    Outcome {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

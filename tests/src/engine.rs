//! What a database engine is to the suite: how to have a database of it, and where its words and ways
//! differ.

use futures_util::future::BoxFuture;
use tempfile::TempDir;

use crate::servers::Dropper;

/// A database engine that the suite runs on.
///
/// The author of a dialect describes theirs in a static and gives it to [`run`](crate::suite::run).
#[derive(Debug, Clone, Copy)]
pub struct Engine {
    /// Its name, the first part of its tests' names: `mariadb`.
    pub name: &'static str,
    /// Makes an empty database; `None` if the engine isn't here and nobody requires it.
    pub empty: fn() -> BoxFuture<'static, Option<Empty>>,
    /// Puts quotes around an identifier.
    pub quote: fn(&str) -> String,
    /// What the words of [`ddl`](Engine::ddl) mean; the first that fits is taken.
    pub words: &'static [(&'static str, &'static str)],
    /// Statements that no two engines write alike.
    pub sql: Sql,
    /// How it behaves.
    pub ways: Ways,
    /// The capabilities that it lacks, as errors name them.
    pub lacks: &'static [&'static str],
    /// What is hard to discover.
    pub torture: Torture,
    /// Its types.
    pub natives: Natives,
}

/// Every type that an engine has.
#[derive(Debug, Clone, Copy)]
pub struct Natives {
    /// DDL of types that must be made first.
    pub ddl: &'static str,
    /// Each type, and its extreme values in the engine's SQL.
    pub values: &'static [(&'static str, &'static [&'static str])],
    /// Those whose values can't be compared.
    pub unequal: &'static [&'static str],
    /// What a type can't keep: a value as JSON, and a part of the error's message.
    pub refused: &'static [(&'static str, &'static str, &'static str)],
}

/// What is hard to discover, beside what all engines have (`torture/common.sql`).
#[derive(Debug, Clone, Copy)]
pub struct Torture {
    /// DDL of what this engine has, in parts.
    pub ddl: &'static [&'static str],
    /// What discovery tells of that, in the words of `torture/common.txt`.
    pub found: &'static [&'static str],
    /// What reads otherwise in `torture/common.txt`: what stands there, and what is so here.
    pub differs: &'static [(&'static str, &'static str)],
}

/// Statements that no two engines write alike.
#[derive(Debug, Clone, Copy)]
pub struct Sql {
    /// Takes far longer than any test, and only reads.
    pub slow: &'static str,
    /// Gives the numbers from 1 to that many, in a column `i`.
    pub numbers: fn(u64) -> String,
    /// Gives some thousand rows at once, and takes a minute for the last one.
    pub stalls: &'static str,
    /// Fails, some thousand rows from its beginning.
    pub fails_late: &'static str,
    /// Begin a transaction, in ways that a caller might write.
    pub begins: &'static [&'static str],
    /// Selects two binds.
    pub two_binds: &'static str,
    /// Counts the statements that others run in this database, in a column `n`; `None` where nothing
    /// runs but what somebody waits for.
    pub running: Option<&'static str>,
    /// Gives the isolation level of the transaction that it runs in: `READ COMMITTED`.
    pub isolation: Option<&'static str>,
    /// Renames `album.title` to `name`.
    pub rename: &'static str,
    /// Renames `album.name` to `title`.
    pub rename_back: &'static str,
    /// What goes behind `ALTER TABLE` to give `album.stock` other types, and an `int` at last.
    pub retype_stock: &'static [&'static str],
    /// Makes a user `$user` of the database `$database`, with the password `hunter2`, who may have two
    /// connections; and what takes it away again. `None` where there are no such users.
    pub two_connections: Option<TwoConnections>,
    /// Makes a trigger that adds three rows to `seen` after an update of `ticket`; of each row, or each statement.
    pub logging_trigger: &'static str,
    /// Makes a trigger that fires before a new `ticket` is written, and gives it the code `made` where it
    /// has none, if it can; `None` where there are no such triggers.
    pub filling_trigger: Option<&'static str>,
    /// Makes a function `twice`, of a number `n`; a procedure `add_line`, which adds an `order_line` of an `order_id` and a
    /// `quantity`; and `lines_of`, which gives those of an order, `wanted`; `count_lines`, which gives their number by its parameter
    /// `found`; and `double_it`, which doubles its parameter `n`.
    pub routines: &'static str,
}

/// What makes a user who may have two connections, and what takes it away again.
#[derive(Debug, Clone, Copy)]
pub struct TwoConnections {
    /// Run before.
    pub make: &'static [&'static str],
    /// Run behind.
    pub drop: &'static [&'static str],
}

/// How an engine behaves where the others don't.
#[derive(Debug, Clone, Copy)]
pub struct Ways {
    /// An error in a transaction leaves nothing to commit.
    pub errors_end_transactions: bool,
    /// Foreign keys may be checked at the commit.
    pub deferrable: bool,
    /// A decimal column keeps every digit that it declares.
    pub exact_decimals: bool,
    /// The type of a column can be changed, and binds.
    pub typed_columns: bool,
    /// Statements are kept prepared, so that their plans can go stale.
    pub plans_go_stale: bool,
    /// What a write changed is read by a statement of its own: it may fail when the write has succeeded.
    pub reads_back: bool,
    /// There are columns of JSON; elsewhere documents are kept as text.
    pub json: bool,
    /// SQL may begin a transaction and leave it open; elsewhere that is an error.
    pub raw_begins: bool,
    /// A transaction waits for another one when it begins, not when it writes.
    pub begin_waits: bool,
    /// A trigger can fill a column before its row is checked.
    pub triggers_fill: bool,
    /// An unread result must be read before a connection is of use again.
    pub drains: bool,
    /// A float can be NaN.
    pub nan: bool,
    /// A float can be infinite.
    pub infinity: bool,
    /// The zero below zero is kept.
    pub negative_zero: bool,
    /// Floats nearer to zero than the least normal one are kept.
    pub subnormal: bool,
    /// A text can hold the character NUL.
    pub nul_in_text: bool,
    /// The first and last moment (to the microsecond) that `$moment` keeps on a server of this version.
    pub moments: fn(&str) -> (&'static str, &'static str),
    /// There is a type for JSON.
    pub documents: bool,
    /// What its URL says so that nothing is encrypted; `None` where there is no server, and so nothing that
    /// a [`Proxy`](crate::proxy::Proxy) could stand before.
    pub unencrypted: Option<&'static str>,
    /// A list can hold floats beyond 1e60, and below 1e-60.
    pub far_floats_in_lists: bool,
}

/// A new, empty database.
pub struct Empty {
    /// How to reach it.
    pub url: String,
    /// What keeps it alive.
    pub place: Place,
}

/// Where a database is; it is gone when this is dropped.
pub enum Place {
    /// A file in a folder of its own.
    Folder(TempDir),
    /// A database on a server.
    Server(Dropper),
    /// Somewhere that goes by itself, or isn't to go.
    Elsewhere,
}

impl Engine {
    /// Tells whether a server's version, `10.11.19-MariaDB`, is older than another one.
    ///
    /// ```
    /// use noorm_tests::engine::Engine;
    ///
    /// assert!(Engine::older("11.4.2-MariaDB", (11, 5)));
    /// assert!(!Engine::older("18.6 (Debian 18.6-3)", (18, 0)));
    /// ```
    #[must_use]
    pub fn older(version: &str, than: (u32, u32)) -> bool {
        let mut numbers = version
            .split(|c: char| !c.is_ascii_digit())
            .map(|digits| digits.parse().unwrap_or(0));
        (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) < than
    }

    /// Writes `sql` in the engine's words: `$key`, `$int`, …; `$<two words>` is an identifier.
    ///
    /// ```
    /// let ddl = noorm_tests::engines::SQLITE.ddl("CREATE TABLE $<a b> (id $key);");
    /// assert_eq!(ddl, "CREATE TABLE \"a b\" (id INTEGER PRIMARY KEY);");
    /// ```
    #[must_use]
    pub fn ddl(&self, sql: &str) -> String {
        let mut words = sql.split("$<");
        let mut quoted = words.next().unwrap_or_default().to_owned();
        for word in words {
            let (name, rest) = word.split_once('>').unwrap_or((word, ""));
            quoted.push_str(&(self.quote)(name));
            quoted.push_str(rest);
        }
        let words = self.words.iter();
        words.fold(quoted, |sql, (word, meaning)| sql.replace(word, meaning))
    }
}

/// Quotes as the standard has it.
#[must_use]
pub fn double_quotes(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

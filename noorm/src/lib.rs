//! A zero-configuration ORM: point it at a database that already exists.
//!
//! ```
//! use noorm::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> noorm::Result<()> {
//! let db = Database::connect("sqlite::memory:").await?;
//! db.raw("CREATE TABLE album (album_id INTEGER PRIMARY KEY, title TEXT NOT NULL)").await?;
//! db.refresh().await?;
//!
//! let albums = db.repository("album")?;
//! let blue = albums.create(record! { "title" => "Blue" }).await?;
//! assert_eq!(blue.get::<i64>("album_id")?, 1);
//! assert_eq!(albums.query().filter(col("title").starts_with("B")).count().await?, 1);
//! # Ok(())
//! # }
//! ```
//!
//! | feature | what it adds |
//! |---|---|
//! | `sqlite` (default) | SQLite, bundled: `sqlite:shop.db`, `sqlite::memory:` |
//! | `postgres` | PostgreSQL: `postgres://user@host/database` |
//! | `mysql` | MySQL and MariaDB: `mysql://user@host/database`, `mariadb://…` |
//! | `derive` | entities of one's own and of `noorm generate rust`: [`Entity`](derive@Entity), [`Insertable`](derive@Insertable), [`Changeset`](derive@Changeset), [`Scalar`](derive@Scalar), and serde's traits for them: [`Serialize`](derive@Serialize), [`Deserialize`](derive@Deserialize) |
//! | `mssql` | SQL Server and Azure SQL: `mssql://user:password@host/database`, or an ADO string behind `mssql:` |
//!
//! # Entities
//!
//! `noorm generate rust` writes them; by hand, with the feature `derive`, they are as short as this:
//!
#![cfg_attr(feature = "derive", doc = "```")]
#![cfg_attr(not(feature = "derive"), doc = "```text")]
//! use noorm::prelude::*;
//!
//! #[derive(Debug, Entity)]
//! #[noorm(table = "album", key(album_id))]
//! struct Album {
//!     album_id: i64,
//!     title: String,
//!     year: Option<i64>,
//! }
//!
//! #[derive(Insertable)]
//! #[noorm(entity = Album)]
//! struct NewAlbum {
//!     title: String,
//!     year: Option<i64>,
//! }
//!
//! #[derive(Default, Changeset)]
//! #[noorm(entity = Album)]
//! struct AlbumChanges {
//!     title: Patch<String>,
//!     year: Patch<Option<i64>>,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> noorm::Result<()> {
//! # let db = Database::connect("sqlite::memory:").await?;
//! # db.raw("CREATE TABLE album (album_id INTEGER PRIMARY KEY, title TEXT NOT NULL, year INTEGER)").await?;
//! # db.refresh().await?;
//! db.verify::<Album>().deny()?;                                // are code and database still the same?
//! let albums = db.of::<Album>()?;
//! let blue = albums.create(NewAlbum { year: Some(1971), ..NewAlbum::new("Blue") }).await?;
//! let changes = AlbumChanges { year: Patch::Set(None), ..Default::default() };
//! let blue = albums.update(blue.album_id, changes).await?;
//! assert_eq!((&*blue.title, blue.year), ("Blue", None));
//!
//! let titles = albums.query().filter(Album::YEAR.is_null()).select((Album::ALBUM_ID, Album::TITLE));
//! assert_eq!(titles.all().await?, [(1, "Blue".to_owned())]);
//! assert_eq!(albums.query().max(Album::ALBUM_ID).await?, Some(1));
//! # Ok(())
//! # }
//! ```
//!
//! # Diesel
//!
//! [`Database::diesel`] gives a closure a connection for Diesel's query builder: of the pool, or that of the
//! open transaction. The program depends on `diesel` and `diesel-async`, too, in the versions of
//! [`noorm::diesel`](diesel) and [`noorm::diesel_async`](diesel_async).
//!
//! ```
//! use diesel::prelude::*;
//! use diesel_async::RunQueryDsl;
//! use noorm::prelude::*;
//! use noorm::sqlite::Connection;
//!
//! diesel::table! {
//!     album (album_id) {
//!         album_id -> BigInt,
//!         title -> Text,
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> noorm::Result<()> {
//! let db = Database::connect("sqlite::memory:").await?;
//! db.raw("CREATE TABLE album (album_id INTEGER PRIMARY KEY, title TEXT NOT NULL)").await?;
//! db.refresh().await?;
//! let titles: Vec<String> = db
//!     .transaction(async |tx| {
//!         tx.repository("album")?.create(record! { "title" => "Blue" }).await?;
//!         tx.diesel(async |conn: &mut Connection| album::table.select(album::title).load(conn).await)
//!             .await
//!     })
//!     .await?;
//! assert_eq!(titles, ["Blue"]);
//! # Ok(())
//! # }
//! ```
//!
//! # URLs
//!
//! | SQLite | what it means |
//! |---|---|
//! | `sqlite:shop.db`, `sqlite:/srv/shop.db` | a file, which must be there; `?`, `%` in its name are written `%3F`, `%25` |
//! | `sqlite::memory:` | a database in memory, of this [`Database`] and its clones alone |
//! | `?mode=ro`, `rw`, `rwc` | for reading only; for reading and writing (the default); made if it isn't there |
//! | `?cache_size=8192` | how many KiB of pages a connection keeps at most |
//! | `?busy_timeout=5s` | how long to wait for another connection's lock |
//! | `?foreign_keys=off`, `?journal_mode=wal`, `?synchronous=normal` | as SQLite's pragmas |
//! | `?immutable=1` | nobody writes the file: a WAL database in a folder that can't be written |
//!
//! PostgreSQL's are libpq's: `postgres://user:password@host:port/database`, with special characters
//! percent-encoded (`@` is `%40`), `?sslmode=`, `sslrootcert`, `application_name`, `options`,
//! `connect_timeout`, `target_session_attrs`, … and:
//!
//! | PostgreSQL | what it means |
//! |---|---|
//! | `?statement_timeout=5s` | when a statement is cancelled |
//! | `?prepared_statements=off` | behind a pooler in transaction mode (PgBouncer); raw SQL is refused then where the database is open for reading only |
//!
//! MySQL's and MariaDB's: `mysql://user:password@host:port/database`, percent-encoded likewise, and:
//!
//! | MySQL, MariaDB | what it means |
//! |---|---|
//! | `?socket=/run/mysqld/mysqld.sock` | a unix socket instead of host and port |
//! | `?ssl-mode=disabled`, `preferred`, `required`, `verify_ca`, `verify_identity` | how much encryption; on this very machine none is the default |
//! | `?ssl-ca=/path/to/ca.pem` | the authority that signed the server's certificate |
//! | `?connect-timeout=5s`, `?statement-timeout=5s` | how long a connection, a statement may take |

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub use noorm_diesel::{diesel, diesel_as, diesel_async};

// A crate that nobody names isn't linked, and its dialect isn't registered then.
#[cfg(feature = "mssql")]
pub use noorm_mssql as mssql;
#[cfg(feature = "mysql")]
pub use noorm_mysql as mysql;
#[cfg(feature = "postgres")]
pub use noorm_postgres as postgres;
#[cfg(feature = "sqlite")]
pub use noorm_sqlite as sqlite;

#[cfg(feature = "derive")]
pub use noorm_derive::{
    Changeset, Deserialize, DieselChangeset, DieselInsertable, DieselScalar, Entity, Insertable,
    Scalar, Serialize,
};

pub use noorm_core::repository::Patch;
pub use noorm_core::{
    BoxFuture, Database, Error, ErrorKind, Problem, Report, Result, Transaction, Value, Violation,
    cache, database, error, executor, inventory, plugin, record, register_cache, register_dialect,
    register_introspector, register_layer, register_relation_loader, relation, repository, schema,
    sql, statement, types, value,
};

/// What most programs use.
///
/// ```
/// use noorm::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> noorm::Result<()> {
/// # let setup = "CREATE TABLE album (album_id INTEGER PRIMARY KEY, title TEXT UNIQUE)";
/// let db = Database::connect("sqlite::memory:").await?;
/// # db.raw(setup).await?;
/// # db.refresh().await?;
/// let albums = db.repository("album")?;
/// db.transaction(async |tx: Transaction| {
///     let albums = tx.repository("album")?;
///     albums.create(record! { "title" => "Blue" }).await?;
///     albums.create(record! { "title" => "Hejira" }).await
/// })
/// .await?;
///
/// let newest: Vec<Record> = albums.query().order_by(["-album_id"]).limit(1).all().await?;
/// assert_eq!(newest[0].get::<String>("title")?, "Hejira");
///
/// let twice = albums.create(record! { "title" => "Blue" }).await.unwrap_err();
/// assert_eq!(twice.kind(), ErrorKind::UniqueViolation);
/// assert_eq!(twice.violation().unwrap().columns, ["title"]);
/// # Ok(())
/// # }
/// ```
pub mod prelude {
    pub use noorm_core::relation::{Loaded, rel};
    pub use noorm_core::repository::{Entity, FromRow, Patch, Query, Record, Repository};
    pub use noorm_core::statement::{Expr, col};
    pub use noorm_core::{Database, Error, ErrorKind, Result, Transaction, Value, record};
    #[cfg(feature = "derive")]
    pub use noorm_derive::{Changeset, Entity, Insertable, Scalar};
}

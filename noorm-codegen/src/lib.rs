//! Code from a discovered schema.
//!
//! ```text
//! Schema (of a database, or a snapshot) ──► Config: which tables, what to call them
//!     ──► Generator: rust, …, one of your own ──► Folder of files ──► written, or compared
//! ```
//!
//! The command line does the same: `noorm generate rust <URL or snapshot> --out src/entities`.
//!
//! ```
//! use noorm_codegen::{Config, generate};
//! use noorm_core::schema::Schema;
//!
//! # let place = tempfile::tempdir().unwrap();
//! # let entities = place.path().join("entities");
//! let schema = Schema::from_snapshot(r#"{
//!     "format": 1, "dialect": "sqlite", "server_version": null, "default_schema": null, "schemas": [],
//!     "tables": [], "enums": [], "domains": [], "sequences": [], "routines": [], "notes": []
//! }"#)?;
//! let config = Config::parse("[rust]\nnewtype_keys = true", "noorm.toml")?;
//! generate("rust", &schema, &config)?.write(&entities)?;
//! # Ok::<(), noorm_core::Error>(())
//! ```
//!
//! The same schema and configuration give the same bytes, whatever the order in which the catalog told its tables.
//!
//! # What things are called
//!
//! | in the database | in Rust | why |
//! |---|---|---|
//! | table `order_lines` | `OrderLine`, `NewOrderLine`, `OrderLineChanges`, `OrderLineId`; file `order_lines.rs` | a row is one of them (`[rust] singular = false` leaves the plural) |
//! | table `sales.order` | `SalesOrder` | the schema goes first, unless it is the default one: so no name changes when a table of the same name comes elsewhere |
//! | table `option` | `OptionRow` | the name is Rust's own |
//! | column `artistId` | field `artist_id`, constant `Album::ARTIST_ID` | names that are in snake case already stay |
//! | column `type`; `self` | `r#type`; `self_` | keywords, and those that can't be raw |
//! | column `2fa` | `_2fa` | no name begins with a digit |
//! | column `größe` | `größe` | letters of every script are letters; other characters separate words |
//! | column `nº` | `no` | letters that are others in another form (Unicode's NFKC) are those, or compilers warn |
//! | columns `a_b`, `a b` | `a_b`, `a_b_2` | the one that is spelled like that is first, then the alphabet |
//! | column `%` | none: an error says what to write into `noorm.toml` | nothing is left of it |
//! | enum word `it's ok`, `2d`, `` | `ItSOk`, `_2d`, `Empty` | words without letters are called by their place: `Word3` |
//!
//! # What `noorm.toml` may say
//!
//! ```toml
//! [generate]
//! tables = ["album", "sales.order"]        # these only
//! exclude = ["schema_migrations"]          # all but these
//!
//! [rust]
//! newtype_keys = true                      # AlbumId(i64) in place of i64, in foreign keys, too
//! serde = true                             # rows and changes have serde's traits, new rows `Deserialize`; by noorm's
//!                                          # derives, and serde's own where `attributes` say something to serde
//! singular = true
//! diesel = true                            # Diesel's traits, too: see below
//! diesel_schema = "crate::schema"          # where the `schema.rs` of the generator `diesel` is
//! derives = ["Eq"]                         # of every row, beside the usual ones
//! attributes = ["#[non_exhaustive]"]
//!
//! [rust.names]
//! "weird table" = "Weird"                  # a type
//! "album.type" = "kind"                    # a field
//!
//! [rust.types]
//! citext = "crate::CiText"                 # every column of a native type, whatever stands in its parentheses
//!
//! [rust.columns]
//! "orders.total" = "crate::Money"          # one column
//! "*_cents" = "crate::Cents"               # columns whose names fit
//!
//! [rust.nullable]
//! "cheap.title" = false                    # what the catalog doesn't know of views
//!
//! [rust.tables.album]
//! derives = ["Hash"]
//!
//! [typescript]
//! naming = "database"                      # or "camelCase"
//! dates = "string"                         # or "Date"
//! int64 = "number"                         # or "string", "bigint"
//! decimals = "string"                      # or "number"
//! kysely = true
//! ```
//!
//! What SQLite declares without a type, or a view works out, is a `noorm::Value`, and so is what begins as a zero date in MySQL; bytes are text (`\x01ab`) in JSON, as in that of
//! records.
//!
//! A type of one's own has `#[derive(noorm::Scalar)]`, or implements `noorm::value::Scalar`.
//!
//! A new row may leave out what has a default, what the database numbers, and what a trigger fills: one before the insertion that
//! assigns the column (`SET NEW.slug = …`), or one in its place that names it. What a trigger of PostgreSQL's does stands in a
//! function, which isn't looked at: there the column stays required. Diesel writes `DEFAULT` for what is `None`, which MySQL refuses
//! of such a column: it stays required in the rows that `diesel` generates for it, and is to be given where Diesel inserts entities.
//!
//! With `--schema`, columns keep the enums of other schemas: these are generated, too.
//!
//! # Entities that are Diesel's, too
//!
//! With `[rust] diesel = true`, rows are `Queryable`, `Selectable` and `Identifiable` (by a key that Rust hashes: no float), new rows `Insertable`, changes
//! `AsChangeset` (what is `Patch::Leave` stays, `Patch::Set(None)` is NULL), keys and enums expressions; for SQLite,
//! PostgreSQL and MySQL. They are of the tables in the `schema.rs` that `noorm generate diesel` writes of the same
//! `noorm.toml`, and the program depends on `diesel`.
//!
//! | a column | is to Diesel |
//! |---|---|
//! | decimals and UUIDs of SQLite, moments and sets of MySQL, intervals | what it has for them, and `noorm::diesel_as` in between |
//! | a type of one's own, of `[rust.types]` or `[rust.columns]` | that type: it implements Diesel's `FromSql` and `ToSql` for the column's SQL type, and derives `AsExpression` and `FromSqlRow` |
//! | of a name that Diesel's macro has for itself or means, `table`, `star`, `dsl`, `bool`, or its own table's | the same with an underscore behind it |
//! | a domain of PostgreSQL's | what is beneath it |
//! | of which it has no type (points; MySQL's bits), in a table without a key, or otherwise beyond it | nothing: rows, new rows or changes that need it are left without its traits, and their documentation says why |

mod build_script;
mod config;
mod diesel;
mod generator;
mod json_schema;
pub mod naming;
mod output;
mod rust;
mod tables;
mod typescript;

pub use build_script::Build;
pub use config::Config;
pub use generator::{Comment, File, Generator, Input, Registration, generate, generators};
#[doc(hidden)]
pub use noorm_core::inventory;
pub use noorm_core::{Error, Result};
pub use output::{Folder, Written};

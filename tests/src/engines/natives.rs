//! Every type of each engine, with values as the engine itself writes them, and what it can't keep.

mod mssql;
mod mysql;
mod postgres;
mod sqlite;

pub(super) use mssql::MSSQL;
pub(super) use mysql::{MARIADB, MYSQL};
pub(super) use postgres::POSTGRES;
pub(super) use sqlite::SQLITE;

//! The engines that the suite runs on here.

mod mssql;
mod mysql;
mod natives;
mod postgres;
mod sqlite;

pub use mssql::MSSQL;
pub use mysql::{MARIADB, MYSQL};
pub use postgres::{POSTGRES, POSTGRES_UNPREPARED};
pub use sqlite::SQLITE;

use crate::Engine;

/// All of them.
pub static ALL: &[&Engine] = &[
    &SQLITE,
    &POSTGRES,
    &POSTGRES_UNPREPARED,
    &MARIADB,
    &MYSQL,
    &MSSQL,
];

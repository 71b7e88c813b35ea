//! The engines that the suite runs on here.

mod mysql;
mod postgres;
mod sqlite;

pub use mysql::{MARIADB, MYSQL};
pub use postgres::{POSTGRES, POSTGRES_UNPREPARED};
pub use sqlite::SQLITE;

use crate::Engine;

/// All of them.
pub static ALL: &[&Engine] = &[&SQLITE, &POSTGRES, &POSTGRES_UNPREPARED, &MARIADB, &MYSQL];

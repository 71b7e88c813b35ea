//! SQLite.

use noorm::postgres::Connection as Other;
use noorm::sqlite::Connection;
use noorm_tests::engines::SQLITE as ENGINE;

#[path = "loans.rs"]
mod loans;
#[path = "queries.rs"]
mod queries;
#[path = "support.rs"]
mod support;

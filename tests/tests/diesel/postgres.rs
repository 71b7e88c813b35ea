//! PostgreSQL.

use noorm::mysql::Connection as Other;
use noorm::postgres::Connection;
use noorm_tests::engines::POSTGRES as ENGINE;

#[path = "loans.rs"]
mod loans;
#[path = "queries.rs"]
mod queries;
#[path = "support.rs"]
mod support;

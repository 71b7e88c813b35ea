//! MySQL.

use noorm::mysql::Connection;
use noorm::postgres::Connection as Other;
use noorm_tests::engines::MYSQL as ENGINE;

#[path = "commits.rs"]
mod commits;
#[path = "loans.rs"]
mod loans;
#[path = "numbers.rs"]
mod numbers;
#[path = "queries.rs"]
mod queries;
#[path = "support.rs"]
mod support;

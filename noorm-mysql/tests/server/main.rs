//! The dialect on real servers, MySQL and MariaDB.

mod cancellation;
mod connect;
mod diesel_dsl;
mod errors;
mod introspect;
mod support;
mod transactions;
mod types;
mod writes;

